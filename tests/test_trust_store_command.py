"""`tlscheck trust-store` says what it found and did in words, JSON and exit codes, never in a traceback."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges import clock
from tlscheck.edges.command.main import main
from tlscheck.edges.stores.files import read
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import jks, pem

from tests.local_aws.fleet.certificates import regional
from tests.properties import FIXTURE_MAY_LAST, tries

TLSCHECK = Path(sys.executable).parent / "tlscheck"
FRANKFURT = [root for root in roots() if root.region == "eu-central-1"]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("TLSCHECK_STORE_PASSWORD", raising=False)

    def run(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        try:
            code = main(["trust-store", *map(str, arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        return Answer(code, *capsys.readouterr())

    return run


@pytest.fixture
def frankfurt(tmp_path: Path) -> Path:
    path = tmp_path / "frankfurt.pem"
    path.write_bytes(pem.write((root.subject, root.der) for root in FRANKFURT))
    return path


def test_help_shows_examples_and_exit_codes(run: Any) -> None:
    for words in (("--help",), ("show", "--help"), ("build", "--help")):
        answer = run(*words)
        assert answer.code == 0
        assert "tlscheck trust-store build --region eu-central-1" in answer.out
    assert "exit codes: 0 read (and ready), 1 a root is missing" in run("show", "--help").out


def test_a_trust_store_is_listed(run: Any, frankfurt: Path) -> None:
    answer = run("show", frankfurt)
    assert (answer.code, answer.err) == (0, "")
    first, *lines = answer.out.splitlines()
    assert first == f"{frankfurt}: PEM, 3 certificates"
    for line, root in zip(lines, FRANKFURT, strict=True):
        for part in (f"{root.not_after:%Y-%m-%d}", "eu-central-1", root.family, root.sha256, root.subject):
            assert part in line


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--region", "eu-central-1"], 0, "eu-central-1: READY"),
        (["--region", "eu-central-1", "--ca", "rds-ca-rsa4096-g1"], 0, "eu-central-1: READY"),
        (["--region", "us-east-1"], 1, "us-east-1: MISSING: not in it: Amazon RDS us-east-1 Root CA"),
        (["--region", "xx-moon-1"], 3, "xx-moon-1: UNKNOWN: tlscheck has no root of"),
        (["--region", "us-east-1", "--region", "xx-moon-1"], 3, "us-east-1: MISSING"),
    ],
)
def test_the_exit_code_says_whether_it_is_ready(
    run: Any, frankfurt: Path, words: list[str], code: int, says: str
) -> None:
    answer = run("show", frankfurt, *words)
    assert answer.code == code
    assert says in answer.out
    document = run("show", frankfurt, "--json", *words).document
    assert document["format"] == "PEM"
    assert len(document["coverage"]) == words.count("--region")


def test_json_has_everything_that_the_words_have(run: Any, frankfurt: Path) -> None:
    document = run("show", frankfurt, "--json", "--region", "us-east-1").document
    assert [each["sha256"] for each in document["certificates"]] == [root.sha256 for root in FRANKFURT]
    assert document["certificates"][0].keys() == {
        *("name", "subject", "region", "ca", "valid_from", "expires", "expired", "self_issued"),
        *("brought_by_owner", "seen_by_java", "alias", "sha1", "sha256"),
    }
    (coverage,) = document["coverage"]
    assert (coverage["readiness"], coverage["reader"]) == ("MISSING", "openssl")
    assert {each["region"] for each in coverage["missing"]} == {"us-east-1"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "/does/not/exist"], "tlscheck: /does/not/exist: No such file or directory"),
        (["show", "/dev/null"], "tlscheck: /dev/null: neither a file nor a directory"),
        (["show", __file__], "no trust store that tlscheck knows"),
        (["show", "a\0b"], "embedded null"),
        (["show", "x", "--ca", "rds-ca-rsa4096-g1"], "--region must say of which Region"),
        (["show", "x", "--password-file", "/does/not/exist"], "/does/not/exist"),
        (["build", "--region", "xx-moon-1"], "regions: 'xx-moon-1' is not allowed; allowed: Regions"),
        (["build", "--name", "../evil"], "--name: '../evil' is not allowed"),
        (["build", "--output", "/dev/null/x"], "Not a directory"),
        (["build", "--output", "a\0b"], "embedded null"),
        (["build", "--format", "zip"], "invalid choice: 'zip'"),
        ([], "the following arguments are required: command"),
    ],
)
def test_bad_input_is_named_and_nothing_is_done(
    run: Any, words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run(*words)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_keystores_password_comes_from_a_file_or_the_environment_and_is_never_shown(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("correct horse\nrest\n")
    built = run(
        "build", "--format", "pkcs12", "--region", "us-east-1", "--output", tmp_path,
        "--password-file", tmp_path / "password",
    )  # fmt: skip
    assert built.code == 0
    store = tmp_path / "rds-ca.p12"
    assert run("show", store).code == 2
    assert run("show", store, "--password-file", tmp_path / "password").code == 0
    monkeypatch.setenv("TLSCHECK_STORE_PASSWORD", "correct horse")
    shown = run("show", store, "--reader", "java", "--region", "us-east-1")
    assert shown.code == 0
    (tmp_path / "password").write_text("wrong horse")
    wrong = run("show", store, "--password-file", tmp_path / "password")
    assert wrong.code == 2
    assert "horse" not in built.out + built.err + shown.out + wrong.err


def test_what_is_built_is_written_with_its_sums(run: Any, tmp_path: Path) -> None:
    formats = ["pem", "der", "pkcs12", "jks", "configmap", "secret"]
    words = [word for each in formats for word in ("--format", each)]
    answer = run("build", "--region", "eu-central-1", "--output", tmp_path / "new" / "folder", *words)
    assert answer.code == 0
    folder = tmp_path / "new" / "folder"
    sums = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert len(sums) == 8
    for digest, name in sums:
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert f"{folder / name}  {len(content)} bytes  SHA-256 {digest}" in answer.out
    for client in (
        "psql:",
        "pgAdmin:",
        "JDBC:",
        "psycopg:",
        "node:",
        "Kubernetes:",
        "Java's present trust store:",
    ):
        assert client in answer.out.splitlines()
    for name in ("rds-ca.pem", "rds-ca.p12", "rds-ca.jks"):
        store = read(folder / name)
        assert [entry.sha256 for entry in store.entries] == [root.sha256 for root in FRANKFURT]
        assert store.notes == ()


def test_nothing_is_overwritten_unless_it_is_asked_for(run: Any, tmp_path: Path) -> None:
    (tmp_path / "rds-ca.pem").write_text("precious")
    answer = run("build", "--output", tmp_path, "--format", "der", "--format", "pem")
    assert answer.code == 2
    assert "is there already, with other content: nothing was written" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["rds-ca.pem"]
    assert run("build", "--output", tmp_path, "--force").code == 0
    assert len(read(tmp_path / "rds-ca.pem").entries) > 80


def test_a_clients_present_trust_store_is_merged(run: Any, tmp_path: Path) -> None:
    present = tmp_path / "present.jks"
    present.write_bytes(jks.write([("root", FRANKFURT[0].der)], "changeit", clock.now()))
    answer = run(
        "build", "--merge", present, "--region", "us-east-1", "--ca", "rds-ca-rsa2048-g1", "--proxy", "--json",
        "--output", tmp_path,
    )  # fmt: skip
    document = answer.document
    assert [each["region"] for each in document["certificates"]] == ["eu-central-1", "us-east-1", *[None] * 5]
    assert document["left_out_as_expired"] == []
    (file,) = document["files"]
    assert file["path"] == str(tmp_path / "rds-ca.pem")
    assert file["bytes"] == (tmp_path / "rds-ca.pem").stat().st_size
    assert {each["client"] for each in document["use"]} == {"psql", "pgAdmin", "JDBC", "psycopg", "node"}


def test_what_could_not_be_merged_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "cut.pem").write_text(pem.block(FRANKFURT[0].der) + pem.block(FRANKFURT[1].der)[:-100])
    words = ["build", "--merge", tmp_path / "cut.pem", "--region", "us-east-1", "--output", tmp_path / "new"]
    assert f"note on {tmp_path / 'cut.pem'}: cut short or damaged: 2 blocks begin" in run(*words).out
    assert "cut short" in run(*words, "--force", "--json").document["notes"][0]


# --------------------------------------------------------------------------------- as a command of its own process


def command(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", **options.pop("env", {})}
    return subprocess.run(
        [TLSCHECK, *arguments], capture_output=True, text=True, check=False, timeout=60, env=environment, **options
    )


def test_it_needs_no_aws_and_no_session_of_its_own(frankfurt: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", TLSCHECK, "trust-store", "show", frankfurt],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"boto3", "botocore", "pydantic", "aws_lambda_powertools"}


def test_a_terminals_language_or_a_hostile_name_breaks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "h\x1b[31mé\n.jks"
    path.write_bytes(jks.write([("root", FRANKFURT[0].der)], "changeit", clock.now()))
    done = command("trust-store", "show", path, env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    path.write_bytes(regional("\x1b[31mé\u202e").root_pem)
    named = command("trust-store", "show", path, env={"PYTHONIOENCODING": "ascii"})
    assert (named.returncode, named.stderr) == (0, "")
    assert "CN=Amazon RDS  [31m\\xe9  Root CA RSA2048 G1" in named.stdout
    for words in (("show", tmp_path / "no\x1b[31mé"), ("show", "a", "b\x1b[31mé")):
        wrong = command("trust-store", *words, env={"PYTHONIOENCODING": "ascii"})
        assert wrong.returncode == 2
        assert "\x1b" not in wrong.stderr


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["a terminal", "NO_COLOR", "a dumb terminal"],
)
def test_colour_is_for_terminals_that_want_it(
    frankfurt: Path, variables: dict[str, str], *, is_coloured: bool
) -> None:
    ours, theirs = os.openpty()
    words: list[str | Path] = [
        TLSCHECK,
        "trust-store",
        "show",
        frankfurt,
        "--region",
        "eu-central-1",
        "--ca",
        "rds-ca-ecc384-g1",
    ]
    try:
        subprocess.run(words, stdout=theirs, env={"PATH": os.environ["PATH"], **variables}, check=True, timeout=60)
        shown = os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)
    assert (b"\x1b[32meu-central-1: READY" in shown) is is_coloured
    assert (b"\x1b" in shown) is is_coloured


def test_who_stops_reading_early_gets_no_complaint(frankfurt: Path) -> None:
    shell = f"{TLSCHECK} trust-store show {frankfurt} | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


@settings(max_examples=tries(60), suppress_health_check=FIXTURE_MAY_LAST)
@given(
    words=st.lists(
        st.one_of(st.text(max_size=12), st.sampled_from(["show", "build", "--json", "--region", "--"])), max_size=5
    )
)
def test_no_words_make_it_fail_in_any_other_way(
    words: list[str], run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*words).code in {0, 1, 2, 3}


def sums_of(place: Path) -> dict[str, str]:
    lines = (place / "SHA256SUMS").read_text().splitlines()
    return {line.split("  ")[1]: line.split("  ")[0] for line in lines}


def test_what_an_earlier_build_left_is_told_and_its_sum_is_kept(run: Any, tmp_path: Path) -> None:
    words = ["build", "--region", "eu-central-1", "--output", tmp_path]
    assert run(*words, "--format", "pem", "--format", "pkcs12", "--format", "jks").code == 0
    (tmp_path / "rds-ca.jks").write_bytes(b"changed since")
    again = run(*words, "--force", "--ca", "rds-ca-ecc384-g1")
    assert f"left as it was, of an earlier build: {tmp_path / 'rds-ca.p12'}" in again.out
    assert "rds-ca.jks" not in again.out
    assert sums_of(tmp_path).keys() == {"rds-ca.pem", "rds-ca.p12"}
    for name, digest in sums_of(tmp_path).items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert run(*words, "--force", "--json").document["left_as_they_were"] == [str(tmp_path / "rds-ca.p12")]


def test_the_same_words_write_the_same_bytes(run: Any, tmp_path: Path) -> None:
    formats = [word for each in ("pem", "pkcs12", "jks") for word in ("--format", each)]
    for name in ("one", "two"):
        assert run("build", "--region", "eu-central-1", "--output", tmp_path / name, *formats).code == 0
    assert sums_of(tmp_path / "one") == sums_of(tmp_path / "two")


def test_a_folder_whose_name_is_no_text_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for words in ([], ["--json"]):
        done = command("trust-store", "build", "--output", str(tmp_path / "o\udcfc"), *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_certificates_that_lie_there_twice_are_noted(run: Any, tmp_path: Path) -> None:
    (tmp_path / "twice.pem").write_text(pem.block(FRANKFURT[0].der) * 2 + pem.block(FRANKFURT[1].der))
    shown = run("show", tmp_path / "twice.pem").out
    assert f"note: 1 more than once in it ({FRANKFURT[0].name}): no driver minds, and once is enough" in shown


def test_a_reader_that_refuses_the_file_finds_no_root(run: Any, tmp_path: Path) -> None:
    (tmp_path / "cr.pem").write_text("".join(pem.block(root.der) for root in FRANKFURT).replace("\n", "\r"))
    words = ["show", tmp_path / "cr.pem", "--region", "eu-central-1"]
    refused = run(*words)
    assert refused.code == 1
    why = "eu-central-1: MISSING: openssl refuses the whole file: no block that OpenSSL takes for a certificate"
    assert why in refused.out
    assert run(*words, "--reader", "java").code == 0
    assert run(*words, "--reader", "node").code == 1
    assert run(*words, "--reader", "go").code == 1
