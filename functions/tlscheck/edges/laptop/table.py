"""Databases as a table that fits the terminal; into a file or a pipe it goes whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from rich.cells import cell_len, set_cell_size

from tlscheck.edges.command.terminal import painted, width_of
from tlscheck.edges.laptop.prose import TONES, tell
from tlscheck.reporting.overview import GIVE_WAY, Column, cells, columns_of, told_of_rest
from tlscheck.reporting.result import DatabaseResult

MOST_ROWS = 50
"""On a terminal: more of them nobody reads there."""

LEAST_NAME = 24
"""Cells that a database's name keeps, as long as another column can give way."""

_GAP = 2


def lay_out(databases: Sequence[DatabaseResult], stream: TextIO) -> None:
    """Prints them, the most pressing first as they are given."""
    shown = databases[:MOST_ROWS] if stream.isatty() else databases
    widths = _fitting(shown, width_of(stream))
    for line in _lines(shown, widths, stream):
        print(line, file=stream)
    if rest := databases[len(shown) :]:
        tell(told_of_rest(rest), stream)
    if lacking := [each for each in columns_of(shown) if each not in widths]:
        tell(f"no room for {', '.join(lacking)}: --csv and --json have all", stream)


def _lines(databases: Sequence[DatabaseResult], widths: Mapping[Column, int], stream: TextIO) -> Iterator[str]:
    yield _line(list(widths), widths)
    for each in databases:
        line = _line(cells(each, widths), widths)
        # The verdict stands last.
        yield f"{line.removesuffix(each.verdict)}{painted(each.verdict, TONES[each.verdict], stream)}"


def _line(texts: Sequence[str], widths: Mapping[Column, int]) -> str:
    laid = (_cell(text, width) for text, width in zip(texts, widths.values(), strict=True))
    return (" " * _GAP).join(laid).rstrip()


def _cell(text: str, width: int) -> str:
    return set_cell_size(text, width) if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"


def _fitting(databases: Sequence[DatabaseResult], width: int | None) -> dict[Column, int]:
    """The columns that there is room for, each with its cells."""
    columns = columns_of(databases)
    told = [columns, *(cells(each, columns) for each in databases)]
    widths = {column: max(cell_len(row[place]) for row in told) for place, column in enumerate(columns)}
    if width is None:
        return widths
    name = min(widths[Column.DATABASE], LEAST_NAME)
    for column in GIVE_WAY:
        if _taken(widths) - widths[Column.DATABASE] + name <= width:
            break
        widths.pop(column, None)
    left = width - (_taken(widths) - widths[Column.DATABASE])
    return widths | {Column.DATABASE: max(2, min(widths[Column.DATABASE], left))}


def _taken(widths: Mapping[Column, int]) -> int:
    return sum(widths.values()) + _GAP * (len(widths) - 1)
