"""Regions that a sweep is not configured for any more, of which databases are known."""

import pytest
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.vanished import with_left_out

from tests.examples import ACCOUNT, NOW, database

KNOWN = tuple(
    database(region=region, arn=f"arn:aws:rds:{region}:{ACCOUNT}:db:{name}")
    for region, name in (("us-east-1", "a"), ("eu-west-1", "b"), ("eu-west-1", "c"), ("ap-south-1", "d"))
)
LISTED = RegionListing(f"arn:aws:rds:us-east-1:{ACCOUNT}:region", "us-east-1", 1, listed_at=NOW)


@pytest.mark.parametrize(
    ("configured", "left_out"),
    [
        (("us-east-1",), ["ap-south-1", "eu-west-1"]),
        (("us-east-1", "ap-south-1", "sa-east-1"), ["eu-west-1"]),
        (("us-east-1", "ap-south-1", "eu-west-1"), []),
        ((), []),
    ],
)
def test_each_region_of_a_known_database_that_is_not_configured(
    configured: tuple[str, ...], left_out: list[str]
) -> None:
    before = Inventory(KNOWN[:1], (LISTED,))
    after = with_left_out(before, KNOWN, Account("aws", ACCOUNT, "us-east-1"), configured, NOW)
    assert after.databases == KNOWN[:1]
    assert after.listings == (
        LISTED,
        *(
            RegionListing(f"arn:aws:rds:{each}:{ACCOUNT}:region", each, 0, listed_at=NOW, is_left_out=True)
            for each in left_out
        ),
    )
