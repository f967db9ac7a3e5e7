"""A rehearsal's own root: its certificate for a copy of a client's trust store, the key for another time."""

import os
import stat
from datetime import datetime
from pathlib import Path

from cryptography import x509

from tlscheck.edges.rehearsal import trust_file
from tlscheck.edges.rehearsal.forgery import pem
from tlscheck.edges.rehearsal.own_root import OwnRoot, constraints, made
from tlscheck.inventory.bad_request import BadRequest

_LARGEST = 64 * 1024
_AS_IT_IS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Neither a link is followed nor a pipe waited for."""


def own_root(names: tuple[str, ...], certificate: Path, key: Path | None, now: datetime) -> OwnRoot:
    """A root for these names, its certificate written to a file and the key to another, where one is named.

    A key that is there already is used again. Raises BadRequest: a file is another's, too old, for other names,
    open to others, or cannot be written.
    """
    if key and os.path.realpath(key) == os.path.realpath(certificate):
        raise BadRequest(f"--trust, --trust-file: both are {str(key)!a}; each is a file of its own")
    is_kept = key is not None and os.path.lexists(key)
    root = _kept(key, names, now) if key and is_kept else made(names, now)
    _publish(root, certificate)
    if key and not is_kept:
        trust_file.write(key, root)
    return root


def _kept(path: Path, names: tuple[str, ...], now: datetime) -> OwnRoot:
    root = trust_file.read(path, now)
    if _constraints(root.below) != constraints(names):
        raise BadRequest(f"--trust-file: {path}: its test root is for other names than --as; take another file")
    return root


def _constraints(certificate: x509.Certificate) -> x509.NameConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _publish(root: OwnRoot, path: Path) -> None:
    """Write over an earlier rehearsal's certificate, and over nothing else: it may be the client's own store."""
    try:
        with os.fdopen(_opened(path, root), "w") as file:
            file.write(pem(root.certificate))
    except OSError as error:
        raise BadRequest(f"--trust: {path}: it cannot be written: {error.strerror}") from error


def _opened(path: Path, root: OwnRoot) -> int:
    """A file that was not there, or that was looked at and emptied: the same one, whoever may rename others."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_IT_IS, 0o644)
    except FileExistsError:
        number = os.open(path, os.O_RDWR | _AS_IT_IS)
    is_file = stat.S_ISREG(os.fstat(number).st_mode)
    if not is_file or not _is_ours(os.read(number, _LARGEST), root):
        os.close(number)
        raise BadRequest(f"--trust: {path} is there and holds something else; name a file that is not there")
    os.lseek(number, 0, os.SEEK_SET)
    os.ftruncate(number, 0)
    return number


def _is_ours(content: bytes, root: OwnRoot) -> bool:
    try:
        (found,) = x509.load_pem_x509_certificates(content)
    except ValueError:
        return False
    return found.subject == root.certificate.subject
