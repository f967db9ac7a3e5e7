"""The rooms of the project hold: who may import what, how large a door may be, and that names agree."""

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import template

ROOT = Path(__file__).parent.parent
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "tlscheck"
DOORS = sorted(FUNCTIONS.glob("*.py"))
EVENTS = sorted((ROOT / "events").glob("*.json"))

CHAPTERS = [
    "wording",
    "inventory",
    "wire",
    "keystores",
    "trust",
    "drivers",
    "survival",
    "ledger",
    "verdict",
    "reporting",
]
"""In the order in which they may read each other: each only what stands before it."""

TOUCHES_THE_WORLD = {
    *(
        "asyncio",
        "ctypes",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "select",
    ),
    *("selectors", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading"),
    *("time", "urllib.request", "uuid"),
}
"""Modules of the standard library that a pure chapter has no business with."""

PURE = sorted(
    path for chapter in CHAPTERS for path in [*PACKAGE.glob(f"{chapter}.py"), *(PACKAGE / chapter).rglob("*.py")]
)


def imports(path: Path) -> set[str]:
    """Every module that a file imports, with its full dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides which room it reads"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "tlscheck"}
    return found


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PURE, ids=name)
def test_a_pure_module_imports_nothing_from_outside(path: Path) -> None:
    outside = {
        module
        for module in imports(path)
        if module.split(".")[0] != "tlscheck"
        and (module.split(".")[0] not in sys.stdlib_module_names or module in TOUCHES_THE_WORLD)
    }
    assert not outside, f"{name(path)} imports {sorted(outside)}"


@pytest.mark.parametrize("path", PURE, ids=name)
def test_a_chapter_reads_only_chapters_before_it(path: Path) -> None:
    chapter = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    readable = set(CHAPTERS[: CHAPTERS.index(chapter) + 1])
    read = {module.split(".")[1] for module in imports(path) if module.startswith("tlscheck.")}
    assert read <= readable, f"{name(path)} reads {sorted(read - readable)}"


@pytest.mark.parametrize("path", PURE, ids=name)
def test_a_pure_module_never_asks_a_clock(path: Path) -> None:
    asked = [
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert not asked, f"{name(path)} calls {asked}: time is an argument"


def test_only_edges_import_what_touches_the_world() -> None:
    sdk = {"boto3", "botocore", "pg8000", "cryptography", "pydantic", "ssl", "socket", "os"}
    others = [path for path in PACKAGE.rglob("*.py") if "edges" not in path.relative_to(PACKAGE).parts]
    wrong = {
        name(path): sorted(found)
        for path in [*others, *DOORS]
        if (found := {module.split(".")[0] for module in imports(path)} & sdk)
    }
    assert not wrong


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "misc", "shared", "base", "core"}
    assert not [
        name(path)
        for path in ROOT.glob("[ft]*/**/*.py")
        if drawers & set(path.relative_to(ROOT).with_suffix("").parts)
    ]


def public_nouns(path: Path) -> Iterator[str]:
    """The classes and type aliases that a module defines for others."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.TypeAlias) and not node.name.id.startswith("_"):
            yield node.name.id


DEFINED_TWICE: dict[str, str] = {}
"""Nouns that may have two homes, each with its reason: there is none."""


def test_a_noun_has_one_home() -> None:
    homes: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
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


def test_only_enforcement_reads_the_raw_enforcement_of_a_database() -> None:
    judging = [
        path
        for path in [*DOORS, *(PACKAGE / "verdict").rglob("*.py"), *(PACKAGE / "reporting").rglob("*.py")]
        if path != PACKAGE / "verdict" / "enforcement.py"
    ]
    assert raw_enforcement(PACKAGE / "verdict" / "enforcement.py")
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


@pytest.mark.parametrize("path", DOORS, ids=name)
def test_a_door_gathers_calls_and_applies_and_no_more(path: Path) -> None:
    source = path.read_text()
    # What a door imports is an index of its rooms: finer rooms make it longer, and the door no harder to read.
    imported = {
        number
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = [
        line
        for number, line in enumerate(source.splitlines(), 1)
        if number not in imported and line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(code) <= 45, f"{name(path)} has {len(code)} lines of code"
    handlers = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert "handler" in handlers


@pytest.mark.parametrize("path", DOORS, ids=name)
def test_a_door_has_a_test_of_its_name(path: Path) -> None:
    assert (ROOT / "tests" / f"test_{path.name}").exists()


def test_functions_states_and_files_of_one_name_agree() -> None:
    resources = template.load()["Resources"]
    handlers = {
        name: resource["Properties"]["Handler"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert {name: f"{template.module_of(name)}.handler" for name in handlers} == handlers
    assert {template.module_of(name) for name in handlers} == {path.stem for path in DOORS}
    tasks = dict(_tasks(resources["Sweep"]["Properties"]["Definition"]))
    assert tasks
    assert {state: function for state, function in tasks.items() if state != function} == {}


def _tasks(machine: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state["Parameters"]["FunctionName"]["Fn::GetAtt"][0]
        if "ItemProcessor" in state:
            yield from _tasks(state["ItemProcessor"])


def test_every_event_is_named_after_the_door_that_it_opens() -> None:
    doors = {path.stem for path in DOORS}
    assert EVENTS
    for path in EVENTS:
        json.loads(path.read_text())
        assert any(path.stem.startswith(f"{door}_") for door in doors | {"sweep"}), name(path)


@pytest.mark.parametrize("door", [path.stem for path in DOORS])
def test_every_door_can_be_tried_from_the_console(door: str) -> None:
    assert [path for path in EVENTS if path.stem.startswith(f"{door}_")], f"no events/{door}_*.json"


def test_top_level_holds_only_what_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {Path(line).parts[0] for line in listed.splitlines()} <= {
        *("template.yaml", "functions", "layers", "tests", "events", "README.md"),
        *("Makefile", "pyproject.toml", "uv.lock", "samconfig.toml", "LICENSE"),
        *(".gitignore", ".python-version", ".ci"),
    }
