"""Words of others in sentences of ours: each helper's whole answer, at its bounds on both sides."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from tlscheck.wording import clause, counted, cut, day, harmless, listed, plain, quoted, sentence


@pytest.mark.parametrize(
    ("text", "folded", "kept"),
    [
        ("a b", "a b", "a b"),
        ("  a \t\r\n b  ", "a b", "  a     b  "),
        ("a\x00b", "a b", "a b"),  # Cc, control
        ("a\x7fb", "a b", "a b"),
        ("a\x1b[31mb", "a [31mb", "a [31mb"),
        ("a\u202eb", "a b", "a b"),  # Cf, direction
        ("a\u200bb", "a b", "a b"),
        ("a\ud800b", "a b", "a b"),  # Cs, half of a pair
        ("a\ue000b", "a b", "a b"),  # Co, private use
        ("a\u0378b", "a b", "a b"),  # Cn, unassigned
        ("a\u00a0b", "a b", "a b"),  # Zs, a blank that is none
        ("a\u2028b", "a b", "a b"),  # Zl
        ("a\u2029b", "a b", "a b"),  # Zp
        ("größer \u4e2d e\u0301 1 + $ \u20ac _ !", "größer \u4e2d e\u0301 1 + $ \u20ac _ !", None),
        ("", "", ""),
    ],
)
def test_no_control_direction_or_unassigned_character_is_repeated(
    text: str, folded: str, kept: str | None
) -> None:
    assert plain(text) == folded
    assert harmless(text) == (text if kept is None else kept)


def test_an_explanation_is_cut_at_300_characters() -> None:
    assert plain("x" * 300) == "x" * 300
    assert plain("x" * 301) == "x" * 299 + "…"
    assert plain("x" * 200 + " " * 300 + "y") == "x" * 200 + " y"
    assert plain("abcdef", 5) == "abcd…"


@pytest.mark.parametrize(
    ("text", "most", "left"), [("abc", 4, "abc"), ("abcd", 4, "abcd"), ("abcde", 4, "abc…"), ("abc", 1, "…")]
)
def test_what_is_cut_has_never_more_characters_than_it_may(text: str, most: int, left: str) -> None:
    assert cut(text, most) == left


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders", '"orders"'),
        ("", '""'),
        ('a"; DROP', '"a\'; DROP"'),
        ("a\nb", '"a b"'),
        ("x" * 63, f'"{"x" * 63}"'),
        ("x" * 64, f'"{"x" * 62}…"'),
    ],
)
def test_where_a_quoted_name_ends_can_be_seen(name: str, shown: str) -> None:
    assert quoted(name) == shown


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a; b"),
        (["a", "b", "c"], "a; b; and 1 more"),
        (["a", "b", "c", "d", "e"], "a; b; and 3 more"),
    ],
)
def test_at_most_so_many_are_named(items: list[str], text: str) -> None:
    assert listed(iter(items), 2) == text


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("It is so", "It is so."),
        ("It is so.", "It is so."),
        ("Stop!", "Stop!"),
        ("Is it?", "Is it?"),
        ("It is s…", "It is s…"),
        ("it: ", "it: ."),
        ("", "."),
    ],
)
def test_a_sentence_ends_once(text: str, ended: str) -> None:
    assert sentence(text) == ended


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("The server refused", "the server refused"),
        ("RDS has none", "RDS has none"),  # a name in capitals keeps them
        ("TLSv1.3 is off", "TLSv1.3 is off"),
        ("A proxy", "A proxy"),
        ("it is so", "it is so"),
        ("X", "X"),
        ("", ""),
    ],
)
def test_a_sentence_goes_on_in_lower_case_after_a_colon(text: str, after: str) -> None:
    assert clause(text) == after


def test_a_day_is_that_of_utc() -> None:
    assert day(datetime(2027, 1, 31, 23, 59, tzinfo=UTC)) == "2027-01-31"
    assert day(datetime(2027, 1, 31, 23, 30, tzinfo=timezone(timedelta(hours=-1)))) == "2027-02-01"
    assert day(datetime(2027, 2, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "2027-01-31"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 clients"), (1, "1 client"), (2, "2 clients"), (11, "11 clients")]
)
def test_one_is_not_many(count: int, words: str) -> None:
    assert counted(count, "client") == words
