"""Attempts of one client -> what it replied to each trial, and how it went on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Shows, Trial

ABOUT_A_CERTIFICATE = frozenset(
    {
        "access_denied",
        "bad_certificate",
        "certificate_expired",
        "certificate_revoked",
        "certificate_unknown",
        "decrypt_error",
        "unknown_ca",
        "unsupported_certificate",
    }
)
"""Alerts about what a client was shown (RFC 8446, 6.2); others are about the protocol and say nothing of it."""


_VAIN = 2
"""Attempts without an answer, beyond those that are needed, after which a trial is given up."""


class Manner(StrEnum):
    """How a client answers a certificate."""

    STARTED = "goes on"
    REFUSED = "refuses"
    SILENT = "closes without an alert"
    INCAPABLE = "speaks nothing of what was offered"


@dataclass(frozen=True, slots=True)
class Response:
    """What one connection replied to a certificate."""

    manner: Manner
    alert: str = ""


SILENCE = Response(Manner.SILENT)
START = Response(Manner.STARTED)


class Opening(StrEnum):
    """What an attempt began with."""

    PLAINTEXT = "plaintext"
    TLS = "TLS"


def reply(contact: Contact) -> Response | None:
    """What a connection replied to a certificate; None where it was shown none, or said nothing of it."""
    if contact.trial is None or contact.trial.shows is Shows.NOTHING:
        return None
    match contact.ended:
        case Ended.STARTED:
            return START
        case Ended.ALERTED if contact.alert in ABOUT_A_CERTIFICATE:
            return Response(Manner.REFUSED, contact.alert)
        case Ended.ALERTED | Ended.INCAPABLE:
            return Response(Manner.INCAPABLE)
        case Ended.CLOSED if contact.hello:
            return SILENCE
        case _:
            return None


def in_plaintext(contact: Contact) -> bool:
    """Whether it sent its StartupMessage without having asked for TLS."""
    return contact.ended is Ended.PLAINTEXT and contact.trial is None


def _cut(attempts: Sequence[Attempt]) -> frozenset[int]:
    """The connections that fell silent after alerts because their client was stopped, by their numbers.

    They are the last of all, or of a command that came again and again; who falls silent in between means it.
    """
    said = [(each.number, reply(each)) for attempt in attempts for each in attempt.contacts]
    silent = frozenset(number for number, each in said if each == SILENCE)
    ends = {each.contacts[-1].number for each in attempts if each.is_stopped} | {number for number, _ in said[-1:]}
    refused = sum(each is not None and each.manner is Manner.REFUSED for _, each in said)
    return silent if refused > 1 and silent <= ends else frozenset()


@dataclass(frozen=True)
class Replies:
    """All that one client has shown."""

    attempts: Sequence[Attempt]
    enough: int = 1
    """Attempts that must agree before something is said: more of who may be two."""

    @cached_property
    def given(self) -> Mapping[Trial, Mapping[Response, tuple[int, ...]]]:
        """By trial and reply the attempts in which it came."""
        found: dict[Trial, dict[Response, list[int]]] = {}
        cut = _cut(self.attempts)
        for attempt in self.attempts:
            for contact in attempt.contacts:
                said = reply(contact)
                if said and contact.trial and contact.number not in cut:
                    numbers = found.setdefault(contact.trial, {}).setdefault(said, [])
                    if attempt.number not in numbers:
                        numbers.append(attempt.number)
        return {trial: {said: tuple(numbers) for said, numbers in each.items()} for trial, each in found.items()}

    @cached_property
    def refused_tls(self) -> Mapping[Ended, tuple[int, ...]]:
        """What it did when it was offered no TLS, by the attempts."""
        found: dict[Ended, list[int]] = {}
        for attempt in self.attempts:
            ends = {
                each.ended for each in attempt.contacts if each.trial and each.trial.shows is Shows.NOTHING
            } & {Ended.PLAINTEXT, Ended.WITHOUT_TLS}
            # one that comes back in plaintext on another connection has gone on as well
            if ends and any(in_plaintext(each) for each in attempt.contacts):
                ends = {Ended.PLAINTEXT}
            for end in ends:
                found.setdefault(end, []).append(attempt.number)
        return {end: tuple(numbers) for end, numbers in found.items()}

    @cached_property
    def first(self) -> Mapping[Opening, tuple[int, ...]]:
        """With what its attempts began, of those of which the beginning is known."""
        found: dict[Opening, list[int]] = {}
        for attempt in self.attempts:
            if attempt.is_whole:
                kind = Opening.PLAINTEXT if in_plaintext(attempt.contacts[0]) else Opening.TLS
                found.setdefault(kind, []).append(attempt.number)
        return {kind: tuple(numbers) for kind, numbers in found.items()}

    def retried(self, manners: Iterable[Manner]) -> Mapping[bool, tuple[int, ...]]:
        """Whether plaintext followed such a reply, on a later connection: by the attempts that began with TLS."""
        wanted = frozenset(manners)
        found: dict[bool, list[int]] = {}
        for attempt in self.attempts:
            contacts = attempt.contacts
            at = next(
                (n for n, each in enumerate(contacts) if (said := reply(each)) and said.manner in wanted), None
            )
            if at is None or not attempt.is_whole or in_plaintext(contacts[0]):
                continue
            found.setdefault(any(map(in_plaintext, contacts[at + 1 :])), []).append(attempt.number)
        return {kind: tuple(numbers) for kind, numbers in found.items()}

    @cached_property
    def asked_tls(self) -> tuple[int, ...]:
        """Attempts in which it asked for TLS."""
        return tuple(attempt.number for attempt in self.attempts if any(each.trial for each in attempt.contacts))

    @property
    def is_direct(self) -> bool:
        """Whether it begins with TLS without asking for it, so that it cannot be told that there is none."""
        return any(each.is_direct for each in self.contacts)

    @property
    def contacts(self) -> Iterator[Contact]:
        """Of all its attempts."""
        return (contact for attempt in self.attempts for contact in attempt.contacts)

    def said(self, trial: Trial) -> Response | None:
        """The one reply to a trial; None where there is none, or not as often as it needs, or not the same each
        time."""
        replies = self.given.get(trial, {})
        if len(replies) != 1:
            return None
        found, numbers = next(iter(replies.items()))
        return found if len(numbers) >= self.enough else None

    def numbers(self, *trials: Trial) -> tuple[int, ...]:
        """The attempts in which these were shown and answered."""
        return tuple(
            sorted({n for trial in trials for numbers in self.given.get(trial, {}).values() for n in numbers})
        )

    def which(self, manners: Iterable[Manner]) -> tuple[int, ...]:
        """The attempts in which it replied in one of these manners."""
        wanted = frozenset(manners)
        each = (item for given in self.given.values() for item in given.items())
        return tuple(sorted({number for said, numbers in each for number in numbers if said.manner in wanted}))

    def is_answered(self, trial: Trial) -> bool:
        """Whether it need not be shown again: it was answered, or goes without an answer time and again."""
        shown = sum(each.trial == trial for each in self.attempts)
        if shown >= self.enough + _VAIN:
            return True
        if trial.shows is Shows.NOTHING:
            return sum(map(len, self.refused_tls.values())) >= self.enough
        return len(self.numbers(trial)) >= self.enough
