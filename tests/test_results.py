"""The result of a batch as the report reads it, whichever version left it."""

import json

import pytest
from pydantic import ValidationError
from tlscheck.edges.documents import dump
from tlscheck.edges.results import load_result
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import NOW, ORDERS, REGION

CA = Finding(ORDERS, "us-east-1", CheckId.CA, Status.FAILED, "Retired.", "Change it.")
ROW = DatabaseResult(
    arn=ORDERS,
    identifier="orders-prod",
    region="us-east-1",
    kind=Kind.INSTANCE,
    enforcement=Enforcement.ENFORCED,
    certificate_authority="rds-ca-2019",
    certificate="TRUSTED to 2027-09-20",
    certificate_expires=NOW,
    tls_clients=1,
    plaintext_clients=0,
    verdict=Verdict.FIX_DATABASE,
    reason="Retired.",
    findings=(CA,),
    changed=("ca",),
)
ROOTS = Finding(REGION, "us-east-1", CheckId.TRUST_STORE, Status.PASSED, "", "")
RESULT = BatchResult((ROW,), (ROOTS,), (ORDERS,))


def test_a_result_is_read_as_it_was_left() -> None:
    assert load_result(dump(RESULT)) == RESULT


def test_findings_of_checks_that_this_version_has_not_are_passed_over() -> None:
    document = json.loads(dump(RESULT))
    findings = document["databases"][0]["findings"]
    findings.append({**findings[0], "check": "quantum-safe"})
    document["listings"].append({**document["listings"][0], "check": "gone-by-now"})
    assert load_result(json.dumps(document)) == RESULT


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(ValidationError):
        load_result("{}")
