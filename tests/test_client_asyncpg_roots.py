"""What asyncpg does where the file of roots that it is told of, or finds at home, is of no use to it.

Source: asyncpg, connect_utils.py (_parse_connect_dsn_and_args): a file that is named is read in every mode that
may verify, `require` included; the one at home is read only where it is.
"""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.server_name import is_named
from tlscheck.survival.assessment import About, Scenario, assess
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Seen

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("mode", "none", "missing", "broken"),
    [
        ("require", "SURVIVES", "DOES_NOT", "DOES_NOT"),
        ("verify-ca", "DOES_NOT", "DOES_NOT", "DOES_NOT"),
        ("verify-full", "DOES_NOT", "DOES_NOT", "DOES_NOT"),
        ("prefer", "SURVIVES", "SURVIVES", "SURVIVES"),
    ],
)
def test_a_file_that_is_named_must_be_there_and_be_read(mode: str, none: str, missing: str, broken: str) -> None:
    def today(root: str, roots: Roots) -> str:
        connection = Connection(Driver.ASYNCPG, HOST, mode=mode, root=root)
        there = Seen(roots, False)
        said = assess(connection, lambda _: there, lambda _: there, is_named(connection), About.BOTH)
        return said.outlook(Scenario.TODAY).verdict.value

    assert (today("", Roots.NONE), today("r.pem", Roots.MISSING), today("r.pem", Roots.BROKEN)) == (
        none,
        missing,
        broken,
    )
