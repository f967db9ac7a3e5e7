"""Report: the results of a sweep -> its report in S3, metrics, and one notification."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import clock, telemetry
from tlscheck.edges.aws import s3
from tlscheck.edges.documents import to_document
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment, steps
from tlscheck.edges.plans import plan_of
from tlscheck.edges.results import Recall, ended, kept_beside, results_of
from tlscheck.edges.telling import tell
from tlscheck.reporting.metrics import metrics_of_sweep
from tlscheck.reporting.report_schema import document
from tlscheck.reporting.summary import Summary, report_key, summarise

ENVIRONMENT = environment.for_report()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Writes the report of a sweep, whatever of its batches failed, and says where it lies."""
    key, asked = steps.report(event)
    telemetry.about(logger, context, sweep=asked.id)
    plan = plan_of(ENVIRONMENT.bucket, key, asked)
    recall = Recall(ENVIRONMENT.evidence, plan.sweep.started_at)
    results, unread = results_of(ENVIRONMENT.bucket, ENVIRONMENT.table, key, recall)
    refused, skipped, unasked = kept_beside(ENVIRONMENT.table, plan.sweep)
    summary = summarise(plan, results, refused, (*unread, *unasked), skipped)
    told = json.dumps(document(to_document(summary), edition()), ensure_ascii=False)
    s3.put(ENVIRONMENT.bucket, report_key(plan.sweep), told)
    # What follows is about a report that is written: none of it makes the sweep fail.
    if reason := ended(ENVIRONMENT.table, plan.sweep.id, skipped):
        logger.warning("sweep still counts as under way", reason=reason)
    took = clock.now() - plan.sweep.started_at
    telemetry.send(metrics_of_sweep(summary, results.values(), took, is_told=_tell(summary, told)))
    return {
        "report": report_key(plan.sweep),
        "verdicts": dict(summary.verdicts),
        "lost_batches": len(summary.lost_batches),
    }


def _tell(summary: Summary, told: str) -> bool:
    """Whether everybody knows who was to be told."""
    where = f"s3://{ENVIRONMENT.bucket}/{report_key(summary.sweep)}"
    failures = tell(summary, told, where, ENVIRONMENT.topic, ENVIRONMENT.central)
    for failure in failures:
        logger.error("not told", reason=failure)
    return not failures
