"""The refresh of the trust store believes nothing of what it fetches, and writes all or nothing."""

import importlib.util
import json
import ssl
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LAYERS = Path(__file__).parent.parent / "layers"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Publish = Callable[[bytes, int | None], tuple[str, ssl.SSLContext]]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh", LAYERS / "refresh_rds_trust_store.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


refresh = _load()


@pytest.fixture(scope="module")
def keys() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(65537, 2048) for _ in range(2)]


def certificate(
    key: Key,
    name: str,
    *,
    issuer: str = "",
    signer: Key | None = None,
    ca: bool = True,
    until: datetime | None = None,
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2021, 5, 21, tzinfo=UTC))
        .not_valid_after(until or datetime(2061, 5, 21, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer or key, SHA256())
    )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def root_name(region: str, algorithm: str = "RSA2048") -> str:
    return f"Amazon RDS {region} Root CA {algorithm} G1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "provenance.json").write_text("{}")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publish]:
    """A local HTTPS server that answers what it is given; `announced` lies about the length."""
    answer: list[tuple[bytes, int | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, announced = answer[-1]
            moved = body.startswith(b"http")
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body) if announced is None else announced))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    key = ec.generate_private_key(ec.SECP256R1())
    own = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(True, False, False, False, False, True, False, False, False), critical=True)
        .sign(key, SHA256())
    )
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = tmp_path_factory.mktemp("https") / "server.pem"
    chain.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(own))
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    trusting = ssl.create_default_context(cadata=own.public_bytes(Encoding.PEM).decode())

    def serve(body: bytes, announced: int | None) -> tuple[str, ssl.SSLContext]:
        answer.append((body, announced))
        return f"https://127.0.0.1:{server.server_port}/global-bundle.pem", trusting

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_good_bundle_is_written_with_its_provenance(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]
) -> None:
    p384 = ec.generate_private_key(ec.SECP384R1())
    roots = [certificate(keys[0], root_name("eu-west-1")), certificate(p384, root_name("eu-west-1", "ECC384"))]
    url, context = publish(pem(*roots), None)
    lines = refresh.refresh("aws", url, context, NOW, folder)
    assert lines == [
        "+ Amazon RDS eu-west-1 Root CA ECC384 G1",
        "+ Amazon RDS eu-west-1 Root CA RSA2048 G1",
        "2 roots of 1 Regions",
    ]
    assert set(x509.load_pem_x509_certificates((folder / "aws.pem").read_bytes())) == set(roots)
    written = json.loads((folder / "provenance.json").read_text())["aws.pem"]
    assert (written["certificates"], written["source"], written["taken"]) == (2, url, "2026-11-24")


def test_the_same_bundle_again_changes_no_byte(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]
) -> None:
    url, context = publish(pem(certificate(keys[0], root_name("eu-west-1"))), None)
    refresh.refresh("aws", url, context, NOW, folder)
    before = contents(folder)
    assert refresh.refresh("aws", url, context, NOW + timedelta(days=9), folder) == ["1 roots of 1 Regions"]
    assert contents(folder) == before


