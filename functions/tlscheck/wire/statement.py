"""The one statement of a look, for PostgreSQL 10 to 18.

Source: PostgreSQL, src/backend/catalog/system_views.sql (pg_stat_activity, pg_stat_ssl) and the manual,
"Monitoring Database Activity". Sessions are counted in SQL, so that a busy server answers with little.
"""

APPLICATION_NAME = "tlscheck"

MOST_GROUPS = 400
"""Groups of sessions that one look brings back, those of clients without TLS first."""

# A session that the server hides from this role has no backend_start; its pg_stat_ssl row is a guess in 10 and
# 11, all null in 12, and missing since 13: it is counted, and nothing is read from it. Background processes have
# no client_port; walsender has one, and a unix socket has -1. Parallel workers work for a session that is counted.
# Names made in a database of another encoding may be no text in this one: the answer is bytes (textsend).
# `own`: other looks of this user, never a stranger that calls itself tlscheck, nor one without TLS.
STATEMENT = f"""
WITH process AS (
    SELECT a.datname::text AS database, a.usename::text AS username, a.application_name AS application,
           pg_catalog.host(a.client_addr) AS address, s.ssl AS tls, s.version AS protocol, s.cipher AS cipher,
           a.backend_type AS type,
           a.usename = current_user AND a.application_name = '{APPLICATION_NAME}'
               AND (s.ssl OR a.client_port = -1) AS own,
           a.backend_start IS NULL OR s.ssl IS NULL AS hidden
    FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid
    WHERE a.pid <> pg_catalog.pg_backend_pid()
      AND (a.backend_start IS NULL OR a.client_port IS NOT NULL)
), grouped AS (
    SELECT database, username, application, address, tls, protocol, cipher, type, own,
           pg_catalog.count(*) AS sessions
    FROM process WHERE NOT hidden GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), first AS (
    SELECT * FROM grouped ORDER BY own, tls, sessions DESC LIMIT {MOST_GROUPS}
)
SELECT pg_catalog.textsend(pg_catalog.json_build_object(
    'version', pg_catalog.current_setting('server_version_num')::int,
    'hidden', (SELECT pg_catalog.count(*) FROM process WHERE hidden),
    'sees_all', pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),
    'member', pg_catalog.pg_has_role('pg_read_all_stats', 'MEMBER'),
    'kinds', (SELECT pg_catalog.count(*) FROM grouped),
    'sessions', (SELECT pg_catalog.sum(sessions) FROM grouped),
    'force_ssl', pg_catalog.current_setting('rds.force_ssl', true),
    'groups', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
        database, username, application, address, tls, protocol, cipher, type, own, sessions))
        FROM first))::text)
"""  # noqa: S608 - the parts are constants of this module
