"""Connection strings of `name=value;` pairs: Npgsql's and ODBC's.

Source: Npgsql, NpgsqlConnectionStringBuilder.cs; psqlODBC, dlg_specific.h; ODBC's SQLDriverConnect.
"""

from tlscheck.drivers import libpq, libpq_words
from tlscheck.drivers.connection import Connection, cannot_be_read, first_of, host_of, path_of, port_of
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words

_NPGSQL_MODES = {
    each.lower(): each for each in ("Disable", "Allow", "Prefer", "Require", "VerifyCA", "VerifyFull")
} | {"verify-ca": "VerifyCA", "verify-full": "VerifyFull"}
TRUSTING = "Require, Trust Server Certificate"


def npgsql(given: Words) -> Connection:
    """A connection string of Npgsql. Raises BadRequest."""
    kind = "a connection string of Npgsql"
    said = pairs(given.text, kind)
    mode = said.get("sslmode", "")
    if mode and mode.lower() not in _NPGSQL_MODES:
        raise cannot_be_read(kind, f"its SSL Mode is none of {', '.join(dict.fromkeys(_NPGSQL_MODES.values()))}")
    mode = _NPGSQL_MODES.get(mode.lower(), "")
    if mode == "Require" and said.get("trustservercertificate", "").lower() == "true":
        mode = TRUSTING
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


def odbc(words: Words) -> Connection:
    """A connection string of ODBC for psqlODBC, which hands SSLmode and pqopt to libpq. Raises BadRequest."""
    said = pairs(words.text, "a connection string of ODBC")
    inner = libpq_words.keywords(said.get("pqopt", ""))
    given = {
        "host": said.get("server") or said.get("servername", ""),
        "port": said.get("port", ""),
        "sslmode": said.get("sslmode") or inner.get("sslmode") or "disable",
        "sslrootcert": inner.get("sslrootcert", ""),
    }
    return libpq.connection(Driver.ODBC, given, words.version)


def pairs(text: str, kind: str) -> dict[str, str]:
    """Names (in lower case, without spaces or underscores) and values, quoted by ", ' or braces.

    Raises BadRequest for a quote that is not closed or a part without =.
    """
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        if text[position] in "; \t\r\n":
            position += 1
            continue
        equals = text.find("=", position)
        if equals < 0:
            raise cannot_be_read(kind, "a part of it is no name=value")
        name = "".join(text[position:equals].lower().replace("_", "").split())
        value, position = _value(text, equals + 1, kind)
        found[name] = value
    return found


def _value(text: str, position: int, kind: str) -> tuple[str, int]:
    while text[position : position + 1] in {" ", "\t"}:
        position += 1
    closing = {"'": "'", '"': '"', "{": "}"}.get(text[position : position + 1])
    if not closing:
        end = text.find(";", position)
        end = len(text) if end < 0 else end
        return text[position:end].strip(), end + 1
    position += 1
    value: list[str] = []
    while position < len(text):
        if text[position] == closing:
            if text[position + 1 : position + 2] != closing:
                end = text.find(";", position)
                return "".join(value), len(text) if end < 0 else end + 1
            position += 1  # doubled: the character itself
        value.append(text[position])
        position += 1
    raise cannot_be_read(kind, "a quote or brace is not closed")
