"""PKCS#12's bags: what Java trusts of them, each reason to refuse a keystore, and how one is known at all."""

import pytest
from tlscheck.edges.stores.ciphers import decipher
from tlscheck.keystores import pkcs12
from tlscheck.keystores.keystore import Bag, Keystore

from tests import der_writer, keystore_samples
from tests.der_writer import DATA, ENCRYPTED_DATA, TRUSTED, bag, content, element, integer, named, octets, oid
from tests.der_writer import sequence as seq
from tests.pkcs12_parts import (
    DIGESTS,
    NAME,
    PLAIN,
    ROOT,
    SALT,
    attribute,
    local,
    other_bag,
    pbkdf2,
    refusal,
    safe,
    store,
)

# ---------------------------------------------------------------------------------------------------------- bags


@pytest.mark.parametrize(
    ("bags", "found", "keys"),
    [
        ((), (), 0),
        ((bag(b"1"),), (Bag(b"1", "", False),), 0),
        ((bag(b"1", TRUSTED),), (Bag(b"1", "", True),), 0),
        ((bag(b"1", named("größe"), TRUSTED),), (Bag(b"1", "größe", True),), 0),
        # a name that is of no BMPString, and one that is cut short
        ((bag(b"1", attribute(NAME, element(0x0C, b"root"))),), (Bag(b"1", "", False),), 0),
        ((bag(b"1", attribute(NAME, element(0x1E, b"\0a\0"))),), (Bag(b"1", "a�", False),), 0),
        # the first value of an attribute counts
        ((bag(b"1", attribute(NAME, element(0x1E, b"\0a"), element(0x1E, b"\0b"))),), (Bag(b"1", "a", False),), 0),
        # Java trusts the certificate of a key
        ((other_bag(1, b"", local(b"x")), bag(b"1", local(b"x"))), (Bag(b"1", "", True),), 1),
        ((bag(b"1", local(b"x")), other_bag(2, b"", local(b"x"))), (Bag(b"1", "", True),), 1),
        ((other_bag(2, b"", local(b"y")), bag(b"1", local(b"x"))), (Bag(b"1", "", False),), 1),
        ((other_bag(2, b""), bag(b"1")), (Bag(b"1", "", False),), 1),
        ((other_bag(2, b"", local(b"")), bag(b"1", local(b""))), (Bag(b"1", "", False),), 1),
        # an identifier that has no key makes nobody trusted
        ((bag(b"1", local(b"x")), bag(b"2", local(b"x"))), (Bag(b"1", "", False), Bag(b"2", "", False)), 0),
        # neither keys nor certificates
        ((other_bag(4, b""), other_bag(5, b""), other_bag(6, b"")), (), 0),
        # a certificate that is none of X.509 (SDSI), and an X.509 one without any attributes at all
        ((other_bag(3, seq(oid("1.2.840.113549.1.9.22.2"), element(0xA0, octets(b"1")))),), (), 0),
        (
            (other_bag(3, seq(oid("1.2.840.113549.1.9.22.1"), element(0xA0, octets(b"1")))),),
            (Bag(b"1", "", False),),
            0,
        ),
    ],
)
def test_what_java_makes_of_bags(bags: tuple[bytes, ...], found: tuple[Bag, ...], keys: int) -> None:
    notes = ("not checked for changes: it carries no digest",)
    assert pkcs12.read(der_writer.pkcs12(*bags), decipher) == Keystore(found, keys, notes)


def test_a_key_may_lie_in_another_safe_than_its_certificate() -> None:
    keys, certificates = seq(other_bag(2, b"", local(b"x"))), seq(bag(b"1", local(b"x")))
    data = store(content(DATA, octets(certificates)), content(DATA, octets(keys)))
    assert (pkcs12.read(data, decipher).bags, pkcs12.read(data, decipher).keys) == ((Bag(b"1", "", True),), 1)


def test_of_two_elements_where_one_belongs_the_first_counts() -> None:
    certificate = seq(oid("1.2.840.113549.1.9.22.1"), element(0xA0, octets(b"1"), octets(b"2")))
    doubled = seq(oid("1.2.840.113549.1.12.10.1.3"), element(0xA0, certificate, seq()))
    data = seq(integer(3), seq(DATA, element(0xA0, octets(seq(content(DATA, octets(seq(doubled))))), octets(b""))))
    assert pkcs12.read(data, decipher).bags == (Bag(b"1", "", False),)


# ------------------------------------------------------------------------------------------------- what is refused

AES_256 = seq(oid("2.16.840.1.101.3.4.1.42"), octets(bytes(16)))


