"""Certificates of trust stores: DER in, what a client's owner asks of them out."""

from collections.abc import Iterable

from tlscheck.edges.stores.x509 import read
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.trust_store import Entry, region_and_family


def entries(bags: Iterable[Bag]) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The certificates that could be read, and a note for each that could not."""
    found: list[Entry] = []
    notes: list[str] = []
    for number, bag in enumerate(bags, 1):
        try:
            found.append(entry(bag))
        except ValueError as error:
            notes.append(f"certificate {number} cannot be read ({error}): most drivers refuse the whole store")
    return tuple(found), tuple(notes[:20])


def entry(bag: Bag) -> Entry:
    """One certificate. Raises ValueError when it is no X.509."""
    shown = read(bag.der)
    if shown.not_before is None or shown.not_after is None:
        raise ValueError(shown.fault)
    name = shown.common_names[0] if len(shown.common_names) == 1 else shown.subject
    region, family = region_and_family(name)
    return Entry(
        name=name,
        subject=shown.subject,
        region=region,
        family=family,
        not_before=shown.not_before,
        not_after=shown.not_after,
        sha1=shown.sha1,
        sha256=shown.sha256,
        self_issued=shown.self_issued,
        is_for_java=bag.is_trusted,
        alias=bag.alias,
        der=bag.der,
    )
