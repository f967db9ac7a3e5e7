"""psycopg and psycopg2: a string, keyword arguments, or both."""

from tests.client_words.forms import HOST, Form

_TEXTS = (
    f"postgresql://app:secret@{HOST}/orders?sslmode=verify-full&sslrootcert=/r.pem",
    f"host={HOST} dbname=orders user=app sslmode=require connect_timeout=5",
)
_OPTIONS: tuple[dict[str, object], ...] = (
    {"host": HOST, "dbname": "orders", "user": "app", "sslmode": "verify-full", "sslrootcert": "/r.pem"},
    {"host": HOST, "port": 5432, "sslmode": "require", "application_name": "shop"},
    {"host": HOST, "sslmode": "verify-ca", "sslrootcert": "/r.pem", "connect_timeout": 10, "keepalives": 1},
)
FORMS = (
    *(Form(driver, text, parser="libpq") for driver in ("psycopg", "psycopg2") for text in _TEXTS),
    *(Form(driver, options=options, parser="libpq") for driver in ("psycopg", "psycopg2") for options in _OPTIONS),
    Form("psycopg", _TEXTS[1], {"sslmode": "allow"}, parser="libpq"),
    Form("psycopg", options={"conninfo": _TEXTS[1], "autocommit": True}),
    Form("psycopg2", options={"dsn": _TEXTS[0], "cursor_factory": "RealDictCursor"}),
)
