"""What a PKCS12 keystore needs of cryptography: two ciphers, and Java's form of it."""

import warnings
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore
from cryptography.utils import CryptographyDeprecationWarning

_CIPHERS = {"AES": AES, "3DES": TripleDES}


def decipher(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES or 3DES in CBC mode. Raises ValueError for a key, IV or length that the cipher can't have."""
    decryptor = Cipher(_CIPHERS[cipher](key), CBC(iv)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def write_pkcs12(certificates: Iterable[tuple[str, bytes]], password: str) -> bytes:
    """A trust store of Java: alias and DER each, under the attribute that makes Java trust them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        entries = [
            PKCS12Certificate(x509.load_der_x509_certificate(der), alias.encode()) for alias, der in certificates
        ]
    return serialize_java_truststore(entries, BestAvailableEncryption(password.encode()))
