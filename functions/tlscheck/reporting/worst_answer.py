"""What a sweep ends with: its worst answer, where somebody waits for one."""

from collections.abc import Iterable
from enum import StrEnum

from tlscheck.reporting.summary import Summary
from tlscheck.verdict.readiness import Verdict


class WorstAnswer(StrEnum):
    """The worst first."""

    TO_FIX = "something is to be fixed"
    NOT_KNOWN = "something is not known"
    CLEAR = "clear"


_OF = {
    Verdict.FIX_DATABASE: WorstAnswer.TO_FIX,
    Verdict.FIX_CLIENTS: WorstAnswer.TO_FIX,
    Verdict.NOT_OBSERVED: WorstAnswer.NOT_KNOWN,
}
_VERDICTS = tuple(Verdict)


def worst_answer(summaries: Iterable[Summary], least: Verdict) -> WorstAnswer:
    """The worst of all that is at least as pressing as `least`.

    What could not be listed, or was lost, counts as NOT_OBSERVED, but for Regions that somebody decided to deny.
    Of an account that has no others nothing is known either; and where nothing is, no answer is less pressing.
    """
    given = tuple(summaries)
    worst = min(map(_worst, given), key=_VERDICTS.index, default=Verdict.CLEAR)
    if _VERDICTS.index(worst) <= _VERDICTS.index(least):
        return _OF.get(worst, WorstAnswer.CLEAR)
    return WorstAnswer.NOT_KNOWN if any(map(is_nothing_known, given)) else WorstAnswer.CLEAR


def is_nothing_known(summary: Summary) -> bool:
    """Whether no database was seen, and not all could be listed: then none may be, or all of them."""
    return not summary.databases and (_is_lacking(summary) or bool(summary.refused_regions))


def _is_lacking(summary: Summary) -> bool:
    return bool(summary.not_listed or summary.lost_batches or summary.gaps)


def _worst(summary: Summary) -> Verdict:
    found = [verdict for verdict, count in summary.verdicts.items() if count]
    found += [Verdict.NOT_OBSERVED] if _is_lacking(summary) or is_nothing_known(summary) else []
    return min(found, key=_VERDICTS.index, default=Verdict.CLEAR)
