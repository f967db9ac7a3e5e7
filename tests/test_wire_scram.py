"""What of SCRAM a library would do otherwise than PostgreSQL: the password's form, and what binds it to TLS."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.messages import ProtocolBroken
from tlscheck.wire.scram import OtherHash, end_point, hash_again, iterations_of, prepared


@pytest.mark.parametrize(
    ("password", "hashed"),
    [
        # ASCII is never touched, not even what RFC 4013 prohibits.
        ("hunter2", b"hunter2"),
        ("tab\there\x7f", b"tab\there\x7f"),
        ("", b""),
        # RFC 3454, C.1.2 and B.1: other blanks are one, and what is not seen is nothing.
        ("pass\u00a0word", b"pass word"),
        ("a\u2003b\u3000c", b"a b c"),
        ("so\u00adft\ufeff", b"soft"),
        ("in\u200bboth", b"in both"),
        # NFKC
        ("\ufb01sh", b"fish"),
        ("I\u2168", b"IIX"),
        ("\u212b", "\u00c5".encode()),
        ("e\u0301", "\u00e9".encode()),
        # Nothing is left, or something is prohibited: as it is.
        ("\u00ad", "\u00ad".encode()),
        ("\u00e9\x07", "\u00e9\x07".encode()),  # C.2.1, which beside others is looked for
        ("\ue000\u00ad", "\ue000\u00ad".encode()),  # C.3
        ("x\u0340", "x\u0340".encode()),  # C.8: before normalisation, after which it would be none
        ("\U0001f511\u00a0", "\U0001f511\u00a0".encode()),  # A.1: not in Unicode 3.2
        # Both directions: whole from right to left, at both ends at least, or not at all.
        ("\u0627\u00a01\u0628", "\u0627 1\u0628".encode()),
        ("\u0627\u00a01", "\u0627\u00a01".encode()),
        ("a\u00ad\u0627", "a\u00ad\u0627".encode()),
    ],
)
def test_a_password_is_hashed_in_the_form_in_which_postgresql_hashed_it(password: str, hashed: bytes) -> None:
    assert prepared(password) == hashed


@given(st.text())
def test_every_password_has_a_form(password: str) -> None:
    assert isinstance(prepared(password), bytes)
    if password.isascii():
        assert prepared(password) == password.encode()


@pytest.mark.parametrize(
    ("digest", "used"),
    [
        # RFC 5929, section 4.1: the signature's own digest, but SHA-256 instead of MD5 and SHA-1
        ("SHA256", "sha256"),
        ("SHA384", "sha384"),
        ("SHA512", "sha512"),
        ("SHA224", "sha224"),
        ("SHA3-256", "sha3_256"),
        ("SHA1", "sha256"),
        ("MD5", "sha256"),
    ],
)
def test_a_login_is_bound_to_the_certificate_by_the_digest_of_its_signature(digest: str, used: str) -> None:
    assert end_point(b"a certificate", digest) == hashlib.new(used, b"a certificate").digest()


@pytest.mark.parametrize("digest", ["", "no digest"])
def test_a_login_is_not_bound_to_a_certificate_whose_signature_has_no_digest(digest: str) -> None:
    assert end_point(b"a certificate", digest) is None


SALT = b"c2FsdCBvZiAxMiEh"


@pytest.mark.parametrize("iterations", [4096, 200_001, 600_000, 10_000_000])
def test_a_first_message_asks_for_iterations(iterations: int) -> None:
    assert iterations_of(b"r=abc,s=" + SALT + b",i=%d" % iterations) == iterations


@pytest.mark.parametrize(
    ("first", "said"),
    [
        *[
            (
                b"r=abc,s=" + SALT + b",i=%d" % iterations,
                f"the server asks for {iterations} SCRAM iterations, {than}",
            )
            for iterations, than in (
                (0, "fewer than 4096"),
                (1, "fewer than 4096"),
                (4095, "fewer than 4096"),
                (10_000_001, "more than the time suffices for"),
                (2_147_483_647, "more than the time suffices for"),
            )
        ],
        (b"r=abc,s=c2FsdCBvZiAxMSE=,i=4096", "the server's SCRAM salt has 11 bytes, fewer than 12"),
    ],
)
def test_a_hash_that_is_not_spoken_is_told_as_that(first: bytes, said: str) -> None:
    with pytest.raises(OtherHash, match=f"^{said}$"):
        iterations_of(first)


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"i=4096",
        b"r=abc,s=" + SALT,
        b"r=,s=" + SALT + b",i=4096",
        b"r=a c,s=" + SALT + b",i=4096",
        b"r=abc,s=,i=4096",
        b"r=abc,s=A,i=4096",
        b"r=abc,s=" + SALT + b"==,i=4096",
        b"r=abc,s=" + SALT + b",i=04096",
        b"r=abc,s=" + SALT + b",i=-1",
        b"r=abc,s=" + SALT + b",i=4096,x=y",
        b"m=x,r=abc,s=" + SALT + b",i=4096",
    ],
)
def test_a_first_message_of_another_form_is_malformed(first: bytes) -> None:
    with pytest.raises(ProtocolBroken, match=r"^the server's first SCRAM message is malformed$"):
        iterations_of(first)


def test_what_mends_it_is_a_password_that_is_hashed_again() -> None:
    assert hash_again('o"dd') == (
        'With scram_iterations = 4096, ALTER ROLE "o""dd" PASSWORD to what the secret holds.'
    )
