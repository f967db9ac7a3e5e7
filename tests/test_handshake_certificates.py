"""Certificates as a server may present them, and the roots that a Region's servers are verified against."""

import hashlib
import ssl
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st
from tlscheck.edges.server import regional_roots
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.stores import rds_roots
from tlscheck.edges.stores.x509 import certificate

from tests.local_aws.fleet.certificates import regional, retired

# The same bytes in each run: a property changes each of them.
KEY = ec.derive_private_key(2026, ec.SECP256R1())
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def made(subject: str = "orders", names: x509.SubjectAlternativeName | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return builder.sign(KEY, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def test_a_certificate_is_read_as_it_stands() -> None:
    names = x509.SubjectAlternativeName(
        [x509.DNSName("orders.example"), x509.IPAddress(ip_address("10.0.0.7")), x509.RFC822Name("a@example")]
    )
    der = made(names=names)
    read = certificate(der)
    assert (read.subject, read.issuer, read.self_issued) == ("O=orders", "O=orders", True)
    assert (read.not_before, read.not_after) == (NOW, NOW + timedelta(days=1))
    assert read.names == ("orders.example", "10.0.0.7")
    assert read.sha1 == hashlib.sha1(der).hexdigest()  # noqa: S324 - the API's own choice of digest
    assert read.sha256 == hashlib.sha256(der).hexdigest()


def test_a_certificate_without_names_has_none() -> None:
    assert certificate(made()).names == ()


@pytest.mark.parametrize("der", [b"", b"\x30", b"not a certificate", b"\x30\x82\xff\xff" + bytes(100)])
def test_what_is_no_certificate_becomes_text_with_its_fingerprint(der: bytes) -> None:
    read = certificate(der)
    assert read.subject.startswith("cannot be read")
    assert (read.not_before, read.not_after, read.names) == (None, None, ())
    assert read.sha256 == hashlib.sha256(der).hexdigest()


def test_endless_names_are_cut() -> None:
    names = x509.SubjectAlternativeName([x509.DNSName(f"a{number}." + "b" * 2000) for number in range(500)])
    read = certificate(made(names=names))
    assert len(read.names) == 50
    assert {len(name) for name in read.names} == {512}


VALID = made("victim", x509.SubjectAlternativeName([x509.DNSName("orders.example"), x509.DNSName("b.example")]))


@given(st.integers(0, len(VALID) - 1), st.integers(1, 255))
@example(position=14, change=128)  # a negative serial number
def test_a_certificate_with_any_byte_changed_is_read_or_named(position: int, change: int) -> None:
    der = bytearray(VALID)
    der[position] ^= change
    read = certificate(bytes(der))
    assert read.sha256 == hashlib.sha256(der).hexdigest()
    assert (read.not_before is None) == (read.not_after is None)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_named(der: bytes) -> None:
    certificate(der)


def test_a_region_is_verified_by_its_own_roots_alone() -> None:
    ours, theirs = regional("eu-west-1"), regional("us-east-1")
    store = RegionalRoots(ours.root_pem + theirs.root_pem)
    context = store.context("eu-west-1")
    assert store.regions == {"eu-west-1", "us-east-1"}
    assert context is not None
    assert context.get_ca_certs(binary_form=True) == [ours.root.public_bytes(Encoding.DER)]


def test_neither_an_intermediate_nor_a_root_without_a_region_is_an_anchor() -> None:
    ours = regional("eu-west-1")
    store = RegionalRoots(ours.subordinate.public_bytes(Encoding.PEM) + retired("eu-west-1").root_pem)
    assert store.regions == set()
    assert store.context("eu-west-1") is None


def test_a_context_is_strict_and_made_once() -> None:
    store = RegionalRoots(regional("eu-west-1").root_pem)
    context = store.context("eu-west-1")
    assert context is not None
    assert context is store.context("eu-west-1")
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_flags & ssl.VERIFY_X509_STRICT
    assert not context.verify_flags & ssl.VERIFY_X509_PARTIAL_CHAIN


@pytest.fixture
def installed_from(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], RegionalRoots]]:
    """The trust store of a layer in this folder, as a process that starts now finds it."""

    def install(folder: Path) -> RegionalRoots:
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, "rds_trust_store", raising=False)
        regional_roots.installed.cache_clear()
        return regional_roots.installed()

    yield install
    monkeypatch.delitem(sys.modules, "rds_trust_store", raising=False)
    regional_roots.installed.cache_clear()


def test_the_layer_of_every_partition_is_read_and_the_proxys_roots_are_not(
    installed_from: Callable[[Path], RegionalRoots], tmp_path: Path
) -> None:
    package = tmp_path / "rds_trust_store"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "aws.pem").write_bytes(regional("eu-west-1").root_pem)
    (package / "aws-us-gov.pem").write_bytes(regional("us-gov-west-1").root_pem)
    (package / "proxy.pem").write_bytes(regional("us-east-1").root_pem)
    assert installed_from(tmp_path).regions == {"eu-west-1", "us-gov-west-1"}


def test_a_bundle_of_the_layer_tells_the_roots_of_its_own_partition_alone(
    installed_from: Callable[[Path], RegionalRoots], tmp_path: Path
) -> None:
    package = tmp_path / "rds_trust_store"
    package.mkdir()
    (package / "__init__.py").touch()
    own, foreign, chinese = regional("eu-central-1"), regional("eu-central-1"), regional("cn-north-1")
    (package / "aws.pem").write_bytes(own.root_pem + regional("us-gov-west-1").root_pem)
    (package / "aws-cn.pem").write_bytes(chinese.root_pem + foreign.root_pem)
    (package / "private.pem").write_bytes(foreign.root_pem)
    store = installed_from(tmp_path)
    context = store.context("eu-central-1")
    assert store.regions == {"eu-central-1", "cn-north-1"}
    assert context is not None
    assert context.get_ca_certs(binary_form=True) == [own.root.public_bytes(Encoding.DER)]
    assert len(store.thumbprints) == 2
    assert {(root.region, root.der) for root in rds_roots.roots.__wrapped__()} == {
        ("eu-central-1", own.root.public_bytes(Encoding.DER)),
        ("cn-north-1", chinese.root.public_bytes(Encoding.DER)),
    }


@pytest.mark.parametrize("region", ["cn-north-1", "eusc-de-east-1", "us-isof-south-1", "xx-newplace-1"])
def test_a_region_of_any_partition_has_its_own_roots(region: str) -> None:
    store = RegionalRoots(regional(region).root_pem)
    assert store.regions == {region}
    assert store.context(region) is not None


def test_roots_of_a_beta_environment_and_retired_ones_are_no_regions() -> None:
    pem = regional("Beta us-east-1").root_pem + retired("us-east-1").root_pem
    assert RegionalRoots(pem).regions == set()


def test_the_projects_own_layer_holds_the_three_roots_of_a_region(
    installed_from: Callable[[Path], RegionalRoots],
) -> None:
    store = installed_from(Path(__file__).parent.parent / "layers" / "rds_trust_store" / "python")
    assert {"us-east-1", "eu-central-1"} <= store.regions
    context = store.context("us-east-1")
    assert context is not None
    assert len(context.get_ca_certs()) == 3


def test_without_the_layer_no_region_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    # None stands for a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "rds_trust_store", None)
    regional_roots.installed.cache_clear()
    assert regional_roots.installed().regions == set()
    regional_roots.installed.cache_clear()
