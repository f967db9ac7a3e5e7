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


def report(**verdicts: str) -> dict[str, Any]:
    return {"databases": [{"arn": arn, "verdict": verdict} for arn, verdict in verdicts.items()]}


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