def test_a_new_region_is_added_and_said(publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]) -> None:
    first = certificate(keys[0], root_name("eu-west-1"))
    url, context = publish(pem(first), None)
    refresh.refresh("aws", url, context, NOW, folder)
    url, context = publish(pem(first, certificate(keys[1], root_name("mx-central-1"))), None)
    assert "+ Amazon RDS mx-central-1 Root CA RSA2048 G1" in refresh.refresh("aws", url, context, NOW, folder)


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        ("Amazon RDS us-east-1 Root CA RSA2048 G1", {"until": datetime(2024, 8, 22, tzinfo=UTC)}, "not in date"),
        ("Amazon RDS us-east-1 Root CA RSA2048 G1", {"ca": False}, "not a CA certificate"),
        ("Amazon RDS us-east-1 Root CA RSA4096 G1", {}, "its key is not the RSA4096"),
        ("Amazon RDS us-east-1 Root CA ECC384 G1", {}, "its key is not the ECC384"),
        ("Amazon RDS us-east-1 Subordinate CA RSA2048 G1.A.1", {"issuer": "a root"}, "not self-issued"),
        ("Evil Corporation Root CA", {}, "not named as a root of a Region"),
        ("Amazon RDS nonsense Root CA RSA2048 G1", {}, "nonsense is no Region of aws"),
        ("Amazon RDS us-east-1a Root CA RSA2048 G1", {}, "us-east-1a is no Region of aws"),
        ("Amazon RDS cn-north-1 Root CA RSA2048 G1", {}, "cn-north-1 is no Region of aws"),
        ("Amazon RDS us-gov-west-1 Root CA RSA2048 G1", {}, "us-gov-west-1 is no Region of aws"),
        ("Amazon RDS us-east-1 Root CA RSA2048 G1, really", {}, "not named as a root of a Region"),
    ],
)
def test_what_is_no_root_of_rds_is_left_out_with_its_reason(
    keys: list[rsa.RSAPrivateKey], name: str, changes: dict[str, object], why: str
) -> None:
    good = certificate(keys[0], root_name("eu-west-1"))
    vetted = refresh.vet(pem(good, certificate(keys[0], name, **changes)), NOW, "aws")  # type: ignore[arg-type] # a table
    assert list(vetted.roots.values()) == [good]
    [(left_out, reason)] = vetted.left_out
    assert left_out == name
    assert reason.startswith(why)


def _forged(keys: list[rsa.RSAPrivateKey]) -> bytes:
    return pem(certificate(keys[0], root_name("eu-west-1"), signer=keys[1]))


@pytest.mark.parametrize(
    ("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1"), ("aws", "eu-central-12")]
)
def test_a_bundle_tells_the_roots_of_its_own_partition_alone(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey], partition: str, region: str
) -> None:
    own, foreign = certificate(keys[0], root_name(region)), certificate(keys[1], root_name("us-iso-west-1"))
    url, context = publish(pem(own, foreign), None)
    assert refresh.refresh(partition, url, context, NOW, folder) == [
        f"+ Amazon RDS {region} Root CA RSA2048 G1",
        f"left out: Amazon RDS us-iso-west-1 Root CA RSA2048 G1: us-iso-west-1 is no Region of {partition}",
        "1 roots of 1 Regions",
    ]
    assert x509.load_pem_x509_certificates((folder / f"{partition}.pem").read_bytes()) == [own]


def test_a_foreign_root_that_lies_in_a_bundle_already_goes(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]
) -> None:
    own, foreign = certificate(keys[0], root_name("cn-north-1")), certificate(keys[1], root_name("eu-central-1"))
    before = {root_name("cn-north-1"): own, root_name("eu-central-1"): foreign}
    refresh.write("aws-cn", before, "a test", NOW, folder)
    url, context = publish(pem(own, foreign), None)
    assert "- Amazon RDS eu-central-1 Root CA RSA2048 G1" in refresh.refresh("aws-cn", url, context, NOW, folder)
    assert x509.load_pem_x509_certificates((folder / "aws-cn.pem").read_bytes()) == [own]


REFUSED: list[tuple[str, Callable[[list[rsa.RSAPrivateKey]], bytes], str]] = [
    ("nothing", lambda _: b"", "not a PEM bundle"),
    ("a web page", lambda _: b"<html>Sign in</html>", "not a PEM bundle"),
    ("cut in a certificate", lambda k: pem(certificate(k[0], root_name("eu-west-1")))[:-40], "cut short"),
    ("garbage in a certificate", lambda _: _wrapped(b"AAAA"), "certificate 1 cannot be read"),
    ("a forged signature", _forged, "signature"),
    ("only strangers", lambda k: pem(certificate(k[0], "A stranger")), "not one root"),
    (
        "two keys under one name",
        lambda k: pem(*(certificate(key, root_name("eu-west-1")) for key in k)),
        "two different certificates",
    ),
    (
        "another key under a name that we trust",
        lambda k: pem(certificate(k[1], root_name("eu-central-1"))),
        "another certificate under the name",
    ),
    (
        "a Region missing",
        lambda k: pem(certificate(k[0], root_name("eu-west-1"))),
        "would drop eu-central-1",
    ),
    ("a redirect", lambda _: b"https://127.0.0.1:1/", "gave no answer"),
    ("too much", lambda _: b"-" * (refresh.LARGEST_BUNDLE + 1), "more than"),
]


