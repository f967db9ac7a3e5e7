"""A verified TLS connection to a PostgreSQL server, on a socket of our own, and what the server showed.

The chain is read from the very handshake that verification refused. A login goes over the first connection, or
over none.
"""

import re
import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from typing import cast

from tlscheck.edges.server.deadline import Deadline, bounded
from tlscheck.edges.server.encrypted import ALPN, ServerContext, ServerSocket, verifying
from tlscheck.edges.stores.alternative_names import alternative_names
from tlscheck.wire.authority import authority
from tlscheck.wire.naming import misnamed
from tlscheck.wire.observation import Certificate, Handshake, HandshakeOutcome
from tlscheck.wire.public_address import unreached
from tlscheck.wire.ssl_request import CLOSED, MOST_READ, SSL_REQUEST, refusal
from tlscheck.wire.terms import OURS, concluded, easier
from tlscheck.wire.verification import broken, closed, followed, refused
from tlscheck.wording import OWNERS

CONNECT_SECONDS = 3.0
HANDSHAKE_SECONDS = 5.0
"""From the SSLRequest to the end of the handshake."""

AGAIN_SECONDS = 5.0
"""For all the handshakes after the first."""

ANSWER_SECONDS = 0.2
"""How long the rest of an answer that is already refused is waited for, to name it."""

MOST_CERTIFICATES = 10


def open_verified(
    host: str, port: int, context: ServerContext, deadline: Deadline, name: str = ""
) -> tuple[Handshake, ServerSocket | None]:
    """The handshake with a server and, only when it is trusted, the connection, which the caller closes.

    `context` verifies it on our terms; `name` is what the certificate must carry, when that is not `host`. No byte
    but the SSLRequest and the handshake's own is sent. A server that does not meet our terms is asked again on
    easier ones, to see what it presents: of those handshakes no connection is given away.
    """
    shown, connection = _attempt(host, port, context, deadline, name or host)
    terms, again = OURS, deadline.or_within(AGAIN_SECONDS)
    while context.roots and (next_terms := easier(terms, shown)) and again.left() > 0:
        terms = next_terms
        easy = verifying(context.roots, terms)
        easy.owners = context.owners
        seen, opened = _attempt(host, port, easy, again, name or host)
        if opened is not None:
            opened.close()
        shown = concluded(shown, terms, seen)
    return shown, connection


def _attempt(
    host: str, port: int, context: ServerContext, deadline: Deadline, name: str
) -> tuple[Handshake, ServerSocket | None]:
    try:
        plain = connect(host, port, deadline.or_within(CONNECT_SECONDS))
    except OSError as error:
        return Handshake(HandshakeOutcome.UNREACHABLE, why_unreachable(error)), None
    soon = deadline.or_within(HANDSHAKE_SECONDS)
    with plain:
        try:
            refused_plainly = refusal(_answer(plain, soon))
            if refused_plainly:
                return refused_plainly, None
            encrypted = context.wrap(plain, name)
        except TimeoutError:
            return Handshake(HandshakeOutcome.TIMED_OUT, "The server did not answer the SSLRequest."), None
        except OSError:
            return CLOSED, None
        except ValueError:
            return Handshake(HandshakeOutcome.UNREACHABLE, "No certificate can carry that name."), None
    return _shake_hands(encrypted, context, deadline, soon)


