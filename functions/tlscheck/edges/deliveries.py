"""Whether a finding arrived in Security Hub, remembered beside it in the table."""

from aws_lambda_powertools import Logger

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, refusals
from tlscheck.edges.aws.security_hub import Refusal

logger = Logger(child=True)


def remember(table: str, origin: tuple[str, str], refusal: Refusal | None) -> bool:
    """Remembers of the finding of a key and check what became of it; False where that could not be written."""
    try:
        if refusal is None:
            dynamodb.delivered(table, *origin, clock.now())
        else:
            dynamodb.refused(table, *origin, refusal.reason, clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.error("delivery not remembered", reason=refusals.reason(error))  # noqa: TRY400 - AWS's own words
        return False
    return True
