"""Grafana: data sources of type postgres, and its own database (grafana.ini, GF_DATABASE_*).

Source: grafana, pkg/tsdb/grafana-postgresql-datasource/postgres.go and tls.go; pkg/services/sqlstore,
database_config.go (what stands behind ? of url is written behind ssl_mode, and lib/pq takes the last).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Style, Written
from tlscheck.formats.configuration import Refused
from tlscheck.formats.node import Node
from tlscheck.formats.shape import Block, Hit, Program, Shape, Surroundings, names

_TYPES = {"postgres", "grafana-postgresql-datasource"}
_JSON = names(
    "sslmode sslRootCertFile sslCertFile sslKeyFile tlsConfigurationMethod database postgresVersion "
    "timescaledb maxOpenConns maxIdleConns maxIdleConnsAuto connMaxLifetime timeInterval "
    "enableSecureSocksProxy tlsAuth tlsAuthWithCACert tlsSkipVerify httpMode"
)
_IGNORED = ("tlsAuth", "tlsAuthWithCACert", "tlsSkipVerify")
_NO_MODE = "jsonData.sslmode is missing, and versions of Grafana differ in what is taken then."
_PGX = "Newer versions of Grafana connect by pgx, which takes the same words."
_DATABASE = names(
    "type host name user password url ssl_mode ca_cert_path client_key_path client_cert_path server_cert_name "
    "ssl_sni max_open_conn max_idle_conn conn_max_lifetime log_queries path cache_mode wal isolation_level "
    "locking_attempt_timeout_sec query_retries transaction_retries instrument_queries "
    "skip_dashboard_uid_migration_on_startup migration_locking high_availability"
)

_OWN = Written(names={"sslmode": "ssl_mode", "sslrootcert": "ca_cert_path"})
_IN_URL = "What stands behind the ? of its url counts more than ssl_mode and ca_cert_path: write it there."


def _is_source(block: Block) -> bool:
    # A whole URL beside the type alone is TypeORM's.
    is_place = "url" in block.mapping and "://" not in block.said("url")
    return block.said("type") in _TYPES and (is_place or bool({"jsonData", "access"} & set(block.mapping)))


def _source(block: Block, around: Surroundings) -> Iterator[Hit]:
    data = block.below("jsonData").mapping
    host, _, port = around.carried(block.mapping.get("url")).rpartition("://")[2].rpartition(":")
    host, port = (host, port) if host and not port.endswith("]") else (f"{host}:{port}".strip(":"), "")
    options: dict[str, object] = {"host": host.strip("[]"), "port": port}
    mode = around.text(data.get("sslmode"))
    unknown = [f"jsonData.{name}" for name in data if name not in _JSON]
    if not mode:
        unknown.append("jsonData.sslmode")
    options["sslmode"] = around.carried(data.get("sslmode"))
    if around.text(data.get("tlsConfigurationMethod")) == "file-content" and mode not in {"", "disable"}:
        # The certificate is kept encrypted in Grafana's own database, and written to a file when it connects.
        unknown.append("secureJsonData.tlsCACert")
    elif mode != "disable":
        options["sslrootcert"] = around.carried(data.get("sslRootCertFile"))
    ignored = tuple(f"jsonData.{name}" for name in _IGNORED if name in data)
    spot = block.below("url") if "url" in block.mapping else block
    yield around.occurrence(
        spot,
        options=options,
        driver=Driver.LIB_PQ,
        written=Written(
            names={"sslmode": "sslmode", "sslrootcert": "sslRootCertFile"},
            within=block.below("jsonData").spot.path,
        ),
        unknown=tuple(unknown),
        ignored=ignored,
        notes=(_PGX,) if mode else (_PGX, _NO_MODE),
    )


def _is_database(block: Block) -> bool:
    said = set(block.mapping)
    is_url = "url" in said and bool({"ssl_mode", "ca_cert_path", "server_cert_name", "max_open_conn"} & said)
    return block.key == "database" and (is_url or ("type" in said and bool({"ssl_mode", "name", "host"} & said)))


def _bare(text: str) -> str:
    """A value of grafana.ini without quotes and without the comment behind it, as go-ini takes it."""
    quoted = re.fullmatch(r'("""|`|"|\')(.*?)\1\s*([;#].*)?', text, re.DOTALL)
    return quoted[2] if quoted else re.split(r"\s[;#]", text, maxsplit=1)[0].strip()


def own_database(block: Block, around: Surroundings) -> Iterator[Hit]:
    """Grafana's [database]."""
    said = {name: _bare(around.carried(node)) for name, node in block.mapping.items()}
    url = said.get("url", "")
    if url.partition(":")[0] not in {"postgres", "postgresql"} and said.get("type") != "postgres":
        return
    unknown = tuple(name for name in said if name not in _DATABASE)
    if url:
        authority, _, query = url.partition("://")[2].partition("?")
        address = authority.partition("/")[0].rpartition("@")[2]
        if any(not re.fullmatch(r"[A-Za-z_]+=[^\s'\\+%;]+", pair) for pair in query.split("&") if pair):
            yield Refused(block.below("url").spot, "what stands behind ? of url is no name=value: write ssl_mode")
            return
        behind = dict(pair.split("=", 1) for pair in query.split("&") if pair)
    else:
        address, behind = said.get("host", ""), {}
    host, _, port = address.rpartition(":") if ":" in address else (address, "", "")
    options: dict[str, object] = {"host": host, "port": port, "sslmode": said.get("ssl_mode") or "disable"}
    options |= {"sslrootcert": said["ca_cert_path"]} if said.get("ca_cert_path") else {}
    options |= behind
    spot = block.below("url" if url else "host" if "host" in block.mapping else "type")
    written = Written(how=_IN_URL) if {"sslmode", "sslrootcert"} & set(behind) else _OWN
    yield around.occurrence(spot, options=options, driver=Driver.LIB_PQ, unknown=unknown, written=written)


def _variables(block: Block, around: Surroundings) -> Iterator[Hit]:
    prefix = "GF_DATABASE_"
    said = {name.removeprefix(prefix).lower(): node for name, node in block.mapping.items()}
    for each in own_database(Block((), Node(said, block.node.line)), around):
        spot = Block((*block.path, prefix + each.spot.path.upper()), Node(None, each.spot.line)).spot
        if isinstance(each, Refused):
            yield replace(each, spot=spot)
        else:
            names = {word: prefix + name.upper() for word, name in each.written.names.items()}
            written = replace(each.written, names=names, style=Style.EQUALS)
            unknown = tuple(prefix + name.upper() for name in each.unknown)
            yield replace(each, spot=spot, unknown=unknown, written=written)


SOURCE = Shape("Grafana's data sources", _is_source, _source)
DATABASE = Shape("Grafana's [database]", _is_database, own_database)
PROGRAM = Program(re.compile(r"GF_DATABASE_[A-Z_]+"), _variables)
