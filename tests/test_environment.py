"""Environment variables of the doors: read once, and an error names the one that is wrong."""

from datetime import timedelta

import pytest
from tlscheck.edges.events import environment
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.edges.events.variables import BadEnvironment
from tlscheck.inventory.batch import Depth
from tlscheck.wire.target import Visit

from tests import template


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", "tlscheck-table")
    monkeypatch.setenv("BUCKET", "tlscheck-bucket")
    monkeypatch.setenv("REGIONS", "")
    monkeypatch.setenv("EVIDENCE_DAYS", "35")
    monkeypatch.setenv("SECURITY_HUB", "ENABLED")
    monkeypatch.setenv("EARLIER_INDEX", "by_kind")
    monkeypatch.setenv("STATE_MACHINE", "arn:aws:states:us-east-1:111122223333:stateMachine:tlscheck-Sweep")
    monkeypatch.setenv("DEFAULT_PROBE", "")
    monkeypatch.setenv("MAX_CONCURRENCY", "10")
    monkeypatch.setenv("BATCH_SIZE", "25")
    monkeypatch.setenv("SAMPLE_BATCH_SIZE", "100")


def test_discover_reads_what_it_is_told() -> None:
    assert environment.for_discover() == DiscoverEnvironment(
        "tlscheck-table",
        "tlscheck-bucket",
        (),
        timedelta(days=35),
        is_security_hub_enabled=True,
        earlier_index="by_kind",
        state_machine="arn:aws:states:us-east-1:111122223333:stateMachine:tlscheck-Sweep",
        has_default_probe=False,
        max_concurrency=10,
        batch_size=25,
        sample_batch_size=100,
    )
    assert environment.for_discover().size_of(Depth.FULL) == 25
    assert environment.for_discover().size_of(Depth.SAMPLE) == 100


@pytest.mark.parametrize(
    ("looks", "interval", "full", "sample"),
    [
        ("1", "60", 25, 100),
        # 4 rounds of 32 servers, each of 15 seconds and what lies between its looks, in 117 seconds.
        ("2", "14", 25, 100),
        ("2", "15", 25, 96),
        ("4", "10", 25, 64),
        # From the first look to the last a minute, whatever is asked for.
        ("10", "60", 25, 32),
        ("10", "6", 25, 32),
    ],
)
def test_a_batch_is_no_larger_than_what_a_probe_looks_at_in_its_time(
    monkeypatch: pytest.MonkeyPatch, looks: str, interval: str, full: int, sample: int
) -> None:
    monkeypatch.setenv("LOOKS", looks)
    monkeypatch.setenv("LOOK_INTERVAL", interval)
    read = environment.for_discover()
    assert (read.batch_size, read.sample_batch_size) == (full, sample)


def test_a_default_probe_is_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_PROBE", "arn:aws:lambda:us-east-1:111122223333:function:tlscheck-probe-1")
    assert environment.for_discover().has_default_probe


def test_a_table_whose_earlier_index_was_dropped_is_read_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_HUB", "DISABLED")
    monkeypatch.setenv("EARLIER_INDEX", " ")
    assert not environment.for_discover().is_security_hub_enabled
    assert environment.for_discover().earlier_index is None
    monkeypatch.delenv("EARLIER_INDEX")
    assert environment.for_discover().earlier_index is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" ", ()),
        ("us-east-1", ("us-east-1",)),
        ("us-gov-west-1, eusc-de-east-1,,us-gov-west-1", ("us-gov-west-1", "eusc-de-east-1")),
    ],
)
def test_regions_are_a_comma_separated_list(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: tuple[str, ...]
) -> None:
    monkeypatch.setenv("REGIONS", text)
    assert environment.for_discover().regions == expected


@pytest.mark.parametrize(
    "name",
    [
        *("TABLE", "BUCKET", "EVIDENCE_DAYS", "SECURITY_HUB", "STATE_MACHINE"),
        *("MAX_CONCURRENCY", "BATCH_SIZE", "SAMPLE_BATCH_SIZE"),
    ],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_variable_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(BadEnvironment, match=f"variable {name} is not set"):
        environment.for_discover()


@pytest.mark.parametrize("value", ["Frankfurt", "us-east-1;eu-west-1", "us-east-1 eu-west-1", "evil.example/"])
def test_a_region_that_cannot_be_one_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("REGIONS", value)
    with pytest.raises(BadEnvironment, match=r"variable REGIONS names .*, which is no Region's name"):
        environment.for_discover()


def test_a_probe_looks_as_usual_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOKS", "LOOK_INTERVAL", "PLAINTEXT_PROBE"):
        monkeypatch.delenv(name, raising=False)
    assert environment.for_probe() == Visit()


def test_a_probe_looks_as_its_template_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LOOKS", "3"), ("LOOK_INTERVAL", "10"), ("PLAINTEXT_PROBE", "ENABLED")):
        monkeypatch.setenv(name, value)
    assert environment.for_probe() == Visit(3, 10.0, plaintext=True)


@pytest.mark.parametrize(
    ("looks", "interval", "taken"),
    [
        *(("10", "60", 60 / 9), ("10", "7", 60 / 9), ("10", "6", 6.0)),
        *(("2", "60", 60.0), ("1", "60", 60.0), ("3", "31", 30.0)),
    ],
)
def test_looks_and_their_interval_are_each_taken_and_never_more_than_a_minute_in_all(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, looks: str, interval: str, taken: float
) -> None:
    monkeypatch.setenv("LOOKS", looks)
    monkeypatch.setenv("LOOK_INTERVAL", interval)
    assert environment.for_probe() == Visit(int(looks), taken)
    said = (
        f"{looks} looks every {interval} seconds are more than 60 seconds in all: they are taken every {taken:.1f}"
    )
    assert [said in each for each in caplog.messages] == ([True] if taken < float(interval) else [])


@pytest.mark.parametrize("looks", range(1, 11))
def test_no_looks_and_interval_that_the_template_takes_kill_the_probe(
    monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    parameters = template.load()["Parameters"]
    assert (parameters["Looks"]["MinValue"], parameters["Looks"]["MaxValue"]) == (1, 10)
    assert (parameters["LookInterval"]["MinValue"], parameters["LookInterval"]["MaxValue"]) == (1, 60)
    monkeypatch.setenv("LOOKS", str(looks))
    for interval in range(1, 61):
        monkeypatch.setenv("LOOK_INTERVAL", str(interval))
        assert environment.for_probe().seconds <= 60


@pytest.mark.parametrize(
    ("name", "value"), [("LOOKS", "11"), ("LOOKS", "x"), ("LOOK_INTERVAL", "61"), ("PLAINTEXT_PROBE", "yes")]
)
def test_a_probe_that_was_told_nonsense_does_not_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadEnvironment, match=name):
        environment.for_probe()
