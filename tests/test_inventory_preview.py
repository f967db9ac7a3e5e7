"""What a sweep would look at, told without looking."""

from dataclasses import replace

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import Batch, Depth, in_batches
from tlscheck.inventory.database import Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.preview import Preview, PreviewedDatabase, PreviewedGap
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.request import Request

from tests.examples import LEDGER, ORDERS, cluster, database

DENIED = Gap("rds:DescribeDBProxies", "AccessDenied: no")
UNREAD = Gap("dynamodb:Query", "AccessDenied: no")
LISTINGS = (
    RegionListing("arn:1", "eu-west-1", 0, (DENIED,)),
    RegionListing("arn:2", "us-east-1", 2, vanished=("aws:111122223333:us-east-1:db-GONE", "arn:unread")),
)


def test_a_preview_names_databases_gaps_and_what_is_left_out() -> None:
    there, stopped = cluster(network=None), database(status="stopped")
    excluded = replace(database(arn="arn:not"), tags={"tlscheck:exclude": "yes"})
    inventory = Inventory((there, stopped, excluded), LISTINGS)
    batches = in_batches((there, stopped), LISTINGS)
    gone = database(arn=ORDERS.replace("orders-prod", "gone"), resource_id="db-GONE")
    preview = Preview.of(Request(), batches, inventory, KnownDatabases((gone, stopped)), (UNREAD,))
    assert preview.not_known == 2
    assert preview == Preview(
        depth=Depth.FULL,
        batches=3,
        databases=(
            PreviewedDatabase(LEDGER, Kind.CLUSTER, "available", None),
            PreviewedDatabase(ORDERS, Kind.INSTANCE, "stopped", "vpc-0a1b2c3d"),
        ),
        gaps=(PreviewedGap("eu-west-1", "rds:DescribeDBProxies", "AccessDenied: no"),),
        excluded=("arn:not",),
        vanished=("arn:aws:rds:us-east-1:111122223333:db:gone", "arn:unread"),
        unreadable=(UNREAD,),
    )


def test_a_preview_of_nothing_is_empty() -> None:
    assert Preview.of(Request(Depth.SAMPLE), (), Inventory(())) == Preview(
        Depth.SAMPLE, batches=0, databases=(), gaps=(), excluded=(), vanished=()
    )
    assert Preview(Depth.FULL, 0, (), ()) == Preview(Depth.FULL, 0, (), (), excluded=(), vanished=())


def test_the_listings_batch_lies_in_the_first_listings_region() -> None:
    assert in_batches((), LISTINGS) == (Batch("eu-west-1", None, (), LISTINGS),)
    assert in_batches((), LISTINGS[1:]) == (Batch("us-east-1", None, (), LISTINGS[1:]),)
