"""node-postgres: strings, new Client() and new Pool()."""

from tests.client_words.forms import HOST, Form

_READ = {"file": "/etc/ssl/rds-ca.pem"}
_TEXTS = (
    f"postgres://app@{HOST}/orders",
    f"postgresql://app:x@{HOST}:5432/orders?sslmode=require",
    f"postgres://app:x@{HOST}/orders?sslmode=verify-full&sslrootcert=/etc/ssl/rds-ca.pem",
    f"postgres://app:x@{HOST}/orders?sslmode=no-verify&application_name=shop",
    f"postgres://app:x@{HOST}/orders?uselibpqcompat=true&sslmode=require&sslrootcert=/etc/ssl/rds-ca.pem",
    f"postgres://app:x@{HOST}/orders?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=/etc/ssl/rds-ca.pem",
    f"postgres://app:x@{HOST}/orders?ssl=true&statement_timeout=5000",
    f"postgres:///orders?host={HOST}&port=5433&sslmode=prefer",
)
_OPTIONS: tuple[dict[str, object], ...] = (
    {"host": HOST, "port": 5432, "user": "app", "database": "orders"},
    {"host": HOST, "ssl": True},
    {"host": HOST, "ssl": {"rejectUnauthorized": False}},
    {"host": HOST, "ssl": {"ca": _READ, "rejectUnauthorized": True}},
    {"connectionString": f"postgres://app@{HOST}/orders", "ssl": {"ca": _READ}, "max": 20},
    {"host": "10.0.0.7", "ssl": {"ca": _READ, "servername": HOST, "minVersion": "TLSv1.2"}},
)
FORMS = (
    *(Form("node", text, parser="node") for text in _TEXTS),
    *(Form("node", options=each, parser="node") for each in _OPTIONS),
)
