"""Discover: a schedule or a console event -> the databases to look at, in batches."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, s3
from tlscheck.edges.aws.listing import listed
from tlscheck.edges.documents import dump, to_document
from tlscheck.edges.events import console, environment
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep, batch_key, in_batches, plan_key, sweep_key
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.preview import Preview
from tlscheck.inventory.request import Request, chosen
from tlscheck.inventory.succession import with_predecessors
from tlscheck.inventory.vanished import with_vanished
from tlscheck.verdict.steps import Running

ENVIRONMENT = environment.for_discover()
LONGEST_SWEEP = timedelta(hours=3)  # TimeoutSeconds of the state machine
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plans a sweep in S3; without "sweep" in the event, only tells what it would look at."""
    request, sweep = console.discover(event)
    if sweep is None or sweep.depth is Depth.SAMPLE:
        return _discovered(request, sweep, context)
    running = Running(sweep.id, sweep.started_at, clock.now() + LONGEST_SWEEP)
    dynamodb.begin(ENVIRONMENT.table, running)
    try:
        return _discovered(request, sweep, context)
    except BadRequest:  # nobody tries this one again
        dynamodb.end(ENVIRONMENT.table, running.id)
        raise


def _discovered(request: Request, sweep: Sweep | None, context: LambdaContext) -> dict[str, Any]:
    known = dynamodb.known(ENVIRONMENT.table, ENVIRONMENT.earlier_index, clock.now())
    inventory, hubs = Inventory(known.databases), dict[str, Hub | Gap]()
    if request.depth is Depth.FULL:
        account = Account.of_arn(context.invoked_function_arn)
        asks_hubs = sweep is not None and ENVIRONMENT.is_security_hub_enabled
        inventory, hubs = listed(request, account, ENVIRONMENT.regions, asks_hubs=asks_hubs)
        inventory = with_predecessors(inventory, known, clock.now(), ENVIRONMENT.evidence_span)
        inventory = with_vanished(inventory, known.databases)
    wanted = chosen(request, inventory, known.unreadable)
    batches = in_batches(wanted.databases, inventory.listings, hubs)
    preview = Preview.of(request, batches, inventory, known, (*known.unreadable, *wanted.missing))
    logger.info("databases found", databases=len(preview.databases), batches=len(batches), gaps=preview.not_known)
    return to_document(preview) if sweep is None else _planned(sweep, batches, preview)


def _planned(sweep: Sweep, batches: tuple[Batch, ...], preview: Preview) -> dict[str, Any]:
    keys = [batch_key(sweep, number) for number in range(1, len(batches) + 1)]
    s3.put(ENVIRONMENT.bucket, sweep_key(sweep.id), dump(Plan(sweep, preview.unreadable)))
    for key, batch in zip(keys, batches, strict=True):
        s3.put(ENVIRONMENT.bucket, key, dump(batch))
    s3.put(ENVIRONMENT.bucket, plan_key(sweep), dump([{"batch": key} for key in keys]))
    return {
        "sweep": to_document(sweep),
        "bucket": ENVIRONMENT.bucket,
        "plan": plan_key(sweep),
        "batches": len(batches),
        "databases": len(preview.databases),
        "gaps": preview.not_known,
    }
