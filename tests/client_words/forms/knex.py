"""knex and drizzle: configurations."""

from tests.client_words.forms import HOST, Form

_SSL = {"rejectUnauthorized": True, "ca": {"file": "/etc/ssl/rds-ca.pem"}}
_URL = f"postgres://app:x@{HOST}/orders?sslmode=require"
FORMS = (
    Form("knex", _URL),
    Form("knex", options={"client": "pg", "connection": _URL, "pool": {"min": 2, "max": 10}}),
    Form("knex", options={"client": "pg", "connection": {"host": HOST, "user": "app", "ssl": _SSL}}),
    Form("knex", options={"client": "pg", "connection": {"connectionString": _URL, "ssl": True}}),
    Form("drizzle", _URL),
    Form("drizzle", options={"dialect": "postgresql", "dbCredentials": {"host": HOST, "ssl": "require"}}),
    Form("drizzle", options={"connection": {"connectionString": _URL, "max": 3}, "casing": "snake_case"}),
)
