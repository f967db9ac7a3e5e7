"""rds.force_ssl: is TLS enforced, by its effective value and not only by its configured one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.inventory.described import NOT_ASKED, Described, Values
from tlscheck.inventory.parameter_group import FORCE_SSL, Family, ParameterGroup
from tlscheck.inventory.region import Gap


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


@dataclass(frozen=True, slots=True)
class Applied:
    """How far a group's values have come on one server.

    ParameterApplyStatus of an instance, DBClusterParameterGroupStatus of a member: a word for the whole group, not
    for one parameter. None when the API does not say. (ApplyMethod says `pending-reboot` even of parameters that
    nobody touched, and is not asked.)
    """

    server: str
    status: str | None


def unknown(reason: str, group: str | None = None) -> ForceSsl:
    """Nothing that may be called a state is known, for this reason."""
    return ForceSsl(Enforcement.UNKNOWN, group, reason)


def force_ssl(
    described: Described, group: ParameterGroup, family: Family | None, applied: Sequence[Applied]
) -> ForceSsl:
    """The state of rds.force_ssl where this group is applied on these servers (all of them, for a cluster)."""
    value, source = _configured(described, group, family)
    if value is None:
        return unknown(source, group.name)
    configured = f"{FORCE_SSL} is {value} {source}"
    if value not in _IN_SYNC:
        return unknown(f"{configured}, which is neither 0 nor 1", group.name)
    if not applied:
        return unknown(
            f"{configured}, but the cluster lists no member that says whether it is applied", group.name
        )
    unclear = [each for each in applied if each.status not in _CLEAR]
    if unclear:
        statuses = ", ".join(f"{each.status or 'nothing'} on {each.server}" for each in unclear)
        return unknown(f"{configured}, but the API says of the group: {statuses}", group.name)
    waiting = [each.server for each in applied if each.status == _PENDING_REBOOT]
    if waiting:
        reason = f"{configured}, but changes of the group wait for a reboot of {', '.join(waiting)}"
        return ForceSsl(_PENDING[value], group.name, reason)
    return ForceSsl(_IN_SYNC[value], group.name, f"{configured} (in-sync)")


def agreed(states: Sequence[ForceSsl]) -> ForceSsl:
    """The state of a server that names several groups: what they agree on, else unknown."""
    if len({each.enforcement for each in states}) == 1:
        return states[0]
    names = ", ".join(each.parameter_group or "?" for each in states)
    return unknown(f"its parameter groups disagree: {'; '.join(each.reason for each in states)}", names)


_PENDING_REBOOT = "pending-reboot"
_CLEAR = {"in-sync", _PENDING_REBOOT}
_IN_SYNC = {"1": Enforcement.ENFORCED, "0": Enforcement.NOT_ENFORCED}
_PENDING = {"1": Enforcement.ENFORCED_AFTER_REBOOT, "0": Enforcement.NOT_ENFORCED_AFTER_REBOOT}


def _configured(described: Described, group: ParameterGroup, family: Family | None) -> tuple[str | None, str]:
    """The configured value and where it comes from, or None and why it is not known."""
    values = described.parameters.get(group, NOT_ASKED)
    if isinstance(values, Gap):
        return None, f"parameter group {group.name} could not be read: {values.operation}: {values.reason}"
    if FORCE_SSL in values:
        return values[FORCE_SSL], f"in {group.name}"
    left_out = f"{group.name} has no value for {FORCE_SSL}"
    if family is None:
        return None, f"{left_out}, and its engine version is of no family that we know"
    default = _default(described.defaults, family)
    if isinstance(default, Gap):
        return (
            None,
            f"{left_out}, and the default of {family.name} is unknown: {default.operation}: {default.reason}",
        )
    return default, f"by default of {family.name} ({group.name} has no value of its own)"


def _default(defaults: Mapping[Family, Values | Gap], family: Family) -> str | Gap:
    values = defaults.get(family, NOT_ASKED)
    if isinstance(values, Gap):
        return values
    return values.get(FORCE_SSL, Gap("engine defaults", f"{family.name} has none for {FORCE_SSL}"))
