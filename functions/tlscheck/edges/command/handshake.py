"""Handshakes with the real servers as this client would make them: its names, rules and roots, no credential."""

import ssl

from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.connection import DIRECT, Connection
from tlscheck.drivers.table import MODELS
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.encrypted import ServerContext, ServerSocket
from tlscheck.edges.server.tls import open_verified
from tlscheck.edges.stores.x509 import certificate
from tlscheck.survival.answer import Find
from tlscheck.survival.assessment import Assessment
from tlscheck.survival.client_document import NOT_TRIED, NOT_VERIFIED, Answer, Tried
from tlscheck.survival.prediction import Case, Prediction, Roots, Situation, predict
from tlscheck.survival.roots import Seen, Sought, seen
from tlscheck.trust.trust_store import Reader, TrustStore

SECONDS = 10.0

_SELF_ISSUED = frozenset({Reader.OPENSSL, Reader.NODE, Reader.DOTNET, Reader.ERLANG})
"""Readers to which an anchor is a root alone; to the others each certificate is one."""

_RIGHT = Situation(is_trusted=True)
"""A server with which nothing is wrong: there the client does all that it ever does."""


def tried(answer: Answer, find: Find) -> tuple[Tried, ...]:
    """What each of its hosts shows this client today; raises nothing that a server may cause."""
    return tuple(_at(each, find) for each in answer.hosts)


def _at(assessed: Assessment, find: Find) -> Tried:
    connection = assessed.connection
    does, store, found = _does(assessed, find)
    if why := _why_not(connection, does, found):
        return Tried(connection.host, connection.port, NOT_TRIED, why)
    verifies = does.verifies or Verifies.NOTHING
    context = _context(verifies, store, MODELS[connection.driver.family].readers)
    if context is None:
        return Tried(connection.host, connection.port, NOT_TRIED, "It verifies, and its roots could not be read.")
    return _shaken(connection, verifies, context)


def _does(assessed: Assessment, find: Find) -> tuple[Prediction, TrustStore | None, str]:
    """What it does with a server that is right, the store that it reads then, and what was found in words."""
    connection = assessed.connection
    stores: list[TrustStore] = []

    def look(place: Sought) -> Seen:
        found, words = find(place, connection.driver.family)
        if isinstance(found, TrustStore):
            stores.append(found)
            return Seen(Roots.FOUND, why=words)
        return Seen(found, why=words)

    places = [seen(rule, connection, look) for rule in assessed.rules]
    does = predict(Case(rule, place.roots, _RIGHT) for rule, place in zip(assessed.rules, places, strict=True))
    return does, stores[-1] if stores else None, "; ".join(dict.fromkeys(each.why for each in places if each.why))


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


def _context(verifies: Verifies, store: TrustStore | None, readers: tuple[Reader, ...]) -> ServerContext | None:
    context = ServerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = verifies is Verifies.CHAIN_AND_NAME
    if verifies in {Verifies.NOTHING, Verifies.NAME}:
        context.verify_mode = ssl.CERT_NONE
        return context
    if store is None or not store.entries:
        return None
    if not _SELF_ISSUED.intersection(readers):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=b"".join(entry.der for entry in store.entries))
    except ssl.SSLError:
        return None
    return context


def _shaken(connection: Connection, verifies: Verifies, context: ServerContext) -> Tried:
    where, name = connection.address or connection.host, connection.expected_name or connection.host
    # A client that looks at no name needs one for the handshake all the same.
    shown, encrypted = open_verified(where, connection.port, context, Deadline.within(SECONDS), name or where)
    outcome, detail, root = shown.outcome.value, shown.detail, ""
    if encrypted is not None:
        with encrypted:
            root = _root(encrypted) if verifies is not Verifies.NOTHING else ""
        match verifies:
            case Verifies.NOTHING:
                outcome = NOT_VERIFIED
                detail = "TLS was made. This client verifies nothing: what the server showed was not looked at."
            case Verifies.CHAIN:
                detail = f"The chain hangs from {root} among its own roots. This client looks at no name."
            case Verifies.CHAIN_AND_NAME:
                detail = f"The chain hangs from {root} among its own roots, and carries the name {name}."
    presented = tuple(each.subject for each in shown.chain)
    return Tried(
        connection.host or where, connection.port, outcome, detail, shown.protocol, presented, verifies, root
    )


def _root(encrypted: ServerSocket) -> str:
    """The subject of the anchor that the chain was verified with."""
    verified = encrypted.get_verified_chain()
    return certificate(verified[-1]).subject if verified else "a root"
