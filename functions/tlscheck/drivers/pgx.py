"""pgx, of Go: the words of libpq that it knows, read and acted upon by itself.

Source: pgx, pgconn/config.go, pgconn/defaults.go and pgconn/pgconn.go of v4.15.0 (which was run) to v5.10.0 and
what is not released yet, conn.go, pgxpool/pool.go; pgservicefile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tlscheck.drivers import go_words, libpq
from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    GOES_ON,
    NOTHING,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    SYSTEM_STORE,
    TLS,
    TLS_FIRST,
    TO_SYSTEM,
    Grounds,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.connection import DIRECT, NEEDS_17, SYSTEM, Connection, cannot_be_read, mode_of, path_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import all_shown
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_VARIABLES = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGSSLMODE": "sslmode",
    "PGSSLKEY": "sslkey",
    "PGSSLCERT": "sslcert",
    "PGSSLROOTCERT": "sslrootcert",
    "PGSSLNEGOTIATION": "sslnegotiation",
    "PGTARGETSESSIONATTRS": "target_session_attrs",
    "PGSERVICE": "service",
}
"""Those that decide; of the others that it knows none does, and those that it does not know it never looks at."""

_DIRECT_SINCE, _SYSTEM_SINCE, _HOME_SINCE = (5, 7, 5), (5, 7), (5, 11)
_SINCE: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("host", "port", "database", "dbname", "user", "password", "passfile", "connect_timeout"), ()),
    **dict.fromkeys(("sslmode", "sslkey", "sslcert", "sslrootcert", "target_session_attrs"), ()),
    **dict.fromkeys(("service", "servicefile", "statement_cache_capacity"), ()),
    **dict.fromkeys(("sslpassword", "sslsni", "krbspn", "krbsrvname"), (5,)),
    **dict.fromkeys(("default_query_exec_mode", "description_cache_capacity"), (5,)),
    "sslnegotiation": _DIRECT_SINCE,
    **dict.fromkeys(("min_protocol_version", "max_protocol_version", "channel_binding"), (5, 9)),
    "require_auth": (5, 10),
}
_UNTIL_4 = frozenset({"min_read_buffer_size", "statement_cache_mode", "prefer_simple_protocol"})
_OF_THE_POOL = frozenset(
    "pool_" + each
    for each in (
        *("max_conns", "min_conns", "min_idle_conns", "max_conn_lifetime", "max_conn_lifetime_jitter"),
        *("max_conn_idle_time", "health_check_period", "ping_timeout"),
    )
)
_ATTRIBUTES = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")
_KIND = "a connection string of pgx"


def read(given: Words) -> Connection:
    """A URL or keyword string of pgx, or of pgxpool, with what the environment and a service file say.

    Raises BadRequest.
    """
    hosts = ""
    said: dict[str, str] = {}
    lost: tuple[str, ...] = ()
    if go_words.is_url(given.text):
        url = go_words.url(given.text, _KIND)
        hosts, said, lost = url.hosts, dict(url.query), url.lost
    elif given.text:
        said = go_words.keywords(given.text, _KIND, escaped="\\'")
    said = _places(hosts) | said | given.settings
    variables = {name: given.variables[key] for key, name in _VARIABLES.items() if given.variables.get(key)}
    name = said.get("service", variables.get("service", ""))
    if name and not given.service_file:
        raise cannot_be_read(_KIND, "it names a service, and no service file was given")
    from_file = go_words.service(given.service_file, name, _KIND) if given.service_file else {}
    return _connection(variables | from_file | said, given, lost)


def _places(authority: str) -> dict[str, str]:
    hosts, ports = [], []
    for each in filter(None, authority.split(",")):
        bare = each.strip("[]")
        if ":" not in each or (":" in bare and each == f"[{bare}]") or bare.count(":") > 1:
            hosts.append(bare)
            continue
        host, _, port = each.rpartition(":")
        hosts.append(host.strip("[]"))
        ports.append(port)
    found = {"host": ",".join(filter(None, hosts)), "port": ",".join(filter(None, ports))}
    return {name: value for name, value in found.items() if value}


def _connection(said: Mapping[str, str], given: Words, lost: tuple[str, ...]) -> Connection:
    mode = said.get("sslmode", "")
    if mode:
        mode_of(mode, libpq.MODES, _KIND)
    if said.get("target_session_attrs", "any") not in _ATTRIBUTES:
        raise cannot_be_read(_KIND, f"its target_session_attrs is none of {', '.join(_ATTRIBUTES)}")
    if bool(said.get("sslcert")) != bool(said.get("sslkey")):
        raise cannot_be_read(_KIND, "it has one of sslcert and sslkey, and pgx wants both or none")
    root, notes = path_of(said.get("sslrootcert", ""), _KIND), []
    if said.get("sslnegotiation") == "direct":
        mode += DIRECT
        notes.append(NEEDS_17)
    if root == "system":
        mode += SYSTEM
    if any(name in _OF_THE_POOL for name in said):
        notes.append("It is read as pgxpool's: pgx.Connect sends pool_... to the server, which refuses it.")
    hosts = go_words.hosts_of(
        said.get("host", "").split(","), tuple(filter(None, said.get("port", "").split(","))), _KIND
    )
    return Connection(
        Driver.PGX,
        hosts[0].host,
        hosts[0].port,
        mode,
        root,
        given.version,
        others=hosts[1:],
        # Of the files of a client's certificate nobody has looked whether they are there and fit.
        unknown=given.nested
        + go_words.sent(set(said) - _known(given.version))
        + ("sslcert",) * bool(said.get("sslcert")),
        ignored=all_shown(lost),
        notes=tuple(notes),
    )


def _known(version: tuple[int, ...]) -> set[str]:
    newest = {name for name, since in _SINCE.items() if not version or version >= since}
    return newest | _OF_THE_POOL | (_UNTIL_4 if version and version < (5,) else set())


def _places_of(home: Looks) -> tuple[Place, Place]:
    return Place(home, GOES_ON, REFUSES, REFUSES), Place(home, TO_SYSTEM, REFUSES, REFUSES)


def _of(home: Looks) -> Iterable[Rule]:
    family, (file, file_or_system) = Family.PGX, _places_of(home)
    # The file is read in every other mode, whether or not anything is verified with it.
    yield Rule(family, ("disable",), PLAIN, before=_SYSTEM_SINCE)
    yield Rule(family, ("disable",), PLAIN, NOTHING, file, since=_SYSTEM_SINCE)
    # A refusal by pg_hba.conf ended it until this was mended in both: it never came to try TLS.
    yield Rule(family, ("allow",), PLAIN, NOTHING, file, before=(4, 18, 2))
    read = Grounds.READ
    yield Rule(family, ("allow",), PLAIN_FIRST, NOTHING, file, since=(4, 18, 2), before=(5,), basis=read)
    yield Rule(family, ("allow",), PLAIN, NOTHING, file, since=(5,), before=(5, 4, 2))
    yield Rule(family, ("allow",), PLAIN_FIRST, NOTHING, file, since=(5, 4, 2))
    yield Rule(family, ("", "prefer"), TLS_FIRST, NOTHING, file)
    yield Rule(family, ("require",), TLS, CHAIN, file)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, file_or_system)
    yield Rule(family, ("verify-full",), TLS, FULL, file_or_system)


def _rules() -> Iterable[Rule]:
    ran = tuple(_between(_of(Looks.FILE_OR_ACCOUNT), (4,), (5,)))
    newer = (
        *_between(_of(Looks.FILE_OR_ACCOUNT), (5,), _HOME_SINCE),
        *_between(_of(Looks.FILE_OR_HOME), _HOME_SINCE, ()),
    )
    yield from ran
    yield from only_read(newer)
    # system is the name of a file that nobody has
    for rule in (*ran, *only_read(_between(newer, (5,), _SYSTEM_SINCE))):
        yield replace(rule, modes=tuple(mode + SYSTEM for mode in rule.modes))
    every = ("", *libpq.MODES)
    system = tuple(mode + SYSTEM for mode in every) + tuple(mode + DIRECT + SYSTEM for mode in every)
    yield from only_read([Rule(Family.PGX, system, TLS, FULL, SYSTEM_STORE, since=_SYSTEM_SINCE)])
    yield from only_read(_direct(newer))


def _direct(newer: Iterable[Rule]) -> Iterable[Rule]:
    every = tuple(mode + DIRECT for mode in ("", *libpq.MODES))
    why = "pgx before 5.7.5 sends sslnegotiation to the server, which refuses it"
    yield Rule(Family.PGX, every, TLS, since=(4,), before=_DIRECT_SINCE, refuses=why)
    for rule in _between(newer, _DIRECT_SINCE, ()):
        # It takes prefer for require then.
        modes = {"prefer": (), "require": ("", "prefer", "require")}.get(rule.modes[-1], rule.modes)
        if modes:
            yield replace(rule, modes=tuple(mode + DIRECT for mode in modes))


def _between(rules: Iterable[Rule], since: tuple[int, ...], before: tuple[int, ...]) -> Iterable[Rule]:
    """The rules as far as they lie in a range."""
    for rule in within(rules, since, before):
        low, high = max(rule.since, since), min(filter(None, (rule.before, before)), default=())
        if not high or low < high:
            yield replace(rule, since=low, before=high)


MODEL = Model(Family.PGX, tuple(_rules()), (Reader.GO,), on_socket=go_words.on_socket)
DIALECTS = (Dialect(Driver.PGX, read, libpq.line, ("jackc/pgx", "pgxpool", "pgx5", "pgx4", "gorm")),)
