"""Postgrex, of Elixir, and Ecto, which hands it a URL's parts and its own options.

Options are given as JSON: atoms as text, with their colon or without, and keyword lists as objects.

Source: Postgrex, lib/postgrex/protocol.ex and utils.ex of v0.17.5 to v0.22.2; Ecto, lib/ecto/repo/supervisor.ex
(parse_url); Erlang/OTP, ssl (tls_client_option).
"""

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote

from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    NOTHING,
    OPENED,
    PLAIN,
    REFUSES,
    SYSTEM_STORE,
    TLS,
    Looks,
    Place,
    Rule,
    only_read,
)
from tlscheck.drivers.connection import IN_CODE, Connection, Host, cannot_be_read, host_of, path_of, port_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import all_shown, listed, shown
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a connection of Postgrex"
_OFF, _TRUE, _PEER, _NONE = "ssl: false", "ssl: true", "verify: :verify_peer", "verify: :verify_none"
_GOT, _NO_NAME = ", cacerts: :public_key.cacerts_get()", ", server_name_indication: :disable"
_SAFE_SINCE, _TRUE_SINCE, _TRUE_MENDED = (0, 18), (0, 21), (0, 21, 1)
_READ = listed(
    "scheme url hostname port database username password parameters timeout connect_timeout handshake_timeout "
    "ping_timeout ssl ssl_opts socket_options prepare transactions types disconnect_on_error_codes endpoints "
    "target_server_type socket socket_dir show_sensitive_data_on_connection_error disable_composite_types comment "
    "search_path idle_interval pool pool_size pool_count queue_target queue_interval after_connect idle_limit "
    "max_restarts max_seconds name backoff_min backoff_max backoff_type configure ownership_timeout log adapter "
    "migration_source migration_primary_key migration_timestamps migration_lock priv telemetry_prefix "
    "stacktrace show_sensitive_data_on_connection_error connection_listeners template template_database loggers"
)
"""What it, DBConnection and Ecto know; the rest they pass over."""

_OF_TLS = frozenset(("verify", "cacertfile", "cacerts", "server_name_indication", "customize_hostname_check"))
_WHOLE_NUMBERS = frozenset(("timeout", "pool_size", "idle_interval"))
"""Of a URL's parameters; Ecto refuses another value of theirs."""

_DECIDE = listed(
    "certfile keyfile cert key verify_fun partial_chain versions depth crl_check fail_if_no_peer_cert"
)


def read(given: Words) -> Connection:
    """Ecto's URL and the options of a repository, or those of Postgrex.start_link. Raises BadRequest."""
    options: dict[str, object] = {str(name).removeprefix(":"): value for name, value in given.options.items()}
    text = given.text or str(options.get("url") or "")
    options = options | (_url(text) if text else {})
    tls, notes = options.get("ssl", False), []
    unknown: tuple[str, ...] = ()
    if isinstance(tls, Mapping):
        found = _tls(tls, given, safe=True)
    elif tls is True and isinstance(inner := options.get("ssl_opts"), Mapping):
        found = _tls(inner, given, safe=False)
    elif tls is True:
        found = Connection(Driver.POSTGREX, mode=_TRUE)
    elif tls in (False, "false") or (tls is None and given.version and given.version < _SAFE_SINCE):
        found = Connection(Driver.POSTGREX, mode=_OFF if "ssl" in options else "")
    else:
        found, unknown = Connection(Driver.POSTGREX), ("ssl",)
    if isinstance(tls, Mapping) and given.version and given.version < _SAFE_SINCE:
        raise cannot_be_read(_KIND, "Postgrex before 0.18 takes true or false as ssl, and a list as ssl_opts")
    if isinstance(options.get("ssl_opts"), Mapping) and tls is not True:
        notes.append("ssl_opts count with ssl: true alone.")
    hosts = _hosts(options, given)
    return Connection(
        Driver.POSTGREX,
        hosts[0].host,
        hosts[0].port,
        found.mode,
        found.root,
        given.version,
        expected_name=found.expected_name,
        others=hosts[1:],
        unknown=unknown + found.unknown,
        ignored=all_shown(name for name in options if name not in _READ),
        notes=tuple(notes),
    )


def _tls(said: Mapping[str, object], given: Words, *, safe: bool) -> Connection:
    """The options of Erlang's ssl; `safe`: they stand upon Postgrex's own secure defaults."""
    values = {str(name).removeprefix(":"): value for name, value in said.items()}
    verify = str(values.get("verify") or "").removeprefix(":")
    unknown = [f"ssl.{shown(name)}" for name in values if name in _DECIDE or name not in _OF_TLS]
    if not verify and not safe:
        unknown.append("ssl_opts.verify, whose default is verify_none before Erlang/OTP 26 and verify_peer since")
    if verify not in {"", "verify_peer", "verify_none"}:
        unknown.append("ssl.verify")
    mode = _NONE if verify == "verify_none" else _PEER
    indication = values.get("server_name_indication")
    name = "" if indication is None else str(indication).strip("'\"")
    if indication in (":disable", "disable"):
        mode += _NO_NAME
    elif (
        indication is None and mode == _PEER and (not safe and (not given.version or given.version < _SAFE_SINCE))
    ):
        unknown.append("ssl_opts.server_name_indication, which Postgrex before 0.18 does not set from the host")
    root = values.get("cacertfile")
    if "cacerts" in values and root is None:
        if "cacerts_get" in str(values["cacerts"]):
            mode = mode.replace(_PEER, _PEER + _GOT)
            root = ""
        else:
            root = IN_CODE
    if not isinstance(root or "", str):
        root = ""
        unknown.append("ssl.cacertfile")
    return Connection(
        Driver.POSTGREX,
        mode=mode,
        root=path_of(str(root or ""), _KIND),
        expected_name=host_of(name, _KIND) if mode == _PEER else "",
        unknown=tuple(unknown),
    )


