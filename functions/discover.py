"""Discover: a schedule or a console event -> the databases to look at, in batches."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges.aws import dynamodb, rds, regions, s3
from tlscheck.edges.documents import dump, to_document
from tlscheck.edges.events import console, environment
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.batch import Batch, Depth, Sweep, batch_key, in_batches, plan_key
from tlscheck.inventory.preview import Preview
from tlscheck.inventory.request import Request, chosen, regions_to_list
from tlscheck.inventory.vanished import with_vanished

ENVIRONMENT = environment.for_discover()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plans a sweep in S3; without "sweep" in the event, only tells what it would look at."""
    request, sweep = console.discover(event)
    known = dynamodb.known_databases(ENVIRONMENT.table)
    inventory = Inventory(known) if request.depth is Depth.SAMPLE else _listed(request, context)
    inventory = with_vanished(inventory, known)
    batches = in_batches(chosen(request, inventory), inventory.listings)
    preview = Preview.of(request, batches, inventory)
    logger.info("databases found", databases=len(preview.databases), batches=len(batches), gaps=len(preview.gaps))
    return to_document(preview) if sweep is None else _planned(sweep, batches, preview)


def _listed(request: Request, context: LambdaContext) -> Inventory:
    account = Account.of_arn(context.invoked_function_arn)
    wanted = regions_to_list(request, ENVIRONMENT.regions, regions.enabled(account.region), account.region)
    return assemble(account, rds.describe_regions(wanted.listed), wanted.gaps)


def _planned(sweep: Sweep, batches: tuple[Batch, ...], preview: Preview) -> dict[str, Any]:
    keys = [batch_key(sweep, number) for number in range(1, len(batches) + 1)]
    for key, batch in zip(keys, batches, strict=True):
        s3.put(ENVIRONMENT.bucket, key, dump(batch))
    s3.put(ENVIRONMENT.bucket, plan_key(sweep), dump([{"batch": key} for key in keys]))
    return {
        "sweep": to_document(sweep),
        "bucket": ENVIRONMENT.bucket,
        "plan": plan_key(sweep),
        "batches": len(batches),
        "databases": len(preview.databases),
        "gaps": len(preview.gaps),
    }
