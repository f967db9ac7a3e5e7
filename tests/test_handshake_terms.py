"""Servers that do not meet the probe's terms: each is seen, told for what happened, and sent no credential."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.encrypted import verifying
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.observation import Handshake, HandshakeOutcome, LookOutcome
from tlscheck.wire.target import Login, Target
from tlscheck.wire.terms import Offered, Terms

from tests.local_aws.fleet.certificates import CertificateAuthority, ServerCertificate, regional
from tests.local_aws.fleet.servers import Servers
from tests.odd_certificates import OddAuthority
from tests.scripted_server import SSL_REQUEST, Conversation, Script, ScriptedServer, Setup, serving
from tests.truth.issuing import authority_key, issue, key, named, root, spelt, subject_key
from tests.truth.settings import agrees_on

REGION = "eu-west-1"

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
"""That they are outdated is the point."""


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def certificate(authority: CertificateAuthority) -> ServerCertificate:
    return authority.issue("localhost")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


def shown(root: bytes, port: int, monkeypatch: pytest.MonkeyPatch, seconds: float = 10) -> Handshake:
    """How the probe sees it, which would log in with a token if it might."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    target = Target("arn:1", "localhost", port, REGION, Login.IAM, "tlscheck")
    seen = observe(target, RegionalRoots(root), Deadline.within(seconds))
    if seen.handshake.outcome is not HandshakeOutcome.TRUSTED:
        assert seen.look.outcome is LookOutcome.NOT_TRIED
        assert seen.handshake.outcome.value in seen.look.detail
    return seen.handshake


def presents(certificate: ServerCertificate, setup: Setup) -> Script:
    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        if conversation.start_tls(certificate, setup):
            conversation.receive()

    return script


def only(ciphers: str, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> Setup:
    def setup(context: ssl.SSLContext) -> None:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = newest
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")

    return setup


@pytest.mark.parametrize("ciphers", ["AES256-GCM-SHA384", "AES128-SHA", "ECDHE-RSA-AES256-SHA"])
def test_a_server_of_ciphers_that_libpq_takes_is_seen_and_not_logged_in_to(
    servers: Servers,
    authority: CertificateAuthority,
    certificate: ServerCertificate,
    monkeypatch: pytest.MonkeyPatch,
    ciphers: str,
) -> None:
    settings = f"ssl_max_protocol_version = 'TLSv1.2'\nssl_ciphers = '{ciphers}'\n"
    server = servers.start(ciphers.lower(), certificate, settings=settings)
    handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert (handshake.outcome, handshake.protocol, handshake.cipher) == ("BELOW_BAR", "TLSv1.2", ciphers)
    assert next(each.subject for each in handshake.chain).startswith("CN=localhost,")
    assert handshake.authority == "rds-ca-rsa2048-g1"
    assert f"agrees to TLSv1.2 with {ciphers} alone" in handshake.detail
    assert "authorized" not in server.log.read_text()


@pytest.mark.parametrize("newest", ["TLSv1.1", "TLSv1"])
def test_a_server_of_outdated_tls_alone_is_seen_and_not_logged_in_to(
    authority: CertificateAuthority, certificate: ServerCertificate, monkeypatch: pytest.MonkeyPatch, newest: str
) -> None:
    version = {"TLSv1.1": ssl.TLSVersion.TLSv1_1, "TLSv1": ssl.TLSVersion.TLSv1}[newest]
    with ScriptedServer(presents(certificate, only("ALL", version))) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert (handshake.outcome, handshake.protocol) == ("OUTDATED", newest)
    assert len(handshake.chain) == 3
    assert server.received == SSL_REQUEST * len(server.conversations)


@pytest.mark.parametrize(
    ("name", "setup", "outcome", "said"),
    [
        # TLS 1.2 with ciphers that OpenSSL's default leaves out: libpq takes them only where it is told to
        ("localhost", only("AES256-CCM"), "OUTDATED", "agrees to TLSv1.2 with AES256-CCM alone"),
        ("localhost", only("AES128-SHA"), "BELOW_BAR", "no credential is sent over it"),
        (
            "orders.example",
            only("AES128-SHA"),
            "WRONG_NAME",
            "any cipher that stricter clients than libpq offer",
        ),
        (
            "orders.example",
            only("ALL", ssl.TLSVersion.TLSv1_1),
            "WRONG_NAME",
            "any TLS version and cipher that libpq offers",
        ),
        (
            "localhost",
            only("ECDHE-ECDSA-AES128-GCM-SHA256"),
            "NO_COMMON_TLS",
            "Nor any version or cipher that there is",
        ),
        # a good version and cipher, and a curve that no client offers
        (
            "localhost",
            agrees_on("secp256k1", ssl.TLSVersion.TLSv1_3),
            "NO_COMMON_TLS",
            "curve of the key exchange",
        ),
    ],
)
def test_what_is_wrong_besides_is_told_first(  # noqa: PLR0917 - fixtures and a row
    authority: CertificateAuthority,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    setup: Setup,
    outcome: str,
    said: str,
) -> None:
    with ScriptedServer(presents(authority.issue(name), setup)) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert handshake.outcome == outcome
    assert said in handshake.detail
    assert bool(handshake.chain) is (outcome != "NO_COMMON_TLS")
    assert server.received == SSL_REQUEST * len(server.conversations)


def server_hello(version: int, cipher: int) -> bytes:
    """A ServerHello of no extensions (RFC 5246, 7.4.1.3), in a record of its own version."""
    body = version.to_bytes(2) + bytes(32) + b"\0" + cipher.to_bytes(2) + b"\0"
    hello = b"\x02" + len(body).to_bytes(3) + body
    return b"\x16" + version.to_bytes(2) + len(hello).to_bytes(2) + hello


def alert(number: int) -> bytes:
    """A fatal one (RFC 8446, 6)."""
    return b"\x15\x03\x03\x00\x02\x02" + bytes([number])


def answers(answer: bytes) -> Script:
    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        conversation.receive()
        conversation.send(answer)
        while conversation.receive():
            pass

    return script


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (alert(112), "FAILED", "TLSV1_UNRECOGNIZED_NAME"),
        (alert(110), "FAILED", "TLSV1_UNSUPPORTED_EXTENSION"),
        (alert(113), "FAILED", "TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE"),
        (alert(115), "FAILED", "TLSV1_ALERT_UNKNOWN_PSK_IDENTITY"),
        (alert(120), "FAILED", "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"),
        (alert(48), "FAILED", "TLSV1_ALERT_UNKNOWN_CA"),
        (alert(42), "FAILED", "SSLV3_ALERT_BAD_CERTIFICATE"),
        (alert(250), "FAILED", "before any certificate was seen"),
        (alert(40), "NO_COMMON_TLS", "SSLV3_ALERT_HANDSHAKE_FAILURE"),
        (alert(70), "NO_COMMON_TLS", "TLSV1_ALERT_PROTOCOL_VERSION"),
        (alert(71), "NO_COMMON_TLS", "TLSV1_ALERT_INSUFFICIENT_SECURITY"),
        (server_hello(0x0300, 0x0035), "NO_COMMON_TLS", "UNSUPPORTED_PROTOCOL"),
        (server_hello(0x0303, 0x0000), "NO_COMMON_TLS", "CIPHER_RETURNED"),
    ],
)
def test_without_a_certificate_none_is_blamed(
    authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch, answer: bytes, outcome: str, said: str
) -> None:
    with ScriptedServer(answers(answer)) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert handshake.outcome == outcome
    assert said in handshake.detail
    assert handshake.chain == ()


