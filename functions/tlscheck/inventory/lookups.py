"""What a Region's instances and clusters leave to be asked: each distinct parameter group and family once."""

from collections.abc import Iterable, Sequence

from tlscheck.inventory import engine
from tlscheck.inventory.described import ApiAnswer, Described, EngineVersion, elements, text
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import FORCE_SSL, ParameterGroup, ParameterGroupFamily, Scope

MASTER_SECRET = ("MasterUserSecret", "SecretArn")
LOG_EXPORTS = "EnabledCloudwatchLogsExports"
"""Where a DBInstance or DBCluster names the secret that RDS keeps for its master user."""


def in_scope(answer: ApiAnswer) -> bool:
    """Whether this is PostgreSQL; an answer that names no engine is not known to be anything else."""
    return text(answer, "Engine") in {*engine.NAMES, None}


def cluster_of(instance: ApiAnswer) -> str | None:
    """Identifier of the cluster that an instance is a member of."""
    return text(instance, "DBClusterIdentifier")


def is_member(instance: ApiAnswer) -> bool:
    """An Aurora instance always belongs to a cluster, even if the API leaves out which."""
    return cluster_of(instance) is not None or engine.is_always_clustered(text(instance, "Engine"))


def groups_of_instance(instance: ApiAnswer) -> list[tuple[ParameterGroup, str | None]]:
    """The instance parameter groups of an instance, each with its ParameterApplyStatus."""
    return [
        (ParameterGroup(Scope.INSTANCE, name), text(group, "ParameterApplyStatus"))
        for group in elements(instance, "DBParameterGroups")
        if (name := text(group, "DBParameterGroupName"))
    ]


def group_of_cluster(cluster: ApiAnswer) -> ParameterGroup | None:
    """The cluster parameter group: in DBCluster it is a plain text."""
    name = text(cluster, "DBClusterParameterGroup")
    return ParameterGroup(Scope.CLUSTER, name) if name else None


def family_of(scope: Scope, answer: ApiAnswer) -> ParameterGroupFamily | None:
    """The parameter group family of an instance or cluster, by its engine and version."""
    return ParameterGroupFamily.of(scope, text(answer, "Engine"), text(answer, "EngineVersion"))


def groups_to_read(instances: Iterable[ApiAnswer], clusters: Iterable[ApiAnswer]) -> tuple[ParameterGroup, ...]:
    """The distinct groups in which rds.force_ssl of these databases lives; a member's own group is not one."""
    standalone = (each for each in instances if in_scope(each) and not is_member(each))
    groups = {group for instance in standalone for group, _ in groups_of_instance(instance)}
    groups |= {group for each in clusters if in_scope(each) and (group := group_of_cluster(each))}
    return tuple(sorted(groups))


def families_to_read(described: Described) -> tuple[ParameterGroupFamily, ...]:
    """The distinct families whose default of rds.force_ssl holds, because a group of theirs leaves it out.

    Of the other parameters a default is what the group itself shows, or what the API does not tell either.
    """
    users: list[tuple[ParameterGroupFamily | None, Sequence[ParameterGroup]]] = [
        (family_of(Scope.INSTANCE, each), [group for group, _ in groups_of_instance(each)])
        for each in described.instances
        if in_scope(each) and not is_member(each)
    ]
    users += [
        (family_of(Scope.CLUSTER, each), [group])
        for each in described.clusters
        if in_scope(each) and (group := group_of_cluster(each))
    ]
    return tuple(
        sorted({family for family, groups in users if family and _leave_something_out(described, groups)})
    )


def versions_in_use(instances: Iterable[ApiAnswer], clusters: Iterable[ApiAnswer]) -> tuple[EngineVersion, ...]:
    """The distinct engine versions of these databases."""
    named = ((text(each, "Engine"), text(each, "EngineVersion")) for each in (*instances, *clusters))
    return tuple(sorted({(name, version) for name, version in named if name in engine.NAMES and version}))


def proxies_to_read(proxies: Iterable[ApiAnswer]) -> tuple[str, ...]:
    """Names of the proxies whose targets are asked for."""
    return tuple(sorted({name for each in proxies if (name := text(each, "DBProxyName"))}))


def _leave_something_out(described: Described, groups: Iterable[ParameterGroup]) -> bool:
    answers = (described.parameters.get(group) for group in groups)
    return any(
        not values.get(FORCE_SSL) for values in answers if values is not None and not isinstance(values, Gap)
    )
