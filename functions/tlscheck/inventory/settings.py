"""The parameters beside rds.force_ssl that say how a database's TLS, logins and logs are set."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tlscheck.inventory.described import NOT_ASKED, Described
from tlscheck.inventory.force_ssl import Applied
from tlscheck.inventory.parameter_group import ParameterGroup
from tlscheck.inventory.region import Gap


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of one database's parameter group, as far as they are in effect.

    A parameter that the engine version does not have is not in `values`; one that the group leaves to the engine,
    whose own default the API does not tell, is an empty text.
    """

    parameter_group: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    unknown: str = ""
    """Why the values are not known, or are not known to be in effect; empty when they are."""


def settings(described: Described, group: ParameterGroup, applied: Sequence[Applied]) -> Settings:
    """The values of a group that is applied on these servers (all of them, for a cluster)."""
    read = described.parameters.get(group, NOT_ASKED)
    if isinstance(read, Gap):
        why = f"parameter group {group.name} could not be read: {read.operation}: {read.reason}"
        return Settings(group.name, {}, why)
    if not read:
        return Settings(group.name, {}, f"{group.name} names none of the parameters asked for")
    values = {name: value or "" for name, value in read.items()}
    if not applied:
        why = f"the cluster lists no member that says whether {group.name} is applied"
        return Settings(group.name, values, why)
    waiting = [f"{each.status or 'nothing'} on {each.server}" for each in applied if each.status != "in-sync"]
    why = f"of {group.name} the API says: {', '.join(waiting)}" if waiting else ""
    return Settings(group.name, values, why)


def shared(of_groups: Sequence[Settings]) -> Settings:
    """The settings of a server that names several groups: known only when they say the same."""
    first, *others = of_groups
    if all(each.values == first.values and each.unknown == first.unknown for each in others):
        return first
    names = ", ".join(each.parameter_group or "?" for each in of_groups)
    return Settings(names, {}, f"its parameter groups {names} disagree")
