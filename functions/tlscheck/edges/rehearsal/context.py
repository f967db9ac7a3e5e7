"""A TLS server's context from a key and certificates that lie in memory alone."""

import os
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tlscheck.edges.rehearsal.signing import Signer

PROTOCOL = "postgresql"
"""What PostgreSQL 17 and later want of a client's ALPN."""


def context(key: Signer, chain: Sequence[x509.Certificate], is_newest: bool) -> ssl.SSLContext:
    """One that speaks TLS 1.3 alone, or 1.2 alone, and gives nobody a ticket."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1_3 if is_newest else ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    made.num_tickets = 0
    made.set_alpn_protocols([PROTOCOL])
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with _file(secret + b"".join(each.public_bytes(Encoding.PEM) for each in chain)) as path:
        made.load_cert_chain(path)
    return made


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    """A path to bytes, since OpenSSL reads a key from nothing else: in memory where it can be, else private."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("tlscheck", os.MFD_CLOEXEC)
        with os.fdopen(number, "wb") as memory:
            memory.write(content)
            memory.flush()
            yield f"/proc/self/fd/{number}"
        return
    with tempfile.NamedTemporaryFile() as private:
        private.write(content)
        private.flush()
        yield private.name
