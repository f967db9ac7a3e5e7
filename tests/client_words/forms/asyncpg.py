"""asyncpg: a DSN, arguments of connect() and of create_pool()."""

from tests.client_words.forms import HOST, Form

_DSN = f"postgresql://app:secret@{HOST}:5432/orders"
FORMS = (
    Form("asyncpg", _DSN, parser="asyncpg"),
    Form("asyncpg", f"{_DSN}?sslmode=require&target_session_attrs=primary", parser="asyncpg"),
    Form("asyncpg", f"postgres://app@{HOST}/orders?sslmode=allow&krbsrvname=postgres", parser="asyncpg"),
    Form("asyncpg", f"{_DSN}?sslmode=prefer&ssl_min_protocol_version=TLSv1.2", parser="asyncpg"),
    Form("asyncpg", f"postgresql://app@{HOST}:5432,other.example:5433/orders?sslmode=require", parser="asyncpg"),
    Form("asyncpg", f"postgresql:///orders?host={HOST}&port=5432&user=app&sslmode=disable", parser="asyncpg"),
    Form("asyncpg", f"{_DSN}?sslmode=disable&application_name=shop&search_path=app", parser="asyncpg"),
    Form("asyncpg", f"{_DSN}?sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem"),
    Form("asyncpg", options={"host": HOST, "port": 5432, "user": "app", "ssl": "require"}, parser="asyncpg"),
    Form("asyncpg", options={"host": HOST, "ssl": True, "command_timeout": 30}, parser="asyncpg"),
    Form("asyncpg", _DSN, {"ssl": "prefer", "server_settings": {"search_path": "app"}}, parser="asyncpg"),
    Form("asyncpg", _DSN, {"ssl": {"cafile": "/r.pem", "check_hostname": False}}),
    Form("asyncpg", options={"dsn": _DSN, "ssl": "require", "min_size": 1, "max_size": 10}),
)
