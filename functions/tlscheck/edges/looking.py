"""A batch looked at by its probe, but for those databases that are left asleep."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tlscheck.edges import clock
from tlscheck.edges.aws import cloudwatch, probes
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.request import looked_at
from tlscheck.wire.observation import Observation
from tlscheck.wire.target import Target
from tlscheck.wire.targeting import ProbeBusy, assigned, target_of
from tlscheck.wire.wakefulness import left_asleep, may_resume

RESUME_SECONDS = 25.0
"""How long an instance that a look woke is given: it takes "approximately 15 seconds", and "30 seconds or longer"
after a day (Aurora User Guide, Scaling to Zero ACUs), of which the first look took some."""

SOON_SECONDS = 60.0
"""Where the first look took longer than that there is no time for another."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Which databases of a batch a sweep says something of, and what was seen of each."""

    databases: tuple[Database, ...]
    observations: Mapping[str, Observation]
    """By ARN."""


def look(batch: Batch, depth: Depth, environment: ObserveEnvironment, busy: str | None = None) -> Looked:
    """Asks CloudWatch who is awake, and has the probe look at them.

    A full sweep says why it left one asleep, and wakes it where its owner wants that. A sample neither looks at
    one that may pause nor says anything of it: coming so often, it would keep it awake.
    Raises ProbeBusy where the probe may be asked again; with `busy`, why it is not, nobody is looked at.
    """
    databases = looked_at(batch.databases, depth)
    wakes = environment.wakes_paused and depth is Depth.FULL
    asleep = _asleep(batch.region, databases) if environment.asker.connects and not wakes else {}
    targets, untried = assigned(
        databases,
        environment.user,
        master_secrets=environment.master_secrets,
        asleep=asleep,
        asker=environment.asker,
    )
    if busy:
        return Looked(databases, {each.arn: each for each in (*probes.unasked(targets, busy), *untried)})
    began = clock.now()
    seen = _probed(batch, environment, targets)
    if wakes and (clock.now() - began).total_seconds() < SOON_SECONDS:
        may_pause = {each.arn for each in databases if each.may_pause}
        resuming = [each for each in targets if each.arn in may_pause and may_resume(seen[each.arn])]
        if resuming:
            time.sleep(RESUME_SECONDS)
            seen |= _again(batch, environment, resuming)
    return Looked(databases, seen | {each.arn: each for each in untried})


def _asleep(region: str, databases: Sequence[Database]) -> dict[str, str]:
    """By ARN, why those that may pause, and would else be connected to, are not."""
    may_pause = [each for each in databases if each.may_pause and isinstance(target_of(each, ""), Target)]
    measured = cloudwatch.measured(region, [each.identifier for each in may_pause])
    now = clock.now()
    reasons = {each.arn: left_asleep(measured[each.identifier], now) for each in may_pause}
    return {arn: reason for arn, reason in reasons.items() if reason is not None}


def _again(batch: Batch, environment: ObserveEnvironment, targets: Sequence[Target]) -> dict[str, Observation]:
    try:
        return _probed(batch, environment, targets)
    except ProbeBusy:
        # What the first look saw of all the others stands.
        return {}


def _probed(batch: Batch, environment: ObserveEnvironment, targets: Sequence[Target]) -> dict[str, Observation]:
    looked = (
        environment.looks(targets)
        if environment.looks
        else probes.look(batch.network, batch.region, environment.default_probe, targets)
    )
    return {each.arn: each for each in looked}
