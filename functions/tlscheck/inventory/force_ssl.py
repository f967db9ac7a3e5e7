"""rds.force_ssl: is TLS enforced, by its effective value and not only by its configured one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.inventory.described import Described, Values
from tlscheck.inventory.engine import engine_named, major
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.parameter_group import FORCE_SSL, ParameterGroup, ParameterGroupFamily


class Enforcement(StrEnum):
    """Whether the server refuses a connection without TLS."""

    ENFORCED = "ENFORCED"
    NOT_ENFORCED = "NOT_ENFORCED"
    ENFORCED_AFTER_REBOOT = "ENFORCED_AFTER_REBOOT"
    """Configured to 1, but some change of the group waits for a reboot: 1 after it, and what holds today is
    unknown until then, of this parameter as of each."""

    NOT_ENFORCED_AFTER_REBOOT = "NOT_ENFORCED_AFTER_REBOOT"
    """Configured to 0, but some change of the group waits for a reboot: 0 after it. What holds today is unknown;
    in the usual case, where another parameter was changed, it is 0 as well and TLS is simply not enforced."""

    UNKNOWN = "UNKNOWN"


class Unsaid(StrEnum):
    """Why the API does not say whether a server enforces TLS: each is mended by something else, or by nothing."""

    UNREAD = "unread"
    """The group could not be read, or the default that it leaves the value to."""

    UNNAMED = "unnamed"
    """The API names no group, or did not list the cluster that has one."""

    NO_FAMILY = "no-family"
    """The group leaves the value to an engine version that we do not know."""

    NO_SERVER = "no-server"
    """The cluster lists no member on which the group is applied."""

    APPLYING = "applying"
    """The group's changes are under way, or wait for something else than a reboot."""

    FAILED = "failed"
    """They failed to apply."""

    ODD_VALUE = "odd-value"
    DISAGREE = "disagree"
    """Several groups say different things."""


IN_SYNC = "in-sync"
PENDING_REBOOT = "pending-reboot"
PENDING_UPGRADE = "pending-database-upgrade"
FAILED = "failed-to-apply"
"""Words of ParameterApplyStatus and DBClusterParameterGroupStatus (DBParameterGroupStatus of the RDS API)."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How far a group's values have come on one server.

    ParameterApplyStatus of an instance, DBClusterParameterGroupStatus of a member: a word for the whole group, not
    for one parameter. None when the API does not say. (ApplyMethod says `pending-reboot` even of parameters that
    nobody touched, and is not asked.)
    """

    server: str
    status: str | None


@dataclass(frozen=True, slots=True)
class ForceSsl:
    """The state of rds.force_ssl on one database, the parameter group that says so, and why."""

    enforcement: Enforcement
    parameter_group: str | None
    reason: str
    """One sentence: `rds.force_ssl is 1 in orders-pg17 (in-sync)`."""

    fallback: bool = False
    """Whether the value is only our version table's, since the API did not tell the engine's default."""

    configured: str | None = None
    """The value that the API tells, however far it is applied; None when it does not tell it."""

    applied: tuple[Applied, ...] = ()
    """How far the group has come on each server that has it. Empty in documents of before 0.5.0, and where several
    groups disagree."""

    unsaid: Unsaid | None = None
    """Why it is not known; None where it is, and of before 0.5.0."""

    @property
    def waits_on(self) -> tuple[str, ...]:
        """The servers on which it holds after a reboot, and what holds today is not known."""
        return self._where(PENDING_REBOOT)

    @property
    def waits_for_upgrade_on(self) -> tuple[str, ...]:
        """The servers on which it holds after the upgrade that waits for them."""
        return self._where(PENDING_UPGRADE)

    def _where(self, status: str) -> tuple[str, ...]:
        return tuple(each.server for each in self.applied if each.status == status)


def unknown(reason: str, group: str | None = None, unsaid: Unsaid = Unsaid.UNNAMED) -> ForceSsl:
    """Nothing that may be called a state is known, for this reason."""
    return ForceSsl(Enforcement.UNKNOWN, group, reason, unsaid=unsaid)


def force_ssl(
    described: Described, group: ParameterGroup, family: ParameterGroupFamily | None, applied: Sequence[Applied]
) -> ForceSsl:
    """The state of rds.force_ssl where this group is applied on these servers (all of them, for a cluster)."""
    configured = _configured(described, group, family)
    if configured.value is None:
        return unknown(configured.source, group.name, configured.unsaid)
    told = f"{FORCE_SSL} is {configured.value} {configured.source}"
    enforcement, reason = _applied(configured.value, told, applied)
    by_api = None if configured.fallback else configured.value
    unsaid = _unsaid(configured.value, applied) if enforcement is Enforcement.UNKNOWN else None
    return ForceSsl(enforcement, group.name, reason, configured.fallback, by_api, tuple(applied), unsaid)


