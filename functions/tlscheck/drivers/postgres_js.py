"""postgres.js (porsager): its URLs, its options and PG* variables.

Source: postgres 3.4, src/index.js (parseOptions, parseUrl) and src/connection.js (secure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import zip_longest

from tlscheck.drivers.behaviour import NOTHING, PLAIN, TLS, TLS_IF_OFFERED, Rule, within
from tlscheck.drivers.connection import Connection, Host, cannot_be_read, host_of, not_marked, path_of, port_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.javascript_url import JavascriptUrl, several, url
from tlscheck.drivers.node import ANY_NAME_MEMBER, ssl_object, verified
from tlscheck.drivers.node_tls import NONE, OWN_LIST, TlsOptions, of_object, of_variables
from tlscheck.drivers.runtime_parameters import is_runtime_parameter
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

KIND = "a URL of postgres.js"
UNVERIFIED = ("require", "allow", "ssl, rejectUnauthorized: false")
_DEFAULTS = listed(
    "max ssl sslnegotiation idle_timeout connect_timeout max_lifetime max_pipeline backoff keep_alive prepare"
    " debug fetch_types publications target_session_attrs"
)
_OPTIONS = _DEFAULTS | listed(
    "host hostname port path database db user username pass password types onnotice onnotify onclose"
    " onparameter transform connection timeout no_prepare"
)
_NO_PARAMETERS = listed(
    "sslrootcert sslcert sslkey sslpassword sslaccept sslidentity schema pgbouncer connection_limit"
    " pool_timeout socket_timeout channel_binding gssencmode uselibpqcompat"
)


def read(given: Words) -> Connection:
    """A URL and the options beside it, which stand before what the URL says. Raises BadRequest."""
    options, variables = given.options, given.variables
    named, text = several(given.text)
    parsed = url(text, KIND) if text else JavascriptUrl("", "", "", "", ())
    query = dict(parsed.query)
    if query.get("sslmode"):
        query["ssl"] = query.pop("sslmode")
    if query.get("sslrootcert") == "system":
        query["ssl"] = "verify-full"
    tls = _tls(options, query, variables)
    if "ssl" not in options and dict(parsed.query).get("sslmode"):
        tls = replace(tls, ignored=tuple("sslmode" if name == "ssl" else name for name in tls.ignored))
    hosts = options.get("hostname") or options.get("host") or named or parsed.host or variables.get("PGHOST")
    first, *others = _hosts(
        hosts or "localhost", options.get("port") or parsed.port or variables.get("PGPORT") or 5432
    )
    sent = [name for name in query if name not in _DEFAULTS]
    if refused := [name for name in sent if name in _NO_PARAMETERS]:
        said = ", ".join(all_shown(refused))
        raise cannot_be_read(KIND, f"it sends each word on to the server, which knows no parameter {said}")
    beside = options.get("connection")
    sent += list(beside) if isinstance(beside, Mapping) else []
    unknown = [name for name in sent if not is_runtime_parameter(name) and name not in {"user", "database"}]
    unknown += [name for name in ("socket", "path") if options.get(name)]
    unknown += ["sslnegotiation"] * (_value("sslnegotiation", options, query, variables) == "direct")
    return Connection(
        Driver.POSTGRES_JS,
        first.host,
        first.port,
        tls.mode,
        path_of(tls.root, KIND),
        given.version,
        expected_name=host_of(tls.servername, KIND),
        others=tuple(others),
        unknown=(*tls.unknown, *all_shown(unknown)),
        ignored=(*tls.ignored, *all_shown(name for name in options if name not in _OPTIONS | {"socket"})),
        notes=tls.notes,
        inline_roots=tls.inline_roots,
    )


def _hosts(named: object, port: object) -> list[Host]:
    each = [str(one) for one in named] if isinstance(named, list) else str(named).split(",")
    ports = [str(one) for one in port] if isinstance(port, list) else []
    found = []
    for text, other in zip_longest(each, ports[: len(each)], fillvalue=""):
        host, _, own = (text, "", "") if text.count(":") > 1 else text.partition(":")
        found.append(Host(host_of(host, KIND), port_of(other or own or ("" if ports else str(port)), KIND)))
    return found


def _value(
    name: str, options: Mapping[str, object], query: Mapping[str, str], variables: Mapping[str, str]
) -> object:
    """Options first, then the URL, then PG and the name in capitals, as it reads all of its defaults."""
    if name in options:
        return not_marked(name, options[name])
    if name in query:
        return False if not_marked(name, query[name]) in {"disable", "false"} else query[name]
    return variables.get(f"PG{name.upper()}")


def _tls(options: Mapping[str, object], query: Mapping[str, str], variables: Mapping[str, str]) -> TlsOptions:
    match _value("ssl", options, query, variables):
        case None | False | "" | 0:
            return TlsOptions(NONE)
        case "require" | "allow" | "prefer" as mode:
            return TlsOptions(mode)
        case Mapping() as given:
            return of_object(given, variables)
        case list():
            return TlsOptions(unknown=("ssl",))
        case True | "true" | "verify-full":
            return of_variables({}, variables)
        case _:
            # Whatever else is true to JavaScript, a mode that it does not know too: tls.connect's own defaults.
            note = "postgres.js knows no such ssl, and verifies chain and name."
            return replace(of_variables({}, variables), ignored=("ssl",), notes=(note,))


def _rules() -> Iterable[Rule]:
    family = Family.POSTGRES_JS
    yield Rule(family, (NONE,), PLAIN)
    yield Rule(family, ("prefer",), TLS_IF_OFFERED)
    yield Rule(family, UNVERIFIED, TLS, NOTHING)
    yield from verified(family)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"postgres(..., {{ ..., {ssl_object(path)} }})"


def _chain_line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"postgres(..., {{ ..., {ssl_object(path, ANY_NAME_MEMBER)} }})"


MODEL = Model(
    Family.POSTGRES_JS, tuple(within(_rules(), since=(3,), before=(4,))), (Reader.NODE,), system_store=OWN_LIST
)
DIALECTS = (
    Dialect(Driver.POSTGRES_JS, read, _line, ("postgresjs", "porsager"), ("sslnegotiation",), _chain_line),
)
