"""Probes: which one reaches a network, and what it says of the servers there."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from pydantic import ValidationError

from tlscheck.edges import clock, documents, earlier
from tlscheck.edges.aws import refusals, session, ssm
from tlscheck.inventory.gap import GapCause
from tlscheck.inventory.names import Arn, is_region
from tlscheck.version import Edition
from tlscheck.wire.observation import Look, LookOutcome, Observation
from tlscheck.wire.request import refusal
from tlscheck.wire.target import Target
from tlscheck.wire.targeting import ProbeBusy, no_probe, not_tried
from tlscheck.wording import plain

PATIENCE = 150.0
"""Seconds that a probe may take; its own time-out is shorter, so that it answers first."""

LONGEST_KIND = 100
"""Characters of an error's type."""

_ONCE = Config(read_timeout=PATIENCE, retries={"total_max_attempts": 1})
"""Asking again after a time-out would look at every server twice."""


BUSY = frozenset(
    {
        *("ServiceException", "ResourceConflictException", "ResourceNotReadyException", "ENINotReadyException"),
        *("CodeArtifactUserPendingException", "SnapStartNotReadyException"),
    }
)
"""Errors of lambda:Invoke, beside those of throttling, by which the function did not run and may a moment later:
its account or Lambda itself is at a limit, or it is pending (API reference, Invoke). A time-out is none."""


_SILENT = "the probe did not answer for it"
_ANOTHER_SHAPE = "the probe's answer has another shape than this version knows: deploy both anew"
_OTHER_SHAPE = (ValidationError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading an answer of another shape may raise."""


class _NoAnswer(Exception):  # noqa: N818 - an answer of its kind: it never leaves this module
    """Why a probe says nothing of any of its targets."""


def look(network: str | None, region: str, default: str, targets: Sequence[Target]) -> tuple[Observation, ...]:
    """What the probe of a VPC (or of none) in a Region says of each target, in their order.

    Where it says nothing, the observation holds the reason. `default` is the ARN of the probe that the owner says
    reaches every other network, or "". Each look bears its moment: the probe's, else when the probe was asked.
    Raises ProbeBusy where it may be asked again: who waits meanwhile holds no place of the account's concurrency.
    """
    asked_at = clock.now()
    silent = {each.arn: f"no probe takes it: {why}" for each in targets if (why := refusal(_told(each)))}
    asked = [each for each in targets if each.arn not in silent]
    answers: dict[str, Observation] = {}
    if asked:
        try:
            answers = _ask(_find(network, region, default), asked)
        except _NoAnswer as reason:
            silent |= dict.fromkeys((each.arn for each in asked), str(reason))
    seen = (answers.get(each.arn) or not_tried(each.arn, silent.get(each.arn, _SILENT)) for each in targets)
    return tuple(_dated(each, asked_at) for each in seen)


def unasked(targets: Sequence[Target], reason: str) -> tuple[Observation, ...]:
    """What is said of each target where no probe is asked."""
    at = clock.now()
    return tuple(_dated(not_tried(target.arn, reason), at) for target in targets)


def _dated(observation: Observation, asked_at: datetime) -> Observation:
    look = observation.look
    if look.at is None:
        return replace(observation, look=replace(look, at=asked_at))
    if look.at.tzinfo and look.at >= asked_at - clock.SKEW and not clock.is_future(look.at):
        return replace(observation, look=replace(look, at=look.at.astimezone(UTC)))
    # What is remembered is ordered by such moments: a wrong one would hide what came after it, or before.
    said, ours = (moment.isoformat(timespec="seconds") for moment in (look.at, clock.now()))
    reason = f"The probe's clock says {said}, ours {ours}: what it saw has no moment."
    return replace(observation, look=Look(LookOutcome.FAILED, reason, at=asked_at))


def _find(network: str | None, region: str, default: str) -> str:
    if network is None:
        if not default:
            raise _NoAnswer(no_probe(None))
        return default
    try:
        registered = ssm.parameter(region, f"/tlscheck/probes/{network}")
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        raise _silence(error, f"the probe of {network} could not be found") from None
    if not registered and not default:
        raise _NoAnswer(no_probe(network))
    return registered or default


def _ask(function: str, targets: Sequence[Target]) -> dict[str, Observation]:
    event = {"targets": [_told(target) for target in targets]}
    arn = Arn.parse(function)
    if arn is None:
        raise _NoAnswer(f"the probe is named {function!a}, which is no ARN")
    if not is_region(arn.region):
        raise _NoAnswer(f"the probe is named {function!a}, which is no ARN of a function in a Region")
    try:
        probes = session.client("lambda", region=arn.region, config=_ONCE)
        answer = probes.invoke(FunctionName=function, Payload=json.dumps(event))
        payload = answer["Payload"].read()
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        raise _silence(error, "the probe could not be invoked") from None
    if "FunctionError" in answer:
        failure = _failure(payload)
        if failure == "BadRequest" and any(target.cluster for target in targets):
            # A probe of 0.3.0 or before takes none, and refuses an event before it looks at anybody.
            return _ask(function, [replace(target, cluster=None) for target in targets])
        raise _NoAnswer(f"the probe failed: {failure}")
    try:
        told = json.loads(payload)
        observations = list(told["observations"])
    except _OTHER_SHAPE:
        raise _NoAnswer(_ANOTHER_SHAPE) from None
    probe, asked = _edition(told), {target.arn for target in targets}
    # One that cannot be read is that target's, whichever it is; a reason is told of each that has no answer.
    read = {each.arn: replace(each, probe=probe) for each in map(_observation, observations) if each}
    if len(read) < len(observations):
        read = {arn: not_tried(arn, _ANOTHER_SHAPE) for arn in asked} | read
    return read


def _observation(told: Any) -> Observation | None:
    try:
        return documents.from_document(Observation, earlier.observation(told))
    except _OTHER_SHAPE:
        return None


def _told(target: Target) -> dict[str, Any]:
    told: dict[str, Any] = documents.to_document(target)
    return told if target.cluster else {name: value for name, value in told.items() if name != "cluster"}


def _silence(error: Exception, what: str) -> _NoAnswer | ProbeBusy:
    is_throttled = refusals.cause(error) is GapCause.THROTTLED
    if is_throttled or (isinstance(error, refusals.REFUSED) and refusals.code(error) in BUSY):
        return ProbeBusy(f"the probe is busy: {refusals.reason(error)}")
    return _NoAnswer(f"{what}: {refusals.reason(error)}")


def _edition(told: dict[str, Any]) -> Edition | None:
    """Which tlscheck answered; None of a probe before 0.2.0, and of one that says it in a later way."""
    try:
        return documents.from_document(Edition, told["tlscheck"])
    except (ValidationError, KeyError):
        return None


def _failure(payload: bytes) -> str:
    # Only the type: an exception's text is not ours to repeat.
    try:
        error = json.loads(payload)
        message, kind = str(error.get("errorMessage", "")), str(error.get("errorType", ""))
    except _OTHER_SHAPE:
        message = kind = ""
    if "Task timed out" in message:
        return "it took longer than its time-out"
    return plain(kind)[:LONGEST_KIND] or "an error without a type"
