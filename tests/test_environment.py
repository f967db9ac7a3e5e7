"""Environment variables of the doors: read once, and an error names the one that is wrong."""

import pytest
from tlscheck.edges import environment
from tlscheck.edges.environment import BadEnvironment, DiscoverEnvironment


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", "tlscheck-table")
    monkeypatch.setenv("BUCKET", "tlscheck-bucket")
    monkeypatch.setenv("REGIONS", "")


def test_discover_reads_its_table_and_bucket() -> None:
    assert environment.for_discover() == DiscoverEnvironment("tlscheck-table", "tlscheck-bucket", ())


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


@pytest.mark.parametrize("name", ["TABLE", "BUCKET"])
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
