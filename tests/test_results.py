"""The result of a batch as the report reads it, whichever version left it."""

import json

import pytest
from tlscheck.edges.documents import dump
from tlscheck.edges.results import load_result
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.result import BatchResult, result_of
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding

from tests.examples import NOW, ORDERS, REGION
from tests.judged import client, finding, judged

ROW = result_of(judged(clients=[client(tls=NOW)], findings=[finding()]))
ROOTS = Finding(REGION, REGION, "us-east-1", CheckId.TRUST_STORE, Status.PASSED, "", "")
HUBS: dict[str, Hub | Gap] = {"us-east-1": Hub(NOW), "eu-west-1": Gap("securityhub:DescribeHub", "AccessDenied")}
RESULT = BatchResult((ROW,), (ROOTS,), (ORDERS,), hubs=HUBS)


def test_a_result_is_read_as_it_was_left() -> None:
    left = load_result(dump(RESULT))
    assert (left.result, left.unread) == (RESULT, "")


def test_findings_of_checks_that_this_version_has_not_are_passed_over() -> None:
    document = json.loads(dump(RESULT))
    findings = document["databases"][0]["findings"]
    findings.append({**findings[0], "check": "quantum-safe"})
    document["listings"].append({**document["listings"][0], "check": "gone-by-now"})
    assert load_result(json.dumps(document)).result == RESULT


@pytest.mark.parametrize(
    "broken", [{"kind": "galaxy"}, {"traits": ["serverless-v3"]}, {"key": None}, {"findings": 3}]
)
def test_a_row_that_cannot_be_read_costs_none_of_the_others(broken: dict[str, object]) -> None:
    document = json.loads(dump(RESULT))
    document["databases"].insert(0, document["databases"][0] | broken)
    left = load_result(json.dumps(document))
    assert left.result == RESULT
    assert next(iter(broken)) in left.unread


def test_a_row_that_is_no_object_costs_none_of_the_others() -> None:
    document = json.loads(dump(RESULT))
    document["databases"].append("a text")
    left = load_result(json.dumps(document))
    assert left.result == RESULT
    assert left.unread


@pytest.mark.parametrize("text", ["{}", "[]", "null", "", "no JSON", '{"databases": 3}', '{"databases": []}'])
def test_what_is_no_result_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_result(text)
