"""A layer of roots that is missing or damaged: what is said then is a value with its reason, never a crash."""

import hashlib
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from tlscheck.edges.command.main import main
from tlscheck.edges.edition import edition
from tlscheck.edges.stores import rds_roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.client_schema import SCHEMA as OF_CLIENTS
from tlscheck.version import SCHEMA

ROOT = Path(__file__).parent.parent
BUNDLE = ROOT / "layers" / "rds_trust_store" / "python" / "rds_trust_store" / "aws.pem"
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
PEM = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a layer rds_trust_store that holds no bundle yet."""
    folder = tmp_path / "layer" / "rds_trust_store"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(folder.parent))
    sys.modules.pop("rds_trust_store", None)
    rds_roots.roots.cache_clear()
    yield folder
    sys.modules.pop("rds_trust_store", None)
    rds_roots.roots.cache_clear()


def _module_gone(folder: Path) -> None:
    # None stands for a module that cannot be imported; the fixture takes it away again.
    sys.modules["rds_trust_store"] = None  # type: ignore[assignment]
    assert folder.is_dir()


def _pem_gone(folder: Path) -> None:
    assert not list(folder.glob("*.pem"))


def _file_in_its_place(folder: Path) -> None:
    (folder / "__init__.py").unlink()
    folder.rmdir()
    folder.with_suffix(".py").touch()


def _pem_a_directory(folder: Path) -> None:
    (folder / "aws.pem").mkdir()


def _pem_dangling(folder: Path) -> None:
    (folder / "aws.pem").symlink_to(folder / "nowhere")


def _no_certificates(folder: Path) -> None:
    (folder / "aws.pem").write_bytes(PEM)


without_roots = pytest.mark.parametrize(
    "spoil",
    [_module_gone, _pem_gone, _file_in_its_place, _pem_a_directory, _pem_dangling, _no_certificates],
    ids=lambda each: each.__name__.strip("_"),
)


@without_roots
def test_without_roots_a_client_that_needs_none_is_answered(
    spoil: Callable[[Path], None], package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(package)
    assert main(["client", f"host={HOST} sslmode=require sslrootcert=/nowhere/root.crt", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, OF_CLIENTS)
    assert told["verdict"] == "SURVIVES"


@without_roots
def test_without_roots_a_client_that_verifies_is_unknown_with_the_reason(
    spoil: Callable[[Path], None], package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(package)
    assert main(["client", f"host={HOST} sslmode=verify-full sslrootcert={BUNDLE}", "--json"]) == 3
    (client,) = json.loads(capsys.readouterr().out)["clients"]
    assert client["verdict"] == "UNKNOWN"
    assert client["roots"]["found"].endswith("tlscheck has no roots of each CA in eu-central-1 to compare with")


def test_without_roots_a_proxys_client_is_unknown_with_the_reason(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _pem_gone(package)
    proxy = "orders.proxy-c9x2example.eu-central-1.rds.amazonaws.com"
    assert main(["client", f"host={proxy} sslmode=verify-full sslrootcert={BUNDLE}", "--json"]) == 3
    (client,) = json.loads(capsys.readouterr().out)["clients"]
    assert client["roots"]["found"].endswith("tlscheck has no roots of Amazon Trust Services to compare with")


@without_roots
def test_without_roots_a_trust_store_is_shown_and_its_readiness_unknown(
    spoil: Callable[[Path], None], package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(package)
    assert main(["trust-store", "show", str(BUNDLE), "--region", "eu-central-1", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (len(told["certificates"]), told["coverage"][0]["readiness"]) == (84, "UNKNOWN")
    assert told["coverage"][0]["missing"] == []


@without_roots
def test_without_roots_no_trust_store_is_built_and_one_line_says_why(
    spoil: Callable[[Path], None], package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(package)
    output = tmp_path / "output"
    assert main(["trust-store", "build", "--output", str(output), "--merge", str(BUNDLE)]) == 2
    assert capsys.readouterr() == (
        "",
        "tlscheck: tlscheck's own root certificates (rds_trust_store) are missing: install it anew\n",
    )
    assert not output.exists()


def _door(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck")
    monkeypatch.setenv("BUCKET", "a-bucket")
    return importlib.reload(importlib.import_module(name))


def test_without_roots_the_consoles_doors_answer_or_say_what_is_missing(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pem_gone(package)
    context = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")
    asked = {"connection": f"host={HOST} sslmode=verify-full sslrootcert=x", "trust_store": BUNDLE.read_text()}
    told = _door("check_client", monkeypatch).handler(asked, context)
    assert (told["verdict"], told["tlscheck"]["roots"]) == ("UNKNOWN", [])
    with pytest.raises(BadRequest, match=r"root certificates \(rds_trust_store\) are missing"):
        _door("build_trust_store", monkeypatch).handler({}, context)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [(_pem_a_directory, "no regular file"), (_pem_dangling, "FileNotFoundError")],
    ids=["a directory", "a dangling link"],
)
def test_a_bundle_that_cannot_be_read_is_named_with_the_reason(
    spoil: Callable[[Path], None], why: str, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(package)
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    told = f"not known: it cannot be read ({why})"
    assert capsys.readouterr().out == f"tlscheck 0.7.0\nroots: aws.pem: {told}\n"
    document: Any = edition().document
    jsonschema.validate(document, SCHEMA)
    assert document["roots"] == [
        {"bundle": "aws.pem", "certificates": 0, "sha256": "", "source": told, "taken": None}
    ]


def _describe(folder: Path, source: object) -> None:
    (folder / "aws.pem").write_bytes(PEM)
    digest = hashlib.sha256(PEM).hexdigest()
    described = {"aws.pem": {"sha256": digest, "source": source, "taken": "2026-01-02"}}
    (folder / "provenance.json").write_text(json.dumps(described))


def test_a_provenance_that_is_nested_without_end_is_not_known(package: Path) -> None:
    (package / "aws.pem").write_bytes(PEM)
    (package / "provenance.json").write_text("[" * 200_000)
    (roots,) = edition().roots
    assert roots.source == "not known: provenance.json does not tell (RecursionError)"


def test_a_source_reaches_no_terminal_raw(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _describe(package, "https://example.com/\x1b[2J\x1b]0;title\x07\nroots: \u202efalse")
    with pytest.raises(SystemExit):
        main(["--version"])
    out = capsys.readouterr().out
    assert out.endswith("taken 2026-01-02 from https://example.com/ [2J ]0;title roots: false\n")
    assert out.count("\n") == 2


def test_a_source_is_at_most_300_characters(package: Path) -> None:
    _describe(package, "x" * 2_000_000)
    (roots,) = edition().roots
    assert roots.source == "x" * 299 + "…"
    jsonschema.validate(edition().document, SCHEMA)


@pytest.mark.parametrize("source", [["https://example.com/"], 7, True])
def test_a_source_that_is_no_text_is_not_known(package: Path, source: object) -> None:
    _describe(package, source)
    (roots,) = edition().roots
    assert (roots.source, roots.taken) == ("not known: provenance.json names no source", None)


def test_a_bundles_name_is_harmless_and_at_most_63_characters(package: Path) -> None:
    (package / ("\x1b[2J" + "a" * 100 + ".pem")).write_bytes(PEM)
    (roots,) = edition().roots
    assert roots.bundle == "[2J" + "a" * 59 + "…"
    jsonschema.validate(edition().document, SCHEMA)


@pytest.mark.parametrize(("there", "named", "last"), [(20, 20, "b19.pem"), (21, 20, "*.pem")])
def test_of_more_than_20_bundles_the_rest_is_counted(package: Path, there: int, named: int, last: str) -> None:
    for number in range(there):
        (package / f"b{number:02}.pem").write_bytes(PEM)
    roots = edition().roots
    assert (len(roots), roots[-1].bundle) == (named, last)
    assert ("not named: 2 more bundles" in str(roots[-1])) == (there == 21)
    jsonschema.validate(edition().document, SCHEMA)
