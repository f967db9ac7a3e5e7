"""Npgsql: its connection strings.

Source: Npgsql, NpgsqlConnectionStringBuilder.cs, NpgsqlConnector.cs and PostgresEnvironment.cs of v6.0.0 to
v10.0.3.
"""

from collections.abc import Iterable, Mapping

from tlscheck.drivers import ado, go_words
from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    PLAIN,
    PLAIN_FIRST,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.connection import DIRECT, Connection, Host, cannot_be_read, mode_of, path_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.npgsql_words import KIND, settled
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_MODES = ("Disable", "Allow", "Prefer", "Require", "VerifyCA", "VerifyFull")
_DIRECT_SINCE = (9,)
_TRUSTING = ", Trust Server Certificate"
_ATTRIBUTES = ("any", "primary", "standby", "prefer-primary", "prefer-standby", "read-write", "read-only")


def read(given: Words) -> Connection:
    """A connection string of Npgsql, with further words as options. Raises BadRequest."""
    pairs = [*ado.pairs(given.text, KIND), *given.settings.items()]
    said, unsure = settled(pairs, given.version)
    mode = _one_of(said, "SSL Mode", _MODES)
    negotiation = _one_of(said, "SSL Negotiation", ("Postgres", "Direct"))
    if not given.version or given.version >= _DIRECT_SINCE:
        negotiation = negotiation or given.variables.get("PGSSLNEGOTIATION", "").capitalize()
    trusts = _is_true(said, "Trust Server Certificate")
    ignored = ("Trust Server Certificate",) * (trusts and mode != "Require" and mode not in _NOT_TRUSTING)
    if trusts and mode in {"Require", *_NOT_TRUSTING}:
        mode += _TRUSTING
    if negotiation == "Direct":
        mode += DIRECT
    root = said.get("Root Certificate") or given.variables.get("PGSSLROOTCERT", "")
    hosts = _hosts(said)
    return Connection(
        Driver.NPGSQL,
        hosts[0].host,
        hosts[0].port,
        mode,
        path_of(root, KIND),
        given.version,
        others=hosts[1:],
        unknown=given.nested + unsure + tuple(_undecided(said, given.variables)),
        ignored=ignored,
    )


_NOT_TRUSTING = ("Allow", "VerifyCA", "VerifyFull")
"""With these Npgsql 6 and 7 refuse Trust Server Certificate=true."""


def _one_of(said: Mapping[str, str], word: str, allowed: tuple[str, ...]) -> str:
    value = said.get(word, "").strip()
    return (
        mode_of({each.lower(): each for each in allowed}.get(value.lower(), value), allowed, KIND) if value else ""
    )


def _is_true(said: Mapping[str, str], word: str) -> bool:
    value = said.get(word, "false").strip().lower()
    if value not in {"true", "false"}:
        raise cannot_be_read(KIND, f"its {word} is neither true nor false")
    return value == "true"


def _undecided(said: Mapping[str, str], variables: Mapping[str, str]) -> Iterable[str]:
    """Words that may make it fail, which nobody can tell from here."""
    if said.get("SSL Certificate") or variables.get("PGSSLCERT"):
        yield "SSL Certificate"
    if _is_true(said, "Check Certificate Revocation") and _one_of(said, "SSL Mode", _MODES).startswith("Verify"):
        yield "Check Certificate Revocation"
    if _one_of(said, "Channel Binding", ("Disable", "Prefer", "Require")) == "Require":
        yield "Channel Binding"
    of_gss = _one_of(said, "GSS Encryption Mode", ("Disable", "Prefer", "Require"))
    if (of_gss or variables.get("PGGSSENCMODE", "").capitalize()) == "Require":
        yield "GSS Encryption Mode"


def _hosts(said: Mapping[str, str]) -> tuple[Host, ...]:
    names = said.get("Host", "").split(",")
    attributes = said.get("Target Session Attributes", "any").lower()
    if attributes not in _ATTRIBUTES:
        raise cannot_be_read(KIND, f"its Target Session Attributes is none of {', '.join(_ATTRIBUTES)}")
    if attributes != "any" and len(names) == 1:
        raise cannot_be_read(KIND, "it names Target Session Attributes and one host, which Npgsql refuses")
    hosts, ports = [], []
    for each in (name.strip() for name in names):
        host, colon, port = each.rpartition(":")
        has_port = bool(colon) and (":" not in host or host.endswith("]")) and not each.startswith("/")
        hosts.append(host if has_port else each)
        ports.append(port if has_port else said.get("Port", ""))
    return go_words.hosts_of(hosts, tuple(ports), KIND)


_ROOTS = Place(Looks.FILE_OR_HOME, TO_SYSTEM, FAILS_TLS, FAILS_TLS)


def _rules() -> Iterable[Rule]:
    family, roots = Family.NPGSQL, _ROOTS
    why = "Npgsql 6 and 7 take Require only with Trust Server Certificate=true"
    yield Rule(family, ("Disable",), PLAIN)
    yield Rule(family, ("Allow",), PLAIN_FIRST)
    yield Rule(family, ("", "Prefer"), TLS_IF_OFFERED)
    yield Rule(family, ("Require",), TLS, before=(8,), refuses=why)
    yield Rule(family, ("Require",), TLS, since=(8,))
    yield Rule(family, ("Require" + _TRUSTING,), TLS)
    yield Rule(family, ("VerifyCA",), TLS, CHAIN, roots)
    yield Rule(family, ("VerifyFull",), TLS, FULL, roots)
    # From 8 on it is there and does nothing.
    why = "Npgsql 6 and 7 take Trust Server Certificate=true with no such mode"
    yield Rule(family, tuple(mode + _TRUSTING for mode in _NOT_TRUSTING), TLS, before=(8,), refuses=why)
    yield Rule(family, ("Allow" + _TRUSTING,), PLAIN_FIRST, since=(8,))
    yield Rule(family, ("VerifyCA" + _TRUSTING,), TLS, CHAIN, roots, since=(8,))
    yield Rule(family, ("VerifyFull" + _TRUSTING,), TLS, FULL, roots, since=(8,))


def _direct() -> Iterable[Rule]:
    family, since = Family.NPGSQL, _DIRECT_SINCE
    weak = tuple(mode + DIRECT for mode in ("", "Disable", "Allow", "Prefer", "Allow" + _TRUSTING))
    why = "SSL Mode has to be Require or higher to be used with direct SSL Negotiation"
    yield Rule(family, weak, TLS, since=since, refuses=why)
    yield Rule(family, _direct_modes("Require"), TLS, since=since)
    yield Rule(family, _direct_modes("VerifyCA"), TLS, CHAIN, _ROOTS, since=since)
    yield Rule(family, _direct_modes("VerifyFull"), TLS, FULL, _ROOTS, since=since)


def _direct_modes(mode: str) -> tuple[str, ...]:
    return mode + DIRECT, mode + _TRUSTING + DIRECT


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"SSL Mode=VerifyFull;Root Certificate={ado.quoted(path)}"


MODEL = Model(
    Family.NPGSQL,
    tuple(only_read((*within(_rules(), since=(6,)), *_direct()))),
    (Reader.DOTNET,),
    system_store=(
        ".NET's own store was not looked into: on Linux it is OpenSSL's directory and file of CAs, or those that "
        "SSL_CERT_DIR and SSL_CERT_FILE name, elsewhere the system's"
    ),
)
DIALECTS = (
    Dialect(
        Driver.NPGSQL,
        read,
        _line,
        (".net", "npgsql.entityframeworkcore.postgresql", "efcore", "entityframework"),
        ("Trust Server Certificate",),
    ),
)
