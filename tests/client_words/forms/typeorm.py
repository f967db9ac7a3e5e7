"""TypeORM: data sources."""

from tests.client_words.forms import HOST, Form

_SSL = {"rejectUnauthorized": True, "ca": {"file": "/etc/ssl/rds-ca.pem"}}
FORMS = (
    Form("typeorm", options={"type": "postgres", "host": HOST, "username": "app", "ssl": _SSL}),
    Form("typeorm", options={"type": "postgres", "url": f"postgres://app@{HOST}/orders?sslmode=require"}),
    Form("typeorm", options={"type": "postgres", "host": HOST, "ssl": True, "extra": {"ssl": _SSL, "max": 10}}),
)
