"""What decides, beside mode and roots, whether libpq connects at all: judged, named as not known, or harmless.

Source: PostgreSQL, fe-connect.c, fe-secure-openssl.c (initialize_SSL) and fe-auth.c (check_expected_areq).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tlscheck.drivers.libpq_options import OPTIONS
from tlscheck.drivers.placeholder import marked

_OLD, _YOUNG = 11, 14
"""What came by the first all know that are in use; what came by the second most do, and a note says so."""

_DECIDING = frozenset(
    (
        *("sslnegotiation", "channel_binding", "gssencmode", "sslcertmode"),
        *("ssl_min_protocol_version", "ssl_max_protocol_version", "sslcert", "sslcrl", "sslcrldir"),
        *("require_auth", "min_protocol_version", "requirepeer", "service"),
    )
)
_METHODS = frozenset(("password", "md5", "scram-sha-256"))
"""What RDS asks a client for."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """As the fields of Connection."""

    unknown: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]


def decisions(said: Mapping[str, str], version: tuple[int, ...], *, is_local: bool) -> Decisions:
    """What the options say, all of them with values that libpq takes."""
    return Decisions(
        tuple(_unknown(said, version, is_local=is_local)),
        tuple(name for name in ("requirepeer",) if said.get(name) and not is_local),
        tuple(_notes(said, version)),
    )


def _unknown(said: Mapping[str, str], version: tuple[int, ...], *, is_local: bool) -> Iterator[str]:
    yield from _unsaid(said, version)
    yield from _of_login(said, is_local=is_local)
    if said.get("sslmode") != "disable" and not is_local:
        yield from _of_tls(said)


def _unsaid(said: Mapping[str, str], version: tuple[int, ...]) -> Iterator[str]:
    for name, value in said.items():
        if name in _DECIDING and (waits := marked(value)):
            yield f"{name}, which {' and '.join(waits)} says"
        elif not version and OPTIONS[name].since > _YOUNG and name != "sslnegotiation":
            yield f"{name}, which libpq knows since {OPTIONS[name].since}: say which libpq it is"
        elif not version and OPTIONS[name].before:
            yield f"{name}, which libpq knows before {OPTIONS[name].before} only: say which libpq it is"


def _of_login(said: Mapping[str, str], *, is_local: bool) -> Iterator[str]:
    if said.get("gssencmode") == "require":
        yield "gssencmode=require, where GSSAPI encrypts or nothing does"
    if said.get("sslcertmode") == "require":
        yield "sslcertmode=require, where the server must ask for a certificate of the client"
    if said.get("min_protocol_version") in {"3.2", "latest"}:
        yield "min_protocol_version, which PostgreSQL knows since 18"
    if said.get("channel_binding") == "require" and is_local:
        yield "channel_binding=require over a unix socket, where there is no TLS to bind to"
    if said.get("requirepeer") and is_local:
        yield "requirepeer, which names the account of what listens at the socket"
    if (methods := said.get("require_auth", "")) and not marked(methods):
        named = {each.strip() for each in methods.split(",")}
        if not any(each.startswith("!") for each in named) and not named & _METHODS:
            yield "require_auth, which allows no password"


def _of_tls(said: Mapping[str, str]) -> Iterator[str]:
    if said.get("ssl_min_protocol_version", "").lower() == "tlsv1.3":
        yield "ssl_min_protocol_version=TLSv1.3, which not every server offers"
    if said.get("ssl_max_protocol_version", "").lower() in {"tlsv1", "tlsv1.1"}:
        yield "ssl_max_protocol_version below TLSv1.2, which servers of today refuse"
    if said.get("sslcert") and not said.get("sslkey") and said.get("sslcertmode") != "disable":
        yield "sslcert without sslkey: where that file is there, libpq asks for ~/.postgresql/postgresql.key too"
    for name in ("sslcrl", "sslcrldir"):
        if said.get(name):
            yield f"{name}: without a list of the new CA in it, libpq refuses that CA"


def _notes(said: Mapping[str, str], version: tuple[int, ...]) -> Iterator[str]:
    for name in said:
        if not version and _OLD < OPTIONS[name].since <= _YOUNG:
            yield f"{name}: libpq knows it since {OPTIONS[name].since}, older ones refuse it."
    if said.get("sslcert") and said.get("sslkey") and said.get("sslmode") != "disable":
        yield "Its own certificate and key, sslcert and sslkey, were not looked at."
    if said.get("channel_binding") == "require":
        yield "channel_binding=require needs a login by SCRAM over TLS."
