"""Certificates of trust stores, parsed: DER in, what a client's owner asks of them out."""

import hashlib
import warnings
from collections.abc import Iterable

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

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
    with warnings.catch_warnings():
        # Starfield's root has the serial number 0: that is for its issuer to answer for.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        parsed = x509.load_der_x509_certificate(bag.der)
        subject, issuer = parsed.subject, parsed.issuer
        not_before, not_after = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    names = [str(each.value) for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    text = subject.rfc4514_string()
    name = names[0] if len(names) == 1 else text
    region, family = region_and_family(name)
    return Entry(
        name=name,
        subject=text,
        region=region,
        family=family,
        not_before=not_before,
        not_after=not_after,
        sha1=hashlib.sha1(bag.der, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(bag.der).hexdigest(),
        self_issued=subject == issuer,
        is_for_java=bag.is_trusted,
        alias=bag.alias,
        der=bag.der,
    )
