"""The operators: what a piece of code is changed into. One table, `OPERATORS`, from syntax to its mutants."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of code and what stands in its place; None: nothing, it is taken out of the list that it is in."""

    operator: str
    after: ast.AST | None


COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}

ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}

ANOTHER_TEXT = "mutated"

EMPTIED: dict[str, str] = {
    "str": "''",
    "bytes": "b''",
    "tuple": "()",
    "list": "[]",
    "Sequence": "()",
    "dict": "{}",
    "Mapping": "{}",
    "set": "set()",
    "frozenset": "frozenset()",
    "Iterator": "iter(())",
    "int": "0",
}
"""What an emptied answer is, by what a function says that it returns; of everything else it is None."""


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        ops = [*node.ops]
        ops[index] = COMPARISONS[type(operator)]()
        yield ast.Compare(node.left, ops, node.comparators)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    sides = (node.left, node.right)
    if isinstance(node.op, ast.Add) and any(map(_is_text, sides)):
        return
    if type(node.op) in ARITHMETIC and not (isinstance(node.op, ast.BitOr) and any(map(_is_type, sides))):
        yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in ARITHMETIC and not _is_text(node.value):
        yield ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)


def _is_type(node: ast.AST) -> bool:
    """Whether `|` makes a union of types of it, which has no other meaning."""
    builtin = {"bool", "int", "float", "str", "bytes", "list", "tuple", "dict", "set", "frozenset"}
    return isinstance(node, ast.Name) and (node.id in builtin or (node.id[0].isupper() and not node.id.isupper()))


def _is_text(node: ast.AST) -> bool:
    """A sum of texts or of lists has no difference: that would be an error and no other meaning."""
    texts = (ast.JoinedStr, ast.Tuple, ast.List, ast.ListComp, ast.GeneratorExp)
    return isinstance(node, texts) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool(value):
            yield ast.Constant(not value)
        case int() | float() as value:
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case str(value):
            yield ast.Constant(ANOTHER_TEXT if value != ANOTHER_TEXT else "")
        case bytes(value):
            yield ast.Constant(ANOTHER_TEXT.encode() if value != ANOTHER_TEXT.encode() else b"")


def _singleton(node: ast.MatchSingleton) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.MatchSingleton(not node.value)


def _formatted(node: ast.JoinedStr) -> Iterator[ast.AST]:
    """The longest of its texts is another."""
    texts = [
        (len(str(each.value)), index) for index, each in enumerate(node.values) if isinstance(each, ast.Constant)
    ]
    if texts:
        values = [*node.values]
        values[max(texts)[1]] = ast.Constant(ANOTHER_TEXT)
        yield ast.JoinedStr(values)


def _keywords(node: ast.Call) -> Iterator[ast.AST]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield ast.Call(node.func, node.args, [*node.keywords[:index], *node.keywords[index + 1 :]])


def _elements(node: ast.Tuple | ast.List | ast.Set) -> Iterator[ast.AST]:
    if isinstance(node, ast.Set) and len(node.elts) == 1:
        return
    for index in range(len(node.elts)):
        left = [*node.elts[:index], *node.elts[index + 1 :]]
        yield ast.Set(left) if isinstance(node, ast.Set) else type(node)(left, ast.Load())


def _entries(node: ast.Dict) -> Iterator[ast.AST]:
    for index in range(len(node.keys)):
        yield ast.Dict(
            [*node.keys[:index], *node.keys[index + 1 :]], [*node.values[:index], *node.values[index + 1 :]]
        )


def _statement(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Call()) | ast.Continue():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.AugAssign():
            yield ast.Pass()


def forced(test: ast.expr) -> Iterator[ast.AST]:
    """A condition that always holds, and one that never does."""
    if not isinstance(test, ast.Constant):
        yield ast.Constant(value=True)
        yield ast.Constant(value=False)


def emptied(node: ast.Return, returns: ast.expr | None) -> Iterator[ast.AST]:
    """A function that answers nothing; one that answers yes or no says the opposite."""
    said = (ast.unparse(returns) if returns else "").split("[")[0]
    if node.value is None or (isinstance(node.value, ast.Constant) and said == "bool"):
        return
    if said == "bool":
        yield ast.Return(ast.UnaryOp(ast.Not(), node.value))
        return
    empty = EMPTIED.get(said, "None")
    if ast.unparse(node.value) != empty:
        yield ast.Return(ast.parse(empty, mode="eval").body)


type Mutate = Callable[..., Iterator[ast.AST]]

OPERATORS: dict[type[ast.AST], tuple[tuple[str, Mutate], ...]] = {
    ast.Compare: (("comparison", _compare),),
    ast.BoolOp: (("and-or", _boolean),),
    ast.UnaryOp: (("sign", _unary),),
    ast.BinOp: (("arithmetic", _binary),),
    ast.AugAssign: (("arithmetic", _augmented), ("statement", _statement)),
    ast.Constant: (("constant", _constant),),
    ast.MatchSingleton: (("constant", _singleton),),
    ast.JoinedStr: (("constant", _formatted),),
    ast.Call: (("keyword", _keywords),),
    ast.Tuple: (("element", _elements),),
    ast.List: (("element", _elements),),
    ast.Set: (("element", _elements),),
    ast.Dict: (("element", _entries),),
    ast.Expr: (("statement", _statement),),
    ast.Assign: (("statement", _statement),),
    ast.Continue: (("statement", _statement),),
}
"""Syntax -> operators. Beside them, where the place matters: `forced` (conditions) and `emptied` (answers).

- comparison: < and <=, > and >=, == and !=, in and not in, is and is not
- and-or: and, or
- sign: `not x`, `-x` and `~x` become x
- arithmetic: + and -, * / // % ** << >> | & ^, and their assignments
- constant: a number one more and one less (of a timedelta too), True and False, another text; in a pattern, a
  default and a table as well as in an expression; of an f-string its longest text
- keyword: an argument given by name is left out, so that its default counts
- element: one element of a tuple, list, set or dict is missing
- statement: a call, an assignment to an attribute or element, or a `continue` is not done
- condition: an `if`, a guard, a filter of a comprehension holds always, or never
- answer: what is returned is nothing, or the opposite
"""


def changes(node: ast.AST) -> Iterator[Change]:
    """Everything that may stand in the place of one piece of code, wherever it stands."""
    for operator, mutate in OPERATORS.get(type(node), ()):
        for after in mutate(node):
            yield Change(operator, after)
