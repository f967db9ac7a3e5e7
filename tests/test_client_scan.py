"""A repository looked through: each client with its file, as text and as SARIF; what holds none is passed over."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator
from tlscheck.edges.command.main import main
from tlscheck.formats.configuration import Spot
from tlscheck.formats.reading import Located
from tlscheck.survival.sarif import sarif as sarif_of
from tlscheck.version import Edition

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / ".local/sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "correct-horse"  # noqa: S105 - looked for in what is printed


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three clients in two files: one that fails, one of which nobody knows, one that can't be read."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "servers.json").write_text(
        json.dumps(
            {
                "Servers": {
                    "1": {"Host": HOST, "Port": 5432, "SSLMode": "disable", "Password": SECRET},
                    "2": {"Service": "orders"},
                    "3": {"Host": HOST, "ConnectionParameters": {"sslmode": "require"}},
                }
            },
            indent=1,
        )
    )
    (tmp_path / "README.md").write_text("# Orders\n\nhost=a b\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (tmp_path / "node_modules" / "other").mkdir(parents=True)
    (tmp_path / "node_modules" / "other" / "servers.json").write_text('{"Servers": {"1": {"SSLMode": "disable"}}}')
    (tmp_path / "link.json").symlink_to("/etc/hostname")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sarif(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict), "one document"
    Draft4Validator(json.loads(SCHEMA.read_text())).validate(told)
    return told


@pytest.mark.usefixtures("repository")
def test_sarif_names_the_file_of_each_client_that_needs_eyes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "--scan", "--format", "sarif", "."]) == 1
    told = sarif(capsys)
    assert SECRET not in json.dumps(told)
    (run,) = told["runs"]
    results = [
        (each["ruleId"], each["level"], each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for each in run["results"]
    ]
    assert sorted(results) == [
        ("client-does-not-survive", "error", "config/servers.json"),
        ("client-not-known", "warning", "config/servers.json"),
        ("client-not-read", "warning", "config/servers.json"),
    ]
    assert {each["ruleIndex"] for each in run["results"]} == {0, 1, 2}


def test_sarif_of_words_by_themselves_has_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "--format", "sarif", f"host={HOST} sslmode=disable"]) == 1
    (run,) = sarif(capsys)["runs"]
    (result,) = run["results"]
    assert "locations" not in result
    assert "DOES_NOT" not in result["message"]["text"]
    assert "It fails" in result["message"]["text"]


def test_a_client_that_survives_and_verifies_is_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trust-store", "build", "--region", "eu-central-1", "--output", str(tmp_path)]) == 0
    capsys.readouterr()
    words = f"host={HOST} sslmode=verify-full sslrootcert={tmp_path}/rds-ca.pem"
    assert main(["client", "--format", "sarif", words]) == 0
    (run,) = sarif(capsys)["runs"]
    assert run["results"] == []


@pytest.mark.usefixtures("repository")
def test_a_file_of_roots_that_is_not_in_the_repository_is_not_known_to_be_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("config/servers.json").write_text(
        json.dumps({"Servers": {"1": {"Host": HOST, "SSLMode": "verify-full", "SSLRootCert": "/etc/app/rds.pem"}}})
    )
    assert main(["client", "--scan"]) == 3
    told = capsys.readouterr().out
    assert "/etc/app/rds.pem, where the client runs, is not known: say it with --trust-store" in told
    assert "does not exist" not in told


def test_a_repository_without_clients_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("host=a b\n")
    assert main(["client", "--scan", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""


def test_a_path_that_is_not_there_is_said_without_the_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["client", "--scan", str(tmp_path / SECRET)]) == 2
    assert capsys.readouterr().err == "tlscheck: --scan: one of the paths that were given is not there\n"


@pytest.mark.usefixtures("repository")
def test_the_hook_runs_what_it_says_on_the_files_of_a_commit() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"]) == ("tlscheck", "python")
    command = [*hook["entry"].split(), "config/servers.json", "README.md", "picture.png"]
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": path})
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "config/servers.json: server 1" in ran.stdout
    assert SECRET not in ran.stdout


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("./config/a b.yml", "config/a%20b.yml"),
        ("/srv/app/.env", "file:///srv/app/.env"),
        ("config\\database.yml", "config/database.yml"),
        ("C:\\app\\.env", "file:///C:/app/.env"),
        ("x\udcfc.yml", "x%FC.yml"),
    ],
)
def test_a_file_is_named_as_code_hosts_name_it(file: str, uri: str) -> None:
    told: Any = sarif_of((), (Located(Spot("a\ud800", 3, file), refused="no \ud800"),), Edition("1", ()))
    (result,) = told["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": uri}, "region": {"startLine": 3}}
    assert result["message"]["text"] == "no ?"
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in _rules(told))


def _rules(told: Any) -> list[dict[str, Any]]:
    return list(told["runs"][0]["tool"]["driver"]["rules"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["client", ""],
        ["client", "--trust-store", "", f"host={HOST}"],
        ["trust-store", "show", ""],
        ["trust-store", "build", "--merge", ""],
        ["trust-store", "build", "--output="],
        ["trust-store", "build", "--region", ""],
    ],
)
def test_a_variable_that_is_not_set_is_no_argument(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert "an argument is empty" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--driver", "node", "postgres://a@h\udcfc/d"], "no UTF-8"),
        (["jdbc:postgresql://h/d?sslmode=requir\udc9d"], "no UTF-8"),
        (["--driver", "node", "--options", '{"a":' + "[" * 3000 + "]" * 3000 + "}", "postgres://h/d"], "deeply"),
        (["--scan", "--file", "x"], "--scan: it takes the names of files and folders"),
    ],
)
def test_what_no_driver_could_be_given_is_refused(
    arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["client", *arguments]) == 2
    told = capsys.readouterr().err
    assert what in told
    assert "a fault of tlscheck" not in told
