"""tokio-postgres and rust-postgres: their words, and the TLS connector that the program makes.

What is verified is the connector's affair, which no connection string says: give it as options, {"connector":
"native-tls", "ca": "/etc/ssl/rds.pem"}, with "danger_accept_invalid_certs" or "danger_accept_invalid_hostnames"
where the program sets them; "openssl", "rustls" and "NoTls" are the others.

Source: rust-postgres, tokio-postgres/src/config.rs and connect_tls.rs of 0.7.7 to 0.7.13, postgres-native-tls and
postgres-openssl; native-tls, imp/openssl.rs.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from tlscheck.drivers import go_words
from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    NOTHING,
    OPENED,
    PLAIN,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Grounds,
    Looks,
    Place,
    Rule,
    Transport,
    Verifies,
    only_read,
)
from tlscheck.drivers.connection import DIRECT, IN_CODE, Connection, Host, cannot_be_read, mode_of, path_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import shown
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a connection string of tokio-postgres"
_DIRECT_SINCE = (0, 7, 13)
_SINCE: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("user", "password", "dbname", "options", "application_name", "sslmode", "host", "port"), ()),
    **dict.fromkeys(("connect_timeout", "keepalives", "keepalives_idle"), ()),
    **dict.fromkeys(("target_session_attrs", "channel_binding"), ()),
    **dict.fromkeys(("keepalives_interval", "keepalives_retries", "tcp_user_timeout"), (0, 7, 8)),
    **dict.fromkeys(("hostaddr", "load_balance_hosts"), (0, 7, 9)),
    "sslnegotiation": _DIRECT_SINCE,
}
_VALUES = {
    "target_session_attrs": ("any", "read-write", "read-only"),
    "channel_binding": ("disable", "prefer", "require"),
    "load_balance_hosts": ("disable", "random"),
    "sslnegotiation": ("postgres", "direct"),
}
_MODES = ("disable", "prefer", "require")
_CONNECTORS = {"native-tls": "native-tls", "openssl": "openssl", "rustls": "rustls", "notls": "NoTls"}
_CERTS, _NAMES = "danger_accept_invalid_certs", "danger_accept_invalid_hostnames"


def read(given: Words) -> Connection:
    """A keyword string or URL, and the connector as options. Raises BadRequest."""
    said = _url(given.text) if go_words.is_url(given.text) else _keywords(given.text)
    _check(said, given.version)
    if "," in said.get("port", "") and said["port"].count(",") != said.get("host", "").count(","):
        raise cannot_be_read(_KIND, "it names another number of ports than of hosts")
    mode, found = said.get("sslmode", ""), _connector(given)
    mode = f"{mode or 'prefer'}, {found.mode}" if found.mode and mode != "disable" else mode
    if said.get("sslnegotiation") == "direct":
        mode += DIRECT
    hosts = _hosts(said)
    unsaid = () if found.mode or found.unknown or said.get("sslmode") == "disable" else (_UNSAID,)
    binding = ("channel_binding",) * (said.get("channel_binding") == "require")
    return replace(
        found,
        host=hosts[0].host,
        port=hosts[0].port,
        address=hosts[0].address,
        others=hosts[1:],
        mode=mode,
        unknown=found.unknown + unsaid + binding,
    )


_UNSAID = 'the TLS connector that its program makes (say it as options: {"connector": "native-tls", "ca": FILE})'


def _connector(given: Words) -> Connection:
    options = dict(given.options)
    bare = Connection(Driver.TOKIO_POSTGRES, version=given.version)
    chosen = _CONNECTORS.get(
        str(options.pop("connector", "")).casefold().replace("_", "-").replace("no-tls", "notls")
    )
    root = options.pop("ca", "")
    accepts = {name: options.pop(name, False) is True for name in (_CERTS, _NAMES)}
    unknown = tuple(shown(str(name)) for name in options)
    if chosen is None:
        return replace(bare, unknown=unknown)
    mode = chosen
    mode += f", {_CERTS}" if accepts[_CERTS] else f", {_NAMES}" if accepts[_NAMES] else ""
    if not isinstance(root, str):
        root, unknown = "", (*unknown, "ca")
    if chosen == "rustls" and not root:
        root = IN_CODE  # it has no roots of its own: the program brings them
    return replace(bare, mode=mode, root=path_of(root, _KIND), unknown=unknown)


def _check(said: Mapping[str, str], version: tuple[int, ...]) -> None:
    for name, value in said.items():
        since = _SINCE.get(name)
        if since is None or (version and version < since):
            raise cannot_be_read(_KIND, f"unknown option {shown(name)}")
        if name in _VALUES and value not in _VALUES[name]:
            raise cannot_be_read(_KIND, f"its {name} is none of {', '.join(_VALUES[name])}")
    if said.get("sslmode"):
        mode_of(said["sslmode"], _MODES, _KIND)


def _keywords(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in go_words.pairs(text, _KIND):
        both = f"{found[name]},{value}" if name in {"host", "hostaddr", "port"} and name in found else value
        found[name] = both
    return found


def _url(text: str) -> dict[str, str]:
    """As its own sloppy reader: the first @, wherever it stands, ends user and password."""
    rest = text.partition("://")[2]
    rest = rest.partition("@")[2] if "@" in rest else rest
    before, _, query = rest.partition("?")
    hosts, ports = [], []
    for each in filter(None, before.partition("/")[0].split(",") if before.partition("/")[0] else []):
        if each.startswith("["):
            host, bracket, port = each[1:].partition("]")
            if not bracket or port[:1] not in {"", ":"}:
                raise cannot_be_read(_KIND, "the brackets of an IPv6 address are not closed")
        else:
            host, _, port = each.partition(":")
        hosts.append(unquote(host))
        ports.append(unquote(port.removeprefix(":")))
    found = {"host": ",".join(hosts), "port": ",".join(ports)} if hosts else {}
    while query:
        name, equals, query = query.partition("=")
        if not equals:
            raise cannot_be_read(_KIND, "a part of its query is no name=value")
        value, _, query = query.partition("&")
        name, value = unquote(name), unquote(value)
        found[name] = f"{found[name]},{value}" if name in {"host", "hostaddr", "port"} and name in found else value
    return found


def _hosts(said: Mapping[str, str]) -> tuple[Host, ...]:
    names = said.get("host", "").split(",")
    hosts = go_words.hosts_of(names, tuple(said.get("port", "").split(",")), _KIND)
    addresses = said.get("hostaddr", "").split(",")
    if len(addresses) > 1 and len(addresses) != len(hosts):
        raise cannot_be_read(_KIND, "it names another number of addresses than of hosts")
    found = go_words.hosts_of(addresses, (), _KIND)
    return tuple(replace(each, address=found[at].host if at < len(found) else "") for at, each in enumerate(hosts))


_ADDED = Place(Looks.FILE_AND_SYSTEM, TO_SYSTEM, REFUSES, REFUSES)
"""What the program adds is trusted beside the system's roots."""

