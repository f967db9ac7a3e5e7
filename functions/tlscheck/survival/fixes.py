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
from tlscheck.trust.bundles import instead

NEW_STORE = "rds-ca.pem"
"""What `tlscheck trust-store build` calls it."""

_JSSE = "DefaultJavaSSLFactory"
"""What pgjdbc's mode says where it reads the JVM's trust store."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A line to write, and a command for the trust store, or words where none does; "" for nothing to do."""

    is_needed: bool
    """False: it survives as it is, and would be safer so."""

    line: str = ""
    trust_store: str = ""


def fix(
    assessment: Assessment,
    region: str | None,
    authority: str = "",
    *,
    is_proxy: bool = False,
    has_roots: bool = True,
) -> Fix:
    """What makes this client survive, and verify: nothing when it does both already.

    `has_roots` is whether tlscheck has the roots of the Region's CA, or of RDS Proxy: it builds no store without.
    """
    connection = assessment.connection
    both = assessment.outlook(Scenario.BOTH)
    is_needed = both.verdict is not Survival.SURVIVES or assessment.verdict is not Survival.SURVIVES
    if not is_needed and both.prediction.verifies is Verifies.CHAIN_AND_NAME:
        return Fix(is_needed=False)
    has_file = bool(connection.root) and connection.root not in {IN_CODE, "system"}
    lacks_roots = any(
        {Cause.UNTRUSTED, Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(each.prediction.causes)
        for each in assessment.outlooks
    )
    is_merged = has_file and not any(
        {Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(each.prediction.causes) for each in assessment.outlooks
    )
    store = ""
    if (lacks_roots or not has_file) and (has_roots or region is None):
        parts = ["tlscheck trust-store build"]
        parts += ["--proxy"] * is_proxy
        parts += [f"--region {region}"] * bool(region) + [f"--ca {authority}"] * bool(authority)
        parts += [f"--merge {shell(connection.root)}"] * is_merged
        store = " ".join(parts)
    elif (lacks_roots or not has_file) and region:
        store = _from_elsewhere(region, connection.root if is_merged else "", is_proxy=is_proxy)
    path = NEW_STORE if store else connection.root
    line = _LINES[connection.driver](connection, path)
    if _JSSE in connection.mode and store and not has_roots:
        # Java's own format would need a command that tlscheck refuses without the roots.
        line = f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}, without sslfactory"
    return Fix(is_needed, line, store)


def _from_elsewhere(region: str, present: str, *, is_proxy: bool) -> str:
    if is_proxy:
        return f"RDS Proxy's roots in {region} are not known: have them from AWS, and save them as {NEW_STORE}"
    kept = f"; then add what {present} holds, for the other servers that it is for" if present else ""
    return instead(region, NEW_STORE) + kept


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
    if _JSSE in connection.mode:
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
