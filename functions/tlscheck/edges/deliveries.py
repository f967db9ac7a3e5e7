"""Whether a finding arrived in Security Hub, remembered beside it in the table."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, refusals
from tlscheck.edges.aws.security_hub import Refusal
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.parcel import Origin

logger = Logger(child=True)


def end_again(table: str, hubs: Mapping[str, Hub | Gap]) -> None:
    """Sends what ended, and what a hub of these refused then, once more."""
    regions = {region for region, hub in hubs.items() if isinstance(hub, Hub) and hub.subscribed_at}
    if not regions:
        return
    try:
        count = dynamodb.ended_unheard(table, regions, clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.error("findings not sent again", reason=refusals.reason(error))  # noqa: TRY400 - AWS's own words
        return
    if count:
        logger.info("findings sent again", findings=count)


def remember(table: str, origin: Origin, refusal: Refusal | None) -> bool:
    """Remembers of a finding what became of it; False where that could not be written."""
    try:
        if refusal is None:
            dynamodb.delivered(table, origin.key, origin.check, origin.sent_at, clock.now())
        else:
            dynamodb.refused(table, origin.key, origin.check, refusal.reason, clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.error("delivery not remembered", reason=refusals.reason(error))  # noqa: TRY400 - AWS's own words
        return False
    return True
