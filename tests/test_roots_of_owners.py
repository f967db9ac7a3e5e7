"""Roots that the owner of a deployment brings: what is taken, how it stays and goes, and who is told so."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from tlscheck.edges.command.main import main as tlscheck
from tlscheck.edges.edition import edition
from tlscheck.edges.server import regional_roots
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.tls import open_verified
from tlscheck.edges.stores import rds_roots
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.verdict.regional import judge_region
from tlscheck.wire.observation import Handshake, HandshakeOutcome

from layers.refresh_rds_trust_store import main
from layers.roots.bundle import LARGEST_BUNDLE
from layers.roots.folder import roots_in
from tests.layer_of_roots import copied, installed
from tests.local_aws.fleet.certificates import Algorithm, CertificateAuthority, regional
from tests.local_aws.fleet.servers import Servers
from tests.published_roots import certificate, pem, publisher, root_name

ROOT = Path(__file__).parent.parent
TEMPLATE = 'Outputs:\n  Roots:\n    Description: When\n    Value: "never"\n'
GOV = "us-gov-west-1"
HOST = f"orders.c9x2example.{GOV}.rds.amazonaws.com"
BROUGHT = "brought by the owner of this deployment"


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    """What stands for GovCloud's own, which we have no root of."""
    return regional(GOV)


@pytest.fixture(scope="module")
def ecc() -> CertificateAuthority:
    return regional(GOV, Algorithm.ECC384)


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    with installed(copied(tmp_path / "layer")) as package:
        yield package


@pytest.fixture
def made(package: Path, tmp_path: Path) -> Callable[..., int]:
    """`make trust-store` with these, on a copy of the project's own layer."""
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)

    def run(*arguments: str, bundles: dict[str, str] | None = None, **more: Any) -> int:
        done = main(arguments, package, template, bundles or {}, **more)
        rds_roots.roots.cache_clear()
        regional_roots.installed.cache_clear()
        return done

    return run


def saved(folder: Path, content: bytes) -> str:
    path = folder / "rds-bundle.pem"
    path.write_bytes(content)
    return str(path)


def files(package: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in package.iterdir() if path.is_file()}


# ------------------------------------------------------------------------------------------------- what is taken


