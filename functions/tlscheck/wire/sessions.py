"""The answer to a look, read back: who is connected, and what the server says of itself.

Every text of it comes from a client or from the server, and is hostile.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tlscheck.wire.login import grant_pg_monitor, inherit_pg_monitor
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup, SessionKind

LONGEST_TEXT = 256
"""Characters. PostgreSQL's own names hold 63 bytes; a longer text is cut."""

RDS_USERS = frozenset({"rdsadmin", "rdsrepladmin", "rdstopmgr"})
"""RDS itself: its agent on the host, and its replication between instances."""

RDS_PROXY_USER = "rdsproxyadmin"
"""RDS Proxy's own sessions, by which it follows a database. What it relays bears the client's user."""

_STRANGE = Look(LookOutcome.FAILED, "The server answered the look with something else than was asked for.")


def look(rows: Sequence[Sequence[object]], user: str) -> Look:
    """The one row of a look, one JSON object, as the look of `user`."""
    answer = _object(rows)
    match answer:
        case {
            "version": int(version),
            "hidden": int(hidden),
            "sees_all": bool(sees_all),
            "member": bool(member),
            "kinds": int(kinds),
            "sessions": (int() | None) as counted,
            "groups": (list() | None) as entries,
            **server,
        }:
            groups = _groups(entries or [])
        case _:
            return _STRANGE
    if groups is None:
        return _STRANGE
    kinds -= len(entries or []) - len(groups)
    seen = Look(
        LookOutcome.SEEN,
        f"{counted or 0} sessions were seen.",
        version,
        groups,
        kinds=kinds,
        force_ssl={"1": True, "on": True, "0": False, "off": False}.get(str(server.get("force_ssl"))),
    )
    # A role with the privilege meets a session without backend_start only in the instant in which it begins.
    if hidden and not sees_all:
        remedy = inherit_pg_monitor(user, version) if member else grant_pg_monitor(user)
        detail = f"needs pg_monitor: the server hides {hidden} sessions of other users from this user. {remedy}"
        seen = replace(seen, outcome=LookOutcome.NEEDS_PG_MONITOR, detail=detail)
    return shown(seen, len(groups))


def merged(looks: Sequence[Look]) -> Look:
    """Several looks at one server as one: every group that any of them showed, with the most sessions it had."""
    last = looks[-1]
    if len(looks) == 1:
        return last
    most: dict[SessionGroup, int] = {}
    for each in looks:
        for group in each.sessions:
            alike = replace(group, sessions=0)
            most[alike] = max(group.sessions, most.get(alike, group.sessions))
    groups = tuple(replace(alike, sessions=sessions) for alike, sessions in most.items())
    kinds = max(len(groups), *(each.kinds for each in looks))
    together = replace(last, sessions=groups, kinds=kinds, looks=sum(each.looks for each in looks))
    return replace(together, detail=f"{together.looks} looks. {last.detail}")


def shown(seen: Look, most: int) -> Look:
    """The look with its first `most` groups, those of clients without TLS first; what is left out is said."""
    groups = tuple(sorted(seen.sessions, key=lambda group: (not group.is_client, group.tls, -group.sessions)))[
        :most
    ]
    if len(groups) >= seen.kinds:
        return replace(seen, sessions=groups)
    said = seen.detail.partition(" Only ")[0]
    left_out = f" Only {len(groups)} of {seen.kinds} kinds of sessions are shown, those without TLS first."
    return replace(seen, sessions=groups, detail=said + left_out)


def _object(rows: Sequence[Sequence[object]]) -> object:
    match rows:
        case [[bytes(data)]]:
            pass
        case _:
            return None
    try:
        # Names made in a database of another encoding need not be UTF-8.
        answer: object = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer


type _Names = tuple[str, str, str, str]
type _Tls = tuple[bool, str | None, str | None]


def _groups(entries: list[object]) -> tuple[SessionGroup, ...] | None:
    """The groups; None when some entry is none. Groups that differ only in what is cut are one."""
    counted: Counter[tuple[_Names, _Tls, SessionKind]] = Counter()
    for entry in entries:
        match entry:
            case [
                (str() | None) as database,
                (str() | None) as user,
                (str() | None) as application,
                (str() | None) as address,
                bool(tls),
                (str() | None) as protocol,
                (str() | None) as cipher,
                (str() | None) as process,
                (bool() | None) as own,
                int(sessions),
            ] if not isinstance(sessions, bool):
                names = (_cut(database), _cut(user), _cut(application), _cut(address))
                facts = (tls, _cut(protocol) or None, _cut(cipher) or None)
                counted[names, facts, _kind(names[1], process, own=own is True)] += sessions
            case _:
                return None
    return tuple(
        SessionGroup(*names, tls, protocol, cipher, sessions, kind)
        for (names, (tls, protocol, cipher), kind), sessions in counted.items()
    )


def _kind(user: str, process: str | None, *, own: bool) -> SessionKind:
    if own:
        return SessionKind.TLSCHECK
    if user in RDS_USERS:
        return SessionKind.RDS
    if user == RDS_PROXY_USER:
        return SessionKind.RDS_PROXY
    return SessionKind.REPLICATION if process == "walsender" else SessionKind.CLIENT


def _cut(text: str | None) -> str:
    return (text or "")[:LONGEST_TEXT]
