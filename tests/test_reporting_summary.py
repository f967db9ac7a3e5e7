"""A sweep in figures, rows and one message."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges import documents
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.ledger.client import Client
from tlscheck.reporting.delivery import Delivery
from tlscheck.reporting.message import message_of
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_key, result_of
from tlscheck.reporting.summary import Summary, report_key, summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.checks.not_observed import judge_region
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.readiness import Verdict

from tests.examples import (
    ACCOUNT,
    NOT_ENFORCED,
    NOW,
    REGION,
    client,
    cluster,
    database,
    evidence,
    plaintext_client,
)

SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
SAMPLE = replace(SWEEP, depth=Depth.SAMPLE)
REPORT = "s3://tlscheck/sweeps/nightly-1/report.json"


def named(identifier: str, **changes: object) -> Database:
    return database(identifier=identifier, arn=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{identifier}", **changes)


def row(of: Database, *known: Client) -> DatabaseResult:
    return result_of(judge(evidence(of, clients=known), (), SWEEP, timedelta(days=90)))


CLEAR = row(named("reports"), client())
LOOSE = row(
    named("billing-staging", force_ssl=NOT_ENFORCED), client("a"), plaintext_client("b"), plaintext_client("c")
)
CLUSTER = row(cluster())
LOST = Batch("us-east-1", "vpc-1", (named("stuck"),))


def summary(*rows: DatabaseResult, sweep: Sweep = SWEEP, **changes: object) -> Summary:
    fields: dict[str, object] = {"lost": {}, "refused_deliveries": ()}
    return summarise(sweep, [BatchResult(rows, ())], **fields | changes)  # type: ignore[arg-type] # typed where it is called


def test_a_row_says_what_is_known_of_a_database() -> None:
    assert LOOSE.tls_clients == 1
    assert LOOSE.plaintext_clients == 2
    assert LOOSE.certificate == "TRUSTED to 2027-09-20"
    assert LOOSE.verdict is Verdict.FIX_CLIENTS
    assert set(LOOSE.changed) == {finding.check for finding in LOOSE.findings} >= {CheckId.CA, CheckId.ROTATION}
    assert CLUSTER.certificate == ""


def test_verdicts_and_checks_are_counted() -> None:
    counted = summary(CLEAR, LOOSE, CLUSTER)
    assert counted.verdicts == {
        Verdict.FIX_DATABASE: 0,
        Verdict.FIX_CLIENTS: 1,
        Verdict.NOT_OBSERVED: 0,
        Verdict.CLEAR: 2,
    }
    assert counted.checks["force-ssl"] == {Status.PASSED: 2, Status.FAILED: 1}
    assert counted.checks["ca"] == {Status.PASSED: 3}


def test_the_most_pressing_come_first() -> None:
    assert [each.identifier for each in summary(CLEAR, LOOSE, CLUSTER).databases] == [
        "billing-staging",
        "ledger",
        "reports",
    ]


def test_a_batch_without_result_leaves_its_databases_not_observed() -> None:
    lost = summary(CLEAR, lost={"sweeps/nightly-1/batches/0002.json": LOST})
    assert lost.lost_batches == ("sweeps/nightly-1/batches/0002.json",)
    assert lost.verdicts[Verdict.NOT_OBSERVED] == 1
    assert "Its batch failed in this sweep" in lost.databases[0].reason


def test_only_regions_with_gaps_are_named() -> None:
    gap = Gap("rds:DescribeDBInstances", "AccessDenied")
    ireland = RegionListing(REGION.replace("us-east-1", "eu-west-1"), "eu-west-1", 0, (gap,))
    findings = tuple(
        judge_region(RegionEvidence(listing, {}, NOW))
        for listing in (RegionListing(REGION, "us-east-1", 2), ireland)
    )
    listed = summarise(SWEEP, [BatchResult((), findings)], {}, ())
    assert [each.region for each in listed.listings] == ["eu-west-1"]
    assert listed.checks == {"not-observed": {Status.PASSED: 1, Status.NOT_OBSERVED: 1}}


def test_a_summary_is_a_json_document() -> None:
    counted = summary(CLEAR, LOOSE, CLUSTER, lost={"sweeps/nightly-1/batches/0002.json": LOST})
    assert documents.load(Summary, documents.dump(counted)) == counted
    assert documents.load(BatchResult, documents.dump(BatchResult((CLEAR,), ()))) == BatchResult((CLEAR,), ())


def test_the_keys_of_a_sweep_lie_beside_each_other() -> None:
    assert result_key("sweeps/nightly-1/batches/0001.json") == "sweeps/nightly-1/results/0001.json"
    assert report_key(SWEEP) == "sweeps/nightly-1/report.json"


def test_a_message_names_what_is_to_be_done() -> None:
    refused = Delivery(REGION, "us-east-1", "AccessDeniedException: not authorized", NOW)
    message = message_of(summary(CLEAR, LOOSE, refused_deliveries=(refused,)), REPORT)
    assert message is not None
    assert message.subject == "tlscheck: fix 0 databases, clients of 1; 0 not observed, 1 clear"
    assert message.body.startswith("2 databases in the full sweep that started at 2026-11-24 03:00 UTC.")
    assert REPORT in message.body
    assert "FIX_CLIENTS billing-staging in us-east-1" in message.body
    assert "us-east-1: Security Hub refused findings (AccessDeniedException: not authorized)" in message.body
    assert "reports" not in message.body.replace(REPORT, "")


@pytest.mark.parametrize(
    ("sweep", "of", "is_sent"),
    [
        (SWEEP, replace(CLEAR, changed=()), True),
        (SAMPLE, replace(CLEAR, changed=()), False),
        (SAMPLE, CLEAR, True),
    ],
)
def test_a_sample_is_only_told_of_when_something_changed(sweep: Sweep, of: DatabaseResult, is_sent: bool) -> None:
    assert (message_of(summary(of, sweep=sweep), REPORT) is not None) == is_sent


hostile = st.text(st.characters(), max_size=400)


@given(st.lists(st.tuples(hostile, hostile), max_size=40))
def test_any_text_makes_a_message_that_sns_takes(names: list[tuple[str, str]]) -> None:
    rows = tuple(replace(LOOSE, identifier=name, reason=reason) for name, reason in names)
    listing = Finding(REGION, "us-east-1", CheckId.NOT_OBSERVED, Status.NOT_OBSERVED, "".join(map(str, names)), "")
    message = message_of(replace(summary(), databases=rows, listings=(listing,)), REPORT)
    assert message is not None
    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert len(message.subject) <= 100  # SNS's Publish, Subject
    assert len(message.body) <= 16_000
    assert all(line.isprintable() for line in message.body.split("\n"))


def test_a_subject_of_many_databases_still_fits() -> None:
    many = replace(summary(), verdicts=dict.fromkeys(Verdict, 1_000_000_000_000_000_000))
    message = message_of(many, REPORT)
    assert message is not None
    assert len(message.subject) <= 100
