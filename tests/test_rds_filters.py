"""What is asked for the size of an answer alone: where it is refused, all of it is asked for, and once."""

import json
from datetime import datetime
from typing import Any

import pytest
from tlscheck.edges.aws import pausing, rds
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.gap import Gap, GapCause

from tests.answers import ACCOUNT, REGION, cluster, databases, instance, member, proxy
from tests.local_aws.emulator.account import EmulatedAccount

UNRECOGNIZED = {"code": "InvalidParameterValue", "message": "Unrecognized engine name: postgres", "status": 400}
"""RDS refuses engine names that a Region does not know: turbot/steampipe-plugin-aws#262, and teleport#17533 of
gravitational, whose mend calls it "region-specific and intermittent"."""


def document(**lists: Any) -> dict[str, Any]:
    region = {
        "DBInstances": [instance(), member("ledger-1"), instance("graph", Engine="neptune")],
        "DBClusters": [cluster(members={"ledger-1": "in-sync"}), cluster("documents", Engine="docdb")],
        "DBParameterGroups": {"orders-pg17": group()},
        "DBClusterParameterGroups": {"ledger-aurora16": group("aurora-postgresql16")},
    }
    found: dict[str, Any] = json.loads(json.dumps({REGION: region | lists}, default=datetime.isoformat))
    return found


def group(family: str = "postgres17") -> dict[str, Any]:
    return {"family": family, "parameters": {"rds.force_ssl": {"ParameterValue": "1"}}}


@pytest.mark.parametrize("operation", ["DescribeDBInstances", "DescribeDBClusters"])
@pytest.mark.parametrize("code", ["InvalidParameterValue", "InvalidParameterCombination"])
def test_a_listing_whose_engine_filter_is_refused_is_made_without_it(
    account: EmulatedAccount, operation: str, code: str
) -> None:
    account.set_rds(document(Faults={operation: UNRECOGNIZED | {"code": code, "with": "Filters"}}))
    found = rds.describe(account.client("rds", REGION))
    assert databases(found).keys() == {"orders-prod", "ledger", "ledger-1"}
    (listing,) = assemble(ACCOUNT, [found]).listings
    assert (found.gaps, listing.is_complete) == ((), True)
    assert account.take_calls()[REGION][f"rds:{operation}"] == 2


def test_a_listing_that_is_refused_without_its_filter_too_is_a_gap(account: EmulatedAccount) -> None:
    account.set_rds(document(Faults={"DescribeDBClusters": UNRECOGNIZED}))
    found = rds.describe(account.client("rds", REGION))
    refused = Gap("rds:DescribeDBClusters", "InvalidParameterValue: Unrecognized engine name: postgres")
    assert found.gaps == (refused,)
    (listing,) = assemble(ACCOUNT, [found]).listings
    assert not listing.is_complete


def test_a_listing_that_breaks_off_after_its_first_page_is_not_taken_for_a_filter_that_is_refused(
    account: EmulatedAccount,
) -> None:
    """RDS says InvalidParameterValue of a marker that has expired, too."""
    many = [instance(f"shard-{number:03}") for number in range(150)]
    account.set_rds(document(DBInstances=many, Faults={"DescribeDBInstances": UNRECOGNIZED | {"with": "Marker"}}))
    found = rds.describe(account.client("rds", REGION))
    assert len(found.instances) == 100
    assert [gap.operation for gap in found.gaps] == ["rds:DescribeDBInstances"]
    assert account.take_calls()[REGION]["rds:DescribeDBInstances"] == 2


@pytest.mark.parametrize("code", ["InvalidParameterValue", "InvalidParameterCombination"])
def test_a_filter_by_name_that_is_refused_is_not_tried_again_for_each_group(
    account: EmulatedAccount, code: str
) -> None:
    groups = [f"group-{number:02}" for number in range(20)]
    account.set_rds(
        document(
            DBInstances=[instance(name, name) for name in groups],
            DBParameterGroups={name: group() for name in groups},
            Faults={"DescribeDBParameters": UNRECOGNIZED | {"code": code, "with": "Filters"}},
        )
    )
    found = rds.describe(account.client("rds", REGION))
    assert found.gaps == ()
    assert {each.force_ssl.configured for name, each in databases(found).items() if name in groups} == {"1"}
    # Four groups at once may be asked so before the first is refused; each has four pages.
    assert 81 <= account.take_calls()[REGION]["rds:DescribeDBParameters"] <= 84


