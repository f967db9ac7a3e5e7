"""Where a rehearsal's own root is kept: its certificate for a copy of a trust store, its key for another time."""

import os
import stat
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tlscheck.edges.rehearsal.own_root import OwnRoot, made
from tlscheck.inventory.bad_request import BadRequest

_PRIVATE = 0o600
_OTHERS = 0o077
_LARGEST = 64 * 1024


def own_root(names: tuple[str, ...], certificate: Path, key: Path | None, now: datetime) -> OwnRoot:
    """A root for these names, its certificate written to a file and its key to another, if named.

    A key that is there already is used again. Raises BadRequest: a file is another's, too old, for other names,
    open to others, or cannot be written.
    """
    if key and os.path.lexists(key):
        root = _kept(key, names, now)
    else:
        root = made(names, now)
        if key:
            _keep(root, key)
    _publish(root, certificate)
    return root


def _kept(path: Path, names: tuple[str, ...], now: datetime) -> OwnRoot:
    try:
        content, mode = _read(path)
        if mode & _OTHERS:
            raise BadRequest(f"--trust-file: {path}: others may read or write it; allowed: chmod 600")
        key, certificate = load_pem_private_key(content, None), x509.load_pem_x509_certificate(content)
    except (OSError, ValueError, TypeError) as error:
        raise BadRequest(f"--trust-file: {path}: it holds no test root of an earlier rehearsal") from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or (
        key.public_key() != certificate.public_key()
    ):
        raise BadRequest(f"--trust-file: {path}: its key and its certificate do not belong together")
    if certificate.not_valid_after_utc <= now:
        raise BadRequest(f"--trust-file: {path}: its test root has ended; remove the file, and a new one is made")
    if _constraints(certificate) != _constraints(made(names, now).certificate):
        raise BadRequest(f"--trust-file: {path}: its test root is for other names than --as; take another file")
    return OwnRoot(certificate, key)


def _constraints(certificate: x509.Certificate) -> x509.NameConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None


def _keep(root: OwnRoot, path: Path) -> None:
    content = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        # what is new follows no link
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            file.write(content + root.certificate.public_bytes(Encoding.PEM))
    except OSError as error:
        raise BadRequest(f"--trust-file: {path}: it cannot be written: {error.strerror}") from error


def _publish(root: OwnRoot, path: Path) -> None:
    """Write over an earlier rehearsal's certificate, and over nothing else: it may be the client's own store."""
    try:
        if path.exists() and not _is_ours(path, root):
            raise BadRequest(f"--trust: {path} is there and holds something else; name a file that is not there")
        where = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
        with os.fdopen(where, "wb") as file:
            file.write(root.certificate.public_bytes(Encoding.PEM))
    except OSError as error:
        raise BadRequest(f"--trust: {path}: it cannot be written: {error.strerror}") from error


def _is_ours(path: Path, root: OwnRoot) -> bool:
    try:
        (found,) = x509.load_pem_x509_certificates(_read(path)[0])
    except ValueError:
        return False
    return found.subject == root.certificate.subject


def _read(path: Path) -> tuple[bytes, int]:
    """What a file holds, and who may read it. Raises OSError, for a link too, and ValueError for no file."""
    # a named pipe would wait for its writer
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise ValueError("no file")
        return file.read(_LARGEST), mode