@pytest.mark.parametrize("version", [0x0301, 0x0302])
def test_a_server_that_begins_in_outdated_tls_and_hangs_up_was_not_seen(
    authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        conversation.receive()
        conversation.send(server_hello(version, 0x002F))
        conversation.receive(1)

    with ScriptedServer(script) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert (handshake.outcome, handshake.chain) == ("NO_COMMON_TLS", ())
    assert "UNSUPPORTED_PROTOCOL" in handshake.detail


def first_flight(certificate: ServerCertificate, conversation: Conversation) -> bytes:
    """What a server of TLS 1.2 sends up to its ServerHelloDone."""
    conversation.receive(8)
    conversation.send(b"S")
    context = serving(certificate.chain_pem + certificate.key_pem, only("ECDHE-RSA-AES128-GCM-SHA256"))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(conversation.receive())
    with suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


def spoilt(certificate: ServerCertificate) -> Script:
    """TLS 1.2 whose ServerKeyExchange (RFC 4492, 5.4) bears another signature than was made."""

    def script(conversation: Conversation) -> None:
        flight = bytearray(first_flight(certificate, conversation))
        end = flight.index(b"\x16\x03\x03\x00\x04\x0e\x00\x00\x00")  # ServerHelloDone
        flight[end - 1] ^= 1
        conversation.send(bytes(flight))
        conversation.receive()

    return script


def wants_a_certificate(context: ssl.SSLContext) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED


def hangs_up(certificate: ServerCertificate) -> Script:
    """TLS 1.2 that ends after the server's certificates."""

    def script(conversation: Conversation) -> None:
        conversation.send(first_flight(certificate, conversation))
        conversation.receive(1)

    return script


@pytest.mark.parametrize(
    ("script", "outcome", "said"),
    [
        (spoilt, "UNPROVEN", "BAD_SIGNATURE"),
        (lambda it: presents(it, wants_a_certificate), "FAILED", "as one does that wants one of the client's"),
        (hangs_up, "CLOSED", "after its certificate was verified"),
    ],
)
def test_what_fails_after_the_certificate_is_not_the_certificates(  # noqa: PLR0917 - fixtures and a row
    authority: CertificateAuthority,
    certificate: ServerCertificate,
    monkeypatch: pytest.MonkeyPatch,
    script: Callable[[ServerCertificate], Script],
    outcome: str,
    said: str,
) -> None:
    with ScriptedServer(script(certificate)) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert handshake.outcome == outcome
    assert said in handshake.detail
    assert len(handshake.chain) == 3


def of(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def test_a_leaf_without_its_subordinate_is_told_as_that(
    authority: CertificateAuthority, certificate: ServerCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = replace(certificate, chain_pem=of(certificate.leaf))
    with ScriptedServer(presents(alone, lambda _: None)) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert handshake.outcome == "INCOMPLETE_CHAIN"
    assert (
        'did not send the certificate of "Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.1"' in handshake.detail
    )


def test_a_ca_that_only_strict_clients_refuse_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """A root without basic constraints, whose key usage lets it sign: libpq takes it for a CA."""
    authority = OddAuthority(REGION, constrained=False)
    with ScriptedServer(presents(authority.issue(), lambda _: None)) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert handshake.outcome == "NOT_STRICT"
    assert "does not say that it is one (basic constraints)" in handshake.detail


def test_what_strict_clients_refuse_and_others_do_too_is_told_for_what_others_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has no authority key identifier, and another name."""
    authority = OddAuthority(REGION)
    certificate = authority.issue(with_authority_key=False, host="orders.example")
    with ScriptedServer(presents(certificate, lambda _: None)) as server:
        handshake = shown(authority.root_pem, server.port, monkeypatch)
    assert handshake.outcome == "WRONG_NAME"


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        (named("localhost"), "TRUSTED"),
        (named("localhost", "another.example"), "TRUSTED"),
        # psql: server certificate for "another.example" does not match host name "localhost"
        (named("another.example", "localhost"), "WRONG_NAME"),
        (spelt("localhost", _ASN1Type.UTF8String), "TRUSTED"),
        # psql: SSL certificate's name contains embedded null
        (spelt("localhost", _ASN1Type.BMPString), "WRONG_NAME"),
    ],
)
def test_a_common_name_is_taken_as_libpq_takes_it(subject: x509.Name, outcome: str) -> None:
    authority = root()
    of = key("p256", 3)
    issued = issue(subject, authority, [subject_key(of), authority_key(authority.key)], of=of)
    certificate = ServerCertificate(x509.load_der_x509_certificate(issued.der), issued.pem, issued.key_pem)
    context = verifying(authority.der)
    with ScriptedServer(presents(certificate, lambda _: None)) as server:
        handshake, connection = open_verified("localhost", server.port, context, Deadline.within(5))
        if connection:
            connection.close()
    assert handshake.outcome == outcome
    assert (connection is not None) is (outcome == "TRUSTED")
    assert len(handshake.chain) == 1


def test_all_the_handshakes_together_end_by_the_deadline(
    authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that answers only the first."""
    asked = []

    def script(conversation: Conversation) -> None:
        asked.append(conversation.receive(8))
        conversation.send(b"S")
        conversation.receive()
        if len(asked) == 1:
            conversation.send(alert(40))
        while conversation.receive():
            pass

    with ScriptedServer(script) as server:
        began = time.monotonic()
        handshake = shown(authority.root_pem, server.port, monkeypatch, seconds=1.5)
        assert time.monotonic() - began < 5  # the server would have given up after 10
    assert handshake.outcome == "NO_COMMON_TLS"
    assert len(asked) == 2


def test_a_server_on_our_terms_is_asked_once(
    authority: CertificateAuthority, certificate: ServerCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        conversation.start_tls(certificate)

    with ScriptedServer(script) as server:
        assert shown(authority.root_pem, server.port, monkeypatch).outcome == "TRUSTED"
    assert len(server.conversations) == 1


TODAYS = (
    *("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"),
    *("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    *("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"),
    *("ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA256"),
    *("ECDHE-RSA-AES128-SHA256", "DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256"),
    *("DHE-RSA-AES256-SHA256", "DHE-RSA-AES128-SHA256"),
)


def test_a_credential_goes_over_these_ciphers_and_tls_1_2_or_newer_alone() -> None:
    context = verifying(root().der)
    assert {each["name"] for each in context.get_ciphers()} == set(TODAYS)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.security_level == 2
    assert context.is_strict


@pytest.mark.parametrize(
    ("offered", "level", "oldest", "among", "missing"),
    [
        (Offered.LIBPQ, 2, ssl.TLSVersion.TLSv1_2, "AES128-SHA", "AES128-CCM"),
        (Offered.EVERYTHING, 0, ssl.TLSVersion.MINIMUM_SUPPORTED, "AES128-CCM", "NULL-SHA"),
    ],
)
def test_what_is_offered_to_see_a_server(
    offered: Offered, level: int, oldest: ssl.TLSVersion, among: str, missing: str
) -> None:
    context = verifying(root().der, Terms(offered))
    names = {each["name"] for each in context.get_ciphers()}
    assert set(TODAYS) | {among} <= names
    assert missing not in names
    assert not any(name.startswith(("ADH", "AECDH")) for name in names)
    assert (context.security_level, context.minimum_version) == (level, oldest)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
