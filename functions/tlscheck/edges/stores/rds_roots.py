"""The root certificates that tlscheck brings along, as what clients may put into their trust stores."""

from functools import cache

from tlscheck.edges.stores.entries import entry
from tlscheck.edges.stores.rds_trust_store import bundles
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.trust_store import Entry


@cache
def roots() -> tuple[Entry, ...]:
    """Every root of the layer rds_trust_store, those of RDS Proxy (Authority.PROXY) among them.

    Raises ModuleNotFoundError without the layer: no roots to compare with must not read as roots that are missing.
    """
    found = bundles()
    if not found:
        raise ModuleNotFoundError("the root certificates are not installed", name="rds_trust_store")
    ders = (der for bundle in found.values() for der in pem.read(bundle).certificates)
    return tuple(entry(Bag(der, "", is_trusted=True)) for der in ders)
