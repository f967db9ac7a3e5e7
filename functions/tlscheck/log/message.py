"""What a message of the server's is about, by its own English words; of another language only that it is one.

Sources: PostgreSQL, src/backend/utils/init/postinit.c (PerformAuthentication), libpq/be-secure-openssl.c and
be-secure.c, libpq/auth.c (ClientAuthentication), and what servers of 10 to 18 wrote (tests/log_lines).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from tlscheck.log.event import Connected, LineOrigin, LogEvent, Rejected, Rejection, Unread
from tlscheck.log.languages import FATAL, LOG, is_translated
from tlscheck.log.names import bounded_name
from tlscheck.wire.observation import SessionKind
from tlscheck.wire.plaintext import USER as ASKING
from tlscheck.wire.sessions import RDS_PROXY_USER, RDS_USERS
from tlscheck.wire.statement import APPLICATION_NAME

PHRASES = (
    "connection authorized",
    "could not accept SSL connection",
    "SSL error: ",
    "could not receive data from client: Connection reset by peer",
    "no pg_hba.conf entry",
)
"""A message that says anything here has one of these in it: by them a log service may leave out all else."""

UNKNOWN = "[unknown]"
"""What log_line_prefix writes of a name that nobody has given yet, or that there is none of."""

AUTHORIZED = "connection authorized: user="
APPLICATION = " application_name="
SSL_BEGINS = " SSL enabled ("
_REPLICATION = "replication connection authorized: user="
_RESET = "Connection reset by peer"
_RECEIVING = f"could not receive data from client: {_RESET}"
_HANDSHAKES = ("could not accept SSL connection: ", "SSL error: ")
_REFUSED = "no pg_hba.conf entry for "
_UNENCRYPTED = ("no encryption", "SSL off")
_ALERT = re.compile(r"(?:tlsv1|sslv3|tlsv13|ssl/tls) alert (.+)")
_ALERTS: Mapping[str, Rejection] = {each: each for each in Rejection if each.is_alert}
SSL = re.compile(r" SSL enabled \(protocol=([\w.]+), cipher=[\w.-]+(?:, bits=\d+)?(?:, compression=\w+)?\)")
_GSS = re.compile(r" GSS \(authenticated=\w+, encrypted=\w+[^()]*\)")
_TOLD = re.compile(r" SSL \w+ \(|\([^()]*TLSv1")
"""Words of TLS, cut or in another language."""

_CUT = re.compile(r" (?:SSL enabled|GSS) \([^()]*")
_LEVEL_AGAIN = re.compile(r"[^\sa-z:]:  ")
"""How a line's level ends, in any language: what comes before it may then be names that spell a line. In `Job:  1`
there is none."""

_BEGINNINGS = (AUTHORIZED, _REPLICATION, *_HANDSHAKES)
_LOGGED = (*_BEGINNINGS, _RECEIVING)
_ENDS = frozenset({"EOF detected", "unexpected eof while reading", "Success"})
"""`Success` is what versions before 17 make of it where the system has no error to name."""

_OF_A_USER = dict.fromkeys(RDS_USERS, SessionKind.RDS) | {RDS_PROXY_USER: SessionKind.RDS_PROXY}
_NAMED = re.compile(
    r'(?:host "[^"]{0,253}", user "(.{0,63})", database "(.{0,63})"'
    r'|replication connection from host "[^"]{0,253}", user "(.{0,63})"), (.{0,40})',
    re.DOTALL,
)


class Speaker(NamedTuple):
    """Of whom a line is, by its beginning."""

    origin: LineOrigin
    user: str | None
    database: str | None
    """None: the beginning does not say."""

    own: str
    """The user of our own looks."""


def said(level: str, message: str, speaker: Speaker) -> LogEvent | Unread | None:
    """What the message says; None: nothing that is asked here. Unread.AMBIGUOUS where names differ from those of
    the beginning: they may have been taken for others there."""
    # log_line_prefix may end with %a, and nothing between that and the level.
    if level.endswith(LOG) and message.startswith(_LOGGED):
        return _logged(message, speaker)
    if level.endswith(FATAL) and message.startswith(_REFUSED):
        return _refused(message[len(_REFUSED) :], speaker)
    if level.endswith(LOG) and _is_cut(message):
        return Unread.CUT
    return Unread.LANGUAGE if is_translated(level, message, speaker.user, speaker.origin.address) else None


def _logged(message: str, speaker: Speaker) -> LogEvent | Unread | None:
    if message.startswith(AUTHORIZED):
        return _connected(message[len(AUTHORIZED) :], speaker, is_replica=False)
    if message.startswith(_REPLICATION):
        return _connected(message[len(_REPLICATION) :], speaker, is_replica=True)
    if message.startswith(_HANDSHAKES):
        # Who has a name is past its handshake: a session can have such a line logged of itself (RAISE LOG).
        is_nobody = not speaker.user or speaker.user == UNKNOWN
        return _rejected(message.partition(": ")[2], speaker) if is_nobody else None
    # Of a session that somebody had logged in to it is no refusal: its program ended.
    return Rejected(speaker.origin, Rejection.RESET) if speaker.user == UNKNOWN else None


def _is_cut(message: str) -> bool:
    """Whether it ends before it has said what it is about."""
    return len(message) < len(_REPLICATION) and any(each.startswith(message) for each in _BEGINNINGS)


def _connected(text: str, speaker: Speaker, *, is_replica: bool) -> Connected | Unread:
    told, protocol = _tls(text)
    user, database = speaker.user, speaker.database
    is_certain = user is not None and (is_replica or database is not None)
    if is_certain:
        names = f"{user}" if is_replica else f"{user} database={database}"
    else:
        names = told.partition(APPLICATION)[0]
        user, between, rest = names.partition(" database=")
        if bool(between) is is_replica or " database=" in rest:
            return Unread.AMBIGUOUS if rest else Unread.CUT
        database = rest or database
    tail = told[len(names) :]
    if not told.startswith(names) or (":  " in tail and _LEVEL_AGAIN.search(tail)):
        return Unread.CUT if names.startswith(text) else Unread.AMBIGUOUS
    if unread := _unread(tail, protocol):
        return unread
    application = tail[len(APPLICATION) :]
    return Connected(
        speaker.origin,
        bounded_name(user or ""),
        "" if database in {None, UNKNOWN} else bounded_name(database or ""),
        bounded_name(application),
        protocol,
        _kind(user or "", application, speaker, is_replica=is_replica, is_tls=bool(protocol)),
        is_doubtful=bool(protocol and (tail or not is_certain)),
    )


def _unread(tail: str, protocol: str | None) -> Unread | None:
    """Why what follows the names is not understood, if it is not."""
    if not tail:
        return None
    if tail.startswith(APPLICATION):
        return Unread.CUT if protocol is None and _TOLD.search(tail) else None
    is_cut = any(each.startswith(tail) for each in (APPLICATION, SSL_BEGINS, " GSS (")) or _CUT.match(tail)
    return Unread.CUT if is_cut else Unread.AMBIGUOUS


def _tls(text: str) -> tuple[str, str | None]:
    """The text without what PostgreSQL adds of encryption, and the version of TLS."""
    if not text.endswith(")"):
        return text, None
    if (gss := text.rfind(" GSS (")) >= 0 and _GSS.fullmatch(text, gss):
        text = text[:gss]
    if (ssl := text.rfind(SSL_BEGINS)) >= 0 and (found := SSL.fullmatch(text, ssl)):
        return text[:ssl], found[1]
    return text, None


def _kind(user: str, application: str, speaker: Speaker, *, is_replica: bool, is_tls: bool) -> SessionKind:
    # Versions before 12 do not write an application_name.
    is_own = bool(speaker.own) and user == speaker.own and application in {APPLICATION_NAME, ""}
    if is_own and (is_tls or not speaker.origin.address):
        return SessionKind.TLSCHECK
    return kind_of(user, is_replica=is_replica)


def kind_of(user: str, *, is_replica: bool) -> SessionKind:
    """Whose session it is, where it is none of our own user's."""
    return _OF_A_USER.get(user) or (SessionKind.REPLICATION if is_replica else SessionKind.CLIENT)


