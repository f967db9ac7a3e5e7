"""The databases of the emulated account: what each is, who connects to it, and what a sweep must say of it.

A database's name is one that a newcomer may find in his own account; what is wrong with it stands in its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tlscheck.verdict.check import Status
from tlscheck.verdict.readiness import Verdict

from tests.local_aws.fleet.clients import Client, Driver, Tls
from tests.local_aws.fleet.roles import CHECKER, LIMITED

NETWORKS = {"us-east-1": "vpc-0a1b2c3d", "eu-west-1": "vpc-0e1f2a3b"}
"""The VPC of each Region that a probe is expected in."""

UNPROBED = "vpc-0d4e5f6a"
"""A VPC of us-east-1 that has no probe."""

HOSTILE_NAME = "=cmd|'/c calc'!A1 <script>alert(1)</script>"
"""An application name that does harm where it is read as a formula or as HTML."""


class Behind(StrEnum):
    """What answers at the port of a database's endpoint."""

    SERVER = "a PostgreSQL server"
    IAM_LOGIN = "a PostgreSQL server with IAM authentication in front of it"
    CLOSED = "nothing: the port is closed"
    SILENT = "something that accepts connections and never answers"
    NO_PORT = "nothing: the database has no endpoint yet"


class Presented(StrEnum):
    """The certificate that a server presents."""

    GOOD = "one that the Region's root has signed, for the endpoint's name"
    RETIRED = "one of a retired CA"
    OTHER_NAME = "one for another name"
    EXPIRED = "one that expired yesterday"
    NONE = "none: ssl is off"


_OF_LOG = ("log_connections", "log_line_prefix")


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdict, and the status of every check that has a finding: any other finding is one too many."""

    verdict: Verdict | None
    """None for a Region as a whole, which has findings and no verdict."""

    findings: Mapping[str, Status]
    says: Mapping[str, str] = field(default_factory=dict)
    """Check -> what its reason must name."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A client that comes and goes between looks: nothing but the server's log tells of it."""

    client: Client
    is_let_in: bool = True


@dataclass(frozen=True, slots=True)
class Database:
    """An RDS instance or cluster member, the server behind it and its clients."""

    identifier: str
    kind: str
    expected: Expected | None
    """None for one that sweeps must not even name."""

    region: str = "us-east-1"
    engine: str = "postgres"
    engine_version: str = "17.10"
    status: str = "available"
    """DBInstanceStatus."""

    network: str = ""
    """Its VPC; empty for the one of its Region that has a probe."""

    parameter_group: str = "default.postgres17"
    """Of PARAMETER_GROUPS, or a default one."""

    parameter_status: str = "in-sync"
    """ParameterApplyStatus."""

    ca: str = "rds-ca-rsa2048-g1"
    """CACertificateIdentifier."""

    behind: Behind = Behind.SERVER
    presented: Presented = Presented.GOOD
    enforced: bool = True
    """Whether the server refuses plaintext, which is what rds.force_ssl does, whatever is configured."""

    user: str = CHECKER.name
    """The user in its secret."""

    cluster: str | None = None
    clients: tuple[Client, ...] = ()
    visitors: tuple[Visitor, ...] = ()
    exports_log: bool = False
    """Whether its log goes to CloudWatch Logs; of a member its cluster's does."""

    record: Mapping[str, Any] = field(default_factory=dict)
    """Further members of its DBInstance."""

    maintenance: Mapping[str, str] = field(default_factory=dict)
    """Its pending maintenance action, as DescribePendingMaintenanceActions has it."""

    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Endpoint.Address."""
        return f"{self.identifier}.c9x2example.{self.region}.rds.amazonaws.com"

    @property
    def log_settings(self) -> dict[str, str]:
        """What its parameters say of its log; who connects is logged only where they say so."""
        group = PARAMETER_GROUPS.get(self.parameter_group)
        own = {} if group is None else {name: group.others[name] for name in _OF_LOG if name in group.others}
        return {"log_connections": "0"} | own

    @property
    def secret(self) -> str | None:
        """Name of the secret that its tag tlscheck:secret names; None for one with IAM authentication."""
        return None if self.behind is Behind.IAM_LOGIN else f"tlscheck/{self.identifier}"

    @property
    def named_in_secret(self) -> dict[str, str]:
        """The server, as RDS's console writes it into a secret: of a cluster its writer endpoint."""
        if self.cluster:
            host = self.host.replace(f"{self.identifier}.", f"{self.cluster}.cluster-", 1)
            return {"engine": "postgres", "host": host, "dbClusterIdentifier": self.cluster}
        return {"engine": "postgres", "host": self.host, "dbInstanceIdentifier": self.identifier}


