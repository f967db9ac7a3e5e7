"""lib/pq, of Go: the words of libpq that it knows, read and acted upon by itself.

Source: lib/pq, conn.go, connector.go, url.go and ssl.go of v1.10.7 (which was run) to v1.12.3 and what is not
released yet; its CHANGELOG.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tlscheck.drivers import go_words, libpq
from tlscheck.drivers.behaviour import (
    CHAIN,
    FILE_OR_SYSTEM,
    FULL,
    GOES_ON,
    HOME_OR_SYSTEM,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    SYSTEM_STORE,
    TLS,
    TLS_FIRST,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.connection import (
    DIRECT,
    SYSTEM,
    Connection,
    Host,
    cannot_be_read,
    mode_of,
    path_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import all_shown
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_NAMELESS = ", without a name"
"""What a mode gets appended when the handshake names no host: by sslsni=0, or where the host is an address."""

_HOSTS_SINCE, _SERVICES_SINCE, _PREFERS_SINCE = (1, 11), (1, 12), (1, 13)
_SINCE: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("host", "port", "dbname", "database", "user", "password", "connect_timeout"), ()),
    **dict.fromkeys(("sslmode", "sslcert", "sslkey", "sslrootcert", "sslinline", "sslsni"), ()),
    **dict.fromkeys(("krbsrvname", "krbspn", "fallback_application_name"), ()),
    **dict.fromkeys(("binary_parameters", "disable_prepared_binary_result"), ()),
    **dict.fromkeys(("hostaddr", "passfile", "sslnegotiation", "target_session_attrs", "tz"), _HOSTS_SINCE),
    "load_balance_hosts": _HOSTS_SINCE,
    **dict.fromkeys(("service", "ssl_min_protocol_version", "ssl_max_protocol_version"), _SERVICES_SINCE),
    **dict.fromkeys(("min_protocol_version", "max_protocol_version"), _SERVICES_SINCE),
    "require_auth": _PREFERS_SINCE,
}
_VARIABLES = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGSSLMODE": "sslmode",
    "PGSSLKEY": "sslkey",
    "PGSSLCERT": "sslcert",
    "PGSSLROOTCERT": "sslrootcert",
    "PGSSLSNI": "sslsni",
}
_NEWER_VARIABLES = {"PGHOSTADDR": "hostaddr", "PGSSLNEGOTIATION": "sslnegotiation"}
_NEWEST_VARIABLES = {"PGSERVICE": "service"}
_NOT_SUPPORTED = frozenset(("PGREALM", "PGREQUIRESSL", "PGSSLCRL", "PGREQUIREPEER"))
"""Variables that end the program, or are an error, in every version."""

_KIND = "a connection string of lib/pq"


def read(given: Words) -> Connection:
    """A URL or keyword string of lib/pq with what the environment and a service file say. Raises BadRequest."""
    said: dict[str, str] = {}
    lost: tuple[str, ...] = ()
    if go_words.is_url(given.text):
        url = go_words.url(given.text, _KIND)
        said, lost = _place(url.hosts) | {name: value for name, value in url.query.items() if value}, url.lost
    elif given.text:
        said = go_words.keywords(given.text, _KIND)
    settings = _environment(given) | said | given.settings
    if name := settings.get("service", ""):
        if not given.service_file:
            raise cannot_be_read(_KIND, "it names a service, and no service file was given")
        # Unlike libpq it lets the service file win.
        settings |= go_words.service(given.service_file, name, _KIND)
    return _connection(settings, given, lost)


def _place(authority: str) -> dict[str, str]:
    """As net.SplitHostPort: what has no port, or several colons, is the host as it stands."""
    split = re.fullmatch(r"(?:\[([^\[\]]*)\]|([^:\[\]]*)):([^:]*)", authority)
    if not split:
        return {"host": authority} if authority else {}
    found = {"host": split[1] or split[2] or "", "port": split[3]}
    return {name: value for name, value in found.items() if value}


def _environment(given: Words) -> dict[str, str]:
    version, variables = given.version, given.variables
    known = dict(_VARIABLES)
    known |= _NEWER_VARIABLES if not version or version >= _HOSTS_SINCE else {}
    known |= _NEWEST_VARIABLES if not version or version >= _SERVICES_SINCE else {}
    refused = _NOT_SUPPORTED | ({*_NEWER_VARIABLES, *_NEWEST_VARIABLES} - set(known) - {"PGSSLNEGOTIATION"})
    if found := sorted(refused & {name for name, value in variables.items() if value}):
        raise cannot_be_read(_KIND, f"lib/pq does not support the variable {found[0]} and refuses to begin")
    return {name: variables[key] for key, name in known.items() if variables.get(key)}


def _connection(said: Mapping[str, str], given: Words, lost: tuple[str, ...]) -> Connection:
    mode, version = said.get("sslmode", ""), given.version
    if mode.startswith("pqgo-"):
        return replace(_bare(given), unknown=("sslmode, whose tls.Config the program registers itself",))
    if mode:
        mode_of(mode, libpq.MODES, _KIND)
    notes, root = [], path_of("" if _is_inline(said) else said.get("sslrootcert", ""), _KIND)
    hosts = _hosts(said, version)
    nameless = hosts[0].host and replace(_bare(given), host=hosts[0].host).is_address
    if nameless or not said.get("sslsni", "1").startswith("1"):
        mode += _NAMELESS
    if said.get("sslnegotiation") == "direct":
        mode += DIRECT
        notes.append("sslnegotiation=direct needs a server of PostgreSQL 17 or later.")
    if root == "system":
        mode += SYSTEM
    known = {name for name, since in _SINCE.items() if not version or version >= since}
    unknown = go_words.sent(set(said) - known)
    decide = ("sslcert", "sslinline") if _is_inline(said) else ("sslcert",)
    return Connection(
        Driver.LIB_PQ,
        hosts[0].host,
        hosts[0].port,
        mode,
        root,
        version,
        hosts[0].address,
        others=hosts[1:],
        # Nobody has looked whether the certificates in these words or files can be used.
        unknown=given.nested + unknown + tuple(name for name in decide if said.get(name)),
        ignored=all_shown(lost),
        notes=tuple(notes),
    )


def _bare(given: Words) -> Connection:
    return Connection(Driver.LIB_PQ, version=given.version)


def _is_inline(said: Mapping[str, str]) -> bool:
    return said.get("sslinline", "").lower() in {"true", "yes", "on", "1", "t", "y"}


def _hosts(said: Mapping[str, str], version: tuple[int, ...]) -> tuple[Host, ...]:
    names = said.get("host", "").split(",")
    ports = said.get("port", "").split(",")
    if len(names) > 1 and version and version < _HOSTS_SINCE:
        raise cannot_be_read(_KIND, "it names several hosts, which lib/pq before 1.11 takes for the name of one")
    if len(ports) > 1 and len(ports) != len(names):
        raise cannot_be_read(_KIND, "it names another number of ports than of hosts")
    hosts = go_words.hosts_of(names, tuple(ports), _KIND)
    addresses = go_words.hosts_of(said.get("hostaddr", "").split(","), (), _KIND)
    if len(addresses) not in {1, len(hosts)}:
        raise cannot_be_read(_KIND, "it names another number of addresses than of hosts")
    return tuple(
        replace(host, address=addresses[at].host if at < len(addresses) else "") for at, host in enumerate(hosts)
    )


_NAMED = Place(Looks.FILE, GOES_ON, GOES_ON, REFUSES)
_NAMED_OR_HOME = Place(Looks.FILE_OR_HOME, GOES_ON, GOES_ON, REFUSES)


def _rules() -> Iterable[Rule]:
    family, floor = Family.LIB_PQ, (1, 10, 4)
    old = tuple(within(_before_its_hosts(family), floor, _HOSTS_SINCE))
    middle = tuple(only_read(within(_before_its_homes(family), _HOSTS_SINCE, _SERVICES_SINCE)))
    newer = tuple(only_read(within(_newer(family), _SERVICES_SINCE)))
    yield from (*old, *middle, *newer)
    for rule in (*old, *middle):  # system is the name of a file that nobody has
        yield replace(rule, modes=tuple(mode + SYSTEM for mode in rule.modes))
    yield from only_read(_system(family))
    yield from only_read(_direct(family, newer))


def _before_its_hosts(family: Family) -> Iterable[Rule]:
    why = "lib/pq before 1.12 knows no such sslmode"
    yield Rule(family, ("disable", "disable" + _NAMELESS), PLAIN)
    yield Rule(family, ("allow", "prefer", "allow" + _NAMELESS, "prefer" + _NAMELESS), TLS, refuses=why)
    # Since it sends SNI, it looks for that name in every mode that verifies at all.
    yield Rule(family, ("", "require"), TLS, FULL, _NAMED)
    yield Rule(family, ("verify-ca",), TLS, FULL, FILE_OR_SYSTEM)
    yield Rule(family, (_NAMELESS, "require" + _NAMELESS), TLS, CHAIN, _NAMED)
    yield Rule(family, ("verify-ca" + _NAMELESS,), TLS, CHAIN, FILE_OR_SYSTEM)
    yield Rule(family, ("verify-full", "verify-full" + _NAMELESS), TLS, FULL, FILE_OR_SYSTEM)


def _before_its_homes(family: Family) -> Iterable[Rule]:
    why = "lib/pq before 1.12 knows no such sslmode"
    yield Rule(family, _both("disable"), PLAIN)
    yield Rule(family, _both("allow", "prefer"), TLS, refuses=why)
    yield Rule(family, _both("", "require"), TLS, CHAIN, _NAMED)
    yield Rule(family, _both("verify-ca"), TLS, CHAIN, FILE_OR_SYSTEM)
    yield Rule(family, _both("verify-full"), TLS, FULL, FILE_OR_SYSTEM)


def _newer(family: Family) -> Iterable[Rule]:
    yield Rule(family, _both("disable"), PLAIN)
    yield Rule(family, _both("allow"), PLAIN_FIRST, CHAIN, _NAMED_OR_HOME)
    yield Rule(family, _both("prefer"), TLS_FIRST, CHAIN, _NAMED_OR_HOME)
    yield Rule(family, _both("require"), TLS, CHAIN, _NAMED_OR_HOME)
    yield Rule(family, _both(""), TLS, CHAIN, _NAMED_OR_HOME, before=_PREFERS_SINCE)
    yield Rule(family, _both(""), TLS_FIRST, CHAIN, _NAMED_OR_HOME, since=_PREFERS_SINCE)
    yield Rule(family, _both("verify-ca"), TLS, CHAIN, HOME_OR_SYSTEM)
    yield Rule(family, _both("verify-full"), TLS, FULL, HOME_OR_SYSTEM)


def _system(family: Family) -> Iterable[Rule]:
    weak = _both("disable", "allow", "prefer", "require", "verify-ca")
    why = 'weak sslmode may not be used with sslrootcert=system (use "verify-full")'
    modes = tuple(mode + SYSTEM for mode in _both("", "verify-full"))
    yield Rule(family, tuple(mode + SYSTEM for mode in weak), TLS, since=_SERVICES_SINCE, refuses=why)
    yield Rule(family, modes, TLS, FULL, SYSTEM_STORE, since=_SERVICES_SINCE)


def _direct(family: Family, newer: Iterable[Rule]) -> Iterable[Rule]:
    """Until 1.13 the handshake lacks the name of the protocol, without which a server of PostgreSQL refuses it."""
    weak = tuple(mode + DIRECT for mode in _both("", "disable", "allow", "prefer"))
    strong = {mode + DIRECT for mode in _both("require", "verify-ca", "verify-full")}
    why = "lib/pq before 1.13 cannot begin TLS with sslnegotiation=direct"
    yield Rule(family, (*weak, *sorted(strong)), TLS, before=_PREFERS_SINCE, refuses=why)
    why = 'weak sslmode may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")'
    yield Rule(family, weak, TLS, since=_PREFERS_SINCE, refuses=why)
    for rule in newer:
        if modes := tuple(mode + DIRECT for mode in rule.modes if mode + DIRECT in strong):
            yield replace(rule, modes=modes, since=_PREFERS_SINCE)


def _both(*modes: str) -> tuple[str, ...]:
    """Where the name that the handshake has plays no part."""
    return tuple(mode + end for mode in modes for end in ("", _NAMELESS))


_NAMES = ("lib-pq", "pq", "github.com/lib/pq")
MODEL = Model(Family.LIB_PQ, tuple(_rules()), (Reader.GO,), on_socket=go_words.on_socket)
DIALECTS = (Dialect(Driver.LIB_PQ, read, libpq.line, _NAMES, chain_line=go_words.chain_line),)
