"""Our reader of PKCS12, which keeps the attribute that Java goes by, sees what cryptography's sees."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    PKCS12Certificate,
    load_pkcs12,
    serialize_key_and_certificates,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges.stores.ciphers import decipher
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import pkcs12

from tests import keystore_samples
from tests.properties import tries

ROOTS = [x509.load_der_x509_certificate(root.der) for root in roots() if root.region == "eu-central-1"]
KEY = ec.generate_private_key(ec.SECP256R1())
CIPHERS = [PBES.PBESv1SHA1And3KeyTripleDESCBC, PBES.PBESv2SHA256AndAES256CBC]
# Names are of UTF-16's first plane (BMPString): beyond it cryptography writes what it does not read again.
NAMES = st.text(
    st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters="\0"), max_size=20
)
PASSWORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1, max_size=12)


@st.composite
def sealed(draw: st.DrawFn, password: str) -> KeySerializationEncryption:
    digests: list[HashAlgorithm] = [SHA1(), SHA256()]  # noqa: S303 - what older keystores have
    return (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(draw(st.integers(1, 300)))
        .key_cert_algorithm(draw(st.sampled_from(CIPHERS)))
        .hmac_hash(draw(st.sampled_from(digests)))
        .build(password.encode())
    )


def seen_by_cryptography(content: bytes, password: str | None) -> list[tuple[str, x509.Certificate]]:
    loaded = load_pkcs12(content, None if password is None else password.encode())
    held = ([loaded.cert] if loaded.cert else []) + list(loaded.additional_certs)
    return sorted(
        (((each.friendly_name or b"").decode(), each.certificate) for each in held), key=lambda each: each[0]
    )


def seen_by_us(content: bytes, password: str | None) -> list[tuple[str, x509.Certificate]]:
    bags = pkcs12.read(content, decipher, password).bags
    return sorted(((bag.alias, x509.load_der_x509_certificate(bag.der)) for bag in bags), key=lambda each: each[0])


@settings(max_examples=tries(50))
@given(st.data(), PASSWORDS, st.lists(st.sampled_from(ROOTS), min_size=1, unique=True), st.booleans())
def test_certificates_and_names_are_those_that_cryptography_finds(
    data: st.DataObject, password: str, held: list[x509.Certificate], has_key: bool
) -> None:
    names = data.draw(st.lists(NAMES, min_size=len(held), max_size=len(held), unique=True))
    entries = [PKCS12Certificate(each, name.encode()) for each, name in zip(held, names, strict=True)]
    content = serialize_key_and_certificates(
        b"key", KEY if has_key else None, None, entries, data.draw(sealed(password))
    )
    assert seen_by_us(content, password) == seen_by_cryptography(content, password)
    assert pkcs12.read(content, decipher, password).keys == has_key


@settings(max_examples=tries(10))
@given(st.lists(st.sampled_from(ROOTS), min_size=1, unique=True))
def test_so_are_those_of_one_that_is_not_encrypted(held: list[x509.Certificate]) -> None:
    entries = [PKCS12Certificate(each, str(place).encode()) for place, each in enumerate(held)]
    content = serialize_key_and_certificates(None, None, None, entries, NoEncryption())
    assert seen_by_us(content, None) == seen_by_cryptography(content, None)


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (keystore_samples.PBES2, "secret"),
        (keystore_samples.TRIPLE_DES, "secret"),
        (keystore_samples.RC2_128, "secret"),
        (keystore_samples.RC2_40, "secret"),
        (keystore_samples.UNSEALED, None),
    ],
    ids=["PBES2", "3DES", "RC2 with 128 bits", "RC2 with 40 bits", "unsealed"],
)
def test_so_are_those_of_keystores_that_openssl_made(content: bytes, password: str | None) -> None:
    assert seen_by_us(content, password) == seen_by_cryptography(content, password)