@dataclass(frozen=True, slots=True)
class Cluster:
    """An Aurora or Multi-AZ cluster; its members are the databases that name it, the first of them the writer."""

    identifier: str
    kind: str
    expected: Expected
    region: str = "us-east-1"
    engine: str = "aurora-postgresql"
    engine_version: str = "16.9"
    parameter_group: str = "default.aurora-postgresql16"
    record: Mapping[str, Any] = field(default_factory=dict)
    """Further members of its DBCluster."""

    shard_group: str = ""

    def host(self, role: str) -> str:
        """Endpoint (`cluster`) and ReaderEndpoint (`cluster-ro`)."""
        return f"{self.identifier}.{role}-c9x2example.{self.region}.rds.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Proxy:
    """An RDS Proxy and the database that it fronts."""

    identifier: str
    kind: str
    fronts: str
    expected: Expected | None
    """None for one that sweeps must not even name."""

    require_tls: bool = True
    family: str = "POSTGRESQL"
    region: str = "us-east-1"


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """A parameter group with its own value of rds.force_ssl, and of others."""

    family: str
    force_ssl: str
    apply_type: str = "dynamic"
    others: Mapping[str, str] = field(default_factory=dict)


PARAMETER_GROUPS = {
    "orders-pg17": ParameterGroup(
        "postgres17", "1", others={"rds.accepted_password_auth_method": "scram", "log_connections": "1"}
    ),
    "staging-pg17": ParameterGroup(
        "postgres17",
        "0",
        others={
            "ssl_min_protocol_version": "TLSv1.1",
            "log_connections": "1",
            "log_line_prefix": "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a",
        },
    ),
    "shipping-pg16": ParameterGroup("postgres16", "1", apply_type="static"),
}

CLUSTER_PARAMETER_GROUPS = {
    "wideworld-aurora16": ParameterGroup(
        "aurora-postgresql16", "1", others={"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": "0"}
    ),
}

PASSED, FAILED, WARNING = Status.PASSED, Status.FAILED, Status.WARNING
INFORMATIONAL, NOT_OBSERVED = Status.INFORMATIONAL, Status.NOT_OBSERVED


def _instance(force_ssl: Status, ca: Status, certificate: Status, plaintext: Status) -> dict[str, Status]:
    seen = plaintext is not NOT_OBSERVED
    return {
        "force-ssl": force_ssl,
        "tls-versions": PASSED,
        "upgrade-enforces-tls": PASSED,
        "password-hashes": INFORMATIONAL,
        "connection-log": INFORMATIONAL,
        "ca": ca,
        "certificate-rotation": PASSED,
        "server-certificate": certificate,
        "plaintext-clients": plaintext,
        "tls-clients": INFORMATIONAL if seen else NOT_OBSERVED,
        "lost-encryption": NOT_OBSERVED,
        "refusing-clients": NOT_OBSERVED,
        "not-observed": PASSED if seen else NOT_OBSERVED,
    }


def _member(ca: Status, certificate: Status, plaintext: Status) -> dict[str, Status]:
    findings = _instance(PASSED, ca, certificate, plaintext)
    return {check: status for check, status in findings.items() if check not in OF_PARAMETERS}


def _cluster(force_ssl: Status = PASSED, ca: Status = PASSED) -> dict[str, Status]:
    findings = _instance(force_ssl, ca, PASSED, PASSED)
    parameters = {check: findings[check] for check in OF_PARAMETERS}
    return parameters | {"ca": ca, "not-observed": PASSED, "babelfish-tls": PASSED}


OF_PARAMETERS = ("force-ssl", "tls-versions", "upgrade-enforces-tls", "password-hashes", "connection-log")
"""Checks that a member leaves to its cluster."""


CLEAN = _instance(PASSED, PASSED, PASSED, PASSED)
UNSEEN = _instance(PASSED, PASSED, NOT_OBSERVED, NOT_OBSERVED)
BAD_CERTIFICATE = _instance(PASSED, PASSED, FAILED, NOT_OBSERVED)

