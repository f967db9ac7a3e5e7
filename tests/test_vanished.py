"""A database that is gone is archived when its own Region was listed completely, and never otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.vanished import with_vanished
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.settle import archived, settle

from tests.examples import NOW, ORDERS, REGION, cluster, database, member, proxy

HOUR = timedelta(hours=1)
EUROPE = REGION.replace("us-east-1", "eu-west-1")
COMPLETE = RegionListing(REGION, "us-east-1", 1)
ABROAD = database(arn=ORDERS.replace("us-east-1", "eu-west-1"), region="eu-west-1")


def gone(
    *known: Database, there: tuple[Database, ...] = (), listings: tuple[RegionListing, ...] = (COMPLETE,)
) -> dict[str, tuple[str, ...]]:
    inventory = with_vanished(Inventory(there, listings), known)
    return {listing.region: listing.vanished for listing in inventory.listings}


def test_what_a_complete_listing_no_longer_has_is_gone() -> None:
    assert gone(database(), member(), cluster(), proxy(), there=(member(),)) == {
        "us-east-1": tuple(sorted((database().arn, cluster().arn, proxy().arn)))
    }


def test_what_is_there_is_not_gone() -> None:
    assert gone(database(), there=(database(),)) == {"us-east-1": ()}


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
    assert gone(database(), listings=(blind,)) == {"us-east-1": (ORDERS,)}


def test_only_its_own_regions_listing_says_that_a_database_is_gone() -> None:
    partial = RegionListing(EUROPE, "eu-west-1", 0, (Gap("rds:DescribeDBInstances", "AccessDenied: no"),))
    assert gone(ABROAD, listings=(COMPLETE, partial)) == {"us-east-1": (), "eu-west-1": ()}
    assert gone(ABROAD) == {"us-east-1": ()}


def test_a_database_that_its_owner_excludes_is_left_out_as_if_it_were_gone() -> None:
    excluded = database(tags={"tlscheck:exclude": "true"})
    partial = replace(COMPLETE, gaps=(Gap("rds:DescribeDBClusters", "AccessDenied: no"),))
    assert gone(database(), there=(excluded,), listings=(partial,)) == {"us-east-1": (ORDERS,)}
    assert gone(database(), there=(database(tags={"tlscheck:exclude": "False"}),)) == {"us-east-1": ()}


OLD_CA = Finding(database().key, ORDERS, "us-east-1", CheckId.CA, Status.FAILED, "old CA", "")
FAILED = RememberedFinding(OLD_CA, NOW, NOW, NOW, NOW)


def test_an_archived_finding_keeps_what_it_said_and_is_announced() -> None:
    after = archived(FAILED, NOW + HOUR)
    assert after == replace(FAILED, archived_at=NOW + HOUR, announced_at=NOW + HOUR, observed_at=NOW + HOUR)


@pytest.mark.parametrize("hours", [0, -1])
def test_a_repeated_or_older_sweep_archives_nothing(hours: int) -> None:
    assert archived(FAILED, NOW + hours * HOUR) is FAILED


def test_what_is_archived_is_not_archived_again() -> None:
    once = archived(FAILED, NOW + HOUR)
    assert archived(once, NOW + 2 * HOUR) is once


@pytest.mark.parametrize("status", Status)
def test_a_database_that_comes_back_has_active_findings_again(status: Status) -> None:
    back = replace(FAILED.finding, status=status)
    after = settle(archived(FAILED, NOW + HOUR), back, NOW + 2 * HOUR)
    assert after.archived_at is None
    assert after.announced_at == NOW + 2 * HOUR
