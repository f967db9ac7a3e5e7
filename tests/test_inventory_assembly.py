"""From the answers of the RDS API to databases, and what is left to be asked."""

from dataclasses import replace
from typing import Any

import pytest
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.database import Endpoint, Kind
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.lookups import families_to_read, groups_to_read
from tlscheck.inventory.parameter_group import ParameterGroupFamily, Scope
from tlscheck.inventory.region import RegionListing, folded

from tests.answers import (
    ACCOUNT,
    REGION,
    arn,
    certificate,
    cluster,
    cluster_group,
    databases,
    instance,
    instance_group,
    member,
)


def only(answer: dict[str, Any]) -> Any:
    (database,) = databases(Described(REGION, instances=[answer])).values()
    return database


def without_authorities(inventory: Inventory) -> tuple[RegionListing, ...]:
    return tuple(replace(each, authorities=NOT_ASKED) for each in inventory.listings)


def without(answer: dict[str, Any], member_of_it: str) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != member_of_it}


def test_an_instance_in_order_is_read_member_by_member() -> None:
    database = only(
        instance(TagList=[{"Key": "team", "Value": "x"}, {"Key": "tlscheck:secret", "Value": "orders/look"}])
    )
    assert database.arn == arn("db", "orders-prod")
    assert database.kind is Kind.INSTANCE
    assert database.identifier == "orders-prod"
    assert database.region == REGION
    assert (database.engine, database.engine_version) == ("postgres", "17.4")
    assert database.status == "available"
    assert database.resource_id == "db-ORDERS-PROD"
    assert database.cluster is None
    assert database.network == "vpc-0a1b2c3d"
    assert database.endpoint == Endpoint(f"orders-prod.c9x2example.{REGION}.rds.amazonaws.com", 5432)
    assert database.iam_authentication
    assert database.secret == "orders/look"  # noqa: S105 - a name


def test_a_cluster_lies_in_the_network_of_its_members() -> None:
    described = Described(
        REGION,
        instances=[member("writer"), member("elsewhere", "other", DBSubnetGroup={"VpcId": "vpc-9"})],
        clusters=[cluster(members={"writer": "in-sync"}), cluster("empty")],
    )
    found = databases(described)
    assert (found["ledger"].kind, found["ledger"].network) == (Kind.CLUSTER, "vpc-0a1b2c3d")
    assert found["empty"].network is None
    assert found["ledger"].endpoint is None
    assert (found["writer"].kind, found["writer"].cluster) == (Kind.MEMBER, "ledger")


def test_a_member_logs_in_as_its_cluster_allows() -> None:
    described = Described(
        REGION,
        instances=[member("writer", IAMDatabaseAuthenticationEnabled=False)],
        clusters=[
            cluster(
                members={"writer": "in-sync"},
                TagList=[{"Key": "tlscheck:secret", "Value": "ledger/look"}],
            )
        ],
    )
    writer = databases(described)["writer"]
    assert writer.iam_authentication
    assert writer.secret == "ledger/look"  # noqa: S105 - a name


@pytest.mark.parametrize(
    "status",
    ["creating", "stopped", "deleting", "storage-full", "inaccessible-encryption-credentials", "tomorrow's", None],
)
def test_an_instance_in_any_status_is_in_the_inventory(status: str | None) -> None:
    assert only(instance(DBInstanceStatus=status)).status == (status or "")


@pytest.mark.parametrize("endpoint", [None, {}, {"Address": "x"}, {"Port": 5432}, {"Address": "", "Port": 1}, "x"])
def test_an_instance_without_a_whole_endpoint_has_none(endpoint: object) -> None:
    assert only(instance(Endpoint=endpoint)).endpoint is None


@pytest.mark.parametrize("subnets", [None, "private", {}, {"VpcId": ""}])
def test_a_database_without_a_vpc_has_no_network(subnets: object) -> None:
    assert only(instance(DBSubnetGroup=subnets)).network is None


@pytest.mark.parametrize("engine", ["neptune", "docdb", "mysql", "aurora-mysql", "custom-oracle-ee"])
def test_another_engine_in_the_answer_never_leaks_in(engine: str) -> None:
    described = Described(
        REGION,
        instances=[instance(Engine=engine), member("graph", Engine=engine)],
        clusters=[cluster(Engine=engine)],
    )
    assert databases(described) == {}
    assert groups_to_read(described.instances, described.clusters) == ()
    assert assemble(ACCOUNT, [described]).listings[0].gaps == ()


