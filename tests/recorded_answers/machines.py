"""Machines of clients: what lies where a driver looks for roots."""

from collections.abc import Mapping

from tlscheck.drivers.driver import Family
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores.pem import write
from tlscheck.survival.answer import Find, Found
from tlscheck.survival.prediction import Roots
from tlscheck.survival.readable import as_given, as_read_by
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.trust_store import Authority, Entry, Format, TrustStore

FRANKFURT = tuple(root for root in roots() if root.region == "eu-central-1")
VIRGINIA = tuple(root for root in roots() if root.region == "us-east-1")


def _of(*authorities: Authority) -> tuple[Entry, ...]:
    return tuple(root for root in FRANKFURT if root.family in authorities)


def _pem(entries: tuple[Entry, ...], damage: str = "") -> TrustStore:
    content = write([(str(number), entry.der) for number, entry in enumerate(entries)]) + damage.encode()
    return TrustStore(Format.PEM, entries, content=content)


_TORN = "-----BEGIN CERTIFICATE-----\nMIIB\n"
STORES: Mapping[str, TrustStore | None] = {
    "all roots": _pem(FRANKFURT),
    "RSA 2048's root alone": _pem(_of(Authority.RSA2048_G1)),
    "P-384's root alone": _pem(_of(Authority.ECC384_G1)),
    "another Region's roots": _pem(VIRGINIA),
    "a torn file": _pem(FRANKFURT, _TORN),
    "an empty file": TrustStore(Format.PEM, ()),
    "a Java keystore": TrustStore(Format.JKS, FRANKFURT),
    "no file": None,
    "a locked door": None,
}
"""By what lies there, in every place where a driver may look; the last is not looked into."""


def machine(what: str) -> Find:
    """A machine that has this in every place."""

    def find(place: Sought, family: Family) -> tuple[Found, str]:
        name = place.path or str(place.where)
        if (store := STORES[what]) is not None:
            given = store if store.format is Format.JKS else as_given(place.where, family, store)
            return as_read_by(place.where, family, given, name)
        if what != "no file" or place.where in {Where.JVM, Where.CODE}:
            return Roots.UNKNOWN, f"{name} was not looked into"
        return (
            Roots.NONE if place.where in {Where.HOME, Where.ACCOUNT} else Roots.MISSING
        ), f"{name} does not exist"

    return find
