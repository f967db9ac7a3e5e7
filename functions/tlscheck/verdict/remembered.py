"""What the table holds of one database or Region: nouns, each with the version of its item."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client
from tlscheck.ledger.logged import Logged
from tlscheck.ledger.moments import merged
from tlscheck.ledger.watched import Span, looked
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.heard import Word
from tlscheck.wire.observation import LookOutcome, Observation


@dataclass(frozen=True, slots=True)
class KeptClient:
    """A client and the version of its item."""

    client: Client
    version: int | None = None


@dataclass(frozen=True, slots=True)
class KeptLook:
    """The newest look at a server, without its sessions (those are clients), and the server's last word."""

    key: str
    observation: Observation
    at: datetime
    left_out: int = 0
    """Groups of sessions that were left out of it."""

    word: Word | None = None
    """The server's last word on TLS enforcement, of this look or of an earlier one."""

    watched: tuple[Span, ...] = ()
    """When looks showed everybody: what did not come in between is known not to have come."""

    looks: tuple[datetime, ...] = ()
    """Moments of looks of its day that showed everybody, to the second, in order; those before are KeptLooks."""

    version: int | None = None


@dataclass(frozen=True, slots=True)
class KeptLooks:
    """When looks at a server showed everybody, on the days before its newest look: written once a day."""

    key: str
    moments: tuple[datetime, ...]
    """To the second, in order."""

    version: int | None = None


@dataclass(frozen=True, slots=True)
class KeptLog:
    """What is kept of a server's log beside its clients: the item `log`."""

    key: str
    logged: Logged
    version: int | None = None


def kept_look(key: str, observation: Observation, at: datetime, word: Word | None) -> KeptLook:
    """What is kept of a look: nothing that differs from one look to the next where nothing has changed."""
    look, handshake = observation.look, observation.handshake
    detail = "" if look.outcome is LookOutcome.SEEN else look.detail
    kept = replace(
        observation,
        look=replace(look, sessions=(), kinds=0, detail=detail, looks=1, at=None),
        handshake=replace(handshake, chain=handshake.chain[:1]),
        probe=None,
    )
    is_whole = look.outcome is LookOutcome.SEEN and not look.left_out
    moments = merged(at, [look.at]) if is_whole and look.at else ()
    return KeptLook(key, kept, at, look.left_out, word, looked(at) if is_whole else (), moments)


@dataclass(frozen=True, slots=True)
class KeptDatabase:
    """A database as the newest listing knows it, and the verdict on it."""

    key: str
    database: Database | Gap
    """A Gap: the document could not be read back."""

    is_listed: bool
    """Whether sweeps are to look at it; not so of one that is gone or excluded."""

    verdict: str = ""
    verdict_reason: str = ""
    announced_verdict: str = ""
    """The verdict that people were told last; empty: none."""

    announced_at: datetime | None = None

    changes: tuple[datetime, ...] = ()
    """When the verdict changed in the last day, oldest first."""

    flaps_told_at: datetime | None = None
    """When people were told last that it flaps."""

    listed_at: datetime | None = None
    """The newest listing that showed it, or showed it gone."""

    version: int | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """All of one key."""

    key: str
    clients: tuple[KeptClient, ...] = ()
    findings: tuple[RememberedFinding, ...] = ()
    look: KeptLook | None = None
    database: KeptDatabase | None = None
    unreadable: tuple[Gap, ...] = ()
    """Items that could not be read back: what of them (`finding#ca`), and why."""

    versions: Mapping[str, int] = field(default_factory=dict)
    """Of those items, as far as they have one."""

    log: KeptLog | None = None
    looks: KeptLooks | None = None


def item_name(noun: Client | RememberedFinding | KeptLook | KeptLooks | KeptLog | KeptDatabase) -> str:
    """What the item of a noun is called among those of its key."""
    match noun:
        case Client(who):
            return f"client#{who.digest()}"
        case RememberedFinding(finding):
            return f"finding#{finding.check}"
        case KeptLook():
            return "look"
        case KeptLooks():
            return "looks"
        case KeptLog():
            return "log"
        case KeptDatabase():
            return "database"
