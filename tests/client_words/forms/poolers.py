"""Server legs of PgBouncer, PgDog and Odyssey."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("pgbouncer", f"host={HOST} port=5432 dbname=orders user=app", {"server_tls_sslmode": "require"}),
    Form(
        "pgbouncer",
        f"host={HOST} dbname=orders pool_size=20",
        {
            "server_tls_sslmode": "verify-full",
            "server_tls_ca_file": "/etc/ssl/rds.pem",
            "pool_mode": "transaction",
        },
    ),
    Form(
        "pgdog",
        "",
        {
            "host": HOST,
            "port": 5432,
            "name": "orders",
            "tls_verify": "verify_full",
            "tls_server_ca_certificate": "/r.pem",
        },
    ),
    Form("odyssey", "", {"host": HOST, "port": 5432, "tls": "require", "tls_ca_file": "/etc/ssl/rds.pem"}),
)
