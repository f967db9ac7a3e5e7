"""Metabase's own database: MB_DB_* variables, which pgjdbc gets as a JDBC URL.

Source: Metabase, src/metabase/app_db/env.clj and connection_pool_setup; db/spec.clj (no property of TLS is added;
with MB_DB_AWS_IAM another driver connects).
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.shape import Block, Hit, Program, Surroundings, names

_OWN = names(
    "TYPE HOST PORT DBNAME USER PASS FILE CONNECTION_URI AUTOMIGRATE IN_MEMORY AUDIT_READ_USER AUDIT_READ_PASS"
)
_PREFIX = "MB_DB_"

_HOW = (
    "These variables have no word about TLS: write MB_DB_CONNECTION_URI with"
    " jdbc:postgresql://<host>:<port>/<database> and this at its end, in place of MB_DB_HOST, MB_DB_PORT and"
    " MB_DB_DBNAME; MB_DB_USER and MB_DB_PASS stay."
)


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = block.mapping
    uri, kind = around.text(said.get("MB_DB_CONNECTION_URI")), around.text(said.get("MB_DB_TYPE"))
    unknown = tuple(name for name in said if name.removeprefix(_PREFIX) not in _OWN)
    if uri:
        scheme, _, rest = uri.removeprefix("jdbc:").partition(":")
        if scheme not in {"postgres", "postgresql"}:
            return
        if not uri.startswith("jdbc:"):
            # It is made a JDBC URL, and what stands before the @ is given apart.
            authority, slash, behind = rest.removeprefix("//").partition("/")
            rest = f"//{authority.rpartition('@')[2]}{slash}{behind}"
        yield around.occurrence(
            block.below("MB_DB_CONNECTION_URI"),
            text=f"jdbc:postgresql:{rest}",
            driver=Driver.PGJDBC,
            unknown=unknown,
        )
    elif kind in {"postgres", "postgresql"}:
        host, port = (
            around.carried(said.get("MB_DB_HOST")) or "localhost",
            around.carried(said.get("MB_DB_PORT")) or "5432",
        )
        spot = block.below("MB_DB_HOST" if "MB_DB_HOST" in said else "MB_DB_TYPE")
        yield around.occurrence(
            spot,
            text=f"jdbc:postgresql://{host}:{port}/",
            driver=Driver.PGJDBC,
            unknown=unknown,
            written=Written(how=_HOW),
        )


PROGRAM = Program(re.compile(r"MB_DB_[A-Z_]+"), _find)
