"""A trust store as a driver reads it in the place where it lies."""

from collections.abc import Sequence
from dataclasses import replace

from tlscheck.drivers.driver import Family
from tlscheck.drivers.table import MODELS
from tlscheck.keystores.loaded import Loaded
from tlscheck.survival.answer import Found
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Where
from tlscheck.trust.trust_store import Format, Location, Reader, TrustStore, reads

_PLACES = {Where.SYSTEM: Location.SYSTEM, Where.JVM: Location.JVM}
"""Every other place is a file by itself."""


def readers_of(family: Family) -> tuple[Reader, ...]:
    """Whose rules say what this family finds in a file; several where it depends."""
    return MODELS[family].readers


def takes_directories(where: Where, family: Family) -> bool:
    """Whether this family looks into a directory there; where it does not, nobody else needs to."""
    place = _PLACES.get(where, Location.FILE)
    return any(Format.PEM_DIRECTORY in reads(reader, place) for reader in readers_of(family))


def as_given(where: Where, family: Family, store: TrustStore) -> TrustStore:
    """A store that somebody brought from elsewhere: as it is where this family reads such a file in that place.

    Else it is a list of certificates: on the machine something else holds them.
    """
    place = _PLACES.get(where, Location.FILE)
    if any(store.format in reads(reader, place) for reader in readers_of(family)):
        return store
    return replace(store, format=Format.LIST, content=b"")


def as_read_by(where: Where, family: Family, store: TrustStore, name: str) -> tuple[Found, str]:
    """The store, or that it is of no use to this family there; with its name, in words."""
    place = _PLACES.get(where, Location.FILE)
    readers = [reader for reader in readers_of(family) if store.format in reads(reader, place)]
    if not readers:
        return Roots.BROKEN, f"{name} is {store.format}, which {family} does not read there"
    loaded = [store.loaded(reader) for reader in readers]
    if (useless := _useless(loaded, family, name)) is not None:
        return useless
    notes = list(dict.fromkeys([*(note for each in loaded for note in each.notes), *store.notes]))
    noted = f"{name} ({'; '.join(notes[:3])})" if notes else name
    if not any(each.certificates for each in loaded):
        return Roots.BROKEN, f"{noted} holds no certificate"
    if where is Where.FIRST and len(store.entries) > 1:
        head = next((der for each in loaded for der in each.certificates if store.content), store.entries[0].der)
        one = tuple(entry for entry in store.entries if entry.der == head)[:1]
        return replace(
            store, entries=one, content=b""
        ), f"{noted}, of which {family} reads the first certificate alone"
    return store, noted


def _useless(loaded: Sequence[Loaded], family: Family, name: str) -> tuple[Roots, str] | None:
    """That a file is refused, or may be; None: it is read."""
    if refusals := [each.refusal for each in loaded if each.refusal]:
        if len(refusals) < len(loaded):
            return Roots.UNKNOWN, f"{name}: some builds of {family} refuse the whole file: {refusals[0]}"
        return Roots.BROKEN, f"{name}: {family} refuses the whole file: {refusals[0]}"
    if doubts := [each.doubt for each in loaded if each.doubt]:
        return Roots.UNKNOWN, f"{name}: {doubts[0]}"
    return None
