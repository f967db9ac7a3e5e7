"""dbt's profiles.yml: outputs of type postgres, which psycopg2 gets.

Source: dbt-adapters, dbt-postgres/src/dbt/adapters/postgres/connections.py (PostgresCredentials, open).
"""

from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import LIBPQ_S
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings, names

_HANDED = ("host", "port", "sslmode", "sslcert", "sslkey", "sslrootcert")
_OWN = names(
    "type user username pass password dbname database schema threads search_path role keepalives_idle "
    "connect_timeout retries application_name"
)


def _matches(block: Block) -> bool:
    return block.said("type") == "postgres" and "outputs" in block.path[-2:-1]


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    options = {name: node.plain for name, node in block.mapping.items() if name in _HANDED}
    if not options.get("sslmode"):  # it hands on no empty one
        options.pop("sslmode", None)
    # It hands on what it knows by name, and takes no notice of the rest.
    ignored = tuple(name for name in block.mapping if name not in {*_HANDED, *_OWN})
    spot = block.below("host") if "host" in block.mapping else block
    yield around.occurrence(spot, options=options, driver=Driver.PSYCOPG2, ignored=ignored, written=LIBPQ_S)


SHAPE = Shape("dbt's profiles.yml", _matches, _find)
