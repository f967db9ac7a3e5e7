"""The layer rds_trust_store: root certificates of RDS by partition, and those of RDS Proxy apart."""

import stat
from importlib.util import find_spec
from pathlib import Path

PROXY = "proxy.pem"
"""Amazon Trust Services' roots, which RDS Proxy's certificates hang from; no database's do."""


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


def partition(name: str) -> str:
    """The partition whose Regions' roots a bundle tells: `aws-cn` for `aws-cn.pem`; no partition's for PROXY."""
    return name.removesuffix(".pem")
