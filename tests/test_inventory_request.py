"""What a sweep is asked to look at: Regions, identifiers, ARNs, and errors that say what is allowed."""

from typing import Any

import pytest
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.request import Regions, Request, chosen, regions_to_list

from tests.answers import ACCOUNT, REGION, arn, cluster, instance, member

ENABLED = ("eu-central-1", "eu-west-1", "us-east-1")
DENIED = Gap("ec2:DescribeRegions", "UnauthorizedOperation: no")
SAMPLE = Depth.SAMPLE


def listed(
    regions: tuple[str, ...] = (),
    databases: tuple[str, ...] = (),
    configured: tuple[str, ...] = (),
    enabled: tuple[str, ...] | Gap = ENABLED,
    known: tuple[str, ...] = (),
) -> Regions:
    return regions_to_list(Request(regions=regions, databases=databases), configured, enabled, "eu-west-1", known)


def test_every_enabled_region_is_listed_unless_fewer_are_configured_or_asked_for() -> None:
    assert listed() == Regions(ENABLED)
    assert listed(configured=("us-east-1",)) == Regions(("us-east-1",))
    assert listed(("eu-west-1",), configured=("us-east-1",)) == Regions(("eu-west-1",))


def test_databases_named_by_arn_need_only_their_own_regions() -> None:
    assert listed(databases=(arn("db", "a"), arn("cluster", "b"))) == Regions((REGION,))
    assert listed(databases=(arn("db", "a"), "b")) == Regions(ENABLED)


def test_a_configured_region_that_is_not_enabled_is_a_gap() -> None:
    found = listed(configured=("us-east-1", "af-south-1"))
    assert found.listed == ("us-east-1",)
    ((region, gap),) = found.gaps
    assert (region, gap.operation) == ("af-south-1", "ec2:DescribeRegions")


def test_a_region_of_known_databases_that_is_not_enabled_any_more_is_a_gap_and_not_left_out() -> None:
    """What is there is not deleted with that, and billed as before: AWS, "Enable or disable AWS Regions"."""
    why = "databases of the Region are known, and it is not enabled in this account any more"
    off = Gap("ec2:DescribeRegions", why, GapCause.DISABLED)
    assert listed(known=("af-south-1", "us-east-1")) == Regions(ENABLED, (("af-south-1", off),))
    # Nobody asked for it: of what the owner leaves out the end is told otherwise.
    assert listed(configured=("us-east-1",), known=("af-south-1",)) == Regions(("us-east-1",))
    assert listed(("us-east-1",), known=("af-south-1",)) == Regions(("us-east-1",))


def test_without_the_list_of_regions_those_of_known_databases_are_tried() -> None:
    assert listed(enabled=DENIED, known=("af-south-1", "eu-west-1")) == Regions(
        ("af-south-1", "eu-west-1"), (("eu-west-1", DENIED),)
    )
    assert listed(enabled=DENIED) == Regions(("eu-west-1",), (("eu-west-1", DENIED),))


