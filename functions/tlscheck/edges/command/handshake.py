"""A handshake with the real server as this client would make it: its name, its rules, its roots, no credential."""

import ssl

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tlscheck.drivers.behaviour import Verifies
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.encrypted import ServerContext
from tlscheck.edges.server.tls import open_verified
from tlscheck.survival.assessment import Scenario
from tlscheck.survival.client_document import Answer, Tried
from tlscheck.trust.trust_store import TrustStore

SECONDS = 10.0


def tried(answer: Answer, store: TrustStore | None) -> Tried:
    """What the server shows this client today, whatever it is; raises nothing that a server may cause."""
    connection = answer.assessment.connection
    if not connection.host or connection.is_local:
        return Tried("NOT_TRIED", "It names no host to connect to.", None, ())
    verifies = answer.assessment.outlook(Scenario.TODAY).prediction.verifies
    strictest = verifies or Verifies.CHAIN_AND_NAME
    context = _context(strictest, store)
    if context is None:
        return Tried("NOT_TRIED", "It verifies, and its roots could not be read.", None, ())
    shown, encrypted = open_verified(connection.host, connection.port, context, Deadline.within(SECONDS))
    if encrypted is not None:
        encrypted.close()
    detail = shown.detail
    if shown.outcome == "TRUSTED" and strictest is not Verifies.CHAIN_AND_NAME:
        detail = f"TLS was made. This client verifies {strictest}: nothing more was asked."
    return Tried(shown.outcome, detail, shown.protocol, tuple(each.subject for each in shown.chain))


def _context(verifies: Verifies, store: TrustStore | None) -> ServerContext | None:
    context = ServerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = verifies is Verifies.CHAIN_AND_NAME
    if verifies in {Verifies.NOTHING, Verifies.NAME}:
        context.verify_mode = ssl.CERT_NONE
        return context
    if store is None or not store.entries:
        return None
    pems = [x509.load_der_x509_certificate(entry.der).public_bytes(Encoding.PEM) for entry in store.entries]
    context.load_verify_locations(cadata=b"".join(pems).decode())
    return context
