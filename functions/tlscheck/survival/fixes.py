"""What to change, in one line of the driver's own words, and the trust store that goes with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from shlex import quote as shell
from urllib.parse import quote

from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.survival.assessment import Assessment, Scenario, Survival
from tlscheck.survival.prediction import Cause
from tlscheck.survival.roots import IN_CODE

NEW_STORE = "rds-ca.pem"
"""What `tlscheck trust-store build` calls it."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A line to write, and a command for the trust store; "" where nothing of the kind is to be done."""

    is_needed: bool
    """False: it survives as it is, and would be safer so."""

    line: str = ""
    trust_store: str = ""


def fix(assessment: Assessment, region: str | None, authority: str = "") -> Fix:
    """What makes this client survive, and verify: nothing when it does both already."""
    connection = assessment.connection
    both = assessment.outlook(Scenario.BOTH)
    is_needed = both.verdict is not Survival.SURVIVES or assessment.verdict is not Survival.SURVIVES
    if not is_needed and both.prediction.verifies is Verifies.CHAIN_AND_NAME:
        return Fix(is_needed=False)
    has_roots = bool(connection.root) and connection.root not in {IN_CODE, "system"}
    lacks_roots = any(
        {Cause.UNTRUSTED, Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(each.prediction.causes)
        for each in assessment.outlooks
    )
    is_merged = has_roots and not any(
        {Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(each.prediction.causes) for each in assessment.outlooks
    )
    store = ""
    if lacks_roots or not has_roots:
        parts = ["tlscheck trust-store build"]
        parts += [f"--region {region}"] * bool(region) + [f"--ca {authority}"] * bool(authority)
        parts += [f"--merge {shell(connection.root)}"] * is_merged
        store = " ".join(parts)
    path = NEW_STORE if store else connection.root
    return Fix(is_needed, _LINES[connection.driver](connection, path), store)


def _words(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    value = (
        path
        if path.isascii() and path.replace("/", "").replace(".", "").replace("-", "").isalnum()
        else ("'" + path.replace("\\", "\\\\").replace("'", "\\'") + "'")
    )
    return f"sslmode=verify-full sslrootcert={value}"


def _psycopg(connection: Connection, path: str) -> str:
    return f'{connection.driver}.connect(..., sslmode="verify-full", sslrootcert={json.dumps(path)})'


def _context(name: str) -> Callable[[Connection, str], str]:
    def line(connection: Connection, path: str) -> str:
        return f"{connection.driver}.connect(..., {name}=ssl.create_default_context(cafile={json.dumps(path)}))"

    return line


def _node(connection: Connection, path: str) -> str:
    if "sslmode=" in connection.mode:
        return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"
    return f'new Client({{ ..., ssl: {{ ca: fs.readFileSync({json.dumps(path)}, "utf8") }} }})'


def _jdbc(connection: Connection, path: str) -> str:
    if "DefaultJavaSSLFactory" in connection.mode:
        return (
            "?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory with"
            " -Djavax.net.ssl.trustStore=rds-ca.p12 (tlscheck trust-store build --format pkcs12)"
        )
    return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"


def _pgadmin(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f'"ConnectionParameters": {json.dumps({"sslmode": "verify-full", "sslrootcert": path})}'


_LINES: dict[Driver, Callable[[Connection, str], str]] = {
    Driver.LIBPQ: _words,
    Driver.PGX: _words,
    Driver.LIB_PQ: _words,
    Driver.PSYCOPG2: _psycopg,
    Driver.PSYCOPG: _psycopg,
    Driver.ODBC: lambda _, path: f"SSLmode=verify-full;pqopt={{sslrootcert={path}}}",
    Driver.PGADMIN: _pgadmin,
    Driver.ASYNCPG: _context("ssl"),
    Driver.PG8000: _context("ssl_context"),
    Driver.NODE: _node,
    Driver.PGJDBC: _jdbc,
    Driver.DBEAVER: lambda _, path: f"connection > SSL: CA certificate {path}, SSL mode verify-full",
    Driver.NPGSQL: lambda _, path: f"SSL Mode=VerifyFull;Root Certificate={path}",
}
