"""Publish: changed findings from the table's stream -> the Security Hub of their Region."""

from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, security_hub
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment
from tlscheck.reporting.delivery import Delivery
from tlscheck.reporting.parcel import Letter, Parcel, letter, parcels

ENVIRONMENT = environment.for_publish()
logger = Logger()
metrics = Metrics()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Imports what is to be announced; answers with the records that Lambda is to hand over again."""
    records = event["Records"] if ENVIRONMENT.is_security_hub_enabled else []
    failed: list[str] = []
    for parcel in parcels(_letters(records, failed)):
        failed += _send(parcel)
    metrics.add_metric("RecordsFailed", MetricUnit.Count, len(failed))
    metrics.flush_metrics()
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _letters(records: list[dict[str, Any]], failed: list[str]) -> Iterator[Letter]:
    ours = edition()
    for record in records:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            if remembered := dynamodb.announced(record):
                yield letter(number, remembered, ours)
        except (KeyError, ValueError, TypeError) as error:
            # Without its content: a record that is none of ours may hold anything.
            logger.error("record not understood", sequence_number=number, error=type(error).__name__)  # noqa: TRY400
            failed.append(number)


def _send(parcel: Parcel) -> list[str]:
    refusals = security_hub.import_findings(parcel.region, parcel.findings)
    metrics.add_metric("FindingsImported", MetricUnit.Count, len(parcel.findings) - len(refusals))
    if not refusals:
        dynamodb.put_recovered_delivery(ENVIRONMENT.table, parcel.region_arn, clock.now())
        return []
    first = refusals[0]
    logger.warning("findings refused", region=parcel.region, refused=len(refusals), code=first.code)
    delivery = Delivery(parcel.region_arn, parcel.region, first.reason, clock.now())
    dynamodb.put_refused_delivery(ENVIRONMENT.table, delivery)
    # Handing findings over again and again does not open a hub; they come again when they change, or weekly.
    return [number for each in refusals if not each.is_hub_disabled for number in parcel.records[each.id]]
