"""Python's own literals, as its own parser sees them: nothing is run.

Source: Python's documentation, ast; environs, django-environ and decouple for what reads a variable.
"""

import ast
import re
import warnings
from collections.abc import Iterator

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.placeholder import without_marks
from tlscheck.formats.literals.source import (
    CALLED,
    DEEPEST,
    SPREAD,
    Call,
    Code,
    computed,
    elsewhere,
    of_environment,
    settled,
    told,
)
from tlscheck.formats.node import Node

_KIND = "Python"
_ENVIRONMENT = re.compile(
    r"(os\.)?(environ\.get|getenv)|config|decouple\.config|(\w*env)(\.(str|get|int|get_value|bool|url))?",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"(\w+\.)*(URL(\.create)?|create_default_context|_create_unverified_context|dj_database_url\.(config|parse)"
    r"|env\.(db|db_url)|Env\.(db|db_url_config))"
)
"""Calls whose arguments say what they make: they become mappings, with their name under CALLED."""

_CONSTANTS = re.compile(r"(ssl\.)?(VerifyMode\.)?CERT_(NONE|OPTIONAL|REQUIRED)")
_CASTS = re.compile(r"str|int|bool|Path|pathlib\.Path|make_url|(sqlalchemy\.engine\.)?url\.make_url")


