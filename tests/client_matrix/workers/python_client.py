"""Connects as it is told, line by line of JSON, and says whether the server saw TLS, or the error.

Runs in a process of its own, for its own HOME and SSL_CERT_FILE.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

# ruff: noqa: PLC0415 - one driver a process: importing them all takes longer than connecting

QUESTION = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


def context(options: dict[str, Any], name: str) -> dict[str, Any]:
    """The arguments, with the SSLContext that an object among them describes made."""
    given = options.get(name)
    if not isinstance(given, dict):
        return options
    made = ssl.create_default_context(cafile=given.get("cafile"))
    if given.get("verify_mode") == "CERT_NONE" or given.get("check_hostname") is False:
        made.check_hostname = False
    if given.get("verify_mode") == "CERT_NONE":
        made.verify_mode = ssl.CERT_NONE
    return options | {name: made}


def _psycopg2(text: str, options: dict[str, Any]) -> bool:
    import psycopg2

    with closing(psycopg2.connect(text, **options)) as connection, connection.cursor() as cursor:
        cursor.execute(QUESTION)
        return bool(cursor.fetchone()[0])


def _psycopg(text: str, options: dict[str, Any]) -> bool:
    import psycopg

    with psycopg.connect(text, **options) as connection:
        return bool(connection.execute(QUESTION).fetchone()[0])  # type: ignore[index]  # one backend, one row


def _asyncpg(text: str, options: dict[str, Any]) -> bool:
    import asyncpg

    async def ask() -> bool:
        connection = await asyncpg.connect(text or None, timeout=10, **context(options, "ssl"))
        try:
            return bool(await connection.fetchval(QUESTION))
        finally:
            await connection.close()

    return asyncio.run(ask())


def _pg8000(text: str, options: dict[str, Any]) -> bool:  # noqa: ARG001 - it knows no connection strings
    import pg8000.dbapi

    connection = pg8000.dbapi.connect(timeout=10, **context(options, "ssl_context"))
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.execute(QUESTION)
        return bool(cursor.fetchone()[0])


def _sqlalchemy(text: str, options: dict[str, Any]) -> bool:
    import sqlalchemy

    arguments = context(context(options, "ssl"), "ssl_context")
    if "+asyncpg" in text:
        from sqlalchemy.ext.asyncio import create_async_engine

        async def ask() -> bool:
            engine = create_async_engine(text, connect_args=arguments)
            try:
                async with engine.connect() as connection:
                    return bool((await connection.execute(sqlalchemy.text(QUESTION))).scalar())
            finally:
                await engine.dispose()

        return asyncio.run(ask())
    engine = sqlalchemy.create_engine(text, connect_args=arguments)
    try:
        with engine.connect() as connection:
            return bool(connection.execute(sqlalchemy.text(QUESTION)).scalar())
    finally:
        engine.dispose()


CLIENTS: dict[str, Callable[[str, dict[str, Any]], bool]] = {
    "psycopg2": _psycopg2,
    "psycopg": _psycopg,
    "asyncpg": _asyncpg,
    "pg8000": _pg8000,
    "sqlalchemy": _sqlalchemy,
}


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, Any] = {"tls": CLIENTS[asked["client"]](asked["text"], asked["options"])}
        except Exception as error:  # noqa: BLE001 - whatever a driver raises is what is asked for
            answer = {"error": f"{type(error).__name__}: {error} {error.__cause__ or ''}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
