"""The private CA is of RDS's shape, and strict verifiers take it."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from tests.local_aws.fleet.certificates import (
    Algorithm,
    CertificateAuthority,
    ServerCertificate,
    regional,
    retired,
)

HOST = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com"


def _common_name(name: x509.Name) -> str:
    return str(name.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _refusal(
    certificate: ServerCertificate, root: bytes, host: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """What Python's default, strict verification says; an empty text when it is content."""
    directory = tmp_path_factory.mktemp("server")
    (directory / "chain.pem").write_bytes(certificate.chain_pem)
    (directory / "key.pem").write_bytes(certificate.key_pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(directory / "chain.pem", directory / "key.pem")
    verifying = ssl.create_default_context(cadata=root.decode())
    assert verifying.verify_flags & ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = verifying.wrap_bio(to_client, to_server, server_hostname=host)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as refusal:
                return refusal.verify_message
    assert list(client.get_unverified_chain()) == [
        ssl.PEM_cert_to_DER_cert(pem + "-----END CERTIFICATE-----\n")
        for pem in certificate.chain_pem.decode().split("-----END CERTIFICATE-----\n")[:-1]
    ]
    return ""


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional("us-east-1")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_chain_of_every_algorithm_stands_up_to_strict_verification(
    algorithm: Algorithm, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority = regional("eu-west-1", algorithm)
    assert _refusal(authority.issue(HOST), authority.root_pem, HOST, tmp_path_factory) == ""


def test_names_follow_those_of_rds(authority: CertificateAuthority) -> None:
    assert _common_name(authority.root.subject) == "Amazon RDS us-east-1 Root CA RSA2048 G1"
    assert _common_name(authority.subordinate.subject) == "Amazon RDS us-east-1 Subordinate CA RSA2048 G1.A.1"
    assert _common_name(authority.issue(HOST).leaf.subject) == HOST


def test_a_server_sends_leaf_subordinate_and_root(authority: CertificateAuthority) -> None:
    certificate = authority.issue(HOST, "127.0.0.1")
    sent = x509.load_pem_x509_certificates(certificate.chain_pem)
    assert sent == [certificate.leaf, authority.subordinate, authority.root]
    names = certificate.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_a_thumbprint_is_the_sha1_of_the_roots_der(authority: CertificateAuthority) -> None:
    assert authority.thumbprint == authority.root.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - the API's digest
    assert len(authority.thumbprint) == 40


def test_another_name_is_refused(
    authority: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    refusal = _refusal(authority.issue("other.example"), authority.root_pem, HOST, tmp_path_factory)
    assert "Hostname mismatch" in refusal


def test_an_expired_certificate_is_refused(
    authority: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    now = datetime.now(UTC)
    expired = authority.issue(HOST, not_before=now - timedelta(days=366), not_after=now - timedelta(days=1))
    assert _refusal(expired, authority.root_pem, HOST, tmp_path_factory) == "certificate has expired"


@pytest.mark.parametrize("make", [regional, retired], ids=["impostor", "retired"])
def test_a_ca_outside_the_trust_store_is_refused_even_under_the_same_name(
    make: Callable[[str], CertificateAuthority],
    authority: CertificateAuthority,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    stranger = make("us-east-1")
    refusal = _refusal(stranger.issue(HOST), authority.root_pem, HOST, tmp_path_factory)
    assert refusal in {"self-signed certificate in certificate chain", "certificate signature failure"}
