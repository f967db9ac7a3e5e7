"""The root certificates that tlscheck brings along, as what clients may put into their trust stores."""

from functools import cache

from tlscheck.edges.stores import rds_trust_store
from tlscheck.edges.stores.entries import entries
from tlscheck.inventory.names import lies_in
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.trust_store import Entry


@cache
def roots() -> tuple[Entry, ...]:
    """Every root of the layer rds_trust_store, those of RDS Proxy (Authority.PROXY) among them.

    One that is named for a Region counts in the bundle of that Region's partition alone. None without the layer,
    and none that is damaged: whoever compares with them says UNKNOWN then, since no roots to compare with are no
    roots that are missing.
    """
    told = (
        (rds_trust_store.partition(name), root)
        for name, bundle in rds_trust_store.bundles().items()
        for root in entries(Bag(der, "", is_trusted=True) for der in pem.read(bundle).certificates)[0]
    )
    return tuple(root for partition, root in told if root.region is None or lies_in(root.region, partition))
