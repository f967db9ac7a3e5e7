"""The rooms of the project, and what their source says of itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "tlscheck"
DOORS = sorted(FUNCTIONS.glob("*.py"))
EVENTS = sorted((ROOT / "events").glob("*.json"))
EDGES = sorted((PACKAGE / "edges").rglob("*.py"))

CHAPTERS = [
    "version",
    "wording",
    "json_schema",
    "inventory",
    "wire",
    "keystores",
    "trust",
    "drivers",
    "formats",
    "survival",
    "rehearsal",
    "log",
    "ledger",
    "verdict",
    "reporting",
]
"""In the order in which they may read each other: each only what stands before it."""

PURE = sorted(
    path for chapter in CHAPTERS for path in [*PACKAGE.glob(f"{chapter}.py"), *(PACKAGE / chapter).rglob("*.py")]
)

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


def texts(path: Path) -> Iterator[str]:
    """Every text in a module's code; what stands by itself is a docstring."""
    tree = ast.parse(path.read_text())
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value
