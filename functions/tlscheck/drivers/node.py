"""node-postgres: its connection strings, the options of new Client() and new Pool(), and what lies around them.

Source: pg 8, lib/connection-parameters.js, lib/client.js and lib/connection.js; pg-pool, index.js.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    GOES_ON,
    NOTHING,
    PLAIN,
    REFUSES,
    TLS,
    TO_SYSTEM,
    TRUSTS_NOBODY,
    Grounds,
    Looks,
    Place,
    Rule,
    within,
)
from tlscheck.drivers.connection import (
    DIRECT,
    NEEDS_17,
    Connection,
    cannot_be_read,
    host_of,
    not_marked,
    path_of,
    port_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.node_tls import (
    ANY_NAME,
    EXTRA,
    NO_CERTIFICATE,
    NONE,
    OPENSSL,
    OWN_LIST,
    UNVERIFIED,
    VERIFIED,
    TlsOptions,
    of_object,
    of_variables,
)
from tlscheck.drivers.node_url import ANY, CRASHES, KIND, NO_FILE, OFF, TRUE, Parsed, parsed
from tlscheck.drivers.word_names import listed, shown
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_HARMLESS = listed(
    "user password database host port connectionString ssl sslnegotiation binary options client_encoding"
    " replication application_name fallback_application_name statement_timeout lock_timeout query_timeout"
    " idle_in_transaction_session_timeout connectionTimeoutMillis keepAlive keepAliveInitialDelayMillis types"
    " enableChannelBinding scramMaxIterations pipeline Promise max min idleTimeoutMillis allowExitOnIdle"
    " maxUses maxLifetimeSeconds log verify onConnect"
)
VERIFYING = (
    TRUE,
    "sslmode=prefer",
    "sslmode=require",
    "sslmode=verify-ca",
    "sslmode=verify-full",
    "uselibpqcompat sslmode=verify-full",
)
"""What a URL says for chain and name, by its own roots or those that lie around it."""

_DECIDE = frozenset(("stream", "connection", "Client"))
"""What the program puts in the place of the socket or of the client itself."""


def read(given: Words) -> Connection:
    """A connection string, the options beside it and node's variables. Raises BadRequest.

    What the string says stands before the options: of TLS all together, its host even where it is empty.
    """
    options, variables = given.options, given.variables
    text = given.text or _text(options.get("connectionString"))
    url = parsed(text) if text else None
    said_host = url.host if url else _text(options.get("host"))
    said_port = url.port if url else _text(options.get("port"))
    host = said_host or variables.get("PGHOST") or "localhost"
    tls = _tls(url, options, variables)
    is_direct = _is_direct(url, options, variables)
    if is_direct and (tls.mode in {NONE, OFF} or tls.mode.endswith("sslmode=disable")):
        raise cannot_be_read(KIND, "sslnegotiation=direct requires ssl")
    host = host_of(host, KIND)
    found = Connection(
        Driver.NODE,
        host,
        port_of(said_port or variables.get("PGPORT", ""), KIND),
        tls.mode + DIRECT * is_direct,
        path_of(tls.root, KIND),
        given.version,
        unknown=tls.unknown + tuple(name for name in options if name in _DECIDE),
        ignored=tls.ignored + tuple(shown(name) for name in options if name not in _HARMLESS | _DECIDE),
        notes=tls.notes + (NEEDS_17,) * is_direct,
        inline_roots=tls.inline_roots,
    )
    if url:
        found = replace(found, unknown=found.unknown + url.unknown, ignored=found.ignored + url.ignored)
    return _named(found, tls.servername)


def _named(found: Connection, servername: str) -> Connection:
    if not servername:
        return found
    if not found.is_address:
        return replace(found, ignored=(*found.ignored, "ssl.servername"))
    return replace(found, expected_name=host_of(servername, KIND))


def _text(given: object) -> str:
    return str(given) if isinstance(given, str | int) and given else ""


def _tls(url: Parsed | None, options: Mapping[str, object], variables: Mapping[str, str]) -> TlsOptions:
    if url and url.mode:
        return _of_url(url, of_variables({}, variables))
    if "ssl" in options:
        return _of_options(options["ssl"], variables)
    return _of_environment(variables)


def _of_url(url: Parsed, around: TlsOptions) -> TlsOptions:
    is_decided = url.mode in {OFF, CRASHES, NO_FILE} or url.mode.endswith("sslmode=disable")
    if around.mode == UNVERIFIED and not is_decided:
        # NODE_TLS_REJECT_UNAUTHORIZED=0: the file that the URL names is read all the same.
        return TlsOptions(ANY, url.root)
    if not url.root and around.root and url.mode in VERIFYING:
        return replace(around, mode=url.mode + around.mode.removeprefix(VERIFIED))
    return TlsOptions(url.mode, url.root, notes=around.notes * (url.mode in VERIFYING and not url.root))


def _of_options(given: object, variables: Mapping[str, str]) -> TlsOptions:
    match not_marked("ssl", given):
        case True | "true":
            return of_variables({}, variables)
        case False | None | "" | 0:
            return TlsOptions(NONE)
        case "no-verify":
            return TlsOptions(UNVERIFIED)
        case Mapping() as options:
            return of_object(options, variables)
        case list():
            return TlsOptions(unknown=("ssl",))
        case _:
            raise cannot_be_read(KIND, "its ssl is neither true, false nor an object, and ends in a TypeError")


def _of_environment(variables: Mapping[str, str]) -> TlsOptions:
    match variables.get("PGSSLMODE", ""):
        case "prefer" | "require" | "verify-ca" | "verify-full":
            return of_variables({}, variables)
        case "no-verify":
            return TlsOptions(UNVERIFIED)
        case _:
            return TlsOptions(NONE)


def _is_direct(url: Parsed | None, options: Mapping[str, object], variables: Mapping[str, str]) -> bool:
    if url and url.is_direct:
        return True
    named = not_marked("sslnegotiation", options.get("sslnegotiation")) or variables.get("PGSSLNEGOTIATION")
    if named and named not in ("postgres", "direct"):
        raise cannot_be_read(KIND, "its sslnegotiation is neither postgres nor direct")
    return named == "direct"


def _rules() -> Iterable[Rule]:
    family = Family.NODE
    # It reads the file that the URL names in every mode.
    opened = Place(Looks.FILE, GOES_ON, REFUSES, GOES_ON)
    unless_given = Place(Looks.FILE, GOES_ON, REFUSES, TRUSTS_NOBODY)
    needed = Place(Looks.FILE, REFUSES, REFUSES, TRUSTS_NOBODY)
    yield Rule(family, (NONE, OFF), PLAIN)
    why = "ssl is neither true, false nor an object: TypeError, as TLS begins"
    yield Rule(family, (CRASHES,), TLS, refuses=why)
    why = "sslmode=verify-ca with uselibpqcompat=true needs an sslrootcert: its parser throws an error without one"
    yield Rule(family, (NO_FILE,), TLS, refuses=why)
    yield Rule(family, ("sslmode=disable", "uselibpqcompat sslmode=disable"), PLAIN, NOTHING, opened)
    yield Rule(
        family, (UNVERIFIED, ANY, "sslmode=no-verify", "uselibpqcompat sslmode=prefer"), TLS, NOTHING, opened
    )
    yield from verified(family, VERIFYING)
    yield Rule(family, ("uselibpqcompat sslmode=require",), TLS, CHAIN, unless_given)
    yield Rule(family, ("uselibpqcompat sslmode=verify-ca",), TLS, CHAIN, needed)


def verified(family: Family, also: tuple[str, ...] = ()) -> Iterable[Rule]:
    """The modes in which node itself verifies: chain and name, or the chain alone; `also` names more."""
    trusted = Place(Looks.FILE, TO_SYSTEM, REFUSES, TRUSTS_NOBODY)
    # A file of NODE_EXTRA_CA_CERTS that is not there is a warning, and its own list holds no root of RDS.
    added = Place(Looks.FILE, TO_SYSTEM, TRUSTS_NOBODY, TRUSTS_NOBODY)
    nobody = Place(Looks.NOWHERE, TRUSTS_NOBODY)
    for mode, verifies, names in ((VERIFIED, FULL, also), (ANY_NAME, CHAIN, ())):
        yield Rule(family, (mode, *names), TLS, verifies, trusted)
        every = tuple(each + suffix for each in (mode, *names) for suffix in (EXTRA, OPENSSL))
        yield Rule(family, every, TLS, verifies, added)
        yield Rule(family, (mode + NO_CERTIFICATE,), TLS, verifies, nobody)


def line(connection: Connection, path: str) -> str:
    """What a URL says of TLS stands before `ssl` of the options, and is mended there."""
    if written := url_line(connection, path):
        return written
    return f"new Client({{ ..., {ssl_object(path)} }})"


def url_line(connection: Connection, path: str) -> str:
    """What to write into the URL; "" where it has none, or none that says anything of TLS."""
    said_there = "ssl=" in connection.mode or "sslmode=" in connection.mode
    is_mended_there = said_there or (connection.is_url and connection.framework != "prisma")
    return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}" if is_mended_there else ""


def _chain_line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    """Not by the URL: verify-ca there verifies the name too, but where a newer pg is told otherwise."""
    return f"new Client({{ ..., {ssl_object(path, ANY_NAME_MEMBER)} }})"


ANY_NAME_MEMBER = ", checkServerIdentity: () => undefined"


def ssl_object(path: str, more: str = "") -> str:
    """The option that trusts the certificates of this file, and verifies the name unless it says otherwise."""
    return f'ssl: {{ ca: fs.readFileSync({json.dumps(path)}, "utf8"){more} }}'


def _directly(rules: Iterable[Rule]) -> Iterable[Rule]:
    """The rows of TLS that begins at once: by pg 8.22, which knows it, and with the same modes."""
    for rule in rules:
        yield rule
        if rule.transport is TLS:
            is_tried = not rule.modes[0].endswith((EXTRA, OPENSSL, NO_CERTIFICATE, CRASHES))
            basis = rule.basis if is_tried else Grounds.READ
            modes = tuple(mode + DIRECT for mode in rule.modes)
            yield replace(rule, modes=modes, since=(8, 22), basis=basis)


_RULES = within(_directly(_rules()), since=(8,), before=(9,))
MODEL = Model(Family.NODE, tuple(_RULES), (Reader.NODE,), system_store=OWN_LIST)
_DROPS = ("sslmode", "sslrootcert", "ssl", "uselibpqcompat", "sslnegotiation", "sslcert", "sslkey")
DIALECTS = (Dialect(Driver.NODE, read, line, ("pg", "node-pg", "node", "kysely"), _DROPS, _chain_line),)
