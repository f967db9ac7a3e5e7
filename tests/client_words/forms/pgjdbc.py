"""pgjdbc: URLs, properties, and URLs of tools that watch it."""

from tests.client_words.forms import HOST, Form

_AT = f"jdbc:postgresql://{HOST}"
_TEXTS = (
    f"{_AT}/orders?user=app&password=x",
    f"{_AT}:5432/orders?ssl=true",
    f"{_AT}/orders?sslmode=verify-full&sslrootcert=/etc/ssl/rds-ca.pem",
    f"{_AT}/orders?sslmode=require&ApplicationName=shop&connectTimeout=10",
    f"{_AT}:5432,second.example:5433/orders?sslmode=verify-ca&targetServerType=primary",
    f"{_AT}/orders?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory",
    f"{_AT}/orders?ssl=true&sslfactory=org.postgresql.ssl.SingleCertValidatingFactory&sslfactoryarg=file:/r.pem",
    f"{_AT}/orders?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
    "jdbc:postgresql:orders",
)
FORMS = (
    *(Form("pgjdbc", text, parser="pgjdbc") for text in _TEXTS),
    Form(
        "pgjdbc", f"{_AT}/orders", {"sslmode": "verify-full", "sslrootcert": "/etc/ssl/rds-ca.pem", "user": "app"}
    ),
    Form("pgjdbc", f"{_AT}/orders", {"ssl": True, "sslfactory": "org.postgresql.ssl.NonValidatingFactory"}),
    Form("pgjdbc", f"jdbc:otel:postgresql://{HOST}/orders?sslmode=require"),
)
