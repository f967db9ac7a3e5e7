"""A finding: what one check says of one resource, and the findings that are remembered."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.clients import Callers
from tlscheck.wording import lasting


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one resource now."""

    key: str
    """What it is remembered under, and what Security Hub's Id is made of: Database.key, or a Region's ARN."""

    resource: str
    """ARN of the instance or cluster at present; `arn:<partition>:rds:<region>:<account>:region` for a Region."""

    region: str
    check: CheckId
    status: Status
    reason: str
    """One sentence for a person at three in the morning: what is, and why we think so."""

    next_step: str
    """What to do in words, or an empty text when there is nothing to do; before commands it ends with a colon."""

    commands: tuple[str, ...] = ()
    """Lines for a shell that do it, in their order (Advice.commands). What 0.4.0 stored has them in its words."""

    @property
    def told_step(self) -> str:
        """The next step in one line, its commands last."""
        return Advice(self.next_step, self.commands).told

    def digest(self, note: str = "") -> str:
        """12 hex digits of what a reader reads, a note beside it included, but for what changes with each day: who
        comes without TLS every day is told once, and not every day."""
        parts = [self.resource, self.status, lasting(self.reason), lasting(self.told_step), lasting(note)]
        return sha256(json.dumps(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Basis:
    """The moments of the facts that a finding was judged by: it is never written over one of later facts."""

    listed_at: datetime | None = None
    """Of the listing: what AWS's API said."""

    looked_at: datetime | None = None
    """Of the look at the server."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was handed on for the Security Hub of its Region last; whether it arrived is another thing."""

    at: datetime
    """UpdatedAt: each sending's is later than that of the one before, else a hub ignores it."""

    status: Status
    """As which it was sent. An archive leaves it as it was, so that it re-opens nothing."""

    is_archived: bool = False
    was_failed: bool = False
    """Whether it was sent as FAILED or WARNING since it is active there."""

    digest: str = ""
    """Of the content; empty where an earlier version did not keep it."""


@dataclass(frozen=True, slots=True)
class RememberedFinding:
    """A finding as stored: content, and the moments that matter (of the facts that it rests on, UTC)."""

    finding: Finding
    first_observed_at: datetime
    changed_at: datetime
    """When its content last became what it is."""

    announced_at: datetime
    """When it was last told to people."""

    observed_at: datetime
    """The newest fact that it was judged by when it was last written."""

    not_observed_since: datetime | None = None
    """Set while an earlier warning or failure stands that could not be looked at again; with its reason."""

    not_observed_reason: str = ""
    archived_at: datetime | None = None
    """Set when its resource is gone, its check applies no longer, or its owner keeps sweeps from it."""

    basis: Basis = Basis()
    announced_status: Status | None = None
    """The status that people were told last; None of before 0.3.0: the one that it has."""

    announced_digest: str = ""
    """Of the content that people were told last; empty: what it is."""

    changes: tuple[datetime, ...] = ()
    """When its status changed in the last day, oldest first: at most as many as tell that it flaps."""

    flaps_told_at: datetime | None = None
    """When people were told last that it flaps."""

    concluded_at: datetime | None = None
    """The newest fact by which it could be judged; later ones gave no answer. None of before 0.3.0."""

    sent: Sent | None = None
    """None: no hub was ever to have it."""

    delivered_at: datetime | None = None
    """When a Security Hub took it last."""

    delivered: datetime | None = None
    """Which sending that was: its `sent.at`."""

    refused: str = ""
    """Why the Security Hub refused it when it was sent last; empty where it was not."""

    version: int | None = None
    """Of its item when it was read; None where there was none."""

    callers: Callers | None = field(default=None, compare=False)
    """Of plaintext-clients and tls-clients, whom enforcing TLS, or a newer version of it, would cut off: nothing
    but what the reason says, for others on the same parameter group. None of before 0.5.0."""

    @property
    def sent_status(self) -> Status:
        """As which a hub shows it."""
        return self.sent.status if self.sent else self.finding.status

    @property
    def sent_at(self) -> datetime:
        """When it was handed on for a hub; until 0.3.0 that was when it was announced."""
        return self.sent.at if self.sent else self.announced_at

    @property
    def is_ended(self) -> bool:
        """Whether it is sent as archived."""
        return self.sent.is_archived if self.sent else self.archived_at is not None

    @property
    def has_arrived(self) -> bool:
        """Whether a hub took what was sent last."""
        return self.sent is not None and self.delivered is not None and self.delivered >= self.sent.at

    @property
    def told_as_failed(self) -> bool:
        """Whether people were told last, in that moment, that it became FAILED."""
        is_new = self.announced_at in {self.first_observed_at, *self.changes}
        return self.finding.status is Status.FAILED and is_new
