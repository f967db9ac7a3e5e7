"""What stands in the place of a value that is not known: the one way to say so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One call that gave no answer, and why: `rds:DescribeDBClusters`, `AccessDenied: ...`."""

    operation: str
    reason: str

    @property
    def told(self) -> str:
        """Both, as the end of a sentence."""
        return f"{self.operation}: {self.reason}"


NOT_ASKED = Gap("nothing", "not asked")
