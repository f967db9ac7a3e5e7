"""One look at who is connected: one statement for PostgreSQL 10 to 18, and its row read back.

Source: PostgreSQL, src/backend/catalog/system_views.sql (pg_stat_activity, pg_stat_ssl) and the manual,
"Monitoring Database Activity". Sessions are counted in SQL, so that a busy server answers with little.
"""

import json
from collections import Counter

from tlscheck.wire.login import grant_pg_monitor, inherit_pg_monitor
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup

APPLICATION_NAME = "tlscheck"

MOST_GROUPS = 400
"""Groups of sessions that one look brings back, those without TLS first."""

LONGEST_TEXT = 256
"""Characters. PostgreSQL's own names hold 63 bytes; a longer text is cut."""

# Left out: this very session, other looks of the same user (never a stranger that calls itself tlscheck, nor one
# without TLS), and rdsadmin, which is RDS itself. Background processes have no client_port; walsender has one, and
# a unix socket has -1.
# A session that the server hides from this role has no backend_start; its pg_stat_ssl row is a guess in 10 and
# 11, all null in 12, and missing since 13: it is counted, and nothing is read from it.
# The groups travel as the bytes of a JSON array: names made in a database of another encoding need not be UTF-8.
LOOK = f"""
WITH session AS (
    SELECT a.datname::text AS database, a.usename::text AS username, a.application_name AS application,
           pg_catalog.host(a.client_addr) AS address, s.ssl AS tls, s.version AS protocol, s.cipher AS cipher,
           a.backend_start IS NULL OR s.ssl IS NULL AS hidden
    FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid
    WHERE a.pid <> pg_catalog.pg_backend_pid()
      AND a.usename IS DISTINCT FROM 'rdsadmin'
      AND (a.backend_start IS NULL OR a.client_port IS NOT NULL)
      AND NOT (a.usename = current_user AND a.application_name = '{APPLICATION_NAME}'
               AND (COALESCE(s.ssl, false) OR a.client_port = -1))
), grouped AS (
    SELECT database, username, application, address, tls, protocol, cipher, pg_catalog.count(*) AS sessions
    FROM session WHERE NOT hidden GROUP BY 1, 2, 3, 4, 5, 6, 7
), first AS (
    SELECT * FROM grouped ORDER BY tls, sessions DESC LIMIT {MOST_GROUPS}
)
SELECT pg_catalog.current_setting('server_version_num')::int,
       (SELECT pg_catalog.count(*) FROM session WHERE hidden)::int,
       pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),
       pg_catalog.pg_has_role('pg_read_all_stats', 'MEMBER'),
       (SELECT pg_catalog.count(*) FROM grouped)::int,
       (SELECT pg_catalog.textsend(pg_catalog.json_agg(pg_catalog.json_build_array(
            database, username, application, address, tls, protocol, cipher, sessions))::text) FROM first)
"""  # noqa: S608 - both parts are constants of this module

_STRANGE = Look(LookOutcome.FAILED, "The server answered the look with something else than was asked for.")


def look(rows: object, user: str) -> Look:
    """The one row of LOOK as the look of `user`."""
    match rows:
        case [
            [int(version), int(hidden), bool(sees_all), bool(member), int(groups), (bytes() | None) as document]
        ]:
            sessions = _groups(document)
        case _:
            return _STRANGE
    if sessions is None:
        return _STRANGE
    left_out = f" Only {MOST_GROUPS} of {groups} kinds of sessions are shown, those without TLS first."
    more = left_out if groups > MOST_GROUPS else ""
    # A role with the privilege meets a session without backend_start only in the instant in which it begins.
    if hidden and not sees_all:
        remedy = inherit_pg_monitor(user, version) if member else grant_pg_monitor(user)
        detail = f"The server hides other users' sessions from this user. {remedy}{more}"
        return Look(LookOutcome.NEEDS_PG_MONITOR, detail, version, sessions)
    seen = sum(group.sessions for group in sessions)
    return Look(LookOutcome.SEEN, f"{seen} sessions were seen.{more}", version, sessions)


def _groups(document: bytes | None) -> tuple[SessionGroup, ...] | None:
    """The groups of a JSON array; None when it is not one. Groups that differ only in what is cut are one."""
    try:
        entries = json.loads((document or b"[]").decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(entries, list):
        return None
    counted: Counter[tuple[str, str, str, str, bool, str | None, str | None]] = Counter()
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
                int(sessions),
            ] if not isinstance(sessions, bool):
                names = (_cut(database), _cut(user), _cut(application), _cut(address))
                counted[(*names, tls, _cut(protocol) or None, _cut(cipher) or None)] += sessions
            case _:
                return None
    return tuple(SessionGroup(*group, sessions) for group, sessions in counted.items())


def _cut(text: str | None) -> str:
    return (text or "")[:LONGEST_TEXT]
