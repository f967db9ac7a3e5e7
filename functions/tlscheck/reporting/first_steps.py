"""What to do first: databases that need the same, told once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tlscheck.inventory.database import Kind
from tlscheck.reporting.result import DatabaseResult
from tlscheck.verdict.check import CheckId, Severity, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import UNENFORCED, Verdict
from tlscheck.verdict.registry import CHECKS
from tlscheck.wording import MOST_QUOTED, counted, joined, listed, plain, sentence

MOST_NAMES = 5
MOST_REASON = 300

_STATUSES = {
    Verdict.FIX_DATABASE: (Status.FAILED, Status.WARNING),
    Verdict.FIX_CLIENTS: (Status.FAILED, Status.WARNING),
    Verdict.NOT_OBSERVED: (Status.NOT_OBSERVED,),
}
_VERDICTS = tuple(Verdict)
_SEVERITIES = tuple(Severity)
_OF_A_CLUSTER = {True: CheckId.FORCE_SSL, False: CheckId.BABELFISH_TLS}
"""By whether its cluster does without enforcement: what the verdict on a member rests on that has no finding."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Databases with the same verdict that the same mends."""

    verdict: Verdict
    words: str
    """What to do in general: each database's own step is more exact."""

    databases: tuple[DatabaseResult, ...]

    @property
    def told(self) -> str:
        """`FIX_DATABASE, 12 databases: Change it.`"""
        return f"{self.verdict}, {counted(len(self.databases), 'database')}: {self.words}"

    @property
    def named(self) -> str:
        """`orders; billing; and 10 more`."""
        return listed((plain(each.identifier, MOST_QUOTED) for each in self.databases), MOST_NAMES)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a verdict rests on first."""

    verdict: Verdict
    check: CheckId | None
    reason: str
    """Of what was not observed, since each is opened in another way; else ""."""


def first_steps(databases: Iterable[DatabaseResult]) -> tuple[FirstStep, ...]:
    """The most pressing first: by verdict, then by how grave it is, then by how many databases need it."""
    grounds: dict[_Ground, list[DatabaseResult]] = {}
    for each in databases:
        if each.verdict is not Verdict.CLEAR:
            grounds.setdefault(_ground(each), []).append(each)
    ordered = sorted(grounds, key=lambda ground: _order(ground, grounds[ground]))
    return tuple(FirstStep(each.verdict, _words(each), tuple(grounds[each])) for each in ordered)


def shortened(steps: Sequence[FirstStep], most: int) -> tuple[FirstStep, ...]:
    """The most pressing of them in their order; of each verdict at least the first, so that none stays unsaid."""
    firsts = {steps[place].verdict: place for place in reversed(range(len(steps)))}.values()
    others = [place for place in range(len(steps)) if place not in firsts]
    chosen = [*firsts, *others[: max(0, most - len(firsts))]]
    return tuple(steps[place] for place in sorted(chosen))


def leading(database: DatabaseResult) -> Finding | None:
    """The gravest finding that the verdict rests on; None: it rests on none of its own."""
    statuses = _STATUSES.get(database.verdict, ())
    of_status = [each for each in database.findings if each.status in statuses]
    named = [each for each in of_status if each.reason and each.reason in database.reason]
    summary = [each for each in named if each.check is CheckId.NOT_OBSERVED]
    return min(summary or named, key=lambda each: (statuses.index(each.status), -_gravity(each)), default=None)


def _ground(database: DatabaseResult) -> _Ground:
    found, verdict = leading(database), database.verdict
    if found is None and database.kind is Kind.MEMBER and verdict is Verdict.FIX_DATABASE and not database.error:
        check = _OF_A_CLUSTER[database.enforcement in UNENFORCED]
        return _Ground(verdict, check, "")
    if found is None:
        return _Ground(verdict, None, database.reason)
    is_blind = verdict is Verdict.NOT_OBSERVED
    return _Ground(verdict, found.check, found.reason if is_blind else "")


def _gravity(finding: Finding) -> int:
    return _SEVERITIES.index(CHECKS[finding.check].severity(finding.status))


def _words(ground: _Ground) -> str:
    reason = sentence(plain(ground.reason, MOST_REASON)) if ground.reason else ""
    return joined(reason, CHECKS[ground.check].remedy if ground.check else "")


def _order(ground: _Ground, databases: Sequence[DatabaseResult]) -> tuple[int, int, int, str, str]:
    gravest = max(_gravity(found) if (found := leading(each)) else 0 for each in databases)
    return _VERDICTS.index(ground.verdict), -gravest, -len(databases), ground.check or "", ground.reason
