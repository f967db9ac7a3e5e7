"""The root certificates that tlscheck brings along, as what clients may put into their trust stores."""

from functools import cache

from tlscheck.edges.stores import rds_trust_store
from tlscheck.edges.stores.entries import entry
from tlscheck.inventory.names import lies_in
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.trust_store import Entry


@cache
def roots() -> tuple[Entry, ...]:
    """Every root of the layer rds_trust_store, those of RDS Proxy (Authority.PROXY) among them.

    One that is named for a Region counts in the bundle of that Region's partition alone.
    Raises ModuleNotFoundError without the layer: no roots to compare with must not read as roots that are missing.
    """
    found = rds_trust_store.bundles()
    if not found:
        raise ModuleNotFoundError("the root certificates are not installed", name="rds_trust_store")
    told = (
        (rds_trust_store.partition(name), entry(Bag(der, "", is_trusted=True)))
        for name, bundle in found.items()
        for der in pem.read(bundle).certificates
    )
    return tuple(root for partition, root in told if root.region is None or lies_in(root.region, partition))
