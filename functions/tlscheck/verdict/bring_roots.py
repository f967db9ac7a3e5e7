"""What brings the roots of a Region into this deployment."""

from tlscheck.inventory.names import partition_of
from tlscheck.wire.asker import STACK, Asker

REFRESH = "In tlscheck's own folder: make trust-store && make deploy"
"""Fetches AWS's bundles of today, inspects them and deploys the layer anew."""

INSTALL = "Install the newest tlscheck: it comes with AWS's roots of its day."

SAVED = "rds-bundle.pem"
"""What AWS's bundle is called where a person saved it."""


def bring_roots(region: str, asker: Asker = STACK) -> str:
    """The command that brings them: from AWS's bundle where a source tells its place, else from a copy of it."""
    if asker.is_here:
        return INSTALL
    partition = partition_of(region)
    if partition and partition.bundle:
        return REFRESH
    return (
        f"Save AWS's bundle of {region} as {SAVED} in tlscheck's own folder, then there: "
        f"make trust-store EXTRA={SAVED} && make deploy"
    )
