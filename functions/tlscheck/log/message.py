"""What a message of the server's is about, by its own English words."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from tlscheck.log.event import Connected, LineOrigin, LogEvent, Rejected, Rejection, Unread
from tlscheck.wire.observation import SessionKind
from tlscheck.wire.plaintext import USER as ASKING
from tlscheck.wire.sessions import RDS_PROXY_USER, RDS_USERS
from tlscheck.wire.statement import APPLICATION_NAME

PHRASES = (
    "connection authorized",
    "could not accept SSL connection",
    "SSL error",
    "could not receive data from client",
    "no pg_hba.conf entry",
)
"""A message that says anything here has one of these in it: by them a log service may leave out all else."""

LONGEST_NAME = 63
"""Bytes, of a name in pg_stat_activity."""

UNKNOWN = "[unknown]"
"""What log_line_prefix writes of a name that nobody has given yet, or that there is none of."""

_AUTHORIZED = "connection authorized: user="
_REPLICATION = "replication connection authorized: user="
_RECEIVING = "could not receive data from client: "
_HANDSHAKES = ("could not accept SSL connection: ", "SSL error: ")
_REFUSED = "no pg_hba.conf entry for "
_UNENCRYPTED = ("no encryption", "SSL off")
_ALERT = re.compile(r"(?:tlsv1|sslv3|tlsv13|ssl/tls) alert (.+)")
_ALERTS: Mapping[str, Rejection] = {each: each for each in Rejection if each.is_alert}
_SSL = re.compile(r" SSL enabled \(protocol=([\w.]+), cipher=[\w.-]+(?:, bits=\d+)?(?:, compression=\w+)?\)")
_GSS = re.compile(r" GSS \(authenticated=\w+, encrypted=\w+[^()]*\)")
_NAMED = re.compile(
    r'(?:host "(.*)", user "(.*)", database "(.*)"|replication connection from host "(.*)", user "(.*)"), (.*)'
)


class Speaker(NamedTuple):
    """Of whom a line is, by its beginning."""

    origin: LineOrigin
    user: str
    database: str
    own: str
    """The user of our own looks."""


def said(message: str, speaker: Speaker) -> LogEvent | Unread | None:
    """What the message says; None: nothing that is asked here."""
    if message.startswith(_AUTHORIZED):
        names = f"{speaker.user} database={speaker.database}"
        return _connected(message[len(_AUTHORIZED) :], names, speaker, is_replica=False)
    if message.startswith(_REPLICATION):
        return _connected(message[len(_REPLICATION) :], speaker.user, speaker, is_replica=True)
    if message.startswith(_HANDSHAKES):
        rejection = _rejection(message.partition(": ")[2])
        return Rejected(speaker.origin, rejection) if rejection else None
    if message.startswith(_RECEIVING):
        # Of a session that somebody had logged in to it is no refusal: its program ended.
        is_reset = speaker.user == UNKNOWN and message.endswith("Connection reset by peer")
        return Rejected(speaker.origin, Rejection.RESET) if is_reset else None
    if message.startswith(_REFUSED):
        return _refused(message[len(_REFUSED) :], speaker)
    return None


def _connected(text: str, names: str, speaker: Speaker, *, is_replica: bool) -> Connected | Unread:
    if not text.startswith(names):
        return Unread.CUT
    tail = text[len(names) :]
    if ":  " in tail:
        return Unread.AMBIGUOUS
    application = protocol = ""
    if tail.endswith(")"):
        if (gss := tail.rfind(" GSS (")) >= 0 and _GSS.fullmatch(tail, gss):
            tail = tail[:gss]
        if (ssl := tail.rfind(" SSL enabled (")) >= 0 and (found := _SSL.fullmatch(tail, ssl)):
            protocol, tail = found[1], tail[:ssl]
    if tail:
        if not tail.startswith(" application_name=") or (" SSL enabled (" in tail and not protocol):
            return Unread.CUT
        application = tail[18:]
    return Connected(
        speaker.origin,
        _bounded(speaker.user),
        "" if speaker.database == UNKNOWN else _bounded(speaker.database),
        _bounded(application),
        protocol or None,
        _kind(speaker, application, is_replica=is_replica, is_tls=bool(protocol)),
        is_doubtful=bool(protocol and tail),
    )


def _kind(speaker: Speaker, application: str, *, is_replica: bool, is_tls: bool) -> SessionKind:
    user, own = speaker.user, speaker.own
    if own and user == own and application == APPLICATION_NAME and (is_tls or not speaker.origin.address):
        return SessionKind.TLSCHECK
    if user in RDS_USERS:
        return SessionKind.RDS
    if user == RDS_PROXY_USER:
        return SessionKind.RDS_PROXY
    return SessionKind.REPLICATION if is_replica else SessionKind.CLIENT


def _rejection(reason: str) -> Rejection | None:
    if alert := _ALERT.fullmatch(reason):
        return _ALERTS.get(alert[1])
    if reason == "Connection reset by peer":
        return Rejection.RESET
    return Rejection.END_OF_FILE if reason in {"EOF detected", "unexpected eof while reading"} else None


def _refused(message: str, speaker: Speaker) -> Rejected | Unread | None:
    origin, user, database, _ = speaker
    found = _NAMED.fullmatch(message)
    if not found:
        return Unread.CUT
    if found[6] not in _UNENCRYPTED or user == ASKING:
        return None
    if (found[2] or found[5]) != user or found[3] not in {None, database}:
        return Unread.AMBIGUOUS
    return Rejected(origin, Rejection.NO_ENCRYPTION, _bounded(user), _bounded(found[3] or ""))


def _bounded(name: str) -> str:
    if len(name) * 4 <= LONGEST_NAME or len(name.encode(errors="replace")) <= LONGEST_NAME:
        return name
    return name.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore")
