"""The line that nearly all are is told in one stride: as it is with all care, or not at all."""

import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.log import lines
from tlscheck.log.event import Connected, LineOrigin
from tlscheck.log.lines import events
from tlscheck.log.message import Speaker, said
from tlscheck.log.usual import usual

from tests import properties
from tests.log_lines.recorded import Record, records

RECORDS = tuple(records())
RDS = "%t:%r:%u@%d:[%p]:"
BEGINNING = "2026-11-24 02:32:22 UTC:10.1.2.3(36230):{}@{}:[12552]:LOG:  "
ORIGIN = LineOrigin(datetime(2026, 11, 24, 2, 32, 22, tzinfo=UTC), "10.1.2.3", 36230, 12552)
IN = "connection authorized: user="
TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
OLD_TLS = " SSL enabled (protocol=TLSv1.2, cipher=ECDHE-RSA-AES256-GCM-SHA384, bits=256, compression=off)"
GSS = " GSS (authenticated=yes, encrypted=yes, principal=a@B)"
WORDS = (
    *(
        " database=",
        " application_name=",
        TLS,
        OLD_TLS,
        GSS,
        " SSL enabled (",
        " GSS (",
        "protocol=TLSv1.3",
        ")",
        "(",
    ),
    *("app", "orders", "[unknown]", "rdsadmin", "rdsproxyadmin", "tlscheck", ":  ", "LOG:  ", ":", "@", " ", "\t"),
    *(IN, "replication ", "ä", "\udc80", "\0", ":[7]:", '"', "statement: SELECT 'secret'", "x" * 60),
)
TEXT = st.lists(st.sampled_from(WORDS), max_size=5).map("".join)
NAME = st.one_of(st.sampled_from(("app", "orders", "[unknown]", "rdsadmin", "tlscheck", "")), TEXT)
SWAPS = (
    (")", ""),
    (" application_name=", f" application_name={TLS}"),
    ("LOG", "STATEMENT"),
    ("=", "= "),
    (":", ":  "),
)


def in_both_ways(texts: list[str], prefix: str, own: str) -> tuple[list[object], list[object]]:
    fast = list[object](events(texts, prefix, own))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "usual", lambda *_: None)
        return fast, list[object](events(texts, prefix, own))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.major}-{record.form}")
def test_recorded_lines_cut_and_mixed_say_the_same_in_both_ways(record: Record) -> None:
    texts = [line.text for line in record.lines]
    cuts = [text[:end] for text in texts for end in range(0, len(text), 7)]
    # The end of each line after the beginning of the next.
    grafts = [
        before[: before.find(word) + len(word)] + after[after.find(word) + len(word) :]
        for before, after in pairwise(texts)
        for word in ("user=", " database=", " application_name=", " SSL enabled (")
    ]
    swaps = [text.replace(old, new) for text in texts for old, new in SWAPS]
    for some in (texts, cuts, grafts, swaps):
        fast, careful = in_both_ways(some, record.prefix, "tlscheck")
        assert fast == careful


@settings(max_examples=properties.tries(3000))
@given(NAME, NAME, st.lists(TEXT, max_size=3).map("".join), st.sampled_from(("", "tlscheck", "app")))
def test_any_line_of_any_names_says_the_same_in_both_ways(user: str, database: str, rest: str, own: str) -> None:
    names = f"{IN}{user} database={database}"
    texts = [
        f"{BEGINNING.format(user, database)}{names}{tail}"
        for tail in (rest, f" application_name={rest}", f" application_name={rest}{TLS}", f"{rest}{TLS}{GSS}")
    ]
    fast, careful = in_both_ways([text for text in texts if "\n" not in text], RDS, own)
    assert fast == careful


@settings(max_examples=properties.tries(3000))
@given(
    st.sampled_from(("LOG", "psqlLOG", "STATEMENT", "日志")), NAME, NAME, st.lists(TEXT, max_size=4).map("".join)
)
def test_whoever_is_told_in_one_stride_is_who_is_told_with_all_care(
    level: str, user: str, database: str, rest: str
) -> None:
    for tail in (rest, f" application_name={rest}", f" application_name={rest}{TLS}", f"{rest}{OLD_TLS}"):
        message = f"{IN}{user} database={database}{tail}"
        fast = usual(level, message, ORIGIN, user, database)
        assert fast is None or fast == said(level, message, Speaker(ORIGIN, user, database, ""))


@pytest.mark.parametrize(
    ("database", "tail"),
    [
        ("b GSS (authenticated=yes, encrypted=yes", " application_name=x)"),
        (f"b{TLS}", ""),
        ("b", f" application_name=a{GSS}"),
        ("b", f"{TLS}{TLS}"),
        ("b", " application_name=x:[1]:LOG:  statement: SELECT 1"),
    ],
)
def test_what_may_be_two_things_is_not_told_in_one_stride(database: str, tail: str) -> None:
    assert usual("LOG", f"{IN}app database={database}{tail}", ORIGIN, "app", database) is None


@pytest.mark.parametrize("tail", ["", " application_name=psql", " application_name=a [1 of 9 busy]: b"])
@pytest.mark.parametrize("tls", ["", TLS, OLD_TLS])
def test_plain_lines_are_told_in_one_stride(tail: str, tls: str) -> None:
    fast = usual("LOG", f"{IN}app database=orders{tail}{tls}", ORIGIN, "app", "orders")
    assert isinstance(fast, Connected)
    assert fast.protocol == (tls[23:30] if tls else None)


def test_most_of_the_recorded_connections_are_told_in_one_stride() -> None:
    plain = connected = 0
    for record in RECORDS:
        for line in record.lines:
            if line.says and line.says["what"] == "connected" and record.form == "rds":
                user, database = str(line.says["user"]), str(line.says["database"])
                message = re.split(":  ", line.text, maxsplit=1)[-1]
                plain += usual("LOG", message, ORIGIN, user, database) is not None
                connected += 1
    assert connected >= 100
    assert plain >= connected / 2
