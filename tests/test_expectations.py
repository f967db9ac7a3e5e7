"""The demonstration notices a finding that is missing, wrong, or one too many."""

from typing import Any

import pytest
from tlscheck.verdict.check import Status
from tlscheck.verdict.readiness import Verdict

from tests.local_aws.expectations import mismatches
from tests.local_aws.fleet.databases import Expected

ORDERS = "arn:aws:rds:us-east-1:111122223333:db:orders-prod"
REGION = "arn:aws:rds:us-east-1:111122223333:region"
EXPECTED = {ORDERS: Expected(Verdict.CLEAR, {"ca": Status.PASSED}, {"ca": "rds-ca-rsa2048-g1"})}


def finding(status: str = "PASSED", reason: str = "Its CA is rds-ca-rsa2048-g1.") -> dict[str, str]:
    return {"status": status, "reason": reason}


def report(*listings: dict[str, str], **verdicts: str) -> dict[str, Any]:
    rows = [{"arn": arn, "verdict": verdict} for arn, verdict in verdicts.items()]
    return {"databases": rows, "listings": list(listings)}


RIGHT = {ORDERS: {"ca": finding()}, REGION: {"not-observed": finding()}}


def test_what_must_be_found_and_is_found_is_no_mismatch() -> None:
    assert mismatches(EXPECTED, RIGHT, report(**{ORDERS: "CLEAR"})) == []


@pytest.mark.parametrize(
    ("findings", "verdict", "said"),
    [
        ({**RIGHT, ORDERS: {}}, "CLEAR", "ca is None, not PASSED"),
        ({**RIGHT, ORDERS: {"ca": finding("FAILED")}}, "CLEAR", "ca is FAILED, not PASSED"),
        ({**RIGHT, ORDERS: {"ca": finding(reason="Fine.")}}, "CLEAR", "ca does not name rds-ca-rsa2048-g1"),
        ({**RIGHT, ORDERS: {"ca": finding(), "new": finding()}}, "CLEAR", "new is PASSED, not None"),
        ({**RIGHT, f"{ORDERS}-2": {"ca": finding()}}, "CLEAR", "must not have findings"),
        ({**RIGHT, REGION: {"not-observed": finding("NOT_OBSERVED")}}, "CLEAR", "was not listed completely"),
        (RIGHT, "FIX_CLIENTS", "has the verdict FIX_CLIENTS, not CLEAR"),
    ],
)
def test_anything_else_is_said(findings: dict[str, Any], verdict: str, said: str) -> None:
    (line,) = mismatches(EXPECTED, findings, report(**{ORDERS: verdict}))
    assert said in line


def test_a_database_in_the_report_that_must_not_be_there_is_said() -> None:
    (line,) = mismatches(EXPECTED, RIGHT, report(**{ORDERS: "CLEAR", "arn:aws:rds:graph": "CLEAR"}))
    assert line == "arn:aws:rds:graph must not be in the report"


NOT_TO_BE_TOLD = "trust-store must not be in the report as FAILED"


@pytest.mark.parametrize(
    ("wanted", "found", "listings", "said"),
    [
        ({"trust-store": Status.FAILED}, "FAILED", ["FAILED"], []),
        ({"trust-store": Status.FAILED}, "FAILED", [], ["trust-store is not in the report as FAILED"]),
        ({"trust-store": Status.PASSED}, "PASSED", [], []),
        ({"trust-store": Status.INFORMATIONAL}, "INFORMATIONAL", [], []),
        (
            {"trust-store": Status.PASSED},
            "PASSED",
            ["FAILED"],
            [NOT_TO_BE_TOLD],
        ),
        # A Region without a database.
        ({}, None, [], []),
        ({}, "PASSED", [], ["trust-store is PASSED, not None"]),
        ({}, None, ["FAILED"], [NOT_TO_BE_TOLD]),
    ],
)
def test_of_a_region_that_is_told_which_must_be_and_nothing_else(
    wanted: dict[str, Status], found: str | None, listings: list[str], said: list[str]
) -> None:
    expected = {**EXPECTED, REGION: Expected(None, wanted)}
    findings = {ORDERS: RIGHT[ORDERS], **({REGION: {"trust-store": finding(found)}} if found else {})}
    rows = ({"resource": REGION, "check": "trust-store", "status": each} for each in listings)
    lines = mismatches(expected, findings, report(*rows, **{ORDERS: "CLEAR"}))
    assert lines == [f"{REGION} {each}" for each in said]
