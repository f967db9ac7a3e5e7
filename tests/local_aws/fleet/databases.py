"""The databases of the emulated account: what each is, who connects to it, and what a sweep must say of it.

A database's name is one that a newcomer may find in his own account; what is wrong with it stands in its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tlscheck.verdict.finding import Status
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


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdict, and the status of every check that has a finding: any other finding is one too many."""

    verdict: Verdict
    findings: Mapping[str, Status]
    says: Mapping[str, str] = field(default_factory=dict)
    """Check -> what its reason must name."""


@dataclass(frozen=True, slots=True)
class Database:
    """An RDS instance or cluster member, the server behind it and its clients."""

    identifier: str
    kind: str
    expected: Expected
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

    @property
    def host(self) -> str:
        """Endpoint.Address."""
        return f"{self.identifier}.c9x2example.{self.region}.rds.amazonaws.com"

    @property
    def secret(self) -> str | None:
        """Name of the secret that its tag tlscheck:secret names; None for one with IAM authentication."""
        return None if self.behind is Behind.IAM_LOGIN else f"tlscheck/{self.identifier}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """An Aurora cluster; its members are the databases that name it, the first of them the writer."""

    identifier: str
    kind: str
    expected: Expected
    region: str = "us-east-1"
    engine: str = "aurora-postgresql"
    engine_version: str = "16.9"
    parameter_group: str = "default.aurora-postgresql16"

    def host(self, role: str) -> str:
        """Endpoint (`cluster`) and ReaderEndpoint (`cluster-ro`)."""
        return f"{self.identifier}.{role}-c9x2example.{self.region}.rds.amazonaws.com"


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """A DB parameter group with its own value of rds.force_ssl."""

    family: str
    force_ssl: str
    apply_type: str = "dynamic"


PARAMETER_GROUPS = {
    "orders-pg17": ParameterGroup("postgres17", "1"),
    "staging-pg17": ParameterGroup("postgres17", "0"),
    "shipping-pg16": ParameterGroup("postgres16", "1", apply_type="static"),
}

PASSED, FAILED, WARNING = Status.PASSED, Status.FAILED, Status.WARNING
INFORMATIONAL, NOT_OBSERVED = Status.INFORMATIONAL, Status.NOT_OBSERVED


def _instance(force_ssl: Status, ca: Status, certificate: Status, plaintext: Status) -> dict[str, Status]:
    seen = plaintext is not NOT_OBSERVED
    return {
        "force-ssl": force_ssl,
        "ca": ca,
        "server-certificate": certificate,
        "plaintext-clients": plaintext,
        "tls-clients": INFORMATIONAL if seen else NOT_OBSERVED,
        "not-observed": PASSED if seen else NOT_OBSERVED,
    }


def _member(ca: Status, certificate: Status, plaintext: Status) -> dict[str, Status]:
    findings = _instance(PASSED, ca, certificate, plaintext)
    del findings["force-ssl"]
    return findings


CLEAN = _instance(PASSED, PASSED, PASSED, PASSED)
UNSEEN = _instance(PASSED, PASSED, NOT_OBSERVED, NOT_OBSERVED)
BAD_CERTIFICATE = _instance(PASSED, PASSED, FAILED, NOT_OBSERVED)

DATABASES = (
    Database(
        "orders-prod",
        "(a) TLS is enforced and everything is in order",
        Expected(
            Verdict.CLEAR,
            CLEAN,
            {"tls-clients": "orders-api"},
        ),
        parameter_group="orders-pg17",
        clients=(
            Client("orders-api", "orders_app", Driver.ASYNCPG, sessions=2),
            Client("nightly-report", "reports", Driver.PSYCOPG),
            Client("psql-anna", "anna", Driver.PSQL, Tls.UNVERIFIED),
        ),
    ),
    Database(
        "billing-staging",
        "(b) TLS is not enforced, and clients connect with it and without",
        Expected(
            Verdict.FIX_CLIENTS,
            _instance(FAILED, PASSED, PASSED, FAILED),
            {"plaintext-clients": "invoice-export", "tls-clients": "billing-worker"},
        ),
        parameter_group="staging-pg17",
        enforced=False,
        clients=(
            Client("billing-worker", "billing_app", Driver.PG8000, newest_protocol="TLSv1.2"),
            Client("invoice-export", "billing_app", Driver.PSYCOPG, Tls.NONE),
            Client(HOSTILE_NAME, "anna", Driver.PSYCOPG, Tls.NONE),
        ),
    ),
    Database(
        "crm-prod",
        "(c) its certificate is of a retired CA",
        Expected(
            Verdict.FIX_DATABASE,
            _instance(PASSED, FAILED, FAILED, NOT_OBSERVED),
            {"ca": "rds-ca-2019"},
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
        Expected(Verdict.FIX_DATABASE, BAD_CERTIFICATE),
        presented=Presented.EXPIRED,
        clients=(Client("payments-api", "billing_app", Driver.PSYCOPG, Tls.UNVERIFIED),),
    ),
    Database(
        "forum-legacy",
        "(f) ssl is off",
        Expected(Verdict.FIX_DATABASE, _instance(FAILED, PASSED, FAILED, NOT_OBSERVED)),
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
            _instance(WARNING, PASSED, PASSED, FAILED),
            {"plaintext-clients": "warehouse-scanner"},
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
        Expected(Verdict.NOT_OBSERVED, UNSEEN, {"not-observed": "creating"}),
        status="creating",
        behind=Behind.NO_PORT,
    ),
)

CLUSTERS = (
    Cluster(
        "ledger-aurora",
        "(j) an Aurora cluster of two members, with the default parameters of Aurora PostgreSQL 16",
        Expected(Verdict.FIX_DATABASE, {"force-ssl": FAILED, "not-observed": PASSED}),
    ),
)

OTHER_ENGINES = ("graph-prod",)
"""Neptune clusters of one instance, which the same API calls answer with: none of them may ever show."""
