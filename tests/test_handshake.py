"""The handshake with real PostgreSQL servers: what they present, and whether it is trusted."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.observation import Handshake, HandshakeOutcome

from tests.local_aws.fleet.certificates import Algorithm, CertificateAuthority, regional, retired
from tests.local_aws.fleet.ports import reserved_port
from tests.local_aws.fleet.servers import Servers
from tests.local_aws.fleet.silent import silent_port

REGION = "eu-west-1"
HOST = "localhost"


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def trust_store(authority: CertificateAuthority) -> RegionalRoots:
    return RegionalRoots(authority.root_pem)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


def shown(trust_store: RegionalRoots, port: int, seconds: float = 5, host: str = HOST) -> Handshake:
    context = trust_store.context(REGION)
    assert context
    handshake, connection = open_verified(host, port, context, Deadline.within(seconds))
    assert (connection is not None) == (handshake.outcome is HandshakeOutcome.TRUSTED)
    if connection:
        connection.close()
    return handshake


def test_a_good_certificate_is_trusted_and_its_chain_shown(
    servers: Servers, authority: CertificateAuthority, trust_store: RegionalRoots
) -> None:
    server = servers.start("good", certificate=authority.issue(HOST))
    handshake = shown(trust_store, server.port)
    leaf, subordinate, root = handshake.chain
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    assert handshake.protocol == "TLSv1.3"
    assert handshake.cipher
    assert leaf.names == (HOST,)
    assert leaf.issuer == subordinate.subject
    assert subordinate.issuer == root.subject
    assert (leaf.self_issued, subordinate.self_issued, root.self_issued) == (False, False, True)
    assert root.sha1 == authority.thumbprint
    assert leaf.not_after is not None
    assert leaf.not_after > datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("other-name", HandshakeOutcome.WRONG_NAME),
        ("expired", HandshakeOutcome.EXPIRED),
        ("not-yet-valid", HandshakeOutcome.NOT_YET_VALID),
        ("retired", HandshakeOutcome.UNKNOWN_ISSUER),
        ("impostor", HandshakeOutcome.UNKNOWN_ISSUER),
        ("other-region", HandshakeOutcome.UNKNOWN_ISSUER),
    ],
)
def test_a_certificate_that_is_not_trusted_says_why_and_is_shown_all_the_same(
    servers: Servers,
    authority: CertificateAuthority,
    trust_store: RegionalRoots,
    name: str,
    outcome: HandshakeOutcome,
) -> None:
    now = datetime.now(UTC)
    certificate = {
        "other-name": lambda: authority.issue("orders.example"),
        "expired": lambda: authority.issue(HOST, not_before=now - timedelta(30), not_after=now - timedelta(1)),
        "not-yet-valid": lambda: authority.issue(HOST, not_before=now + timedelta(1)),
        "retired": lambda: retired(REGION).issue(HOST),
        "impostor": lambda: regional(REGION).issue(HOST),
        "other-region": lambda: regional("us-east-1").issue(HOST),
    }[name]()
    handshake = shown(trust_store, servers.start(name, certificate=certificate).port)
    assert handshake.outcome is outcome
    assert "OpenSSL" in handshake.detail
    assert len(handshake.chain) == 3
    assert handshake.chain[0].sha256 == certificate.leaf.fingerprint(SHA256()).hex()


@pytest.mark.parametrize("algorithm", [Algorithm.ECC384, Algorithm.RSA4096])
def test_every_kind_of_rds_root_verifies_its_servers(servers: Servers, algorithm: Algorithm) -> None:
    authority = regional(REGION, algorithm)
    server = servers.start(algorithm.lower(), certificate=authority.issue(HOST))
    assert shown(RegionalRoots(authority.root_pem), server.port).outcome is HandshakeOutcome.TRUSTED


def test_a_server_that_speaks_only_tls_1_2_is_trusted_too(
    servers: Servers, authority: CertificateAuthority, trust_store: RegionalRoots
) -> None:
    old = servers.start(
        "old", certificate=authority.issue(HOST), settings="ssl_max_protocol_version = 'TLSv1.2'\n"
    )
    handshake = shown(trust_store, old.port)
    assert (handshake.outcome, handshake.protocol) == (HandshakeOutcome.TRUSTED, "TLSv1.2")
    wrong = servers.start(
        "old-and-wrong",
        certificate=authority.issue("orders.example"),
        settings="ssl_max_protocol_version = 'TLSv1.2'\n",
    )
    handshake = shown(trust_store, wrong.port)
    assert (handshake.outcome, len(handshake.chain)) == (HandshakeOutcome.WRONG_NAME, 3)


def test_a_server_with_ssl_off_refuses_tls(servers: Servers, trust_store: RegionalRoots) -> None:
    assert shown(trust_store, servers.start("off").port).outcome is HandshakeOutcome.TLS_REFUSED


def test_a_handshake_leaves_no_complaint_in_the_servers_log(
    servers: Servers, authority: CertificateAuthority, trust_store: RegionalRoots
) -> None:
    server = servers.start("quiet", certificate=authority.issue(HOST))
    shown(trust_store, server.port)
    server.stop()
    complaints = [line for line in server.log.read_text().splitlines() if "SSL" in line or "reset" in line]
    assert complaints == []


def test_a_closed_port_is_unreachable(trust_store: RegionalRoots) -> None:
    with reserved_port() as port:
        handshake = shown(trust_store, port)
    assert handshake.outcome is HandshakeOutcome.UNREACHABLE
    assert "refused" in handshake.detail


def test_a_name_that_does_not_resolve_is_unreachable(trust_store: RegionalRoots) -> None:
    handshake = shown(trust_store, 5432, host="orders.invalid")
    assert handshake.outcome is HandshakeOutcome.UNREACHABLE
    assert "does not resolve" in handshake.detail


def test_a_silent_server_times_out_at_the_deadline(trust_store: RegionalRoots) -> None:
    start = time.monotonic()
    with silent_port() as port:
        handshake = shown(trust_store, port, seconds=0.3)
    assert handshake.outcome is HandshakeOutcome.TIMED_OUT
    assert time.monotonic() - start < 5
