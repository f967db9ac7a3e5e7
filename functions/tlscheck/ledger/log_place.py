"""Where the log of a server lies in CloudWatch Logs, and what its lines begin with."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.parameter_group import LOG_LINE_PREFIX
from tlscheck.inventory.settings import Settings
from tlscheck.log.lines import DEFAULT_PREFIX

EXPORT = "postgresql"
"""Of EnabledCloudwatchLogsExports, and the end of the group's name: the log that connections are in."""

NOT_EXPORTED = "its log is not exported to CloudWatch Logs"
"""Why it was not read, where nobody allowed to read it elsewhere."""

NEWER_PREFIX = "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a"
"""What RDS may set from PostgreSQL 16 on, as DEFAULT_PREFIX has it."""


@dataclass(frozen=True, slots=True)
class LogPlace:
    """The place of one server's log."""

    group: str
    """`/aws/rds/instance/orders/postgresql`; of a member its cluster's, which all members share."""

    streams: str
    """What its own streams are called from the beginning on: `orders.`."""

    prefixes: tuple[str, ...]
    """The log_line_prefix, and those that it may have had before: an upgrade, or a change, leaves older lines."""

    is_exported: bool | None
    """Whether RDS copies it there; None: the document of the database is of an earlier version."""

    anothers_until: datetime | None = None
    """Until when the lines there may be another database's, which had the name before: the group outlives it."""

    created_at: datetime | None = None
    """When the database was made, by AWS's API: what lies there of before is not its own."""

    prefix: str | None = None
    """The log_line_prefix by its parameter group; None: that is not known."""


def log_place(database: Database) -> LogPlace | None:
    """Where its log lies; None of what is no server, and has none."""
    if not database.kind.is_server:
        return None
    of_cluster = database.kind is Kind.MEMBER and database.cluster
    owner = f"cluster/{database.cluster}" if of_cluster else f"instance/{database.identifier}"
    exports, said = database.log_exports, _said(database)
    return LogPlace(
        f"/aws/rds/{owner}/{EXPORT}",
        f"{database.identifier}.",
        tuple(dict.fromkeys((said or DEFAULT_PREFIX, DEFAULT_PREFIX, NEWER_PREFIX))),
        None if exports is None else EXPORT in exports,
        max(
            [
                *(each.until for each in database.predecessors if each.identifier == database.identifier),
                *(each.last for each in database.formerly),
            ],
            default=None,
        ),
        database.created_at,
        said,
    )


def _said(database: Database) -> str | None:
    settings = database.settings
    return (isinstance(settings, Settings) and settings.values.get(LOG_LINE_PREFIX)) or None
