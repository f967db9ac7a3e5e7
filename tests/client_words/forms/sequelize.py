"""Sequelize: its URL, and its options."""

from tests.client_words.forms import HOST, Form

_SSL = {"rejectUnauthorized": True, "ca": {"file": "/etc/ssl/rds-ca.pem"}}
FORMS = (
    Form("sequelize", f"postgres://app:x@{HOST}/orders?sslmode=require", {"pool": {"max": 5}}),
    Form("sequelize", f"postgres://app:x@{HOST}/orders", {"dialectOptions": {"ssl": _SSL}}),
    Form("sequelize", options={"dialect": "postgres", "host": HOST, "dialectOptions": {"ssl": _SSL}}),
    Form("sequelize", options={"dialect": "postgres", "host": HOST, "port": 5432, "database": "orders"}),
)
