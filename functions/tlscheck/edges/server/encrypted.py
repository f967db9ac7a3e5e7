"""Sockets in TLS, and what verifies the server at the other end, on our terms or on easier ones."""

import socket
import ssl
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from tlscheck.edges.server.crowds import LARGE, give_way
from tlscheck.edges.server.deadline import Deadline
from tlscheck.wire.guard import Guard
from tlscheck.wire.terms import OURS, Offered, Terms

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

ALPN = "postgresql"
"""PostgreSQL, src/include/libpq/pqcomm.h (PG_ALPN_PROTOCOL): servers that answer to it take direct TLS too."""

_CIPHERS = {
    Offered.OURS: "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM",
    Offered.LIBPQ: "DEFAULT:@SECLEVEL=2",
    Offered.EVERYTHING: "ALL:!aNULL:!eNULL:@SECLEVEL=0",
}
"""Ours are Python's own (CPython, Modules/_ssl.c, PY_SSL_DEFAULT_CIPHER_STRING), also where a Python was built for
those of its system. TLS 1.0 and 1.1 sign with SHA-1 and MD5, which OpenSSL 3 takes at level 0 alone."""


_DER = 2
"""ENCODING_DER of _ssl (CPython, Modules/_ssl.h, PY_SSL_ENCODING_DER)."""


class ServerSocket(ssl.SSLSocket):
    """A TLS socket that a deadline ends, and whose guard follows what arrives before its reader does."""

    deadline: Deadline
    guard: Guard
    """Set by who begins to talk."""

    arrived = 0
    """Bytes of all that was read since the handshake."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0) -> int:
        """As ssl.SSLSocket, and raises TimeoutError past the deadline, ProtocolBroken as Guard does."""
        self.settimeout(self.deadline.timeout())
        received = super().recv_into(buffer, nbytes, flags)
        is_small, self.arrived = self.arrived <= LARGE, self.arrived + received
        if is_small and self.arrived > LARGE:
            give_way(self.deadline)
        self.guard.feed(memoryview(buffer)[:received])
        return received

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        """As ssl.SSLSocket. Raises TimeoutError past the deadline."""
        self.settimeout(self.deadline.timeout())
        return super().send(data, flags)

    def get_unverified_chain(self) -> list[bytes]:
        """What the server sent, in DER; its own certificate first."""
        return _chain(self, "get_unverified_chain")

    def get_verified_chain(self) -> list[bytes]:
        """What it was verified by, in DER; the anchor last."""
        return _chain(self, "get_verified_chain")

    def close(self) -> None:
        """Say goodbye in TLS without waiting for the answer, as libpq does, and close. Twice is no error."""
        with suppress(OSError, ValueError):
            self.settimeout(0)
            self.unwrap()
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)
        # A socket stays open for the files made of it, and pg8000 forgets its own when its first message fails.
        descriptor = self.detach()
        if descriptor >= 0:
            socket.close(descriptor)
        super().close()


def _chain(encrypted: ServerSocket, which: str) -> list[bytes]:
    """A chain in DER. Python 3.13 gave what it had by then (Lib/ssl.py, SSLSocket) a public name."""
    if sys.version_info >= (3, 13):
        found: list[bytes] = getattr(super(ServerSocket, encrypted), which)()
        return found
    encryption: Any = vars(encrypted)["_sslobj"]
    return [each.public_bytes(_DER) for each in getattr(encryption, which)() or ()]


class ServerContext(ssl.SSLContext):
    """What verifies servers and makes their sockets."""

    sslsocket_class = ServerSocket

    roots = b""
    """Its anchors in DER, one after another, where the same servers may be asked on easier terms too."""

    owners: frozenset[bytes] = frozenset()
    """DER of those of its roots that the owner of this deployment brought."""

    def wrap(self, plain: socket.socket, host: str) -> ServerSocket:
        """The socket in TLS, before its handshake."""
        encrypted = self.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        return cast("ServerSocket", encrypted)

    @property
    def is_strict(self) -> bool:
        """Whether it holds certificates to the rules of X509_V_FLAG_X509_STRICT."""
        return bool(self.verify_flags & ssl.VERIFY_X509_STRICT)


def verifying(roots: bytes, terms: Terms = OURS) -> ServerContext:
    """As strict as Python 3.13's default, or on easier terms, with these roots (DER) alone as anchors.

    Not ssl.create_default_context: it takes an intermediate for an anchor (VERIFY_X509_PARTIAL_CHAIN), and writes
    session keys to a file that the environment may name.
    """
    context = ServerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if terms.strict:
        context.verify_flags |= ssl.VERIFY_X509_STRICT
    else:
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if terms.offer is Offered.EVERYTHING:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(_CIPHERS[terms.offer])
    # A server that asks for another handshake on the same connection is not answered.
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols([ALPN])
    context.load_verify_locations(cadata=roots)
    context.roots = roots
    return context
