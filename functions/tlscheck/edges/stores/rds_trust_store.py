"""The layer rds_trust_store: root certificates of RDS by partition, and those of RDS Proxy apart."""

from importlib.util import find_spec
from pathlib import Path

PROXY = "proxy.pem"
"""Amazon Trust Services' roots, which RDS Proxy's certificates hang from; no database's do."""


def bundles() -> dict[str, bytes]:
    """The layer's files of PEM by name, in order of their names; none where the layer is missing."""
    # Not importlib.resources: its import takes as long as reading all the roots.
    layer = find_spec("rds_trust_store")
    folders = (layer and layer.submodule_search_locations) or []
    found = (bundle for folder in folders for bundle in Path(folder).glob("*.pem"))
    return {bundle.name: bundle.read_bytes() for bundle in sorted(found)}


def partition(name: str) -> str:
    """The partition whose Regions' roots a bundle tells: `aws-cn` for `aws-cn.pem`; no partition's for PROXY."""
    return name.removesuffix(".pem")
