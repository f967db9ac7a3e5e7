"""Environment variables of the doors: read once, and an error names the one that is wrong."""

from datetime import timedelta

import pytest
from tlscheck.edges.events import environment
from tlscheck.edges.events.environment import BadEnvironment, DiscoverEnvironment
from tlscheck.wire.target import Visit


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", "tlscheck-table")
    monkeypatch.setenv("BUCKET", "tlscheck-bucket")
    monkeypatch.setenv("REGIONS", "")
    monkeypatch.setenv("EVIDENCE_DAYS", "35")
    monkeypatch.setenv("SECURITY_HUB", "ENABLED")
    monkeypatch.setenv("EARLIER_INDEX", "by_kind")


def test_discover_reads_what_it_is_told() -> None:
    assert environment.for_discover() == DiscoverEnvironment(
        "tlscheck-table",
        "tlscheck-bucket",
        (),
        timedelta(days=35),
        is_security_hub_enabled=True,
        earlier_index="by_kind",
    )


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


@pytest.mark.parametrize("name", ["TABLE", "BUCKET", "EVIDENCE_DAYS", "SECURITY_HUB"])
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
    ("name", "value"), [("LOOKS", "11"), ("LOOKS", "x"), ("LOOK_INTERVAL", "61"), ("PLAINTEXT_PROBE", "yes")]
)
def test_a_probe_that_was_told_nonsense_does_not_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadEnvironment, match=name):
        environment.for_probe()
