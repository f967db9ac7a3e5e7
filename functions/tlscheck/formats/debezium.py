"""Debezium's connector for PostgreSQL, in whatever carries it: JSON of Kafka Connect, properties, Strimzi's YAML.

Source: debezium, PostgresConnectorConfig.java (database.ssl*) and JdbcConnection.java (patternBasedFactory: what
begins with database. or driver. becomes a property of pgjdbc).
"""

from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.shape import ABOUT_TLS, Block, Hit, Shape, Surroundings, called, names

_CLASS = "connector.class"
_OWN = names(
    "hostname port user password dbname server.name history initial.statements tcpKeepAlive server.id "
    "query.timeout.ms"
)

_ELSEWHERE = (
    "database.",
    "driver.",
    "producer.",
    "consumer.",
    "admin.",
    "schema.history.",
    "signal.",
    "key.",
    "value.",
)
"""Beginnings of names that are the driver's, or Kafka's own."""


def _prefix(block: Block) -> str:
    for prefix in ("", "debezium.source."):
        named = block.mapping.get(f"{prefix}{_CLASS}")
        if named and "postgres" in str(named.content).casefold() and "jdbc" not in str(named.content).casefold():
            return prefix
    return "-"


def _matches(block: Block) -> bool:
    return _prefix(block) != "-"


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    prefix = _prefix(block)
    said = {name.removeprefix(prefix): node for name, node in block.mapping.items() if name.startswith(prefix)}
    host, port = around.carried(said.get("database.hostname")), around.carried(said.get("database.port")) or "5432"
    options: dict[str, object] = {}
    for name, node in said.items():
        head, _, word = name.partition(".")
        if head in {"database", "driver"} and word not in _OWN:
            options[word] = node.plain
    # What it does not know it leaves alone; what was meant for its driver nobody knows.
    unknown = tuple(n for n in said if ABOUT_TLS.search(n) and not n.startswith(_ELSEWHERE))
    spot = block.below(f"{prefix}database.hostname")
    if not host:
        spot, host = block, "localhost"
    called_so = called(
        said, ("database.sslmode", "driver.sslmode"), ("database.sslrootcert", "driver.sslrootcert")
    )
    yield around.occurrence(
        spot,
        text=f"jdbc:postgresql://{host}:{port}/",
        options=options,
        driver=Driver.PGJDBC,
        unknown=unknown,
        written=Written(names={word: prefix + name for word, name in called_so.items()}),
    )


SHAPE = Shape("Debezium's connector", _matches, _find)
