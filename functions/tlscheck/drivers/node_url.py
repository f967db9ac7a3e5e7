"""The connection strings of node-postgres.

Source: pg-connection-string 2, index.js (parse).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tlscheck.drivers.connection import NotSaidError, not_marked
from tlscheck.drivers.javascript_url import url
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import all_shown, listed

KIND = "a URL of node-postgres"
TRUE, OFF, ANY = "ssl=true", "ssl=0", "ssl=no-verify"
CRASHES = "ssl= of another kind"
"""What is neither true, false nor an object: it crashes with a TypeError as TLS begins."""

NO_FILE = "uselibpqcompat sslmode=verify-ca, no sslrootcert"
"""What its parser refuses."""

MODES = ("disable", "prefer", "require", "verify-ca", "verify-full", "no-verify")
_DECIDE = listed("host port ssl sslmode sslrootcert sslcert sslkey sslnegotiation uselibpqcompat")
_HARMLESS = listed(
    "user password application_name fallback_application_name client_encoding options replication binary"
    " statement_timeout lock_timeout idle_in_transaction_session_timeout query_timeout connectionTimeoutMillis"
    " keepAlive keepAliveInitialDelayMillis"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a connection string says: it stands before all options of the same names."""

    host: str
    port: str
    mode: str
    """What it says of TLS; "" when it says nothing, and `ssl` of the options counts."""

    root: str = ""
    is_direct: bool = False
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def parsed(text: str) -> Parsed:
    """A connection string. Raises BadRequest where pg-connection-string does, and for passwords out of place."""
    if text.startswith("/"):
        return Parsed("/", "", "")
    if (names := marked(text)) and re.fullmatch("\ue000[^\ue001]*\ue001", text):
        raise NotSaidError(f"the connection string, which {' and '.join(names)} says")
    if "://" not in text:
        why = "a text that is no URL, which node-postgres takes for a path behind a host named base"
        return Parsed("", "", "", unknown=(why,))
    if re.search(r" |%[^A-Fa-f0-9]|%[A-Fa-f0-9][^A-Fa-f0-9]", text):
        text = re.sub(r"%25(\d\d)", r"%\1", quote(text, ";,/?:@&=+$-_.!~*'()#[]%".replace("%", "")))
    read = url(text, KIND, is_retried=True)
    if read.scheme == "socket":
        return Parsed("/", "", "")
    said = dict(read.query)
    mode, root = _tls(said)
    return Parsed(
        said.get("host") or read.host,
        said.get("port") or read.port,
        mode,
        root,
        not_marked("sslnegotiation", said.get("sslnegotiation")) == "direct",
        tuple(name for name in ("sslcert", "sslkey") if said.get(name)),
        all_shown(name for name in said if name not in _DECIDE | _HARMLESS) + _without_effect(said),
    )


def _without_effect(said: Mapping[str, str]) -> tuple[str, ...]:
    """Words that it knows with a value that it does not: `sslmode=reqiure` verifies chain and name."""
    return ("sslmode",) * (said.get("sslmode", MODES[0]) not in {"", *MODES})


def _tls(said: Mapping[str, str]) -> tuple[str, str]:
    for name in ("ssl", "sslmode", "uselibpqcompat"):
        not_marked(name, said.get(name))
    mode, root = said.get("sslmode", ""), said.get("sslrootcert", "")
    if mode:
        is_compatible = said.get("uselibpqcompat") == "true"
        # One that it does not know leaves ssl = {}, which verifies everything.
        known = mode if mode in MODES else "verify-full"
        if is_compatible and known == "no-verify":
            known = "verify-full"
        if is_compatible and known == "verify-ca" and not root:
            return NO_FILE, ""
        return (f"uselibpqcompat sslmode={known}" if is_compatible else f"sslmode={known}"), root
    if root or said.get("sslcert") or said.get("sslkey"):
        return TRUE, root
    if "ssl" not in said:
        return (TRUE if said.get("sslnegotiation") == "direct" else ""), ""
    words = {"true": TRUE, "1": TRUE, "0": OFF, "": OFF, "no-verify": ANY}
    return words.get(said["ssl"], CRASHES), ""
