"""Questions to one Region: those that are refused leave a Gap, and the others are still asked."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tlscheck.edges.aws.patience import LostPatience
from tlscheck.edges.aws.refusals import FILTER_REFUSED, REFUSED, UNREACHABLE, code, gap
from tlscheck.inventory.described import ApiAnswer, objects
from tlscheck.inventory.gap import Gap, GapCause

QUESTIONS_AT_ONCE = 4
"""To one Region, about its groups, families, versions and proxies."""

_VANISHED = frozenset({"DBParameterGroupNotFound", "DBProxyNotFoundFault", "DBProxyTargetGroupNotFoundFault"})
"""Somebody deleted it since its database was listed: a reason of that database, and nothing about the Region."""

_OF_NO_REGION = frozenset({"rds:DescribeDBMajorEngineVersions"})
"""What is asked for a date in a reason alone: without it a Region is listed as completely as with it."""

type Pages = Iterable[Mapping[str, Any]]
type Paginate = Callable[..., Pages]


class FilterRefusedError(Exception):
    """What was asked for the size of the answer alone was refused, before anything was answered."""


class Asking:
    """Questions to one Region.

    A Region that cannot be reached is not asked again, and neither is a call that it refuses to answer time after
    time: each question would wait for all its retries.
    """

    def __init__(self) -> None:
        self._silent: tuple[str, GapCause] | None = None
        self._throttled: Counter[str] = Counter()
        """Of an operation: questions that were throttled to the last, since it answered one."""
        self._without_filter: set[str] = set()
        """Operations that refused a filter: they are not asked with one again."""
        self.gaps: list[Gap] = []

    def each[K: Hashable, V](self, question: Callable[[K], V], about: Iterable[K]) -> dict[K, V]:
        """The answers to one question about each of these, several at once."""
        asked = list(about)
        with ThreadPoolExecutor(QUESTIONS_AT_ONCE) as pool:
            return dict(zip(asked, pool.map(question, asked), strict=True))

    def filtered(
        self, operation: str, paginate: Paginate, asked: Mapping[str, Any], member: str, *, may_lack: bool = False
    ) -> tuple[list[ApiAnswer], Gap | None]:
        """The same as `listed`, `asked` with what only makes the answer smaller; all of it where that is refused.

        It may hold more than was asked for.
        """
        if asked and self.asks_filtered(operation):
            try:
                return self.listed(operation, paginate(**asked), member, may_lack=may_lack, is_filtered=True)
            except FilterRefusedError:
                self._without_filter.add(operation)
        return self.listed(operation, paginate(), member, may_lack=may_lack)

    def asks_filtered(self, operation: str) -> bool:
        """Whether a filter of this operation was neither refused nor found wanting so far."""
        return operation not in self._without_filter

    def found_only_without_filter(self, operation: str) -> None:
        """Note that a filter of this operation finds nothing of what is there."""
        self._without_filter.add(operation)

    def listed(
        self, operation: str, pages: Pages, member: str, *, may_lack: bool = False, is_filtered: bool = False
    ) -> tuple[list[ApiAnswer], Gap | None]:
        """The elements of all pages; with a Gap, those that came before it.

        `may_lack`: not every Region has what is asked for. Where the call does not exist there are none. Raises
        FilterRefusedError where `is_filtered` and the API refuses what it was asked with.
        """
        if self._silent:
            why, cause = self._silent
            return [], self._noted(Gap(operation, f"not asked any more: {why}", cause))
        if self._throttled[operation] >= QUESTIONS_AT_ONCE:
            why = "not asked any more: throttled time after time"
            return [], self._noted(Gap(operation, why, GapCause.THROTTLED))
        found: list[ApiAnswer] = []
        is_answered = False
        try:
            for page in pages:
                is_answered = True
                found += objects(page.get(member))
        except (*UNREACHABLE, LostPatience) as error:
            is_given_up = isinstance(error, LostPatience)
            silence = Gap(operation, str(error), GapCause.UNREACHABLE) if is_given_up else gap(operation, error)
            self._silent = silence.reason, silence.cause
            return found, self._noted(silence)
        except REFUSED as error:
            if is_filtered and not is_answered and code(error) in FILTER_REFUSED:
                raise FilterRefusedError from error
            refusal = gap(operation, error)
            if may_lack and refusal.cause is GapCause.NOT_OFFERED:
                return found, None
            return found, self._refused(refusal, code(error))
        self._throttled[operation] = 0
        return found, None

    def _refused(self, refusal: Gap, code: str) -> Gap:
        if refusal.cause is GapCause.THROTTLED:
            self._throttled[refusal.operation] += 1
        return refusal if code in _VANISHED else self._noted(refusal)

    def _noted(self, gap: Gap) -> Gap:
        if gap.operation not in _OF_NO_REGION:
            self.gaps.append(gap)
        return gap