DATABASES = (
    Database(
        "orders-prod",
        "(a) TLS is enforced and everything is in order",
        Expected(
            Verdict.CLEAR,
            CLEAN
            | {"password-hashes": PASSED, "connection-log": PASSED}
            # Its log is read, and is younger than the window: neither a pass nor nothing.
            | {"lost-encryption": INFORMATIONAL, "refusing-clients": INFORMATIONAL},
            {"tls-clients": "orders-proxy", "lost-encryption": "its log group was made on"},
        ),
        parameter_group="orders-pg17",
        clients=(
            Client("orders-api", "orders_app", Driver.ASYNCPG, sessions=2),
            Client("nightly-report", "reports", Driver.PSYCOPG),
            Client("psql-anna", "anna", Driver.PSQL, Tls.UNVERIFIED),
        ),
        visitors=(
            Visitor(Client("stock-import", "orders_app", Driver.PG8000, address="127.0.1.11")),
            Visitor(Client("nightly-totals", "reports", Driver.PSYCOPG, address="127.0.1.12")),
        ),
        exports_log=True,
    ),
    Database(
        "billing-staging",
        "(b) TLS is not enforced, and clients connect with it and without",
        Expected(
            Verdict.FIX_CLIENTS,
            _instance(FAILED, PASSED, PASSED, FAILED)
            | {"tls-versions": WARNING, "upgrade-enforces-tls": INFORMATIONAL, "connection-log": PASSED}
            | {"lost-encryption": FAILED, "refusing-clients": FAILED},
            {
                "plaintext-clients": "invoice-export",
                "tls-clients": "billing-worker",
                "lost-encryption": '"month-export" as "reports" in "postgres" from 127.0.1.23',
                "refusing-clients": "127.0.1.23",
                "tls-versions": "TLSv1.1",
                # Its 0 ends with its group, which no upgrade takes along.
                "upgrade-enforces-tls": "staging-pg17 is of today's version alone",
            },
        ),
        parameter_group="staging-pg17",
        enforced=False,
        clients=(
            Client("billing-worker", "billing_app", Driver.PG8000, newest_protocol="TLSv1.2"),
            Client("invoice-export", "billing_app", Driver.PSYCOPG, Tls.NONE),
            Client(HOSTILE_NAME, "anna", Driver.PSYCOPG, Tls.NONE),
        ),
        visitors=(
            Visitor(Client("price-sync", "billing_app", Driver.ASYNCPG, address="127.0.1.21")),
            Visitor(Client("nightly-dump", "reports", Driver.PG8000, Tls.NONE, address="127.0.1.22")),
            Visitor(Client("month-export", "reports", Driver.PSYCOPG, Tls.PREFERRED, address="127.0.1.23")),
        ),
        exports_log=True,
    ),
    Database(
        "crm-prod",
        "(c) its certificate is of a retired CA",
        Expected(
            Verdict.FIX_DATABASE,
            _instance(PASSED, FAILED, FAILED, NOT_OBSERVED) | {"certificate-rotation": NOT_OBSERVED},
            {"ca": "rds-ca-2019", "certificate-rotation": "does not offer its CA rds-ca-2019 any more"},
        ),
        ca="rds-ca-2019",
        presented=Presented.RETIRED,
        clients=(Client("crm-web", "orders_app", Driver.PSYCOPG, Tls.UNVERIFIED),),
    ),
    Database(
        "inventory-prod",
        "(d) its certificate is for another name",
        Expected(Verdict.FIX_DATABASE, BAD_CERTIFICATE),
        presented=Presented.OTHER_NAME,
        clients=(Client("stock-sync", "orders_app", Driver.ASYNCPG, Tls.UNVERIFIED),),
    ),
    Database(
        "payments-prod",
        "(e) its certificate has expired",
        Expected(Verdict.FIX_DATABASE, BAD_CERTIFICATE | {"certificate-rotation": FAILED}),
        presented=Presented.EXPIRED,
        clients=(Client("payments-api", "billing_app", Driver.PSYCOPG, Tls.UNVERIFIED),),
    ),
    Database(
        "forum-legacy",
        "(f) ssl is off, and RDS is going to upgrade it to a version that enforces TLS",
        Expected(
            Verdict.FIX_DATABASE,
            _instance(FAILED, PASSED, FAILED, NOT_OBSERVED) | {"upgrade-enforces-tls": WARNING},
            {"upgrade-enforces-tls": "on 2027-02-28, and RDS upgrades it on that day or shortly after"},
        ),
        record={"EngineLifecycleSupport": "open-source-rds-extended-support-disabled"},
        engine_version="14.18",
        parameter_group="default.postgres14",
        presented=Presented.NONE,
        enforced=False,
        clients=(Client("forum", "reports", Driver.PG8000, Tls.NONE),),
    ),
    Database(
        "search-dev",
        "(g) its port is closed",
        Expected(Verdict.NOT_OBSERVED, UNSEEN),
        behind=Behind.CLOSED,
    ),
    Database(
        "sessions-staging",
        "(h) it accepts connections and never answers",
        Expected(Verdict.NOT_OBSERVED, UNSEEN),
        behind=Behind.SILENT,
    ),
    Database(
        "hr-prod",
        "(i) the user in its secret is not a member of pg_monitor",
        Expected(
            Verdict.NOT_OBSERVED,
            _instance(PASSED, PASSED, PASSED, NOT_OBSERVED),
            {"not-observed": "pg_monitor"},
        ),
        user=LIMITED.name,
        clients=(Client("payroll", "hr_app", Driver.PG8000),),
    ),
    Database(
        "ledger-aurora-1",
        "(j) the writer of an Aurora cluster that does not enforce TLS, with clients of both sorts",
        Expected(
            Verdict.FIX_CLIENTS,
            _member(PASSED, PASSED, FAILED),
            {"plaintext-clients": "month-end-batch", "tls-clients": "ledger-api"},
        ),
        engine="aurora-postgresql",
        engine_version="16.9",
        parameter_group="default.aurora-postgresql16",
        enforced=False,
        cluster="ledger-aurora",
        clients=(
            Client("ledger-api", "ledger_app", Driver.ASYNCPG),
            Client("month-end-batch", "ledger_app", Driver.PG8000, Tls.NONE),
        ),
    ),
    Database(
        "ledger-aurora-2",
        "(j) the reader of that cluster, whose clients all use TLS",
        Expected(
            Verdict.FIX_DATABASE,
            _member(PASSED, PASSED, INFORMATIONAL),
            {"tls-clients": "ledger-dashboard"},
        ),
        engine="aurora-postgresql",
        engine_version="16.9",
        parameter_group="default.aurora-postgresql16",
        enforced=False,
        cluster="ledger-aurora",
        clients=(Client("ledger-dashboard", "reports", Driver.PSYCOPG),),
    ),
    Database(
        "shipping-prod",
        "(k) TLS will be enforced after a reboot, and a client that connects without it is still there",
        Expected(
            Verdict.FIX_CLIENTS,
            _instance(WARNING, PASSED, PASSED, FAILED)
            | dict.fromkeys(("tls-versions", "password-hashes", "connection-log", "not-observed"), NOT_OBSERVED)
            | {"upgrade-enforces-tls": INFORMATIONAL},
            {
                "plaintext-clients": "warehouse-scanner",
                "not-observed": "pending-reboot",
                "upgrade-enforces-tls": "Any other reboot turns it on too",
            },
        ),
        engine_version="16.9",
        parameter_group="shipping-pg16",
        parameter_status="pending-reboot",
        enforced=False,
        clients=(
            Client("shipping-api", "shipping_app", Driver.PSYCOPG),
            Client("warehouse-scanner", "shipping_app", Driver.PSYCOPG, Tls.NONE),
        ),
    ),
    Database(
        "analytics-prod",
        "the checker logs in with an IAM token",
        Expected(Verdict.CLEAR, CLEAN, {"tls-clients": "dashboard"}),
        behind=Behind.IAM_LOGIN,
        clients=(Client("dashboard", "reports", Driver.PSYCOPG),),
    ),
    Database(
        "invoices-prod",
        "(v) TLS is enforced since a short while, and a job that comes without it is refused",
        Expected(
            Verdict.FIX_CLIENTS,
            CLEAN
            | {"password-hashes": PASSED, "connection-log": PASSED}
            | {"lost-encryption": INFORMATIONAL, "refusing-clients": FAILED},
            {"refusing-clients": '"reports" in "postgres" from 127.0.1.31'},
        ),
        parameter_group="orders-pg17",
        clients=(Client("invoice-mailer", "reports", Driver.PSYCOPG),),
        visitors=(
            Visitor(
                Client("invoice-archive", "reports", Driver.PSYCOPG, Tls.NONE, address="127.0.1.31"),
                is_let_in=False,
            ),
        ),
        exports_log=True,
    ),
    Database(
        "orders-eu",
        "enforced and clean, in another Region",
        Expected(Verdict.CLEAR, CLEAN, {"tls-clients": "orders-api"}),
        region="eu-west-1",
        clients=(Client("orders-api", "orders_app", Driver.PSYCOPG),),
    ),
    Database(
        "warehouse-prod",
        "its VPC has no probe",
        Expected(Verdict.NOT_OBSERVED, UNSEEN, {"not-observed": UNPROBED}),
        network=UNPROBED,
        behind=Behind.CLOSED,
    ),
    Database(
        "reports-archive",
        "it is stopped",
        Expected(Verdict.NOT_OBSERVED, UNSEEN, {"not-observed": "stopped"}),
        status="stopped",
        behind=Behind.CLOSED,
    ),
    Database(
        "newsletter-dev",
        "it is being created and has no endpoint yet",
        Expected(
            Verdict.NOT_OBSERVED,
            UNSEEN | {"certificate-rotation": NOT_OBSERVED},
            {"not-observed": "creating"},
        ),
        status="creating",
        behind=Behind.NO_PORT,
    ),
    Database(
        "orders-replica",
        "(l) a read replica left on the old CA when its source was rotated",
        Expected(
            Verdict.FIX_DATABASE,
            UNSEEN | {"ca": FAILED, "certificate-rotation": NOT_OBSERVED},
            {"ca": "replica of orders-prod"},
        ),
        ca="rds-ca-2019",
        behind=Behind.CLOSED,
        record={"ReadReplicaSourceDBInstanceIdentifier": "orders-prod"},
    ),
    Database(
        "tickets-prod",
        "(m) a change of CA, an upgrade and the renewal of its certificate wait for its maintenance window",
        Expected(
            Verdict.FIX_DATABASE,
            UNSEEN
            | {
                "force-ssl": FAILED,
                "ca": WARNING,
                "certificate-rotation": WARNING,
                "upgrade-enforces-tls": WARNING,
            },
            {
                "ca": "rds-ca-ecc384-g1",
                "certificate-rotation": "server-certificate-rotation",
                "upgrade-enforces-tls": "16.9",
            },
        ),
        engine_version="14.18",
        parameter_group="default.postgres14",
        behind=Behind.CLOSED,
        record={"PendingModifiedValues": {"CACertificateIdentifier": "rds-ca-ecc384-g1", "EngineVersion": "16.9"}},
        maintenance={
            "Action": "server-certificate-rotation",
            "AutoAppliedAfterDate": "2027-01-10T00:00:00Z",
            "Description": "Rotation of the server certificate",
        },
    ),
    *(
        Database(
            f"catalog-multiaz-{number}",
            "(n) a member of a Multi-AZ cluster",
            Expected(Verdict.NOT_OBSERVED, _member(PASSED, NOT_OBSERVED, NOT_OBSERVED)),
            ca=ca,
            behind=Behind.CLOSED,
            cluster="catalog-multiaz",
        )
        for number, ca in enumerate(("rds-ca-rsa2048-g1", "rds-ca-rsa2048-g1", "rds-ca-ecc384-g1"), 1)
    ),
    Database(
        "wideworld-1",
        "(o) the serverless member of an Aurora cluster whose Babelfish takes plaintext",
        Expected(Verdict.FIX_DATABASE, _member(PASSED, NOT_OBSERVED, NOT_OBSERVED)),
        engine="aurora-postgresql",
        engine_version="16.9",
        parameter_group="default.aurora-postgresql16",
        behind=Behind.CLOSED,
        cluster="wideworld",
        record={"DBInstanceClass": "db.serverless"},
    ),
    Database(
        "sandbox-aurora-1",
        "(u) the instance of an Aurora cluster that pauses at 0 ACUs: a connection would wake it",
        Expected(
            Verdict.NOT_OBSERVED,
            _member(PASSED, NOT_OBSERVED, NOT_OBSERVED),
            {"not-observed": "it may pause at 0 ACUs, and a connection would wake it"},
        ),
        engine="aurora-postgresql",
        engine_version="17.5",
        parameter_group="default.aurora-postgresql17",
        behind=Behind.IAM_LOGIN,
        cluster="sandbox-aurora",
        record={"DBInstanceClass": "db.serverless"},
    ),
    Database(
        "scratch-dev",
        "(t) its owner excludes it by a tag",
        None,
        behind=Behind.CLOSED,
        tags={"tlscheck:exclude": "true"},
    ),
)

