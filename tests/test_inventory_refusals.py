"""A sweep's request, refused in whole sentences; and what a name chooses, in one Region or in several."""

import pytest
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Kind
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.region import RegionListing, folded
from tlscheck.inventory.request import Regions, Request, chosen, regions_to_list

from tests.examples import cluster, database, member

DENIED = Gap("rds:DescribeDBInstances", "AccessDenied: no")
THROTTLED = Gap("rds:DescribeDBClusters", "Throttling: slow down")
DATABASES = (
    database(arn="arn:aws:rds:us-east-1:1:db:pay", identifier="Pay", tags={"team": "a=b", "Team": "x"}),
    database(arn="arn:aws:rds:eu-west-1:1:db:pay", identifier="pay", region="eu-west-1"),
    cluster(),
    member(),
    member(arn="arn:elsewhere", identifier="ledger-9", region="eu-west-1"),
    member(arn="arn:other", identifier="other-1", cluster="other"),
)
WHOLE = Inventory(DATABASES, (RegionListing("1", "eu-west-1", 2), RegionListing("2", "us-east-1", 4)))
PART = Inventory(
    DATABASES,
    (
        RegionListing("1", "eu-west-1", 2, (DENIED, THROTTLED)),
        RegionListing("2", "us-east-1", 4),
        RegionListing("3", "us-west-1", 0, (DENIED,)),
    ),
)
KNOWN = Inventory(DATABASES)
INCOMPLETE = (
    "of eu-west-1, us-east-1, us-west-1 (not completely listed: eu-west-1, rds:DescribeDBInstances: AccessDenied: "
    "no, rds:DescribeDBClusters: Throttling: slow down; us-west-1, rds:DescribeDBInstances: AccessDenied: no)"
)


@pytest.mark.parametrize(
    ("inventory", "scope"),
    [(WHOLE, "of eu-west-1, us-east-1"), (KNOWN, "known from an earlier full sweep")],
    ids=["whole", "known"],
)
@pytest.mark.parametrize(
    ("request_", "refused", "allowed"),
    [
        (Request(engines=("mysql",)), "request.engines: 'mysql'", "engines of the databases"),
        (Request(tags=(("team", "c"),)), "request.tags: 'team=c'", "tags of the PostgreSQL databases"),
        (Request(tags=(("none", "*"),)), "request.tags: 'none=*'", "tags of the PostgreSQL databases"),
        (
            Request(databases=("pay", "nobody")),
            "request.databases: 'nobody'",
            "identifiers or ARNs of the PostgreSQL databases",
        ),
        (
            Request(clusters=("ledger-1",)),
            "request.clusters: 'ledger-1'",
            "identifiers or ARNs of the PostgreSQL clusters",
        ),
    ],
)
def test_what_matches_nothing_is_refused_with_where_was_looked(
    inventory: Inventory, scope: str, request_: Request, refused: str, allowed: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        chosen(request_, inventory)
    assert str(refusal.value) == f"{refused} is not allowed; allowed: {allowed} {scope}"


def arns(request: Request, inventory: Inventory = WHOLE) -> list[str]:
    return [each.arn.rpartition(":")[2] + "@" + each.region for each in chosen(request, inventory).databases]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request(), ["pay@us-east-1", "pay@eu-west-1", "ledger@us-east-1", "ledger-1@us-east-1",
                     "elsewhere@eu-west-1", "other@us-east-1"]),
        (Request(databases=("PAY",)), ["pay@us-east-1", "pay@eu-west-1"]),
        (Request(databases=("pay",), regions=("eu-west-1",)), ["pay@eu-west-1"]),
        (Request(databases=("arn:aws:rds:us-east-1:1:db:*",)), ["pay@us-east-1"]),
        (Request(databases=("arn:aws:rds:us-east-1:1:DB:*", "pay")), None),
        # members of a cluster of that name in another Region, and of another cluster, are not brought
        (Request(databases=("ledger",)), ["ledger@us-east-1", "ledger-1@us-east-1"]),
        (Request(clusters=("LEDGER",)), ["ledger@us-east-1", "ledger-1@us-east-1"]),
        (Request(clusters=("ledger",), databases=("other-1",)),
         ["ledger@us-east-1", "ledger-1@us-east-1", "other@us-east-1"]),
        (Request(engines=("postgres", "aurora-postgresql"), databases=("other-1",)), ["other@us-east-1"]),
        # of a tag all after the first = is its value, and a key is as it is written
        (Request(tags=(("team", "a=b"),)), ["pay@us-east-1"]),
        (Request(tags=(("team", "a=*"), ("Team", "?"))), ["pay@us-east-1"]),
        (Request(tags=(("TEAM", "*"),)), None),
        (Request(tags=(("team", "A=B"),)), None),
    ],
)  # fmt: skip
def test_a_request_chooses_by_name_region_engine_and_tag(request_: Request, expected: list[str] | None) -> None:
    if expected is None:
        with pytest.raises(BadRequest):
            chosen(request_, WHOLE)
    else:
        assert arns(request_) == expected
        assert arns(request_, KNOWN) == expected


