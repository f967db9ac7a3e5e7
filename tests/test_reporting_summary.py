"""A sweep in figures, rows and one message."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges import documents
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.region import RegionListing
from tlscheck.reporting.delivery import Undelivered
from tlscheck.reporting.message import message_of
from tlscheck.reporting.refused import RefusedRegions
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_key, result_of
from tlscheck.reporting.summary import Summary, report_key, summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.checks.not_observed import judge_region
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import ACCOUNT, NOW, ORDERS, REGION, cluster, database
from tests.judged import KEY, client, finding, judged

SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
SAMPLE = replace(SWEEP, depth=Depth.SAMPLE)
REPORT = "s3://tlscheck/sweeps/nightly-1/report.json"
REFUSED = Undelivered(KEY, ORDERS, "us-east-1", "ca", "AccessDeniedException: not authorized", NOW)


def named(identifier: str) -> Database:
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{identifier}"
    return database(identifier=identifier, arn=arn, resource_id=f"db-{identifier}")


PASSED = finding("force-ssl", Status.PASSED)
CLEAR = result_of(judged(named("reports"), clients=[client(tls=NOW)], findings=[PASSED]))
LOOSE = result_of(
    judged(
        named("billing-staging"),
        clients=[client("a", tls=NOW), client("b", plaintext=NOW), client("c", plaintext=NOW)],
        findings=[finding("force-ssl"), finding("ca", Status.PASSED)],
        verdict="FIX_CLIENTS",
        verdict_told=True,
    )
)
CLUSTER = result_of(judged(cluster(resource_id="cluster-LEDGER"), findings=[PASSED]))


def summary(*rows: DatabaseResult, sweep: Sweep = SWEEP, **changes: object) -> Summary:
    return replace(summarise(Plan(sweep), {"1": BatchResult(rows, ())}), **changes)  # type: ignore[arg-type] # typed where it is called


def test_verdicts_and_checks_are_counted() -> None:
    counted = summary(CLEAR, LOOSE, CLUSTER)
    assert counted.verdicts == {
        Verdict.FIX_DATABASE: 0,
        Verdict.FIX_CLIENTS: 1,
        Verdict.NOT_OBSERVED: 0,
        Verdict.CLEAR: 2,
    }
    assert counted.checks["force-ssl"] == {Status.PASSED: 2, Status.FAILED: 1}
    assert counted.checks["ca"] == {Status.PASSED: 1}


def test_the_most_pressing_come_first() -> None:
    assert [each.identifier for each in summary(CLEAR, LOOSE, CLUSTER).databases] == [
        "billing-staging",
        "ledger",
        "reports",
    ]


def test_only_regions_with_gaps_are_named() -> None:
    gap = Gap("rds:DescribeDBInstances", "AccessDenied")
    ireland = RegionListing(REGION.replace("us-east-1", "eu-west-1"), "eu-west-1", 0, (gap,))
    findings = tuple(
        judge_region(RegionEvidence(listing, {}, NOW))
        for listing in (RegionListing(REGION, "us-east-1", 2), ireland)
    )
    listed = summarise(Plan(SWEEP), {"1": BatchResult((), findings)})
    assert [each.region for each in listed.listings] == ["eu-west-1"]
    assert listed.checks == {"not-observed": {Status.PASSED: 1, Status.NOT_OBSERVED: 1}}


def test_a_region_that_did_not_say_whether_it_has_a_hub_is_told() -> None:
    hubs: dict[str, Hub | Gap] = {
        "us-east-1": Gap("securityhub:DescribeHub", "AccessDenied"),
        "eu-west-1": Hub(NOW),
    }
    told = summarise(Plan(SWEEP), {"1": BatchResult((), (), hubs=hubs)})
    assert told.gaps == ()
    assert told.refused_hubs == (RefusedRegions(GapCause.OTHER, ("us-east-1",), "AccessDenied"),)
    assert told.without_hub == ()


def test_a_summary_is_a_json_document() -> None:
    counted = summary(CLEAR, LOOSE, CLUSTER, undelivered=(REFUSED,))
    assert documents.load(Summary, documents.dump(counted)) == counted
    whole = BatchResult(
        (CLEAR, LOOSE), (), hubs={"eu-west-1": Hub(None), "eu-west-2": Gap("call", "no")}, lost="no"
    )
    assert documents.load(BatchResult, documents.dump(whole)) == whole


def test_the_keys_of_a_sweep_lie_beside_each_other() -> None:
    assert result_key("sweeps/nightly-1/batches/0001.json") == "sweeps/nightly-1/results/0001.json"
    assert report_key(SWEEP) == "sweeps/nightly-1/report.json"


def test_a_message_names_what_is_to_be_done() -> None:
    message = message_of(summary(CLEAR, LOOSE, undelivered=(REFUSED,)), REPORT)
    assert message is not None
    assert message.subject == "tlscheck: fix 0 databases, clients of 1; 0 not observed, 1 clear"
    assert message.body.startswith("2 databases in the full sweep that started at 2026-11-24 03:00 UTC.")
    assert REPORT in message.body
    assert "FIX_CLIENTS billing-staging in us-east-1 (new verdict)" in message.body
    assert "us-east-1: Security Hub CSPM refused 1 finding (AccessDeniedException: not authorized)" in message.body
    assert "reports" not in message.body.replace(REPORT, "")


HOUR = timedelta(hours=1)
LATER = [
    # Whoever may not take anything there fails nothing, unless the hub says that it is there.
    ("organisation", Hub(NOW - HOUR), True),
    ("organisation", Hub(NOW), True),
    ("organisation", Hub(NOW + HOUR), False),
    ("organisation", Hub(None), False),
    ("organisation", Gap("securityhub:DescribeHub", "AccessDenied", GapCause.ORGANISATION), False),
    ("organisation", None, False),
    ("not-subscribed", Hub(NOW - HOUR), True),
    ("not-subscribed", Hub(NOW + HOUR), False),
    ("not-subscribed", Hub(None), False),
    ("permission", Hub(NOW + HOUR), True),
    ("permission", Hub(None), False),
    ("permission", Gap("securityhub:DescribeHub", "Throttling", GapCause.THROTTLED), True),
    ("permission", None, True),
]


@pytest.mark.parametrize(("cause", "hub", "is_told"), LATER)
def test_what_a_hub_refused_is_told_by_who_decided_it_and_whether_there_is_one(
    cause: str, hub: Hub | Gap | None, is_told: bool
) -> None:
    refused = replace(REFUSED, cause=GapCause(cause), at=NOW)
    batch = BatchResult((CLEAR,), (), hubs={"us-east-1": hub} if hub else {})
    assert summarise(Plan(SWEEP), {"1": batch}, [refused]).undelivered == ((refused,) if is_told else ())


def test_refusals_of_one_region_are_told_by_their_kinds() -> None:
    denied = replace(REFUSED, check="force-ssl", reason="AccessDenied: no", cause=GapCause.ORGANISATION)
    odd = replace(REFUSED, reason="InvalidInput: no", cause=GapCause.OTHER)
    elsewhere = replace(denied, region="eu-west-1")
    told = replace(summary(CLEAR), undelivered=(odd, denied, elsewhere))
    message = message_of(told, REPORT)
    assert message is not None
    assert [line for line in message.body.split("\n") if "refused" in line] == [
        (
            "eu-west-1, us-east-1: Security Hub CSPM refused 2 findings, which is denied by the organisation "
            "(service control policy)"
        ),
        "us-east-1: Security Hub CSPM refused 1 finding (InvalidInput: no)",
    ]


@pytest.mark.parametrize(
    ("sweep", "of", "is_sent"), [(SWEEP, CLEAR, True), (SAMPLE, CLEAR, False), (SAMPLE, LOOSE, True)]
)
def test_a_sample_is_only_told_of_when_there_is_news(sweep: Sweep, of: DatabaseResult, is_sent: bool) -> None:
    assert (message_of(summary(of, sweep=sweep), REPORT) is not None) == is_sent


hostile = st.text(st.characters(), max_size=400)


@given(st.lists(st.tuples(hostile, hostile), max_size=40))
def test_any_text_makes_a_message_that_sns_takes(names: list[tuple[str, str]]) -> None:
    rows = tuple(replace(LOOSE, key=name, identifier=name, reason=reason) for name, reason in names)
    listing = Finding(
        REGION, REGION, "us-east-1", CheckId.NOT_OBSERVED, Status.NOT_OBSERVED, "".join(map(str, names)), ""
    )
    refused = tuple(replace(REFUSED, reason=reason) for _, reason in names)
    gaps = tuple(Gap(*each) for each in names)
    message = message_of(
        replace(summary(), databases=rows, listings=(listing,), undelivered=refused, gaps=gaps), REPORT
    )
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


def test_what_is_news_is_told_however_many_stand_before_it() -> None:
    standing = [replace(LOOSE, key=f"old-{n}", identifier=f"a-{n:02}", verdict_announced=False) for n in range(60)]
    new = replace(LOOSE, key="new", identifier="z-new", worse=("ca",))
    comes_and_goes = replace(CLEAR, key="flaps", identifier="z-flaps", flapping=True)
    message = message_of(summary(*standing, new, comes_and_goes), REPORT)
    assert message is not None
    assert "FIX_CLIENTS z-new in us-east-1 (new verdict; now FAILED: ca)" in message.body
    assert (
        "CLEAR z-flaps in us-east-1 (it comes and goes: no more of it today unless it gets worse)" in message.body
    )
    assert message.body.count("\nFIX_CLIENTS a-") == 23
    assert message.body.endswith("\n\nand 37 more")


def test_what_is_news_is_told_although_nothing_may_be_listed_or_sent_in_any_region() -> None:
    why = "AccessDenied: explicit deny in a service control policy " * 6
    regions = [f"xx-{n}" for n in range(34)]
    unlisted = tuple(
        Finding(f"arn:{each}", f"arn:{each}", each, check, Status.NOT_OBSERVED, why, "")
        for each in regions
        for check in (CheckId.NOT_OBSERVED, CheckId.TRUST_STORE)
    )
    refused = tuple(replace(REFUSED, region=each, reason=why) for each in regions)
    message = message_of(summary(LOOSE, listings=unlisted, undelivered=refused), REPORT)
    assert message is not None
    assert "billing-staging" in message.body
    assert message.body.endswith("\n\nFIX_CLIENTS billing-staging in us-east-1 (new verdict)\n  It is so.")
    assert "…\n\nFIX_CLIENTS" in message.body
    assert len(message.body) == 16_000


def test_a_sweep_that_could_list_no_region_and_knows_no_database_is_no_full_one() -> None:
    def listed(*statuses: Status) -> Summary:
        found = tuple(
            Finding(f"arn:{n}", f"arn:{n}", "us-east-1", CheckId.NOT_OBSERVED, status, "so", "")
            for n, status in enumerate(statuses)
        )
        return summarise(Plan(SWEEP), {"1": BatchResult((), found)})

    assert not listed(Status.NOT_OBSERVED, Status.NOT_OBSERVED).is_full
    assert listed(Status.NOT_OBSERVED, Status.PASSED).is_full
    assert listed(Status.PASSED).is_full
