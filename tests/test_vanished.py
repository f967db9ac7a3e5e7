"""A database that is gone is archived when its own Region was listed completely, and never otherwise."""

from dataclasses import replace

import pytest
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.vanished import with_vanished

from tests.examples import ORDERS, REGION, cluster, database, member, proxy

EUROPE = REGION.replace("us-east-1", "eu-west-1")
COMPLETE = RegionListing(REGION, "us-east-1", 1)
ABROAD = database(arn=ORDERS.replace("us-east-1", "eu-west-1"), region="eu-west-1")
OF_ORDERS = "aws:111122223333:us-east-1:db-ORDERS"
WITHOUT_ID = Gap("rds:DescribeDBInstances", "named no DbiResourceId")


def gone(
    *known: Database, there: tuple[Database, ...] = (), listings: tuple[RegionListing, ...] = (COMPLETE,)
) -> dict[str, tuple[str, ...]]:
    inventory = with_vanished(Inventory(there, listings), known)
    return {listing.region: listing.vanished for listing in inventory.listings}


def test_what_a_complete_listing_no_longer_has_is_gone() -> None:
    first, second = member(resource_id="db-LEDGER-1"), cluster(resource_id="cluster-LEDGER")
    assert gone(database(), first, second, proxy(), there=(first,)) == {
        "us-east-1": (
            "aws:111122223333:us-east-1:cluster-LEDGER",
            OF_ORDERS,
            "aws:111122223333:us-east-1:prx-0123456789abcdef0",
        )
    }


def test_what_is_there_is_not_gone() -> None:
    assert gone(database(), there=(database(),)) == {"us-east-1": ()}


def test_a_database_that_was_renamed_is_there() -> None:
    renamed = database(arn=ORDERS.replace("orders-prod", "orders-old1"), identifier="orders-old1")
    assert gone(database(), there=(renamed,)) == {"us-east-1": ()}


def test_a_database_whose_name_is_another_ones_is_gone() -> None:
    assert gone(database(), there=(database(resource_id="db-NEW"),)) == {"us-east-1": (OF_ORDERS,)}


def test_a_database_is_not_gone_while_nobody_knows_which_one_has_its_name() -> None:
    assert gone(database(), there=(database(resource_id=WITHOUT_ID),)) == {"us-east-1": ()}


def test_what_was_remembered_by_its_name_is_left_once_the_api_names_its_id() -> None:
    assert gone(database(resource_id=WITHOUT_ID), there=(database(),)) == {"us-east-1": (ORDERS,)}


@pytest.mark.parametrize(
    "operation",
    ["rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBProxies", "ec2:DescribeRegions"],
)
def test_a_listing_with_a_gap_archives_nothing(operation: str) -> None:
    partial = replace(COMPLETE, gaps=(Gap(operation, "AccessDenied: no"),))
    assert gone(database(), listings=(partial,)) == {"us-east-1": ()}


@pytest.mark.parametrize("operation", ["rds:DescribeDBParameters", "rds:DescribeCertificates"])
def test_a_gap_that_lists_no_database_keeps_the_listing_complete(operation: str) -> None:
    blind = replace(COMPLETE, gaps=(Gap(operation, "AccessDenied: no"),))
    assert gone(database(), listings=(blind,)) == {"us-east-1": (OF_ORDERS,)}


def test_only_its_own_regions_listing_says_that_a_database_is_gone() -> None:
    partial = RegionListing(EUROPE, "eu-west-1", 0, (Gap("rds:DescribeDBInstances", "AccessDenied: no"),))
    assert gone(ABROAD, listings=(COMPLETE, partial)) == {"us-east-1": (), "eu-west-1": ()}
    assert gone(ABROAD) == {"us-east-1": ()}


def test_a_database_that_its_owner_excludes_is_left_out_as_if_it_were_gone() -> None:
    excluded = database(tags={"tlscheck:exclude": "true"})
    partial = replace(COMPLETE, gaps=(Gap("rds:DescribeDBClusters", "AccessDenied: no"),))
    assert gone(database(), there=(excluded,), listings=(partial,)) == {"us-east-1": (OF_ORDERS,)}
    assert gone(database(), there=(database(tags={"tlscheck:exclude": "False"}),)) == {"us-east-1": ()}


def test_a_name_that_is_no_arn_is_remembered_by_itself() -> None:
    assert gone(database(arn="odd")) == {"us-east-1": ("odd",)}
