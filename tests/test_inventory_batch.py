"""Batches: databases of one network, at most 25, and a batch for the Regions' listings."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.batch import Depth, Sweep, batch_key, in_batches, plan_key, sweep_key
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.region import RegionListing

from tests.answers import REGION, databases, instance

DATABASE = databases(Described(REGION, instances=[instance()]))["orders-prod"]


@st.composite
def fleets(draw: st.DrawFn) -> list[Database]:
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(["eu-central-1", "us-east-1"]), st.sampled_from(["vpc-1", "vpc-2", None]))
        )
    )
    many = draw(st.integers(1, 30))
    return [
        replace(DATABASE, arn=f"arn:{index}:{copy}", region=region, network=network)
        for index, (region, network) in enumerate(places)
        for copy in range(many)
    ]


@given(fleets())
def test_every_database_is_in_exactly_one_batch_of_its_network(fleet: list[Database]) -> None:
    batches = in_batches(fleet)
    assert sorted(each.arn for batch in batches for each in batch.databases) == sorted(each.arn for each in fleet)
    for batch in batches:
        assert 1 <= len(batch.databases) <= 25
        assert {(each.region, each.network) for each in batch.databases} == {(batch.region, batch.network)}


@given(fleets())
def test_no_batch_is_split_without_need(fleet: list[Database]) -> None:
    sizes: dict[tuple[str, str | None], int] = {}
    for each in fleet:
        sizes[each.region, each.network] = sizes.get((each.region, each.network), 0) + 1
    assert len(in_batches(fleet)) == sum(-(-size // 25) for size in sizes.values())


@given(fleets(), st.randoms(use_true_random=False))
def test_the_order_of_the_databases_makes_no_difference(fleet: list[Database], random: Random) -> None:
    shuffled = list(fleet)
    random.shuffle(shuffled)
    assert in_batches(shuffled) == in_batches(fleet)


def named(kind: Kind, identifier: str, cluster: str | None = None, arn: str | None = None) -> Database:
    return replace(
        DATABASE, arn=arn or identifier, kind=kind, identifier=identifier, cluster=cluster, network="vpc-1"
    )


@given(
    st.lists(st.integers(0, 16), max_size=8),
    st.integers(0, 30),
    st.randoms(use_true_random=False),
)
def test_a_cluster_and_its_members_are_in_one_batch(sizes: list[int], others: int, random: Random) -> None:
    arns = [f"{number:04}" for number in range(sum(sizes) + len(sizes) + others)]
    random.shuffle(arns)
    fleet = [named(Kind.INSTANCE, f"single-{number}", arn=arns.pop()) for number in range(others)]
    for number, size in enumerate(sizes):
        fleet.append(named(Kind.CLUSTER, f"c-{number}", arn=arns.pop()))
        fleet += [named(Kind.MEMBER, f"c-{number}-{each}", f"c-{number}", arns.pop()) for each in range(size)]
    batches = in_batches(fleet)
    where = {each.identifier: number for number, batch in enumerate(batches) for each in batch.databases}
    assert len(where) == len(fleet) == sum(len(batch.databases) for batch in batches)
    assert all(len(batch.databases) <= 25 for batch in batches)
    for each in fleet:
        if each.cluster is not None:
            assert where[each.identifier] == where[each.cluster]


def test_a_cluster_that_does_not_fit_into_what_is_left_of_a_batch_begins_the_next() -> None:
    singles = [named(Kind.INSTANCE, f"a-{number:02}") for number in range(20)]
    ledger = [named(Kind.MEMBER, f"m-{number}", "ledger") for number in range(5)]
    first, second = in_batches([*singles, *ledger, named(Kind.CLUSTER, "ledger", arn="b")])
    assert len(first.databases) == 20
    assert [each.identifier for each in second.databases] == ["ledger", "m-0", "m-1", "m-2", "m-3", "m-4"]


@pytest.mark.parametrize("lost", [{"ledger"}, {"ledger-1"}, {"ledger", "ledger-2"}])
def test_a_cluster_goes_where_its_members_lie_though_the_network_of_some_is_not_known(lost: set[str]) -> None:
    whole = [named(Kind.CLUSTER, "ledger"), *(named(Kind.MEMBER, f"ledger-{n}", "ledger") for n in (1, 2))]
    of = tuple(replace(each, network=None) if each.identifier in lost else each for each in whole)
    alone = replace(named(Kind.INSTANCE, "orders"), network=None)
    assert [(batch.network, batch.databases) for batch in in_batches([alone, *of])] == [
        (None, (alone,)),
        ("vpc-1", of),
    ]


def test_members_whose_cluster_is_not_known_belong_to_none() -> None:
    orphans = [named(Kind.MEMBER, f"lost-{number:03}") for number in range(60)]
    assert [len(batch.databases) for batch in in_batches(orphans)] == [25, 25, 10]


def test_listings_travel_in_a_batch_of_their_own() -> None:
    listings = (RegionListing("arn:1", "eu-central-1", 1), RegionListing("arn:2", "us-east-1", 0))
    *others, last = in_batches([DATABASE], listings)
    assert [batch.listings for batch in others] == [()]
    assert (last.databases, last.network, last.listings) == ((), None, listings)


def test_members_that_a_filter_chose_without_their_cluster_stay_together() -> None:
    others = [named(Kind.INSTANCE, f"b-{number:02}") for number in range(24)]
    chosen = [named(Kind.MEMBER, "a-1", "ledger"), named(Kind.MEMBER, "z-2", "ledger")]
    assert [[each.identifier for each in batch.databases][-1] for batch in in_batches([*others, *chosen])] == [
        "z-2",
        "b-23",
    ]


def test_a_batch_takes_the_hubs_of_its_own_regions_along() -> None:
    hub, unknown = Hub(datetime(2026, 1, 1, tzinfo=UTC)), Gap("securityhub:DescribeHub", "AccessDenied: no")
    hubs: dict[str, Hub | Gap] = {"eu-central-1": hub, "us-east-1": unknown, "eu-west-1": Hub(None)}
    listings = (RegionListing("arn:1", "eu-central-1", 1), RegionListing("arn:2", "us-east-1", 0))
    assert [each.hubs for each in in_batches([DATABASE], listings, hubs)] == [
        {"eu-central-1": hub},
        {"eu-central-1": hub, "us-east-1": unknown},
    ]
    assert [each.hubs for each in in_batches([DATABASE], listings)] == [{}, {}]


def test_nothing_to_look_at_makes_no_batch() -> None:
    assert in_batches([]) == ()


def test_keys_lie_below_their_sweep() -> None:
    sweep = Sweep("nightly-1", datetime(2026, 11, 24, 3, tzinfo=UTC), Depth.FULL)
    assert plan_key(sweep) == "sweeps/nightly-1/plan.json"
    assert batch_key(sweep, 7) == "sweeps/nightly-1/batches/0007.json"
    sample = replace(sweep, id="s-1", depth=Depth.SAMPLE)
    assert plan_key(sample) == "samples/s-1/plan.json"
    assert batch_key(sample, 7) == "samples/s-1/batches/0007.json"


@pytest.mark.parametrize("folder", ["sweeps", "samples"])
def test_a_sweeps_plan_lies_where_its_batches_do_as_also_a_samples_of_before(folder: str) -> None:
    assert sweep_key(f"{folder}/s-1/batches/0007.json") == f"{folder}/s-1/sweep.json"
    assert sweep_key(f"{folder}/s-1/plan.json") == f"{folder}/s-1/sweep.json"


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 30), (7, [7, 7, 7, 7, 2]), (25, [25, 5]), (100, [30])])
def test_a_batch_is_as_large_as_the_owner_says(size: int, sizes: list[int]) -> None:
    fleet = [named(Kind.INSTANCE, f"b-{number:02}") for number in range(30)]
    assert [len(each.databases) for each in in_batches(fleet, size=size)] == sizes
