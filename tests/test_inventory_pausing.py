"""Which databases pause at 0 ACUs, or may: those that a connection would wake."""

from typing import Any

import pytest
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.request import Request, chosen
from tlscheck.inventory.trait import Trait

from tests.answers import REGION, databases
from tests.answers import cluster as described_cluster
from tests.answers import member as described_member
from tests.examples import ORDERS, cluster, database, member

V2, TO_ZERO = Trait.SERVERLESS_V2, Trait.SCALES_TO_ZERO


def listed(scaling: Any, instance_class: str | None = "db.serverless") -> tuple[Database, Database]:
    described = Described(
        REGION,
        instances=[described_member("writer", DBInstanceClass=instance_class)],
        clusters=[described_cluster(members={"writer": "in-sync"}, ServerlessV2ScalingConfiguration=scaling)],
    )
    found = databases(described)
    return found["ledger"], found["writer"]


@pytest.mark.parametrize(
    ("scaling", "traits"),
    [
        ({"MinCapacity": 0, "MaxCapacity": 4.0}, (V2, TO_ZERO)),
        ({"MinCapacity": 0.0, "MaxCapacity": 4.0, "SecondsUntilAutoPause": 300}, (V2, TO_ZERO)),
        ({"MinCapacity": 0.5, "MaxCapacity": 4.0}, (V2,)),
        ({"MaxCapacity": 4.0}, (V2,)),
        ({"MinCapacity": None, "MaxCapacity": 4.0}, (V2,)),
        ({"MinCapacity": False, "MaxCapacity": 4.0}, (V2,)),
        ({"MinCapacity": "0", "MaxCapacity": 4.0}, (V2,)),
        (None, ()),
    ],
)
def test_a_least_capacity_of_0_is_a_trait_of_cluster_and_member(scaling: Any, traits: tuple[Trait, ...]) -> None:
    of_cluster, of_member = listed(scaling)
    assert of_cluster.traits == of_member.traits == traits
    assert of_member.may_pause is (TO_ZERO in traits or not traits)
    assert not of_cluster.may_pause


def test_a_provisioned_instance_of_such_a_cluster_never_pauses() -> None:
    assert not listed({"MinCapacity": 0, "MaxCapacity": 4.0}, "db.r8g.large")[1].may_pause
    assert listed({"MinCapacity": 0, "MaxCapacity": 4.0}, None)[1].may_pause


def test_an_instance_whose_cluster_was_not_listed_may_pause_if_it_is_serverless() -> None:
    described = Described(
        REGION, instances=[described_member("a", DBInstanceClass="db.serverless"), described_member("b")]
    )
    found = databases(described)
    assert (found["a"].may_pause, found["b"].may_pause) == (True, False)


@pytest.mark.parametrize(
    ("of", "may_pause"),
    [
        (member(), False),
        (member(traits=(V2,)), True),
        (member(traits=(V2, TO_ZERO)), True),
        (member(traits=(Trait.BABELFISH,)), False),
        (cluster(traits=(V2, TO_ZERO)), False),
        (database(traits=(V2, TO_ZERO)), False),
    ],
)
def test_of_a_document_of_before_0_4_0_without_a_class_each_in_aurora_serverless_v2_may_pause(
    of: Database, may_pause: bool
) -> None:
    assert of.instance_class is None
    assert of.may_pause is may_pause


def test_a_sample_leaves_out_what_may_pause_and_says_so_where_that_was_named() -> None:
    serverless: dict[str, Any] = {"instance_class": "db.serverless", "traits": (V2, TO_ZERO)}
    sleeper = member(arn=f"{ORDERS}-2", identifier="ledger-2", **serverless)
    provisioned = member(traits=(V2, TO_ZERO), instance_class="db.r8g.large")
    known = Inventory((cluster(), provisioned, sleeper, database()))
    everything = chosen(Request(Depth.SAMPLE), known)
    assert [each.identifier for each in everything.databases] == ["ledger", "ledger-1", "orders-prod"]
    assert everything.missing == ()
    named = chosen(Request(Depth.SAMPLE, databases=("ledger", "orders-prod")), known)
    assert [each.identifier for each in named.databases] == ["ledger", "ledger-1", "orders-prod"]
    assert named.missing == (
        Gap("request.databases", "ledger-2 may pause at 0 ACUs: samples leave it to full sweeps"),
    )
    full = chosen(Request(Depth.FULL, databases=("ledger-2",)), known)
    assert ([each.identifier for each in full.databases], full.missing) == (["ledger-2"], ())
