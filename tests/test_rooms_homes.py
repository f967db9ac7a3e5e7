"""A noun, a name of AWS's and a fact have one home each, and a home is small enough to read."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rooms import DOORS, FUNCTIONS, PACKAGE, ROOT, imports, name, texts

ENGINE = re.compile(r"aurora-postgresql|(?<![\w./-])postgres(?![\w./:(-])")
"""An engine's name in a text: not `postgres://`, `node-postgres`, or `org.postgresql`."""

OTHER_POSTGRES = {"drivers", "formats", "wire/target.py"}
"""Where `postgres` is a client's word, and where it is the database of that name."""


def test_an_engine_is_called_by_its_name_in_one_module_alone() -> None:
    named = {
        path.relative_to(FUNCTIONS).as_posix()
        for path in FUNCTIONS.rglob("*.py")
        if any(ENGINE.search(text) for text in texts(path))
        and not {path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE).as_posix()} & OTHER_POSTGRES
    }
    assert named == {"tlscheck/inventory/engine.py"}


def test_a_region_an_endpoint_and_an_arn_are_spelt_in_one_module_alone() -> None:
    spelt = {
        path.relative_to(FUNCTIONS).as_posix()
        for path in FUNCTIONS.rglob("*.py")
        for text in texts(path)
        if re.search(r"(?<!--role-)\barn:|amazonaws|-\[a-z\]\+", text)
    }
    examples_in_a_text = {
        *("tlscheck/edges/command/client.py", "tlscheck/edges/command/rehearse.py"),
        "tlscheck/edges/command/sweep_words.py",
        "tlscheck/reporting/report_schema.py",
    }
    assert spelt - examples_in_a_text == {"tlscheck/inventory/names.py"}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "misc", "shared", "base", "core"}
    assert not [
        name(path)
        for path in ROOT.glob("[ft]*/**/*.py")
        if drawers & set(path.relative_to(ROOT).with_suffix("").parts)
    ]


def public_nouns(path: Path) -> Iterator[str]:
    """The classes and aliases that a module defines for others, however it writes them."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=noun) | ast.TypeAlias(name=ast.Name(id=noun)) if re.match("[A-Z]", noun):
                yield noun
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=noun)]) | ast.AnnAssign(target=ast.Name(id=noun)):
                # Constants are in capitals, variables are not: what begins like a noun is one.
                if re.match("[A-Z].*[a-z]", noun):
                    yield noun


DEFINED_TWICE: dict[str, str] = {}
"""Nouns that may have two homes, each with its reason: there is none."""


def test_a_noun_has_one_home() -> None:
    homes: dict[str, list[str]] = {}
    for path in sorted(FUNCTIONS.rglob("*.py")):
        for noun in public_nouns(path):
            homes.setdefault(noun, []).append(name(path))
    assert homes
    assert {noun: paths for noun, paths in homes.items() if len(paths) > 1 and noun not in DEFINED_TWICE} == {}


def raw_enforcement(path: Path) -> list[str]:
    """Where a module reads whether TLS is enforced from what the API, the server or a try alone said of it."""
    tree = ast.parse(path.read_text())
    groups = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "parameter_group"
    }
    return [
        f"{name(path)}:{node.lineno}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "force_ssl" and id(node) not in groups)
        or (isinstance(node, ast.Name) and node.id in {"PlaintextOutcome", "ForceSsl"})
    ]


READING_IT = {
    PACKAGE / "verdict" / "enforcement.py": "joins what all of them said",
    PACKAGE / "verdict" / "heard.py": "keeps what the server said, so that it counts after the look too",
}
"""Modules of the verdict that read it, and what for."""


def test_only_enforcement_and_what_it_hears_read_the_raw_enforcement_of_a_database() -> None:
    judging = [
        path
        for path in [*DOORS, *(PACKAGE / "verdict").rglob("*.py"), *(PACKAGE / "reporting").rglob("*.py")]
        if path not in READING_IT
    ]
    assert [path for path in READING_IT if not raw_enforcement(path)] == []
    assert [place for path in judging for place in raw_enforcement(path)] == []


CHECK_FILES = sorted(path for path in (PACKAGE / "verdict" / "checks").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", CHECK_FILES, ids=name)
def test_a_check_is_one_file_with_its_row_and_its_judge(path: Path) -> None:
    module = importlib.import_module(f"tlscheck.verdict.checks.{path.stem}")
    tree = ast.parse(path.read_text())
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Check"]
    assert len(made) == 1
    assert module.CHECK.id == path.stem.replace("_", "-")
    assert "judge" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    # What two checks share is a noun of its own.
    assert not {each for each in imports(path) if each.startswith("tlscheck.verdict.checks")}


def test_every_check_is_in_the_registry_once_and_is_judged_of_something() -> None:
    from tlscheck.verdict.registry import REGISTRY  # noqa: PLC0415 - only this test reads the registry

    registered = [each.check.id.value for each in REGISTRY]
    assert sorted(registered) == sorted(path.stem.replace("_", "-") for path in CHECK_FILES)
    assert [each.check.id for each in REGISTRY if not each.of and each.judge_region is None] == []
    assert [each.check.id for each in REGISTRY if bool(each.of) != (each.judge is not None)] == []
    of = {each.check.id.value: {kind.value for kind in each.of} for each in REGISTRY}
    assert of["force-ssl"] == {"instance", "cluster"}
    assert of["ca"] == {"instance", "member", "cluster"}
    assert of["proxy-tls"] == {"proxy"}
    assert of["not-observed"] == {"instance", "member", "cluster", "proxy"}
    regional = {each.check.id.value for each in REGISTRY if each.judge_region is not None}
    assert regional == {"trust-store", "default-ca", "not-observed"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=name)
def test_a_module_stays_small_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


def test_top_level_holds_only_what_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {Path(line).parts[0] for line in listed.splitlines()} <= {
        *("template.yaml", "functions", "layers", "tests", "events", "README.md", "docs"),
        *("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
        *("Makefile", "pyproject.toml", "uv.lock", "samconfig.toml", "LICENSE"),
        *(".gitignore", ".python-version", ".ci", ".pre-commit-hooks.yaml"),
    }


def test_what_the_api_did_not_say_is_a_gap_in_its_place_and_no_text_beside_it() -> None:
    beside = [
        f"{name(path)}: {ast.unparse(node)}"
        for path in sorted((PACKAGE / "inventory").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AnnAssign)
        and ast.unparse(node.annotation) == "str"
        and ("unknown" in ast.unparse(node.target) or (node.value and ast.unparse(node.value) == "''"))
    ]
    assert beside == []
