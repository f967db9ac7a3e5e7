"""What a rehearsal shows: certificates that verify for nobody, and a root of its own that is good for little."""

import os
import resource
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from tlscheck.edges.rehearsal import kept_root, own_root, trust_file
from tlscheck.edges.rehearsal.forgery import Forger, pem
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.trust.trust_store import Authority, Entry

from tests.rehearsing.played import NAMES, REGION, forger, goal

OF_A_KIND = {
    Authority.RSA2048_G1: Key.RSA2048,
    Authority.RSA4096_G1: Key.RSA4096,
    Authority.ECC384_G1: Key.P384,
}
KNOWN_ROOTS = [root for root in roots() if root.region == REGION or root.family is Authority.PROXY]


def key(root: Entry) -> Key:
    return OF_A_KIND.get(root.family, Key.RSA2048)


def forged(root: Entry) -> Trial:
    return Trial(Shows.FORGERY, root.sha256, key(root))


def code(client: ssl.SSLContext, server: ssl.SSLContext, name: str = NAMES[0]) -> int:
    """OpenSSL's verdict on what a server shows: 0 where it verifies (X509_V_ERR_...)."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_code
    return 0


def trusting(*files: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for each in files:
        context.load_verify_locations(cadata=each)
    return context


def of(root: Entry) -> str:
    return ssl.DER_cert_to_PEM_cert(root.der)


@pytest.mark.parametrize("tls", list(Tls))
@pytest.mark.parametrize("root", KNOWN_ROOTS, ids=lambda root: root.name)
def test_a_forgery_tells_whether_its_root_is_held(root: Entry, tls: Tls) -> None:
    context = forger().context(replace(forged(root), tls=tls))
    others = [each for each in KNOWN_ROOTS if each != root]
    assert code(trusting(of(root)), context) == 7  # the signature is wrong
    assert code(trusting(*map(of, KNOWN_ROOTS)), context) == 7
    assert code(trusting(*map(of, others)), context) == 20  # no issuer is known


@pytest.mark.parametrize("kind", list(Key))
def test_nobody_knows_the_stranger(kind: Key) -> None:
    context = forger().context(Trial(Shows.STRANGER, key=kind))
    assert code(trusting(*map(of, KNOWN_ROOTS)), context) == 20


@pytest.mark.parametrize("root", KNOWN_ROOTS, ids=lambda root: root.name)
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_forgery_is_its_roots_in_all_but_the_signature(root: Entry) -> None:
    leaf = forger().chain(forged(root))[0]
    real = x509.load_der_x509_certificate(root.der)
    assert leaf.issuer.public_bytes() == real.subject.public_bytes()
    named = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert named == real.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    with pytest.raises(InvalidSignature):
        leaf.verify_directly_issued_by(real)
    theirs = real.public_key()
    if isinstance(theirs, rsa.RSAPublicKey):
        assert len(leaf.signature) == theirs.key_size // 8
    else:
        assert isinstance(theirs, ec.EllipticCurvePublicKey)
        # two numbers of the curve's size, and a few bytes around them
        assert theirs.key_size // 4 - 8 <= len(leaf.signature) <= theirs.key_size // 4 + 9


@pytest.mark.parametrize("shows", [Trial(Shows.STRANGER), *map(forged, KNOWN_ROOTS)])
def test_a_leaf_carries_every_name_and_is_in_date(shows: Trial) -> None:
    leaf = forger().chain(shows)[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {NAMES[0], NAMES[2]}
    assert names.get_values_for_type(x509.IPAddress) == [IPv4Address(NAMES[1])]
    assert leaf.not_valid_before_utc < datetime.now(UTC) < leaf.not_valid_after_utc
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.parametrize("kind", list(Key))
def test_the_leafs_key_is_of_the_trials_kind(kind: Key) -> None:
    public = forger().chain(Trial(Shows.STRANGER, key=kind))[0].public_key()
    expected = {Key.RSA2048: (rsa.RSAPublicKey, 2048), Key.RSA4096: (rsa.RSAPublicKey, 4096)}
    of_kind, size = expected.get(kind, (ec.EllipticCurvePublicKey, 384))
    assert isinstance(public, of_kind)
    assert public.key_size == size


def test_what_cannot_be_shown_is_no_certificate() -> None:
    for shows in (
        Trial(Shows.NOTHING),
        Trial(Shows.TRUSTED),
        Trial(Shows.OWN_FORGERY),
        Trial(Shows.FORGERY, "00" * 32),
    ):
        with pytest.raises(ValueError, match="cannot be shown"):
            forger().context(shows)


def test_a_context_is_made_once_until_a_handshake_ended_well() -> None:
    made, shows = forger(), Trial(Shows.STRANGER)
    first = made.context(shows)
    assert made.context(shows) is first
    made.spent(shows)
    assert made.context(shows) is not first


# -------------------------------------------------------------------------------------------------- test root


@pytest.fixture(scope="module")
def trusted() -> own_root.OwnRoot:
    return own_root.made(NAMES, datetime.now(UTC))


def showing(root: own_root.OwnRoot, is_in_date: bool = True, is_named: bool = True) -> ssl.SSLContext:
    made = Forger(goal(), lambda: datetime.now(UTC), root)
    return made.context(Trial(Shows.TRUSTED, is_in_date=is_in_date, is_named=is_named))


def test_what_the_test_root_signed_verifies_for_who_trusts_it_alone(trusted: own_root.OwnRoot) -> None:
    context = showing(trusted)
    assert [code(trusting(pem(trusted.certificate)), context, name) for name in NAMES] == [0, 0, 0]
    assert code(trusting(*map(of, KNOWN_ROOTS)), context) == 20


@pytest.mark.parametrize("tls", list(Tls))
def test_a_forgery_in_its_name_tells_whether_it_is_held(trusted: own_root.OwnRoot, tls: Tls) -> None:
    context = Forger(goal(), lambda: datetime.now(UTC), trusted).context(Trial(Shows.OWN_FORGERY, tls=tls))
    assert code(trusting(pem(trusted.certificate)), context) == 7  # the signature is wrong
    assert code(trusting(*map(of, KNOWN_ROOTS), pem(trusted.certificate)), context) == 7
    assert code(trusting(*map(of, KNOWN_ROOTS)), context) == 20  # no issuer is known


def test_its_wrong_name_and_date_are_refused(trusted: own_root.OwnRoot) -> None:
    client = trusting(pem(trusted.certificate))
    assert code(client, showing(trusted, is_in_date=False)) == 10
    assert code(client, showing(trusted, is_named=False)) == 62
    client.check_hostname = False
    # who compares no names has no other reason to refuse it
    assert code(client, showing(trusted, is_named=False)) == 0


def test_it_is_good_for_a_week_and_for_its_names(trusted: own_root.OwnRoot) -> None:
    certificate = trusted.certificate
    assert certificate.not_valid_after_utc - datetime.now(UTC) <= timedelta(days=7)
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 1)


def test_the_roots_own_key_is_gone(trusted: own_root.OwnRoot) -> None:
    """Java ignores the constraints of a root in its store: what is kept must stand below it."""
    below = trusted.below
    below.verify_directly_issued_by(trusted.certificate)
    assert trusted.key.public_key() == below.public_key() != trusted.certificate.public_key()
    constraints = below.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert constraints.value == trusted.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    basic = below.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)
    usage = below.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


@pytest.mark.parametrize("mine", [("orders.example",), ("192.0.2.7",), ("2001:db8::7",)])
def test_it_signs_for_no_other_name_and_no_address(mine: tuple[str, ...]) -> None:
    root = own_root.made(mine, datetime.now(UTC))
    client = trusting(pem(root.certificate))
    client.check_hostname = False
    for names in (("other.example",), ("198.51.100.1",), ("2001:db8::1",), mine):
        context = Forger(replace(goal(), names=names), lambda: datetime.now(UTC), root).context(
            Trial(Shows.TRUSTED)
        )
        assert (code(client, context, mine[0]) == 0) == (names == mine), names


def test_a_kept_root_signs_as_before(tmp_path: Path) -> None:
    now, key = datetime.now(UTC), tmp_path / "root.key"
    for name in ("one.pem", "two.pem"):
        root = kept_root.own_root(NAMES, tmp_path / name, key, now)
        assert code(trusting((tmp_path / "one.pem").read_text()), showing(root)) == 0


def test_the_order_of_names_is_no_other_root(tmp_path: Path) -> None:
    now, key = datetime.now(UTC), tmp_path / "root.key"
    first, second = (kept_root.own_root(names, tmp_path / "root.pem", key, now) for names in (NAMES, NAMES[::-1]))
    assert first.certificate == second.certificate


def test_key_and_certificate_are_two_files(tmp_path: Path) -> None:
    both = tmp_path / "both"
    with pytest.raises(BadRequest, match="both are"):
        kept_root.own_root(NAMES, both, tmp_path / "." / "both", datetime.now(UTC))
    assert not both.exists()


def test_a_full_disk_leaves_no_half_key(tmp_path: Path, trusted: own_root.OwnRoot) -> None:
    """RLIMIT_FSIZE stands for it: writing beyond it fails as writing to a full disk does."""
    path, limit = tmp_path / "root.key", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limit[1]))
    try:
        with pytest.raises(BadRequest, match="too large"):
            trust_file.write(path, trusted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert not path.exists()


def test_neither_key_nor_root_follows_a_link(tmp_path: Path) -> None:
    now, other, link = datetime.now(UTC), tmp_path / "other", tmp_path / "link"
    link.symlink_to(other)
    for certificate, key in ((link, None), (tmp_path / "root.pem", link)):
        with pytest.raises(BadRequest, match="--trust"):
            kept_root.own_root(NAMES, certificate, key, now)
        assert not other.exists()
    kept_root.own_root(NAMES, tmp_path / "root.pem", other, now)
    with pytest.raises(BadRequest, match="--trust-file"):
        kept_root.own_root(NAMES, tmp_path / "root.pem", link, now)


def test_a_pipe_or_a_folder_in_the_place_of_a_file_is_refused_at_once(tmp_path: Path) -> None:
    now, pipe = datetime.now(UTC), tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for odd in (pipe, tmp_path):
        for certificate, key in ((odd, None), (tmp_path / "root.pem", odd)):
            with pytest.raises(BadRequest, match="--trust"):
                kept_root.own_root(NAMES, certificate, key, now)


def test_a_trust_file_is_its_owners_alone(trusted: own_root.OwnRoot, tmp_path: Path) -> None:
    path = tmp_path / "root.pem"
    trust_file.write(path, trusted)
    assert path.stat().st_mode & 0o777 == 0o600
    assert trust_file.read(path, datetime.now(UTC)).certificate == trusted.certificate
    assert code(trusting(pem(trusted.certificate)), showing(trust_file.read(path, datetime.now(UTC)))) == 0


def test_a_trust_file_overwrites_nothing_and_follows_no_link(trusted: own_root.OwnRoot, tmp_path: Path) -> None:
    path, other = tmp_path / "root.pem", tmp_path / "other"
    path.symlink_to(other)
    with pytest.raises(BadRequest, match="--trust-file"):
        trust_file.write(path, trusted)
    assert not other.exists()
    other.write_text("mine")
    with pytest.raises(BadRequest, match="--trust-file"):
        trust_file.write(other, trusted)
    assert other.read_text() == "mine"
    trust_file.write(tmp_path / "real", trusted)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(BadRequest, match="--trust-file"):
        trust_file.read(tmp_path / "link", datetime.now(UTC))


def test_a_trust_file_that_is_none_is_refused(trusted: own_root.OwnRoot, tmp_path: Path) -> None:
    now, path = datetime.now(UTC), tmp_path / "root.pem"
    trust_file.write(path, trusted)
    with pytest.raises(BadRequest, match="expired"):
        trust_file.read(path, now + timedelta(days=8))
    path.chmod(0o640)
    with pytest.raises(BadRequest, match="others may read"):
        trust_file.read(path, now)
    path.chmod(0o600)
    certificate, _, private = path.read_text().partition("-----BEGIN PRIVATE")
    for content in ("", certificate, f"-----BEGIN PRIVATE{private}", "x" * 70_000):
        path.write_text(content)
        with pytest.raises(BadRequest, match="no test root and key"):
            trust_file.read(path, now)
    other = own_root.made(NAMES, now)
    for below, why in ((other.below, "not its certificate's"), (trusted.below, "no test root and key")):
        path.write_text(pem(other.certificate) + pem(below) + f"-----BEGIN PRIVATE{private}")
        with pytest.raises(BadRequest, match=why):
            trust_file.read(path, now)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for odd in (tmp_path, tmp_path / "nowhere", tmp_path / "pipe"):
        with pytest.raises(BadRequest, match="--trust-file"):
            trust_file.read(odd, now)
