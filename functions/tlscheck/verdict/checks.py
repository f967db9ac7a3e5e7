"""The checks as a table: what each is called, why it matters and how grave it is. Their logic lies elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.verdict.finding import Status

GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"
AURORA_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
TLS_PAGE = f"{GUIDE}/PostgreSQL.Concepts.General.SSL.html"
ROTATION_PAGE = f"{GUIDE}/UsingWithRDS.SSL-certificate-rotation.html"
IAM_PAGE = f"{GUIDE}/UsingWithRDS.IAMDBAuth.html"

BEST_PRACTICES = "Software and Configuration Checks/AWS Security Best Practices"
DATA_EXPOSURE = "Effects/Data Exposure"


class Severity(StrEnum):
    """Labels of the AWS Security Finding Format."""

    INFORMATIONAL = "INFORMATIONAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class CheckId(StrEnum):
    """The names of the checks: parts of keys and of Security Hub ids, so they never change."""

    FORCE_SSL = "force-ssl"
    CA = "ca"
    SERVER_CERTIFICATE = "server-certificate"
    PLAINTEXT_CLIENTS = "plaintext-clients"
    TLS_CLIENTS = "tls-clients"
    ROTATION = "certificate-rotation"
    TLS_VERSIONS = "tls-versions"
    UPGRADE = "upgrade-enforces-tls"
    BABELFISH_TLS = "babelfish-tls"
    PASSWORD_HASHES = "password-hashes"  # noqa: S105 - the name of a check, not a password
    CONNECTION_LOG = "connection-log"
    PROXY_TLS = "proxy-tls"
    TRUST_STORE = "trust-store"
    DEFAULT_CA = "default-ca"
    NOT_OBSERVED = "not-observed"


@dataclass(frozen=True, slots=True)
class Check:
    """What is said of a check wherever its findings are read."""

    id: CheckId
    title: str
    why: str
    remedy: str
    """What to do in general; a finding's next step is more exact."""

    documentation: str
    type: str
    """Namespace/category of the AWS Security Finding Format."""

    severities: Mapping[Status, Severity]
    """A status that is not listed is INFORMATIONAL."""

    def severity(self, status: Status) -> Severity:
        """How grave a finding of this check with this status is."""
        return self.severities.get(status, Severity.INFORMATIONAL)


