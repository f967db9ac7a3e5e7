"""Certificates of trust stores: DER in, what a client's owner asks of them out."""

from collections.abc import Iterable

from tlscheck.edges.stores.x509 import X509, is_readable, read
from tlscheck.keystores.der import EXPLICIT_0, Malformed, at, only_element
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
            notes.append(f"certificate {number} cannot be read ({error}): many drivers refuse the whole store")
    return tuple(found), tuple(notes[:20])


def entry(bag: Bag) -> Entry:
    """One certificate. Raises ValueError when it is no X.509."""
    shown = read(bag.der)
    if shown.not_before is None or shown.not_after is None:
        raise ValueError(_in_words(bag.der, shown.fault))
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
        is_sound=_is_sound(shown, bag.der),
    )


def _in_words(der: bytes, fault: str) -> str:
    """Why it is no certificate: the library's own words are of its insides, but for those on the version."""
    if "version" in fault:
        return fault
    try:
        only_element(der)
    except Malformed as what:
        return f"no DER: {what}"
    return "its DER is no certificate's"


def _is_sound(shown: X509, der: bytes) -> bool:
    if shown.parsed is None or not is_readable(shown.parsed):
        return False
    try:
        body, algorithm, *_ = only_element(der).sequence()
        fields = body.sequence()
        return at(fields, 2 if fields[0].tag == EXPLICIT_0 else 1) == algorithm
    except Malformed:
        return False
