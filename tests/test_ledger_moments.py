"""When looks were: kept to the second, in few bytes, and merged whatever order they come in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.aws.packed_moments import packed, unpacked
from tlscheck.ledger.moments import day_begins, merged

NOW = datetime(2026, 11, 27, 3, 15, 7, 123456, tzinfo=UTC)
MOMENTS = st.lists(
    st.datetimes(NOW.replace(tzinfo=None) - timedelta(days=60), NOW.replace(tzinfo=None)).map(
        lambda each: each.replace(tzinfo=UTC)
    ),
    max_size=30,
)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_merging_is_a_union(one: list[datetime], other: list[datetime], third: list[datetime]) -> None:
    assert merged(NOW, one, other) == merged(NOW, other, one)
    assert merged(NOW, merged(NOW, one, other), third) == merged(NOW, one, merged(NOW, other, third))
    assert merged(NOW, one, one) == merged(NOW, one)


def test_a_moment_is_kept_for_35_days_and_to_the_second() -> None:
    old, kept = NOW - timedelta(days=35), NOW - timedelta(days=34, hours=23)
    assert merged(NOW, [NOW, old, kept]) == (kept.replace(microsecond=0), NOW.replace(microsecond=0))


def test_the_newest_of_very_many_are_kept() -> None:
    all_of_them = [NOW - timedelta(seconds=each) for each in range(30_000)]
    found = merged(NOW, all_of_them)
    assert (len(found), found[-1]) == (20_000, NOW.replace(microsecond=0))


def test_a_day_begins_at_midnight_of_utc() -> None:
    assert day_begins(datetime.fromisoformat("2026-11-27T01:30:00+02:00")) == datetime(2026, 11, 26, tzinfo=UTC)


@given(MOMENTS)
def test_packing_loses_nothing(moments: list[datetime]) -> None:
    known = merged(NOW, moments)
    assert unpacked(packed(known)) == known


def test_a_day_of_looks_fits_beside_a_look_and_35_days_into_7_kb() -> None:
    looks = [
        datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=900 * each + each % 840) for each in range(3360)
    ]
    assert len(packed(looks[:96])) <= 196
    assert len(packed(looks)) <= 7 * 1024


@pytest.mark.parametrize("text", [b"\x80", b"\xff\xff\xff\xff\xff\xff\x01", b"\xff\xff\xff\xff\xff", b"\x05\x80"])
def test_what_is_cut_off_or_too_long_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="a moment is"):
        unpacked(text)
