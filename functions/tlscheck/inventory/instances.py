"""A DBInstance as a database; what a member leaves to its cluster is read there."""

from collections.abc import Sequence

from tlscheck.inventory import trait
from tlscheck.inventory.certificate import certificate_authority, pending_authority
from tlscheck.inventory.clusters import configured_of_cluster, force_ssl_of_cluster, settings_of_cluster
from tlscheck.inventory.database import (
    SECRET_TAG,
    Database,
    Endpoint,
    Kind,
    Source,
)
from tlscheck.inventory.described import (
    ApiAnswer,
    Described,
    is_true,
    moment,
    names,
    number,
    tags,
    text,
    text_or_empty,
    text_or_gap,
    texts,
    truth,
)
from tlscheck.inventory.force_ssl import Applied, ForceSsl, agreed, force_ssl, unknown
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.joined import Joined, member_statuses
from tlscheck.inventory.lifecycle import PENDING_VERSION, lifecycle
from tlscheck.inventory.lookups import (
    LOG_EXPORTS,
    MASTER_SECRET,
    cluster_of,
    family_of,
    group_of_cluster,
    groups_of_instance,
    is_member,
)
from tlscheck.inventory.parameter_group import ParameterGroup, Scope
from tlscheck.inventory.parameters import agreed_kinds
from tlscheck.inventory.rotation import rotation
from tlscheck.inventory.settings import LISTING, Settings, settings, shared


def database_of_instance(joined: Joined, answer: ApiAnswer) -> Database:
    """One DBInstance of a Region."""
    described = joined.described
    cluster = text_or_empty(answer, "DBClusterIdentifier")
    owner = joined.clusters.get(cluster)
    arn, identifier = text_or_empty(answer, "DBInstanceArn"), text_or_empty(answer, "DBInstanceIdentifier")
    host, port = text(answer, "Endpoint", "Address"), number(answer, "Endpoint", "Port")
    own_tags, cluster_tags = tags(answer), tags(owner)
    return Database(
        arn=arn,
        kind=Kind.MEMBER if is_member(answer) else Kind.INSTANCE,
        identifier=identifier,
        region=described.region,
        engine=text_or_empty(answer, "Engine"),
        engine_version=text_or_empty(answer, "EngineVersion"),
        status=text_or_empty(answer, "DBInstanceStatus"),
        resource_id=text_or_gap(answer, "rds:DescribeDBInstances", "DbiResourceId"),
        cluster=cluster_of(answer),
        network=text(answer, "DBSubnetGroup", "VpcId"),
        endpoint=Endpoint(host, port) if host and port else None,
        iam_authentication=any(is_true(each, "IAMDatabaseAuthenticationEnabled") for each in (answer, owner)),
        secret=own_tags.get(SECRET_TAG) or cluster_tags.get(SECRET_TAG) or None,
        force_ssl=_force_ssl(joined, answer, owner),
        certificate_authority=certificate_authority(
            text(answer, "CACertificateIdentifier"),
            text(answer, "CertificateDetails", "CAIdentifier"),
            pending_authority(answer) or pending_authority(owner),
            described.certificates,
            described.default_authority,
        ),
        server_certificate_expires=moment(answer, "CertificateDetails", "ValidTill"),
        master_secret=text(answer, *MASTER_SECRET) or text(owner, *MASTER_SECRET),
        settings=_settings(joined, answer, owner),
        rotation=rotation(described, joined.actions, answer, (arn, text_or_empty(owner, "DBClusterArn"))),
        traits=_traits(described, answer, owner),
        tags=cluster_tags | own_tags,
        pending_version=next(filter(None, (text(each, *PENDING_VERSION) for each in (answer, owner))), None),
        pending_changes=tuple(
            sorted({*names(answer, "PendingModifiedValues"), *names(owner, "PendingModifiedValues")})
        ),
        source=_source(joined, answer),
        proxies=tuple(sorted({*_fronting(joined, identifier), *_fronting(joined, cluster)})),
        proxies_gap=joined.proxies_gap,
        listed_at=described.listed_at,
        instance_class=text(answer, "DBInstanceClass"),
        publicly_accessible=truth(answer, "PubliclyAccessible"),
        lifecycle=lifecycle(described, answer, owner),
        maintenance_window=text(answer, "PreferredMaintenanceWindow"),
        parameter_kinds=agreed_kinds(described, _groups(answer, owner)),
        created_at=moment(answer, "InstanceCreateTime"),
        log_exports=tuple(sorted({*texts(answer, LOG_EXPORTS), *texts(owner, LOG_EXPORTS)})),
    )


def _groups(instance: ApiAnswer, owner: ApiAnswer | None) -> list[ParameterGroup]:
    """The groups that its parameters are in: of a member, its cluster's."""
    if is_member(instance):
        return [group] if owner and (group := group_of_cluster(owner)) else []
    return [group for group, _ in groups_of_instance(instance)]


def _fronting(joined: Joined, identifier: str) -> Sequence[str]:
    return joined.proxies_of.get(identifier, ())


def _traits(described: Described, answer: ApiAnswer, owner: ApiAnswer | None) -> tuple[trait.Trait, ...]:
    if owner is None:
        return trait.of_instance(answer)
    return trait.of_cluster(owner, configured_of_cluster(described, owner))


def _source(joined: Joined, answer: ApiAnswer) -> Source | None:
    if name := text(answer, "ReadReplicaSourceDBInstanceIdentifier"):
        return Source(name, joined.authority_of(name))
    if name := text(answer, "ReadReplicaSourceDBClusterIdentifier"):
        authorities = {joined.authority_of(member) for member in member_statuses(joined.clusters.get(name))}
        return Source(name, authorities.pop() if len(authorities) == 1 else None)
    return None


def _force_ssl(joined: Joined, instance: ApiAnswer, owner: ApiAnswer | None) -> ForceSsl:
    name = text_or_empty(instance, "DBInstanceIdentifier")
    if is_member(instance):
        if owner is None:
            return unknown(f"{_unlisted(instance)}: the parameter is there")
        return force_ssl_of_cluster(joined.described, owner, [Applied(name, member_statuses(owner).get(name))])
    family = family_of(Scope.INSTANCE, instance)
    groups = groups_of_instance(instance)
    if not groups:
        return unknown("the API names no parameter group of this instance")
    return agreed(
        [force_ssl(joined.described, group, family, [Applied(name, status)]) for group, status in groups]
    )


def _settings(joined: Joined, instance: ApiAnswer, owner: ApiAnswer | None) -> Settings | Gap:
    name = text_or_empty(instance, "DBInstanceIdentifier")
    if is_member(instance):
        if owner is None:
            return Gap(LISTING[Scope.CLUSTER], f"{_unlisted(instance)}: its parameters are there")
        return settings_of_cluster(joined.described, owner, [Applied(name, member_statuses(owner).get(name))])
    groups = groups_of_instance(instance)
    if not groups:
        return Gap(LISTING[Scope.INSTANCE], "the API names no parameter group of this instance")
    read = [settings(joined.described, group, [Applied(name, status)]) for group, status in groups]
    return shared([group for group, _ in groups], read)


def _unlisted(instance: ApiAnswer) -> str:
    return f"its cluster {cluster_of(instance) or '(not named)'} was not listed"
