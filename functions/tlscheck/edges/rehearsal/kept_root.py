"""A rehearsal's own root: its certificate for a copy of a client's trust store, its key for another time."""

import os
from datetime import datetime
from pathlib import Path

from cryptography import x509

from tlscheck.edges.rehearsal import trust_file
from tlscheck.edges.rehearsal.forgery import pem
from tlscheck.edges.rehearsal.own_root import OwnRoot, made
from tlscheck.inventory.bad_request import BadRequest

_LARGEST = 64 * 1024


def own_root(names: tuple[str, ...], certificate: Path, key: Path | None, now: datetime) -> OwnRoot:
    """A root for these names, its certificate written to a file and its key to another, where one is named.

    A key that is there already is used again. Raises BadRequest: a file is another's, too old, for other names,
    open to others, or cannot be written.
    """
    root = _kept(key, names, now) if key and key.exists() else made(names, now)
    _publish(root, certificate)
    if key and not key.exists():
        trust_file.write(key, root)
    return root


def _kept(path: Path, names: tuple[str, ...], now: datetime) -> OwnRoot:
    root = trust_file.read(path, now)
    if _constraints(root) != _constraints(made(names, now)):
        raise BadRequest(f"--trust-file: {path}: its test root is for other names than --as; take another file")
    return root


def _constraints(root: OwnRoot) -> x509.NameConstraints | None:
    try:
        return root.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None


def _publish(root: OwnRoot, path: Path) -> None:
    """Write over an earlier rehearsal's certificate, and over nothing else: it may be the client's own store."""
    try:
        if path.exists() and not _is_ours(path, root):
            raise BadRequest(f"--trust: {path} is there and holds something else; name a file that is not there")
        # neither a link is followed nor a pipe waited for
        where = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
        with os.fdopen(where, "w") as file:
            file.write(pem(root.certificate))
    except OSError as error:
        raise BadRequest(f"--trust: {path}: it cannot be written: {error.strerror}") from error


def _is_ours(path: Path, root: OwnRoot) -> bool:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        content = file.read(_LARGEST)
    try:
        (found,) = x509.load_pem_x509_certificates(content)
    except ValueError:
        return False
    return found.subject == root.certificate.subject
