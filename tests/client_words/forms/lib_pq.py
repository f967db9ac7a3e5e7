"""Words of lib/pq."""

from tests.client_words.forms import HOST, Form

FORMS = tuple(
    Form("lib/pq", text, parser="lib_pq")
    for text in (
        f"postgres://app:secret@{HOST}:5432/orders?sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem",
        f"postgres://app@{HOST}/orders?sslmode=require&connect_timeout=10&binary_parameters=yes",
        f"host={HOST} port=5432 user=app password=secret dbname=orders sslmode=verify-ca sslsni=1",
        f"user=app dbname=orders host={HOST} sslmode=disable fallback_application_name=shop search_path=app",
        f"host={HOST} user=app password='it\\'s' dbname=orders sslmode=require sslrootcert=/etc/ssl/rds.pem",
    )
)
