"""One database in one sweep, judged: from a look and what is remembered to what is remembered next."""

from dataclasses import dataclass, replace
from datetime import datetime

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.ledger.client import Client
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.facts import Facts, facts_of
from tlscheck.verdict.finding import Basis, RememberedFinding
from tlscheck.verdict.in_hand import InHand, Known
from tlscheck.verdict.readiness import Readiness, Verdict, readiness
from tlscheck.verdict.registry import REGISTRY, Registered
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook, KeptLooks, Remembered
from tlscheck.verdict.sending import handed_on
from tlscheck.verdict.settle import archived, joined, settle
from tlscheck.verdict.verdict_kept import kept_verdict
from tlscheck.verdict.whom import callers

UNFINISHED = "Not looked at: no full sweep has judged it to the end yet."


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one sweep makes of one database."""

    evidence: Evidence
    findings: tuple[RememberedFinding, ...]
    """Those that this sweep judged, and the remembered ones of checks that it did not; no archived ones."""

    readiness: Readiness
    told: tuple[RememberedFinding, ...] = ()
    """Findings that others are told now."""

    verdict_told: bool = False
    """Whether people are told the verdict now."""

    flapping: bool = False
    """Whether they are told that it flaps."""

    error: str = ""
    """Why what it says is not what the table says, if so."""

    clients: tuple[Client, ...] = ()
    """All that are remembered now."""

    look: KeptLook | None = None
    """The newest look; None of what is never connected to."""

    looks: KeptLooks | None = None
    """When looks of the days before it were."""

    log: KeptLog | None = None
    """What its log said up to now, beside its clients; None where there is nothing."""

    settled: tuple[RememberedFinding, ...] = ()
    """What this sweep judged or archived, whether it changed or not."""

    kept: KeptDatabase | None = None

    @property
    def changed(self) -> tuple[RememberedFinding, ...]:
        """Findings that this sweep changed."""
        return tuple(each for each in self.settled if each.changed_at == self.evidence.at and not each.archived_at)

    @property
    def worse(self) -> tuple[CheckId, ...]:
        """Checks that became FAILED, and whose finding is told now."""
        return tuple(each.finding.check for each in self.told if each.told_as_failed)


def judge(hand: InHand, known: Known) -> Judgement | None:
    """The judgement of a database; None where sweeps are not to look at it any more: nothing is to be written."""
    own = known.own
    if _is_gone(hand, own):
        return None
    facts = facts_of(hand, known)
    evidence = facts.evidence
    before = {each.finding.check: each for each in own.findings}
    applying = [each for each in REGISTRY if each.judge is not None and each.applies(evidence)]
    settled = {
        each.check.id: _settled(each, before.get(each.check.id), facts)
        for each in applying
        if hand.sweep.depth is Depth.FULL or _is_sampled(each, evidence, before.get(each.check.id))
    }
    if hand.sweep.depth is Depth.FULL:
        checks = {each.check.id for each in applying}
        ended = (each for each in own.findings if each.finding.check not in checks)
        settled |= {each.finding.check: archived(each, facts.basis, evidence.at) for each in ended}
    settled = {check: handed_on(each, hand.listener, evidence.at) for check, each in settled.items()}
    after = before | settled
    findings = tuple(after[check] for check in CheckId if check in after and not after[check].archived_at)
    ready = _ready(hand, evidence, findings)
    kept, telling = kept_verdict(own.database, hand, evidence.database, ready, evidence.at)
    told = tuple(each for check, each in settled.items() if _is_told(each, before.get(check), facts, hand.sweep))
    return Judgement(
        evidence,
        findings,
        ready,
        told=told,
        verdict_told=telling.is_due or (facts.earlier is None and _is_since(kept.announced_at, hand.sweep)),
        flapping=telling.flaps or any(_is_since(each.flaps_told_at, hand.sweep) for each in told),
        clients=evidence.clients,
        look=facts.look,
        looks=facts.looks,
        log=facts.log,
        settled=tuple(settled.values()),
        kept=kept,
    )


def _is_gone(hand: InHand, own: Remembered) -> bool:
    """A sample looks only at what is listed still; an older listing does not know what a newer one found gone."""
    kept = own.database
    if hand.sweep.depth is Depth.SAMPLE:
        # Archived first of all: then the others are being archived, or were.
        ended = any(each.finding.check is CheckId.NOT_OBSERVED and each.archived_at for each in own.findings)
        return ended or kept is None or not kept.is_listed
    if kept is None or kept.is_listed or kept.listed_at is None:
        return False
    return hand.database.listed_at is None or hand.database.listed_at <= kept.listed_at


def _ready(hand: InHand, evidence: Evidence, findings: tuple[RememberedFinding, ...]) -> Readiness:
    """The verdict: never CLEAR where no full sweep wrote its findings to the last, as nothing is known by then."""
    ready = readiness(evidence, findings)
    is_whole = hand.sweep.depth is Depth.FULL or any(
        each.finding.check is CheckId.NOT_OBSERVED for each in findings
    )
    return ready if is_whole or ready.verdict is not Verdict.CLEAR else Readiness(Verdict.NOT_OBSERVED, UNFINISHED)


def _is_since(moment: datetime | None, sweep: Sweep) -> bool:
    return moment is not None and moment >= sweep.started_at


def _is_told(after: RememberedFinding, before: RememberedFinding | None, facts: Facts, sweep: Sweep) -> bool:
    """Whether this sweep tells it, also where an earlier try of it did and came to no result.

    What rests on another's newer look that other told, unless it is told anew.
    """
    if after.announced_at < sweep.started_at or after.archived_at:
        return False
    return facts.earlier is None or before is None or before.announced_at != after.announced_at


def _is_sampled(registered: Registered, evidence: Evidence, before: RememberedFinding | None) -> bool:
    """A sample says something new of what a full sweep made, and never brings back what one archived."""
    return before is not None and before.archived_at is None and registered.in_samples(evidence)


def _settled(
    registered: Registered,
    before: RememberedFinding | None,
    facts: Facts,
) -> RememberedFinding:
    basis, earlier = facts.basis, facts.earlier
    finding = registered.judge(facts.evidence)  # type: ignore[misc]  # those without one do not come here
    if earlier is not None and finding.status is Status.NOT_OBSERVED:
        late = _late(registered, before, earlier)
        if before is not None and late is not before and before.archived_at is None:
            # What it says now is not looked at: no later fact says otherwise.
            basis = joined(basis, before.basis)
        before = late
    after = settle(before, finding, basis, facts.evidence.at)
    return replace(after, callers=callers(facts.evidence, finding.check)) if after.finding is finding else after


def _late(registered: Registered, before: RememberedFinding | None, earlier: Evidence) -> RememberedFinding | None:
    """What is remembered, with what an overtaken look could judge and the newest could not."""
    finding = registered.judge(earlier)  # type: ignore[misc]
    if finding.status is Status.NOT_OBSERVED:
        return before
    if before is None:
        return settle(None, finding, Basis(), earlier.at)
    if before.concluded_at is not None and before.concluded_at >= earlier.at:
        return before
    changed_at = before.changed_at if finding == before.finding else earlier.at
    return replace(
        before,
        finding=finding,
        callers=callers(earlier, finding.check),
        changed_at=changed_at,
        concluded_at=earlier.at,
        not_observed_since=None,
        not_observed_reason="",
    )
