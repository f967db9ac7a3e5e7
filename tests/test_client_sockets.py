"""What drivers do over a unix socket, where there is no TLS: each row was run against a server of PostgreSQL."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.survival.assessment import About, Scenario, assess
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Seen

ABSENT = Seen(Roots.NONE, False)


@pytest.mark.parametrize(
    ("driver", "mode", "root", "version", "connects"),
    [
        (Driver.LIBPQ, "verify-full", "", (15,), True),
        (Driver.LIBPQ, "require", "", (18,), True),
        (Driver.PSYCOPG2, "disable", "", (), True),
        # What it refuses before it looks where it connects to.
        (Driver.LIBPQ, "require", "system", (17,), False),
        (Driver.LIBPQ, "disable channel_binding=require", "", (17,), False),
        (Driver.ASYNCPG, "require", "", (), True),
        (Driver.ASYNCPG, "ssl=True", "", (), True),
        # It reads the file of roots beforehand.
        (Driver.ASYNCPG, "verify-full", "", (), False),
        # It asks for TLS there too, and a server answers that it has none.
        (Driver.PG8000, "", "", (), True),
        (Driver.PG8000, "ssl_context=False", "", (), True),
        (Driver.PG8000, "ssl_context=True", "", (), False),
        (Driver.PG8000, "SSLContext, CERT_NONE", "", (), False),
    ],
)
def test_over_a_socket_it_connects_without_tls_or_not_at_all(
    driver: Driver, mode: str, root: str, version: tuple[int, ...], *, connects: bool
) -> None:
    connection = Connection(driver, "/", mode=mode, root=root, version=version)
    said = assess(connection, lambda _: ABSENT, lambda _: ABSENT, (None, ""), About.BOTH)
    for scenario in Scenario:
        prediction = said.outlook(scenario).prediction
        assert (prediction.connects, prediction.is_encrypted) == (connects, False)
