"""The commands of a Logs Insights query: fields, display, filter, parse, stats, sort, dedup and limit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.local_aws.emulator.gaps.logs.query_text import Expression, Reader, Row, malformed, number

type Stage = Callable[[list[Row]], list[Row]]

MOST_ROWS = 10_000
"""When the query has no limit of its own."""

LARGEST_LIMIT = 100_000


@dataclass
class Query:
    """What is done to the events, and which fields are shown of what is left."""

    stages: list[Stage]
    shown: list[str]
    counts: bool
    """Whether its rows are no events any more: they have no @ptr."""

    limit: int


def read(text: str) -> Query:
    """A query. Raises MalformedQueryException."""
    reader, query = Reader(text), Query([], [], counts=False, limit=MOST_ROWS)
    while True:
        command = reader.take("name").lower()
        if command not in _COMMANDS:
            raise malformed(f"command {command} is not stood in for")
        _COMMANDS[command](reader, query)
        if reader.word.kind == "end":
            break
        reader.need("|")
    query.shown = query.shown or ["@timestamp", "@message"]
    return query


def _fields(reader: Reader, query: Query) -> None:
    computed = _several(reader)
    query.shown += [name for name, _ in computed if name not in query.shown]
    query.stages.append(lambda rows: [row | _present(computed, row) for row in rows])


def _display(reader: Reader, query: Query) -> None:
    query.shown = []
    _fields(reader, query)


def _filter(reader: Reader, query: Query) -> None:
    condition = reader.expression()
    query.stages.append(lambda rows: [row for row in rows if condition(row)])


def _parse(reader: Reader, query: Query) -> None:
    field = reader.field() if reader.word.kind == "name" else "@message"
    if reader.word.kind == "regex":
        pattern = reader.pattern()
        names = list(pattern.groupindex)
        if len(names) != pattern.groups or not names:
            raise malformed("all groups of a regular expression to parse with are named, and there is one")
    else:
        glob = reader.text()
        # A wildcard takes as little as it can, one at the end all there is.
        groups = "(.*?)".join(re.escape(piece) for piece in glob.split("*"))
        pattern = re.compile(groups.removesuffix("(.*?)") + "(.*)" if glob.endswith("*") else groups, re.DOTALL)
        names = _names(reader)
        if len(names) != pattern.groups:
            raise malformed(f"{pattern.groups} fields expected, not {len(names)}")

    def parsed(row: Row) -> Row:
        found = pattern.search(str(row.get(field, "")))
        texts = zip(names, found.groups(), strict=True) if found else ()
        return row | {name: text for name, text in texts if text is not None}

    query.stages.append(lambda rows: [parsed(row) for row in rows])


def _names(reader: Reader) -> list[str]:
    reader.need("as")
    names = [reader.field()]
    while reader.takes(","):
        names.append(reader.field())
    return names


def _stats(reader: Reader, query: Query) -> None:
    totals = [_total(reader)]
    while reader.takes(","):
        totals.append(_total(reader))
    keys = _several(reader) if reader.takes("by") else []
    query.shown = [name for name, _ in keys] + [name for name, _ in totals]
    query.counts = True

    def grouped(rows: list[Row]) -> list[Row]:
        groups: dict[tuple[tuple[str, Any], ...], list[Row]] = {}
        for row in rows:
            groups.setdefault(tuple(_present(keys, row).items()), []).append(row)
        if not keys:
            groups.setdefault((), [])
        return [dict(key) | _present(totals, members) for key, members in groups.items()]

    query.stages.append(grouped)


def _total(reader: Reader) -> tuple[str, Callable[[list[Row]], Any]]:
    place = reader.place
    function = reader.field().lower()
    reader.need("(")
    inner: Expression | None = None
    if reader.takes("*") is None and reader.word.text != ")":
        inner = reader.expression()
    reader.need(")")
    if function not in _TOTALS or (inner is None and function != "count"):
        raise malformed(f"{function} is not stood in for")
    name = reader.written_since(place)
    if reader.takes("as"):
        name = reader.field()

    def total(rows: list[Row]) -> Any:
        values = rows if inner is None else [value for value in map(inner, rows) if value is not None]
        return _TOTALS[function](values)

    return name, total


def _sort(reader: Reader, query: Query) -> None:
    keys: list[tuple[Expression, bool]] = []
    while True:
        expression = reader.expression()
        keys.append((expression, reader.takes("asc", "desc") == "desc"))
        if not reader.takes(","):
            break

    def ordered(rows: list[Row]) -> list[Row]:
        for expression, is_descending in reversed(keys):
            rows = sorted(rows, key=lambda row, key=expression: _order(key(row)), reverse=is_descending)  # type: ignore[misc] # mypy: a default value in a lambda
        return rows

    query.stages.append(ordered)


def _order(value: Any) -> tuple[int, float, str]:
    as_number = number(value)
    return (0, as_number, "") if as_number is not None else (1, 0.0, "" if value is None else str(value))


def _dedup(reader: Reader, query: Query) -> None:
    fields = _several(reader)
    query.stages.append(
        lambda rows: list({tuple(_present(fields, row).items()): row for row in reversed(rows)}.values())[::-1]
    )


def _limit(reader: Reader, query: Query) -> None:
    wanted = int(float(reader.take("number")))
    if not 1 <= wanted <= LARGEST_LIMIT:
        raise malformed(f"limit {wanted}")
    query.limit = wanted


def _several(reader: Reader) -> list[tuple[str, Expression]]:
    found = [reader.named()]
    while reader.takes(","):
        found.append(reader.named())
    return found


def _present[Whole](computed: list[tuple[str, Callable[[Whole], Any]]], row: Whole) -> Row:
    values = ((name, expression(row)) for name, expression in computed)
    return {name: value for name, value in values if value is not None}


_TOTALS: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "count_distinct": lambda values: len(set(values)),
    "avg": lambda values: sum(map(float, values)) / len(values) if values else None,
    "sum": lambda values: sum(map(float, values)),
    "min": lambda values: min(values, key=_order, default=None),
    "max": lambda values: max(values, key=_order, default=None),
}

_COMMANDS: dict[str, Callable[[Reader, Query], None]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "parse": _parse,
    "stats": _stats,
    "sort": _sort,
    "dedup": _dedup,
    "limit": _limit,
}
