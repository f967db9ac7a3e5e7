"""The root certificates that tlscheck brings along, as what clients may put into their trust stores."""

from functools import cache
from importlib.resources import files

from tlscheck.edges.stores.entries import entry
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.trust_store import Entry


@cache
def roots() -> tuple[Entry, ...]:
    """Every root of the layer rds_trust_store, those of RDS Proxy (Family.PROXY) among them."""
    bundles = sorted(
        (each for each in files("rds_trust_store").iterdir() if each.name.endswith(".pem")),
        key=lambda each: each.name,
    )
    return tuple(
        entry(Bag(der, "", is_trusted=True))
        for bundle in bundles
        for der in pem.read(bundle.read_bytes()).certificates
    )
