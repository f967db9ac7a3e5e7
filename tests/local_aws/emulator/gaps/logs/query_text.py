"""The words of a Logs Insights query, and the expressions in it, as the CloudWatch Logs User Guide has them.

What is not stood in for is refused as malformed: a query that runs here means on AWS what it means here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.local_aws.emulator.gaps.logs.protocol import RefusedError

type Row = dict[str, Any]
"""Field to text, number or truth; what an event does not have is not in it."""

type Expression = Callable[[Row], Any]

_WORD = re.compile(
    r"""\s+|\#[^\n]*|(?P<regex>/(?:[^/\\\n]|\\.)+/i?)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<span>\d+(?:ms|s|m|h|d|w)\b)|(?P<number>\d+(?:\.\d+)?)|(?P<name>`[^`]+`|[@A-Za-z_][\w.@]*)"""
    r"""|(?P<sign>!=|<=|>=|=~|[=<>()\[\],*|+-])"""
)
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True)
class Word:
    """A word: of which kind it is, its text as it stands in the query, and where it begins and ends."""

    kind: str
    text: str
    begin: int
    end: int


def malformed(message: str) -> RefusedError:
    """A MalformedQueryException."""
    return RefusedError("MalformedQueryException", message)


class Reader:
    """Reads a query word by word; of words that the language knows, case does not count."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._words: list[Word] = []
        self._next = 0
        at = 0
        while at < len(query):
            found = _WORD.match(query, at)
            if found is None:
                raise malformed(f"unexpected symbol found at {query[at : at + 20]!r}")
            at = found.end()
            if found.lastgroup:
                self._words.append(Word(found.lastgroup, found.group(), found.start(), found.end()))

    @property
    def word(self) -> Word:
        """The next word; of kind `end` after the last."""
        end = len(self._query)
        return self._words[self._next] if self._next < len(self._words) else Word("end", "", end, end)

    def take(self, kind: str) -> str:
        """The next word, which must be of this kind."""
        word = self.word
        if word.kind != kind:
            raise malformed(f"{kind} expected, not {word.text!r}")
        self._next += 1
        return word.text

    def takes(self, *texts: str) -> str | None:
        """The next word if it is one of these, in lower case; otherwise None, and it stays."""
        found = self.word.text.lower()
        if self.word.kind in {"sign", "name"} and found in texts:
            self._next += 1
            return found
        return None

    def need(self, text: str) -> None:
        """The next word must be this one."""
        if self.takes(text) is None:
            raise malformed(f"{text!r} expected, not {self.word.text!r}")

    def field(self) -> str:
        """The name of a field."""
        return self.take("name").strip("`")

    def text(self) -> str:
        """A text in quotes."""
        return re.sub(r"\\(.)", r"\1", self.take("text")[1:-1])

    def pattern(self) -> re.Pattern[str]:
        """A regular expression between slashes: its named groups are written `(?<name>...)`."""
        written = self.take("regex")
        body, _, option = written[1:].rpartition("/")
        try:
            return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", body), re.IGNORECASE if option else 0)
        except re.error as error:
            raise malformed(f"{written}: {error}") from None

    def named(self) -> tuple[str, Expression]:
        """An expression and its name: what follows `as`, else the expression as it is written."""
        begin = self._next
        expression = self.expression()
        name = self.written_since(begin)
        return (self.field() if self.takes("as") else name), expression

    @property
    def place(self) -> int:
        """Where the next word stands, for written_since."""
        return self._next

    def written_since(self, place: int) -> str:
        """The query's text from a place to the word before the next."""
        return self._query[self._words[place].begin : self._words[self._next - 1].end].strip("`")

    def expression(self) -> Expression:
        """`or` binds least, then `and`, then `not`, then comparisons."""
        left = self._conjunction()
        while self.takes("or"):
            left = _either(left, self._conjunction())
        return left

    def _conjunction(self) -> Expression:
        left = self._negation()
        while self.takes("and"):
            left = _both(left, self._negation())
        return left

    def _negation(self) -> Expression:
        return _negated(self._negation()) if self.takes("not") else self._comparison()

    def _comparison(self) -> Expression:
        left = self._difference()
        negated = self.takes("not") is not None
        kind = self.takes("like", "in", "=~") if negated else self.takes(*_COMPARED, "like", "in", "=~")
        if kind in {"like", "=~"}:
            found = _like(left, self.pattern() if self.word.kind == "regex" else self.text())
        elif kind == "in":
            found = _among(left, self._list())
        elif kind:
            found = _compared(kind, left, self._difference())
        elif negated:
            raise malformed(f"like or in expected, not {self.word.text!r}")
        else:
            return left
        return _negated(found) if negated else found

    def _difference(self) -> Expression:
        left = self._operand()
        while self.takes("-"):
            left = _minus(left, self._operand())
        return left

    def _list(self) -> list[Any]:
        self.need("[")
        values = [self._literal()]
        while self.takes(","):
            values.append(self._literal())
        self.need("]")
        return values

    def _literal(self) -> Any:
        return self.text() if self.word.kind == "text" else float(self.take("number"))

    def _operand(self) -> Expression:
        if self.takes("("):
            inner = self.expression()
            self.need(")")
            return inner
        if self.word.kind in {"text", "number"}:
            value = self._literal()
            return lambda _: value
        name = self.field()
        if not self.takes("("):
            return lambda row: row.get(name)
        if name.lower() == "bin":
            return self._bin()
        if name.lower() not in _FUNCTIONS:
            raise malformed(f"function {name} is not stood in for")
        arguments = [self.expression()]
        while self.takes(","):
            arguments.append(self.expression())
        self.need(")")
        function = _FUNCTIONS[name.lower()]
        return lambda row: function(*(argument(row) for argument in arguments))

    def _bin(self) -> Expression:
        span = self.take("span")
        self.need(")")
        number, unit = re.fullmatch(r"(\d+)(\w+)", span).groups()  # type: ignore[union-attr] # the word is such
        width = int(number) * _SECONDS[unit]

        def floor(row: Row) -> str:
            since_epoch = datetime.fromisoformat(row["@timestamp"]).replace(tzinfo=UTC).timestamp()
            return moment(int(since_epoch // width * width * 1_000))

        return floor


def moment(milliseconds: int) -> str:
    """How Insights writes a moment: UTC."""
    at = datetime.fromtimestamp(milliseconds / 1_000, UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{milliseconds % 1_000:03d}"


def number(value: Any) -> float | None:
    """As a number, if it is one."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _minus(left: Expression, right: Expression) -> Expression:
    def difference(row: Row) -> float | None:
        one, other = number(left(row)), number(right(row))
        return None if one is None or other is None else one - other

    return difference


def _either(left: Expression, right: Expression) -> Expression:
    return lambda row: bool(left(row)) or bool(right(row))


def _both(left: Expression, right: Expression) -> Expression:
    return lambda row: bool(left(row)) and bool(right(row))


def _negated(inner: Expression) -> Expression:
    return lambda row: not inner(row)


def _like(left: Expression, wanted: str | re.Pattern[str]) -> Expression:
    def matches(row: Row) -> bool:
        value = left(row)
        if value is None:
            return False
        return wanted in str(value) if isinstance(wanted, str) else wanted.search(str(value)) is not None

    return matches


def _among(left: Expression, values: list[Any]) -> Expression:
    return lambda row: any(_equal(left(row), value) for value in values)


def _equal(left: Any, right: Any) -> bool:
    numbers = number(left), number(right)
    return bool(left == right if None in numbers else numbers[0] == numbers[1])


_COMPARED = ("=", "!=", "<", "<=", ">", ">=")


def _compared(sign: str, left: Expression, right: Expression) -> Expression:
    def compares(row: Row) -> bool:
        one, other = left(row), right(row)
        if sign in {"=", "!="}:
            return _equal(one, other) == (sign == "=")
        first, second = number(one), number(other)
        if first is None or second is None:
            return False
        return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[sign]

    return compares


def _strcontains(value: Any, wanted: Any) -> int:
    return int(value is not None and str(wanted) in str(value))


def _milliseconds(written: Any) -> float | None:
    return None if written is None else datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp() * 1_000


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "strcontains": _strcontains,
    "ispresent": lambda value: value is not None,
    "isempty": lambda value: value is None or value == "",
    "isblank": lambda value: value is None or not str(value).strip(),
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "concat": lambda *values: "".join("" if value is None else str(value) for value in values),
    "tomillis": _milliseconds,
    "strlen": lambda value: len(str(value)),
    "tolower": lambda value: None if value is None else str(value).lower(),
    "toupper": lambda value: None if value is None else str(value).upper(),
    "trim": lambda value: None if value is None else str(value).strip(),
}
