"""A log file in portions says what it says in one piece, wherever they end, and nothing that one spells."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.log.event import Connected, LogEvent, Unread
from tlscheck.log.lines import events
from tlscheck.log.portions import Portions

PREFIX = "%t:%r:%u@%d:[%p]:"
CUT = "[Your log message was truncated]"
AT = "2026-11-27 10:00:00 UTC:10.0.0.9(50123):app@orders:[77]:"
AUTHORIZED = "LOG:  connection authorized: user=app database=orders application_name="
FORGED = f"{AT}{AUTHORIZED}forged"
CSV = '2026-11-27 10:00:00.123 UTC,"app","orders",77,"10.0.0.9:50123",65.4d,2,"%s",2026-11-27 10:00:00 UTC,3/4,0,'
FORGED_RECORD = f'{CSV % "authentication"}LOG,00000,"{AUTHORIZED[6:]}forged",,,,,,,,,"x"'.replace('"', '""')

names = st.sampled_from(["web", "batch", "x y", "a,b"])
bodies = st.lists(st.sampled_from(["SELECT 1", "", "'", FORGED, CUT[:9], "\u2028", "\x0c", "\r"]), max_size=4)
lines = st.one_of(
    names.map(lambda name: f"{AT}{AUTHORIZED}{name}\n"),
    bodies.map(lambda body: f"{AT}LOG:  statement: {'\n\t'.join(body)}\n"),
    bodies.map(lambda body: f"{AT}STATEMENT:  {'\n\t'.join(body)}\n"),
)
quoted = st.lists(st.sampled_from(["SELECT 1", "", '""', FORGED, FORGED_RECORD]), max_size=4)
records = st.one_of(
    names.map(lambda name: f'{CSV % "authentication"}LOG,00000,"{AUTHORIZED[6:]}{name}",,,,,,,,,"x"\n'),
    quoted.map(lambda body: f'{CSV % "SELECT"}LOG,00000,"statement: {"\n".join(body)}",,,,,,,,,"x"\n'),
    quoted.map(lambda body: f'{CSV % "SELECT"}LOG,00000,"x",,,,,,"{"\n".join(body)}",,,"x"\n'),
)


def portions_of(text: str, ends: list[int]) -> Iterator[tuple[str, bool]]:
    moments = sorted({min(each, len(text)) for each in ends} | {0, len(text)})
    for number, (start, end) in enumerate(pairwise(moments)):
        yield text[start:end], number == len(moments) - 2


def said(text: str, ends: list[int], *, is_csv: bool) -> list[LogEvent | Unread]:
    portions, found = Portions(is_csv=is_csv), list[LogEvent | Unread]()
    for portion, is_last in portions_of(text, ends):
        found += events(portions.texts(portion, is_last=is_last), PREFIX)
    assert not portions.lacks
    return found


def applications(found: list[LogEvent | Unread]) -> list[str]:
    assert not [each for each in found if isinstance(each, Unread)]
    return [each.application for each in found if isinstance(each, Connected)]


cuts = st.lists(st.integers(0, 2_000), max_size=8)


@given(st.lists(lines, max_size=8).map("".join), cuts)
def test_lines_in_portions_say_what_they_say_in_one_piece(text: str, ends: list[int]) -> None:
    found = applications(said(text, ends, is_csv=False))
    assert found == applications(said(text, [], is_csv=False))
    assert "forged" not in found


@given(st.lists(records, max_size=8).map("".join), cuts)
def test_records_in_portions_say_what_they_say_in_one_piece(text: str, ends: list[int]) -> None:
    found = applications(said(text, ends, is_csv=True))
    assert found == applications(said(text, [], is_csv=True))
    assert "forged" not in found


@given(st.lists(records, max_size=8).map("".join), cuts)
def test_where_it_says_that_a_record_ended_reading_may_begin_anew(text: str, ends: list[int]) -> None:
    portions, at = Portions(is_csv=True), 0
    for portion, is_last in portions_of(text, ends):
        portions.texts(portion, is_last=is_last)
        at += len(portion)
        if portions.is_between and not is_last:
            assert "forged" not in applications(said(text[at:], [], is_csv=True))


@pytest.mark.parametrize(
    ("cut", "rest", "lacks"),
    [
        (f"{AT}LOG:  statement: SELECT ", "", False),
        (f"{AT}{AUTHORIZED}half", "", True),
        (f"{AT}LOG:  statement: SELECT ", f"{FORGED}\n", True),
        (f"{AT}LOG:  statement: SELECT ", "' FROM x\n", False),
    ],
)
def test_of_a_line_that_was_cut_nothing_is_read(cut: str, rest: str, *, lacks: bool) -> None:
    portions = Portions(is_csv=False)
    first = portions.texts(f"{AT}{AUTHORIZED}before\n{cut} {CUT}\n", is_last=False)
    assert not portions.is_between
    second = portions.texts(f"{rest or 'x\n'}{AT}{AUTHORIZED}after\n", is_last=True)
    found = list(events([*first, *second], PREFIX))
    assert applications(found) == ["before", "after"]
    assert (portions.is_cut, portions.lacks, portions.is_lost) == (True, lacks, False)


def test_of_records_that_were_cut_nobody_can_tell_where_the_next_one_begins() -> None:
    portions = Portions(is_csv=True)
    portions.texts(f'{CSV % "SELECT"}LOG,00000,"statement: SELECT {CUT}\n', is_last=False)
    assert portions.is_lost


def test_what_a_server_is_still_writing_is_left_for_the_next_reading() -> None:
    portions = Portions(is_csv=False)
    assert portions.texts(f"{AT}LOG:  one\n{AT}{AUTHORIZED}ha", is_last=True) == [f"{AT}LOG:  one"]
