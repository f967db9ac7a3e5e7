"""Connections, as they come -> attempts: what a port, or an address of a shared one, did from pause to pause."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tlscheck.rehearsal.attempt import QUIET, Attempt
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.replies import in_plaintext
from tlscheck.rehearsal.trial import Trial

LONGEST = 3.0
"""Seconds after which an attempt is cut, of a client that makes no pause: it would be shown one trial for ever."""

PATIENCE = 15.0
"""Seconds that a connection is waited for which asked for TLS: longer than a server lets it take."""

NOISE = frozenset({Ended.SILENT, Ended.CANCELLED, Ended.NOT_UNDERSTOOD, Ended.CUT})
"""How connections end that say nothing of what a client does about TLS."""

_NEVER = float("inf")
_MOST_CONTACTS = 64
_MOST_WINDOWS = 500
_MOST_SPLIT = 100
"""Attempts of one that makes no pause, between which it is looked for where one ends: more than it takes."""


@dataclass(slots=True)
class _Window:
    """The time of an attempt, and what came in it."""

    number: int
    trial: Trial
    began: float
    last: float
    """When something was heard of it last."""

    is_clean: bool
    """It began after a pause."""

    asked: int = 0
    answered: int = 0
    is_cut: bool = False
    is_split: bool = False
    """Another attempt of the same client followed without a pause."""

    closed: float = _NEVER
    """When the command that it is of was over."""

    contacts: list[Contact] = field(default_factory=list)

    @property
    def until(self) -> float:
        """When it is over if nothing more comes: never while somebody who asked for TLS has not answered."""
        return self.last + (QUIET if self.asked <= self.answered else PATIENCE)

    def is_over(self, at: float) -> bool:
        return self.closed <= at or self.is_cut or self.is_split or at > self.until

    def is_judged(self, at: float) -> bool:
        """Whether all that belongs to it has come."""
        if self.is_cut or self.is_split or at - self.last > PATIENCE:
            return True
        return self.is_over(at) and self.asked <= self.answered

    @property
    def begins_in_plaintext(self) -> bool:
        return in_plaintext(min(self.contacts, key=lambda each: each.number))

    def take(self, contact: Contact) -> None:
        if contact.ended not in NOISE and len(self.contacts) < _MOST_CONTACTS:
            self.contacts.append(contact)
            self.began = min(self.began, contact.accepted)
            self.last = max(self.last, contact.accepted, contact.ended_at)
        # cut off before its ClientHello came, it does not tell whether it had asked
        is_late = contact.ended in {Ended.CLOSED, Ended.CUT, Ended.NOT_UNDERSTOOD} and self.asked > self.answered
        self.answered += contact.trial is not None or is_late


class Lane:
    """The attempts of one port, or of one address of a shared one. What is shown changes between them alone.

    Of one client alone (`is_of_one`) an attempt is over too when it asks for TLS after it has answered what it
    was shown: what follows a refusal is a connection in plaintext or nothing. One that begins in plaintext begins
    again with it.
    """

    def __init__(self, choose: Callable[[float], Trial], *, is_of_one: bool = False) -> None:
        self._choose = choose
        self._is_of_one = is_of_one
        self._windows: list[_Window] = []
        self._begun = 0
        self._kinds: set[bool] = set()
        """Whether connections came in plaintext, and whether others came."""

    def asked(self, at: float) -> Trial:
        """A connection asks for TLS: the trial of its attempt."""
        if self._is_of_one and self._windows and self._asks_again(self._windows[-1]):
            self._windows[-1].is_split = True
        window = self._open(at)
        window.asked += 1
        window.last = max(window.last, at)
        return window.trial

    def shown(self, at: float) -> Trial:
        """Its ClientHello is here: the same, since an attempt waits for who asked."""
        window = self._open(at)
        window.last = max(window.last, at)
        return window.trial

    def met(self, contact: Contact) -> None:
        """A connection has ended: it belongs to the attempt in which it was accepted, or was shown something."""
        window = self._home(contact)
        if window is None:
            if contact.ended in NOISE:
                return
            window = self._open(contact.accepted)
        if self._is_of_one and window is self._windows[-1] and self._begins_again(window, contact):
            window.is_split = True
            window = self._open(contact.accepted)
        window.take(contact)
        if contact.ended not in NOISE:
            self._kinds.add(in_plaintext(contact))

    def close(self, at: float) -> None:
        """What comes from now on is another attempt."""
        for window in self._windows:
            window.closed = min(window.closed, at)

    def attempts(self, at: float) -> tuple[Attempt, ...]:
        """Those that are over, and of which nothing is awaited."""
        following = [*self._windows[1:], None]
        last = {window.closed: window for window in self._windows}
        came: Counter[float] = Counter()
        for window in self._windows:
            came[window.closed] += len(window.contacts)
        return tuple(
            Attempt(
                window.number,
                window.trial,
                tuple(sorted(window.contacts, key=lambda each: each.number)),
                self._is_whole(window, after, at),
                window.closed < _NEVER and window is last[window.closed] and came[window.closed] > 1,
            )
            for window, after in zip(self._windows, following, strict=False)
            if window.contacts and window.is_judged(at)
        )

    def _asks_again(self, window: _Window) -> bool:
        """Whether who asks for TLS now makes another attempt."""
        if self._begun >= _MOST_SPLIT or not any(each.trial for each in window.contacts):
            return False
        return not window.begins_in_plaintext

    def _begins_again(self, window: _Window, contact: Contact) -> bool:
        """Whether this one, in plaintext, is the first of another attempt."""
        if self._begun >= _MOST_SPLIT or not window.contacts or not in_plaintext(contact):
            return False
        came_back = any(each.trial and each.accepted < contact.accepted for each in window.contacts)
        return window.begins_in_plaintext and (came_back or contact.accepted - window.began > LONGEST)

    def _is_whole(self, window: _Window, after: _Window | None, at: float) -> bool:
        """Whether nothing of it is in another attempt, and nothing of another is in it."""
        if not window.is_clean or window.is_cut or (after and not after.is_clean):
            return False
        if not window.is_split or len({in_plaintext(each) for each in window.contacts}) > 1:
            return True
        # its other connection may be in the attempt after it, where it ever makes one
        return len(self._kinds) == 1 and at > window.last + QUIET

    def _open(self, at: float) -> _Window:
        """The attempt that a connection of this moment belongs to."""
        last = self._windows[-1] if self._windows else None
        if last and not last.is_over(at):
            if last.contacts and at - last.began > LONGEST:
                last.is_cut = True
            else:
                return last
        # one that never saw a client is none
        if last and not last.contacts and last.is_over(at):
            self._windows.remove(last)
            self._begun -= 1
        is_clean = last is None or not last.is_cut
        self._begun += 1
        window = _Window(self._begun, self._choose(at), at, at, is_clean)
        self._windows.append(window)
        del self._windows[:-_MOST_WINDOWS]
        return window

    def _home(self, contact: Contact) -> _Window | None:
        ends = [*(each.began for each in self._windows[1:]), _NEVER]
        spans = list(zip(self._windows, ends, strict=False))
        if contact.trial is not None:
            shown = [
                window
                for window, end in spans
                if window.trial == contact.trial
                and contact.accepted < min(end, window.closed)
                and window.began <= contact.ended_at
            ]
            # it was accepted a moment before it asked, when the attempt before may have been the last
            awaited = [each for each in shown if each.asked > each.answered]
            if shown:
                return (awaited or shown)[0]
        elif home := next(
            (
                window
                for window, end in spans
                if window.began <= contact.accepted < min(end, window.until, window.closed)
            ),
            None,
        ):
            return home
        after = (each for each in self._windows if 0 <= each.began - contact.accepted <= QUIET)
        return next((each for each in after if each.closed == _NEVER), None)