def pbes2_of(*parts: bytes) -> bytes:
    return store(safe(seq(oid("1.2.840.113549.1.5.13"), seq(*parts)), bytes(16)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            seq(integer(3), content(oid("1.2.840.113549.1.7.2"), seq())),
            "a PKCS12 keystore that is signed with a key instead of a password: nobody's default",
        ),
        (
            store(content(oid("1.2.840.113549.1.7.3"), seq())),
            "a PKCS12 keystore with a part that only a private key opens",
        ),
        (
            store(safe(seq(oid("1.2.840.113549.1.12.1.1"), seq()), bytes(8))),
            "it uses a cipher that tlscheck does not know (1.2.840.113549.1.12.1.1)",
        ),
        (
            pbes2_of(pbkdf2("sha1"), seq(oid("1.2.840.113549.3.2"), octets(bytes(8)))),
            "it uses a cipher that tlscheck does not know (1.2.840.113549.3.2)",
        ),
        (
            pbes2_of(seq(oid("1.3.6.1.4.1.11591.4.11"), seq()), AES_256),
            "it uses a key derivation that tlscheck does not know (1.3.6.1.4.1.11591.4.11)",
        ),
        (
            store(PLAIN, mac=lambda _: seq(seq(seq(oid("1.2.840.113549.2.5")), octets(b"")), octets(SALT))),
            "it uses a digest that tlscheck does not know (1.2.840.113549.2.5)",
        ),
        (store() + b"x", "a PKCS12 keystore that is damaged: 1 bytes behind its end"),
        (seq(integer(3)), "a PKCS12 keystore that is damaged: 1 elements where at least 2 belong"),
        (element(0x31), "a PKCS12 keystore that is damaged: tag 0x31 where 0x30 belongs"),
        (
            seq(integer(3), seq(DATA, element(0xA1, octets(seq())))),
            "a PKCS12 keystore that is damaged: tag 0xa1 where 0xa0 belongs",
        ),
        (
            seq(integer(3), content(DATA, seq())),
            "a PKCS12 keystore that is damaged: tag 0x30 where 0x04 belongs",
        ),
        (
            store(content(DATA, element(0x24))),
            "a PKCS12 keystore that is damaged: tag 0x24 where 0x04 belongs",
        ),
        (
            store(content(ENCRYPTED_DATA, seq(integer(0), seq(DATA, AES_256, element(0xA0, b"")))), ),
            "a PKCS12 keystore that is damaged: tag 0xa0 where 0x80 belongs",
        ),
        (
            pbes2_of(pbkdf2("sha1"), seq(oid("2.16.840.1.101.3.4.1.42"), integer(1))),
            "a PKCS12 keystore that is damaged: tag 0x02 where 0x04 belongs",
        ),
        (
            store(safe(seq(oid("1.2.840.113549.1.12.1.3"), seq(integer(1), integer(1))), bytes(8))),
            "a PKCS12 keystore that is damaged: tag 0x02 where 0x04 belongs",
        ),
        (
            store(safe(seq(oid("1.2.840.113549.1.12.1.6"), seq(octets(SALT), integer(1))), bytes(9))),
            (
                "a PKCS12 keystore that is damaged: an encrypted part that cannot be deciphered"
                " (its last block is incomplete)"
            ),
        ),
        (
            store(PLAIN, mac=lambda _: seq(seq(seq(oid(DIGESTS["sha1"])), octets(b"")), integer(1), integer(1))),
            "a PKCS12 keystore that is damaged: tag 0x02 where 0x04 belongs",
        ),
        (
            store(PLAIN, mac=lambda _: seq(seq(seq(oid(DIGESTS["sha1"])), integer(1)), octets(SALT))),
            "a PKCS12 keystore that is damaged: tag 0x02 where 0x04 belongs",
        ),
        (
            store(content(DATA, octets(seq(seq(oid("1.2.840.113549.1.12.10.1.1"), seq(), seq()))))),
            "a PKCS12 keystore that is damaged: tag 0x30 where 0x31 belongs",
        ),
        (
            der_writer.pkcs12(bag(b"1", seq(oid(NAME), seq()))),
            "a PKCS12 keystore that is damaged: tag 0x30 where 0x31 belongs",
        ),
        (
            der_writer.pkcs12(bag(b"1", attribute(NAME))),
            "a PKCS12 keystore that is damaged: 0 elements where at least 1 belong",
        ),
        (
            der_writer.pkcs12(other_bag(3, seq(oid("1.2.840.113549.1.9.22.1"), element(0xA0, integer(1))))),
            "a PKCS12 keystore that is damaged: tag 0x02 where 0x04 belongs",
        ),
        (
            der_writer.pkcs12(other_bag(3, seq(oid("1.2.840.113549.1.9.22.1"), element(0xA1, octets(b"1"))))),
            "a PKCS12 keystore that is damaged: tag 0xa1 where 0xa0 belongs",
        ),
        (
            der_writer.pkcs12(seq(oid("1.2.840.113549.1.12.10.1.3"), element(0xA1, seq()))),
            "a PKCS12 keystore that is damaged: tag 0xa1 where 0xa0 belongs",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(data: bytes, why: str) -> None:
    assert refusal(data, "secret") == why


def test_a_cipher_that_takes_no_such_data_is_told() -> None:
    data = store(safe(seq(oid("1.2.840.113549.1.12.1.3"), seq(octets(SALT), integer(1))), bytes(9)))
    beginning = "a PKCS12 keystore that is damaged: an encrypted part that cannot be deciphered ("
    assert refusal(data, "secret").startswith(beginning)


# --------------------------------------------------------------------------------------------------- what it is


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (keystore_samples.PBES2, True),
        (seq(integer(3)), True),
        (seq(integer(3)) + b"rest", True),
        (seq(integer(2)), False),
        (seq(integer(4)), False),
        (element(0x31, integer(3)), False),
        (seq(), False),
        (b"", False),
        (ROOT, False),
        (ROOT[:100], False),
        # cut short, or of open length
        (keystore_samples.PBES2[:500], True),
        (bytes.fromhex("3080020103"), True),
        (bytes.fromhex("3180020103"), False),
        (bytes.fromhex("3080020102"), False),
        (bytes.fromhex("3084ffffffff020103"), True),
        (bytes.fromhex("3085ffffffffff020103"), False),
        (bytes.fromhex("30020103"), False),
    ],
)
def test_a_keystore_is_known_by_its_first_bytes(data: bytes, is_one: bool) -> None:
    assert pkcs12.is_pkcs12(data) is is_one