class NotReached(OSError):  # noqa: N818 - why there is no connection, told as an outcome
    """No address of a name took a connection: `why` is what the last of them raised."""

    def __init__(self, why: OSError, tried: list[str]) -> None:
        super().__init__(why.errno, why.strerror)
        self.why = why
        self.tried = tried


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A TCP connection to the first address that takes one. Raises OSError, with the addresses: NotReached."""
    try:
        addresses = bounded(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), deadline)
    except TimeoutError:
        raise socket.gaierror(socket.EAI_AGAIN, "no answer from the resolver in time") from None
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
    for tried, (family, kind, protocol, _, address) in enumerate(addresses, start=1):
        plain = socket.socket(family, kind, protocol)
        try:
            # An address that is silent leaves its share of the time to those after it.
            plain.settimeout(deadline.timeout() / (len(addresses) - tried + 1))
            plain.connect(address)
            # Otherwise the login waits 40 ms for the delayed acknowledgement of the handshake's last message.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            plain.close()
            if tried == len(addresses):
                raise NotReached(error, [str(each[4][0]) for each in addresses]) from error
        else:
            return plain
    raise OSError("the name has no address")


def why_unreachable(error: OSError) -> str:
    """What `connect` raised, in a sentence."""
    error, tried = (error.why, error.tried) if isinstance(error, NotReached) else (error, [])
    match error:
        case socket.gaierror():
            return f"The name does not resolve ({error.strerror})."
        case ConnectionRefusedError():
            return "Nothing listens on the port: the connection was refused."
        case TimeoutError():
            why = unreached(tried) or "a security group, network ACL or route drops it"
            return f"No TCP connection in time: {why}."
        case _:
            why = unreached(tried)
            return f"No TCP connection: {error.strerror or error}{why and f': {why}'}."


def _answer(plain: socket.socket, deadline: Deadline) -> bytes:
    """The answer to the SSLRequest: one byte, and more only when no TLS can follow. Raises OSError."""
    plain.settimeout(deadline.timeout())
    plain.sendall(SSL_REQUEST)
    answer = plain.recv(1)
    if answer in {b"", b"S"}:
        return answer
    end = deadline.or_within(ANSWER_SECONDS)
    with suppress(OSError):
        while len(answer) < MOST_READ:
            plain.settimeout(end.timeout())
            more = plain.recv(MOST_READ - len(answer))
            if not more:
                break
            answer += more
    return answer


def _shake_hands(
    encrypted: ServerSocket, context: ServerContext, deadline: Deadline, soon: Deadline
) -> tuple[Handshake, ServerSocket | None]:
    try:
        encrypted.settimeout(soon.timeout())
        encrypted.do_handshake()
    except OSError as error:
        with encrypted:
            return _told(error, encrypted, context), None
    chain = encrypted.get_unverified_chain()
    presented = _read(chain)
    host = encrypted.server_hostname or ""
    if context.check_hostname:
        wrong = misnamed(host, chain[0], _alternative_names(chain[0]), _common_names(encrypted))
        if wrong is not None:
            encrypted.close()
            return replace(wrong, chain=presented, authority=authority(presented)), None
    cipher = encrypted.cipher()
    verified = encrypted.get_verified_chain()
    whose = f", {OWNERS}," if context.owners.intersection(verified[-1:]) else ""
    trusted = Handshake(
        HandshakeOutcome.TRUSTED,
        f"The chain hangs from a root of the Region{whose} and carries the endpoint's name.",
        encrypted.version(),
        cipher[0] if cipher else None,
        presented,
        authority(_read(verified[-1:])),
        direct_tls=encrypted.selected_alpn_protocol() == ALPN,
    )
    encrypted.deadline = deadline
    return trusted, encrypted


def _alternative_names(leaf: bytes) -> tuple[tuple[int, bytes], ...] | None:
    try:
        return alternative_names(leaf)
    except ValueError:
        return None


def _common_names(encrypted: ServerSocket) -> list[str]:
    """Of the server's certificate, in their order; none where Python cannot read it."""
    try:
        told = encrypted.getpeercert() or {}
    except (ValueError, ssl.SSLError):
        return []
    parts = cast("tuple[tuple[tuple[str, str], ...], ...]", told.get("subject", ()))
    return [value for part in parts for name, value in part if name == "commonName"]


def _told(error: OSError, encrypted: ServerSocket, context: ServerContext) -> Handshake:
    """What ended a handshake, and what the server had shown by then."""
    chain = encrypted.get_unverified_chain()
    presented = _read(chain)
    match error:
        case ssl.SSLCertVerificationError():
            shown = refused(error.verify_code, error.verify_message, strict=context.is_strict)
            shown = followed(shown, presented)
        case TimeoutError():
            shown = Handshake(HandshakeOutcome.TIMED_OUT, "The server fell silent during the TLS handshake.")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            shown = closed(has_chain=bool(chain))
        case ssl.SSLError():
            shown = broken(error.reason or _words(error), has_chain=bool(chain))
        case _:
            shown = closed(has_chain=bool(chain))
    offers = True if encrypted.selected_alpn_protocol() == ALPN else None
    more = f" It sent {len(chain)} certificates." if len(chain) > MOST_CERTIFICATES else ""
    return replace(
        shown,
        detail=shown.detail + more,
        chain=presented,
        authority=authority(presented),
        direct_tls=offers,
    )


def _words(error: ssl.SSLError) -> str | None:
    """OpenSSL's words for an error that Python has no name for, as it would name it: `TLSV1_ALERT_...`."""
    said = re.match(r"(?:\[SSL\] )?([a-z0-9 ]+) \(_ssl\.c:", error.strerror or "")
    return said[1].upper().replace(" ", "_") if said else None


def _read(chain: list[bytes]) -> tuple[Certificate, ...]:
    """Leaf first, as presented, also after verification refused it (OpenSSL 3 keeps it)."""
    # cryptography's import takes as long as a look: here it happens while other servers are waited for.
    from tlscheck.edges.stores.x509 import certificate  # noqa: PLC0415 - see above

    return tuple(certificate(der) for der in chain[:MOST_CERTIFICATES])