CHECKS: Mapping[CheckId, Check] = {
    check.id: check
    for check in (
        Check(
            CheckId.FORCE_SSL,
            title="TLS is enforced by rds.force_ssl",
            why="Without enforcement a client can send its password and data in the clear, and nobody notices.",
            remedy="Once no client connects without TLS, set rds.force_ssl to 1 in the parameter group.",
            documentation=TLS_PAGE,
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
        ),
        Check(
            CheckId.CA,
            title="The certificate authority is one that the Region still offers",
            why="When a CA is retired its certificates expire, and every client that verifies is cut off.",
            remedy="Give the clients the new root certificate, then change the database's CA.",
            documentation=ROTATION_PAGE,
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
        ),
        Check(
            CheckId.SERVER_CERTIFICATE,
            title="The server presents a certificate that a careful client accepts",
            why="A client that verifies the server refuses any other; one that does not can be deceived.",
            remedy="Renew the server certificate, and connect by the name of the endpoint.",
            documentation=ROTATION_PAGE,
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
        ),
        Check(
            CheckId.PLAINTEXT_CLIENTS,
            title="No client connects without TLS",
            why="What these clients send can be read on the way, and enforcing TLS would cut them off.",
            remedy="Give the client sslmode=verify-full and the Region's root certificates.",
            documentation=TLS_PAGE,
            type=DATA_EXPOSURE,
            severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
        ),
        Check(
            CheckId.TLS_CLIENTS,
            title="Clients that connect with TLS",
            why="Those that verify the server need a new CA's root in time, and a server cannot see which do.",
            remedy="Ask the owner of each client which root certificates it trusts before the CA is changed.",
            documentation=ROTATION_PAGE,
            type=BEST_PRACTICES,
            severities={},
        ),
        Check(
            CheckId.ROTATION,
            title="The server certificate is renewed in time",
            why="RDS renews it under the same CA; where that stalls, every client that verifies is cut off.",
            remedy="Apply the pending maintenance action, or see why the maintenance window did not.",
            documentation=ROTATION_PAGE,
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
        ),
        Check(
            CheckId.TLS_VERSIONS,
            title="The server takes no outdated version of TLS",
            why="TLS 1.0 and 1.1 are broken, and RFC 8996 forbids them.",
            remedy="Set ssl_min_protocol_version to TLSv1.2 in the parameter group.",
            documentation=TLS_PAGE,
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
        ),
        Check(
            CheckId.UPGRADE,
            title="A major-version upgrade does not turn TLS enforcement on unforeseen",
            why="From PostgreSQL 15 and Aurora PostgreSQL 17 on the default is to refuse clients without TLS.",
            remedy="Move the clients to TLS before the upgrade.",
            documentation=TLS_PAGE,
            type=BEST_PRACTICES,
            severities={Status.WARNING: Severity.MEDIUM},
        ),
        Check(
            CheckId.BABELFISH_TLS,
            title="Babelfish's TDS listener insists on TLS",
            why="rds.force_ssl says nothing of that listener: clients that speak TDS may send in the clear.",
            remedy="Set babelfishpg_tds.tds_ssl_encrypt to 1 in the cluster parameter group.",
            documentation=f"{AURORA_GUIDE}/babelfish-configuration.html",
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
        ),
        Check(
            CheckId.PASSWORD_HASHES,
            title="Passwords are stored and accepted as SCRAM alone",
            why="An MD5 hash that leaks is as good as the password.",
            remedy="Set rds.accepted_password_auth_method to scram once every password is stored so.",
            documentation=f"{GUIDE}/PostgreSQL_Password_Encryption_configuration.html",
            type=BEST_PRACTICES,
            severities={},
        ),
        Check(
            CheckId.CONNECTION_LOG,
            title="The server logs who connects and how",
            why="A look shows only its moment; the log shows the clients in between.",
            remedy="Set log_connections in the parameter group.",
            documentation=f"{GUIDE}/USER_LogAccess.Concepts.PostgreSQL.html",
            type=BEST_PRACTICES,
            severities={},
        ),
        Check(
            CheckId.PROXY_TLS,
            title="The RDS Proxy insists on TLS",
            why="Behind a proxy a database cannot see how the clients connect.",
            remedy="Turn RequireTLS on once no client of the proxy connects without TLS.",
            documentation=f"{GUIDE}/rds-proxy.howitworks.html",
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.MEDIUM},
        ),
        Check(
            CheckId.TRUST_STORE,
            title="This deployment trusts the root of every CA that the Region offers",
            why="Without a Region's root no server of it can be verified, so none is logged in to.",
            remedy="Refresh the root certificate layer: make trust-store && make deploy",
            documentation=f"{GUIDE}/UsingWithRDS.SSL.html",
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.HIGH},
        ),
        Check(
            CheckId.DEFAULT_CA,
            title="New databases get a current certificate authority",
            why="A database that is created, restored or promoted takes the account's default.",
            remedy="Choose the default with aws rds modify-certificates, or remove the override.",
            documentation=f"{GUIDE}/UsingWithRDS.SSL.html",
            type=BEST_PRACTICES,
            severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
        ),
        Check(
            CheckId.NOT_OBSERVED,
            title="Everything about its TLS could be looked at",
            why="What was not looked at is neither good nor bad: it is not known.",
            remedy="Open what keeps tlscheck from looking, as the reason says.",
            documentation=IAM_PAGE,
            type=BEST_PRACTICES,
            severities={Status.NOT_OBSERVED: Severity.LOW},
        ),
    )
}