_BROUGHT = Place(Looks.FILE, REFUSES, REFUSES, REFUSES)


def _rules() -> Iterable[Rule]:
    family = Family.TOKIO_POSTGRES
    refused = "it has no TLS connector (NoTls) and sslmode=require"
    for end, basis in (("", Grounds.RUN), (DIRECT, Grounds.READ)):
        yield Rule(family, ("disable" + end, "prefer, NoTls" + end), PLAIN, basis=basis)
        yield Rule(family, ("require, NoTls" + end,), TLS, refuses=refused, basis=basis)
    for mode, transport in (("prefer", TLS_IF_OFFERED), ("require", TLS)):
        yield from _of(family, mode, transport)


def _of(family: Family, mode: str, transport: Transport) -> Iterable[Rule]:
    for connector, place in (("native-tls", _ADDED), ("openssl", _ADDED), ("rustls", _BROUGHT)):
        for end, verifies, where in (
            ("", FULL, place),
            (f", {_NAMES}", CHAIN, place),
            (f", {_CERTS}", NOTHING, OPENED),
        ):
            name = f"{mode}, {connector}{end}"
            # native-tls is what most build it with, where nobody said.
            unsaid = (
                ("", mode) if name == "prefer, native-tls" else (mode,) if name == "require, native-tls" else ()
            )
            ran = Grounds.READ if connector == "rustls" else Grounds.RUN
            yield Rule(family, (name, *unsaid), transport, verifies, where, basis=ran)
            yield from only_read(_directly(family, name, mode, verifies, where))


def _directly(family: Family, name: str, mode: str, verifies: Verifies, where: Place) -> Iterable[Rule]:
    why = "tokio-postgres before 0.7.13 knows no sslnegotiation"
    yield Rule(family, (name + DIRECT,), TLS, before=_DIRECT_SINCE, refuses=why)
    if mode == "prefer":
        why = 'weak sslmode "prefer" may not be used with sslnegotiation=direct'
        yield Rule(family, (name + DIRECT,), TLS, since=_DIRECT_SINCE, refuses=why)
    else:
        yield Rule(family, (name + DIRECT,), TLS, verifies, where, since=_DIRECT_SINCE)


def _line(connection: Connection, path: str) -> str:
    mode = f"{'?' if connection.is_url else ''}sslmode=require"
    return f"{mode} and, with postgres-openssl, builder.set_ca_file({json.dumps(path)})"


def _chain_line(connection: Connection, path: str) -> str:
    return f"{_line(connection, path)} and connection.set_verify_hostname(false)"


MODEL = Model(
    Family.TOKIO_POSTGRES,
    tuple(_rules()),
    # Of a PEM file native-tls takes the first certificate, openssl all, rustls whatever the program gives it.
    (Reader.FIRST, Reader.OPENSSL, Reader.RUSTLS),
)
DIALECTS = (
    Dialect(
        Driver.TOKIO_POSTGRES,
        read,
        _line,
        ("rust-postgres", "tokio-postgres-rustls", "deadpool-postgres", "bb8-postgres", "postgres-rs"),
        (_CERTS, _NAMES),
        _chain_line,
    ),
)
