"""Words of pgx, pgxpool and gorm."""

from tests.client_words.forms import HOST, Form

FORMS = (
    *(
        Form("pgx", text, parser="pgx")
        for text in (
            f"postgres://app:secret@{HOST}:5432/orders?sslmode=verify-full",
            f"postgresql://app@{HOST}/orders?sslmode=require&application_name=shop&search_path=app",
            f"postgres://app:secret@{HOST}:5432,replica.example.com:5433/orders?sslmode=require&target_session_attrs=any",
            f"host={HOST} port=5432 user=app password=secret dbname=orders sslmode=verify-ca connect_timeout=10",
            f"host={HOST} user=app dbname=orders sslmode=prefer timezone=UTC statement_timeout=5000",
            f"user=app password='a b' host={HOST} database=orders sslmode=disable",
        )
    ),
    Form(
        "pgxpool", f"postgres://app:secret@{HOST}:5432/orders?sslmode=require&pool_max_conns=10&pool_min_conns=2"
    ),
)
