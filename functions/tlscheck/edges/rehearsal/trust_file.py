"""A test root that is kept in a file, for a rehearsal that is stopped and started again."""

import os
import stat
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tlscheck.edges.rehearsal.own_root import OwnRoot
from tlscheck.inventory.bad_request import BadRequest

_LARGEST = 64 * 1024
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write(path: Path, root: OwnRoot) -> None:
    """Both certificates and the key, for its owner alone. Raises BadRequest where anything is there already."""
    key = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _not_usable(
            path, error.strerror or "it cannot be written", "a file that is not there yet"
        ) from error
    certificates = b"".join(each.public_bytes(Encoding.PEM) for each in (root.certificate, root.below))
    try:
        with os.fdopen(number, "wb") as file:
            file.write(certificates + key)
    except OSError as error:
        path.unlink()  # half a key is nobody's
        raise _not_usable(path, error.strerror or "it cannot be written", "a file with room for 4 KiB") from error


def read(path: Path, now: datetime) -> OwnRoot:
    """What `write` has written. Raises BadRequest for anything else, and for a root that has expired."""
    allowed = "a file that --trust-file wrote, readable by its owner alone"
    try:
        # a named pipe would wait for its writer
        with os.fdopen(os.open(path, os.O_RDONLY | _NO_LINK | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            shown = os.fstat(file.fileno())
            if not stat.S_ISREG(shown.st_mode) or shown.st_mode & _OF_OTHERS or shown.st_uid != os.getuid():
                raise _not_usable(path, "others may read or write it, or it is no file", allowed)
            content = file.read(_LARGEST)
    except OSError as error:
        raise _not_usable(path, error.strerror or "it cannot be read", allowed) from error
    try:
        certificate, below = x509.load_pem_x509_certificates(content)
        key = load_pem_private_key(content, None)
        is_key_of_it = key.public_key() == below.public_key()
        below.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise _not_usable(path, "it holds no test root and key", allowed) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _not_usable(path, "it holds a key of another kind", allowed)
    if not is_key_of_it:
        raise _not_usable(path, "its key is not its certificate's", allowed)
    if certificate.not_valid_after_utc <= now:
        raise _not_usable(path, "its root has expired", "another file, for a new root")
    return OwnRoot(certificate, below, key)


def _not_usable(path: Path, why: str, allowed: str) -> BadRequest:
    return BadRequest(f"--trust-file: {str(path)!a}: {why}; allowed: {allowed}")