@pytest.mark.parametrize(
    "operation",
    ["DescribeDBClusters", "DescribeDBProxies", "DescribeDBProxyTargets", "DescribePendingMaintenanceActions"],
)
def test_what_a_region_does_not_have_is_none_there(account: EmulatedAccount, operation: str) -> None:
    """Of a Region without RDS Proxy: turbot/steampipe-plugin-aws#1425. Of the other calls it is modelled."""
    absent = {"code": "InvalidAction", "message": f"{operation} is not supported", "status": 400}
    account.set_rds(document(DBProxies=[proxy()], Faults={operation: absent}))
    found = rds.describe(account.client("rds", REGION))
    assert found.gaps == ()
    (listing,) = assemble(ACCOUNT, [found]).listings
    assert listing.is_complete
    assert not [each for each in databases(found).values() if isinstance(each.rotation.actions, Gap)]


def test_the_versions_of_an_engine_are_asked_for_in_one_call(account: EmulatedAccount) -> None:
    versions = ("17.4", "17.5", "17.10", "14.17", "14.18", "12.22", "17.999")
    account.set_rds(
        document(
            DBInstances=[instance(f"of-{each}", "default.postgres17", EngineVersion=each) for each in versions]
        )
    )
    found = databases(rds.describe(account.client("rds", REGION)))
    assert {each: found[f"of-{each}"].rotation.without_restart for each in versions} == {
        **dict.fromkeys(versions[:5], True),
        "12.22": False,
        "17.999": Gap("rds:DescribeDBEngineVersions", "the API knows no postgres 17.999"),
    }
    # Those of PostgreSQL, the only one of Aurora, and by itself the one that was not found.
    assert account.take_calls()[REGION]["rds:DescribeDBEngineVersions"] == 3


def test_versions_are_found_among_all_of_their_engine_where_a_filter_is_refused(account: EmulatedAccount) -> None:
    many = [instance(f"of-{minor}", EngineVersion=f"17.{minor}") for minor in (4, 5, 10)]
    refused = {"DescribeDBEngineVersions": UNRECOGNIZED | {"with": "Filters"}}
    account.set_rds(document(DBInstances=many, DBClusters=[], Faults=refused))
    described = rds.describe(account.client("rds", REGION))
    assert described.gaps == ()
    assert {each.rotation.without_restart for each in databases(described).values()} == {True}
    assert account.take_calls()[REGION]["rds:DescribeDBEngineVersions"] == 2


def test_versions_that_may_not_be_asked_for_are_not_asked_for_one_by_one(account: EmulatedAccount) -> None:
    denied = {"code": "AccessDenied", "message": "no", "status": 403}
    many = [instance(f"of-{minor}", EngineVersion=f"17.{minor}") for minor in range(30)]
    account.set_rds(document(DBInstances=many, DBClusters=[], Faults={"DescribeDBEngineVersions": denied}))
    described = rds.describe(account.client("rds", REGION))
    gap = Gap("rds:DescribeDBEngineVersions", "AccessDenied: no", GapCause.PERMISSION)
    assert {each.rotation.without_restart for each in databases(described).values()} == {gap}
    assert account.take_calls()[REGION]["rds:DescribeDBEngineVersions"] == 1


def test_a_sample_asks_for_all_clusters_where_the_filter_by_engine_is_refused(account: EmulatedAccount) -> None:
    pauses = cluster("pauses", ServerlessV2ScalingConfiguration={"MinCapacity": 0.0, "MaxCapacity": 4.0})
    clusters = [cluster(), pauses]
    account.set_rds(
        document(DBClusters=clusters, Faults={"DescribeDBClusters": UNRECOGNIZED | {"with": "Filters"}})
    )
    assert pausing.clusters(REGION) == frozenset({"pauses"})
    account.set_rds(document(DBClusters=clusters, Faults={"DescribeDBClusters": UNRECOGNIZED}))
    assert pausing.clusters(REGION) == Gap(
        "rds:DescribeDBClusters", "InvalidParameterValue: Unrecognized engine name: postgres"
    )
