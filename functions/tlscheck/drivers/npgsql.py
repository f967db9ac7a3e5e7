"""Npgsql: its connection strings.

Source: Npgsql, NpgsqlConnectionStringBuilder.cs.
"""

from collections.abc import Iterable

from tlscheck.drivers import semicolons
from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    PLAIN,
    PLAIN_FIRST,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.connection import Connection, cannot_be_read, first_of, host_of, path_of, port_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_MODES = {each.lower(): each for each in ("Disable", "Allow", "Prefer", "Require", "VerifyCA", "VerifyFull")} | {
    "verify-ca": "VerifyCA",
    "verify-full": "VerifyFull",
}
_TRUSTING = "Require, Trust Server Certificate"


def read(given: Words) -> Connection:
    """A connection string of Npgsql. Raises BadRequest."""
    kind = "a connection string of Npgsql"
    said = semicolons.pairs(given.text, kind)
    mode = said.get("sslmode", "")
    if mode and mode.lower() not in _MODES:
        raise cannot_be_read(kind, f"its SSL Mode is none of {', '.join(dict.fromkeys(_MODES.values()))}")
    mode = _MODES.get(mode.lower(), "")
    if mode == "Require" and said.get("trustservercertificate", "").lower() == "true":
        mode = _TRUSTING
    root = said.get("rootcertificate") or given.variables.get("PGSSLROOTCERT", "")
    host = said.get("host") or said.get("server") or ""
    return Connection(
        Driver.NPGSQL,
        host_of(first_of(host), kind),
        port_of(said.get("port", ""), kind),
        mode,
        path_of(root, kind),
        given.version,
    )


def _rules() -> Iterable[Rule]:
    family = Family.NPGSQL
    roots = Place(Looks.FILE_OR_HOME, TO_SYSTEM, FAILS_TLS, FAILS_TLS)
    why = "Npgsql 6 and 7 take Require only with Trust Server Certificate=true"
    yield Rule(family, ("Disable",), PLAIN)
    yield Rule(family, ("Allow",), PLAIN_FIRST)
    yield Rule(family, ("", "Prefer"), TLS_IF_OFFERED)
    yield Rule(family, ("Require",), TLS, before=(8,), refuses=why)
    yield Rule(family, ("Require",), TLS, since=(8,))
    yield Rule(family, ("Require, Trust Server Certificate",), TLS)
    yield Rule(family, ("VerifyCA",), TLS, CHAIN, roots)
    yield Rule(family, ("VerifyFull",), TLS, FULL, roots)


MODEL = Model(Family.NPGSQL, tuple(only_read(within(_rules(), since=(6,)))), (Reader.DOTNET,))
DIALECTS = (Dialect(Driver.NPGSQL, read, lambda _, path: f"SSL Mode=VerifyFull;Root Certificate={path}"),)
