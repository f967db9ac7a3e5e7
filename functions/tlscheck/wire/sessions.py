"""The answer to a look, read back: who is connected, and what the server says of itself.

Every text of it comes from a client or from the server, and is hostile.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tlscheck.wire.answer import MOST_ADDRESSES, MOST_GROUPS, read
from tlscheck.wire.login import grant_pg_monitor, inherit_pg_monitor
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup, SessionKind

MOST_SHOWN = 400
"""Groups of sessions that an observation shows, after those of names that change are folded."""

LONGEST_TEXT = 256
"""Characters. PostgreSQL's own names hold 63 bytes; a longer text is cut."""

LONGEST_ADDRESS = 45
"""Characters: of an IPv6 address that ends in one of IPv4."""

MOST_SESSIONS = 262_143
"""Of a server (PostgreSQL, src/include/storage/procnumber.h, MAX_BACKENDS): no count of them can be larger."""

LATEST_VERSION = 9_999_999
"""Of server_version_num, which has six digits since PostgreSQL 10."""

RDS_USERS = frozenset({"rdsadmin", "rdsrepladmin", "rdstopmgr"})
"""RDS itself: its agent on the host, and its replication between instances."""

RDS_PROXY_USER = "rdsproxyadmin"
"""RDS Proxy's own sessions, by which it follows a database. What it relays bears the client's user."""

_STRANGE = Look(LookOutcome.FAILED, "The server answered the look with something else than was asked for.")
_LEFT_OUT = r" Only \d+ of \d+ kinds of sessions are shown, those without TLS first\."


def look(rows: Sequence[Sequence[object]], user: str) -> Look:
    """The one row of a look, one JSON object, as the look of `user`."""
    answer = read(rows)
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
        } if (
            _is_number(version, 1, LATEST_VERSION)
            and all(_is_number(each, 0, MOST_SESSIONS) for each in (hidden, kinds, counted or 0))
            and len(entries or ()) <= MOST_GROUPS
        ):
            found = _groups(entries or [])
        case _:
            return _STRANGE
    if found is None:
        return _STRANGE
    groups = tuple(found)
    seen = Look(
        LookOutcome.SEEN,
        f"{counted or 0} sessions were seen.",
        version,
        groups,
        kinds=len(groups) + max(0, kinds - len(entries or [])),
        force_ssl={"1": True, "on": True, "0": False, "off": False}.get(str(server.get("force_ssl"))),
        user=_cut(user),
    )
    # How many cannot be told: background processes are hidden alike, and by nothing that is left to see.
    # A role with the privilege meets a session without backend_start only in the instant in which it begins.
    if hidden and not sees_all:
        remedy = inherit_pg_monitor(user, version) if member else grant_pg_monitor(user)
        detail = f"needs pg_monitor: the server hides other users' sessions from this user. {remedy}"
        seen = replace(seen, outcome=LookOutcome.NEEDS_PG_MONITOR, detail=detail)
    return shown(seen, len(groups))


def merged(looks: Sequence[Look]) -> Look:
    """Several looks at one server as one: every group that any of them showed, with the most sessions it had."""
    last = looks[-1]
    if len(looks) == 1:
        return last
    alike: dict[_Alike, list[SessionGroup]] = {}
    for each in looks:
        for group in each.sessions:
            same = (group.called, group.tls, group.protocol, group.kind, group.names > 1)
            alike.setdefault(same, []).append(group)
    groups = tuple(_most_of(group) for group in alike.values())
    # What one look left out may be among what another showed, or not: so much at least is missing.
    kinds = len(groups) + max(each.left_out for each in looks)
    together = replace(last, sessions=groups, kinds=kinds, looks=sum(each.looks for each in looks))
    moments = [each.at for each in looks if each.at is not None]
    together = replace(together, detail=f"{together.looks} looks. {last.detail}", at=max(moments, default=None))
    return shown(together, MOST_GROUPS)


