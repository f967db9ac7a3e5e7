"""URLs of SQLx."""

from tests.client_words.forms import HOST, Form

FORMS = tuple(
    Form("sqlx", text)
    for text in (
        f"postgres://app:secret@{HOST}:5432/orders?sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem",
        f"postgresql://app:secret@{HOST}/orders?ssl-mode=require&statement-cache-capacity=0&application_name=shop",
        f"postgres://app@{HOST}/orders?sslmode=verify-ca&ssl-root-cert=/etc/ssl/rds.pem&options=-c%20search_path%3Dapp",
        f"postgres://app@/orders?host={HOST}&port=5432&sslmode=disable",
    )
)
