"""What is nearly a connection: what it looks like, and which part of it is to be given."""

import re

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.inventory.bad_request import BadRequest

_URL = r"[A-Za-z][A-Za-z0-9+.:-]*:"
_LOOKS = (
    (
        re.compile(rf"(?:export\s+|set\s+|\$env:)?[A-Za-z_][A-Za-z0-9_.]*\s*[=:]\s*['\"]?{_URL}//", re.IGNORECASE),
        "it looks like a line of a .env file or of a shell: give what stands after the first = alone",
    ),
    (re.compile(r"export\s+\w+=|\$env:"), "it looks like a line of a shell: give what stands after the = alone"),
    (re.compile(r"['\"`].*['\"`]\Z", re.DOTALL), "quotes stand around it: give what is between them"),
    (
        re.compile(r"['\"`]"),
        "it begins with a quote: give the connection string alone, without the code or the file around it",
    ),
    (
        re.compile(r"spring\.|quarkus\.|hibernate\.|datasource\."),
        "it looks like a line of properties: give what stands after the = alone",
    ),
    (
        re.compile(r"pgsql://|pdo-pgsql://|pdo_pgsql://"),
        "it is Doctrine's URL: give PDO's own words, pgsql:host=...;port=...;dbname=...;sslmode=...",
    ),
    (
        re.compile(r"(?:cockroachdb|cockroach|postgis|timescaledb|redshift|pgbouncer|rds)\+?\w*://"),
        "its scheme is that of another driver or service: if PostgreSQL answers there, give it as postgresql://",
    ),
    (re.compile(r"POSTGRES(QL)?://", re.IGNORECASE), "its scheme is not in lower case: postgresql://"),
    (
        re.compile(rf"{_URL}//"),
        "it is a URL of another kind: postgresql://, jdbc:postgresql://, postgresql+psycopg:// and such are read",
    ),
    (re.compile(r"[\[{<]"), "it looks like a piece of code or of a file: give the whole file with --file"),
)


def nearly(text: str) -> BadRequest | None:
    """The error for a text that no driver takes as it stands; None for any other. Nothing of it is repeated."""
    return next((cannot_be_read("a connection", hint) for looks, hint in _LOOKS if looks.match(text)), None)