def _wrapped(body: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(("bundle", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_hostile_bundle_is_refused_and_nothing_is_written(
    publish: Publish,
    folder: Path,
    keys: list[rsa.RSAPrivateKey],
    bundle: Callable[[list[rsa.RSAPrivateKey]], bytes],
    why: str,
) -> None:
    trusted = certificate(keys[0], root_name("eu-central-1"))
    refresh.write("aws", {root_name("eu-central-1"): trusted}, "a test", NOW, folder)
    before = contents(folder)
    url, context = publish(bundle(keys), None)
    with pytest.raises(refresh.Refused, match=why):
        refresh.refresh("aws", url, context, NOW, folder)
    assert contents(folder) == before


def test_an_answer_shorter_than_announced_is_refused(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]
) -> None:
    body = pem(certificate(keys[0], root_name("eu-west-1")))
    url, context = publish(body, len(body) + 100)
    with pytest.raises(refresh.Refused):
        refresh.refresh("aws", url, context, NOW, folder)
    assert contents(folder) == {"provenance.json": "{}"}


def test_a_server_that_is_not_verified_is_not_asked(publish: Publish, folder: Path) -> None:
    url, _ = publish(b"never sent", None)
    with pytest.raises(refresh.Refused, match="certificate verify failed"):
        refresh.refresh("aws", url, ssl.create_default_context(), NOW, folder)


def test_a_url_without_tls_is_not_fetched() -> None:
    with pytest.raises(refresh.Refused, match="not an https URL"):
        refresh.fetch("http://127.0.0.1/global-bundle.pem", ssl.create_default_context())


TEMPLATE = """Outputs:
  Version:
    Value: "1.2.3"
  Roots:
    Description: When they were taken
    Value: "aws.pem 2020-01-01"
  Table:
    Value: !Ref Table
"""


def test_the_template_says_when_each_bundle_was_taken(folder: Path, keys: list[rsa.RSAPrivateKey]) -> None:
    name = root_name("eu-central-1")
    refresh.write("aws", {name: certificate(keys[0], name)}, "a test", NOW, folder)
    refresh.write("aws-cn", {name: certificate(keys[0], name)}, "a test", NOW, folder)
    path = folder.parent / "template.yaml"
    path.write_text(TEMPLATE)
    refresh.date_template(path, folder)
    day = f"{NOW:%Y-%m-%d}"
    assert path.read_text() == TEMPLATE.replace("aws.pem 2020-01-01", f"aws-cn.pem {day}, aws.pem {day}")


def test_a_template_that_does_not_say_it_is_left_alone(folder: Path) -> None:
    path = folder.parent / "template.yaml"
    path.write_text("Outputs: {}\n")
    with pytest.raises(refresh.Refused, match="no output Roots"):
        refresh.date_template(path, folder)
    assert path.read_text() == "Outputs: {}\n"


def test_the_projects_own_template_says_it_already(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(refresh.TEMPLATE.read_text())
    refresh.date_template(path, refresh.TRUST_STORE)
    assert path.read_text() == refresh.TEMPLATE.read_text()


def test_the_roots_in_the_layer_pass_the_same_inspection() -> None:
    bundle = (refresh.TRUST_STORE / "aws.pem").read_bytes()
    vetted = refresh.vet(bundle, NOW, "aws")
    assert vetted.left_out == ()
    assert len(refresh.regions(vetted.roots)) >= 27