def shown(seen: Look, most: int) -> Look:
    """The look with its first `most` groups: clients first, without TLS before with. What is left out is said.

    Then come those that stand for many names, and those of few addresses: a nightly job before the hundred hosts
    of an application. The same groups always come in the same order.
    """
    groups = tuple(sorted(seen.sessions, key=_rank)[:most])
    fewer = replace(seen, sessions=groups, detail=re.sub(_LEFT_OUT, "", seen.detail))
    if not fewer.left_out:
        return fewer
    left_out = f" Only {len(groups)} of {seen.kinds} kinds of sessions are shown, those without TLS first."
    return replace(fewer, detail=fewer.detail + left_out)


def addresses_of(groups: Iterable[SessionGroup]) -> tuple[tuple[str, ...], int]:
    """Some of the addresses of all of them, and how many others there are at least: 0 only if there is none."""
    known: set[str] = set()
    there = 0
    for group in groups:
        known.update(group.addresses)
        there = max(there, len(group.addresses) + group.more_addresses)
    named = tuple(sorted(known)[:MOST_ADDRESSES])
    return named, max(there, len(known)) - len(named)


type _Alike = tuple[tuple[str, str, str], bool, str | None, SessionKind, bool]


def _most_of(alike: Sequence[SessionGroup]) -> SessionGroup:
    if len(alike) == 1:
        return alike[0]
    addresses, more = addresses_of(alike)
    sessions, names = (
        max(counted) for counted in zip(*((each.sessions, each.names) for each in alike), strict=True)
    )
    return replace(alike[0], addresses=addresses, more_addresses=more, sessions=sessions, names=names)


def _rank(group: SessionGroup) -> tuple[object, ...]:
    addresses = len(group.addresses) + group.more_addresses
    of_many = group.names > 1
    return (
        *(not group.is_client, group.tls, not of_many, addresses),
        *(group.called, group.protocol or "", group.kind),
    )


def _groups(entries: list[object]) -> list[SessionGroup] | None:
    """The groups; None when some entry is none. Groups that differ only in what is cut are one.

    A session without a user is nobody's: it is still logging in, and says nothing true of its TLS yet.
    """
    groups: dict[_Alike, list[SessionGroup]] = {}
    for entry in entries:
        match entry:
            case [
                (str() | None) as database,
                (str() | None) as user,
                (str() | None) as application,
                bool(tls),
                (str() | None) as protocol,
                (str() | None) as process,
                (bool() | None) as own,
                int(sessions),
                int(addresses),
                list() as named,
            ] if (
                _is_number(sessions, 1, MOST_SESSIONS)
                and _is_number(addresses, 0, MOST_SESSIONS)
                and all(isinstance(each, str) for each in named)
            ):
                if not user:
                    continue
                names = (_cut(database), _cut(user), _cut(application))
                kind = _kind(names[1], process, own=own is True)
                some = tuple(sorted({_cut(each, LONGEST_ADDRESS) for each in named}))[:MOST_ADDRESSES]
                more = max(0, addresses - len(some))
                group = SessionGroup(*names, some, more, tls, _cut(protocol) or None, sessions, kind)
                groups.setdefault((names, tls, group.protocol, kind, False), []).append(group)
            case _:
                return None
    return [_sum_of(alike) for alike in groups.values()]


def _sum_of(alike: Sequence[SessionGroup]) -> SessionGroup:
    if len(alike) == 1:
        return alike[0]
    return replace(_most_of(alike), sessions=sum(each.sessions for each in alike))


def _kind(user: str, process: str | None, *, own: bool) -> SessionKind:
    if own:
        return SessionKind.TLSCHECK
    if user in RDS_USERS:
        return SessionKind.RDS
    if user == RDS_PROXY_USER:
        return SessionKind.RDS_PROXY
    return SessionKind.REPLICATION if process == "walsender" else SessionKind.CLIENT


def _is_number(value: int, least: int, most: int) -> bool:
    """Whether it can be true: JSON's true is a number to Python."""
    return not isinstance(value, bool) and least <= value <= most


def _cut(text: str | None, longest: int = LONGEST_TEXT) -> str:
    # Half a surrogate pair is no text that an answer could hold: it would cost all other servers theirs.
    return (text or "")[:longest].encode("utf-8", "replace").decode()
