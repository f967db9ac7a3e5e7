"""asyncpg's own words: a DSN, the arguments of connect() and create_pool(), a service file and PG* variables.

Source: asyncpg 0.32, connect_utils.py (_parse_connect_dsn_and_args, _parse_hostlist), connection.py (connect) and
pool.py (create_pool); the same words given to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from tlscheck.drivers.connection import Host, cannot_be_read, host_of, port_of
from tlscheck.drivers.libpq_options import VARIABLES, echoed
from tlscheck.drivers.runtime_parameters import is_runtime_parameter
from tlscheck.drivers.word_names import all_shown, shown
from tlscheck.drivers.words import Words

KIND = "a connection of asyncpg"
_DSN = "a DSN of asyncpg"

_OF_DSN = frozenset(
    (
        *("host", "port", "dbname", "database", "user", "password", "passfile", "sslmode", "sslcert", "sslkey"),
        *("sslrootcert", "sslnegotiation", "sslcrl", "sslpassword", "ssl_min_protocol_version", "krbsrvname"),
        *("ssl_max_protocol_version", "target_session_attrs", "gsslib", "service"),
    )
)
"""What else stands in the query of a DSN goes to the server."""

_ARGUMENTS = frozenset(
    (
        *("dsn", "host", "port", "user", "password", "passfile", "service", "servicefile", "database", "loop"),
        *("timeout", "statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"),
        *("command_timeout", "ssl", "direct_tls", "connection_class", "record_class", "server_settings"),
        *("target_session_attrs", "krbsrvname", "gsslib"),
    )
)
_OF_POOL = frozenset(
    (
        "min_size",
        "max_size",
        "max_queries",
        "max_inactive_connection_lifetime",
        "setup",
        "init",
        "reset",
        "connect",
    )
)
_READ = frozenset(
    (
        *("host", "port", "user", "password", "dbname", "sslmode", "sslnegotiation", "sslrootcert", "sslcrl"),
        *("sslcert", "sslkey", "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs"),
        *("krbsrvname", "gsslib", "passfile"),
    )
)
"""The options whose variables asyncpg looks at; PGSERVICE it reads when it is too late."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, by whom it counts first."""

    arguments: Mapping[str, object] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    """Of the DSN, of the service file and of the variables, the first of each."""

    hosts: tuple[Host, ...]
    names_a_host: bool
    """Whether a host was said, be it one whose name nobody knows."""

    unknown: tuple[str, ...]
    ignored: tuple[str, ...]


def said(given: Words) -> Said:
    """All words of one connection. Raises BadRequest for one that asyncpg refuses."""
    arguments = {name: value for name, value in given.options.items() if value is not None}
    for name in arguments:
        if name not in _ARGUMENTS | _OF_POOL:
            raise cannot_be_read(KIND, f"connect() got an unexpected keyword argument {echoed(name)}: TypeError")
    dsn = arguments.pop("dsn", "") or given.text
    if not isinstance(dsn, str):
        raise cannot_be_read(KIND, "its dsn is no text")
    place, words = _taken_apart(dsn) if dsn else ("", {})
    settings = arguments.get("server_settings", {})
    if not isinstance(settings, Mapping) or not all(isinstance(each, str) for each in settings.values()):
        raise cannot_be_read(KIND, "server_settings is expected to be None or a Dict[str, str]")
    to_server = [name for name in words if name not in _OF_DSN] + [str(name) for name in settings]
    unknown = [
        f"{shown(name)}, which goes to the server: it refuses what it does not know"
        for name in to_server
        if not is_runtime_parameter(name)
    ]
    service = str(arguments.get("service") or words.get("service", ""))
    from_service, passed_over = _section(given.service_file, service) if service and dsn else ({}, ())
    if service and dsn and not given.service_file:
        unknown.append("service, which a service file says")
    from_environment = {
        key: given.variables[name] for name, key in VARIABLES.items() if key in _READ and name in given.variables
    }
    ignored = [
        *passed_over,
        *("service" for _ in [0] if service and not dsn),
        *(name for name, key in VARIABLES.items() if key not in _READ and given.variables.get(name)),
    ]
    found = {**from_environment, **from_service, **{name: words[name] for name in words if name in _OF_DSN}}
    where = _hosts(arguments, place, (words, from_service, from_environment))
    names_a_host = bool(arguments.get("host") or place.partition(":")[0] or found.get("host"))
    return Said(arguments, found, where, names_a_host, tuple(unknown), tuple(ignored))


def _taken_apart(dsn: str) -> tuple[str, dict[str, str]]:
    try:
        parts = urlsplit(dsn)
        # The last of several counts, and one without a value as if it were not there.
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise cannot_be_read(_DSN, "it is no URL, or a part of its query is no name=value") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise cannot_be_read(_DSN, "it does not begin with postgresql:// or postgres://")
    user, at, place = parts.netloc.partition("@")
    is_query_whole = set(query) <= _OF_DSN and "@" not in parts.path + parts.fragment
    if not at and "@" in dsn and not is_query_whole:
        raise cannot_be_read(_DSN, "an @ stands after a / ? or #: encode these in a password, as %2F %3F %23")
    if parts.fragment:
        raise cannot_be_read(_DSN, "a # stands in it, and what follows is not read: encode it as %23")
    return (place if at else user), query


def _section(text: str, name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """What a service file says, and which of its words asyncpg passes over; nothing without such a section."""
    if not text:
        return {}, ()
    import configparser  # noqa: PLC0415 - the command answers sooner without

    parser = configparser.ConfigParser()
    try:
        parser.read_string(text)
        found = dict(parser[name]) if name in parser.sections() else {}
    except configparser.Error:
        raise cannot_be_read("a service file", "Python's configparser cannot read it, as asyncpg would") from None
    known = {key: value for key, value in found.items() if key in _OF_DSN}
    return known, all_shown(key for key in found if key not in _OF_DSN)


def _hosts(
    arguments: Mapping[str, object], place: str, further: tuple[Mapping[str, str], ...]
) -> tuple[Host, ...]:
    """At least one; "" where none is said. Of the sources the first that names a host counts."""
    given = arguments.get("host")
    named = next((each["host"] for each in further if each.get("host")), "")
    ports = arguments.get("port") or next((each["port"] for each in further[:2] if each.get("port")), "")
    default = further[2].get("port", "")
    if given:
        hosts = [(str(each), "") for each in given] if isinstance(given, list | tuple) else [(str(given), "")]
    else:
        hosts = [_place(each, is_quoted=bool(place)) for each in (place or named).split(",")]
    numbers = _numbers(ports or default, len(hosts))
    return tuple(
        Host(host_of(host, KIND), port_of((not ports and own) or number, KIND))
        for (host, own), number in zip(hosts, numbers, strict=True)
    )


def _place(text: str, *, is_quoted: bool) -> tuple[str, str]:
    if text.startswith("/"):
        return text, ""
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        if not bracket or port[:1] not in {"", ":"}:
            raise cannot_be_read(KIND, "invalid IPv6 address in the connection URI")
        return host, port[1:]
    host, _, port = text.partition(":")
    return (unquote(host), unquote(port)) if is_quoted else (host, port)


def _numbers(ports: object, count: int) -> list[str]:
    each = [str(port) for port in ports] if isinstance(ports, list | tuple) else str(ports).split(",")
    if len(each) not in {1, count}:
        raise cannot_be_read(KIND, f"could not match {len(each)} port numbers to {count} hosts")
    return each if len(each) == count else each * count