@pytest.mark.parametrize(
    ("regions", "databases", "field"),
    [
        (("us-east-1", "mars-north-1"), (), "request.regions"),
        ((), ("arn:aws:rds:mars-north-1:123456789012:db:orders",), "request.databases"),
    ],
)
def test_a_region_that_is_not_enabled_is_refused_with_those_that_are(
    regions: tuple[str, ...], databases: tuple[str, ...], field: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        listed(regions, databases)
    assert str(refusal.value) == (
        f"{field}: 'mars-north-1' is not allowed; "
        "allowed: the enabled Regions of this account: eu-central-1, eu-west-1, us-east-1"
    )


def test_without_the_list_of_regions_those_that_are_named_are_tried() -> None:
    assert listed(("mars-north-1",), enabled=DENIED) == Regions(("mars-north-1",))
    assert listed(configured=("us-east-1",), enabled=DENIED) == Regions(("us-east-1",))


def test_without_the_list_of_regions_our_own_is_listed_and_carries_the_gap() -> None:
    assert listed(enabled=DENIED) == Regions(("eu-west-1",), (("eu-west-1", DENIED),))


INVENTORY = assemble(
    ACCOUNT,
    [
        Described(
            REGION,
            instances=[instance(), instance("billing"), member("ledger-1"), member("ledger-2")],
            clusters=[cluster(members={"ledger-1": "in-sync", "ledger-2": "in-sync"})],
        ),
        Described("us-east-1", gaps=(Gap("rds:DescribeDBInstances", "AccessDenied: no"),)),
    ],
)
KNOWN = Inventory(INVENTORY.databases)


def names(request: Request, inventory: Inventory = INVENTORY) -> list[str]:
    return [each.identifier for each in chosen(request, inventory).databases]


@pytest.mark.parametrize(
    ("databases", "expected"),
    [
        ((), ["ledger", "billing", "ledger-1", "ledger-2", "orders-prod"]),
        (("billing",), ["billing"]),
        (("BILLING",), ["billing"]),
        ((arn("db", "orders-prod"), "billing"), ["billing", "orders-prod"]),
        (("ledger-2",), ["ledger-2"]),
        (("ledger",), ["ledger", "ledger-1", "ledger-2"]),
        ((arn("cluster", "ledger"), "ledger-1"), ["ledger", "ledger-1", "ledger-2"]),
    ],
)
@pytest.mark.parametrize("inventory", [INVENTORY, KNOWN], ids=["full", "sample"])
def test_databases_are_chosen_by_identifier_or_arn_and_clusters_bring_their_members(
    inventory: Inventory, databases: tuple[str, ...], expected: list[str]
) -> None:
    assert names(Request(databases=databases), inventory) == expected


def tagged(**tags: str) -> Any:
    return {"TagList": [{"Key": key.replace("__", ":"), "Value": value} for key, value in tags.items()]}


LABELLED = assemble(
    ACCOUNT,
    [
        Described(
            REGION,
            instances=[
                instance("pay-1", **tagged(team="payments", stage="prod-eu")),
                instance("pay-2", **tagged(team="payments", stage="test")),
                instance("scratch", **tagged(team="payments", tlscheck__exclude="yes")),
                member("ledger-1"),
            ],
            clusters=[cluster(members={"ledger-1": "in-sync"}, **tagged(team="ledger", stage="prod-us"))],
        )
    ],
)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request(databases=("pay-*",)), ["pay-1", "pay-2"]),
        (Request(databases=("PAY-?",)), ["pay-1", "pay-2"]),
        (Request(databases=(arn("db", "pay-*"),)), ["pay-1", "pay-2"]),
        (Request(databases=("ledger*",)), ["ledger", "ledger-1"]),
        (Request(clusters=("led*",)), ["ledger", "ledger-1"]),
        (Request(databases=("pay-1",), clusters=("ledger",)), ["ledger", "ledger-1", "pay-1"]),
        (Request(engines=("postgres",)), ["pay-1", "pay-2"]),
        (Request(engines=("aurora-postgresql",)), ["ledger", "ledger-1"]),
        (Request(tags=(("team", "payments"),)), ["pay-1", "pay-2"]),
        (Request(tags=(("team", "payments"), ("stage", "prod*"))), ["pay-1"]),
        (Request(tags=(("stage", "prod*"),)), ["ledger", "ledger-1", "pay-1"]),
        (Request(tags=(("stage", "prod*"),), engines=("postgres",)), ["pay-1"]),
        (Request(), ["ledger", "ledger-1", "pay-1", "pay-2"]),
    ],
)
@pytest.mark.parametrize("inventory", [LABELLED, Inventory(LABELLED.databases)], ids=["full", "sample"])
def test_wildcards_clusters_engines_and_tags_choose_and_an_excluded_database_is_never_chosen(
    inventory: Inventory, request_: Request, expected: list[str]
) -> None:
    assert names(request_, inventory) == expected


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (Request(databases=("pay-*", "x*")), r"request\.databases: 'x\*'"),
        (Request(databases=("scratch",)), r"request\.databases: 'scratch'"),
        (Request(clusters=("pay-1",)), r"request\.clusters: 'pay-1' .* PostgreSQL clusters of eu-central-1"),
        (Request(tags=(("team", "nobody"),)), r"request\.tags: 'team=nobody'"),
        (Request(tags=(("team", "ledger"),), engines=("postgres",)), r"request\.tags: 'team=ledger'"),
        (Request(tags=(("team", "payments"),), databases=("ledger",)), r"request\.databases: 'ledger'"),
        (Request(tags=(("team", "pay[m]ents"),)), r"request\.tags"),
    ],
)
def test_a_filter_that_matches_nothing_says_so(request_: Request, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        names(request_, LABELLED)


def test_clusters_named_by_arn_need_only_their_own_regions() -> None:
    by_arn = Request(clusters=(arn("cluster", "ledger*"),))
    assert regions_to_list(by_arn, (), ENABLED, "eu-west-1") == Regions((REGION,))
    both = Request(databases=(arn("db", "a"),), clusters=("ledger",))
    assert regions_to_list(both, (), ENABLED, "eu-west-1") == Regions(ENABLED)


def test_a_database_that_may_lie_where_nobody_could_list_is_a_gap_and_the_others_are_chosen() -> None:
    found = chosen(Request(databases=("billing", "biling"), clusters=("ledgr",)), INVENTORY)
    scope = (
        "of eu-central-1, us-east-1 (not completely listed: us-east-1, rds:DescribeDBInstances: AccessDenied: no)"
    )
    assert [each.identifier for each in found.databases] == ["billing"]
    assert found.missing == (
        Gap(
            "request.databases",
            f"'biling' is not among the identifiers or ARNs of the PostgreSQL databases {scope}",
        ),
        Gap(
            "request.clusters",
            f"'ledgr' is not among the identifiers or ARNs of the PostgreSQL clusters {scope}",
        ),
    )


@pytest.mark.parametrize("databases", [("biling",), (arn("db", "biling"),)])
def test_a_database_that_nobody_has_in_regions_listed_whole_is_refused(databases: tuple[str, ...]) -> None:
    blind = RegionListing("2", "us-east-1", 0, (Gap("rds:DescribeDBParameters", "AccessDenied: no"),))
    partial = RegionListing("2", "us-east-1", 0, (Gap("rds:DescribeDBClusters", "AccessDenied: no"),))
    whole = Inventory(INVENTORY.databases, (INVENTORY.listings[0], blind))
    with pytest.raises(
        BadRequest, match=r"^request\.databases: '.*biling' is not allowed; .* of eu-central-1, us-"
    ):
        chosen(Request(databases=databases), whole)
    beside = Inventory(INVENTORY.databases, (INVENTORY.listings[0], partial))
    if databases == ("biling",):
        assert len(chosen(Request(databases=databases), beside).missing) == 1
    else:  # its own Region was listed whole
        with pytest.raises(BadRequest):
            chosen(Request(databases=databases), beside)


def test_of_a_sample_what_could_not_be_read_back_may_be_what_is_asked_for() -> None:
    unreadable = (Gap("database aws:123456789012:us-east-1:db-X", "ValidationError"),)
    request = Request(SAMPLE, regions=(REGION, "us-east-1"), databases=("billing", "biling"))
    found = chosen(request, KNOWN, unreadable)
    assert [each.identifier for each in found.databases] == ["billing"]
    why = "(not read back: database aws:123456789012:us-east-1:db-X: ValidationError)"
    assert found.missing == (
        Gap(
            "request.regions",
            "'us-east-1' is not among the Regions with a database known from an earlier full sweep: eu-central-1 "
            f"{why}",
        ),
        Gap(
            "request.databases",
            "'biling' is not among the identifiers or ARNs of the PostgreSQL databases known from an earlier full "
            f"sweep {why}",
        ),
    )


@pytest.mark.parametrize(
    ("request_", "narrow"),
    [
        (Request(), False),
        (Request(SAMPLE), False),
        (Request(regions=("us-east-1",)), True),
        (Request(databases=("a",)), True),
        (Request(clusters=("a",)), True),
        (Request(engines=("postgres",)), True),
        (Request(tags=(("team", "x"),)), True),
    ],
)
def test_a_request_for_a_part_of_the_account_is_narrow(request_: Request, narrow: bool) -> None:
    assert request_.is_narrow is narrow


@pytest.mark.parametrize("depth", Depth)
def test_a_database_of_another_region_than_those_asked_for_is_refused(depth: Depth) -> None:
    overseas = assemble(
        ACCOUNT, [Described("us-east-1", instances=[instance("abroad", DBInstanceArn="arn:abroad")])]
    )
    everywhere = Inventory((*KNOWN.databases, *overseas.databases))
    assert names(Request(depth, regions=("us-east-1",), databases=("abroad",)), everywhere) == ["abroad"]
    with pytest.raises(BadRequest, match=r"request\.databases: 'billing'"):
        names(Request(depth, regions=("us-east-1",), databases=("billing",)), everywhere)


def test_a_sample_chooses_among_the_databases_already_known() -> None:
    assert names(Request(SAMPLE, regions=(REGION,), databases=("billing",)), KNOWN) == ["billing"]
    assert names(Request(SAMPLE), Inventory(())) == []


def test_a_sample_of_a_region_without_known_databases_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(BadRequest, match=r"request\.regions: 'us-east-1' .* full sweep: eu-central-1$"):
        names(Request(SAMPLE, regions=("us-east-1",)), KNOWN)


def test_an_instance_named_like_a_cluster_does_not_bring_its_members() -> None:
    inventory = assemble(
        ACCOUNT,
        [Described(REGION, instances=[instance("ledger"), member("ledger-1")], clusters=[cluster("ledger")])],
    )
    assert [each.arn for each in chosen(Request(databases=(arn("db", "ledger"),)), inventory).databases] == [
        arn("db", "ledger")
    ]
