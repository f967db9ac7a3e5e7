"""On which terms a handshake is made, and what it means when one succeeds on easier terms than ours.

A credential goes over a connection on our own terms alone. Where a server does not meet them it is asked again, so
that it is seen: what no client of today would refuse is told apart from what all do.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

from tlscheck.wire.observation import Handshake, HandshakeOutcome


class Offered(IntEnum):
    """Which versions and ciphers are offered; each holds those before it."""

    OURS = 0
    """TLS 1.2 and newer, with the ciphers of Python's default: forward secrecy, and no SHA-1."""

    LIBPQ = 1
    """TLS 1.2 and newer, with OpenSSL's own default at security level 2: libpq sets no other
    (PostgreSQL, src/interfaces/libpq/fe-secure-openssl.c; ssl_min_protocol_version is TLSv1.2 since 13)."""

    EVERYTHING = 2
    """All that the OpenSSL in use still speaks, TLS 1.0 too, so that such a server is seen."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered, and whether a certificate must follow the rules that strict clients alone check."""

    offer: Offered = Offered.OURS
    strict: bool = True


OURS = Terms()

_SAYS_NOTHING = frozenset(
    {
        HandshakeOutcome.UNREACHABLE,
        HandshakeOutcome.TIMED_OUT,
        HandshakeOutcome.CLOSED,
        HandshakeOutcome.NOT_POSTGRESQL,
        HandshakeOutcome.FAILED,
        HandshakeOutcome.TLS_REFUSED,
    }
)
"""What a further handshake may end in that adds nothing to what the one before it showed."""


def easier(terms: Terms, shown: Handshake) -> Terms | None:
    """The terms on which a server is asked again after this; None where that would show nothing more."""
    match shown.outcome:
        case HandshakeOutcome.NOT_STRICT if terms.strict:
            return replace(terms, strict=False)
        case HandshakeOutcome.NO_COMMON_TLS if terms.offer < Offered.EVERYTHING:
            return replace(terms, offer=Offered(terms.offer + 1))
        case _:
            return None


def concluded(before: Handshake, terms: Terms, shown: Handshake) -> Handshake:
    """What is known after a handshake on easier terms than the one before it, which the server did not meet."""
    if shown.outcome in _SAYS_NOTHING:
        return before
    if shown.outcome is HandshakeOutcome.NO_COMMON_TLS:
        return replace(shown, detail=shown.detail + _NOR_ANY) if terms.offer is Offered.EVERYTHING else shown
    if shown.outcome is not HandshakeOutcome.TRUSTED:
        return replace(shown, detail=shown.detail + _BESIDES[terms.offer])
    objection = before.detail if before.outcome is HandshakeOutcome.NOT_STRICT else ""
    match terms.offer:
        case Offered.OURS:
            return before
        case Offered.LIBPQ:
            outcome = HandshakeOutcome.BELOW_BAR
            why = "which libpq takes and stricter clients do not: no credential is sent over it"
        case Offered.EVERYTHING:
            outcome = HandshakeOutcome.OUTDATED
            why = "which libpq does not take by itself either: no credential is sent over it"
    detail = f"The chain and the name verify, but the server agrees to {_agreed(shown)} alone, {why}. {objection}"
    return replace(shown, outcome=outcome, detail=detail.strip())


_BESIDES = {
    Offered.OURS: "",
    Offered.LIBPQ: " Nor does it take any cipher that stricter clients than libpq offer.",
    Offered.EVERYTHING: " Nor does it take any TLS version and cipher that libpq offers.",
}
"""What else is known of a server whose certificate was refused on easier terms."""

_NOR_ANY = " Nor any version or cipher that there is, from TLS 1.0 on."


def _agreed(shown: Handshake) -> str:
    return f"{shown.protocol} with {shown.cipher}"
