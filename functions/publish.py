"""Publish: announced findings from the table's stream -> the Security Hub CSPM of their Region."""

from collections.abc import Iterable, Iterator
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import deliveries
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.aws.items import UNREADABLE
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment, records
from tlscheck.edges.resources import Resources
from tlscheck.reporting.parcel import Letter, letter, parcels

ENVIRONMENT = environment.for_publish()
logger = Logger()
metrics = Metrics()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Imports what is to be announced; answers with the records that Lambda is to hand over again."""
    given = records.publish(event)
    failed: list[str] = []
    if ENVIRONMENT.is_security_hub_enabled:
        sent = parcels(_letters(given.readable, failed))
        delivery = deliveries.deliver(ENVIRONMENT.table, ENVIRONMENT.queue, sent)
        failed += delivery.again
        metrics.add_metric("FindingsImported", MetricUnit.Count, delivery.imported)
        metrics.add_metric("FindingsRefused", MetricUnit.Count, delivery.refused)
    metrics.add_metric("RecordsFailed", MetricUnit.Count, len(failed) + given.malformed)
    metrics.flush_metrics()
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _letters(given: Iterable[records.Record], failed: list[str]) -> Iterator[Letter]:
    ours, resources = edition(), Resources(ENVIRONMENT.table)
    for record in given:
        try:
            if remembered := dynamodb.announced(record.content):
                yield letter(record.number, remembered, ours, resources.of(remembered.finding))
        except UNREADABLE as error:
            # Without its content: a record that is none of ours may hold anything.
            logger.error("record not understood", sequence_number=record.number, error=type(error).__name__)  # noqa: TRY400
            failed.append(record.number)
