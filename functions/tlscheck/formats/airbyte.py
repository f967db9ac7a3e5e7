"""Airbyte's source and destination for PostgreSQL: `ssl_mode` objects and `jdbc_url_params`, which pgjdbc gets.

Source: airbyte, source-postgres/spec.json and PostgresSource.java (toDatabaseConfig: one URL, in which what
ssl_mode says stands behind jdbc_url_params), JdbcSSLConnectionUtils.java (certificates are given as texts).
"""

from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings, names

_OWN = names(
    "host port database schema schemas username password ssl ssl_mode jdbc_url_params replication_method "
    "tunnel_method sourceType destinationType raw_data_schema disable_type_dedupe drop_cascade "
    "unconstrained_number discover_primary_keys concurrency checkpoint_target_interval_seconds "
    "max_db_connections entra_service_principal_auth"
)

_HOW = "Beside it, ca_certificate is the text of the file of the trust store: Airbyte takes no path."


def _matches(block: Block) -> bool:
    mode = block.node.at("ssl_mode", "mode")
    return mode is not None and {"host", "database"} <= set(block.mapping)


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = block.mapping
    mode = around.carried(block.node.at("ssl_mode", "mode"))
    parameters = around.carried(said.get("jdbc_url_params")).lstrip("?&")
    host, port = around.carried(said.get("host")), around.carried(said.get("port")) or "5432"
    inner = block.below("ssl_mode").mapping
    unknown = [name for name in said if name not in _OWN]
    unknown += [
        f"ssl_mode.{name}"
        for name in inner
        if name not in {"mode", "client_certificate", "client_key", "client_key_password", "ca_certificate"}
    ]
    # What both say: the source's last one counts, and of its destination that was not read.
    twice = {pair.partition("=")[0] for pair in parameters.split("&")} & {"ssl", "sslmode"}
    unknown += [f"jdbc_url_params.{name}" for name in sorted(twice)]
    if "ca_certificate" in inner:
        # It writes the text to a file, or into a keystore, of its own when it connects.
        unknown.append("ssl_mode.ca_certificate")
    if (
        block.node.at("tunnel_method", "tunnel_method")
        and around.text(block.node.at("tunnel_method", "tunnel_method")) != "NO_TUNNEL"
    ):
        unknown.append("tunnel_method")
    text = f"jdbc:postgresql://{host}:{port}/" + (f"?{parameters}" if parameters else "")
    yield around.occurrence(
        block.below("host"),
        text=text,
        options={"sslmode": mode},
        driver=Driver.PGJDBC,
        unknown=tuple(unknown),
        written=Written(names={"sslmode": "mode"}, within=block.below("ssl_mode").spot.path, how=_HOW),
    )


SHAPE = Shape("Airbyte's configuration", _matches, _find)
