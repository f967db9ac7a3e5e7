"""A chapter reads only what stands before it, only edges touch the world, and an edge decides nothing."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.rooms import CHAPTERS, DOORS, EDGES, PACKAGE, PURE, TOUCHES_THE_WORLD, imports, name


def test_every_room_is_a_chapter_or_the_edges() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert rooms == {*CHAPTERS, "edges", "__init__"}


FROM_OUTSIDE = {"formats/trees/yaml.py": {"yaml"}}
"""What a pure module may import all the same: a parser of texts, which opens and runs nothing."""


@pytest.mark.parametrize("path", PURE, ids=name)
def test_a_pure_module_imports_nothing_from_outside(path: Path) -> None:
    outside = {
        module
        for module in imports(path) - FROM_OUTSIDE.get(path.relative_to(PACKAGE).as_posix(), set())
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


SPANS = {
    ("clock.py", "SKEW"): "is no memory: two clocks may differ by it",
    ("aws/items.py", "HOUR"): "is the unit that clients' moments are written in",
    ("aws/ssm.py", "KEPT"): "is how long a process takes an answer of AWS for what it still is",
    ("observing.py", "LONGEST"): "is Observe's time-out",
}
"""Spans that an edge may name, and why; the owner's days it reads from the environment, or a command's words."""


def test_no_edge_decides_how_long_anything_is_kept() -> None:
    named = {
        (path.relative_to(PACKAGE / "edges").as_posix(), ast.unparse(node).split(" = ")[0])
        for path in EDGES
        for node in ast.parse(path.read_text()).body
        for each in ast.walk(node)
        if isinstance(each, ast.Call)
        and ast.unparse(each.func).split(".")[-1] == "timedelta"
        and not re.match(
            r"timedelta\((days|minutes)=(whole\('|arguments\.)|timedelta\(milliseconds=[a-z]", ast.unparse(each)
        )
    }
    assert named == SPANS.keys()


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
