"""Rails' database.yml, rendered as ERB would: what libpq knows goes to it by ruby-pg, all else Rails keeps back.

Source: rails, active_record: connection_adapters/postgresql_adapter.rb (initialize: slice of PG's own names) and
database_configurations/url_config.rb, connection_url_resolver.rb (a url wins over what stands beside it).
"""

from collections.abc import Iterator
from urllib.parse import unquote

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import LIBPQ_S, Written
from tlscheck.formats.configuration import Refused
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings, names

_ADAPTERS = {"postgresql", "postgis", "postgres"}
_HANDED = names(
    "host hostaddr port service sslmode requiressl sslcompression sslcert sslkey sslpassword sslcertmode "
    "sslrootcert sslcrl sslcrldir sslsni requirepeer require_auth channel_binding sslnegotiation "
    "ssl_min_protocol_version ssl_max_protocol_version gssencmode krbsrvname gsslib gssdelegation "
    "target_session_attrs load_balance_hosts min_protocol_version max_protocol_version servicefile "
    "sslkeylogfile replication"
)
_OWN = names(
    "adapter encoding pool max_connections min_connections keepalive max_age timeout checkout_timeout "
    "idle_timeout reaping_frequency database username user password passfile prepared_statements "
    "statement_limit advisory_locks variables schema_search_path schema_order min_messages insert_returning "
    "migrations_paths replica database_tasks schema_dump schema_cache_path lazy_schema_cache seeds "
    "use_metadata_table query_cache url connect_timeout application_name fallback_application_name options "
    "keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout client_encoding template "
    "owner collation ctype tablespace allow_concurrency strict primary_abstract_class connection_limit dbname"
)

_IN_URL = "Its url wins over what stands beside it: write these at its end, as ?sslmode=...&sslrootcert=..."


def _matches(block: Block) -> bool:
    adapter = block.said("adapter")
    is_url = block.said("url").startswith(("postgres", "postgis"))
    names = {"pool", "encoding", "migrations_paths", "prepared_statements", "variables"} & set(block.mapping)
    return adapter in _ADAPTERS or (is_url and bool(names) and not adapter)


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    if block.key == "default" and "host" not in block.mapping and "url" not in block.mapping:
        return  # what others go on from: no environment of its own
    options: dict[str, object] = {
        name: node.plain for name, node in block.mapping.items() if node.content is not None
    }
    url = around.carried(block.mapping.get("url"))
    spot = block.below("url" if url else "host" if "host" in block.mapping else "adapter")
    if url.startswith("\ue000"):
        yield Refused(
            spot.spot, "its url comes from elsewhere: give the value of that variable, or it with its default"
        )
        return
    if url:
        options |= _of_url(url)
    # A url wins over what stands beside it.
    written = Written(how=_IN_URL) if url else LIBPQ_S
    handed = {name: value for name, value in options.items() if name in _HANDED}
    ignored = tuple(name for name in options if name not in {*_HANDED, *_OWN})
    yield around.occurrence(spot, options=handed, driver=Driver.LIBPQ, ignored=ignored, written=written)


def _of_url(url: str) -> dict[str, object]:
    block, _, query = url.partition("://")[2].partition("#")[0].partition("?")
    address = block.partition("/")[0].rpartition("@")[2]
    host, _, port = address.rpartition(":") if ":" in address.rpartition("]")[2] else (address, "", "")
    said: dict[str, object] = {"host": unquote(host.strip("[]")), "port": port or None}
    for pair in query.split("&") if query else []:
        name, _, value = pair.partition("=")
        said[unquote(name)] = unquote(value)
    return said


SHAPE = Shape("Rails' database.yml", _matches, _find)