def test_a_root_of_a_region_that_we_miss_is_taken_and_told(
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = files(package)
    assert made("--extra", saved(tmp_path, authority.root_pem)) == 0
    assert capsys.readouterr().out == (
        f"your own roots\n  + {root_name(GOV)}, thumbprint {authority.thumbprint}\n"
        "  1 roots of 1 Regions are your own\n"
    )
    after = files(package)
    assert {name for name in after if after[name] != before.get(name)} == {"owner.pem", "provenance.json"}
    assert roots_in(package / "owner.pem") == {root_name(GOV): authority.root}
    told = json.loads(after["provenance.json"])["owner.pem"]
    assert (told["certificates"], told["source"], told["taken"]) == (
        1,
        "the owner of this deployment: rds-bundle.pem",
        today(),
    )
    assert (
        f'Value: "aws.pem 2026-11-26, owner.pem {today()}, proxy.pem 2026-11-24"'
        in (tmp_path / "template.yaml").read_text()
    )


def test_aws_own_bundle_is_taken_as_a_browser_saves_it(
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Roots that we have, intermediates, and CRLF between them."""
    bundle = (package / "aws.pem").read_bytes() + authority.root_pem
    bundle += authority.subordinate.public_bytes(Encoding.PEM)
    assert made("--extra", saved(tmp_path, bundle.replace(b"\n", b"\r\n"))) == 0
    told = capsys.readouterr().out
    assert told.count("here already: ") == 84
    assert "here already: Amazon RDS us-east-1 Root CA RSA2048 G1, from aws.pem" in told
    assert "Subordinate CA RSA2048 G1.A.1: not self-issued: only roots belong into a trust store" in told
    assert roots_in(package / "owner.pem") == {root_name(GOV): authority.root}


KEY = ec.derive_private_key(2026, ec.SECP384R1())
OTHER = ec.derive_private_key(2027, ec.SECP384R1())
ECC = root_name("ca-west-1", "ECC384")
PAST = datetime(2024, 8, 22, tzinfo=UTC)

UNFIT: list[tuple[str, bytes, str]] = [
    (
        "a CA of the owner's own",
        pem(certificate(KEY, "Our Corporation Root CA")),
        "Our Corporation Root CA: not named as a root of a Region, so that nothing would bound what it is trusted",
    ),
    (
        "RDS Proxy's",
        pem(certificate(KEY, "Amazon Root CA 1")),
        "Amazon Root CA 1: not named as a root of a Region",
    ),
    ("of no Region", pem(certificate(KEY, root_name("nonsense", "ECC384"))), "nonsense is no Region"),
    ("expired", pem(certificate(KEY, ECC, until=PAST)), "not in date: valid until 2024-08-22"),
    ("another key than promised", pem(certificate(KEY, root_name("ca-west-1"))), "not the RSA2048 that its name"),
    ("no CA", pem(certificate(KEY, ECC, ca=False)), "not a CA certificate"),
    ("an intermediate", pem(certificate(KEY, ECC, issuer="another")), "not self-issued"),
    ("a forged signature", pem(certificate(KEY, ECC, signer=OTHER)), f"the signature of {ECC} is not its own"),
    (
        "two keys",
        pem(certificate(KEY, ECC), certificate(OTHER, ECC)),
        f"two different certificates are named {ECC}",
    ),
    (
        "another key under a name of AWS's",
        pem(certificate(KEY, ECC), certificate(KEY, root_name("us-east-1", "ECC384"))),
        "another certificate under the name Amazon RDS us-east-1 Root CA ECC384 G1 than aws.pem has",
    ),
    (
        "another key under a name of the owner's",
        pem(certificate(OTHER, root_name("mx-central-1", "ECC384"))),
        "another certificate under the name Amazon RDS mx-central-1 Root CA ECC384 G1 than owner.pem has",
    ),
    ("nothing", b"", "not a PEM bundle"),
    ("a web page", b"<html>Sign in</html>", "not a PEM bundle"),
    ("cut short", pem(certificate(KEY, ECC))[:-40], "cut short"),
    ("UTF-16", pem(certificate(KEY, ECC)).decode().encode("utf-16"), "not a PEM bundle"),
    ("too much", b"-" * (LARGEST_BUNDLE + 1), "more than 2097152 bytes"),
]


@pytest.mark.parametrize(("content", "words"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_is_no_root_of_a_region_is_refused_in_words_and_nothing_is_written(  # noqa: PLR0917 - fixtures
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    content: bytes,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mexico = pem(certificate(KEY, root_name("mx-central-1", "ECC384")))
    assert made("--extra", saved(tmp_path, mexico)) == 0
    before = files(package)
    assert made("--extra", saved(tmp_path, content)) == 1
    told = capsys.readouterr().out
    assert "refused, nothing written\n" in told
    assert words in told
    assert files(package) == before


@pytest.mark.parametrize(
    ("name", "words"), [("nowhere.pem", "is no file"), (".", "is no file"), ("a\0b", "is no file")]
)
def test_a_file_that_is_none_is_refused(
    made: Callable[..., int], tmp_path: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made("--extra", f"{tmp_path}/{name}") == 1
    assert words in capsys.readouterr().out


def test_what_a_stranger_named_is_shown_harmless(
    made: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made("--extra", saved(tmp_path, pem(certificate(KEY, "\x1b[2J Root\u202e")))) == 1
    assert not set(capsys.readouterr().out) & {"\x1b", "\u202e"}


# ------------------------------------------------------------------------------------------- how it stays and goes


def test_they_stay_through_later_runs_and_are_added_to(
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    ecc: CertificateAuthority,
) -> None:
    made("--extra", saved(tmp_path, authority.root_pem))
    with publisher(tmp_path) as publish:
        url, trusting = publish((package / "aws.pem").read_bytes(), None)
        assert made(bundles={"aws": url}, context=trusting) == 0
    assert made("--extra", saved(tmp_path, ecc.root_pem)) == 0
    again = files(package)
    assert made("--extra", saved(tmp_path, ecc.root_pem)) == 0
    assert files(package) == again
    assert roots_in(package / "owner.pem") == {root_name(GOV): authority.root, root_name(GOV, "ECC384"): ecc.root}


def test_what_aws_bundle_brings_byte_for_byte_is_aws_from_then_on(  # noqa: PLR0917 - fixtures
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    ecc: CertificateAuthority,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made("--extra", saved(tmp_path, authority.root_pem + ecc.root_pem))
    with publisher(tmp_path) as publish:
        url, trusting = publish(authority.root_pem, None)
        assert made(bundles={"aws-us-gov": url}, context=trusting) == 0
    assert f"+ {root_name(GOV)}, no longer your own" in capsys.readouterr().out
    assert roots_in(package / "aws-us-gov.pem").keys() == {root_name(GOV)}
    assert roots_in(package / "owner.pem").keys() == {root_name(GOV, "ECC384")}


def test_a_bundle_that_contradicts_them_is_refused_and_says_how_to_decide(
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made("--extra", saved(tmp_path, authority.root_pem))
    with publisher(tmp_path) as publish:
        url, trusting = publish(regional(GOV).root_pem, None)
        assert made(bundles={"aws-us-gov": url}, context=trusting) == 1
        told = capsys.readouterr().out
        (command,) = re.findall(r"if yours is the wrong one: (make trust-store .+)", told)
        assert not (package / "aws-us-gov.pem").exists()
        assert made(*arguments(command)) == 0
        assert made(bundles={"aws-us-gov": url}, context=trusting) == 0
    assert roots_in(package / "aws-us-gov.pem").keys() == {root_name(GOV)}


@pytest.mark.parametrize("names", ["all", f"{root_name(GOV)}, {root_name(GOV, 'ECC384')}"])
def test_removed_they_leave_nothing_behind(  # noqa: PLR0917 - fixtures
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    ecc: CertificateAuthority,
    names: str,
) -> None:
    before = files(package)
    made("--extra", saved(tmp_path, authority.root_pem + ecc.root_pem))
    assert made("--remove", names) == 0
    assert files(package) == before
    assert 'Value: "aws.pem 2026-11-26, proxy.pem 2026-11-24"' in (tmp_path / "template.yaml").read_text()


def test_one_is_removed_by_name_and_what_is_not_there_is_said(  # noqa: PLR0917 - fixtures
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    ecc: CertificateAuthority,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made("--extra", saved(tmp_path, authority.root_pem + ecc.root_pem))
    assert made("--remove", root_name(GOV)) == 0
    assert roots_in(package / "owner.pem").keys() == {root_name(GOV, "ECC384")}
    assert made("--remove", root_name(GOV)) == 1
    told = capsys.readouterr().out
    assert f"no root of yours is named {root_name(GOV)}: your own are: {root_name(GOV, 'ECC384')}" in told
    assert made("--remove", "Amazon RDS us-east-1 Root CA RSA2048 G1") == 1


# ------------------------------------------------------------------------------------------------- what is printed


def arguments(line: str) -> list[str]:
    """What the Makefile hands to the command for a line such as `make trust-store EXTRA=file.pem`."""
    words = ["make", "--dry-run", "--silent", *shlex.split(line)[1:]]
    run = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (called,) = [
        each for each in run.replace("\\\n", " ").splitlines() if "layers.refresh_rds_trust_store" in each
    ]
    return shlex.split(called)[3:]


PAPER = (ROOT / "docs" / "operations.md").read_text()


def test_the_commands_of_the_page_do_in_their_order_what_it_says(
    made: Callable[..., int],
    package: Path,
    tmp_path: Path,
    authority: CertificateAuthority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path, authority.root_pem)
    lines = re.findall(r"^make trust-store.*$", PAPER, re.MULTILINE)
    assert [re.sub(r"=.*", "", line) for line in lines] == [
        "make trust-store",
        "make trust-store LOSE",
        "make trust-store EXTRA",
        "make trust-store REMOVE",
        "make trust-store REMOVE",
    ]
    fetch, lose, extra, one, every = map(arguments, lines)
    ireland = "Amazon RDS eu-west-1 Root CA RSA2048 G1"
    everything = roots_in(package / "aws.pem")
    with publisher(tmp_path) as publish:
        url, trusting = publish(pem(*everything.values()), None)
        assert made(*fetch, bundles={"aws": url}, context=trusting) == 0
        url, trusting = publish(pem(*(root for name, root in everything.items() if name != ireland)), None)
        assert made(*fetch, bundles={"aws": url}, context=trusting) == 1
        assert made(*lose, bundles={"aws": url}, context=trusting) == 0
    assert roots_in(package / "aws.pem").keys() == everything.keys() - {ireland}
    assert made(*extra) == 0
    assert made(*one) == 0
    assert not (package / "owner.pem").exists()
    made(*extra)
    assert made(*every) == 0
    assert not (package / "owner.pem").exists()


def test_a_shell_and_make_hand_over_what_was_written() -> None:
    assert arguments('make trust-store LOSE="A root, another"') == ["--lose", "A root, another"]
    assert arguments("make trust-store EXTRA='my file.pem'") == ["--extra", "my file.pem"]
    assert arguments('make trust-store EXTRA="it\'s mine.pem"') == ["--extra", "it's mine.pem"]
    assert arguments("make trust-store") == []
    assert arguments("make trust-store EXTRA=") == ["--extra", ""]


def test_an_empty_name_of_a_file_fetches_nothing(
    made: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert made("--extra", "", bundles={"aws": "https://127.0.0.1:1/"}) == 1
    assert capsys.readouterr().out == "refused, nothing written\n  . is no file\n"


def test_a_variable_of_the_environment_brings_and_removes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOSE", "EXTRA", "REMOVE"):
        monkeypatch.setenv(name, "all")
    assert arguments("make trust-store") == []


# ------------------------------------------------------------------------------------- every answer calls them so


@pytest.fixture
def brought(made: Callable[..., int], tmp_path: Path, authority: CertificateAuthority) -> CertificateAuthority:
    """GovCloud's RSA2048 root is in the layer, by its owner."""
    assert made("--extra", saved(tmp_path, authority.root_pem)) == 0
    return authority


def test_the_version_and_every_document_name_their_file_and_source(
    brought: CertificateAuthority, package: Path
) -> None:
    (owners,) = [each for each in edition().roots if each.bundle == "owner.pem"]
    assert (owners.certificates, owners.source) == (1, "the owner of this deployment: rds-bundle.pem")
    assert str(owners).endswith(f", taken {today()} from the owner of this deployment: rds-bundle.pem")
    assert [each["bundle"] for each in edition().document["roots"]] == ["aws.pem", "owner.pem", "proxy.pem"]  # type: ignore[attr-defined] # a document
    assert brought.root_pem in (package / "owner.pem").read_bytes()


@pytest.fixture(scope="module")
def port(authority: CertificateAuthority) -> Iterator[int]:
    with Servers() as servers:
        yield servers.start("gov", certificate=authority.issue(HOST)).port


def shown(port: int, region: str) -> Handshake:
    context = regional_roots.installed().context(region)
    assert context is not None
    handshake, connection = open_verified("localhost", port, context, Deadline.within(5), HOST)
    if connection:
        connection.close()
    return handshake


def test_a_server_of_theirs_is_verified_and_the_look_says_by_whose_root(
    brought: CertificateAuthority, port: int
) -> None:
    assert brought.root_pem
    handshake = shown(port, GOV)
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    assert handshake.authority == "rds-ca-rsa2048-g1"
    assert handshake.detail == (
        f"The chain hangs from a root of the Region, {BROUGHT}, and carries the endpoint's name."
    )


def test_they_verify_no_server_of_another_region(brought: CertificateAuthority, port: int) -> None:
    assert brought.root_pem
    assert shown(port, "us-east-1").outcome is HandshakeOutcome.UNKNOWN_ISSUER


def test_an_owners_root_beside_aws_under_another_name_of_the_region_is_told_apart(
    made: Callable[..., int], tmp_path: Path
) -> None:
    second = "Amazon RDS us-east-1 Root CA ECC384 G2"
    assert made("--extra", saved(tmp_path, pem(certificate(KEY, second)))) == 0
    trusted = regional_roots.installed()
    assert [trusted.thumbprints[each] for each in trusted.owners] == [f"CN={second}"]
    context = trusted.context("us-east-1")
    assert context is not None
    assert (len(context.get_ca_certs()), len(context.owners)) == (4, 1)


SAVE = (
    "Save AWS's bundle of {} as rds-bundle.pem in tlscheck's own folder, then there: "
    "make trust-store EXTRA=rds-bundle.pem && make deploy"
)
OFFERED = ("rds-ca-rsa2048-g1", "rds-ca-ecc384-g1")


def told(region: str, *thumbprints: str, databases: int = 1) -> tuple[str, str, str]:
    """What the check of a Region's roots says of it, with the layer as it is."""
    offered = tuple(OfferedAuthority(name, each, None) for name, each in zip(OFFERED, thumbprints, strict=False))
    listing = RegionListing(
        f"arn:aws-us-gov:rds:{region}:1:region", region, databases, (), Authorities(offered, None)
    )
    trusted = regional_roots.installed()
    findings = judge_region(listing, trusted.thumbprints, datetime.now(UTC), trusted.owners)
    (finding,) = [each for each in findings if each.check == "trust-store"]
    return finding.status.value, finding.reason, finding.next_step


def test_the_check_names_whose_root_it_is(brought: CertificateAuthority) -> None:
    reason = (
        "The trust store holds the root of rds-ca-rsa2048-g1. Brought by the owner of this deployment: "
        "rds-ca-rsa2048-g1."
    )
    assert told(GOV, brought.thumbprint) == ("PASSED", reason, "")


def test_the_check_says_when_the_region_does_not_know_it(
    brought: CertificateAuthority, made: Callable[..., int], package: Path, ecc: CertificateAuthority
) -> None:
    status, reason, step = told("us-gov-east-1", "7c40")
    assert (status, "holds no root of us-gov-east-1 at all" in reason) == ("FAILED", True)
    listed = told(GOV)
    assert listed[0] == "INFORMATIONAL"
    assert listed[1] == (
        "Brought by the owner of this deployment, and of no CA that the Region offers: "
        f"{root_name(GOV)} (SHA-1 {brought.thumbprint})."
    )
    assert listed[2].startswith(
        "Compare it with AWS's bundle of the Region. If it is not in there, in tlscheck's own"
    )
    (command,) = re.findall(r"(make trust-store [^&]+) && make deploy$", listed[2])
    assert made(*arguments(command)) == 0
    assert not (package / "owner.pem").exists()
    assert told(GOV, ecc.thumbprint)[0] == "FAILED"
    assert step == "In tlscheck's own folder: make trust-store && make deploy"


def test_a_root_under_the_name_of_what_is_missing_is_told_and_removed_first(
    brought: CertificateAuthority, made: Callable[..., int], ecc: CertificateAuthority
) -> None:
    """As long as it stands there no bundle brings the other: `make trust-store` refuses a second of the name."""
    status, reason, step = told(GOV, ecc.thumbprint)
    assert status == "FAILED"
    assert f"lacks the root of rds-ca-rsa2048-g1 (SHA-1 {ecc.thumbprint})" in reason
    assert f"of no CA that the Region offers: {root_name(GOV)} (SHA-1 {brought.thumbprint})." in reason
    first, then = re.findall(r"(make trust-store[^&]*) && make deploy", step)
    assert (first, then) == (f'make trust-store REMOVE="{root_name(GOV)}"', "make trust-store")
    _, _, of_nobody = told(GOV, ecc.thumbprint, databases=0)
    assert re.findall(r"(make trust-store[^&]*) && make deploy", of_nobody) == [first]
    assert made(*arguments(first)) == 0
    assert "of no CA" not in told(GOV, ecc.thumbprint)[1]


@pytest.mark.parametrize(
    ("region", "step"),
    [
        ("ca-west-1", "In tlscheck's own folder: make trust-store && make deploy"),
        ("cn-north-1", "In tlscheck's own folder: make trust-store && make deploy"),
        (GOV, "In tlscheck's own folder: make trust-store && make deploy"),
        *(
            (region, SAVE.format(region))
            for region in (
                "eusc-de-east-1",
                "us-iso-east-1",
                "us-isob-east-1",
                "eu-isoe-west-1",
                "us-isof-south-1",
            )
        ),
    ],
)
def test_a_region_of_which_we_hold_nothing_says_so_and_which_command_brings_it(
    package: Path, region: str, step: str
) -> None:
    assert package.exists()
    lacks = (
        "The trust store of this deployment lacks the root of rds-ca-rsa2048-g1 (SHA-1 7c40), which the Region "
        f"offers. It holds no root of {region} at all. Where AWS's bundle cannot be fetched, one that you saved "
        "is taken: make trust-store EXTRA=rds-bundle.pem."
    )
    assert told(region, "7c40") == ("FAILED", lacks, step)
    empty = told(region, "7c40", databases=0)
    assert empty == ("INFORMATIONAL", f"{lacks} No database of the Region needs it.", "")


def test_what_a_clients_owner_is_answered_names_them(
    brought: CertificateAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    store = tmp_path / "rds-ca.pem"
    assert tlscheck(["trust-store", "build", "--region", GOV, "--output", str(tmp_path)]) == 0
    assert f"{BROUGHT}: {root_name(GOV)}" in capsys.readouterr().out
    assert brought.root_pem in store.read_bytes()
    asked = ["trust-store", "show", str(store), "--region", GOV, "--ca", "rds-ca-rsa2048-g1"]
    assert tlscheck(asked) == 0
    shown = capsys.readouterr().out
    assert f"[{BROUGHT}]" in shown
    assert f"{GOV}: READY: it holds {root_name(GOV)} ({BROUGHT})" in shown
    assert tlscheck([*asked, "--json"]) == 0
    (held,) = json.loads(capsys.readouterr().out)["certificates"]
    assert (held["name"], held["brought_by_owner"]) == (root_name(GOV), True)
    words = f"host={HOST} sslmode=verify-full sslrootcert={store}"
    assert tlscheck(["client", words, "--from", "rds-ca-rsa2048-g1", "--to", "rds-ca-rsa2048-g1"]) == 0
    assert f"its roots hold rds-ca-rsa2048-g1 in {GOV}, {BROUGHT}" in capsys.readouterr().out


def test_roots_of_aws_are_nobodys_own(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not regional_roots.installed().owners
    tlscheck(["trust-store", "build", "--region", "il-central-1", "--output", str(tmp_path)])
    tlscheck(["trust-store", "show", str(tmp_path / "rds-ca.pem"), "--region", "il-central-1"])
    assert BROUGHT not in capsys.readouterr().out
    assert x509.load_pem_x509_certificates((tmp_path / "rds-ca.pem").read_bytes())
    assert package.exists()