NO_MEMBER_SAYS = dict.fromkeys((*OF_PARAMETERS, "babelfish-tls", "not-observed"), NOT_OBSERVED) | {
    "ca": INFORMATIONAL
}
"""Of a cluster without instances nobody says whether its parameters are applied."""

CLUSTERS = (
    Cluster(
        "ledger-aurora",
        "(j) an Aurora cluster of two members, with the default parameters of Aurora PostgreSQL 16",
        Expected(
            Verdict.FIX_DATABASE,
            _cluster(force_ssl=FAILED) | {"upgrade-enforces-tls": INFORMATIONAL},
            {"upgrade-enforces-tls": "Aurora PostgreSQL 17"},
        ),
    ),
    Cluster(
        "catalog-multiaz",
        "(n) a Multi-AZ cluster whose members have different CAs",
        Expected(Verdict.FIX_DATABASE, _cluster(ca=WARNING), {"ca": "catalog-multiaz-3"}),
        engine="postgres",
        engine_version="17.10",
        parameter_group="default.postgres17",
    ),
    Cluster(
        "wideworld",
        "(o) an Aurora cluster, serverless and part of a global database, whose Babelfish takes plaintext",
        Expected(Verdict.FIX_DATABASE, _cluster() | {"babelfish-tls": FAILED}),
        parameter_group="wideworld-aurora16",
        record={
            "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4.0},
            "GlobalClusterIdentifier": "wideworld-global",
        },
    ),
    Cluster(
        "sandbox-aurora",
        "(u) an Aurora cluster that scales to 0 ACUs when nobody is connected",
        Expected(Verdict.CLEAR, _cluster()),
        engine_version="17.5",
        parameter_group="default.aurora-postgresql17",
        record={
            "IAMDatabaseAuthenticationEnabled": True,
            "ServerlessV2ScalingConfiguration": {
                "MinCapacity": 0.0,
                "MaxCapacity": 4.0,
                "SecondsUntilAutoPause": 300,
            },
        },
    ),
    Cluster(
        "events-limitless",
        "(p) an Aurora Limitless cluster: clients connect to its shard group",
        Expected(Verdict.NOT_OBSERVED, NO_MEMBER_SAYS, {"not-observed": "events-shards"}),
        record={"ClusterScalabilityType": "limitless"},
        shard_group="events-shards",
    ),
    Cluster(
        "startup-express",
        "(q) an Aurora cluster in express configuration, without a VPC",
        Expected(Verdict.NOT_OBSERVED, NO_MEMBER_SAYS, {"not-observed": "express"}),
        engine_version="17.5",
        parameter_group="default.aurora-postgresql17",
        record={"VPCNetworkingEnabled": False, "InternetAccessGatewayEnabled": True, "VpcSecurityGroups": []},
    ),
    Cluster(
        "archive-serverless",
        "(r) an Aurora Serverless v1 cluster, which has no instances",
        Expected(Verdict.NOT_OBSERVED, NO_MEMBER_SAYS, {"not-observed": "Serverless v1"}),
        engine_version="13.20",
        parameter_group="default.aurora-postgresql13",
        record={"EngineMode": "serverless"},
    ),
)

PROXIES = (
    Proxy(
        "orders-proxy",
        "(s) an RDS Proxy that does not insist on TLS",
        "orders-prod",
        Expected(
            Verdict.FIX_DATABASE, {"proxy-tls": WARNING, "not-observed": PASSED}, {"proxy-tls": "orders-prod"}
        ),
        require_tls=False,
    ),
    Proxy("shop-proxy", "(s) an RDS Proxy of MySQL", "shop-mysql", None, family="MYSQL"),
)

REGIONS = {
    "us-east-1": {},
    "eu-west-1": {"default-ca": INFORMATIONAL},
}
"""The Regions with databases, and what of their findings is not a pass."""

UNSHIPPED = "eu-south-1"
"""A Region that offers a CA whose root no trust store of ours holds; no database there needs it."""

EMPTY_REGIONS = ("eu-central-1", UNSHIPPED)
"""The other enabled Regions: no database is in them, so nothing of them is remembered, told or sent."""

OTHER_ENGINES = ("graph-prod",)
"""Neptune clusters of one instance, which the same API calls answer with: none of them may ever show."""
