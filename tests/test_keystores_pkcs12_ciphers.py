"""PKCS#12's ciphers, digests and passwords: each is read, and cryptography reads what was written so too."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from tlscheck.edges.stores.ciphers import decipher
from tlscheck.keystores import pkcs12
from tlscheck.keystores.keystore import Bag, Keystore

from tests import keystore_samples
from tests.der_writer import integer, octets, oid
from tests.der_writer import sequence as seq
from tests.pkcs12_parts import (
    BAGS,
    DIGESTS,
    HELD,
    HMACS,
    PBES2_CIPHERS,
    PLAIN,
    ROOT,
    SALT,
    digest,
    pbes2,
    pbkdf2,
    refusal,
    safe,
    store,
)

# ------------------------------------------------------------------------------------------- ciphers and digests


@pytest.mark.parametrize("cipher", PBES2_CIPHERS)
@pytest.mark.parametrize("name", HMACS)
@pytest.mark.parametrize("has_length", [True, False])
def test_each_cipher_under_each_digest_of_pbkdf2(cipher: str, name: str, has_length: bool) -> None:
    length = PBES2_CIPHERS[cipher][1] if has_length else None
    data = store(pbes2(cipher, "secret", name=name, length=length), mac=digest("sha256", "secret"))
    assert pkcs12.read(data, decipher, "secret") == Keystore(HELD)
    # cryptography thinks so too
    (found,) = load_pkcs12(data, b"secret").additional_certs
    assert found.friendly_name == b"root"


@pytest.mark.parametrize("name", ["PBES2", "TRIPLE_DES", "RC2_128", "RC2_40", "UNSEALED"])
def test_what_openssl_makes_holds_one_root_that_java_does_not_see(name: str) -> None:
    found = pkcs12.read(getattr(keystore_samples, name), decipher, "secret")
    notes = ("not checked for changes: it carries no digest",) if name == "UNSEALED" else ()
    assert found == Keystore((Bag(ROOT, "", is_trusted=False),), 0, notes)


@pytest.mark.parametrize("name", DIGESTS)
@pytest.mark.parametrize("rounds", [None, 1, 3])
def test_each_digest_is_checked(name: str, rounds: int | None) -> None:
    data = store(PLAIN, mac=digest(name, "secret", rounds))
    assert pkcs12.read(data, decipher, "secret") == Keystore(HELD)
    if rounds != 1:  # the default, written out: cryptography warns of it
        assert len(load_pkcs12(data, b"secret").additional_certs) == 1
    wrong = "the PKCS12 keystore's digest does not match: a wrong password, or it was changed"
    assert refusal(data, "other") == refusal(data, "") == wrong
    own = "the PKCS12 keystore has a password of its own: it is needed to read it"
    assert refusal(data) == own


@pytest.mark.parametrize("name", HMACS)
@pytest.mark.parametrize("length", [None, 32, 64])
def test_each_digest_of_rfc_9579_is_checked(name: str, length: int | None) -> None:
    scheme_of_hmac = seq(oid(HMACS[name]), b"\x05\x00")

    def pbmac1(inside: bytes) -> bytes:
        key = hashlib.pbkdf2_hmac("sha256", b"secret", SALT, 2, length or 32)
        scheme = seq(oid("1.2.840.113549.1.5.14"), seq(pbkdf2("sha256", length=length), scheme_of_hmac))
        return seq(seq(scheme, octets(hmac.digest(key, inside, name))), octets(b""), integer(1))

    assert pkcs12.read(store(PLAIN, mac=pbmac1), decipher, "secret") == Keystore(HELD)
    assert refusal(store(PLAIN, mac=pbmac1), "other").startswith("the PKCS12 keystore's digest does not match")


@pytest.mark.parametrize("password", ["changeit", "", None])
def test_without_a_password_javas_an_empty_one_and_none_are_tried(password: str | None) -> None:
    data = store(pbes2("2.16.840.1.101.3.4.1.42", password or ""), mac=digest("sha256", password))
    assert pkcs12.read(data, decipher) == Keystore(HELD)


@pytest.mark.parametrize("password", ["changeit", ""])
def test_they_are_tried_too_where_no_digest_says_which_is_right(password: str) -> None:
    data = store(pbes2("2.16.840.1.101.3.4.1.42", password))
    notes = ("not checked for changes: it carries no digest",)
    assert pkcs12.read(data, decipher) == Keystore(HELD, 0, notes)


# ----------------------------------------------------------------------------------------------------- what fits


def test_a_decipher_is_given_cipher_key_iv_and_data() -> None:
    asked: list[tuple[str, bytes, bytes, bytes]] = []

    def kept(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
        asked.append((cipher, key, iv, data))
        return BAGS + b"\1"

    old = seq(oid("1.2.840.113549.1.12.1.3"), seq(octets(bytes.fromhex("0a58cf64530d823f")), integer(1)))
    pkcs12.read(store(safe(old, b"sealed")), kept, "smeg")
    # Stephen Henson's test vectors, set 1
    key, iv = bytes.fromhex("8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"), bytes.fromhex("79993dfe048d3b76")
    assert asked == [("3DES", key, iv, b"sealed")]


@pytest.mark.parametrize(
    ("plain", "is_opened"),
    [
        (BAGS + b"\1", True),
        (BAGS + b"\2\2", True),
        (BAGS + b"\x10" * 16, True),
        (BAGS + b"\x11" * 17, False),
        (BAGS + b"\0", False),
        (BAGS + b"\1\2", False),
        (BAGS + b"\2\1\2", False),
        (b"\x31" + BAGS[1:] + b"\1", False),
        (b"\4" * 4, False),
        (b"", False),
    ],
)
def test_padding_says_whether_a_password_is_right(plain: bytes, is_opened: bool) -> None:
    data = store(pbes2("2.16.840.1.101.3.4.1.42", "any"))
    if is_opened:
        assert pkcs12.read(data, lambda *_: plain, "any").bags == HELD
    else:
        why = refusal(data, "any", lambda *_: plain)
        assert why == "the PKCS12 keystore could not be deciphered: a wrong password, or it was changed"


def test_rc2_is_paid_for_in_rounds() -> None:
    """40,000 blocks at 50 rounds are all that one keystore may cost, and deriving key and IV took two."""
    old = seq(oid("1.2.840.113549.1.12.1.6"), seq(octets(SALT), integer(1)))
    why = "opening it would take 2,000,001 rounds or more of its key derivation; tlscheck stops at 2,000,000"
    assert refusal(store(safe(old, bytes(8 * 40_000))), "any") == why


def test_other_ciphers_cost_nothing() -> None:
    large = safe(seq(oid("1.2.840.113549.1.12.1.3"), seq(octets(SALT), integer(1))), bytes(8 * 50_000))
    opened = pkcs12.read(store(large), lambda *_: BAGS + b"\1", "any")
    assert opened.bags == HELD
