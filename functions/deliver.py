"""Deliver: findings that are to be sent, from the table's stream -> the Security Hub of their Region."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import deliveries, telemetry
from tlscheck.edges.aws import dynamodb, security_hub
from tlscheck.edges.aws.items import UNREADABLE
from tlscheck.edges.edition import edition
from tlscheck.edges.events import environment, records
from tlscheck.reporting.metrics import Sent, metrics_of_sending
from tlscheck.reporting.parcel import Letter, Parcel, letter, parcels

ENVIRONMENT = environment.for_deliver()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Imports what is to be sent; answers with the records that Lambda is to hand over again."""
    given = records.findings(event)
    telemetry.about(logger, context, records=given.span)
    sent, failed = Counter[str](), list[str]()
    for parcel in parcels(_letters(given.readable, failed)):
        failed += _send(parcel, sent)
    telemetry.send(metrics_of_sending(Sent(sent["imported"], sent["refused"], len(failed) + given.malformed)))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _letters(given: Iterable[records.Record], failed: list[str]) -> Iterator[Letter]:
    ours = edition()
    for record in given:
        try:
            remembered = dynamodb.sent(record.content)
            # Where nothing is to go there any more, what is there is archived.
            if remembered and (ENVIRONMENT.is_security_hub_enabled or remembered.is_ended):
                yield letter(record.number, remembered, ours)
        except UNREADABLE as error:
            # Without its content: a record that is none of ours may hold anything.
            logger.error("record not understood", sequence_number=record.number, error=type(error).__name__)  # noqa: TRY400
            failed.append(record.number)


def _send(parcel: Parcel, sent: Counter[str]) -> Iterator[str]:
    refused = {each.id: each for each in security_hub.import_findings(parcel.region, parcel.findings)}
    sent.update(imported=len(parcel.findings) - len(refused), refused=len(refused))
    for code in sorted({each.code for each in refused.values()}):
        logger.warning("findings refused", region=parcel.region, refused=len(refused), code=code)
    for name in parcel.records:
        refusal = refused.get(name)
        # Where there is no hub, nothing is remembered: once there is one, a full sweep sends what it lacks.
        if refusal is not None and refusal.is_hub_disabled:
            continue
        if not deliveries.remember(ENVIRONMENT.table, parcel.origins[name], refusal) or refusal is not None:
            yield from parcel.records[name]
