"""pg8000: arguments of connect()."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("pg8000", options={"user": "app", "host": HOST, "database": "orders", "port": 5432}, parser="pg8000"),
    Form("pg8000", options={"user": "app", "host": HOST, "ssl_context": True, "timeout": 5}, parser="pg8000"),
    Form("pg8000", options={"user": "app", "host": HOST, "ssl_context": False, "application_name": "shop"}),
    Form("pg8000", options={"user": "app", "host": HOST, "ssl_context": {"cafile": "/r.pem"}}),
    Form("pg8000", options={"user": "app", "host": HOST, "ssl_context": {"verify_mode": "CERT_NONE"}}),
)
