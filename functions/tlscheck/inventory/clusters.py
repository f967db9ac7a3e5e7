"""A DBCluster as a database: the parameters of its members, and what they have in common or not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tlscheck.inventory import trait
from tlscheck.inventory.certificate import certificate_authority, ends_of, pending_authority
from tlscheck.inventory.database import SECRET_TAG, Database, Kind, Source
from tlscheck.inventory.described import (
    ApiAnswer,
    Described,
    Values,
    is_true,
    moment,
    names,
    tags,
    text,
    text_or_empty,
    text_or_gap,
    texts,
    truth,
)
from tlscheck.inventory.force_ssl import Applied, ForceSsl, force_ssl, unknown
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.joined import Joined, member_statuses
from tlscheck.inventory.lifecycle import PENDING_VERSION, lifecycle
from tlscheck.inventory.lookups import LOG_EXPORTS, MASTER_SECRET, family_of, group_of_cluster
from tlscheck.inventory.parameter_group import Scope
from tlscheck.inventory.parameters import agreed_kinds
from tlscheck.inventory.rotation import rotation
from tlscheck.inventory.settings import LISTING, Settings, settings


def database_of_cluster(joined: Joined, networks: Mapping[str, str], answer: ApiAnswer) -> Database:
    """One DBCluster of a Region. It names a subnet group but no VPC: that one is its members'."""
    described = joined.described
    arn, identifier = text_or_empty(answer, "DBClusterArn"), text_or_empty(answer, "DBClusterIdentifier")
    statuses = member_statuses(answer)
    authorities = {name: joined.authority_of(name) for name in statuses}
    members = [Applied(name, status) for name, status in statuses.items()]
    source = text(answer, "ReplicationSourceIdentifier")
    return Database(
        arn=arn,
        kind=Kind.CLUSTER,
        identifier=identifier,
        region=described.region,
        engine=text_or_empty(answer, "Engine"),
        engine_version=text_or_empty(answer, "EngineVersion"),
        status=text_or_empty(answer, "Status"),
        resource_id=text_or_gap(answer, "rds:DescribeDBClusters", "DbClusterResourceId"),
        cluster=None,
        network=networks.get(identifier),
        endpoint=None,
        iam_authentication=is_true(answer, "IAMDatabaseAuthenticationEnabled"),
        secret=tags(answer).get(SECRET_TAG) or None,
        force_ssl=force_ssl_of_cluster(described, answer, members),
        certificate_authority=replace(
            certificate_authority(
                None,
                text(answer, "CertificateDetails", "CAIdentifier"),
                pending_authority(answer),
                described.certificates,
                described.default_authority,
            ),
            ends=ends_of(authorities.values(), described.certificates),
        ),
        server_certificate_expires=moment(answer, "CertificateDetails", "ValidTill"),
        master_secret=text(answer, *MASTER_SECRET),
        settings=settings_of_cluster(described, answer, members),
        rotation=rotation(described, joined.actions, answer, (arn, *joined.arns(statuses))),
        traits=trait.of_cluster(answer, configured_of_cluster(described, answer)),
        tags=tags(answer),
        pending_version=text(answer, *PENDING_VERSION),
        pending_changes=names(answer, "PendingModifiedValues"),
        source=Source(source) if source else None,
        member_authorities=authorities,
        member_pending_authorities={
            name: pending for name in statuses if (pending := pending_authority(joined.instances.get(name)))
        },
        proxies=tuple(sorted(joined.proxies_of.get(identifier, ()))),
        proxies_gap=joined.proxies_gap,
        shard_groups=joined.shard_groups_of(identifier),
        member_ids=joined.resource_ids(statuses),
        listed_at=described.listed_at,
        instance_class=text(answer, "DBClusterInstanceClass"),
        publicly_accessible=truth(answer, "PubliclyAccessible"),
        lifecycle=lifecycle(described, answer),
        maintenance_window=text(answer, "PreferredMaintenanceWindow"),
        log_exports=tuple(sorted({*texts(answer, LOG_EXPORTS)})),
        parameter_kinds=agreed_kinds(described, [group] if (group := group_of_cluster(answer)) else []),
    )


def force_ssl_of_cluster(described: Described, cluster: ApiAnswer, applied: Sequence[Applied]) -> ForceSsl:
    """rds.force_ssl in the cluster's group, as far as it is applied on these members."""
    group = group_of_cluster(cluster)
    if group is None:
        return unknown("the API names no parameter group of the cluster")
    return force_ssl(described, group, family_of(Scope.CLUSTER, cluster), applied)


def settings_of_cluster(described: Described, cluster: ApiAnswer, applied: Sequence[Applied]) -> Settings | Gap:
    """The other parameters in the cluster's group.

    A member's own group may set log_connections and log_line_prefix otherwise; it is not read for that.
    """
    group = group_of_cluster(cluster)
    if group is None:
        return Gap(LISTING[Scope.CLUSTER], "the API names no parameter group of the cluster")
    return settings(described, group, applied)


def configured_of_cluster(described: Described, cluster: ApiAnswer) -> Values:
    """What the cluster's group holds, in effect or not yet; nothing where that could not be read."""
    group = group_of_cluster(cluster)
    values = described.parameters.get(group, NOT_ASKED) if group else NOT_ASKED
    return {} if isinstance(values, Gap) else values
