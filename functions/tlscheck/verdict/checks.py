"""The checks as a table: what each is called, why it matters and how grave it is. Their logic lies elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.verdict.finding import Status

GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"
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
