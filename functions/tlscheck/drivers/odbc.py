"""psqlODBC: its connection strings, of which SSLmode and pqopt go to libpq.

Source: psqlODBC, dlg_specific.h; ODBC's SQLDriverConnect.
"""

from tlscheck.drivers import libpq, libpq_words, semicolons
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.dialect import Dialect
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words


def read(words: Words) -> Connection:
    """A connection string of ODBC for psqlODBC, which hands SSLmode and pqopt to libpq. Raises BadRequest."""
    said = semicolons.pairs(words.text, "a connection string of ODBC")
    inner = libpq_words.keywords(said.get("pqopt", ""))
    given = {
        "host": said.get("server") or said.get("servername", ""),
        "port": said.get("port", ""),
        "sslmode": said.get("sslmode") or inner.get("sslmode") or "disable",
        "sslrootcert": inner.get("sslrootcert", ""),
    }
    return libpq.connection(Driver.ODBC, given, words.version)


DIALECTS = (
    Dialect(Driver.ODBC, read, lambda _, path: f"SSLmode=verify-full;pqopt={{sslrootcert={path}}}", ("odbc",)),
)
