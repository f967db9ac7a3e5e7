"""A mode that is said elsewhere: the answer is not known, and the place of the server is told all the same."""

import pytest
from tlscheck.drivers.placeholder import mark
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words

MODE = mark("${MODE}")


@pytest.mark.parametrize(
    ("driver", "text", "options", "port"),
    [
        ("libpq", f"host=h.x port=6 sslmode={MODE}", {}, 6),
        ("psycopg2", f"postgres://u@h.x:6/d?sslmode={MODE}", {}, 6),
        ("sqlalchemy", f"postgresql+psycopg2://h.x:6/d?sslmode={MODE}", {}, 6),
        ("asyncpg", f"postgres://h.x:6/d?sslmode={MODE}", {}, 6),
        ("pgjdbc", f"jdbc:postgresql://h.x:6/d?sslmode={MODE}&sslrootcert={MODE}", {}, 6),
        ("r2dbc", f"r2dbc:postgresql://h.x:6/d?sslMode={MODE}", {}, 6),
        ("node-postgres", f"postgres://h.x:6/d?sslmode={MODE}", {}, 6),
        ("node-postgres", "", {"host": "h.x", "ssl": MODE}, 5432),
        ("node-postgres", "", {"host": "h.x", "ssl": {"rejectUnauthorized": MODE}}, 5432),
        ("postgres.js", f"postgres://h.x:6/d?ssl={MODE}", {}, 6),
        ("npgsql", f"Host=h.x;Port=6;SSL Mode={MODE}", {}, 6),
        ("pgx", f"postgres://h.x:6/d?sslmode={MODE}", {}, 6),
        ("lib/pq", f"host=h.x sslmode={MODE}", {}, 5432),
        ("sqlx", f"postgres://h.x:6/d?sslmode={MODE}", {}, 6),
        ("pgdog", "", {"host": "h.x", "tls_verify": MODE}, 5432),
        ("pgbouncer", "host=h.x", {"server_tls_sslmode": MODE}, 5432),
    ],
)
def test_a_mode_that_nobody_said_leaves_the_host(
    driver: str, text: str, options: dict[str, object], port: int
) -> None:
    chosen, framework = named(driver)
    found = connection(Words(text, chosen, framework, options=options))
    assert (found.host, found.port, found.mode, found.root) == ("h.x", port, "", "")
    assert len(found.unknown) == 1
    assert "${MODE}" in found.unknown[0]


@pytest.mark.parametrize(
    "text",
    [f"host={MODE} sslmode={MODE}", f"host=h.x,{MODE} sslmode={MODE}", f"host=h.x port={MODE} sslmode={MODE}"],
)
def test_a_place_that_hangs_on_what_is_not_said_is_not_told(text: str) -> None:
    found = connection(Words(text))
    assert (found.host, found.others) == ("", ())
    assert found.unknown == ("the mode, which ${MODE} says",)
