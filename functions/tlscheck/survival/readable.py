"""A trust store as a driver reads it in the place where it lies."""

from dataclasses import replace

from tlscheck.drivers.driver import Family
from tlscheck.drivers.table import MODELS
from tlscheck.survival.answer import Found
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Where
from tlscheck.trust.trust_store import Format, Location, TrustStore, reads

_PLACES = {Where.SYSTEM: Location.SYSTEM, Where.JVM: Location.JVM}
"""Every other place is a file by itself."""


def takes_directories(where: Where, family: Family) -> bool:
    """Whether this family looks into a directory there; where it does not, nobody else needs to."""
    place = _PLACES.get(where, Location.FILE)
    return any(Format.PEM_DIRECTORY in reads(reader, place) for reader in MODELS[family].readers)


def as_read_by(where: Where, family: Family, store: TrustStore, name: str) -> tuple[Found, str]:
    """The store, or that it is of no use to this family there; with its name, in words."""
    place = _PLACES.get(where, Location.FILE)
    readers = [reader for reader in MODELS[family].readers if store.format in reads(reader, place)]
    if not readers:
        return Roots.BROKEN, f"{name} is {store.format}, which {family} does not read there"
    loaded = [store.loaded(reader) for reader in readers]
    if refusals := [each.refusal for each in loaded if each.refusal]:
        return Roots.BROKEN, f"{name}: {family} refuses the whole file: {refusals[0]}"
    notes = list(dict.fromkeys(note for each in loaded for note in each.notes))
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
