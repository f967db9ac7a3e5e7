"""The refresh of the trust store believes nothing of what it fetches, and writes all or nothing."""

import json
import ssl
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from layers.refresh_rds_trust_store import TEMPLATE, TRUST_STORE, main
from layers.roots.bundle import LARGEST_BUNDLE, Refused, regions, vet
from layers.roots.fetched import fetch, plan
from layers.roots.folder import date_template, roots_in, write
from tests.published_roots import SILENT, Publish, certificate, pem, publisher, root_name

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(65537, 2048) for _ in range(2)]


@pytest.fixture(scope="module")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publish]:
    with publisher(tmp_path_factory.mktemp("https")) as serve:
        yield serve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "provenance.json").write_text("{}")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def refreshed(  # noqa: PLR0917 - as plan()
    partition: str,
    url: str,
    context: ssl.SSLContext,
    now: datetime,
    folder: Path,
    losing: Collection[str] = (),
) -> list[str]:
    """What the command does with one partition, and says of it."""
    found = plan(partition, url, context, now, folder, losing)
    lines = found.lines(roots_in(folder / "owner.pem"))
    found.write(now, folder)
    return lines


def test_a_good_bundle_is_written_with_its_provenance(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]
) -> None:
    p384 = ec.generate_private_key(ec.SECP384R1())
    roots = [certificate(keys[0], root_name("eu-west-1")), certificate(p384, root_name("eu-west-1", "ECC384"))]
    url, context = publish(pem(*roots), None)
    lines = refreshed("aws", url, context, NOW, folder)
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
    refreshed("aws", url, context, NOW, folder)
    before = contents(folder)
    assert refreshed("aws", url, context, NOW + timedelta(days=9), folder) == ["1 roots of 1 Regions"]
    assert contents(folder) == before


def test_a_new_region_is_added_and_said(publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]) -> None:
    first = certificate(keys[0], root_name("eu-west-1"))
    url, context = publish(pem(first), None)
    refreshed("aws", url, context, NOW, folder)
    url, context = publish(pem(first, certificate(keys[1], root_name("mx-central-1"))), None)
    assert "+ Amazon RDS mx-central-1 Root CA RSA2048 G1" in refreshed("aws", url, context, NOW, folder)


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
    vetted = vet(pem(good, certificate(keys[0], name, **changes)), NOW, "aws")  # type: ignore[arg-type] # a table
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
    assert refreshed(partition, url, context, NOW, folder) == [
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
    write("aws-cn.pem", before, "a test", NOW, folder)
    url, context = publish(pem(own, foreign), None)
    assert "- Amazon RDS eu-central-1 Root CA RSA2048 G1" in refreshed("aws-cn", url, context, NOW, folder)
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
        "it lacks what is in date and trusted today: Amazon RDS eu-central-1 Root CA RSA2048 G1;",
    ),
    ("a redirect", lambda _: b"https://127.0.0.1:1/", "gave no answer"),
    ("too much", lambda _: b"-" * (LARGEST_BUNDLE + 1), "more than"),
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
    write("aws.pem", {root_name("eu-central-1"): trusted}, "a test", NOW, folder)
    before = contents(folder)
    url, context = publish(bundle(keys), None)
    with pytest.raises(Refused, match=why):
        refreshed("aws", url, context, NOW, folder)
    assert contents(folder) == before


def test_an_answer_shorter_than_announced_is_refused(
    publish: Publish, folder: Path, keys: list[rsa.RSAPrivateKey]
) -> None:
    body = pem(certificate(keys[0], root_name("eu-west-1")))
    url, context = publish(body, len(body) + 100)
    with pytest.raises(Refused):
        refreshed("aws", url, context, NOW, folder)
    assert contents(folder) == {"provenance.json": "{}"}


def test_a_server_that_is_not_verified_is_not_asked(publish: Publish, folder: Path) -> None:
    url, _ = publish(b"never sent", None)
    with pytest.raises(Refused, match="certificate verify failed"):
        refreshed("aws", url, ssl.create_default_context(), NOW, folder)


def test_a_url_without_tls_is_not_fetched() -> None:
    with pytest.raises(Refused, match="not an https URL"):
        fetch("http://127.0.0.1/global-bundle.pem", ssl.create_default_context())


