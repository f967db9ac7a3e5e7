"""What a rehearsal found as a JSON document, to be kept as evidence of its clients' readiness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.conclusion import Conclusion, Told
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.spoken_for import SpokenFor, spoken_for
from tlscheck.rehearsal.trial import Shows, Trial
from tlscheck.survival.assessment import Survival, worst
from tlscheck.trust.trust_store import Entry
from tlscheck.version import Edition
from tlscheck.wording import plain, sendable

SCHEMA = "tlscheck.rehearsal.v2"
"""It allows no key that it does not name, so one more makes another schema."""

NOT_REACHED = (
    "whether its password or token is right: none was asked for",
    "channel binding: it belongs to a login, and there was none",
)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal that is over."""

    goal: Goal
    began: datetime
    ended: datetime
    is_command: bool
    """A command was run; False: clients came from elsewhere."""

    speaks_for: SpokenFor | None
    """Whom it was said to speak for."""


def document(done: Rehearsed, conclusions: Sequence[Conclusion], edition: Edition) -> dict[str, object]:
    """The whole answer; document_schema.SCHEMA describes it. Words of strangers are cut, and harmless."""
    goal = done.goal
    verdicts = [each.verdict for each in conclusions]
    return {
        "schema": SCHEMA,
        "tlscheck": edition.document,
        "began_at": done.began.isoformat(),
        "ended_at": done.ended.isoformat(),
        "way": "command" if done.is_command else "server",
        "server": {
            "names": list(goal.names),
            "region": goal.region,
            "present_ca": goal.present,
            "target_ca": goal.target,
            "test_root": goal.test_root,
        },
        "verdict": (worst(verdicts) if verdicts else Survival.UNKNOWN).value,
        "clients": sendable(
            [_client(each, done.speaks_for, is_alone=len(conclusions) == 1) for each in conclusions]
        ),
        "not_reached": list(NOT_REACHED),
    }


def _client(conclusion: Conclusion, said: SpokenFor | None, *, is_alone: bool) -> dict[str, object]:
    whom, why = spoken_for(conclusion, said, is_alone=is_alone)
    return {
        "client": plain(conclusion.client),
        "speaks_for": _whom(whom) if whom else None,
        "unassigned": why or None,
        "several": plain(conclusion.several) or None,
        "verdict": conclusion.verdict.value,
        "outlooks": {
            scenario.name.lower(): {"verdict": verdict.value, "why": plain(reason)}
            for scenario, (verdict, reason) in conclusion.outlooks.items()
        },
        "encrypts": _told(conclusion.encrypts),
        "verifies": _told(conclusion.verifies),
        "falls_back": _told(conclusion.falls_back),
        "holds": [{**_root(root), **_told(told)} for root, told in conclusion.holds],
        "brings_own_store": _told(conclusion.brings_own),
        "takes_ecc": _told(conclusion.takes_ecc),
        "takes_rsa4096": _told(conclusion.takes_rsa4096),
        "looks_at_dates": _told(conclusion.looks_at_dates),
        "speaks": list(conclusion.speaks),
        "advice": plain(conclusion.advice) or None,
        "needed": [plain(each) for each in conclusion.needed],
        "seen_as": [
            {"user": plain(user), "database": plain(database), "application": plain(application) or None}
            for user, database, application in conclusion.users
        ],
        "attempts": [_attempt(each) for each in conclusion.attempts],
    }


def _whom(whom: SpokenFor) -> dict[str, object]:
    return {
        "database": plain(whom.database),
        "user": plain(whom.user),
        "application": plain(whom.application) or None,
        "basis": "given" if whom.is_given else "its StartupMessage",
    }


def _told[T](told: Told[T]) -> dict[str, object]:
    return {"value": told.value, "why": plain(told.why) or None, "attempts": list(told.attempts)}


def _root(root: Entry) -> dict[str, object]:
    return {
        "name": plain(root.name),
        "sha256": root.sha256,
        "ca": root.family.value,
        "region": root.region,
        "owners": root.is_owners,
    }


def _attempt(attempt: Attempt) -> dict[str, object]:
    return {
        "number": attempt.number,
        "trial": _trial(attempt.trial),
        "connections": [_contact(each) for each in attempt.contacts],
    }


def _trial(trial: Trial) -> dict[str, object]:
    if trial.shows is Shows.NOTHING:
        return {"shows": trial.shows.name, "root": None, "key": None, "tls": None, "named": None, "in_date": None}
    return {
        "shows": trial.shows.name,
        "root": trial.root or None,
        "key": trial.key.value,
        "tls": trial.tls.value,
        "named": trial.is_named,
        "in_date": trial.is_in_date,
    }


def _contact(contact: Contact) -> dict[str, object]:
    return {
        "number": contact.number,
        "accepted": round(contact.accepted, 3),
        "address": plain(contact.address),
        "ended": contact.ended.name,
        "alert": plain(contact.alert) if contact.ended is Ended.ALERTED else None,
        "protocol": plain(contact.spoken) or None,
        "server_name": plain(contact.hello.server_name) or None if contact.hello else None,
        "why": plain(contact.why) or None,
    }
