"""Sessions that a real server only says it has: more of them, and from more places, than this machine could hold.

In place of pg_stat_activity and pg_stat_ssl the server gets views of a table of ours. Its process numbers are
larger than any that Linux gives (4194304), so that none is the look's own.
"""

import psycopg

from tests.local_aws.fleet.servers import Server

SETTINGS = "allow_system_table_mods = on\n"
"""Of the server: until PostgreSQL 12 no session can ask for it."""

_VIEWS = """
CREATE FUNCTION public.word(n int) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT translate(n::text, '0123456789', 'acegikmoqs') $$;
CREATE TABLE public.imagined (
    n serial, datname name, usename name, application_name text, client_addr inet, ssl bool,
    backend_type text DEFAULT 'client backend', state text DEFAULT 'idle', client_port int DEFAULT 40000);
ALTER VIEW pg_catalog.pg_stat_activity RENAME TO pg_stat_activity_itself;
ALTER VIEW pg_catalog.pg_stat_ssl RENAME TO pg_stat_ssl_itself;
CREATE VIEW pg_catalog.pg_stat_activity AS
    SELECT 10000000 + n AS pid, datname, usename, application_name, client_addr, client_port,
           now() AS backend_start, backend_type, state
    FROM public.imagined;
CREATE VIEW pg_catalog.pg_stat_ssl AS
    SELECT 10000000 + n AS pid, ssl, CASE WHEN ssl THEN 'TLSv1.3' END AS version,
           CASE WHEN ssl THEN 'TLS_AES_256_GCM_SHA384' END AS cipher
    FROM public.imagined;
GRANT SELECT ON pg_catalog.pg_stat_activity, pg_catalog.pg_stat_ssl TO PUBLIC;
"""


class ImaginedSessions:
    """Of one server, started with SETTINGS."""

    def __init__(self, server: Server) -> None:
        self._conninfo = f"host={server.socket_directory} port={server.port} user=rdsadmin dbname=postgres"
        self._execute(_VIEWS)

    def become(self, *selected: str) -> None:
        """From now on there are those of these SELECTs of datname, usename, application_name, client_addr, ssl.

        Their `word(n)` is another word of letters for each number: names that do not fold.
        """
        columns = "datname, usename, application_name, client_addr, ssl"
        inserts = [f"INSERT INTO public.imagined ({columns}) {each};" for each in selected]
        self._execute("TRUNCATE public.imagined;" + "".join(inserts))

    def _execute(self, statements: str) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(statements.encode())
