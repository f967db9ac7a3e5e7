"""What tlscheck builds is read back by the tools that clients use, and they connect with it, verified."""

import ast
import base64
import hashlib
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
import yaml
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.entries import entry
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import pem
from tlscheck.keystores.keystore import Bag
from tlscheck.trust.instructions import instructions
from tlscheck.trust.packaging import File, Packaging, Wrapping, aliases, files
from tlscheck.trust.trust_store import Entry

from tests.java import keytool, pgjdbc
from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.servers import Server, Servers

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WRAPPING = Wrapping("rds-ca", "changeit")
EVERY = tuple(Packaging)


def written(folder: Path, entries: tuple[Entry, ...]) -> dict[Packaging, list[Path]]:
    """The trust store in every format, on disk."""
    found: dict[Packaging, list[Path]] = {}
    for file in files(EVERY, entries, WRAPPING, write_pkcs12):
        path = folder / file.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.content)
        found.setdefault(file.packaging, []).append(path)
    return found


# ---------------------------------------------------------------------------------------------- all of RDS's roots


@pytest.fixture(scope="module")
def of_rds(tmp_path_factory: pytest.TempPathFactory) -> dict[Packaging, list[Path]]:
    return written(tmp_path_factory.mktemp("rds"), roots())


def loaded_by_openssl(**where: str | bytes) -> set[str]:
    """Fingerprints of what OpenSSL, as Python brings it, takes from a trust store."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(**where)
    return {hashlib.sha256(der).hexdigest() for der in context.get_ca_certs(binary_form=True)}


def test_openssl_reads_every_root_of_the_bundle(of_rds: dict[Packaging, list[Path]]) -> None:
    assert loaded_by_openssl(cafile=str(of_rds[Packaging.PEM][0])) == {root.sha256 for root in roots()}


def test_openssl_reads_every_der_file(of_rds: dict[Packaging, list[Path]]) -> None:
    read = [loaded_by_openssl(cadata=path.read_bytes()) for path in of_rds[Packaging.DER]]
    assert read == [{root.sha256} for root in roots()]


def read_by_openssl(path: Path) -> set[str]:
    """Fingerprints of a PKCS12's certificates, by the command openssl, or where there is none by cryptography."""
    content = path.read_bytes()
    if openssl := shutil.which("openssl"):
        command = [openssl, "pkcs12", "-in", str(path), "-nokeys", "-passin", "pass:changeit"]
        text = subprocess.run(command, capture_output=True, check=True).stdout
        return {hashlib.sha256(der).hexdigest() for der in pem.read(text).certificates}
    certificates = load_pkcs12(content, b"changeit").additional_certs
    return {each.certificate.fingerprint(SHA256()).hex() for each in certificates}


@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
def test_openssl_reads_every_root_of_the_keystore(of_rds: dict[Packaging, list[Path]]) -> None:
    assert read_by_openssl(of_rds[Packaging.PKCS12][0]) == {root.sha256 for root in roots()}


@pytest.mark.parametrize("packaging", [Packaging.PKCS12, Packaging.JKS])
def test_keytool_trusts_every_root_of_a_keystore(
    of_rds: dict[Packaging, list[Path]], packaging: Packaging
) -> None:
    done = keytool("-list", "-keystore", of_rds[packaging][0], "-storepass", "changeit")
    assert f"Keystore type: {packaging.upper()}" in done.stdout
    lines = done.stdout.splitlines()
    listed = {
        line.split(", ")[0]: below.partition("(SHA-256): ")[2].replace(":", "").lower()
        for line, below in pairwise(lines)
        if line.endswith("trustedCertEntry, ")
    }
    assert listed == dict(zip(aliases(roots()), (root.sha256 for root in roots()), strict=True))


def test_keytool_reads_the_bundle_and_a_der_file(of_rds: dict[Packaging, list[Path]]) -> None:
    done = keytool("-printcert", "-file", of_rds[Packaging.PEM][0])
    assert done.stdout.count("Owner: ") == len(roots())
    assert "Owner: " in keytool("-printcert", "-file", of_rds[Packaging.DER][0]).stdout


@pytest.mark.parametrize("packaging", [Packaging.CONFIGMAP, Packaging.SECRET])
def test_a_kubernetes_object_holds_the_bundle(of_rds: dict[Packaging, list[Path]], packaging: Packaging) -> None:
    document = yaml.safe_load(of_rds[packaging][0].read_text())
    assert (document["apiVersion"], document["metadata"]) == ("v1", {"name": "rds-ca"})
    data = document["data"]["rds-ca.pem"]
    bundle = of_rds[Packaging.PEM][0].read_bytes()
    if packaging is Packaging.CONFIGMAP:
        assert (document["kind"], data.encode()) == ("ConfigMap", bundle)
    else:
        assert (document["kind"], document["type"]) == ("Secret", "Opaque")
        assert base64.b64decode(data) == bundle


# ------------------------------------------------------------------------------------------------- and connections


