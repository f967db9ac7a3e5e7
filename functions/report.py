"""Report: the results of a sweep -> its report in S3, metrics, and one notification."""

import json
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges.aws import s3
from tlscheck.edges.documents import to_document
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment, steps
from tlscheck.edges.plans import plan_of
from tlscheck.edges.results import Recall, ended, kept_beside, results_of
from tlscheck.edges.telling import tell
from tlscheck.reporting.report_schema import document
from tlscheck.reporting.summary import Summary, report_key, summarise

ENVIRONMENT = environment.for_report()
logger = Logger()
metrics = Metrics()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Writes the report of a sweep, whatever of its batches failed, and says where it lies."""
    key, asked = steps.report(event)
    plan = plan_of(ENVIRONMENT.bucket, key, asked)
    recall = Recall(ENVIRONMENT.evidence, plan.sweep.started_at)
    results, unread = results_of(ENVIRONMENT.bucket, ENVIRONMENT.table, key, recall)
    refused, skipped, unasked = kept_beside(ENVIRONMENT.table, plan.sweep)
    summary = summarise(plan, results, refused, (*unread, *unasked), skipped)
    told = json.dumps(document(to_document(summary), edition()), ensure_ascii=False)
    s3.put(ENVIRONMENT.bucket, report_key(plan.sweep), told)
    # What follows is about a report that is written: none of it makes the sweep fail.
    if reason := ended(ENVIRONMENT.table, plan.sweep.id, skipped):
        logger.warning("sweep still counts as under way", sweep=plan.sweep.id, reason=reason)
    _count(summary, failed=_tell(summary, told))
    return {
        "report": report_key(plan.sweep),
        "verdicts": dict(summary.verdicts),
        "lost_batches": len(summary.lost_batches),
    }


def _tell(summary: Summary, told: str) -> bool:
    where = f"s3://{ENVIRONMENT.bucket}/{report_key(summary.sweep)}"
    failures = tell(summary, told, where, ENVIRONMENT.topic, ENVIRONMENT.central)
    for failure in failures:
        logger.error("not told", sweep=summary.sweep.id, reason=failure)
    return bool(failures)


def _count(summary: Summary, *, failed: bool) -> None:
    for verdict, count in summary.verdicts.items():
        metrics.add_metric(f"Databases{verdict.title().replace('_', '')}", MetricUnit.Count, count)
    metrics.add_metric("FullSweeps", MetricUnit.Count, int(summary.is_full))
    metrics.add_metric("BatchesLost", MetricUnit.Count, len(summary.lost_batches))
    metrics.add_metric("RegionsNotListed", MetricUnit.Count, len(summary.unlisted))
    metrics.add_metric("NotificationsFailed", MetricUnit.Count, int(failed))
    metrics.flush_metrics()
