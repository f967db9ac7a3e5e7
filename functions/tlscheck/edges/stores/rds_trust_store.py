"""The layer rds_trust_store: root certificates of RDS by partition, and those of RDS Proxy apart."""

import stat
from importlib.util import find_spec
from pathlib import Path

PROXY = "proxy.pem"
"""Amazon Trust Services' roots, which RDS Proxy's certificates hang from; no database's do."""


def bundles() -> dict[str, bytes]:
    """The layer's files of PEM by name, in order of their names, that can be read; none without the layer."""
    # Not importlib.resources: its import takes as long as reading all the roots.
    layer = find_spec("rds_trust_store")
    folders = (layer and layer.submodule_search_locations) or []
    found = sorted(bundle for folder in folders for bundle in Path(folder).glob("*.pem"))
    read = {bundle.name: content(bundle) for bundle in found}
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
