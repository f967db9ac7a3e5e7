"""SQLAlchemy's URLs, alone, with connect_args, and with all arguments of create_engine()."""

from tests.client_words.forms import HOST, Form

FORMS = (
    Form("sqlalchemy", f"postgresql://app:secret@{HOST}/orders?sslmode=require", parser="sqlalchemy"),
    Form(
        "sqlalchemy",
        f"postgresql+psycopg2://app:secret@{HOST}/orders?sslmode=verify-full&sslrootcert=/r.pem",
        parser="sqlalchemy",
    ),
    Form(
        "sqlalchemy",
        f"postgresql+psycopg://app:secret@{HOST}:5432/orders?sslmode=allow&application_name=shop",
        parser="sqlalchemy",
    ),
    Form("sqlalchemy", f"postgresql+asyncpg://app:secret@{HOST}/orders?ssl=require", parser="sqlalchemy"),
    Form(
        "sqlalchemy", f"postgresql+asyncpg://app:secret@{HOST}/orders?ssl=prefer&prepared_statement_cache_size=0"
    ),
    Form("sqlalchemy", f"postgresql+pg8000://app:secret@{HOST}/orders?application_name=shop", parser="sqlalchemy"),
    Form(
        "sqlalchemy", f"postgresql+psycopg2:///orders?host={HOST}&port=5432&sslmode=require", parser="sqlalchemy"
    ),
    Form(
        "sqlalchemy",
        f"postgresql+psycopg2://app:secret@{HOST}/orders",
        {
            "connect_args": {"sslmode": "verify-full", "sslrootcert": "/r.pem"},
            "pool_size": 5,
            "pool_pre_ping": True,
        },
    ),
    Form(
        "sqlalchemy",
        f"postgresql+psycopg://app:secret@{HOST}/orders",
        {"sslmode": "require", "connect_timeout": 5},
    ),
    Form(
        "sqlalchemy",
        f"postgresql+asyncpg://app:secret@{HOST}/orders",
        {"connect_args": {"ssl": {"cafile": "/r.pem"}, "timeout": 5}, "echo": True},
    ),
    Form(
        "sqlalchemy",
        f"postgresql+pg8000://app:secret@{HOST}/orders",
        {"connect_args": {"ssl_context": {"cafile": "/r.pem", "check_hostname": True}}},
    ),
)
