"""Parameter groups: which of them say how a database's TLS is set, and what they are asked."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.inventory.gap import Gap

FORCE_SSL = "rds.force_ssl"
SSL = "ssl"
OLDEST_PROTOCOL = "ssl_min_protocol_version"
NEWEST_PROTOCOL = "ssl_max_protocol_version"
CIPHERS = "ssl_ciphers"
PASSWORD_HASH = "password_encryption"  # noqa: S105 - the name of a parameter, not a password
ACCEPTED_HASHES = "rds.accepted_password_auth_method"
LOG_CONNECTIONS = "log_connections"
LOG_LINE_PREFIX = "log_line_prefix"
LC_MESSAGES = "lc_messages"
BABELFISH = "rds.babelfish_status"
TDS_ENCRYPTION = "babelfishpg_tds.tds_ssl_encrypt"

ASKED_FOR = (
    FORCE_SSL,
    SSL,
    OLDEST_PROTOCOL,
    NEWEST_PROTOCOL,
    CIPHERS,
    PASSWORD_HASH,
    ACCEPTED_HASHES,
    LOG_CONNECTIONS,
    LOG_LINE_PREFIX,
    LC_MESSAGES,
    BABELFISH,
    TDS_ENCRYPTION,
)
"""Names of the parameters that are looked up, in one call for each distinct group."""


class Scope(StrEnum):
    """Instance and cluster groups live side by side: one name can be taken in both."""

    INSTANCE = "instance"
    """DBInstance.DBParameterGroups, read by DescribeDBParameters."""

    CLUSTER = "cluster"
    """DBCluster.DBClusterParameterGroup, read by DescribeDBClusterParameters; Aurora and Multi-AZ clusters."""


@dataclass(frozen=True, slots=True, order=True)
class ParameterGroup:
    """One parameter group of a Region."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Who else is, or may be, on a database's parameter group, and no sweep looks at."""

    unseen: tuple[str, ...] = ()
    """Identifiers of those whom their owner excludes, or an incomplete listing did not show: the first few."""

    more: int = 0
    """How many more of those there are."""

    gap: Gap | None = None
    """Why there may be others of whom nobody knows."""


NOBODY = Beside()
"""All who are on the group are looked at."""


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """What may be done with a parameter, whatever its value is (Parameter of DescribeDBParameters)."""

    is_dynamic: bool | None = None
    """ApplyType: whether a change holds at once, without a reboot; None when it is not said."""

    is_modifiable: bool | None = None
    allowed: str | None = None
    """AllowedValues: `0,1`, `0-262143` or any text; None when it is not said, or longer than LONGEST_ALLOWED."""

    def may_become(self, value: str) -> bool:
        """Whether it can be set to this value, by all that is said of it."""
        if self.is_modifiable is False:
            return False
        return not self.allowed or any(_allows(part.strip(), value) for part in self.allowed.split(","))


LONGEST_ALLOWED = 100
"""Characters of AllowedValues that are kept. A list that was cut would read as if it were whole: a longer one (of
ciphers) is left out."""


def _allows(part: str, value: str) -> bool:
    bounds = re.fullmatch(r"(-?\d+)-(-?\d+)", part, re.ASCII)
    if bounds and re.fullmatch(r"-?\d+", value, re.ASCII):
        return int(bounds[1]) <= int(value) <= int(bounds[2])
    return part == value


@dataclass(frozen=True, slots=True, order=True)
class ParameterGroupFamily:
    """DBParameterGroupFamily, whose defaults hold where a group leaves a parameter out."""

    scope: Scope
    name: str
    """`postgres17`, `aurora-postgresql16`, `postgres9.6`."""

    @property
    def engine(self) -> str:
        """`postgres` of `postgres9.6`."""
        return self.name.rstrip("0123456789.")

    @staticmethod
    def of(scope: Scope, engine: str | None, engine_version: str | None) -> "ParameterGroupFamily | None":
        """The family of an engine version; None when the version is of a form that we don't know."""
        version = re.match(r"(\d{2,}|9\.\d+)(?:\.|$)", engine_version or "", re.ASCII)
        return ParameterGroupFamily(scope, f"{engine}{version[1]}") if engine and version else None
