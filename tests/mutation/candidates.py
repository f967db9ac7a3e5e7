"""Every mutant of a module, each with an id that stays its own while lines move and the rest is edited."""

import ast
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.walk import Found, Place, walk

CONTEXT = 160
"""Characters of the code around a change that its id depends on; more, and any edit would change the id."""

SHOWN = 100
"""Characters of the code around a change that a line of the report shows."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module. `number` finds it among the module's own, in the order of the source."""

    id: str
    path: str
    """From the package's folder."""

    number: int
    operator: str
    line: int
    first: int
    last: int
    """The lines of its statement: who runs none of them does not run the change."""

    at_import: bool
    """It is outside every function, so that it runs when the module is imported."""

    before: str
    after: str


def mutants(source: str, path: str) -> list[Mutant]:
    """All mutants of a module, in the order of its source."""
    texts: dict[int, str] = {}
    taken: Counter[str] = Counter()
    made: list[Mutant] = []
    for number, found in enumerate(walk(ast.parse(source))):
        context = _text(_widest(found, CONTEXT, texts).node(), texts)
        before, after = _shown(found, texts)
        stem = f"{path}:{found.function or '<module>'}:{found.change.operator}"
        text = hashlib.sha256("\0".join((stem, context, before, after)).encode()).hexdigest()[:10]
        taken[f"{stem}:{text}"] += 1
        again = taken[f"{stem}:{text}"]
        line = getattr(found.place.node(), "lineno", found.lines[0])
        made.append(
            Mutant(
                f"{stem}:{text}" + (f"-{again}" if again > 1 else ""),
                path,
                number,
                found.change.operator,
                line,
                *found.lines,
                found.at_import,
                before,
                after,
            )
        )
    return made


def mutated(source: str, number: int) -> ast.Module:
    """The module with that one change; its lines are numbered as before."""
    tree = ast.parse(source)
    found = walk(tree)[number]
    node = found.place.node()
    assert found.change.after is not None
    found.place.put(ast.copy_location(found.change.after, node))
    return ast.fix_missing_locations(tree)


def _text(node: ast.AST, texts: dict[int, str]) -> str:
    if id(node) not in texts:
        texts[id(node)] = ast.unparse(node)
    return texts[id(node)]


def _widest(found: Found, most: int, texts: dict[int, str]) -> Place:
    """The largest piece of code around a change that is no longer than that."""
    best = found.place
    for place in reversed(found.above):
        node = place.node()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.arguments):
            break
        if len(_text(node, texts)) > most or "\n" in _text(node, texts):
            break
        best = place
    return best


def _shown(found: Found, texts: dict[int, str]) -> tuple[str, str]:
    place = _widest(found, SHOWN, texts)
    before = _text(place.node(), texts)
    node = found.place.node()
    assert found.change.after is not None
    found.place.put(found.change.after)
    after = ast.unparse(place.node())
    found.place.put(node)
    return _cut(before, after)


def _cut(before: str, after: str) -> tuple[str, str]:
    """Both without most of what they have in common, where they are long."""
    if len(before) <= SHOWN:
        return before, after
    start = max(0, _alike(before, after) - SHOWN // 4)
    end = max(0, _alike(before[start:][::-1], after[start:][::-1]) - SHOWN // 4)
    most = 2 * SHOWN
    first, second = (
        f"{'...' if start else ''}{text[start : len(text) - end][:most]}{'...' if end else ''}"
        for text in (before, after)
    )
    return first, second


def _alike(one: str, other: str) -> int:
    """How many characters are the same at the start of both."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def modules(package: Path) -> dict[str, str]:
    """The sources of a package's pure modules by their paths in it: everything but edges/."""
    paths = sorted(path for path in package.rglob("*.py") if "edges" not in path.relative_to(package).parts)
    return {path.relative_to(package).as_posix(): path.read_text() for path in paths}


def chapter(path: str) -> str:
    """The chapter of a module: the folder at the top of the package, or the module that stands there itself."""
    return path.split("/", maxsplit=1)[0].removesuffix(".py")
