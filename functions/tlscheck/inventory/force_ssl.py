"""rds.force_ssl: is TLS enforced, by its effective value and not only by its configured one?"""

from dataclasses import dataclass
from enum import StrEnum


class Enforcement(StrEnum):
    """Whether the server refuses a connection without TLS."""

    ENFORCED = "ENFORCED"
    NOT_ENFORCED = "NOT_ENFORCED"
    ENFORCED_AFTER_REBOOT = "ENFORCED_AFTER_REBOOT"
    """Configured to 1, but the group's changes wait for a reboot: what holds today is unknown until then."""

    NOT_ENFORCED_AFTER_REBOOT = "NOT_ENFORCED_AFTER_REBOOT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class ForceSsl:
    """The state of rds.force_ssl on one database, the parameter group that says so, and why."""

    enforcement: Enforcement
    parameter_group: str | None
    reason: str
    """One sentence: `rds.force_ssl is 1 in orders-pg17 (in-sync)`."""
