"""The layer rds_trust_store: RDS's root certificates by partition, the owner's own, and RDS Proxy's apart."""

import stat
from importlib.util import find_spec
from pathlib import Path

from tlscheck.inventory.names import lies_in

PROXY = "proxy.pem"
"""Amazon Trust Services' roots, which RDS Proxy's certificates hang from; no database's do."""

OWNER = "owner.pem"
"""Roots that the owner of this deployment brought (`make trust-store EXTRA=`): of any Region, each of its own."""


def paths() -> list[Path]:
    """Where the layer's bundles lie, in order of their names; nowhere without the layer."""
    # Not importlib.resources: its import takes as long as reading all the roots.
    layer = find_spec("rds_trust_store")
    folders = (layer and layer.submodule_search_locations) or []
    return sorted(bundle for folder in folders for bundle in Path(folder).glob("*.pem"))


def bundles() -> dict[str, bytes]:
    """The bundles that can be read, by the name of their file."""
    read = {bundle.name: content(bundle) for bundle in paths()}
    return {name: each for name, each in read.items() if isinstance(each, bytes)}


def content(bundle: Path) -> bytes | str:
    """What a file of the layer holds, or why that cannot be read. Nothing is opened that could keep us waiting."""
    try:
        return bundle.read_bytes() if stat.S_ISREG(bundle.stat().st_mode) else "no regular file"
    except OSError as error:
        return type(error).__name__


def may_tell(name: str, region: str | None) -> bool:
    """Whether a bundle may bring roots of a Region: AWS's of its own partition alone, `aws-cn.pem` of aws-cn.

    Of what names no Region (None) only PROXY may, which holds nothing else.
    """
    if region is None or name == PROXY:
        return region is None and name == PROXY
    return name == OWNER or lies_in(region, name.removesuffix(".pem"))
