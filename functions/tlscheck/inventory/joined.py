"""One Region's answers, with those that speak of the same database found at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tlscheck.inventory.described import ApiAnswer, Described, elements, objects, text, text_or_empty
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import actions_by_resource
from tlscheck.inventory.trait import is_limitless


@dataclass(frozen=True, slots=True)
class Joined:
    """A Region's answers and their indices, each by identifier unless it says otherwise."""

    described: Described
    instances: Mapping[str, ApiAnswer]
    clusters: Mapping[str, ApiAnswer]
    actions: Mapping[str, Sequence[ApiAnswer]]
    """Details of pending maintenance actions, by ARN."""

    proxies_of: Mapping[str, Sequence[str]]
    """Names of the proxies in front of an instance or cluster."""

    proxies_gap: Gap | None
    """Why those may not be all."""

    shard_groups: Mapping[str, Sequence[str]]
    """Identifiers of shard groups, by cluster."""

    @classmethod
    def of(cls, described: Described, instances: Sequence[ApiAnswer], clusters: Sequence[ApiAnswer]) -> "Joined":
        """The answers joined; of instances and clusters those that are PostgreSQL and say who they are."""
        fronted: dict[str, list[str]] = defaultdict(list)
        for proxy, targets in described.targets.items():
            for identifier in fronts(targets):
                fronted[identifier].append(proxy)
        shards: dict[str, list[str]] = defaultdict(list)
        for group in () if isinstance(described.shard_groups, Gap) else described.shard_groups:
            cluster = text_or_empty(group, "DBClusterIdentifier")
            shards[cluster].append(text(group, "DBShardGroupIdentifier") or "?")
        return cls(
            described,
            {text_or_empty(each, "DBInstanceIdentifier"): each for each in instances},
            {text_or_empty(each, "DBClusterIdentifier"): each for each in clusters},
            actions_by_resource(described),
            fronted,
            next((gap for gap in described.gaps if gap.operation in _OF_PROXIES), None),
            shards,
        )

    def resource_ids(self, identifiers: Iterable[str]) -> dict[str, str]:
        """DbiResourceId of those of these instances that were listed and name one."""
        named = ((each, text(self.instances.get(each), "DbiResourceId")) for each in identifiers)
        return {identifier: resource_id for identifier, resource_id in named if resource_id}

    def arns(self, identifiers: Iterable[str]) -> list[str]:
        """DBInstanceArn of those of these instances that were listed."""
        return [
            text_or_empty(self.instances[each], "DBInstanceArn") for each in identifiers if each in self.instances
        ]

    def shard_groups_of(self, cluster: str) -> tuple[str, ...] | Gap:
        """Identifiers of a cluster's shard groups. A Limitless one may have some wherever they were not listed."""
        listed, answer = self.described.shard_groups, self.clusters.get(cluster)
        if isinstance(listed, Gap) and answer and is_limitless(answer):
            return listed
        return tuple(sorted(self.shard_groups.get(cluster, ())))

    def authority_of(self, identifier: str) -> str | None:
        """CACertificateIdentifier of an instance of the Region."""
        found = self.instances.get(identifier)
        return text(found, "CACertificateIdentifier") or text(found, "CertificateDetails", "CAIdentifier")


_OF_PROXIES = ("rds:DescribeDBProxies", "rds:DescribeDBProxyTargets")


def fronts(targets: Sequence[ApiAnswer] | Gap) -> list[str]:
    """Identifiers that a proxy's Targets name: instances, and the clusters that it follows."""
    named = [] if isinstance(targets, Gap) else objects(list(targets))
    found = {text(each, "TrackedClusterId") or text(each, "RdsResourceId") for each in named}
    return sorted(each for each in found if each)


def member_statuses(cluster: ApiAnswer | None) -> dict[str, str | None]:
    """DBClusterParameterGroupStatus of each member that a DBCluster names."""
    return {
        text(each, "DBInstanceIdentifier") or "?": text(each, "DBClusterParameterGroupStatus")
        for each in elements(cluster, "DBClusterMembers")
    }
