"""The rooms of the project hold: who may import what, how large a door may be, and that names agree."""

import ast
import importlib
import json
import re
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
    "version",
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
    *("time", "urllib.request", "uuid", "importlib", "glob", "platform", "ftplib", "smtplib", "runpy", "zoneinfo"),
}
"""Modules of the standard library that a pure chapter has no business with."""

PURE = sorted(
    path for chapter in CHAPTERS for path in [*PACKAGE.glob(f"{chapter}.py"), *(PACKAGE / chapter).rglob("*.py")]
)


def test_every_room_is_a_chapter_or_the_edges() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert rooms == {*CHAPTERS, "edges", "__init__"}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, with its full dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides which room it reads"
            found.add(node.module or "")
            # `from urllib import request` imports a module too.
            beside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= beside if node.module == "tlscheck" else beside & TOUCHES_THE_WORLD
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
def test_a_pure_module_opens_and_runs_nothing(path: Path) -> None:
    called = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    assert not called & {"open", "exec", "eval", "compile", "__import__", "input", "print"}


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


COMPARED_WHOLE = {
    ("examples.py", "NOT_ASKED"): "is what a database has before it was asked about",
    ("probe.py", "STATEMENT"): "is what the peers that the probe is measured beside run too",
    ("test_inventory_assembly.py", "NOT_ASKED"): "is what a listing has before it was asked about",
    ("test_rooms.py", "REGISTRY"): "each check is looked for in it",
    ("test_check_client.py", "SCHEMA"): "is what answers must keep to",
    ("test_client_command.py", "SCHEMA"): "is what answers must keep to, and what --schema prints",
    ("test_drivers_complete.py", "RULES"): "each driver is looked for in it",
    ("test_drivers_complete.py", "READERS"): "each driver is looked for in it",
    ("test_drivers_complete.py", "_READERS"): "each driver is looked for in it",
    ("test_drivers_complete.py", "_LINES"): "each driver is looked for in it",
    ("test_client_survival.py", "RULES"): "each rule is demanded something of",
    ("test_client_survival.py", "READERS"): "its drivers are those of the rules",
    ("test_inventory_settings.py", "ASKED_FOR"): "is compared with names that are written out",
    ("test_readme.py", "CHECKS"): "each check is looked for in the README",
    ("test_verdict_checks.py", "CHECKS"): "each check is demanded something of",
    ("test_verdict_severities.py", "CHECKS"): "each check is in the table that is written out",
    ("test_inventory_engine.py", "CHECK"): "its text is compared with one that is written out",
    ("test_inventory_engine.py", "ENGINES"): "is compared with rows that are written out",
    ("test_inventory_names.py", "PARTITIONS"): "is compared with botocore's own",
    ("test_end_to_end.py", "SCHEMA"): "is what a report must keep to",
    ("test_ledger_merging.py", "DATABASES"): "is compared with days that are written out",
    ("test_report.py", "SCHEMA"): "is what a report must keep to",
    ("test_report_schema.py", "SCHEMA"): "is compared with what is written out, and with documents",
    ("test_version.py", "SCHEMA"): "is what a document must keep to",
    ("report_page.py", "SCHEMA"): "is what a page is written from, whose rows are written out beside it",
    ("test_layer_missing_or_damaged.py", "SCHEMA"): "is what a document must keep to",
    ("test_version.py", "VERSION"): "is compared with those of pyproject.toml, uv.lock and the template",
    ("test_version_document.py", "SCHEMA"): "is tried with documents that are written out",
    ("test_trust_packaging.py", "NAME"): "is tried with names that are written out",
    ("test_wire_plaintext.py", "STARTUP"): "is compared with bytes that are written out",
    ("test_wire_silence.py", "CLOSED"): "is compared with a sentence that is written out",
    ("test_wire_silence.py", "MOST_READ"): "is compared with a number that is written out",
    ("test_wire_silence.py", "SILENT"): "is compared with a sentence that is written out",
    ("test_wire_ssl_request.py", "SSL_REQUEST"): "is compared with bytes that are written out",
    ("test_wire_statement.py", "STATEMENT"): "its parts are compared with texts that are written out",
}
"""Constants that tests read from the package, and why: every other is written out, with where it comes from."""


