"""Whom a change of a parameter group cuts off elsewhere: at members of the cluster, and at others on the group.

Each is told by its own findings, of this sweep or as they are remembered; what is not known of one stays so.
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import NOBODY, Beside
from tlscheck.inventory.sharing import SharedGroup
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.clients import NOT_KNOWN, Callers
from tlscheck.verdict.finding import RememberedFinding

TELLING = (CheckId.PLAINTEXT_CLIENTS, CheckId.TLS_CLIENTS)
"""The checks whose findings say whom a change would cut off."""

type FindingsByKey = Mapping[str, tuple[RememberedFinding, ...]]
"""Key of a server to its findings, those of TELLING among them."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and who connects to it in a way that a change of its parameters would end."""

    name: str
    without_tls: Callers = NOT_KNOWN
    below_minimum: Callers = NOT_KNOWN
    """Below TLSv1.2."""

    @classmethod
    def of(cls, name: str, findings: Iterable[RememberedFinding]) -> "Server":
        """By its findings."""
        by_check = {each.finding.check: each for each in findings}
        return cls(name, *(_callers(by_check.get(check)) for check in TELLING))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another database on the group, and its servers."""

    name: str
    servers: tuple[Server, ...]


@dataclass(frozen=True, slots=True)
class Sharing:
    """The other databases on a database's parameter group."""

    others: tuple[Neighbour, ...] = ()
    unread: int = 0
    """How many more there are: too many to be read."""

    beside: Beside = NOBODY
    gap: Gap | None = None
    """Why nothing was read of any of them."""

    is_read: bool = True
    """Whether their findings were asked for: that is done where a step would change the group."""

    @property
    def is_alone(self) -> bool:
        """Whether nobody else is on it for certain."""
        return not self.others and not self.unread and self.beside == NOBODY


def sharing(identifier: str, group: SharedGroup, told: FindingsByKey | Gap | None) -> Sharing:
    """Who else than the database of this identifier is on the group, by what was read of them, if anything."""
    found: FindingsByKey = {} if isinstance(told, Gap) or told is None else told
    others = tuple(
        Neighbour(
            each.identifier,
            tuple(Server.of(name, found.get(key, ())) for name, key in sorted(each.servers.items())),
        )
        for each in group.sharers
        if each.identifier != identifier
    )
    is_among_them = len(others) < len(group.sharers)
    unread = group.beyond - (0 if is_among_them else 1)
    gap = told if isinstance(told, Gap) else None
    return Sharing(others, max(unread, 0), group.beside, gap, is_read=told is not None)


def keys_of(group: SharedGroup) -> tuple[str, ...]:
    """What the findings of the group's servers are remembered under."""
    return tuple(sorted({key for each in group.sharers for key in each.servers.values() if key}))


_CHANGES = frozenset({"modify-db-parameter-group", "modify-db-cluster-parameter-group"})


def changes_group(line: str, database: Database) -> bool:
    """Whether a command changes the group that the database has, and that others may have too."""
    words = shlex.split(line)
    return database.force_ssl.parameter_group in words and bool(_CHANGES & {*words[:3]})


def _callers(remembered: RememberedFinding | None) -> Callers:
    if remembered is None or remembered.archived_at is not None:
        return NOT_KNOWN
    callers = remembered.callers or NOT_KNOWN
    if remembered.not_observed_since is None:
        return callers
    # What stands was seen once; who else came since was not.
    return Callers(callers.names, callers.count)