def _url(text: str) -> dict[str, object]:
    scheme, separator, rest = text.partition("#")[0].partition("://")
    if not separator or not scheme.isalnum():
        raise cannot_be_read(_KIND, "it is no URL like ecto://user:password@host/database")
    before, _, query = rest.partition("?")
    authority, slash, path = before.partition("/")
    if "@" not in authority and "@" in path + query:
        raise cannot_be_read(_KIND, "an @ stands after a / or ?: encode these of a password as %XX")
    if not slash or not path or "/" in path:
        raise cannot_be_read(_KIND, "its path is no database's name")
    place = authority.rpartition("@")[2]
    bare, bracket, rest = place[1:].partition("]")
    host, port = (bare, rest.removeprefix(":")) if place.startswith("[") and bracket else _split(place)
    found: dict[str, object] = {"hostname": unquote(host)} if host else {}
    found |= {"port": port} if port else {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in _WHOLE_NUMBERS and not re.fullmatch(r"[+-]?[0-9]+", value):
            raise cannot_be_read(_KIND, f"its {name} is no whole number")
        found[name] = value == "true" if name == "ssl" and value in {"true", "false"} else value
    return found


def _split(place: str) -> tuple[str, str]:
    host, _, port = place.partition(":")
    return host, port


def _hosts(options: Mapping[str, object], given: Words) -> tuple[Host, ...]:
    if options.get("socket") or options.get("socket_dir"):
        return (Host("/"),)
    endpoints = options.get("endpoints")
    if isinstance(endpoints, list) and not options.get("hostname"):
        pairs = [each for each in endpoints if isinstance(each, list) and len(each) == 2]
        if pairs and len(pairs) == len(endpoints):
            return tuple(Host(host_of(str(host), _KIND), port_of(str(port), _KIND)) for host, port in pairs)
        raise cannot_be_read(_KIND, 'its endpoints are no list of ["host", port]')
    host = str(options.get("hostname") or given.variables.get("PGHOST", ""))
    return (
        Host(host_of(host, _KIND), port_of(str(options.get("port") or given.variables.get("PGPORT", "")), _KIND)),
    )


_NEEDED = Place(Looks.FILE, REFUSES, REFUSES, REFUSES)


def _rules() -> Iterable[Rule]:
    family = Family.POSTGREX
    yield Rule(family, ("", _OFF), PLAIN)
    yield Rule(family, (_PEER,), TLS, FULL, _NEEDED)
    yield Rule(family, (_PEER + _NO_NAME,), TLS, CHAIN, _NEEDED)
    yield Rule(family, (_PEER + _GOT,), TLS, FULL, SYSTEM_STORE)
    yield Rule(family, (_PEER + _GOT + _NO_NAME,), TLS, CHAIN, SYSTEM_STORE)
    yield Rule(family, (_NONE, _NONE + _NO_NAME), TLS, NOTHING, OPENED)
    why = "from Erlang/OTP 26 on ssl: true verifies, and Postgrex before 0.21 gives it no roots"
    yield Rule(family, (_TRUE,), TLS, before=_TRUE_SINCE)
    yield Rule(family, (_TRUE,), TLS, before=_TRUE_SINCE, refuses=why)
    # 0.21 without its third number may be either.
    broken = "Postgrex 0.21.0 fails with ssl: true (a MatchError), which 0.21.1 mended"
    yield Rule(family, (_TRUE,), TLS, since=_TRUE_SINCE, before=_TRUE_MENDED, refuses=broken)
    yield Rule(family, (_TRUE,), TLS, FULL, SYSTEM_STORE, since=_TRUE_SINCE, before=(*_TRUE_SINCE, 0))
    yield Rule(family, (_TRUE,), TLS, FULL, SYSTEM_STORE, since=_TRUE_MENDED)


def _line(connection: Connection, path: str) -> str:
    if connection.version and connection.version < _SAFE_SINCE:
        name = f", server_name_indication: ~c{json.dumps(connection.host)}"
        return f"ssl: true, ssl_opts: [verify: :verify_peer, cacertfile: {json.dumps(path)}{name}]"
    return f"ssl: [cacertfile: {json.dumps(path)}]"


def _chain_line(connection: Connection, path: str) -> str:
    if connection.version and connection.version < _SAFE_SINCE:
        return ""
    return f"ssl: [cacertfile: {json.dumps(path)}, server_name_indication: :disable]"


MODEL = Model(Family.POSTGREX, tuple(only_read(_rules())), (Reader.ERLANG,))
DIALECTS = (
    Dialect(Driver.POSTGREX, read, _line, ("ecto", "ecto-sql", "elixir"), ("ssl_opts", "ssl"), _chain_line),
)
