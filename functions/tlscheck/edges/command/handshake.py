"""Handshakes with the real servers as this client would make them: its names, rules and roots, no credential."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.drivers.behaviour import Looks, Rule, Verifies
from tlscheck.drivers.connection import DIRECT, Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.table import MODELS
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.encrypted import ServerContext, ServerSocket
from tlscheck.edges.server.tls import open_verified
from tlscheck.edges.stores import x509
from tlscheck.edges.stores.alternative_names import alternative_names
from tlscheck.survival.answer import Find
from tlscheck.survival.assessment import Assessment
from tlscheck.survival.client_document import NOT_TRIED, NOT_VERIFIED, Answer, Tried
from tlscheck.survival.prediction import Case, Prediction, Roots, Situation, predict
from tlscheck.survival.roots import Seen, Sought, Where, seen, sought
from tlscheck.trust.trust_store import ROOTS_ALONE, TrustStore
from tlscheck.wire.naming import carries
from tlscheck.wire.observation import Handshake, HandshakeOutcome

SECONDS = 10.0

_RIGHT = Situation(is_trusted=True)
"""A server with which nothing is wrong: there the client does all that it ever does."""

_OF_A_CHAIN = frozenset({Verifies.CHAIN, Verifies.CHAIN_AND_NAME})
_OF_THE_CLIENT = (
    ("one of the Region's", "among the client's own roots"),
    ("no root of the Region", "none of the client's own roots"),
)
"""What a look at a database says of its Region's roots, said of a client's."""


@dataclass(frozen=True, slots=True)
class _Does:
    """What a client does at a server that is right."""

    prediction: Prediction
    anchors: tuple[bytes, ...]
    """All that it trusts then, in DER, as its driver reads it."""

    found: str
    """What lies where it looks for roots, in words."""


def tried(answer: Answer, find: Find) -> tuple[Tried, ...]:
    """What each of its hosts shows this client today; raises nothing that a server may cause."""
    return tuple(_at(each, find) for each in answer.hosts)


def _at(assessed: Assessment, find: Find) -> Tried:
    connection = assessed.connection
    does = _does(assessed, find)
    if why := _why_not(connection, does.prediction, does.found):
        return Tried(connection.host, connection.port, NOT_TRIED, why)
    verifies = does.prediction.verifies or Verifies.NOTHING
    context = _context(verifies, does.anchors, connection.driver.family)
    if context is None:
        return Tried(connection.host, connection.port, NOT_TRIED, "It verifies, and its roots could not be read.")
    return _shaken(connection, verifies, context)


def _does(assessed: Assessment, find: Find) -> _Does:
    connection = assessed.connection
    family = connection.driver.family
    anchors: list[bytes] = []

    def look(place: Sought) -> Seen:
        found, words = find(place, family)
        if isinstance(found, TrustStore):
            anchors.extend(_held(found, family))
            return Seen(Roots.FOUND, why=words)
        return Seen(found, why=words)

    places = [seen(rule, connection, look) for rule in assessed.rules]
    does = predict(Case(rule, place.roots, _RIGHT) for rule, place in zip(assessed.rules, places, strict=True))
    if any(_reads_both(rule, connection) for rule in assessed.rules):
        look(Sought(Where.SYSTEM))
    words = "; ".join(dict.fromkeys(each.why for each in places if each.why))
    return _Does(does, tuple(dict.fromkeys(anchors)), words)


def _held(store: TrustStore, family: Family) -> list[bytes]:
    """What each of its readers has of a file."""
    held = [set(store.loaded(reader).certificates) for reader in MODELS[family].readers]
    return [entry.der for entry in store.entries if all(entry.der in each for each in held)]


def _reads_both(rule: Rule, connection: Connection) -> bool:
    return rule.place.looks is Looks.FILE_AND_SYSTEM and sought(rule, connection).where is Where.FILE


def _why_not(  # noqa: PLR0911 - one return for each reason
    connection: Connection, does: Prediction, found: str
) -> str:
    """Why there is nothing to try; "" where there is."""
    if connection.is_local:
        return "It goes over a unix socket, where there is no TLS."
    if not connection.host and not connection.address:
        return "It does not say which host it connects to."
    if does.connects is False:
        causes = does.refusal or " and ".join(does.causes or does.perhaps)
        return f"It comes to no handshake, since {causes}{found and f' ({found})'}."
    if does.is_encrypted is False:
        return "This client makes no TLS with a server that takes it without."
    if not does.is_known or does.verifies is None:
        return f"What it verifies, and with which roots, is not known{found and f': {found}'}."
    if connection.mode.endswith(DIRECT):
        return "It begins TLS without asking the server first, which is not tried from here."
    return ""


def _context(verifies: Verifies, anchors: Sequence[bytes], family: Family) -> ServerContext | None:
    context = ServerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = verifies is Verifies.CHAIN_AND_NAME
    if verifies not in _OF_A_CHAIN:
        context.verify_mode = ssl.CERT_NONE
        return context
    if not anchors:
        return None
    if not ROOTS_ALONE.intersection(MODELS[family].readers):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=b"".join(anchors))
    except ssl.SSLError:
        return None
    return context


def _shaken(connection: Connection, verifies: Verifies, context: ServerContext) -> Tried:
    where, name = connection.address or connection.host, connection.expected_name or connection.host
    # A client that looks at no name needs one for the handshake all the same.
    shown, encrypted = open_verified(where, connection.port, context, Deadline.within(SECONDS), name or where)
    outcome, detail, root = shown.outcome.value, _in_its_words(shown, name or where), ""
    if encrypted is not None:
        with encrypted:
            outcome, detail, root = _made(encrypted, verifies, name)
    presented = tuple(each.subject for each in shown.chain)
    return Tried(
        connection.host or where, connection.port, outcome, detail, shown.protocol, presented, verifies, root
    )


def _in_its_words(shown: Handshake, name: str) -> str:
    """Why a handshake failed: this client asked for its own roots, and for its own name."""
    if shown.outcome is HandshakeOutcome.WRONG_NAME:
        return f"Verification failed: the certificate does not carry {name}."
    detail = shown.detail
    for of_a_region, of_the_client in _OF_THE_CLIENT:
        detail = detail.replace(of_a_region, of_the_client)
    return detail


def _made(encrypted: ServerSocket, verifies: Verifies, name: str) -> tuple[str, str, str]:
    """Outcome, detail, and the subject of the root that counted, of a handshake that was made."""
    match verifies:
        case Verifies.NOTHING:
            detail = "TLS was made. This client verifies nothing: what the server showed was not looked at."
            return NOT_VERIFIED, detail, ""
        case Verifies.NAME:
            return (*_by_name_alone(encrypted, name), "")
        case Verifies.CHAIN:
            root = _root(encrypted)
            detail = f"The chain hangs from {root} among its own roots. This client looks at no name."
        case Verifies.CHAIN_AND_NAME:
            root = _root(encrypted)
            detail = f"The chain hangs from {root} among its own roots, and carries the name {name}."
    return HandshakeOutcome.TRUSTED.value, detail, root


def _by_name_alone(encrypted: ServerSocket, name: str) -> tuple[str, str]:
    leaf = next(iter(encrypted.get_unverified_chain()), b"")
    try:
        is_carried = carries(name, alternative_names(leaf), x509.read(leaf).common_names)
    except ValueError:
        is_carried = False
    if is_carried:
        told = f"The certificate carries {name}. Who issued it this client does not look at: anybody may have."
        return NOT_VERIFIED, told
    return HandshakeOutcome.WRONG_NAME.value, f"Verification failed: the certificate does not carry {name}."


def _root(encrypted: ServerSocket) -> str:
    """The subject of the anchor that the chain was verified with."""
    verified = encrypted.get_verified_chain()
    return x509.certificate(verified[-1]).subject if verified else "a root"
