"""Words of tokio-postgres, with the connector that the program makes."""

from tests.client_words.forms import HOST, Form

_TLS = {"connector": "native-tls", "ca": "/etc/ssl/rds.pem"}
FORMS = (
    *(
        Form("tokio-postgres", text, _TLS, parser="tokio_postgres")
        for text in (
            f"host={HOST} port=5432 user=app password=secret dbname=orders sslmode=require connect_timeout=10",
            f"postgres://app:secret@{HOST}:5432/orders?sslmode=require&application_name=shop",
            f"postgresql://app@{HOST}/orders?sslmode=prefer&target_session_attrs=any&keepalives=1",
        )
    ),
    Form("tokio-postgres", f"host={HOST} user=app sslmode=disable", parser="tokio_postgres"),
    Form("tokio-postgres", f"host={HOST} user=app sslmode=require", {"connector": "openssl", "ca": "/r.pem"}),
    Form(
        "tokio-postgres", f"host={HOST} user=app", {"connector": "native-tls", "danger_accept_invalid_certs": True}
    ),
)
