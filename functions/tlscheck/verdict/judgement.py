"""One database in one sweep, judged: from a look and what is remembered to what is remembered next."""

from dataclasses import dataclass, replace
from datetime import timedelta

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.ledger.client import Client
from tlscheck.ledger.sightings import learn, sightings, still_remembered
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.readiness import Readiness, readiness
from tlscheck.verdict.registry import REGISTRY
from tlscheck.verdict.settle import settle


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one sweep makes of one database."""

    evidence: Evidence
    news: tuple[Client, ...]
    """Clients that are new or changed: to be written."""

    settled: tuple[RememberedFinding, ...]
    """Findings that this sweep judged: to be written."""

    findings: tuple[RememberedFinding, ...]
    """Those, and the remembered ones of checks that this sweep did not judge."""

    readiness: Readiness

    told: tuple[RememberedFinding, ...] = ()
    """Findings that this sweep announces."""

    worse: tuple[CheckId, ...] = ()
    """Of those, the checks that became FAILED."""

    verdict_told: bool = False
    """Whether people are to be told this verdict now."""

    flapping: bool = False
    """Whether this sweep is the one that says that it flaps."""

    error: str = ""
    """Why it was not judged, or an empty text."""

    @property
    def changed(self) -> tuple[RememberedFinding, ...]:
        """Findings that this sweep changed."""
        return tuple(remembered for remembered in self.settled if remembered.changed_at == self.evidence.at)


def judge(
    evidence: Evidence, remembered: tuple[RememberedFinding, ...], sweep: Sweep, memory: timedelta
) -> Judgement:
    """The judgement of a database by the clients and findings remembered of it before this look."""
    now = sweep.started_at
    known = still_remembered(evidence.clients, now, memory)
    known, news = learn(known, sightings(evidence.database.arn, evidence.observation.look), now)
    evidence = replace(evidence, clients=known, at=now, depth=sweep.depth)
    before = {finding.finding.check: finding for finding in remembered}
    settled = tuple(
        settle(before.get(finding.check), finding, now) for finding in findings_of(evidence, sweep.depth)
    )
    after = before | {finding.finding.check: finding for finding in settled}
    findings = tuple(after[check] for check in CheckId if check in after)
    return Judgement(evidence, news, settled, findings, readiness(evidence, findings))


def findings_of(evidence: Evidence, depth: Depth) -> tuple[Finding, ...]:
    """What every check that applies says of a database now."""
    return tuple(
        each.judge(evidence)
        for each in REGISTRY
        if each.judge is not None
        and evidence.database.kind in each.of
        and (depth is Depth.FULL or each.in_samples(evidence))
    )
