"""When a batch's looks were, as one item: only of the servers that it showed everybody of, and bounded in time."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.aws.noted_items import BatchLooks, moments_of, noted_item, place_of, sort_since

from tests.examples import NOW

KEYS = [f"aws:111122223333:us-east-1:db-{number}" for number in range(100)]


@given(st.dictionaries(st.sampled_from(KEYS), st.integers(0, 21_600), max_size=20))
def test_moments_come_back_to_the_second(after: dict[str, int]) -> None:
    moments = {key: NOW + timedelta(seconds=each) for key, each in after.items()}
    item = noted_item(BatchLooks("us-east-1 vpc-1", "samples/s/batches/0001.json", NOW, moments))
    assert moments_of([item, item], KEYS) == {key: (at, at) for key, at in moments.items()}
    assert moments_of([item], []) == {}


def test_a_batch_of_a_hundred_fits_into_a_write_unit() -> None:
    noted = BatchLooks(
        "us-east-1 vpc-0a1b2c3d4e5f6a7b8", "samples/s/batches/0001.json", NOW, dict.fromkeys(KEYS, NOW)
    )
    assert len(noted_item(noted)["seen"]) + len("".join(place_of(noted))) < 960


def test_what_cannot_be_read_back_costs_itself_alone() -> None:
    good = noted_item(BatchLooks("n", "b", NOW, {KEYS[0]: NOW}))
    bad: list[dict[str, Any]] = [{}, {"began": "yesterday", "seen": b""}, {"began": NOW.isoformat(), "seen": 7.5}]
    assert moments_of([*bad, good, {"began": NOW.isoformat(), "seen": b"123"}], KEYS) == {KEYS[0]: (NOW,)}


def test_items_are_read_in_the_order_of_time() -> None:
    def sort(at: datetime) -> str:
        return place_of(BatchLooks("n", "samples/s/batches/0001.json", at, {}))[1]

    assert sort_since(NOW) < sort(NOW - timedelta(hours=2, minutes=59)) < sort(NOW)
    assert sort(NOW - timedelta(hours=3, seconds=1)) < sort_since(NOW)
