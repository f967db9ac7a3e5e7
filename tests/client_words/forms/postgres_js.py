"""postgres.js: its URL, and the options beside it."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("postgres.js", f"postgres://app:x@{HOST}/orders?sslmode=require", parser="postgres.js"),
    Form(
        "postgres.js",
        f"postgres://app:x@{HOST}:5432,second.example:5433/orders?ssl=verify-full&max=5",
        parser="postgres.js",
    ),
    Form(
        "postgres.js",
        f"postgres://app:x@{HOST}/orders?search_path=shop",
        {"ssl": "prefer", "idle_timeout": 20},
        parser="postgres.js",
    ),
    Form(
        "postgres.js",
        options={"host": HOST, "port": 5432, "ssl": {"ca": {"file": "/etc/ssl/rds-ca.pem"}}},
        parser="postgres.js",
    ),
)