def test_an_excluded_database_is_chosen_by_nobody() -> None:
    excluded, included = (
        of(tags={"tlscheck:exclude": value}) for of, value in ((database, "TRUE"), (member, "False"))
    )
    assert arns(Request(), Inventory((excluded, included))) == ["ledger-1@us-east-1"]


@pytest.mark.parametrize(
    ("databases", "known"),
    [(DATABASES, "eu-west-1, us-east-1"), ((), "none yet"), (DATABASES[:1], "us-east-1")],
)
def test_a_sample_of_a_region_without_databases_is_refused(databases: tuple[object, ...], known: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        chosen(Request(Depth.SAMPLE, regions=("us-west-2",)), Inventory(databases))  # type: ignore[arg-type] # databases
    assert str(refusal.value) == (
        "request.regions: 'us-west-2' is not allowed; allowed: Regions with a database known from an earlier full "
        f"sweep: {known}"
    )


def test_a_full_sweep_of_a_region_without_databases_chooses_none() -> None:
    assert arns(Request(regions=("us-west-2",))) == []


ENABLED = ("eu-west-1", "us-east-1")
HERE, THERE = "arn:aws:rds:eu-west-1:1:db:a", "arn:aws:rds:us-east-1:1:cluster:b"


@pytest.mark.parametrize(
    ("request_", "listed"),
    [
        (Request(), ("eu-west-1", "us-east-1")),
        (Request(databases=(HERE, HERE)), ("eu-west-1",)),
        (Request(databases=(THERE, HERE)), ("us-east-1", "eu-west-1")),
        (Request(clusters=(THERE,)), ("us-east-1",)),
        (Request(databases=(HERE,), clusters=(THERE,)), ("eu-west-1", "us-east-1")),
        (Request(databases=(HERE, "b")), ("eu-west-1", "us-east-1")),
        (Request(databases=(HERE,), regions=("us-east-1",)), ("us-east-1",)),
    ],
)
def test_regions_are_listed_as_far_as_a_request_names_them(request_: Request, listed: tuple[str, ...]) -> None:
    assert regions_to_list(request_, (), ENABLED, "eu-west-1") == Regions(listed, ())


def test_a_configured_region_that_is_off_says_so() -> None:
    assert regions_to_list(Request(), ("us-east-1", "af-south-1"), ENABLED, "eu-west-1") == Regions(
        ("us-east-1",),
        (
            (
                "af-south-1",
                Gap(
                    "ec2:DescribeRegions",
                    "the Region is named by REGIONS, but not enabled in this account",
                    GapCause.DISABLED,
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (Request(regions=("af-south-1",)), "request.regions"),
        (Request(databases=("arn:aws:rds:af-south-1:1:db:a",)), "request.databases"),
        (Request(clusters=("arn:aws:rds:af-south-1:1:cluster:a",)), "request.clusters"),
    ],
)
def test_a_region_that_is_off_is_refused_by_the_field_that_names_it(request_: Request, field: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        regions_to_list(request_, (), ENABLED, "eu-west-1")
    assert str(refusal.value) == (
        f"{field}: 'af-south-1' is not allowed; allowed: the enabled Regions of this account: eu-west-1, us-east-1"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 118, f"'{'x' * 118}'"),
        ("x" * 119, f"'{'x' * 119}... (121 characters)"),
        ("x" * 1000, f"'{'x' * 119}... (1002 characters)"),
        ("é\n", r"'\xe9\n'"),
        (None, "null"),
        (True, "true"),
        ([None, "é"], r'[null, "\u00e9"]'),
        ({"a": False}, '{"a": false}'),
        (7, "7"),
    ],
)
def test_a_value_is_shown_in_ascii_and_in_its_first_120_characters(value: object, shown: str) -> None:
    assert str(not_allowed("a[0].b", value, "c")) == f"a[0].b: {shown} is not allowed; allowed: c"


def test_an_account_names_its_resources() -> None:
    account = Account.of_arn("arn:aws-cn:lambda:cn-north-1:123456789012:function:tlscheck-Observe")
    assert account.arn("s3", "bucket/a") == "arn:aws-cn:s3:cn-north-1:123456789012:bucket/a"
    assert account.region_arn("cn-northwest-1") == "arn:aws-cn:rds:cn-northwest-1:123456789012:region"
    with pytest.raises(ValueError, match=r"^no ARN: 'function'$"):
        Account.of_arn("function")


@pytest.mark.parametrize(
    ("operation", "is_complete"),
    [
        ("ec2:DescribeRegions", False),
        ("rds:DescribeDBInstances", False),
        ("rds:DescribeDBClusters", False),
        ("rds:DescribeDBProxies", False),
        ("rds:DescribeDBProxyTargets", True),
        ("rds:DescribeDBParameters", True),
        ("rds:DescribeCertificates", True),
    ],
)
def test_a_listing_is_complete_where_every_call_that_names_databases_was_answered(
    operation: str, is_complete: bool
) -> None:
    assert RegionListing("1", "eu-west-1", 0, (Gap(operation, "no"),)).is_complete is is_complete
    assert RegionListing("1", "eu-west-1", 0).is_complete


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (["a"], "a"),
        (["a", "a"], "a"),
        (["a", "b"], "a (and 1 more)"),
        (["b", "a", "b", "c"], "b (and 2 more)"),
    ],
)
def test_gaps_of_a_call_are_told_once_each_reason(reasons: list[str], told: str) -> None:
    assert folded(Gap("rds:DescribeDBParameters", each) for each in reasons) == (
        Gap("rds:DescribeDBParameters", told),
    )


