"""Events typed by a person: what is understood, and errors that name field, value and what is allowed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges import clock
from tlscheck.edges.events import console
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.request import Request

SWEEP = {"id": "nightly-1", "started_at": "2025-01-01T04:00:00.123+01:00"}


@pytest.mark.parametrize(
    ("event", "request_"),
    [
        ({}, Request()),
        ({"request": {}}, Request()),
        ({"request": {"depth": "sample"}}, Request(Depth.SAMPLE)),
        ({"request": {"retire": True}}, Request(Depth.RETIRE)),
        ({"request": {"retire": None, "depth": "full"}}, Request()),
        ({"request": {"regions": ["us-gov-west-1"]}}, Request(regions=("us-gov-west-1",))),
        (
            {"request": {"databases": ["orders-prod", "arn:aws-cn:rds:cn-north-1:123456789012:cluster:ledger"]}},
            Request(databases=("orders-prod", "arn:aws-cn:rds:cn-north-1:123456789012:cluster:ledger")),
        ),
    ],
)
def test_what_may_be_asked(event: dict[str, Any], request_: Request) -> None:
    assert console.discover(event) == (request_, None)
    narrow = bool(request_.regions or request_.databases)
    sweep = Sweep("nightly-1", datetime(2025, 1, 1, 3, 0, 0, 123000, tzinfo=UTC), request_.depth, narrow)
    assert console.discover({**event, "sweep": SWEEP}) == (request_, sweep)


A_DEPTH = '"full" (the control plane and every server) or "sample" (connections only)'
REGIONS = 'enabled Regions like ["eu-central-1"]; leave it out for all'
DATABASES = "identifiers or ARNs of instances, clusters and proxies, with * and ?; leave it out for all"
FIELDS = "depth, regions, databases, clusters, engines, tags, schedule, retire"
A_SCHEDULE = (
    "of a sample that looks at a random moment of its interval, the schedule that starts it, like "
    '"rate(15 minutes)"; leave it out to look at once'
)
ALONE = "true, alone, to archive in Security Hub CSPM all that was sent there; else leave it out"
A_NAME = "the execution's name: 1 to 80 letters, digits or ._+=@()!'-"
A_MOMENT = 'a moment like "2026-11-24T03:00:00Z", with its zone, not in the future'


@pytest.mark.parametrize(
    ("event", "fault", "allowed"),
    [
        ({"requst": {}}, "unknown key in event: 'requst'", "request, sweep"),
        ({"regions": ["us-east-1"]}, "unknown key in event: 'regions'", "request, sweep"),
        ({"request": {"region": "x"}}, "unknown key in request: 'region'", FIELDS),
        ([], "event: []", "an object with request, sweep"),
        (None, "event: null", "an object with request, sweep"),
        ({"request": None}, "request: null", f"an object with {FIELDS}"),
        ({"request": {"depth": "deep"}}, "request.depth: 'deep'", A_DEPTH),
        ({"request": {"regions": "us-east-1"}}, "request.regions: 'us-east-1'", REGIONS),
        ({"request": {"regions": ["us-east-1", "Frankfurt"]}}, "request.regions[1]: 'Frankfurt'", REGIONS),
        ({"request": {"databases": [7]}}, "request.databases[0]: 7", DATABASES),
        ({"request": {"databases": []}}, "request.databases: []", DATABASES),
        ({"request": {"depth": "sample", "schedule": "hourly"}}, "request.schedule: 'hourly'", A_SCHEDULE),
        ({"request": {"depth": "sample", "schedule": 15}}, "request.schedule: 15", A_SCHEDULE),
        (
            {"request": {"schedule": "rate(1 day)"}},
            "request.schedule: 'rate(1 day)'",
            "only in a sample: a full sweep looks at once",
        ),
        (
            {"request": {"retire": True, "schedule": "rate(1 day)"}},
            "request.schedule: 'rate(1 day)'",
            "nothing beside retire",
        ),
        ({"request": {"retire": False}}, "request.retire: false", ALONE),
        ({"request": {"retire": "yes"}}, "request.retire: 'yes'", ALONE),
        ({"request": {"retire": True, "depth": "full"}}, "request.depth: 'full'", "nothing beside retire"),
        (
            {"request": {"retire": True, "tags": {"a": "b"}, "regions": ["us-east-1"]}},
            """request.regions: ["us-east-1"]""",
            "nothing beside retire",
        ),
        ({"sweep": {"id": "a/../b", "started_at": "2025-01-01T00:00:00Z"}}, "sweep.id: 'a/../b'", A_NAME),
    ],
)
def test_what_may_not_be_asked_is_named_with_what_may(event: Any, fault: str, allowed: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        console.discover(event)
    assert str(refusal.value) == f"{fault} is not allowed; allowed: {allowed}"


def test_a_sample_of_a_schedule_begins_within_its_interval_and_one_by_hand_when_it_is_started() -> None:
    started_at = datetime(2026, 11, 24, 3, tzinfo=UTC)

    def begun(number: int, **request: Any) -> datetime:
        sweep = {"id": f"s-{number}", "started_at": started_at.isoformat()}
        _, found = console.discover({"request": {"depth": "sample", **request}, "sweep": sweep})
        assert found is not None
        return found.started_at

    assert {begun(number) for number in range(20)} == {started_at}
    waited = {begun(number, schedule="rate(15 minutes)") - started_at for number in range(200)}
    assert len(waited) > 150
    assert timedelta() <= min(waited) < timedelta(minutes=1)
    assert timedelta(minutes=14) < max(waited) < timedelta(minutes=15)


def test_what_is_missing_is_named_with_what_it_must_be() -> None:
    with pytest.raises(BadRequest) as refusal:
        console.discover({"sweep": {"id": "nightly-1"}})
    assert str(refusal.value) == f"sweep.started_at: missing; it must be {A_MOMENT}"


def test_every_fault_is_named() -> None:
    with pytest.raises(BadRequest, match=r"^request\.depth: 1 .*; unknown key in event: 'x' is not allowed"):
        console.discover({"request": {"depth": 1}, "x": 0})


@pytest.mark.parametrize(
    "started_at",
    [
        "2025-01-01T00:00:00",
        "yesterday",
        1735689600,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2999-01-01T00:00:00Z",
    ],
)
def test_a_start_without_zone_or_from_the_future_is_refused(started_at: object) -> None:
    with pytest.raises(BadRequest, match=r"^sweep\.started_at: "):
        console.discover({"sweep": {"id": "nightly-1", "started_at": started_at}})


def test_clocks_may_differ_by_a_few_minutes_and_no_more() -> None:
    def sweep_in(minutes: int) -> dict[str, Any]:
        return {"sweep": {"id": "nightly-1", "started_at": (clock.now() + timedelta(minutes=minutes)).isoformat()}}

    assert console.discover(sweep_in(2))[1] is not None
    with pytest.raises(BadRequest, match=r"^sweep\.started_at: "):
        console.discover(sweep_in(10))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x" * 100_000, id="very long"),
        "orders-prod\n",
        "orders prod",
        "-orders",
        "../orders",
        "arn:aws:rds:us-east-1:123456789012:snapshot:orders",
        "arn:aws:s3:::orders",
        "",
        pytest.param("\u202eorders", id="right to left"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_a_hostile_name_is_refused_in_a_short_and_plain_message(name: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        console.discover({"request": {"databases": [name]}})
    message = str(refusal.value)
    assert len(message) < 400
    assert message.isascii()
    assert message.isprintable()


def test_a_hostile_key_is_cut_too() -> None:
    with pytest.raises(BadRequest) as refusal:
        console.discover({"\x00" * 5000: 1})
    assert len(str(refusal.value)) < 250


def test_many_faults_make_no_endless_message() -> None:
    with pytest.raises(BadRequest, match=r"\(and 95 more\)$") as refusal:
        console.discover({"request": {"regions": ["?"] * 100}})
    assert len(str(refusal.value)) < 1000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["request", "sweep", "depth", "regions", "databases", "id", "started_at"])


@given(json_values | st.dictionaries(keys, json_values | st.dictionaries(keys, json_values)))
def test_any_event_is_understood_or_refused_by_name(event: object) -> None:
    with suppress(BadRequest):
        request, _ = console.discover(event)
        assert isinstance(request, Request)
