"""A database as AWS's API describes it: the one noun that every other chapter starts from."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tlscheck.inventory.certificate import CertificateAuthority
from tlscheck.inventory.engine import major
from tlscheck.inventory.force_ssl import ForceSsl
from tlscheck.inventory.former import Former, Predecessor
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.lifecycle import Lifecycle
from tlscheck.inventory.names import Arn, resource_key
from tlscheck.inventory.parameter_group import NOBODY, Beside, ParameterKind
from tlscheck.inventory.rotation import Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.inventory.trait import Trait

SECRET_TAG = "tlscheck:secret"  # noqa: S105 - the name of a tag, not a password
"""Tag of a database or its cluster that names the secret to log in with."""

EXCLUDE_TAG = "tlscheck:exclude"
"""Tag of a database or its cluster that keeps sweeps from looking at it, whatever its value but `false`."""

SERVERLESS = "db.serverless"
"""DBInstanceClass of an instance of Aurora Serverless v2; a cluster may hold instances of other classes too."""


class Kind(StrEnum):
    """What a database is in RDS, which decides where its parameters and its certificate live."""

    INSTANCE = "instance"
    """A standalone instance: parameters, certificate and sessions are all its own."""

    MEMBER = "member"
    """An instance of an Aurora or Multi-AZ cluster: certificate and sessions are its own, rds.force_ssl is not."""

    CLUSTER = "cluster"
    """The cluster itself: it carries the parameters and is never connected to (its endpoint is a member's)."""

    PROXY = "proxy"
    """An RDS Proxy in front of databases: a TLS end of its own, with a certificate of ACM; never connected to."""

    @property
    def is_server(self) -> bool:
        """Whether there is a server of its own to connect to, with a certificate and sessions."""
        return self in {Kind.INSTANCE, Kind.MEMBER}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """DBInstance.Endpoint: the name that the server's certificate must carry, and its TCP port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Source:
    """The database that a read replica follows, as the replica names it, and its CA where that one was listed."""

    name: str
    """ReadReplicaSourceDBInstanceIdentifier or ReadReplicaSourceDBClusterIdentifier: an ARN in another Region."""

    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Proxy:
    """What an RDS Proxy says of itself."""

    require_tls: bool | None
    """RequireTLS: of clients, says the API; of the proxy's own connections, say user guide and Security Hub."""

    fronts: tuple[str, ...] | Gap
    """Identifiers of the instances and clusters behind it (DescribeDBProxyTargets)."""


@dataclass(frozen=True, slots=True)
class Database:
    """One instance, member, cluster or proxy of an account, with what the control plane knows of its TLS.

    Every field comes from DescribeDBInstances or DescribeDBClusters unless its type says otherwise; a field that
    the API left out is None (a text: empty), never a guess.
    """

    arn: str
    kind: Kind
    identifier: str
    region: str
    engine: str
    """`postgres` or `aurora-postgresql`."""

    engine_version: str
    status: str
    """DBInstanceStatus or the cluster's Status, as is: `available`, `stopped`, `creating`..."""

    resource_id: str | Gap
    """DbiResourceId of an instance or member, DbClusterResourceId of a cluster, `prx-...` of a proxy: another one
    means another database under the same name, of which nothing that is remembered holds."""

    cluster: str | None
    """Identifier of the cluster that a member belongs to."""

    network: str | None
    """Id of the VPC that reaches it (of a cluster: its members'); None for a database without a VPC."""

    endpoint: Endpoint | None
    """None while it is being created, and for a cluster."""

    iam_authentication: bool
    """Whether the API says of it, or of its cluster, that IAM authentication is on."""

    secret: str | None
    """Tag `tlscheck:secret` of it, else of its cluster: a Secrets Manager secret to log in with, name or ARN."""

    force_ssl: ForceSsl
    certificate_authority: CertificateAuthority
    server_certificate_expires: datetime | None
    """CertificateDetails.ValidTill: the server certificate's own expiry, not its CA's."""

    # What follows has defaults, since samples read documents that an earlier version wrote.
    settings: Settings | Gap = NOT_ASKED
    rotation: Rotation = field(default_factory=Rotation)
    traits: tuple[Trait, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    """TagList; a member has its cluster's as well, and its own go first."""

    pending_version: str | None = None
    """PendingModifiedValues.EngineVersion of it, else of its cluster: an upgrade that waits for the window."""

    source: Source | None = None
    member_authorities: dict[str, str | None] = field(default_factory=dict)
    """Of a cluster: identifier of each member to its CA; None where that instance was not listed."""

    proxies: tuple[str, ...] = ()
    """Names of the proxies that front it, or its cluster."""

    proxies_gap: Gap | None = None
    """Why those may not be all."""

    shard_groups: tuple[str, ...] | Gap = ()
    """Identifiers of the shard groups of an Aurora Limitless cluster; a Gap where they could not be listed."""

    master_secret: str | None = None
    """MasterUserSecret.SecretArn of it, else of its cluster: RDS's own secret. Used only by the owner's opt-in."""

    proxy: Proxy | None = None
    """Of a proxy alone."""

    listed_at: datetime | None = None
    """When AWS's API was asked, UTC; None in documents of before 0.3.0."""

    member_ids: dict[str, str] = field(default_factory=dict)
    """Of a cluster: identifier of each member that was listed to its DbiResourceId."""

    predecessors: tuple[Predecessor, ...] = ()
    """Newest first; those that are remembered no longer are left out."""

    predecessors_beyond: datetime | None = None
    """Until when the newest of those had the name that were too many to be told; None: they all are."""

    past_as_of: datetime | None = None
    """When the document of it was listed of whose predecessors some are its own no more; None: it has them all."""

    formerly: tuple[Former, ...] = ()
    """Newest first: whoever has such a name today is told of this one, in whatever order the two are written."""

    instance_class: str | None = None
    """DBInstanceClass, `db.serverless` in Aurora Serverless v2; DBClusterInstanceClass of a Multi-AZ cluster.
    None in documents of before 0.4.0."""

    publicly_accessible: bool | None = None
    """PubliclyAccessible: its name resolves to a public address. None of before 0.4.0 and an Aurora cluster."""

    member_pending_authorities: dict[str, str] = field(default_factory=dict)
    """Of a cluster: identifier of each member whose own CA changes in its maintenance window, to that CA."""

    pending_changes: tuple[str, ...] | None = None
    """Members of PendingModifiedValues, its cluster's too, which wait for the window. None of before 0.5.0."""

    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    maintenance_window: str | None = None
    """PreferredMaintenanceWindow, as is: `sun:04:00-sun:04:30`, weekly, UTC."""

    parameter_kinds: dict[str, ParameterKind] = field(default_factory=dict)
    """What may be done with the parameters of its group, by their names; empty where they were not read."""

    log_exports: tuple[str, ...] | None = None
    """EnabledCloudwatchLogsExports, of a member its cluster's too. None in documents of before 0.8.0."""

    created_at: datetime | None = None
    """InstanceCreateTime; None of a cluster, while it is being created, and in documents of before 0.8.0."""

    beside: Beside = NOBODY
    """By the listing: samples know those whom sweeps look at, and these not."""

    @property
    def key(self) -> str:
        """What is remembered of it lies under; its ARN where the API named no resource id, or what is no ARN."""
        if isinstance(self.resource_id, Gap) or Arn.parse(self.arn) is None:
            return self.arn
        return resource_key(self.arn, self.resource_id)

    @property
    def major(self) -> int | None:
        """Major engine version: 17 of `17.4`; None for a version of a form that we don't know."""
        return major(self.engine_version)

    @property
    def may_pause(self) -> bool:
        """Whether it pauses at 0 ACUs when nobody is connected, so that a connection would wake and bill it.

        Also where that is not known: of an instance of Aurora Serverless v2 whose cluster was not listed, and of
        one in such a cluster whose class the API, or a document of before 0.4.0, does not name.
        """
        if self.kind is not Kind.MEMBER:
            return False
        if self.instance_class is None:
            return Trait.SCALES_TO_ZERO in self.traits or Trait.SERVERLESS_V2 in self.traits
        is_known_not_to = Trait.SERVERLESS_V2 in self.traits and Trait.SCALES_TO_ZERO not in self.traits
        return self.instance_class == SERVERLESS and not is_known_not_to

    @property
    def may_come_to_pause(self) -> bool:
        """Whether it does once the least capacity of its cluster is set to 0, and did not when it was listed."""
        return self.instance_class == SERVERLESS and self.kind is Kind.MEMBER and not self.may_pause

    @property
    def is_excluded(self) -> bool:
        """Whether its owner keeps sweeps from it."""
        return self.tags.get(EXCLUDE_TAG, "false").lower() != "false"
