"""Report: the results of a sweep -> its report in S3, metrics, and one notification."""

import json
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges.aws import dynamodb, s3, sns
from tlscheck.edges.documents import load, to_document
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment, steps
from tlscheck.edges.results import load_result
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.reporting.message import message_of
from tlscheck.reporting.report_schema import document
from tlscheck.reporting.result import result_key
from tlscheck.reporting.summary import Summary, report_key, summarise

ENVIRONMENT = environment.for_report()
logger = Logger()
metrics = Metrics()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Writes the report of a sweep, whatever of its batches failed, and says where it lies."""
    plan, sweep = steps.report(event)
    batches = [entry["batch"] for entry in json.loads(_needed("plan", plan))]
    results = {key: s3.get(ENVIRONMENT.bucket, result_key(key)) for key in batches}
    summary = summarise(
        sweep,
        results=(load_result(text) for text in results.values() if text is not None),
        lost={key: load(Batch, _needed("batch", key)) for key, text in results.items() if text is None},
        refused_deliveries=dynamodb.failed_deliveries(ENVIRONMENT.table),
    )
    told = document(to_document(summary), edition())
    s3.put(ENVIRONMENT.bucket, report_key(sweep), json.dumps(told, ensure_ascii=False))
    _count(summary)
    if message := message_of(summary, f"s3://{ENVIRONMENT.bucket}/{report_key(sweep)}"):
        sns.publish(ENVIRONMENT.topic, message)
    return {
        "report": report_key(sweep),
        "verdicts": dict(summary.verdicts),
        "lost_batches": len(summary.lost_batches),
    }


def _needed(field: str, key: str) -> str:
    text = s3.get(ENVIRONMENT.bucket, key)
    if text is None:
        raise not_allowed(field, key, f"the key of an object in {ENVIRONMENT.bucket}")
    return text


def _count(summary: Summary) -> None:
    for verdict, count in summary.verdicts.items():
        metrics.add_metric(f"Databases{verdict.title().replace('_', '')}", MetricUnit.Count, count)
    metrics.add_metric("FullSweeps", MetricUnit.Count, int(summary.sweep.depth is Depth.FULL))
    metrics.add_metric("BatchesLost", MetricUnit.Count, len(summary.lost_batches))
    metrics.add_metric("RegionsNotListed", MetricUnit.Count, len(summary.unlisted))
    metrics.flush_metrics()
