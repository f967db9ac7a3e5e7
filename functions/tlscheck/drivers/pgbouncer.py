"""PgBouncer's server leg: how it connects to the database.

Given are a line of [databases] as text, `host=... port=... dbname=...`, and settings of [pgbouncer] as options.

Source: PgBouncer 1.18.0, which was run; src/sbuf.c, src/server.c, src/loader.c and NEWS.md of 1.25.2.
"""

import re
from collections.abc import Iterable

from tlscheck.drivers import go_words, libpq
from tlscheck.drivers.behaviour import CHAIN, FILE_OR_SYSTEM, FULL, PLAIN, TLS, TLS_IF_OFFERED, Rule, only_read
from tlscheck.drivers.connection import Connection, cannot_be_read, mode_of, not_marked, path_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.pgbouncer_words import OF_A_DATABASE, SETTINGS
from tlscheck.drivers.word_names import shown
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a database of pgbouncer.ini"
_POOL_MODES = ("session", "transaction", "statement")
_PREFERS_SINCE = (1, 20)
_WORD = re.compile(r"\s*([A-Za-z_]+)\s*=\s*('(?:[^']|'')*'|[^\s']*)(?=\s|$)", re.ASCII)


def read(given: Words) -> Connection:
    """A line of [databases], with settings of [pgbouncer] as options. Raises BadRequest."""
    said, settings = _database(given.text), dict(given.settings)
    place = {name: settings.pop(name) for name in ("host", "port") if name in settings}
    for name in settings:
        if name not in SETTINGS:
            raise cannot_be_read(_KIND, f"unknown parameter pgbouncer/{shown(name)}")
    said = place | said
    mode = str(not_marked("the mode", settings.get("server_tls_sslmode", ""))).strip().lower()
    if mode:
        mode_of(mode, libpq.MODES, _KIND)
    for each in (settings, said):
        if each.get("pool_mode", "session").lower() not in _POOL_MODES:
            raise cannot_be_read(_KIND, f"its pool_mode is none of {', '.join(_POOL_MODES)}")
    hosts = said.get("host", "").split(",")
    if said.get("port", "").count(","):
        raise cannot_be_read(_KIND, "its port is no number")
    found = go_words.hosts_of(hosts, (said.get("port", ""),), _KIND)
    files = [name for name in ("server_tls_cert_file", "server_tls_key_file") if settings.get(name)]
    protocols = settings.get("server_tls_protocols", "secure").lower().replace(" ", "")
    narrow = ["server_tls_protocols"] * (protocols not in {"", "secure", "all", "default", "legacy"})
    return Connection(
        Driver.PGBOUNCER,
        found[0].host,
        found[0].port,
        mode,
        path_of(settings.get("server_tls_ca_file", ""), _KIND),
        given.version,
        others=found[1:],
        # Whether these files fit, and which versions of TLS both have, nobody has looked at.
        unknown=given.nested + (() if mode == "disable" else tuple(files + narrow)),
    )


def _database(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while position < len(text.rstrip()):
        word = _WORD.match(text, position)
        if not word:
            raise cannot_be_read(_KIND, "a word of it is no name=value")
        if word[1] not in OF_A_DATABASE:
            raise cannot_be_read(_KIND, f"unrecognized connection parameter {shown(word[1])}")
        found[word[1]] = word[2][1:-1].replace("''", "'") if word[2].startswith("'") else word[2]
        position = word.end()
    return found


def _rules() -> Iterable[Rule]:
    family = Family.PGBOUNCER
    yield Rule(family, ("disable",), PLAIN)
    yield Rule(family, ("",), PLAIN, before=_PREFERS_SINCE)
    yield from only_read([Rule(family, ("",), TLS_IF_OFFERED, since=_PREFERS_SINCE)])
    yield Rule(family, ("allow", "prefer"), TLS_IF_OFFERED)
    yield Rule(family, ("require",), TLS)
    # Without a file it takes the one that it was built for: Debian's is /etc/ssl/certs/ca-certificates.crt.
    yield Rule(family, ("verify-ca",), TLS, CHAIN, FILE_OR_SYSTEM)
    yield Rule(family, ("verify-full",), TLS, FULL, FILE_OR_SYSTEM)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"server_tls_sslmode=verify-full and below it server_tls_ca_file={path}"


MODEL = Model(Family.PGBOUNCER, tuple(_rules()), (Reader.OPENSSL,), on_socket=go_words.on_socket)
DIALECTS = (Dialect(Driver.PGBOUNCER, read, _line, ("pg-bouncer",)),)
