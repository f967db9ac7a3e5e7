"""TLS of one connection, in memory: bytes of the network in, bytes for the network out."""

import ssl
from collections.abc import Callable
from contextlib import suppress


class Encryption:
    """The server's side of a handshake that a ClientHello has begun."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)

    def take(self, data: bytes | bytearray) -> None:
        """What came from the network."""
        self._in.write(data)

    def outgoing(self) -> bytes:
        """What is to be sent now."""
        return self._out.read()

    def shakes_hands(self) -> bool:
        """Whether the handshake has ended well; not yet, where more bytes are needed. Raises ssl.SSLError."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def version(self) -> str:
        """As ssl names it, `TLSv1.3`; "" before the handshake."""
        return self._tls.version() or ""

    def protocol(self) -> str:
        """What ALPN agreed on; "" without."""
        return self._tls.selected_alpn_protocol() or ""

    def fills(self, packet: bytearray, wanted: Callable[[bytes], int]) -> bool:
        """Whether a packet is whole, once what is here has been added, as much as is `wanted` of it and no more.

        Raises ssl.SSLError, also at the end.
        """
        while more := wanted(bytes(packet)):
            try:
                piece = self._tls.read(more)
            except ssl.SSLWantReadError:
                return False
            if not piece:
                raise ssl.SSLZeroReturnError
            packet += piece
        return True

    def write(self, data: bytes) -> None:
        """Encrypt; `outgoing` has it then."""
        self._tls.write(data)

    def farewell(self) -> bytes:
        """The closing alert, where there is a session to close, and whatever else is to be sent."""
        with suppress(
            ssl.SSLError
        ):  # without a session, and where the other side has not closed: there is nothing to wait for
            self._tls.unwrap()
        return self._out.read()


def reason(error: ssl.SSLError) -> str:
    """OpenSSL's name of what went wrong; "" where the client closed."""
    is_closed = isinstance(error, ssl.SSLZeroReturnError | ssl.SSLEOFError)
    return "" if is_closed else error.reason or "an error without a name"
