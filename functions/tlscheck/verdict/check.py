"""What a check is: its name, why it matters, how grave its findings are. Each lies in checks/ with its judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"
AURORA_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
TLS_PAGE = f"{GUIDE}/PostgreSQL.Concepts.General.SSL.html"
ROTATION_PAGE = f"{GUIDE}/UsingWithRDS.SSL-certificate-rotation.html"
IAM_PAGE = f"{GUIDE}/UsingWithRDS.IAMDBAuth.html"

BEST_PRACTICES = "Software and Configuration Checks/AWS Security Best Practices"
DATA_EXPOSURE = "Effects/Data Exposure"


class Status(StrEnum):
    """What a check says. What could not be looked at is never a pass and never a fail."""

    PASSED = "PASSED"
    WARNING = "WARNING"
    FAILED = "FAILED"
    INFORMATIONAL = "INFORMATIONAL"
    NOT_OBSERVED = "NOT_OBSERVED"


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
    LOST_ENCRYPTION = "lost-encryption"
    REFUSING_CLIENTS = "refusing-clients"
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
