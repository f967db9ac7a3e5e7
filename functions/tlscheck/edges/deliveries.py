"""Findings handed to Security Hub CSPM, and what became of each, remembered beside it in the table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, refusals, security_hub, sqs
from tlscheck.edges.aws.security_hub import Refusal
from tlscheck.edges.aws.table import Table
from tlscheck.reporting.parcel import Origin, Parcel
from tlscheck.verdict.sending import Listener, may_take

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of parcels."""

    imported: int = 0
    refused: int = 0
    """Findings that a hub refused; not where the account has none, or may not have one: that is no failure."""

    again: tuple[str, ...] = ()
    """Records that Lambda is to hand over once more: what they tell may arrive then."""


def deliver(table: Table, queue: str, parcels: Sequence[Parcel]) -> Delivery:
    """Imports parcels, several Regions at once, and remembers by finding what became of it.

    What sending again does not change is not handed over again: it lies in the queue with this URL, by the
    findings' Ids and the reason.
    """
    answers = security_hub.import_regions([(each.region, each.findings) for each in parcels])
    settled = [_settled(table, queue, *each) for each in zip(parcels, answers, strict=True)]
    return Delivery(
        sum(each.imported for each in settled),
        sum(each.refused for each in settled),
        tuple(number for each in settled for number in each.again),
    )


def end_again(table: Table, listeners: Mapping[str, Listener]) -> None:
    """Sends what ended, and what a hub of these Regions did not take then, once more to those that may take it."""
    regions = {region for region, each in listeners.items() if may_take(each)}
    if not regions:
        return
    try:
        count = dynamodb.ended_unheard(table, regions, clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.error("findings not sent again", reason=refusals.reason(error))  # noqa: TRY400 - AWS's own words
        return
    if count:
        logger.info("findings sent again", findings=count)


def _settled(table: Table, queue: str, parcel: Parcel, answer: Sequence[Refusal]) -> Delivery:
    refused = {each.id: each for each in answer}
    failed = {name: each for name, each in refused.items() if not each.is_decided}
    for code in sorted({each.code for each in refused.values()}):
        names = [name for name, each in refused.items() if each.code == code]
        logger.warning("findings refused", region=parcel.region, code=code, refused=len(names), findings=names)
    again = tuple(_again(table, parcel, refused))
    _keep(queue, parcel.region, [each for each in failed.values() if each.is_final])
    return Delivery(len(parcel.findings) - len(refused), len(failed), again)


def _again(table: Table, parcel: Parcel, refused: Mapping[str, Refusal]) -> Iterator[str]:
    for name, records in parcel.records.items():
        refusal = refused.get(name)
        is_remembered = _remember(table, parcel.origins[name], refusal)
        if not is_remembered or (refusal is not None and not refusal.is_final):
            yield from records


def _remember(table: Table, origin: Origin, refusal: Refusal | None) -> bool:
    """Remembers of a finding what became of it; False where that could not be written."""
    try:
        if refusal is None:
            dynamodb.delivered(table, origin.key, origin.check, origin.sent_at, clock.now())
        else:
            dynamodb.refused(table, origin.key, origin.check, refusal.gap, clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.error("delivery not remembered", reason=refusals.reason(error))  # noqa: TRY400 - AWS's own words
        return False
    return True


def _keep(queue: str, region: str, final: Sequence[Refusal]) -> None:
    """Leaves for a person what nobody sends again before a policy, or tlscheck, is changed."""
    for code in sorted({each.code for each in final}):
        of_code = [each for each in final if each.code == code]
        names = [each.id for each in of_code]
        message = {"region": region, "reason": of_code[0].reason, "findings": names}
        if reason := sqs.send(queue, message):
            logger.error("refusal not kept", reason=reason, findings=names)
