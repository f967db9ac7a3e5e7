"""Keys from passwords: the vectors of the RFCs, every digest by its identifier, and what is refused."""

import hashlib

import pytest
from tlscheck.keystores.der import Malformed, only_element
from tlscheck.keystores.key_derivation import Budget, bmp, digest_of, hmac_of, pbkdf2, pkcs12
from tlscheck.keystores.keystore import UnreadableStore

from tests.der_writer import integer, octets, oid, sequence

HMACS = {
    "sha1": "1.2.840.113549.2.7",
    "sha224": "1.2.840.113549.2.8",
    "sha256": "1.2.840.113549.2.9",
    "sha384": "1.2.840.113549.2.10",
    "sha512": "1.2.840.113549.2.11",
}
DIGESTS = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
"""RFC 8018, appendices B.1.2 and C."""


def derived(*fields: bytes, password: str | None = "password", size: int = 20) -> str:  # noqa: S107 - an RFC's
    return pbkdf2(only_element(sequence(*fields)), password, size, Budget()).hex()


# ------------------------------------------------------------------------------------------------------- PBKDF2


@pytest.mark.parametrize(
    ("password", "salt", "rounds", "key"),
    [
        # RFC 6070, section 2
        ("password", b"salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
        ("password", b"salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
        ("password", b"salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
        (
            "passwordPASSWORDpassword",
            b"saltSALTsaltSALTsaltSALTsaltSALTsalt",
            4096,
            "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
        ),
        ("pass\0word", b"sa\0lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"),
    ],
)
def test_pbkdf2_with_sha1_by_default(password: str, salt: bytes, rounds: int, key: str) -> None:
    size = len(key) // 2
    assert derived(octets(salt), integer(rounds), password=password, size=size) == key
    # the length that the parameters name counts, and not the one that the cipher would have
    assert derived(octets(salt), integer(rounds), integer(size), password=password, size=64) == key


@pytest.mark.parametrize(
    ("password", "salt", "rounds", "key"),
    [
        # RFC 7914, section 11
        (
            "passwd",
            b"salt",
            1,
            (
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
            ),
        ),
        (
            "Password",
            b"NaCl",
            80000,
            (
                "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"
            ),
        ),
    ],
)
def test_pbkdf2_with_sha256(password: str, salt: bytes, rounds: int, key: str) -> None:
    scheme = sequence(oid(HMACS["sha256"]), b"\x05\x00")
    assert derived(octets(salt), integer(rounds), scheme, password=password, size=64) == key
    assert derived(octets(salt), integer(rounds), integer(64), scheme, password=password, size=1) == key


@pytest.mark.parametrize("digest", HMACS)
def test_each_hmac_is_known_by_its_identifier(digest: str) -> None:
    key = hashlib.pbkdf2_hmac(digest, b"password", b"salt", 3, 20).hex()
    assert hmac_of(HMACS[digest]) == digest
    assert derived(octets(b"salt"), integer(3), sequence(oid(HMACS[digest]))) == key


def test_no_password_and_an_empty_one_are_the_same_to_pbkdf2_and_others_are_utf_8() -> None:
    fields = (octets(b"salt"), integer(1))
    none = hashlib.pbkdf2_hmac("sha1", b"", b"salt", 1, 20).hex()
    assert derived(*fields, password=None) == derived(*fields, password="") == none
    odd = hashlib.pbkdf2_hmac("sha1", b"\xc3\xa4\xed\xa0\x80", b"salt", 1, 20).hex()
    assert derived(*fields, password="ä\ud800") == odd  # noqa: S106 - of this test


@pytest.mark.parametrize(("size", "is_taken"), [(0, False), (1, True), (64, True), (65, False)])
def test_a_key_has_1_to_64_bytes(size: int, is_taken: bool) -> None:
    if is_taken:
        assert len(derived(octets(b"salt"), integer(1), integer(size))) == 2 * size
    else:
        with pytest.raises(Malformed, match=f"^a key of {size} bytes$"):
            derived(octets(b"salt"), integer(1), integer(size))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ((), "0 elements where at least 1 belong"),
        ((octets(b"salt"),), "1 elements where at least 2 belong"),
        ((integer(1), integer(1)), "tag 0x02 where 0x04 belongs"),
        ((octets(b"salt"), octets(b"1")), "tag 0x04 where 0x02 belongs"),
        ((octets(b"salt"), integer(0)), "a key derivation of 0 rounds"),
        ((octets(b"salt"), integer(-1)), "a key derivation of -1 rounds"),
        ((octets(b"salt"), integer(1), octets(b"")), "tag 0x04 where 0x30 belongs"),
        ((octets(b"salt"), integer(1), sequence()), "0 elements where at least 1 belong"),
    ],
)
def test_parameters_that_are_none_are_said_to_be(fields: tuple[bytes, ...], why: str) -> None:
    with pytest.raises(Malformed) as refused:
        derived(*fields)
    assert str(refused.value) == why


# -------------------------------------------------------------------------------------------------- PKCS#12's own


@pytest.mark.parametrize(
    ("password", "salt", "rounds", "purpose", "key"),
    [
        # Stephen Henson's test vectors, sets 1 and 2, which openssl, GnuTLS and Bouncy Castle hold themselves to
        ("smeg", "0a58cf64530d823f", 1, 1, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"),
        ("smeg", "0a58cf64530d823f", 1, 2, "79993dfe048d3b76"),
        ("smeg", "3d83c0e4546ac140", 1, 3, "8d967d88f6caa9d714800ab3d48051d63f73a312"),
        ("queeg", "05dec959acff72f7", 1000, 1, "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"),
        ("queeg", "05dec959acff72f7", 1000, 2, "11dedad7758d4860"),
        ("queeg", "1682c0fc5b3f7ec5", 1000, 1, "483dd6e919d7de2e8e648ba8f862f3fbfbdc2bcb2c02957f"),
        ("queeg", "1682c0fc5b3f7ec5", 1000, 2, "9d461d1b00355c50"),
        ("queeg", "263216fcc2fab31c", 1000, 3, "5ec4c7a80df652294c3925b6489a7ab857c83476"),
    ],
)
def test_the_vectors_of_other_libraries(password: str, salt: str, rounds: int, purpose: int, key: str) -> None:
    size = len(key) // 2
    assert pkcs12("sha1", bmp(password), bytes.fromhex(salt), rounds, purpose, size, Budget()).hex() == key


def by_the_letter(digest: str, password: bytes, salt: bytes, rounds: int, *, purpose: int, size: int) -> bytes:
    """RFC 7292, B.2, step by step and byte by byte."""
    block = {"sha1": 64, "sha224": 64, "sha256": 64, "sha384": 128, "sha512": 128}[digest]
    whole = [
        bytes(text[place % len(text)] for place in range((len(text) + block - 1) // block * block))
        if text
        else b""
        for text in (salt, password)
    ]
    blended, answer = bytearray(b"".join(whole)), b""
    while len(answer) < size:
        part = bytes([purpose]) * block + bytes(blended)
        for _ in range(rounds):
            part = hashlib.new(digest, part).digest()
        answer += part
        added = [part[place % len(part)] for place in range(block)]
        for start in range(0, len(blended), block):
            carry = 1
            for place in range(block - 1, -1, -1):
                carry += blended[start + place] + added[place]
                blended[start + place] = carry & 0xFF
                carry >>= 8
    return answer[:size]


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize("size", [1, 20, 24, 64, 65, 200])
@pytest.mark.parametrize(
    ("password", "salt"), [("", 8), ("pass", 0), ("p" * 31, 64), ("p" * 32, 65), ("p" * 100, 128), ("p" * 63, 129)]
)
def test_every_digest_at_the_bounds_of_its_blocks(digest: str, size: int, password: str, salt: int) -> None:
    given = (bmp(password), bytes(range(salt)), 3)
    assert digest_of(DIGESTS[digest]) == digest
    key = by_the_letter(digest, *given, purpose=2, size=size)
    assert pkcs12(digest, *given, 2, size, Budget()) == key


def test_a_password_is_utf_16_with_an_end_and_none_is_no_bytes() -> None:
    assert bmp("aä") == bytes.fromhex("006100e40000")
    assert bmp("\ud800") == bytes.fromhex("d8000000")
    assert bmp("") == bytes.fromhex("0000")
    assert bmp(None) == b""


# --------------------------------------------------------------------------------------------- what is not known


@pytest.mark.parametrize("known", [digest_of, hmac_of])
def test_what_is_not_known_is_named(known) -> None:  # type: ignore[no-untyped-def] # either of two functions
    kind = "digest" if known is digest_of else "HMAC"
    for strange in ("1.2.840.113549.2.5", "2.16.840.1.101.3.4.2.7"):  # MD5, SHA3-224
        with pytest.raises(UnreadableStore) as refused:
            known(strange)
        assert str(refused.value) == f"it uses a {kind} that tlscheck does not know ({strange})"


# --------------------------------------------------------------------------------------------------- the budget


def test_two_million_rounds_are_spent_and_no_more() -> None:
    whole = Budget()
    assert whole.spend(2_000_000) == 2_000_000
    with pytest.raises(UnreadableStore) as refused:
        whole.spend(1)
    assert str(refused.value) == (
        "opening it would take 1 rounds or more of its key derivation; tlscheck stops at 2,000,000"
    )
    with pytest.raises(UnreadableStore, match=r"^opening it would take 2,000,001 rounds or more"):
        Budget().spend(2_000_001)


def test_each_round_of_each_block_is_spent() -> None:
    budget = Budget(100)
    assert budget.spend(1) == 1
    pkcs12("sha1", b"", b"salt", 10, 1, 20, budget)
    assert budget.iterations == 89
    pkcs12("sha1", b"", b"salt", 10, 1, 21, budget)  # two blocks of 20 bytes
    assert budget.iterations == 69
    pbkdf2(only_element(sequence(octets(b"salt"), integer(9))), None, 20, budget)
    assert budget.iterations == 60