def test_more_than_a_hundred_instances_are_all_there() -> None:
    described = Described(REGION, instances=[instance(f"shard-{number}") for number in range(250)])
    assert len(databases(described)) == 250


def test_an_instance_that_two_pages_show_is_one() -> None:
    inventory = assemble(ACCOUNT, [Described(REGION, instances=[instance(), instance()])])
    assert len(inventory.databases) == 1
    assert inventory.listings[0].databases == 1


@pytest.mark.parametrize("missing", ["DBInstanceArn", "DBInstanceIdentifier", "Engine"])
def test_an_answer_that_does_not_say_what_it_is_leaves_a_gap(missing: str) -> None:
    inventory = assemble(
        ACCOUNT, [Described(REGION, instances=[without(instance(), missing), instance("billing")])]
    )
    assert [each.identifier for each in inventory.databases] == ["billing"]
    assert [gap.operation for gap in inventory.listings[0].gaps] == ["rds:DescribeDBInstances"]


def test_every_region_described_has_its_listing() -> None:
    denied = Gap("rds:DescribeDBClusters", "AccessDenied: no")
    off = Gap("ec2:DescribeRegions", "not enabled")
    inventory = assemble(
        ACCOUNT,
        [Described("us-east-1", gaps=(denied,)), Described(REGION, instances=[instance()])],
        [("af-south-1", off)],
    )
    assert without_authorities(inventory) == (
        RegionListing("arn:aws:rds:af-south-1:123456789012:region", "af-south-1", 0, (off,)),
        RegionListing("arn:aws:rds:eu-central-1:123456789012:region", "eu-central-1", 1),
        RegionListing("arn:aws:rds:us-east-1:123456789012:region", "us-east-1", 0, (denied,)),
    )


def test_what_else_is_not_known_of_a_region_joins_its_listing() -> None:
    why = Gap("ec2:DescribeRegions", "AccessDenied: no")
    inventory = assemble(ACCOUNT, [Described(REGION, instances=[instance()])], [(REGION, why)])
    assert without_authorities(inventory) == (RegionListing(ACCOUNT.region_arn(REGION), REGION, 1, (why,)),)


def test_gaps_of_one_operation_fold_into_one() -> None:
    gaps = [Gap("a", "first"), Gap("b", "other"), Gap("a", "first"), Gap("a", "second"), Gap("a", "third")]
    assert folded(gaps) == (Gap("a", "first (and 2 more)"), Gap("b", "other"))


def test_a_group_is_asked_for_once_however_many_use_it() -> None:
    instances = [instance(f"shard-{number}", f"group-{number % 3}") for number in range(100)]
    assert groups_to_read(instances, []) == tuple(instance_group(f"group-{number}") for number in range(3))


def test_the_instance_groups_of_members_are_not_asked_for() -> None:
    clusters = [cluster(members={"writer": "in-sync"})]
    assert groups_to_read([member("writer")], clusters) == (cluster_group(),)


def test_a_family_is_asked_for_only_where_a_group_leaves_the_parameter_out() -> None:
    described = Described(
        REGION,
        instances=[
            instance("a", "says-so"),
            instance("b", "silent", EngineVersion="15.9"),
            instance("c", "silent", EngineVersion="15.10"),
            instance("d", "unreadable", EngineVersion="14.1"),
            instance("e", "silent", EngineVersion="?"),
        ],
        clusters=[cluster(group="silent-too")],
        parameters={
            instance_group("says-so"): {"rds.force_ssl": "0"},
            instance_group("silent"): {},
            instance_group("unreadable"): Gap("rds:DescribeDBParameters", "AccessDenied: no"),
            cluster_group("silent-too"): {},
        },
    )
    assert families_to_read(described) == (
        ParameterGroupFamily(Scope.CLUSTER, "aurora-postgresql16"),
        ParameterGroupFamily(Scope.INSTANCE, "postgres15"),
    )


def test_the_account_is_read_from_the_function_that_runs() -> None:
    account = Account.of_arn("arn:aws-cn:lambda:cn-north-1:123456789012:function:tlscheck-Discover")
    assert account == Account("aws-cn", "123456789012", "cn-north-1")
    assert account.region_arn("cn-northwest-1") == "arn:aws-cn:rds:cn-northwest-1:123456789012:region"


def test_the_order_of_the_answers_makes_no_difference() -> None:
    instances = [instance("b"), instance("a")]
    one = Described(REGION, instances=instances, certificates=[certificate()])
    other = Described(REGION, instances=instances[::-1], certificates=[certificate()])
    assert assemble(ACCOUNT, [one]) == assemble(ACCOUNT, [other])
