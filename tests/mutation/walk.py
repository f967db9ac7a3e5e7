"""Finds the pieces of a module that can be changed, with the function and the lines that each is in."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutation.operators import Change, changes, emptied, forced


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its tree a piece of code hangs: on which node, in which field, at which index of a list."""

    parent: ast.AST
    field: str
    index: int | None = None

    def node(self) -> ast.AST:
        """What hangs there."""
        value = getattr(self.parent, self.field)
        found: ast.AST = value if self.index is None else value[self.index]
        return found

    def put(self, node: ast.AST) -> None:
        """Hangs something else there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Found:
    """A change, and where it is."""

    place: Place
    change: Change
    above: tuple[Place, ...]
    """From the statement down to the place itself, the place excluded."""

    function: str
    lines: tuple[int, int]
    at_import: bool


def walk(tree: ast.Module) -> list[Found]:
    """Every change of a module, in the order of the source."""
    through = _Walk()
    through.statements(tree, "body")
    return through.found


type Function = ast.FunctionDef | ast.AsyncFunctionDef


class _Walk:
    """Goes through a module and finds what can be changed; docstrings, annotations and decorators cannot."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.names: list[str] = []
        self.functions: list[Function] = []
        self.lines = (1, 1)

    def statements(self, parent: ast.AST, field: str) -> None:
        for index, node in enumerate(getattr(parent, field)):
            if not _is_left_alone(node):
                self.lines = _header(node)
                self.visit(Place(parent, field, index), ())

    def visit(self, place: Place, above: tuple[Place, ...]) -> None:
        node = place.node()
        name = ".".join(self.names)
        for change in (*_by_kind(place), *self._by_place(place)):
            self.found.append(Found(place, change, above, name, self.lines, at_import=not self.functions))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.names.append(node.name)
            self._below(place, above)
            self.names.pop()
        else:
            self._below(place, above)

    def _below(self, place: Place, above: tuple[Place, ...]) -> None:
        node = place.node()
        for field, value in ast.iter_fields(node):
            if field in _LEFT_ALONE.get(type(node), ()):
                continue
            if isinstance(value, ast.AST):
                self.visit(Place(node, field), (*above, place))
            elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self._block(node, field)
            elif isinstance(value, list):
                self._list(place, field, value, above)

    def _block(self, node: ast.AST, field: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.functions.append(node)
            self.statements(node, field)
            self.functions.pop()
        else:
            self.statements(node, field)

    def _list(self, place: Place, field: str, children: list[object], above: tuple[Place, ...]) -> None:
        node = place.node()
        for index, child in enumerate(children):
            match child:
                case ast.match_case():
                    self._case(child)
                # the longest text of an f-string is one change, of the whole
                case ast.Constant() if isinstance(node, ast.JoinedStr):
                    pass
                case ast.AST():
                    if isinstance(child, ast.ExceptHandler):
                        self.lines = _header(child)
                    self.visit(Place(node, field, index), (*above, place))

    def _case(self, case: ast.match_case) -> None:
        self.lines = (case.pattern.lineno, max(case.pattern.lineno, case.body[0].lineno - 1))
        self.visit(Place(case, "pattern"), ())
        if case.guard:
            self.visit(Place(case, "guard"), ())
        self.statements(case, "body")

    def _by_place(self, place: Place) -> Iterator[Change]:
        node = place.node()
        condition = (place.field == "test" and isinstance(place.parent, ast.If | ast.IfExp)) or (
            place.field in {"ifs", "guard"} and isinstance(place.parent, ast.comprehension | ast.match_case)
        )
        if condition and isinstance(node, ast.expr):
            yield from (Change("condition", after) for after in forced(node))
        if isinstance(node, ast.Return):
            yield from (Change("answer", after) for after in emptied(node, self.functions[-1].returns))


def _by_kind(place: Place) -> Iterator[Change]:
    node = place.node()
    # what is assigned to, and what a generic type is made of, has no elements that could be missing
    stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    unpacked = isinstance(place.parent, ast.Assign) and isinstance(place.parent.targets[0], ast.Tuple)
    sliced = isinstance(place.parent, ast.Subscript)
    if not stored and not (isinstance(node, ast.Tuple) and (sliced or unpacked)):
        yield from changes(node)


_LEFT_ALONE: dict[type[ast.AST], tuple[str, ...]] = {
    ast.FunctionDef: ("decorator_list", "returns", "type_params"),
    ast.AsyncFunctionDef: ("decorator_list", "returns", "type_params"),
    ast.ClassDef: ("decorator_list", "bases", "keywords", "type_params"),
    ast.AnnAssign: ("annotation",),
    ast.arg: ("annotation",),
    ast.FormattedValue: ("format_spec",),
}


def _is_left_alone(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())) | ast.TypeAlias() | ast.Import() | ast.ImportFrom():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assign(targets=[ast.Name(id="__slots__")]):
            return True
    return False


def _header(node: ast.stmt | ast.ExceptHandler) -> tuple[int, int]:
    """The lines of a statement without those of the statements that it holds."""
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    inner = body[0] if body else None
    start = inner.pattern.lineno if isinstance(inner, ast.match_case) else getattr(inner, "lineno", None)
    last = node.end_lineno or node.lineno
    return node.lineno, last if start is None else max(node.lineno, start - 1)
