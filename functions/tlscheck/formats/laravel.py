"""Laravel's config/database.php.

Source: Laravel, Database/Connectors/PostgresConnector.php and Support/ConfigurationUrlParser.php: of the words of
a connection only a few reach PDO.
"""

from collections.abc import Iterator, Mapping

from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import listed, shown
from tlscheck.drivers.written import Style, Written
from tlscheck.formats.literals.source import SPREAD, Code
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_HANDED = listed("host port sslmode sslcert sslkey sslrootcert")
_OWN = listed(
    "driver database username password charset prefix prefix_indexes search_path schema timezone application_name"
    " isolation_level synchronous_commit sticky options url name pooling engine collation strict dump"
    " connect_via_database connect_via_port"
)

_WRITTEN = Written(names={"sslmode": "sslmode", "sslrootcert": "sslrootcert"}, style=Style.PHP)


def connections(source: Code) -> Iterator[Saying]:
    """Each connection whose driver is pgsql."""
    for node in source.exported:
        inner = node.at("connections")
        path: tuple[str, ...] = ("connections",) if inner else ()
        found = inner or node
        for name, each in found.content.items() if isinstance(found.content, Mapping) else ():
            driver = each.at("driver")
            if driver and driver.content == "pgsql":
                yield _connection((*path, name), each)


def _connection(path: tuple[str, ...], node: Node) -> Saying:
    said = dict(node.content) if isinstance(node.content, Mapping) else {}
    several = [name for name in ("read", "write") if name in said]
    host = said.get("host")
    if several or (host and isinstance(host.content, tuple)):
        why = "several hosts, of which Laravel takes one by chance; give each as pgsql:host=...;sslmode=..."
        return Saying(path, node.line, instead=why)
    url = str(said["url"].content or "") if "url" in said else ""
    if url and not url.startswith("\ue000"):
        return Saying(path, node.line, instead="a URL beside other words; give the words without it")
    notes = tuple(f"Where {name} is set, its words stand before these." for name in marked(url))
    options = {name: each for name, each in said.items() if name in _HANDED or name.startswith(SPREAD)}
    dropped = tuple(shown(name) for name in said if name not in _HANDED | _OWN and not name.startswith(SPREAD))
    return Saying(
        path, node.line, options=options, speaker="libpq", ignored=dropped, notes=notes, written=_WRITTEN
    )
