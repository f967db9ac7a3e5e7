"""What a rehearsal answers to a StartupMessage: an error in PostgreSQL's form, and in RDS's words.

Every one of them carries SQLSTATE 28000, as RDS's does: with another code libpq's and pgjdbc's `prefer` behave as
they would towards no real database.
"""

from tlscheck.rehearsal.contact import Startup

NO_PROTOCOL = b"\x15\x03\x03\x00\x02\x02\x78"
"""The alert no_application_protocol (RFC 7301), as PostgreSQL 17 sends it to who asks for none of its own."""

INVALID_AUTHORIZATION = "28000"
_REHEARSAL = "This is a rehearsal of tlscheck, not the database: nobody is let in, and no password is asked for."
_HINT = "Stop the rehearsal, or point this client back at its database."


def refused(startup: Startup, address: str | None, minor: int, options: tuple[str, ...] | None) -> bytes:
    """The answer to a StartupMessage: from an `address` without TLS, None over TLS. The rest is First's."""
    said = _over_tls() if address is None else _in_plaintext(address, startup)
    return said if options is None else _negotiates(minor, options) + said


def _over_tls() -> bytes:
    """To a client that took the certificate."""
    return error(
        "this is a rehearsal of tlscheck, not the database",
        detail="It shows certificates that a client should refuse, lets nobody in, and asks for no password.",
    )


def _in_plaintext(address: str, startup: Startup) -> bytes:
    """To one that did not ask for TLS, or goes on without: what RDS says where rds.force_ssl is on."""
    user, database = startup.user, startup.database
    whom = (
        f'replication connection from host "{address}", user "{user}"'
        if startup.is_replication
        else f'host "{address}", user "{user}", database "{database}"'
    )
    return error(f"no pg_hba.conf entry for {whom}, no encryption", detail=_REHEARSAL)


def error(message: str, sqlstate: str = INVALID_AUTHORIZATION, detail: str = _REHEARSAL) -> bytes:
    """An ErrorResponse."""
    fields = {"S": "FATAL", "V": "FATAL", "C": sqlstate, "M": message, "D": detail, "H": _HINT}
    body = b"".join(f"{letter}{text}".encode() + b"\0" for letter, text in fields.items()) + b"\0"
    return b"E" + (4 + len(body)).to_bytes(4) + body


def _negotiates(minor: int, options: tuple[str, ...]) -> bytes:
    """A NegotiateProtocolVersion: the version 3 that is spoken, and the options that are not known."""
    names = b"".join(option.encode() + b"\0" for option in options)
    body = ((3 << 16) + minor).to_bytes(4) + len(options).to_bytes(4) + names
    return b"v" + (4 + len(body)).to_bytes(4) + body
