"""A Region's name is the same at every door: the console's, the environment's, the probe's and the command's."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.command.main import main
from tlscheck.edges.events import client_event, console, trust_store_event, variables
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import is_region
from tlscheck.wire.request import targets

from tests import template

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
TARGET = {"arn": "arn:1", "host": HOST, "port": 5432, "login": "none"}

PARTITIONS = {"cn-north-1": "aws-cn", "eusc-de-east-1": "aws-eusc", "us-isof-south-1": "aws-iso-f"}

DOORS: dict[str, Callable[[str], object]] = {
    "discover": lambda region: console.discover({"request": {"regions": [region]}}),
    "discover, an ARN": lambda region: console.discover(
        {"request": {"databases": [f"arn:{PARTITIONS.get(region, 'aws')}:rds:{region}:123456789012:db:orders"]}}
    ),
    "build_trust_store": lambda region: trust_store_event.asked({"regions": [region]}),
    "check_client": lambda region: client_event.asked({"connection": f"host={HOST}", "region": region}),
    "probe": lambda region: targets({"targets": [TARGET | {"region": region}]}),
}


NONSENSE = ["nonsense", "frankfurt", "eu-central-1a", "EU-CENTRAL-1", "eu-central-1 ", ""]
TAKEN = ["eu-central-1", "cn-north-1", "eusc-de-east-1", "us-isof-south-1", "xx-newplace-1"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("region", TAKEN)
def test_a_region_is_taken_at_every_door(door: str, region: str) -> None:
    DOORS[door](region)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("region", NONSENSE)
def test_what_is_no_region_is_refused_at_every_door(door: str, region: str) -> None:
    with pytest.raises(BadRequest, match="allowed: ") as refused:
        DOORS[door](region)
    if "ARN" not in door:
        assert "eu-central-1" in str(refused.value).split("allowed: ")[-1]


@pytest.mark.parametrize("region", TAKEN)
def test_a_region_is_taken_from_the_environment(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIONS", f"us-east-1, {region}")
    assert variables.regions("REGIONS") == ("us-east-1", region)


@pytest.mark.parametrize("region", [each for each in NONSENSE if each.strip() == each != ""])
def test_what_is_no_region_is_refused_in_the_environment(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIONS", f"us-east-1,{region}")
    with pytest.raises(variables.BadEnvironment) as refused:
        variables.regions("REGIONS")
    assert str(refused.value) == (
        f"the environment variable REGIONS names '{region}', which is no Region's name; "
        "allowed: a Region's name such as eu-central-1"
    )


COMMANDS = {
    "client": ["client", f"host={HOST} sslmode=require"],
    "trust-store show": ["trust-store", "show", "roots.pem"],
    "trust-store build": ["trust-store", "build", "--output", "new"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("region", [each for each in NONSENSE if each])
def test_the_command_refuses_what_is_no_region_in_a_line(
    command: str,
    region: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roots.pem").write_text("")
    assert main([*COMMANDS[command], "--region", region]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert f"'{region}' is not allowed; allowed: " in said.err
    assert "eu-central-1" in said.err
    assert [each.name for each in tmp_path.iterdir()] == ["roots.pem"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_asks_after_a_region_that_is_empty(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMANDS[command], "--region", ""]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "tlscheck: an argument is empty; does it stand for a variable that is not set?\n",
    )


ALLOWED = template.load()["Parameters"]["Regions"]["AllowedPattern"]
TELLING = [
    *("eu-central-12", "us-gov-west-1", "us-isob-east-1", "eu-isoe-west-1", "us-iso-west-1", "cn-northwest-1"),
    *(
        "eu-a-b-c-1",
        "abcd-x-1",
        "us-xxx-east-1",
        "eusc-east-1",
        "eu-central-123",
        "us-isoe-east-1",
        "eu-iso-west-1",
    ),
    *("us-west-2-lax-1", "aws-global", "cn-global", "gov-west-1", "eusc-d-east-1", f"eu-{'a' * 21}-1", "e-west-1"),
]


def test_the_templates_parameter_takes_the_same_regions() -> None:
    assert all(re.search(ALLOWED, region) for region in TAKEN)
    assert re.search(ALLOWED, ",".join(TAKEN))
    assert not [region for region in NONSENSE if region and re.search(ALLOWED, region)]
    assert not [text for text in (",", "eu-west-1,", ",eu-west-1", "eu-west-1,,eu-west-2") if takes(text)]


def takes(text: str) -> bool:
    return re.search(ALLOWED, text) is not None


@pytest.mark.parametrize("region", TELLING)
def test_the_template_and_the_doors_agree(region: str) -> None:
    assert takes(region) is takes(f"us-east-1,{region}") is takes(f"{region},us-east-1") is is_region(region)


@given(
    st.from_regex(r"(?a:[a-z]{1,4}(-(gov|iso[a-f]?|[a-z]{1,3}))?-[a-z]{1,22}-[0-9]{1,3})", fullmatch=True)
    | st.builds("-".join, st.lists(st.sampled_from(["us", "eu", "cn", "eusc", "gov", "isob", "west", "1"])))
)
def test_the_template_takes_a_region_that_the_doors_take_and_no_other(text: str) -> None:
    assert takes(text) is (is_region(text) or text == "")
