"""Who is on the same parameter group, as a listing knows it, and how that comes to a batch."""

from dataclasses import replace

import pytest
from tlscheck.edges.documents import dump, load
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import in_batches, with_groups
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import Beside
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.sharing import SharedGroup, Sharer, shared_groups, with_beside

from tests.examples import ACCOUNT, NOT_ENFORCED, REGION, cluster, database, member

ON_SHARED = replace(NOT_ENFORCED, parameter_group="shared")
PLACE = ("us-east-1", "instance shared")
WHOLE = RegionListing(REGION, "us-east-1", 2)


def instance(name: str, group: str = "shared", **changes: object) -> Database:
    where = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{name}"
    force_ssl = replace(NOT_ENFORCED, parameter_group=group)
    return database(arn=where, identifier=name, resource_id=f"db-{name.upper()}", force_ssl=force_ssl, **changes)


def key(name: str) -> str:
    return f"aws:{ACCOUNT}:us-east-1:db-{name.upper()}"


def test_databases_on_one_group_are_known_by_their_names_and_keys() -> None:
    groups = shared_groups([instance("b"), instance("a"), instance("alone", "own")])
    sharers = (Sharer("a", {"a": key("a")}), Sharer("b", {"b": key("b")}))
    assert groups == {PLACE: SharedGroup(sharers)}


@pytest.mark.parametrize("group", ["default.postgres17", None])
def test_a_group_that_nobody_can_change_and_one_without_a_name_are_shared_by_nobody(group: str | None) -> None:
    both = [
        replace(each, force_ssl=replace(ON_SHARED, parameter_group=group))
        for each in (instance("a"), instance("b"))
    ]
    assert shared_groups(both) == {}


def test_a_group_of_instances_and_one_of_clusters_of_the_same_name_are_two() -> None:
    of = cluster(force_ssl=ON_SHARED, member_ids={"ledger-1": "db-LEDGER1"})
    assert shared_groups([instance("a"), of, member(force_ssl=ON_SHARED)]) == {}
    other = replace(
        of,
        arn=f"{of.arn}-2",
        identifier="ledger-2",
        resource_id="cluster-2",
        member_authorities={"x": None},
        member_ids={},
    )
    groups = shared_groups([instance("a"), of, other, member(force_ssl=ON_SHARED)])
    # A member that was not listed has no key: who connects to it nobody can read.
    sharers = (Sharer("ledger", {"ledger-1": key("ledger1")}), Sharer("ledger-2", {"x": ""}))
    assert groups == {("us-east-1", "cluster shared"): SharedGroup(sharers)}


def test_the_same_name_in_another_region_is_another_group() -> None:
    assert shared_groups([instance("a"), replace(instance("b"), region="us-west-2")]) == {}


def test_of_hundreds_the_first_fifty_are_named_and_the_others_counted() -> None:
    (group,) = shared_groups([instance(f"shard-{number:03}") for number in range(254)]).values()
    assert [each.identifier for each in group.sharers] == [f"shard-{number:03}" for number in range(50)]
    assert group.beyond == 204


def test_a_cluster_counts_by_its_members() -> None:
    ids = {f"m{number}": f"db-M{number}" for number in range(3)}
    clusters = [
        cluster(
            identifier=f"c{number:02}",
            resource_id=f"cluster-C{number:02}",
            force_ssl=ON_SHARED,
            member_authorities=dict.fromkeys(ids),
            member_ids=ids,
        )
        for number in range(20)
    ]
    (group,) = shared_groups(clusters).values()
    assert [each.identifier for each in group.sharers] == [f"c{number:02}" for number in range(16)]
    assert group.beyond == 4


def test_whom_nobody_looks_at_is_kept_with_each_database_that_it_shares_a_group_with() -> None:
    excluded = instance("payroll", tags={"tlscheck:exclude": "true"})
    unlisted = instance("archive")
    found = with_beside(Inventory((instance("a"), instance("other", "own"), excluded), (WHOLE,)), [unlisted])
    of = {each.identifier: each.beside for each in found.databases}
    assert of == {"a": Beside(("archive", "payroll")), "other": Beside(), "payroll": Beside(("archive",))}
    (group,) = shared_groups(found.databases).values()
    assert group == SharedGroup((Sharer("a", {"a": key("a")}),), beside=Beside(("archive", "payroll")))


def test_five_of_those_are_named_and_the_others_counted() -> None:
    excluded = tuple(instance(f"x{number}", tags={"tlscheck:exclude": ""}) for number in range(8))
    found = with_beside(Inventory((instance("a"), *excluded), (WHOLE,)))
    assert found.databases[0].beside == Beside(("x0", "x1", "x2", "x3", "x4"), more=3)


@pytest.mark.parametrize(
    ("operation", "of_instances", "of_clusters"),
    [
        ("rds:DescribeDBInstances", True, False),
        ("rds:DescribeDBClusters", False, True),
        ("rds:DescribeDBProxies", False, False),
        ("rds:DescribeDBParameters", False, False),
    ],
)
def test_a_listing_that_is_not_whole_may_leave_out_others_of_its_kind(
    operation: str, of_instances: bool, of_clusters: bool
) -> None:
    gap = Gap(operation, "Throttling: slow")
    listing = replace(WHOLE, gaps=(gap,))
    found = with_beside(Inventory((instance("a"), cluster(force_ssl=ON_SHARED)), (listing,)))
    assert [each.beside.gap for each in found.databases] == [
        gap if of_instances else None,
        gap if of_clusters else None,
    ]
    assert len(shared_groups(found.databases)) == of_instances + of_clusters


def test_each_batch_takes_the_groups_of_its_own_databases_once() -> None:
    databases = [instance(f"shard-{number:03}") for number in range(60)] + [instance("alone", "own")]
    batches = with_groups(in_batches(databases, size=25), databases)
    assert [sorted(each.groups) for each in batches] == [["instance shared"]] * 3
    assert {len(each.groups["instance shared"].sharers) for each in batches} == {50}
    # It grows with the databases, and not with their square.
    sizes = [len(dump(each)) for each in batches]
    assert max(sizes) - len(dump(replace(batches[0], groups={}))) < 6_000


def test_a_sample_knows_the_same_of_a_group_as_the_full_sweep_before_it() -> None:
    excluded = instance("payroll", tags={"tlscheck:exclude": "true"})
    listed = with_beside(Inventory((instance("a"), instance("b"), excluded), (WHOLE,))).databases
    remembered = [load(Database, dump(each)) for each in listed if not each.is_excluded]
    assert shared_groups(remembered) == shared_groups(listed)