def test_several_reasons_of_a_call_have_one_cause_only_where_it_is_the_same() -> None:
    of = GapCause
    causes = {
        (of.PERMISSION, of.PERMISSION): of.PERMISSION,
        (of.PERMISSION, of.ORGANISATION): of.OTHER,
        (of.THROTTLED,): of.THROTTLED,
    }
    for each, expected in causes.items():
        (found,) = folded(Gap("rds:DescribeDBParameters", str(n), cause) for n, cause in enumerate(each))
        assert found.cause is expected


INSTANCES, CLUSTERS, PROXIES = ("rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBProxies")
DENIED_BY_SCP, MAY_NOT, OFF = GapCause.ORGANISATION, GapCause.PERMISSION, GapCause.DISABLED


@pytest.mark.parametrize(
    ("gaps", "cause", "may_have"),
    [
        ([], None, False),
        ([(INSTANCES, DENIED_BY_SCP), (CLUSTERS, DENIED_BY_SCP), (PROXIES, DENIED_BY_SCP)], DENIED_BY_SCP, False),
        # where there is no RDS Proxy, nothing is asked for by it
        ([(INSTANCES, DENIED_BY_SCP), (CLUSTERS, DENIED_BY_SCP)], DENIED_BY_SCP, False),
        ([(INSTANCES, MAY_NOT), (CLUSTERS, MAY_NOT), (PROXIES, MAY_NOT)], MAY_NOT, True),
        ([(INSTANCES, GapCause.THROTTLED), (CLUSTERS, GapCause.THROTTLED)], GapCause.THROTTLED, True),
        ([(INSTANCES, GapCause.NOT_OFFERED), (CLUSTERS, GapCause.NOT_OFFERED)], GapCause.NOT_OFFERED, False),
        ([("ec2:DescribeRegions", OFF)], OFF, False),
        # a part of it was listed, or two things stood in the way
        ([(INSTANCES, DENIED_BY_SCP)], None, True),
        ([(INSTANCES, DENIED_BY_SCP), (CLUSTERS, MAY_NOT)], None, True),
        ([("ec2:DescribeRegions", MAY_NOT)], None, True),
        # what names no database says nothing of which there are
        ([("rds:DescribeCertificates", DENIED_BY_SCP)], None, False),
    ],
)
def test_a_region_that_says_no_to_everything_says_so_once(
    gaps: list[tuple[str, GapCause]], cause: GapCause | None, *, may_have: bool
) -> None:
    listing = RegionListing("1", "eu-west-1", 0, tuple(Gap(call, "so", why) for call, why in gaps))
    assert (listing.refused.cause if listing.refused else None) is cause
    assert listing.may_have_databases is may_have


def test_kinds_are_told_apart_by_whether_they_are_clusters() -> None:
    inventory = Inventory((database(identifier="same"), cluster(identifier="same")))
    assert [each.kind for each in chosen(Request(clusters=("same",)), inventory).databases] == [Kind.CLUSTER]
