"""Whom a rehearsal speaks for: a client as the database knows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.wording import plain

WORDS = ("database", "user", "application")
"""In which a client is named; no client's port can have such a name."""

_ALLOWED = "database=NAME user=NAME, and application=NAME where it has one; or NAME=PORT for a port of its own"


@dataclass(frozen=True, slots=True)
class SpokenFor:
    """A client as pg_stat_activity shows it."""

    database: str
    user: str
    application: str
    """"" where it gives itself no name, or none was said."""

    is_given: bool
    """By who ran the rehearsal; False: by the client itself, in its StartupMessages."""


def given(words: Sequence[str]) -> SpokenFor:
    """Whom `database=orders user=app application=web` names. Raises BadRequest."""
    said: dict[str, str] = {}
    for each in words:
        word, _, value = each.partition("=")
        if word not in WORDS or not value:
            raise not_allowed("--client", each, _ALLOWED)
        if said.setdefault(word, value) != value:
            raise BadRequest(f"--client: {word} is given twice")
    if missing := [each for each in WORDS[:2] if each not in said]:
        raise BadRequest(f"--client: {' and '.join(missing)} is missing; allowed: {_ALLOWED}")
    return SpokenFor(said["database"], said["user"], said.get("application", ""), is_given=True)


def spoken_for(conclusion: Conclusion, said: SpokenFor | None, *, is_alone: bool) -> tuple[SpokenFor | None, str]:
    """Whom what is concluded speaks for; or None and why not: then it changes no answer.

    `said` names the one client of a rehearsal: of several it is not known which.
    """
    if conclusion.several:
        return None, "it is more than one client"
    if said:
        return _said(conclusion, said, is_alone=is_alone)
    if not conclusion.users:
        return None, "it never sent a StartupMessage, and nobody named it"
    if len(conclusion.users) > 1:
        return None, f"it came as {len(conclusion.users)} users, databases or applications, and nobody named it"
    user, database, application = conclusion.users[0]
    return SpokenFor(database, user, application, is_given=False), ""


def _said(conclusion: Conclusion, said: SpokenFor, *, is_alone: bool) -> tuple[SpokenFor | None, str]:
    if not is_alone:
        return None, "one client was named, and several came"
    if conclusion.users and not any(_is(said, *each) for each in conclusion.users):
        return None, "it named itself in its StartupMessage, and not as it was named here"
    return said, ""


def _is(said: SpokenFor, user: str, database: str, application: str) -> bool:
    is_applications = application == said.application or not said.application
    return (plain(said.user), plain(said.database)) == (user, database) and is_applications
