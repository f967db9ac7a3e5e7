"""From what a Region's API answered to the databases that every other chapter starts from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tlscheck.inventory.account import Account
from tlscheck.inventory.certificate import certificate_authority
from tlscheck.inventory.database import Database, Endpoint, Kind
from tlscheck.inventory.described import Answer, Described, elements, is_true, moment, number, tag, text
from tlscheck.inventory.force_ssl import Applied, ForceSsl, agreed, force_ssl, unknown
from tlscheck.inventory.lookups import (
    cluster_of,
    family_of,
    group_of_cluster,
    groups_of_instance,
    in_scope,
    is_member,
)
from tlscheck.inventory.parameter_group import Scope
from tlscheck.inventory.region import Gap, RegionListing, folded

SECRET_TAG = "tlscheck:secret"  # noqa: S105 - the name of a tag, not a password


@dataclass(frozen=True, slots=True)
class Inventory:
    """The databases of some Regions, ordered by ARN, and how completely each Region was listed."""

    databases: tuple[Database, ...]
    listings: tuple[RegionListing, ...] = ()


def assemble(account: Account, described: Iterable[Described], gaps: Iterable[tuple[str, Gap]] = ()) -> Inventory:
    """The databases of the Regions described, and a listing for each.

    `gaps` are Regions about which something else is not known; one that was not described has a listing too.
    """
    answers = {each.region: each for each in described}
    for region, gap in gaps:
        answer = answers.get(region, Described(region))
        answers[region] = replace(answer, gaps=(gap, *answer.gaps))
    regions = [_region(account, answers[region]) for region in sorted(answers)]
    databases = {database.arn: database for inventory in regions for database in inventory.databases}
    return Inventory(
        tuple(databases[arn] for arn in sorted(databases)),
        tuple(listing for inventory in regions for listing in inventory.listings),
    )


def _region(account: Account, described: Described) -> Inventory:
    instances, nameless_instances = _named(described.instances, "DBInstanceArn", "DBInstanceIdentifier")
    clusters, nameless_clusters = _named(described.clusters, "DBClusterArn", "DBClusterIdentifier")
    by_identifier = {text(each, "DBClusterIdentifier") or "": each for each in clusters}
    assembled = [_instance(described, by_identifier, each) for each in instances]
    networks = {each.cluster: each.network for each in assembled if each.cluster and each.network}
    assembled += [_cluster(described, networks, each) for each in clusters]
    gaps = [*described.gaps]
    gaps += [Gap("rds:DescribeDBInstances", _LEFT_OUT)] * nameless_instances
    gaps += [Gap("rds:DescribeDBClusters", _LEFT_OUT)] * nameless_clusters
    region = described.region
    listing = RegionListing(
        account.region_arn(region), region, len({each.arn for each in assembled}), folded(gaps)
    )
    return Inventory(tuple(assembled), (listing,))


_LEFT_OUT = "an answer without its ARN, identifier or engine was left out"


def _named(answers: Sequence[Answer], arn: str, identifier: str) -> tuple[list[Answer], int]:
    """Those of PostgreSQL that say who they are, and the number of those that don't."""
    candidates = [each for each in answers if in_scope(each)]
    named = [each for each in candidates if all(text(each, member) for member in (arn, identifier, "Engine"))]
    return named, len(candidates) - len(named)


def _instance(described: Described, clusters: Mapping[str, Answer], answer: Answer) -> Database:
    """One DBInstance; what a member leaves to its cluster is read there."""
    owner = clusters.get(cluster_of(answer) or "")
    host, port = text(answer, "Endpoint", "Address"), number(answer, "Endpoint", "Port")
    return Database(
        arn=text(answer, "DBInstanceArn") or "",
        kind=Kind.MEMBER if is_member(answer) else Kind.INSTANCE,
        identifier=text(answer, "DBInstanceIdentifier") or "",
        region=described.region,
        engine=text(answer, "Engine") or "",
        engine_version=text(answer, "EngineVersion") or "",
        status=text(answer, "DBInstanceStatus") or "",
        resource_id=text(answer, "DbiResourceId") or "",
        cluster=cluster_of(answer),
        network=text(answer, "DBSubnetGroup", "VpcId"),
        endpoint=Endpoint(host, port) if host and port else None,
        iam_authentication=any(is_true(each, "IAMDatabaseAuthenticationEnabled") for each in (answer, owner)),
        secret=tag(answer, SECRET_TAG) or tag(owner, SECRET_TAG),
        force_ssl=_force_ssl_of_instance(described, answer, owner),
        certificate_authority=certificate_authority(
            text(answer, "CACertificateIdentifier") or text(answer, "CertificateDetails", "CAIdentifier"),
            text(answer, "PendingModifiedValues", "CACertificateIdentifier"),
            described.certificates,
        ),
        server_certificate_expires=moment(answer, "CertificateDetails", "ValidTill"),
    )


def _cluster(described: Described, networks: Mapping[str, str], answer: Answer) -> Database:
    """One DBCluster. It names a subnet group but no VPC: that one is its members'."""
    identifier = text(answer, "DBClusterIdentifier") or ""
    members = [
        Applied(text(each, "DBInstanceIdentifier") or "?", text(each, "DBClusterParameterGroupStatus"))
        for each in elements(answer, "DBClusterMembers")
    ]
    return Database(
        arn=text(answer, "DBClusterArn") or "",
        kind=Kind.CLUSTER,
        identifier=identifier,
        region=described.region,
        engine=text(answer, "Engine") or "",
        engine_version=text(answer, "EngineVersion") or "",
        status=text(answer, "Status") or "",
        resource_id=text(answer, "DbClusterResourceId") or "",
        cluster=None,
        network=networks.get(identifier),
        endpoint=None,
        iam_authentication=is_true(answer, "IAMDatabaseAuthenticationEnabled"),
        secret=tag(answer, SECRET_TAG),
        force_ssl=_force_ssl_of_cluster(described, answer, members),
        certificate_authority=certificate_authority(
            text(answer, "CertificateDetails", "CAIdentifier"),
            text(answer, "PendingModifiedValues", "CertificateDetails", "CAIdentifier"),
            described.certificates,
        ),
        server_certificate_expires=moment(answer, "CertificateDetails", "ValidTill"),
    )


def _force_ssl_of_instance(described: Described, instance: Answer, owner: Answer | None) -> ForceSsl:
    name = text(instance, "DBInstanceIdentifier") or ""
    if is_member(instance):
        if owner is None:
            return unknown(
                f"its cluster {cluster_of(instance) or '(not named)'} was not listed: the parameter is there"
            )
        status = next(
            (
                text(each, "DBClusterParameterGroupStatus")
                for each in elements(owner, "DBClusterMembers")
                if text(each, "DBInstanceIdentifier") == name
            ),
            None,
        )
        return _force_ssl_of_cluster(described, owner, [Applied(name, status)])
    family = family_of(Scope.INSTANCE, instance)
    groups = groups_of_instance(instance)
    if not groups:
        return unknown("the API names no parameter group of this instance")
    return agreed([force_ssl(described, group, family, [Applied(name, status)]) for group, status in groups])


def _force_ssl_of_cluster(described: Described, cluster: Answer, applied: Sequence[Applied]) -> ForceSsl:
    group = group_of_cluster(cluster)
    if group is None:
        return unknown("the API names no parameter group of the cluster")
    return force_ssl(described, group, family_of(Scope.CLUSTER, cluster), applied)
