"""The item of a server's log holds all that is kept of it, in few bytes, whatever strangers called themselves."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.aws.log_items import log_item, log_of
from tlscheck.ledger.logged import Fallback, FileMark, Hole, LeftOut, LockedOut, Logged, Met, Stretch
from tlscheck.log.event import Rejection
from tlscheck.verdict.remembered import KeptLog

from tests.kept import DAY, HOUR, KEY, NOON
from tests.test_client_items import size

ATTRIBUTES = {
    *("covered_spans", "hole_spans", "rejections", "locked_out", "fallbacks", "unread", "a_day", "a_day_until"),
    *("left_out", "read_at", "marks", "expires_at"),
    "late",
    "again",
}


def in_order(holes: list[Hole]) -> tuple[Hole, ...]:
    return tuple(sorted(holes, key=lambda hole: (hole.stretch.since, hole.why, hole.stretch.until)))


moments = st.timedeltas(timedelta(days=-900), timedelta(days=900)).map(lambda since: NOON + since)
stretches = st.builds(Stretch, moments, moments)
texts = st.text(max_size=63)
met = st.builds(Met, moments, moments)
logs = st.builds(
    Logged,
    st.lists(stretches, max_size=4).map(tuple),
    st.lists(st.builds(Hole, stretches, texts), max_size=4).map(in_order),
    st.dictionaries(st.tuples(st.sampled_from(Rejection), texts), met, max_size=4),
    st.dictionaries(st.builds(LockedOut, texts, texts, texts), met, max_size=4),
    st.dictionaries(st.builds(Fallback, texts, texts, texts, texts), met, max_size=4),
    st.dictionaries(texts, moments, max_size=4),
    st.none() | st.floats(0, 10**9),
    st.none() | moments,
    st.dictionaries(st.sampled_from(LeftOut), moments),
    st.none() | moments,
    st.dictionaries(
        st.integers(0, 6).map(lambda day: NOON.replace(hour=0) - day * DAY),
        st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
    ),
    st.none() | st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes)),
    st.lists(st.builds(FileMark, texts, texts, moments, st.integers(0, 10**12)), max_size=4).map(tuple),
)


def stored(logged: Logged) -> dict[str, Any]:
    return {"pk": KEY, "sk": "log", **log_item(KeptLog(KEY, logged)), "version": 7}


@given(logs)
def test_any_log_survives_its_item(logged: Logged) -> None:
    deserialize, serialize = TypeDeserializer().deserialize, TypeSerializer().serialize
    item = {name: deserialize(serialize(value)) for name, value in stored(logged).items()}
    assert log_of(item) == KeptLog(KEY, logged, 7)
    assert log_item(KeptLog(KEY, logged)).keys() <= ATTRIBUTES


def test_what_was_kept_at_first_is_still_read() -> None:
    """Whether anything was left out, and not of what nor when: of all, and when that was read at the latest."""
    item = {**stored(Logged(read_at=NOON)), "version": Decimal(7)}
    assert log_of(item | {"left_out": True}).logged.left_out == dict.fromkeys(LeftOut, NOON)
    assert log_of(item | {"left_out": False}).logged == log_of(item).logged == Logged(read_at=NOON)


def test_it_expires_90_days_after_the_newest_of_it() -> None:
    rejected = {(Rejection.RESET, "10.0.0.1"): Met(NOON, NOON + HOUR)}
    fallen = {Fallback("10.0.0.1", "app", "orders", "web"): Met(NOON, NOON + 2 * HOUR)}
    for logged, after in (
        (Logged(covered=(Stretch(NOON, NOON + 3 * HOUR),), rejections=rejected, fallbacks=fallen), 3),
        (Logged(covered=(Stretch(NOON - HOUR, NOON),), rejections=rejected, fallbacks=fallen), 2),
        (Logged(rejections=rejected), 1),
        (Logged(rejections=rejected, locked_out={LockedOut("10.0.0.1", "", ""): Met(NOON, NOON + 4 * HOUR)}), 4),
        (Logged(rejections=rejected, read_at=NOON + 5 * HOUR), 5),
    ):
        expected = int((NOON + after * HOUR + 90 * DAY).timestamp())
        assert log_item(KeptLog(KEY, logged))["expires_at"] == expected
    assert log_item(KeptLog(KEY, Logged())) == {}


def test_one_that_was_read_without_a_gap_and_had_ten_refusals_is_one_write_unit() -> None:
    rejected = {
        (Rejection.UNKNOWN_CA, f"2001:db8:85a3:8d3:1319:8a2e:370:73{number:02}"): Met(NOON, NOON + HOUR)
        for number in range(10)
    }
    logged = Logged(
        covered=(Stretch(NOON - 35 * DAY, NOON),),
        rejections=rejected,
        a_day=1234.5,
        a_day_until=NOON,
        read_at=NOON,
        late={NOON.replace(hour=0) - day * DAY: timedelta(seconds=90) for day in range(7)},
        again=timedelta(minutes=15),
    )
    assert sum(len(name) + size(value) for name, value in stored(logged).items()) <= 1024


@pytest.mark.parametrize(
    "wrong",
    [
        {"covered": "1"},
        {"covered": "x y"},
        {"rejections": "0 0 a-word-of-a-later-version 10.0.0.1"},
        {"unread": {"it was cut": 7}},
        {"a_day": "many"},
        {"late": "5041 a few"},
        {"again": "later"},
    ],
)
def test_an_item_of_another_kind_is_named_and_read_as_none(wrong: dict[str, Any]) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError)):
        log_of({**stored(Logged()), **wrong})


def test_400_days_of_which_every_other_hour_is_silent_leave_room_in_an_item() -> None:
    begins = NOON - 400 * DAY
    hours = [Stretch(begins + number * HOUR, begins + (number + 1) * HOUR) for number in range(9600)]
    silent = tuple(Hole(each, "no line of any connection in that time") for each in hours[1::2])
    kept = log_item(KeptLog(KEY, Logged(covered=tuple(hours[::2]), holes=silent)))
    assert size(kept) < 100 * 1024
