"""Regions and hubs that say no, as the message of a sweep tells them: each kind of "no" once, for all Regions."""

from dataclasses import replace

import pytest
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.delivery import Undelivered
from tlscheck.reporting.message import message_of
from tlscheck.reporting.result import BatchResult
from tlscheck.reporting.summary import summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding

from tests.examples import NOW, ORDERS, REGION
from tests.judged import KEY

SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
WHO = "AccessDenied: User: x is not authorized to perform: y"
BY_SCP = f"{WHO} with an explicit deny in a service control policy"
SCP = "denied by the organisation (service control policy)"
OTHERS = "To hear no more of it, name the others in the parameter Regions."
POLICY = "since a policy of Discover's role denies it, or none allows it"
AGAIN = "since AWS throttled it; the next full sweep asks again"
DENIED = [f"ap-south-{n}" for n in range(10, 25)]
REFUSED = Undelivered(KEY, ORDERS, "us-east-1", "ca", "AccessDeniedException: not authorized", NOW)

type Hubs = dict[str, Hub | Gap]


def lines(result: BatchResult, *undelivered: Undelivered) -> list[str]:
    """The lines of a full sweep's message behind its first three."""
    message = message_of(summarise(Plan(SWEEP), {"1": result}, undelivered), "s3://bucket/report.json")
    assert message is not None
    return message.body.split("\n")[3:]


def of_region(region: str, check: str = CheckId.NOT_OBSERVED) -> Finding:
    arn = REGION.replace("us-east-1", region)
    return Finding(arn, arn, region, CheckId(check), Status.NOT_OBSERVED, f"Not everything of {region}.", "")


def gaps(cause: str, *regions: str, reason: str = "so it is") -> dict[str, Gap]:
    return {region: Gap("rds:DescribeDBInstances", reason, GapCause(cause)) for region in regions}


def test_fifteen_regions_that_the_organisation_denies_are_one_line() -> None:
    """Their findings, and that their hubs could not be asked, are told by it; the hub of another one is not."""
    hubs: Hubs = {**gaps("organisation", *DENIED, "eu-west-1", reason=BY_SCP), "us-east-1": Hub(NOW)}
    listings = tuple(of_region(each, check) for each in DENIED for check in ("not-observed", "trust-store"))
    refused = gaps("organisation", *DENIED, reason=BY_SCP)
    assert lines(BatchResult((), listings, hubs=hubs, refused=refused)) == [
        f"Security Hub CSPM of 1 Region is {SCP}, so that nothing is sent there: eu-west-1",
        f"15 Regions are {SCP}: {', '.join(DENIED)}. {OTHERS}",
    ]


@pytest.mark.parametrize(
    ("cause", "count"),
    [("organisation", 0), ("disabled", 0), ("not-offered", 0), ("permission", 2), ("throttled", 2), ("other", 2)],
)
def test_only_regions_that_somebody_is_to_mend_count_as_not_listed(cause: str, count: int) -> None:
    result = BatchResult((), (of_region("a"), of_region("b")), refused=gaps(cause, "a", "b"))
    assert summarise(Plan(SWEEP), {"1": result}).not_listed == count
    assert not summarise(Plan(SWEEP), {"1": result}).is_full


@pytest.mark.parametrize(
    ("cause", "one", "two"),
    [
        ("organisation", f"1 Region is {SCP}: a. {OTHERS}", f"2 Regions are {SCP}: a, b. {OTHERS}"),
        (
            "permission",
            f"1 Region was not listed, {POLICY}: a (so it is)",
            f"2 Regions were not listed, {POLICY}: a, b (so it is)",
        ),
        ("throttled", f"1 Region was not listed, {AGAIN}: a", f"2 Regions were not listed, {AGAIN}: a, b"),
        (
            "disabled",
            "1 Region is not enabled in this account, or only just: a",
            "2 Regions are not enabled in this account, or only just: a, b",
        ),
        (
            "not-offered",
            "1 Region has no RDS that answers to its name: a",
            "2 Regions have no RDS that answers to its name: a, b",
        ),
        (
            "unreachable",
            "1 Region was not listed, since no answer came: a (so it is)",
            "2 Regions were not listed, since no answer came: a, b (so it is)",
        ),
        ("other", "1 Region was not listed: a (so it is)", "2 Regions were not listed: a, b (so it is)"),
    ],
)
def test_regions_that_could_not_be_listed_are_one_line_for_each_reason(cause: str, one: str, two: str) -> None:
    assert lines(BatchResult((), (of_region("a"),), refused=gaps(cause, "a"))) == [one]
    assert lines(BatchResult((), (of_region("b"), of_region("a")), refused=gaps(cause, "b", "a"))) == [two]


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("organisation", f"is {SCP}, so that nothing is sent there: a, b"),
        ("permission", f"did not say whether it is there, {POLICY}: a, b (so it is)"),
        ("throttled", f"was not asked, {AGAIN}: a, b"),
        ("disabled", "does not know this account, as where a Region is not enabled: a, b"),
        ("unreachable", "did not say whether it is there, since no answer came: a, b (so it is)"),
        ("other", "did not say whether it is there: a, b (so it is)"),
    ],
)
def test_hubs_that_could_not_be_asked_are_one_line_for_each_reason(cause: str, told: str) -> None:
    assert lines(BatchResult((), (), hubs=gaps(cause, "b", "a"))) == [f"Security Hub CSPM of 2 Regions {told}"]


def test_what_nobody_knows_a_kind_of_is_told_by_its_words() -> None:
    refused = gaps("other", "a", "c", reason="InternalFailure: x") | gaps("other", "b", reason="Broken: y")
    assert lines(BatchResult((), (), refused=refused)) == [
        "1 Region was not listed: b (Broken: y)",
        "2 Regions were not listed: a, c (InternalFailure: x)",
    ]


def test_regions_without_a_hub_are_one_line_and_many_regions_are_counted() -> None:
    hubs: Hubs = {f"r-{n:02}": Hub(None) for n in range(42)}
    (line,) = lines(BatchResult((), (), hubs=hubs))
    assert line.startswith("Without Security Hub CSPM, so that nothing is sent there: r-00, r-01, ")
    assert line.endswith(", r-38, r-39, and 2 more")


def test_what_hubs_refused_is_one_line_for_each_kind_of_no_and_what_was_decided_is_none() -> None:
    of = [
        replace(REFUSED, region=region, check=check, reason=WHO, cause=GapCause.PERMISSION)
        for region, check in (("a", "ca"), ("b", "ca"), ("b", "force-ssl"))
    ]
    invalid = replace(REFUSED, region="c", reason="InvalidInput: no")
    decided = replace(REFUSED, region="d", reason=BY_SCP, cause=GapCause.ORGANISATION)
    assert lines(BatchResult((), ()), *of, invalid, decided) == [
        "c: Security Hub CSPM refused 1 finding (InvalidInput: no)",
        f"a, b: Security Hub CSPM refused 3 findings ({WHO})",
    ]


def test_a_region_of_which_something_was_listed_is_told_by_what_was_not() -> None:
    assert lines(BatchResult((), (of_region("a"),))) == ["a: Not everything of a."]


def test_words_of_others_are_harmless_and_cut() -> None:
    (line,) = lines(BatchResult((), (), refused=gaps("permission", "a", reason="no\n\x1b[31m" + "x" * 900)))
    assert line.startswith(f"1 Region was not listed, {POLICY}: a (no [31mxxx")
    assert len(line) < 420
