"""The root certificates that tlscheck brings along, as what clients may put into their trust stores."""

from functools import cache

from tlscheck.edges.stores.entries import entries
from tlscheck.edges.stores.rds_trust_store import bundles
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.trust_store import Entry


@cache
def roots() -> tuple[Entry, ...]:
    """Every root of the layer rds_trust_store, those of RDS Proxy (Authority.PROXY) among them.

    None without the layer, and none that is damaged. Whoever compares with them says UNKNOWN then: no roots to
    compare with are no roots that are missing.
    """
    ders = (der for bundle in bundles().values() for der in pem.read(bundle).certificates)
    return entries(Bag(der, "", is_trusted=True) for der in ders)[0]
