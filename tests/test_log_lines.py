"""What is read of logs that real servers of PostgreSQL 10 to 18 wrote of clients whose doings are known."""

import pytest
from tlscheck.log.event import Unread
from tlscheck.log.lines import events

from tests.log_lines import figures
from tests.log_lines.recorded import PREFIXES, Record, records

RECORDS = tuple(record for record in records() if record.form in PREFIXES)
FOREIGN = tuple(record for record in records() if record.form not in PREFIXES)
MAJORS = set(range(10, 19))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.major}-{record.form}")
def test_lines_are_read_as_their_clients_doings_say(record: Record) -> None:
    read = list(figures.by_line(record))
    wrong = [each for each in zip(record.lines, read, strict=True) if not figures.is_right(*each)]
    assert wrong == []
    said = [line.says for line in record.lines if line.says]
    assert len(said) >= 50
    assert {says["what"] for says in said} == {"connected", "rejected"}


def test_every_version_and_form_is_among_them() -> None:
    assert {record.major for record in RECORDS} == MAJORS
    assert {record.form for record in RECORDS} >= {"rds", "rds-16", "padded", "csv"}
    assert sum(len(record.lines) for record in RECORDS) >= 600


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.major}-{record.form}")
def test_no_statement_comes_out_of_lines_that_hold_many(record: Record) -> None:
    text = "\n".join(line.text for line in record.lines)
    assert text.count("secret") >= 8
    assert "secret" not in repr(list(events((line.text for line in record.lines), record.prefix, "tlscheck")))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.major}-{record.form}")
def test_one_text_of_all_lines_says_the_same(record: Record) -> None:
    by_line = [event for read in figures.by_line(record) for event in read]
    assert list(events(["\n".join(line.text for line in record.lines)], record.prefix, "tlscheck")) == by_line


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.major}-{record.form}")
def test_lines_that_come_without_those_that_go_on_with_them_say_the_same(record: Record) -> None:
    if record.form == "csv":
        # A record that is cut into lines is one no more.
        texts = [text for line in record.lines for text in line.text.split("\n")]
        told = [event for event in events(texts, record.prefix, "tlscheck") if not isinstance(event, Unread)]
        whole = [line.says for line in record.lines if line.says and "\n" not in line.text]
        assert len(told) == len(whole)
        return
    by_line = [event for read in figures.by_line(record) for event in read]
    texts = [text for line in record.lines for text in line.text.split("\n")]
    assert list(events(texts, record.prefix, "tlscheck")) == by_line


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.major}-{record.form}")
def test_a_line_that_is_cut_says_nothing_false(record: Record) -> None:
    """Only where the cut leaves a whole line of fewer words does anything come out of it."""
    for line in record.lines:
        says = line.says
        if says is None or says["what"] != "connected" or "\n" in line.text or record.form == "csv":
            continue
        for end in range(len(line.text)):
            for event in events([line.text[:end]], record.prefix, "tlscheck"):
                if not isinstance(event, Unread):
                    assert event.user == says["user"]
                    assert event.database == says["database"]


@pytest.mark.parametrize("record", FOREIGN, ids=lambda record: record.form)
def test_other_languages_are_said_to_be_one_and_never_taken_for_something_else(record: Record) -> None:
    read = list(figures.by_line(record))
    wrong = [each for each in zip(record.lines, read, strict=True) if not figures.is_right(*each)]
    assert wrong == []
    # Eight clients: in Chinese two of them are told of in English words.
    assert (
        sum(each == (Unread.LANGUAGE,) for each in read)
        + sum(not isinstance(event, Unread) for each in read for event in each)
        >= 8
    )


def test_figures_count_them() -> None:
    assert figures.real_lines() >= 600
    assert figures.statement_bytes_kept() == 0
