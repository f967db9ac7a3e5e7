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
    Of an account that has no others nothing is known either.
    """
    worst = min(map(_worst, summaries), key=_VERDICTS.index, default=Verdict.CLEAR)
    counts = _VERDICTS.index(worst) <= _VERDICTS.index(least)
    return _OF.get(worst, WorstAnswer.CLEAR) if counts else WorstAnswer.CLEAR


def _worst(summary: Summary) -> Verdict:
    is_lacking = summary.not_listed or summary.lost_batches or summary.gaps
    is_unknown = is_lacking or (not summary.databases and summary.refused_regions)
    found = [verdict for verdict, count in summary.verdicts.items() if count]
    found += [Verdict.NOT_OBSERVED] if is_unknown else []
    return min(found, key=_VERDICTS.index, default=Verdict.CLEAR)