def _rejected(reason: str, speaker: Speaker) -> Rejected | Unread | None:
    alert = _ALERT.fullmatch(reason)
    if alert and alert[1] in _ALERTS:
        return Rejected(speaker.origin, _ALERTS[alert[1]])
    if reason == _RESET:
        return Rejected(speaker.origin, Rejection.RESET)
    if reason in _ENDS:
        return Rejected(speaker.origin, Rejection.END_OF_FILE)
    is_cut = not reason or (alert and any(each.startswith(alert[1]) for each in _ALERTS))
    return Unread.CUT if is_cut else None


def _refused(message: str, speaker: Speaker) -> Rejected | Unread | None:
    found = _NAMED.fullmatch(message)
    if not found:
        return Unread.CUT
    user, database = found[1] or found[3] or "", found[2] or ""
    if found[4] not in _UNENCRYPTED or user == ASKING:
        return None
    if speaker.user is None or speaker.database is None:
        if '", database "' in user or '", user "' in message.partition('", user "')[2]:
            return Unread.AMBIGUOUS
    elif user != speaker.user or (found[2] is not None and database != speaker.database):
        return Unread.AMBIGUOUS
    return Rejected(speaker.origin, Rejection.NO_ENCRYPTION, bounded_name(user), bounded_name(database))
