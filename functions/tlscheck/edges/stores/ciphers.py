"""What a PKCS12 keystore needs of cryptography: two ciphers to read it, one of them to write it."""

from collections.abc import Iterable

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tlscheck.keystores import pkcs12_writing

_CIPHERS = {"AES": AES, "3DES": TripleDES}


def decipher(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES or 3DES in CBC mode. Raises ValueError for a key, IV or length that the cipher can't have."""
    decryptor = Cipher(_CIPHERS[cipher](key), CBC(iv)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def write_pkcs12(certificates: Iterable[tuple[str, bytes]], password: str) -> bytes:
    """A trust store of Java: alias and DER each, under the attribute that makes Java trust them."""
    return pkcs12_writing.write(certificates, password, _encipher)


def _encipher(key: bytes, iv: bytes, data: bytes) -> bytes:
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()
