"""Observe: a batch of databases -> what their probe says -> clients and findings in the table."""

from dataclasses import replace
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import observing, plans, telemetry
from tlscheck.edges.aws import s3
from tlscheck.edges.documents import dump, load
from tlscheck.edges.events import environment, steps
from tlscheck.edges.results import Recall, remembered_batch
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Batch
from tlscheck.reporting.result import result_key

ENVIRONMENT = environment.for_observe()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Looks at a batch and remembers what it saw; of one that failed, says what is still known."""
    asked = steps.observe(event)
    telemetry.about(logger, context, sweep=asked.sweep.id, batch=asked.batch)
    sweep = plans.plan_of(ENVIRONMENT.bucket, asked.batch, asked.sweep).sweep
    if (text := s3.get(ENVIRONMENT.bucket, asked.batch)) is None:
        raise not_allowed("batch", asked.batch, f"the key of a batch in {ENVIRONMENT.bucket}")
    batch = load(Batch, text)
    if asked.error is None:
        result = observing.observe(batch, asked.batch, sweep, ENVIRONMENT, asked.busy)
    else:
        recall = Recall(ENVIRONMENT.evidence, sweep.started_at)
        result = remembered_batch(ENVIRONMENT.table, batch, asked.error, recall)
    result = replace(result, sweep_started_at=sweep.started_at)
    s3.put(ENVIRONMENT.bucket, result_key(asked.batch), dump(result))
    logger.info("batch observed", databases=len(batch.databases))
    return {"batch": asked.batch, "databases": len(batch.databases)}