def _unsaid(value: str, applied: Sequence[Applied]) -> Unsaid:
    if value not in _IN_SYNC:
        return Unsaid.ODD_VALUE
    if not applied:
        return Unsaid.NO_SERVER
    return Unsaid.FAILED if any(each.status == FAILED for each in applied) else Unsaid.APPLYING


def _applied(value: str, configured: str, applied: Sequence[Applied]) -> tuple[Enforcement, str]:
    """How far a configured value holds on these servers, and the sentence that says so."""
    if value not in _IN_SYNC:
        return Enforcement.UNKNOWN, f"{configured}, which is neither 0 nor 1"
    if not applied:
        reason = f"{configured}, but the cluster lists no member that says whether it is applied"
        return Enforcement.UNKNOWN, reason
    in_sync = [each.server for each in applied if each.status == IN_SYNC]
    if len(in_sync) == len(applied):
        return _IN_SYNC[value], f"{configured} (in-sync)"
    where = f"{configured}, in effect on {', '.join(in_sync)}" if in_sync else configured
    unclear = [each for each in applied if each.status not in _CLEAR]
    waiting = [each.server for each in applied if each.status == PENDING_REBOOT]
    others = []
    if waiting:
        others.append(f"changes of the group wait for a reboot of {', '.join(waiting)}")
    if unclear:
        statuses = ", ".join(f"{each.status or 'nothing'} on {each.server}" for each in unclear)
        others.append(f"the API says of the group: {statuses}")
    reason = f"{where}, but {', and '.join(others)}"
    if in_sync and value == "0":
        # What one server takes in the clear for certain, no other one takes back.
        return Enforcement.NOT_ENFORCED, reason
    return Enforcement.UNKNOWN if unclear else _PENDING[value], reason


def agreed(states: Sequence[ForceSsl]) -> ForceSsl:
    """The state of a server that names several groups: what they agree on, else unknown."""
    if len({each.enforcement for each in states}) == 1:
        # What one of them says by our own table only, none of them says more certainly.
        return max(states, key=lambda each: each.fallback)
    names = ", ".join(each.parameter_group or "?" for each in states)
    reason = f"its parameter groups disagree: {'; '.join(each.reason for each in states)}"
    # The one that says least is what may come true.
    configured = min((each.configured for each in states if each.configured), default=None)
    return ForceSsl(Enforcement.UNKNOWN, names, reason, configured=configured, unsaid=Unsaid.DISAGREE)


_CLEAR = {IN_SYNC, PENDING_REBOOT}
_IN_SYNC = {"1": Enforcement.ENFORCED, "0": Enforcement.NOT_ENFORCED}
_PENDING = {"1": Enforcement.ENFORCED_AFTER_REBOOT, "0": Enforcement.NOT_ENFORCED_AFTER_REBOOT}


@dataclass(frozen=True, slots=True)
class _Configured:
    """A value and where it comes from, or None and why it is not known."""

    value: str | None
    source: str
    fallback: bool = False
    unsaid: Unsaid = Unsaid.UNREAD


def _configured(described: Described, group: ParameterGroup, family: ParameterGroupFamily | None) -> _Configured:
    values = described.parameters.get(group, NOT_ASKED)
    if isinstance(values, Gap):
        return _Configured(
            None, f"parameter group {group.name} could not be read: {values.operation}: {values.reason}"
        )
    if value := values.get(FORCE_SSL):
        return _Configured(value, f"in {group.name}")
    left_out = f"{group.name} has no value for {FORCE_SSL}"
    if family is None:
        untold = f"{left_out}, and its engine version is of no family that we know"
        return _Configured(None, untold, unsaid=Unsaid.NO_FAMILY)
    default = _default(described.defaults, family)
    if isinstance(default, Gap):
        return _by_table(family, left_out, default)
    return _Configured(default, f"by default of {family.name} ({group.name} has no value of its own)")


def _by_table(family: ParameterGroupFamily, left_out: str, why: Gap) -> _Configured:
    engine, number = engine_named(family.engine), major(family.name.removeprefix(family.engine))
    untold = f"{left_out}, and the default of {family.name} is unknown: {why.operation}: {why.reason}"
    if number is None or engine is None:
        return _Configured(None, untold)
    value = "1" if engine.is_forced_by_default(number) else "0"
    return _Configured(value, f"only by our own table of versions ({untold})", fallback=True)


def _default(defaults: Mapping[ParameterGroupFamily, Values | Gap], family: ParameterGroupFamily) -> str | Gap:
    values = defaults.get(family, NOT_ASKED)
    if isinstance(values, Gap):
        return values
    return values.get(FORCE_SSL) or Gap("engine defaults", f"{family.name} has none for {FORCE_SSL}")
