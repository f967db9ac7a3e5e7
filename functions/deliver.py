"""Deliver: findings that are to be sent, from the table's stream -> the Security Hub CSPM of their Region."""

from collections.abc import Iterable, Iterator
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import deliveries, telemetry
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.aws.items import UNREADABLE
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment, records
from tlscheck.edges.resources import Resources
from tlscheck.reporting.metrics import metrics_of_delivery
from tlscheck.reporting.parcel import Letter, letter, parcels

ENVIRONMENT = environment.for_deliver()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Imports what is to be sent; answers with the records that Lambda is to hand over again."""
    given = records.findings(event)
    telemetry.about(logger, context, records=given.span)
    failed: list[str] = []
    sent = parcels(_letters(given.readable, failed))
    delivery = deliveries.deliver(ENVIRONMENT.table, ENVIRONMENT.queue, sent)
    failed += delivery.again
    telemetry.send(metrics_of_delivery(delivery.imported, delivery.refused, len(failed) + given.malformed))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _letters(given: Iterable[records.Record], failed: list[str]) -> Iterator[Letter]:
    ours, resources = edition(), Resources(ENVIRONMENT.table)
    for record in given:
        try:
            remembered = dynamodb.sent(record.content)
            # Where nothing is to go there any more, what is there is archived.
            if remembered and (ENVIRONMENT.is_security_hub_enabled or remembered.is_ended):
                yield letter(record.number, remembered, ours, resources.of(remembered.finding))
        except UNREADABLE as error:
            # Without its content: a record that is none of ours may hold anything.
            logger.error("record not understood", sequence_number=record.number, error=type(error).__name__)  # noqa: TRY400
            failed.append(record.number)