@dataclass(frozen=True)
class Place:
    """A server, and two trust stores: one with its CA's root, one with another CA's of the same name."""

    servers: Servers
    server: Server
    right: dict[Packaging, list[Path]]
    wrong: dict[Packaging, list[Path]]

    def libpq(self, words: str) -> bool:
        """Whether a session that psycopg (libpq) opens is TLS."""
        password = self.servers.passwords["tlscheck"]
        with psycopg.connect(words, port=self.server.port, user="tlscheck", password=password) as session:
            row = session.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
            assert row is not None
            return bool(row[0])

    def jdbc(self, properties: dict[str, str], jvm: dict[str, str] | None = None) -> str:
        login = {"user": "tlscheck", "password": self.servers.passwords["tlscheck"], "sslmode": "verify-full"}
        return pgjdbc(f"jdbc:postgresql://localhost:{self.server.port}/postgres", login | properties, jvm)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    authority, impostor = regional("eu-central-1"), regional("eu-central-1")
    with Servers() as servers:
        server = servers.start("orders", authority.issue("localhost"), enforced=True)
        yield Place(
            servers,
            server,
            written(tmp_path_factory.mktemp("right"), (*roots()[:9], root_of(authority))),
            written(tmp_path_factory.mktemp("wrong"), (*roots()[:9], root_of(impostor))),
        )


def root_of(authority: CertificateAuthority) -> Entry:
    return entry(Bag(authority.root.public_bytes(Encoding.DER), "", is_trusted=True))


def psql_words(path: Path) -> str:
    """The connection string of psql's instruction."""
    file = File("rds-ca.pem", Packaging.PEM, b"")
    (told,) = (each for each in instructions(file, str(path), WRAPPING) if each.client == "psycopg")
    words: str = told.command.removeprefix("psycopg.connect('").removesuffix("')")
    return words.replace("<endpoint>", "localhost").replace("<database>", "postgres")


def test_libpq_connects_as_psycopg_is_told_to(place: Place, tmp_path: Path) -> None:
    assert place.libpq(psql_words(place.right[Packaging.PEM][0]))
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        place.libpq(psql_words(place.wrong[Packaging.PEM][0]))
    # also where a path has what has to be quoted
    folder = tmp_path / "it's \\ a folder"
    folder.mkdir()
    shutil.copy(place.right[Packaging.PEM][0], folder)
    file = File("rds-ca.pem", Packaging.PEM, b"")
    told = {each.client: each.command for each in instructions(file, str(folder / "rds-ca.pem"), WRAPPING)}
    words = ast.literal_eval(told["psycopg"].removeprefix("psycopg.connect(").removesuffix(")"))
    assert place.libpq(words.replace("<endpoint>", "localhost").replace("<database>", "postgres"))


def test_psql_connects_as_it_is_told_to(place: Place) -> None:
    file = File("rds-ca.pem", Packaging.PEM, b"")
    for store, code in ((place.right, 0), (place.wrong, 2)):
        told = next(iter(instructions(file, str(store[Packaging.PEM][0]), WRAPPING)))
        assert told.client == "psql"
        command = told.command.replace("<endpoint>", "localhost").replace("<database>", "postgres")
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} -p {place.server.port} -U tlscheck -Atc 'SELECT 1'"],
            env={"PGPASSWORD": place.servers.passwords["tlscheck"], "PATH": str(place.servers.binaries)},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == code, done.stderr


def test_pgjdbc_connects_with_the_bundle_and_with_one_der_file(place: Place) -> None:
    assert place.jdbc({"sslrootcert": str(place.right[Packaging.PEM][0])}) == "True"
    assert place.jdbc({"sslrootcert": str(place.right[Packaging.DER][-1])}) == "True"
    assert "PKIX path" in place.jdbc({"sslrootcert": str(place.wrong[Packaging.PEM][0])})


@pytest.mark.parametrize("packaging", [Packaging.PKCS12, Packaging.JKS])
def test_pgjdbc_connects_with_a_keystore_as_it_is_told_to(place: Place, packaging: Packaging) -> None:
    for store, words in ((place.right, "True"), (place.wrong, "PKIX path")):
        path = store[packaging][0]
        (told, _) = instructions(File(path.name, packaging, b""), str(path), WRAPPING)
        options = [word.removeprefix("-D") for word in told.command.split() if word.startswith("-D")]
        jvm = dict(option.split("=", 1) for option in options)
        factory = told.command.rpartition("sslfactory=")[2]
        assert words in place.jdbc({"sslfactory": factory}, jvm)


def test_javas_present_trust_store_takes_the_roots_as_it_is_told_to(place: Place, tmp_path: Path) -> None:
    store = tmp_path / "present.p12"
    path = place.right[Packaging.PKCS12][0]
    (_, told) = instructions(File(path.name, Packaging.PKCS12, b""), str(path), WRAPPING)
    words = told.command.replace("<truststore>", str(store)).split()
    assert words[0] == "keytool"
    done = keytool(*words[1:], "-deststorepass", "changeit")
    assert done.returncode == 0, done.stdout
    assert "contains 10 entries" in keytool("-list", "-keystore", store, "-storepass", "changeit").stdout


def test_libpq_refuses_a_whole_bundle_for_one_damaged_block(place: Place, tmp_path: Path) -> None:
    bundle = place.right[Packaging.PEM][0].read_text()
    (tmp_path / "damaged.pem").write_text(bundle.replace("\nMII", "\n!MII", 1))
    with pytest.raises(psycopg.OperationalError, match="could not read root certificate file"):
        place.libpq(psql_words(tmp_path / "damaged.pem"))
    assert "error" in place.jdbc({"sslrootcert": str(tmp_path / "damaged.pem")})


def test_libpq_takes_an_intermediate_for_no_anchor_and_java_does(place: Place, tmp_path: Path) -> None:
    authority = regional("eu-west-1")
    server = place.servers.start("billing", authority.issue("localhost"))
    path = tmp_path / "intermediate.pem"
    path.write_bytes(authority.subordinate.public_bytes(Encoding.PEM))
    here = Place(place.servers, server, {}, {})
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        here.libpq(psql_words(path))
    assert here.jdbc({"sslrootcert": str(path)}) == "True"