STANDIN = """Outputs:
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
    write("aws.pem", {name: certificate(keys[0], name)}, "a test", NOW, folder)
    write("aws-cn.pem", {name: certificate(keys[0], name)}, "a test", NOW, folder)
    path = folder.parent / "template.yaml"
    path.write_text(STANDIN)
    date_template(path, folder)
    day = f"{NOW:%Y-%m-%d}"
    assert path.read_text() == STANDIN.replace("aws.pem 2020-01-01", f"aws-cn.pem {day}, aws.pem {day}")


def test_a_template_that_does_not_say_it_is_left_alone(folder: Path) -> None:
    path = folder.parent / "template.yaml"
    path.write_text("Outputs: {}\n")
    with pytest.raises(Refused, match="no output Roots"):
        date_template(path, folder)
    assert path.read_text() == "Outputs: {}\n"


def test_the_projects_own_template_says_it_already(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.read_text())
    date_template(path, TRUST_STORE)
    assert path.read_text() == TEMPLATE.read_text()


def test_the_roots_in_the_layer_pass_the_same_inspection() -> None:
    bundle = (TRUST_STORE / "aws.pem").read_bytes()
    vetted = vet(bundle, NOW, "aws")
    assert vetted.left_out == ()
    assert len(regions(vetted.roots)) >= 27


# ------------------------------------------------------------------------------------------------ what AWS gave up


@pytest.fixture(scope="module")
def p384() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


IRELAND, IRELANDS_ECC = "Amazon RDS eu-west-1 Root CA RSA2048 G1", "Amazon RDS eu-west-1 Root CA ECC384 G1"
PARIS, PARIS_ECC = "Amazon RDS eu-west-3 Root CA RSA2048 G1", "Amazon RDS eu-west-3 Root CA ECC384 G1"
ALL = [IRELAND, IRELANDS_ECC, PARIS, PARIS_ECC]


@pytest.fixture
def stocked(
    folder: Path, keys: list[rsa.RSAPrivateKey], p384: ec.EllipticCurvePrivateKey
) -> tuple[Path, dict[str, x509.Certificate]]:
    """A folder with two kinds of roots of two Regions."""
    roots = {name: certificate(keys[0] if "RSA" in name else p384, name) for name in ALL}
    write("aws.pem", roots, "a test", NOW, folder)
    return folder, roots


@pytest.mark.parametrize(
    ("left", "losing", "lacks"),
    [
        ([IRELANDS_ECC, PARIS, PARIS_ECC], [], [IRELAND]),
        ([IRELANDS_ECC, PARIS_ECC], [], [IRELAND, PARIS]),
        ([PARIS, PARIS_ECC], [], [IRELANDS_ECC, IRELAND]),
        ([IRELANDS_ECC, PARIS_ECC], [IRELAND], [PARIS]),
        ([IRELAND], [IRELANDS_ECC], [PARIS_ECC, PARIS]),
    ],
    ids=["one root", "a kind of each Region", "a Region", "one of two by name", "a cut between certificates"],
)
def test_the_loss_of_a_root_in_date_is_refused_unless_it_is_named(
    publish: Publish,
    stocked: tuple[Path, dict[str, x509.Certificate]],
    left: list[str],
    losing: list[str],
    lacks: list[str],
) -> None:
    folder, roots = stocked
    before = contents(folder)
    url, context = publish(pem(*(roots[name] for name in left)), SILENT)
    with pytest.raises(Refused) as refused:
        refreshed("aws", url, context, NOW, folder, losing)
    assert str(refused.value).startswith(
        f"it lacks what is in date and trusted today: {', '.join(lacks)}; if AWS gave that up: "
    )
    assert str(refused.value).endswith(f'make trust-store LOSE="{", ".join(lacks)}"')
    assert contents(folder) == before


def test_what_is_given_up_by_name_goes(
    publish: Publish, stocked: tuple[Path, dict[str, x509.Certificate]]
) -> None:
    folder, roots = stocked
    url, context = publish(pem(roots[IRELANDS_ECC], roots[PARIS_ECC]), SILENT)
    assert refreshed("aws", url, context, NOW, folder, [IRELAND, PARIS]) == [
        f"- {IRELAND}",
        f"- {PARIS}",
        "2 roots of 2 Regions",
    ]
    assert roots_in(folder / "aws.pem").keys() == {IRELANDS_ECC, PARIS_ECC}


def test_a_name_that_is_given_up_and_still_there_stays(
    publish: Publish, stocked: tuple[Path, dict[str, x509.Certificate]]
) -> None:
    folder, roots = stocked
    url, context = publish(pem(*roots.values()), None)
    assert refreshed("aws", url, context, NOW, folder, [IRELAND]) == ["4 roots of 2 Regions"]


def test_no_name_makes_another_key_pass_under_it(
    publish: Publish, stocked: tuple[Path, dict[str, x509.Certificate]], keys: list[rsa.RSAPrivateKey]
) -> None:
    folder, roots = stocked
    url, context = publish(pem(*(roots | {IRELAND: certificate(keys[1], IRELAND)}).values()), None)
    with pytest.raises(Refused, match=f"another certificate under the name {IRELAND} than aws.pem has$"):
        refreshed("aws", url, context, NOW, folder, [IRELAND])


def test_a_root_that_has_expired_goes_without_a_word_of_anybody(
    publish: Publish, stocked: tuple[Path, dict[str, x509.Certificate]], keys: list[rsa.RSAPrivateKey]
) -> None:
    folder, roots = stocked
    old = root_name("us-east-1")
    write("aws.pem", roots | {old: certificate(keys[1], old, until=NOW - timedelta(1))}, "a test", NOW, folder)
    url, context = publish(pem(*roots.values()), None)
    assert refreshed("aws", url, context, NOW, folder) == [f"- {old}", "4 roots of 2 Regions"]


# ------------------------------------------------------------------------------------------------- as a command


@pytest.fixture
def template(folder: Path) -> Path:
    """A template whose output tells when the roots were taken."""
    path = folder.with_name(f"{folder.name}.yaml")
    path.write_text(STANDIN)
    return path


def test_a_bundle_that_is_refused_keeps_no_other_back(  # noqa: PLR0917 - fixtures
    publish: Publish,
    stocked: tuple[Path, dict[str, x509.Certificate]],
    keys: list[rsa.RSAPrivateKey],
    template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, _ = stocked
    aws = (folder / "aws.pem").read_text()
    china = certificate(keys[1], root_name("cn-north-1"))
    with publisher(tmp_path_factory.mktemp("second")) as publish_too:
        cut, _ = publish(pem(certificate(keys[0], IRELAND)), SILENT)
        good, trusting = publish_too(pem(china), None)
        urls = {"aws": cut, "aws-cn": good}
        # Both servers are trusted by their own certificates alone: this one asks the first in vain.
        assert main([], folder, template, urls, trusting) == 1
    told = capsys.readouterr().out
    assert f"aws: {cut}\n  refused, nothing written: " in told
    assert f"aws-cn: {good}\n  + Amazon RDS cn-north-1 Root CA RSA2048 G1\n  1 roots of 1 Regions\n" in told
    assert (folder / "aws.pem").read_text() == aws
    assert roots_in(folder / "aws-cn.pem") == {root_name("cn-north-1"): china}
    assert f"aws-cn.pem {datetime.now(UTC):%Y-%m-%d}" in template.read_text()


def test_the_command_gives_up_what_it_is_told_by_name(
    publish: Publish,
    stocked: tuple[Path, dict[str, x509.Certificate]],
    template: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, roots = stocked
    url, context = publish(pem(roots[IRELANDS_ECC], roots[PARIS_ECC]), None)
    assert main([], folder, template, {"aws": url}, context) == 1
    printed = capsys.readouterr().out.strip().split("make trust-store LOSE=")[1].strip('"')
    assert main(["--lose", printed], folder, template, {"aws": url}, context) == 0
    assert roots_in(folder / "aws.pem").keys() == {IRELANDS_ECC, PARIS_ECC}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lose", "Amazon RDS eu-north-1 Root CA RSA2048 G1"], "there is no Amazon RDS eu-north-1 Root CA"),
        (["--lose", "eu-west-1"], "'eu-west-1' is no root's name such as Amazon RDS eu-west-1 Root CA RSA2048 G1"),
        (["--lose", ""], "'' is no root's name"),
        (["--remove", ""], "'' is no root's name"),
        (["--remove", "owner.pem"], "'owner.pem' is no root's name"),
        (["aws", "--extra", "a.pem"], "name nothing else with them"),
        (["--lose", IRELAND, "--remove", "all"], "name nothing else with them"),
        (["mars"], "unknown partition mars: allowed are aws"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_fetched(
    stocked: tuple[Path, dict[str, x509.Certificate]],
    template: Path,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, _ = stocked
    before = contents(folder)
    with pytest.raises(SystemExit) as ended:
        main(arguments, folder, template, {"aws": "https://127.0.0.1:1/"})
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
    assert contents(folder) == before


def test_without_a_place_for_the_dates_nothing_is_written(
    publish: Publish,
    stocked: tuple[Path, dict[str, x509.Certificate]],
    keys: list[rsa.RSAPrivateKey],
    template: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, roots = stocked
    template.write_text("Outputs: {}\n")
    before = contents(folder)
    url, context = publish(pem(*roots.values(), certificate(keys[1], root_name("us-east-1"))), None)
    assert main([], folder, template, {"aws": url}, context) == 1
    assert "has no output Roots" in capsys.readouterr().out
    assert contents(folder) == before


DAMAGED = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("file", ["aws.pem", "owner.pem"])
@pytest.mark.parametrize(
    "arguments",
    [[], ["--lose", IRELAND], ["--extra", "{bundle}"], ["--remove", IRELAND]],
    ids=lambda each: "".join(each[:1]),
)
def test_a_damaged_file_of_the_layer_is_named_and_nothing_is_written(  # noqa: PLR0917 - fixtures
    publish: Publish,
    stocked: tuple[Path, dict[str, x509.Certificate]],
    template: Path,
    arguments: list[str],
    file: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, roots = stocked
    bundle = folder.with_name("bundle.pem")
    bundle.write_bytes(pem(*roots.values()))
    (folder / file).write_text(DAMAGED)
    before = contents(folder)
    url, context = publish(pem(*roots.values()), None)
    given = [each.format(bundle=bundle) for each in arguments]
    assert main(given, folder, template, {"aws": url}, context) == 1
    told = capsys.readouterr().out
    assert "refused, nothing written" in told
    assert f"{file} of the layer cannot be read: " in told or given[:1] == ["--remove"]
    assert contents(folder) == before


def test_all_of_a_damaged_file_of_the_owners_can_be_removed(
    stocked: tuple[Path, dict[str, x509.Certificate]], template: Path
) -> None:
    folder, _ = stocked
    (folder / "owner.pem").write_text(DAMAGED)
    assert main(["--remove", "all"], folder, template, {}) == 0
    assert not (folder / "owner.pem").exists()
