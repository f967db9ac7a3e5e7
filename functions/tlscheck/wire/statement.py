"""The one statement of a look, for PostgreSQL 10 to 18, and what bounds it.

Source: PostgreSQL, src/backend/catalog/system_views.sql (pg_stat_activity, pg_stat_ssl) and the manual,
"Monitoring Database Activity". Sessions are counted in SQL, so that a busy server answers with little.
"""

from tlscheck.wire.answer import MOST_ADDRESSES, MOST_GROUPS

APPLICATION_NAME = "tlscheck"

MOST_BYTES = 1_500_000
"""Of the groups, as JSON: so many of the longest names. In base64 they fit into one message (LARGEST_ROW)."""

# A session that the server hides from this role has no backend_start; its pg_stat_ssl row is a guess in 10 and
# 11, all null in 12, and missing since 13: it is counted, and nothing is read from it. Background processes have
# no client_port; walsender has one, and a unix socket has -1. Parallel workers work for a session that is counted.
# Since 18 a backend is shown while it is still logging in: without a user, and without TLS whatever it uses.
# Without a user is otherwise only who came as a role that was dropped, as which nobody comes again.
# Names made in a database of another encoding may be no text in this one: they are compared as bytes ("C"), and
# the answer is bytes (textsend), in base64 because bytea's own form would be half as long again.
# `own`: other looks of this user, never a stranger that calls itself tlscheck, nor one without TLS.
STATEMENT = f"""
WITH process AS (
    SELECT a.datname::text COLLATE pg_catalog."C" AS database, a.usename::text COLLATE pg_catalog."C" AS username,
           a.application_name COLLATE pg_catalog."C" AS application,
           COALESCE(pg_catalog.host(a.client_addr), '') COLLATE pg_catalog."C" AS address,
           s.ssl AS tls, s.version COLLATE pg_catalog."C" AS protocol,
           a.backend_type COLLATE pg_catalog."C" AS type,
           a.usename = current_user AND a.application_name = '{APPLICATION_NAME}'
               AND (s.ssl OR a.client_port = -1) AS own,
           a.backend_start IS NULL OR s.ssl IS NULL AS hidden
    FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid
    WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.state IS DISTINCT FROM 'starting'
      AND (a.backend_start IS NULL OR a.client_port IS NOT NULL AND a.usename IS NOT NULL)
), grouped AS (
    SELECT database, username, application, tls, protocol, type, own, pg_catalog.count(*) AS sessions,
           pg_catalog.count(DISTINCT address) AS addresses,
           (pg_catalog.array_agg(DISTINCT address ORDER BY address))[1:{MOST_ADDRESSES}] AS named
    FROM process WHERE NOT hidden GROUP BY 1, 2, 3, 4, 5, 6, 7
), numbered AS (
    SELECT *, pg_catalog.row_number() OVER (
        ORDER BY own, tls, addresses, database, username, application, protocol, type) AS place
    FROM grouped
), told AS (
    SELECT place, pg_catalog.json_build_array(
        database, username, application, tls, protocol, type, own, sessions, addresses, named) AS entry
    FROM numbered WHERE place <= {MOST_GROUPS}
), measured AS (
    SELECT place, entry, pg_catalog.sum(pg_catalog.octet_length(entry::text) + 2) OVER (ORDER BY place) AS bytes
    FROM told
)
SELECT pg_catalog.encode(pg_catalog.textsend(pg_catalog.json_build_object(
    'version', pg_catalog.current_setting('server_version_num')::int,
    'hidden', (SELECT pg_catalog.count(*) FROM process WHERE hidden),
    'sees_all', pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),
    'member', pg_catalog.pg_has_role('pg_read_all_stats', 'MEMBER'),
    'kinds', (SELECT pg_catalog.count(*) FROM grouped),
    'sessions', (SELECT pg_catalog.sum(sessions) FROM grouped),
    'force_ssl', pg_catalog.current_setting('rds.force_ssl', true),
    'groups', (SELECT pg_catalog.json_agg(entry ORDER BY place) FROM measured WHERE bytes <= {MOST_BYTES}))::text),
    'base64')
"""  # noqa: S608 - the parts are constants of this module


def bounded(query: str) -> str:
    """A query in one message that is read only, bounded in time, and leaves nothing behind in the session.

    Its settings are the transaction's: those of a session a pooler hands to others, and those of a startup
    message make login triggers and poolers refuse it. The two time-outs (milliseconds) stand before BEGIN because
    PostgreSQL 10 starts a clock after statements like that alone; the message is one transaction all the same
    (PostgreSQL, src/backend/tcop/postgres.c, exec_simple_query). A standby takes no serializable transaction,
    whatever the role's own default. ALTER ROLE ... SET role, and login triggers, make a session another role's:
    the look is that of the user that logged in, who is granted what it needs. In search_path are nobody else's
    functions and operators.
    """
    return (
        "SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 500; "
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE NONE; "
        "SET LOCAL search_path = pg_catalog; "
        f"{query}; COMMIT"
    )
