"""URLs of gocloud.dev and golang-migrate."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("gocloud", f"awspostgres://app:secret@{HOST}:5432/orders?connect_timeout=10"),
    Form("gocloud", f"postgres://app:secret@{HOST}:5432/orders?sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem"),
    Form("golang-migrate", f"postgres://app:secret@{HOST}:5432/orders?sslmode=require&x-migrations-table=m"),
    Form("golang-migrate", f"pgx5://app:secret@{HOST}:5432/orders?sslmode=verify-full"),
)
