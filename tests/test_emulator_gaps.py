"""Every stand-in of the emulated account is still needed: ministack itself still lacks what it stands in for."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.local_aws.emulator.account import PYTHON

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def itself() -> dict[str, Any]:
    """What ministack does without any stand-in."""
    run = subprocess.run(
        [PYTHON, "-m", "tests.local_aws.emulator.ministack_itself"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "GATEWAY_PORT": "1", "DOCKER_HOST": "unix:///no-docker.sock"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    facts: dict[str, Any] = json.loads(run.stdout)
    return facts


def test_ministack_is_the_version_that_the_stand_ins_were_written_for(itself: dict[str, Any]) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    assert f"ministack=={itself['version']}" in groups["emulator"]
    assert itself["version"] == "1.5.33"


def test_ministack_has_no_security_hub(itself: dict[str, Any]) -> None:
    assert not itself["has Security Hub"]


def test_ministacks_rds_lacks_certificates_engine_defaults_and_default_groups(itself: dict[str, Any]) -> None:
    assert itself["DescribeCertificates"] == "InvalidAction"
    assert itself["DescribeEngineDefaultParameters"] == "InvalidAction"
    assert itself["default group"] == "DBParameterGroupNotFound"


def test_ministack_enables_every_region(itself: dict[str, Any]) -> None:
    assert itself["disabled Regions"] == []


def test_ministack_hides_the_class_of_a_functions_error(itself: dict[str, Any]) -> None:
    assert itself["error type"] == "Runtime.HandlerError"


def test_ministack_lets_a_function_see_the_emulators_packages_and_variables(itself: dict[str, Any]) -> None:
    assert itself["function"] == {"leaked": True, "emulators": ["GATEWAY_PORT"]}


def test_ministack_waits_an_interval_before_a_rate_schedule_fires(itself: dict[str, Any]) -> None:
    assert not itself["rate schedule fires at once"]


def test_ministack_ignores_partial_failures_of_a_stream_batch(itself: dict[str, Any]) -> None:
    assert not itself["partial batch failures"]


def test_ministack_goes_on_with_a_map_whose_execution_was_stopped(itself: dict[str, Any]) -> None:
    assert not itself["stopped Maps stop"]


def test_ministack_runs_a_map_as_wide_as_it_likes_whatever_its_path_says(itself: dict[str, Any]) -> None:
    assert not itself["reads MaxConcurrencyPath"]


def test_ministack_takes_express_children_for_standard_ones(itself: dict[str, Any]) -> None:
    """Nothing stands in for it: no child of a sample is cut off here."""
    assert not itself["knows Express children"]


def test_ministack_does_not_authorize_parameters_by_their_path(itself: dict[str, Any]) -> None:
    assert not itself["authorizes paths"]


def test_ministack_refuses_an_alarm_on_an_expression(itself: dict[str, Any]) -> None:
    assert "(metric math) is not supported" in itself["alarm on an expression"]


def test_ministack_takes_plain_http_for_insecure(itself: dict[str, Any]) -> None:
    assert not itself["secure transport without a proxy"]


def test_ministack_opens_a_secret_to_who_may_not_decrypt_by_its_key(itself: dict[str, Any]) -> None:
    assert not itself["secrets are under a key"]


def test_ministack_checks_no_iam_login_to_postgresql(itself: dict[str, Any]) -> None:
    assert not itself["IAM login to PostgreSQL"]


def test_ministack_knows_no_organisation_of_several_accounts(itself: dict[str, Any]) -> None:
    assert itself["every account an organisation"]
    assert not itself["code of another account's bucket"]
    assert not itself["a policy's variables"]


@pytest.mark.parametrize(
    "fact",
    [
        "phrases are phrases",
        "prefix of streams",
        "a page has a next",
        "rare groups are not filtered",
        "retention",
        "queries count",
        "queries parse",
        "group names have a case",
    ],
)
def test_ministack_reads_logs_in_a_way_of_its_own(itself: dict[str, Any], fact: str) -> None:
    assert not itself[fact]