def constants_read(path: Path) -> Iterator[str]:
    """Upper-case names that a module imports from the package, or reads from a module of it."""
    modules: set[str] = set()
    nodes = list(ast.walk(ast.parse(path.read_text())))
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tlscheck":
            modules |= {alias.asname or alias.name for alias in node.names}
            yield from (alias.name for alias in node.names if _is_constant(alias.name))
        elif isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name.startswith("tlscheck")}
    for node in nodes:
        if isinstance(node, ast.Attribute) and _is_constant(node.attr) and ast.unparse(node.value) in modules:
            of_a_module = ast.unparse(node.value).rpartition(".")[2]
            yield from [node.attr] if of_a_module.islower() else []


def _is_constant(name: str) -> bool:
    return re.fullmatch(r"_?[A-Z][A-Z0-9_]+", name) is not None


def test_a_test_writes_out_what_it_expects_and_reads_no_constant_of_the_package() -> None:
    read = {(path.name, name) for path in sorted(ROOT.glob("tests/**/*.py")) for name in constants_read(path)}
    assert read - COMPARED_WHOLE.keys() == set(), "write the value out: a changed constant must make a test fail"
    assert COMPARED_WHOLE.keys() - read == set()


def test_a_constant_is_noticed_however_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "test_x.py"
    path.write_text(
        "from tlscheck.ledger.client import SETTLED, Who\n"
        "from tlscheck.edges import security_hub as hub\n"
        "import tlscheck.wire.guard\n"
        "from tests.examples import NOW\n"
        "def test_x():\n"
        "    from tlscheck.verdict.settle import REFRESH\n"
        "    assert (hub.ATTEMPTS, tlscheck.wire.guard.MOST_ITERATIONS, Who.PLAIN, NOW.MAX)\n"
    )
    assert sorted(constants_read(path)) == ["ATTEMPTS", "MOST_ITERATIONS", "REFRESH", "SETTLED"]


ENGINE = re.compile(r"aurora-postgresql|(?<![\w./-])postgres(?![\w./:(-])")
"""An engine's name in a text: not `postgres://`, `node-postgres`, or `org.postgresql`."""

OTHER_POSTGRES = {"drivers", "wire/target.py"}
"""Where `postgres` is a client's word, and where it is the database of that name."""


def texts(path: Path) -> Iterator[str]:
    """Every text in a module's code; what stands by itself is a docstring."""
    tree = ast.parse(path.read_text())
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


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
        if re.search(r"\barn:|amazonaws|-\[a-z\]\+", text)
    }
    examples_in_a_text = {"tlscheck/edges/command/client.py", "tlscheck/reporting/report_schema.py"}
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
    # Of a batch that could not be observed, Observe says what is still known.
    assert {state: function for state, function in tasks.items() if state != function} == {"Lost": "Observe"}


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
        *("template.yaml", "functions", "layers", "tests", "events", "README.md", "docs"),
        *("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
        *("Makefile", "pyproject.toml", "uv.lock", "samconfig.toml", "LICENSE"),
        *(".gitignore", ".python-version", ".ci"),
    }


EDGES = sorted((PACKAGE / "edges").rglob("*.py"))


def test_no_edge_decides_how_long_anything_is_kept() -> None:
    # The owner's ClientMemoryDays is read from the environment; a clock's skew is no memory.
    others = {"events/environment.py", "events/console.py"}
    named = [
        name(path)
        for path in EDGES
        if str(path.relative_to(PACKAGE / "edges")) not in others
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "timedelta"
    ]
    assert named == []


def test_no_edge_decides_which_formats_somebody_reads() -> None:
    # A file is recognised by its bytes where it is read, and the console takes PEM alone.
    allowed = {"stores/files.py", "events/trust_store_event.py"}
    deciding = {
        str(path.relative_to(PACKAGE / "edges"))
        for path in EDGES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Format"
    }
    assert deciding <= allowed
    for path in EDGES:
        tables = [
            ast.unparse(node)
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Set | ast.Dict | ast.Tuple) and "Format." in ast.unparse(node)
        ]
        assert tables == [], name(path)


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
