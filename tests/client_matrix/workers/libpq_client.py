"""Connects through the libpq whose file its argument is, keywords or a URI a line, and says what came of it.

`version` as its second argument: prints the libpq's version and ends.
"""

import ctypes
import json
import sys

QUESTION = b"SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
_OK = 0


def load(path: str) -> ctypes.CDLL:
    """A libpq with the functions that are used here declared."""
    library = ctypes.CDLL(path)
    for name in ("PQconnectdb", "PQexec", "PQerrorMessage", "PQgetvalue"):
        getattr(library, name).restype = ctypes.c_void_p
    library.PQerrorMessage.restype = library.PQgetvalue.restype = ctypes.c_char_p
    return library


def _connect(libpq: ctypes.CDLL, text: str) -> dict[str, object]:
    connection = ctypes.c_void_p(libpq.PQconnectdb(text.encode()))
    try:
        if libpq.PQstatus(connection) != _OK:
            return {"error": libpq.PQerrorMessage(connection).decode(errors="replace")}
        result = ctypes.c_void_p(libpq.PQexec(connection, QUESTION))
        seen = libpq.PQgetvalue(result, 0, 0)
        libpq.PQclear(result)
        return {"tls": seen == b"t"}
    finally:
        libpq.PQfinish(connection)


def main(path: str, *asked: str) -> None:
    libpq = load(path)
    if asked:
        print(libpq.PQlibVersion())
        return
    for line in sys.stdin:
        print(json.dumps(_connect(libpq, json.loads(line)["text"])), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
