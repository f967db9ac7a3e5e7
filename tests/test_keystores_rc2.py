"""RC2 deciphers as RFC 2268 says, block by block and in CBC mode."""

import warnings

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import RC2
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.keystores import rc2

from tests.properties import tries

ZERO = bytes(8)


@pytest.mark.parametrize(
    ("key", "plain", "sealed"),
    [
        # RFC 2268, section 5: those whose effective length in bits is the key's own
        ("ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"),
        ("3000000000000000", "1000000000000001", "30649edf9be7d2c2"),
        ("88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"),
    ],
)
def test_the_vectors_of_the_rfc(key: str, plain: str, sealed: str) -> None:
    assert rc2.decipher(bytes.fromhex(key), ZERO, bytes.fromhex(sealed)) == bytes.fromhex(plain)


def test_each_block_hangs_from_the_one_before() -> None:
    key, sealed = bytes.fromhex("ffffffffffffffff"), bytes.fromhex("278b27e42e2f0d49")
    iv = bytes.fromhex("0102030405060708")
    first = bytes.fromhex("fefdfcfbfaf9f8f7")  # ff ^ iv
    second = bytes.fromhex("d874d81bd1d0f2b6")  # ff ^ the sealed block before
    assert rc2.decipher(key, iv, sealed * 3) == first + second + second
    assert rc2.decipher(key, iv, b"") == b""


@settings(max_examples=tries(30))
@given(st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8), st.integers(0, 6), st.data())
def test_what_openssl_enciphers_is_deciphered(key: bytes, iv: bytes, blocks: int, data: st.DataObject) -> None:
    plain = data.draw(st.binary(min_size=8 * blocks, max_size=8 * blocks))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encryptor = Cipher(RC2(key), CBC(iv)).encryptor()
    assert rc2.decipher(key, iv, encryptor.update(plain) + encryptor.finalize()) == plain


@pytest.mark.parametrize("size", [1, 7, 9, 15])
def test_a_piece_of_a_block_is_no_block(size: int) -> None:
    with pytest.raises(ValueError, match="block is incomplete"):
        rc2.decipher(bytes(16), ZERO, bytes(size))


@pytest.mark.parametrize("size", [0, 7, 9])
def test_an_iv_has_8_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="zip"):
        rc2.decipher(bytes(16), bytes(size), ZERO)
