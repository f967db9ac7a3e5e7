"""One reader of certificates, whoever asks: any bytes are read, and both nouns say the same of them."""

import hashlib
import sys
import warnings
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.stores import rds_roots
from tlscheck.edges.stores.entries import entries, entry
from tlscheck.edges.stores.rds_trust_store import bundles
from tlscheck.edges.stores.x509 import certificate, read
from tlscheck.keystores.keystore import Bag

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())


def made(*, common_name: str = "Abcdefgh", version: int | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(KEY, hashes.SHA256())
    ).public_bytes(Encoding.DER)
    # [0] EXPLICIT INTEGER 2 stands for version 3.
    return signed if version is None else signed.replace(b"\xa0\x03\x02\x01\x02", bytes([0xA0, 3, 2, 1, version]))


def bag(der: bytes) -> Bag:
    return Bag(der, "", is_trusted=True)


VALID = made()
BIT_STRING = VALID.replace(b"\x0c\x08A", b"\x03\x08\x00")
"""A common name that is a BIT STRING, which OpenSSL serves and libpq connects to."""


def test_a_name_of_a_type_that_names_do_not_have_becomes_text() -> None:
    assert BIT_STRING != VALID
    shown = certificate(BIT_STRING)
    assert shown.subject.startswith("cannot be read: ")
    assert shown.issuer.startswith("cannot be read: ")
    assert (shown.not_before, shown.not_after) == (NOW, NOW + timedelta(days=1))
    assert shown.key == "EC secp256r1"
    assert not shown.self_issued
    assert entry(bag(BIT_STRING)).subject.startswith("cannot be read: ")


def test_a_version_that_x509_does_not_have_is_a_note_of_the_store() -> None:
    found, notes = entries([bag(VALID), bag(made(version=9))])
    assert [each.name for each in found] == ["Abcdefgh"]
    (note,) = notes
    assert note.startswith("certificate 2 cannot be read (")
    assert certificate(made(version=9)).not_after is None


@given(st.binary(max_size=200) | st.tuples(st.integers(0, len(VALID) - 1), st.integers(1, 255)))
def test_both_nouns_say_the_same_of_any_bytes(given: bytes | tuple[int, int]) -> None:
    if isinstance(given, tuple):
        position, change = given
        changed = bytearray(VALID)
        changed[position] ^= change
        given = bytes(changed)
    shown = certificate(given)
    found, notes = entries([bag(given)])
    assert (len(found), len(notes)) == ((0, 1) if shown.not_after is None else (1, 0))
    for each in found:
        assert (each.sha1, each.sha256, each.self_issued) == (shown.sha1, shown.sha256, shown.self_issued)
        assert (each.not_before, each.not_after) == (shown.not_before, shown.not_after)
        assert each.subject[:512] == shown.subject


def test_odd_serial_numbers_are_read_without_a_word() -> None:
    (starfield,) = (each for each in rds_roots.roots() if each.name.startswith("Starfield"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = read(starfield.der)
    assert shown.parsed is not None
    with pytest.warns(Warning, match="serial number"):
        assert x509.load_der_x509_certificate(starfield.der).serial_number == 0
    assert shown.sha256 == hashlib.sha256(starfield.der).hexdigest()


def test_the_layer_is_told_file_by_file_the_proxys_apart() -> None:
    assert list(bundles()) == ["aws.pem", "proxy.pem"]
    assert bundles()["proxy.pem"].count(b"-----BEGIN CERTIFICATE-----") == 5


def test_without_the_layer_there_are_no_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rds_trust_store", None)
    rds_roots.roots.cache_clear()
    assert bundles() == {}
    assert rds_roots.roots() == ()
    rds_roots.roots.cache_clear()
