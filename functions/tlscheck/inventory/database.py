"""A database as AWS's API describes it: the one noun that every other chapter starts from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tlscheck.inventory.certificate import CertificateAuthority
from tlscheck.inventory.force_ssl import ForceSsl


class Kind(StrEnum):
    """What a database is in RDS, which decides where its parameters and its certificate live."""

    INSTANCE = "instance"
    """A standalone instance: parameters, certificate and sessions are all its own."""

    MEMBER = "member"
    """An instance of an Aurora or Multi-AZ cluster: certificate and sessions are its own, rds.force_ssl is not."""

    CLUSTER = "cluster"
    """The cluster itself: it carries the parameters and is never connected to (its endpoint is a member's)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """DBInstance.Endpoint: the name that the server's certificate must carry, and its TCP port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Database:
    """One instance, cluster member or cluster of an account, with what the control plane knows of its TLS.

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

    resource_id: str
    """DbiResourceId of an instance or member, DbClusterResourceId of a cluster."""

    cluster: str | None
    """Identifier of the cluster that a member belongs to."""

    network: str | None
    """Id of the VPC that reaches it (of a cluster: its members'); None for a database without a VPC."""

    endpoint: Endpoint | None
    """None while it is being created, and for a cluster."""

    iam_authentication: bool
    """Whether the API says of it, or of its cluster, that IAM authentication is on."""

    secret: str | None
    """Value of the tag `tlscheck:secret` of the database, else of its cluster: a Secrets Manager secret to log in
    with, by name or ARN."""

    force_ssl: ForceSsl
    certificate_authority: CertificateAuthority
    server_certificate_expires: datetime | None
    """CertificateDetails.ValidTill: the server certificate's own expiry, not its CA's."""
