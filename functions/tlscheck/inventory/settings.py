"""The parameters beside rds.force_ssl that say how a database's TLS, logins and logs are set."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.inventory.described import Described
from tlscheck.inventory.force_ssl import Applied
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.parameter_group import LOG_CONNECTIONS, ParameterGroup, Scope

LISTING = {Scope.INSTANCE: "rds:DescribeDBInstances", Scope.CLUSTER: "rds:DescribeDBClusters"}
PARAMETERS = {Scope.INSTANCE: "rds:DescribeDBParameters", Scope.CLUSTER: "rds:DescribeDBClusterParameters"}
"""The calls that name a group, and say what is in it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of one database's parameter group, all in effect; a Gap stands for them where they are not.

    A parameter that the engine version does not have is not in `values`; one that the group leaves to the engine,
    whose own default the API does not tell, is an empty text.
    """

    parameter_group: str | None
    values: dict[str, str]

    @property
    def logs_connections(self) -> bool:
        """Whether log_connections, a boolean before PostgreSQL 18 and a list since, logs who logged in."""
        value = self.values.get(LOG_CONNECTIONS, "")
        return bool(_LOGGED & {part.strip() for part in value.lower().split(",")})

    @property
    def is_log_off(self) -> bool:
        """Whether it says that nobody is logged, and does not leave that to the engine."""
        return bool(self.values.get(LOG_CONNECTIONS)) and not self.logs_connections


_LOGGED = frozenset({"1", "on", "true", "yes", "all", "authorization"})
"""Values of log_connections, alone or in a list, that log who logged in how."""


def settings(described: Described, group: ParameterGroup, applied: Sequence[Applied]) -> Settings | Gap:
    """The values of a group that is applied on these servers (all of them, for a cluster)."""
    read = described.parameters.get(group, NOT_ASKED)
    if isinstance(read, Gap):
        why = f"parameter group {group.name} could not be read: {read.operation}: {read.reason}"
        return Gap(read.operation, why)
    if not read:
        return Gap(PARAMETERS[group.scope], f"{group.name} names none of the parameters asked for")
    if not applied:
        why = f"the cluster lists no member that says whether {group.name} is applied"
        return Gap(LISTING[group.scope], why)
    waiting = [f"{each.status or 'nothing'} on {each.server}" for each in applied if each.status != "in-sync"]
    if waiting:
        return Gap(LISTING[group.scope], f"of {group.name} the API says: {', '.join(waiting)}")
    return Settings(group.name, {name: value or "" for name, value in read.items()})


def shared(groups: Sequence[ParameterGroup], of_groups: Sequence[Settings | Gap]) -> Settings | Gap:
    """The settings of a server that names several groups: known only when they say the same."""
    first, *others = of_groups
    if all(_say(each) == _say(first) for each in others):
        return first
    names = ", ".join(each.name for each in groups)
    operation = next((each.operation for each in of_groups if isinstance(each, Gap)), LISTING[Scope.INSTANCE])
    return Gap(operation, f"its parameter groups {names} disagree")


def _say(of_group: Settings | Gap) -> dict[str, str] | str:
    return of_group.reason if isinstance(of_group, Gap) else of_group.values
