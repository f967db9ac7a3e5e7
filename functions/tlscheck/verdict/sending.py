"""What the Security Hub of a finding's Region is to be sent of it, beside what people are told.

A hub hears of a finding when people have been told what it says: so it is spared what comes and goes within the
hour. What moves a finding there from RESOLVED back to NEW: ARCHIVED to ACTIVE, and Compliance PASSED to anything
else, NOT_AVAILABLE included (API reference of Security Hub CSPM, Workflow). So an outage sends nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.hub import Hub
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import RememberedFinding, Sent
from tlscheck.verdict.settle import STANDING

REFRESH = timedelta(days=30)
"""What is active in a hub is sent again after this time: it deletes what was not updated for 90 days (Security Hub
CSPM user guide, "Creating and updating findings")."""

STEP = timedelta(milliseconds=1)
"""What UpdatedAt tells apart."""


class Publish(StrEnum):
    """What the owner wants in Security Hub."""

    NOTHING = "NOTHING"
    """What is there is archived."""

    FAILURES = "FAILURES"
    """Checks that are, or have been since they are active there, FAILED or WARNING."""

    EVERYTHING = "EVERYTHING"


class Wish(StrEnum):
    """What is to be done for a hub."""

    NOTHING = "NOTHING"
    SEND = "SEND"
    ARCHIVE = "ARCHIVE"


@dataclass(frozen=True, slots=True)
class Listener:
    """The Security Hub of a Region as a sweep knows it, and what its owner wants in it."""

    publish: Publish
    hub: Hub | Gap = NOT_ASKED
    is_full: bool = True
    """Whether it is a full sweep that asks: it sends again what got lost."""


def handed_on(remembered: RememberedFinding, listener: Listener, at: datetime) -> RememberedFinding:
    """What to remember once the hub's wish of this moment is handed on; `remembered` itself where it has none."""
    match hub_wants(remembered, listener, at):
        case Wish.ARCHIVE:
            return ended(remembered, at)
        case Wish.SEND:
            return _sent(remembered, listener.publish, at)
    return remembered


def hub_wants(remembered: RememberedFinding, listener: Listener, at: datetime) -> Wish:
    """What the hub is to be sent of what is remembered at `at`."""
    if isinstance(listener.hub, Hub) and listener.hub.subscribed_at is None:
        return Wish.NOTHING
    sent, is_lacking = remembered.sent, _is_lacking(remembered, listener)
    if remembered.archived_at is not None or not _belongs(remembered, listener.publish):
        is_there = sent is not None and (not sent.is_archived or is_lacking)
        return Wish.ARCHIVE if is_there and _is_over(remembered, listener.publish) else Wish.NOTHING
    if sent is None or sent.is_archived:
        is_due = _is_told(remembered)
    else:
        is_due = is_lacking or _has_news(remembered, sent, listener.publish, at)
        is_due &= not _is_unseen(remembered, sent, listener.publish)
    return Wish.SEND if is_due else Wish.NOTHING


def ended(remembered: RememberedFinding, at: datetime) -> RememberedFinding:
    """What to remember once it is handed on as archived; of what was never sent, `remembered` itself."""
    if (sent := remembered.sent) is None:
        return remembered
    return replace(remembered, sent=replace(sent, at=_later(sent, at), is_archived=True, was_failed=False))


def may_stand(remembered: RememberedFinding) -> bool:
    """Whether a hub may show it as active: it was sent so, or its archive is not known to have arrived."""
    sent = remembered.sent
    return sent is not None and (not sent.is_archived or _is_unheard(remembered))


def may_take(listener: Listener) -> bool:
    """Whether what a hub did not take may arrive now: nobody asks for one where nothing is wanted any more."""
    if listener.publish is Publish.NOTHING:
        return True
    return isinstance(listener.hub, Hub) and listener.hub.subscribed_at is not None


def _sent(remembered: RememberedFinding, publish: Publish, at: datetime) -> RememberedFinding:
    before, status = remembered.sent, remembered.finding.status
    was_failed = before is not None and not before.is_archived and before.was_failed
    sent = Sent(
        at=_later(before, at),
        status=status,
        was_failed=was_failed or status in STANDING,
        digest=_digest(remembered, publish),
    )
    return replace(remembered, sent=sent)


def _belongs(remembered: RememberedFinding, publish: Publish) -> bool:
    """Whether the owner wants it in a hub, if it is not archived."""
    if publish is not Publish.FAILURES:
        return publish is Publish.EVERYTHING
    status, sent = remembered.finding.status, remembered.sent
    if status in STANDING:
        return True
    had_failed = sent is not None and not sent.is_archived and sent.was_failed
    if status is Status.NOT_OBSERVED:
        # It stays as it was before nobody could look.
        return had_failed and sent is not None and sent.status in {*STANDING, Status.PASSED}
    return had_failed and status is Status.PASSED


def _is_over(remembered: RememberedFinding, publish: Publish) -> bool:
    """Whether what belongs in no hub is not to be back within the hour, as new: so comes only what had failed."""
    had_failed = remembered.sent is not None and remembered.sent.was_failed
    is_gone = remembered.archived_at is not None or publish is Publish.NOTHING
    return is_gone or not had_failed or _is_told(remembered)


def _is_told(remembered: RememberedFinding) -> bool:
    """Whether people were told what it says."""
    told = remembered.announced_digest
    return not told or told == remembered.finding.digest(remembered.not_observed_reason)


def _is_unseen(remembered: RememberedFinding, sent: Sent, publish: Publish) -> bool:
    """Whether it is not observed now, and stays in the hub as it was."""
    is_left = publish is Publish.FAILURES or sent.status is Status.PASSED
    return is_left and remembered.finding.status is Status.NOT_OBSERVED


def _has_news(remembered: RememberedFinding, sent: Sent, publish: Publish, at: datetime) -> bool:
    """Whether what is active in the hub says something else by now, or is old."""
    status = remembered.finding.status
    is_same = status is sent.status
    if is_same and at - sent.at >= REFRESH:
        return True
    if not _is_told(remembered):
        return False
    if publish is Publish.FAILURES and is_same and status not in STANDING:
        # Nobody reads twice how it passed.
        return False
    return not is_same or (bool(sent.digest) and sent.digest != _digest(remembered, publish))


def _digest(remembered: RememberedFinding, publish: Publish) -> str:
    """With the note that it could not be looked at again only where everything is wanted: it goes along with the
    next sending, and causes none."""
    return remembered.finding.digest(remembered.not_observed_reason if publish is Publish.EVERYTHING else "")


def _is_lacking(remembered: RememberedFinding, listener: Listener) -> bool:
    """Whether a full sweep is to send again what was sent last: nobody, or not this hub, took it."""
    if not listener.is_full or remembered.sent is None:
        return False
    hub = listener.hub
    if not isinstance(hub, Hub):
        # Nobody asked whether there is a hub where nothing is wanted in it any more.
        return listener.publish is Publish.NOTHING and bool(remembered.refused)
    if remembered.sent.is_archived:
        return _is_unheard(remembered)
    delivered_at = remembered.delivered_at
    return (
        bool(remembered.refused)
        or not remembered.has_arrived
        or delivered_at is None
        or (hub.subscribed_at is not None and delivered_at < hub.subscribed_at)
    )


def _is_unheard(remembered: RememberedFinding) -> bool:
    """Whether a hub did not take the last, and may have something earlier."""
    return bool(remembered.refused) or (remembered.delivered_at is not None and not remembered.has_arrived)


def _later(before: Sent | None, at: datetime) -> datetime:
    return at if before is None else max(at, before.at + STEP)
