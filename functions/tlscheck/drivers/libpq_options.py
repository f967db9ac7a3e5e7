"""All options of libpq 9.6 to 18: since when it knows them, from which variable it takes them, and which values.

Source: PQconndefaults() of libpq 10 to 18, run; PostgreSQL 9.6, fe-connect.c (PQconninfoOptions), read; for the
values pqConnectOptions2 of the same file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import may_be_shown

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
TLS_VERSIONS = ("tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3")
"""In lower case, oldest first: libpq compares without regard to case."""

_SWITCH = ("disable", "prefer", "require")
_SESSIONS = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")
_METHODS = ("password", "md5", "gss", "sspi", "scram-sha-256", "oauth", "none")


@dataclass(frozen=True, slots=True)
class Option:
    """One word of libpq."""

    name: str
    variable: str = ""
    """The environment variable that says the same; "" for none."""

    since: int = 0
    """The first major version of libpq that knows it; 0 for all."""

    before: int = 0
    """The first that knows it no more; 0 for none."""

    allowed: tuple[str, ...] = ()
    """Its values; () for any."""

    is_number: bool = False


def _options() -> tuple[Option, ...]:
    plain = (
        *("service:PGSERVICE", "user:PGUSER", "password:PGPASSWORD", "dbname:PGDATABASE", "host:PGHOST"),
        *("hostaddr:PGHOSTADDR", "port:PGPORT", "client_encoding:PGCLIENTENCODING", "options:PGOPTIONS"),
        *("application_name:PGAPPNAME", "fallback_application_name", "sslcompression:PGSSLCOMPRESSION"),
        *("sslcert:PGSSLCERT", "sslkey:PGSSLKEY", "sslrootcert:PGSSLROOTCERT", "sslcrl:PGSSLCRL"),
        *("requirepeer:PGREQUIREPEER", "krbsrvname:PGKRBSRVNAME", "gsslib:PGGSSLIB", "replication"),
    )
    newer = (
        *("passfile:PGPASSFILE:10", "sslpassword::13", "sslcrldir:PGSSLCRLDIR:14", "sslsni:PGSSLSNI:14"),
        *("require_auth:PGREQUIREAUTH:16", "gssdelegation:PGGSSDELEGATION:16", "scram_client_key::18"),
        *("scram_server_key::18", "oauth_issuer::18", "oauth_client_id::18", "oauth_client_secret::18"),
        *("oauth_scope::18", "sslkeylogfile::18"),
    )
    numbers = ("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count")
    ages = ("", *TLS_VERSIONS)
    protocols = ("", "3.0", "3.2", "latest")
    return (
        *(Option(name, variable) for name, _, variable in (each.partition(":") for each in plain)),
        *(Option(name, variable, int(since)) for name, variable, since in (each.split(":") for each in newer)),
        *(Option(name, is_number=True) for name in numbers),
        Option("connect_timeout", "PGCONNECT_TIMEOUT", is_number=True),
        Option("tcp_user_timeout", since=12, is_number=True),
        Option("authtype", "PGAUTHTYPE", before=14),
        Option("tty", "PGTTY", before=14),
        Option("sslmode", "PGSSLMODE", allowed=MODES),
        Option("target_session_attrs", "PGTARGETSESSIONATTRS", 10, allowed=_SESSIONS),
        Option("gssencmode", "PGGSSENCMODE", 12, allowed=_SWITCH),
        Option("channel_binding", "PGCHANNELBINDING", 13, allowed=_SWITCH),
        Option("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", 13, allowed=ages),
        Option("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", 13, allowed=ages),
        Option("sslcertmode", "PGSSLCERTMODE", 16, allowed=("disable", "allow", "require")),
        Option("load_balance_hosts", "PGLOADBALANCEHOSTS", 16, allowed=("disable", "random")),
        Option("sslnegotiation", "PGSSLNEGOTIATION", 17, allowed=("postgres", "direct")),
        Option("min_protocol_version", "PGMINPROTOCOLVERSION", 18, allowed=protocols),
        Option("max_protocol_version", "PGMAXPROTOCOLVERSION", 18, allowed=protocols),
    )


OPTIONS: Mapping[str, Option] = {each.name: each for each in _options()}
VARIABLES: Mapping[str, str] = {each.variable: each.name for each in OPTIONS.values() if each.variable}
_OTHER_VARIABLES = frozenset(
    ("PGSERVICEFILE", "PGSYSCONFDIR", "PGLOCALEDIR", "PGREQUIRESSL", "PGDATESTYLE", "PGTZ", "PGGEQO", "PGREALM")
)
"""Of libpq too, and none of them an option by its value alone."""

KIND = "libpq's words"


def echoed(name: str) -> str:
    """A word's name as it may be repeated, in quotes."""
    return f'"{name}"' if may_be_shown(name) else "(a word of it)"


def invalid(name: str, what: str = "connection option") -> Exception:
    """The error for a word that libpq does not know, in libpq's words, with the one that may have been meant."""
    meant = re.sub(r"[ _-]", "", name.casefold())
    near = next((each for each in OPTIONS if each.replace("_", "") == meant), "")
    return cannot_be_read(KIND, f"invalid {what} {echoed(name)}" + (f"; it is written {near}" if near else ""))


def checked(said: Mapping[str, str], version: tuple[int, ...]) -> None:
    """Whether libpq takes these values of its options. Raises BadRequest with the option's name and no value."""
    for name, value in said.items():
        option = OPTIONS[name]
        if marked(value):
            continue
        if version and (version[0] < option.since or 0 < option.before <= version[0]) and name != "sslnegotiation":
            known = f"since {option.since}" if option.since else f"before {option.before}"
            raise cannot_be_read(KIND, f'invalid connection option "{name}": libpq knows it {known} only')
        given = value.lower() if "protocol_version" in name else value
        if option.allowed and given not in option.allowed:
            values = ", ".join(each for each in option.allowed if each)
            raise cannot_be_read(KIND, f"invalid {name} value: it is none of {values}")
        if option.is_number and not re.fullmatch(r"\s*[+-]?\d{1,9}\s*", value, re.ASCII):
            raise cannot_be_read(KIND, f'invalid integer value for connection option "{name}"')
    _checked_methods(said.get("require_auth", ""))
    low, high = (said.get(f"ssl_{end}_protocol_version", "").lower() for end in ("min", "max"))
    if high in TLS_VERSIONS and TLS_VERSIONS.index(high) < TLS_VERSIONS.index(low or "tlsv1.2"):
        raise cannot_be_read(
            KIND, "invalid SSL protocol version range: ssl_max_protocol_version is below the lowest"
        )


def _checked_methods(text: str) -> None:
    methods = [each.strip() for each in text.split(",")] if text and not marked(text) else []
    are_negated = {each.startswith("!") for each in methods}
    if any(each.removeprefix("!") not in _METHODS for each in methods) or len(are_negated) > 1:
        raise cannot_be_read(KIND, f"invalid require_auth value: its methods are none of {', '.join(_METHODS)}")


def ignored_variables(variables: Mapping[str, str]) -> tuple[str, ...]:
    """PG* variables that mean nothing to libpq, as PGSSLMOD and PGDATA do."""
    known = VARIABLES.keys() | _OTHER_VARIABLES
    return tuple(
        name
        for name in variables
        if name.startswith("PG") and name not in known and re.fullmatch(r"[A-Z0-9_]{2,60}", name, re.ASCII)
    )
