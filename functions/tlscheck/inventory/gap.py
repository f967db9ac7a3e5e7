"""What stands in the place of a value that is not known: the one way to say so."""

from dataclasses import dataclass
from enum import StrEnum


class GapCause(StrEnum):
    """The kinds of "no". None is another one: each is mended by somebody else, or by nobody."""

    ORGANISATION = "organisation"
    """A service or resource control policy denies it: the organisation's decision, and no fault of anybody's."""

    PERMISSION = "permission"
    """A policy of the role denies it, or none allows it."""

    THROTTLED = "throttled"
    """It came too soon after others, also after all retries."""

    DISABLED = "disabled"
    """The Region does not know the account's credentials, as one does that is not enabled, or was only just."""

    NOT_OFFERED = "not-offered"
    """The Region does not have the service, or the service not the call."""

    NOT_SUBSCRIBED = "not-subscribed"
    """The account does not use the service in the Region."""

    UNREACHABLE = "unreachable"
    """No answer came."""

    OTHER = "other"
    """The reason says it, or nobody knows. Of before 0.4.0: nobody asked."""


DECIDED = frozenset({GapCause.ORGANISATION, GapCause.DISABLED, GapCause.NOT_OFFERED, GapCause.NOT_SUBSCRIBED})
"""What somebody decided, the owner, the organisation or AWS: nothing failed, and asking again changes nothing."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One call that gave no answer, and why: `rds:DescribeDBClusters`, `AccessDenied: ...`."""

    operation: str
    reason: str
    cause: GapCause = GapCause.OTHER

    @property
    def told(self) -> str:
        """Both, as the end of a sentence."""
        return f"{self.operation}: {self.reason}"


NOT_ASKED = Gap("nothing", "not asked")