def source(text: str) -> Code:
    """What stands in a file of Python. Raises BadRequest for what Python's own parser does not take."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that a newer Python will refuse
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as what:
        line = f", line {what.lineno}" if isinstance(what, SyntaxError) and what.lineno else ""
        raise cannot_be_read(_KIND, f"Python's own parser does not take it{line}") from None
    reading = _Reading()
    try:
        reading.visit(tree)
    except RecursionError:
        raise cannot_be_read(_KIND, f"it is nested deeper than {DEEPEST}") from None
    return settled(Code(tuple(reading.calls), reading.names, (), tuple(reading.again)))


class _Reading(ast.NodeVisitor):
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.names: dict[str, Node] = {}
        self.again: list[tuple[str, Node]] = []
        self._conditions = 0

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self._assign(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self._assign(node.target, self.value(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if name := _dotted(node.target):
            self.names[name] = Node(elsewhere(name), node.lineno)
        self.value(node.value)

    def visit_If(self, node: ast.AST) -> None:
        self._conditions += 1
        self.generic_visit(node)
        self._conditions -= 1

    def visit_Try(self, node: ast.AST) -> None:
        self.visit_If(node)

    def visit_For(self, node: ast.AST) -> None:
        self.visit_If(node)

    def visit_Match(self, node: ast.AST) -> None:
        self.visit_If(node)

    def _said(self, value: Node) -> Node:
        """A part that is set; under a condition nobody knows whether it is."""
        return value if not self._conditions else Node(elsewhere("condition"), value.line)

    def _give(self, name: str, value: Node) -> None:
        known = self.names.get(name)
        if known and known.plain != value.plain:
            # Which of them counts is not known: each is told.
            self.again += (
                [(name, value)] if any(name == each for each, _ in self.again) else [(name, known), (name, value)]
            )
            value = Node(elsewhere(name), value.line)
        self.names[name] = value

    def visit_Call(self, node: ast.Call) -> None:
        self.value(node)

    def _assign(self, target: ast.expr, value: Node) -> None:
        """`X = ...`, `ctx.check_hostname = ...`, `DATABASES["default"]["HOST"] = ...`."""
        if name := _dotted(target):
            self._give(name, value)
            of, _, attribute = name.rpartition(".")
            # What is set on an SSLContext is a part of what it is.
            if (known := self.names.get(of)) and isinstance(known.content, dict) and CALLED in known.content:
                self.names[of] = _put(known, [attribute], self._said(value))
            return
        name, keys = _indexed(target)
        if name and keys:
            self.names[name] = _put(self.names.get(name), keys, self._said(value))

    def value(self, node: ast.expr) -> Node:  # noqa: C901, PLR0911 - one branch for each kind of expression
        """The tree of an expression."""
        line = node.lineno
        match node:
            case ast.Constant(value=str(said)):
                return Node(without_marks(said), line)
            case ast.Constant(value=said):
                return Node(said if isinstance(said, int | float | bool | None) else elsewhere(""), line)
            case ast.Dict():
                return Node(dict(self._pairs(node)), line)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return Node(tuple(self.value(each) for each in items), line)
            case ast.JoinedStr(values=parts):
                return Node("".join(self._text(each) for each in parts), line)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return Node(self._text(left) + self._text(right), line)
            case ast.BoolOp(op=ast.Or(), values=[first, *others]):
                return _otherwise(self.value(first), [self.value(each) for each in others])
            case ast.Call():
                return self._called(node)
            case ast.Subscript(value=ast.expr() as of, slice=ast.Constant(value=str() as key)):
                name = _dotted(of)
                known = re.fullmatch(r"(os\.)?environ|env", name)
                return Node(of_environment(key) if known else computed(name), line)
            case ast.IfExp(test=test, body=body, orelse=other):
                self.value(body), self.value(other)
                return Node(computed(_dotted(test)), line)
            case ast.Await(value=inner):
                return self.value(inner)
        self.generic_visit(node)
        name = _dotted(node)
        return Node(name if _CONSTANTS.fullmatch(name) else elsewhere(name), line)

    def _pairs(self, node: ast.Dict) -> Iterator[tuple[str, Node]]:
        for number, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            if key is None:
                yield f"{SPREAD}{number}", self.value(value)
            elif isinstance(key, ast.Constant):
                yield str(key.value), self.value(value)
            else:
                yield f"{SPREAD}{number}", Node(elsewhere(_dotted(key)), value.lineno)

    def _text(self, node: ast.expr) -> str:
        inner = self.value(node.value if isinstance(node, ast.FormattedValue) else node)
        is_text = isinstance(inner.content, str | int) and not isinstance(inner.content, bool)
        return str(inner.content) if is_text else elsewhere("")

    def _called(self, node: ast.Call) -> Node:
        name, line = _dotted(node.func), node.lineno
        if isinstance(node.func, ast.Attribute) and not name:
            self.value(node.func.value)
            of, keys = _indexed(node.func.value)
            if node.func.attr == "update" and of and node.args:
                # As Heroku's guide pours a URL into an entry of DATABASES.
                self.names[of] = _put(
                    self.names.get(of), [*keys, f"{SPREAD}{node.lineno}"], self.value(node.args[0])
                )
        positional = tuple(self.value(each) for each in node.args)
        named = {
            each.arg or f"{SPREAD}{number}": self.value(each.value) for number, each in enumerate(node.keywords)
        }
        first = positional[0].content if positional else None
        if _ENVIRONMENT.fullmatch(name) and isinstance(first, str):
            default = named.get("default") or (positional[1] if len(positional) > 1 else None)
            if default is None or default.content is None:
                return Node(of_environment(first), line)
            return Node(default.content, default.line, first)
        if name.endswith(".format") and isinstance(node.func, ast.Attribute):
            return Node(
                re.sub(r"\{([^{}]*)\}", lambda hole: elsewhere(hole[1]), self._text(node.func.value)), line
            )
        if node.args and isinstance(node.func, ast.Attribute) and node.func.attr == "load_verify_locations":
            self._assign(ast.Attribute(node.func.value, "cafile", ast.Store()), positional[0])
        if _CASTS.fullmatch(name) and len(positional) == 1 and not named:
            return positional[0]
        self.calls.append(Call(name, positional, named, line))
        if not _KEPT.fullmatch(name):
            return Node(elsewhere(name), line)
        numbered = {str(number): each for number, each in enumerate(positional)}
        return Node({CALLED: Node(name, line), **numbered, **named}, line)


def _dotted(node: ast.expr) -> str:
    """`os.environ.get`; "" for what is no chain of names. What a subscript or a call begins is left out of it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _indexed(node: ast.expr) -> tuple[str, list[str]]:
    """`X` and the keys of `X["a"]["b"]`; "" for what is neither."""
    keys: list[str] = []
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        keys.append(str(node.slice.value))
        node = node.value
    return _dotted(node), keys[::-1]


def _put(of: Node | None, keys: list[str], value: Node, depth: int = 0) -> Node:
    if not keys or depth > DEEPEST:
        return value
    content = dict(of.content) if of and isinstance(of.content, dict) else {}
    # Where it stands last it is set last.
    content[keys[0]] = _put(content.pop(keys[0], None), keys[1:], value, depth + 1)
    return Node(content, of.line if of else value.line)


def _otherwise(first: Node, others: list[Node]) -> Node:
    is_mark = isinstance(first.content, str) and first.content.startswith("\ue000") and not first.default_of
    if not is_mark or not others or others[0].content is None:
        return first
    return Node(others[0].content, others[0].line, told(without_marks(str(first.content))))
