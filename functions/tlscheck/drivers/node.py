"""node-postgres: URLs as pg-connection-string reads them, and the options of new Client().

Source: pg-connection-string, index.js (parse); pg, lib/connection-parameters.js.
"""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from tlscheck.drivers import libpq
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
    Looks,
    Place,
    Rule,
    within,
)
from tlscheck.drivers.connection import DIRECT, Connection, cannot_be_read, host_of, path_of, port_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

KIND = "a URL of node-postgres"
MODES = ("disable", "prefer", "require", "verify-ca", "verify-full", "no-verify")
NONE, VERIFIED, ANY_NAME, UNVERIFIED, OTHER = (
    "no ssl",
    "ssl",
    "ssl, checkServerIdentity",
    "ssl, rejectUnauthorized: false",
    "ssl of another kind",
)


def read(given: Words) -> Connection:
    """A URL and the options beside it; what the URL says of TLS wins. Raises BadRequest."""
    text, options, variables = given.text, given.options, given.variables
    said = libpq.query_of(text.partition("?")[2]) if text else {}
    host, port = _address(text) if text else ("", "")
    host = said.get("host") or host or str(options.get("host") or variables.get("PGHOST", "localhost"))
    port = said.get("port") or port or str(options.get("port") or variables.get("PGPORT", ""))
    if options.get("useLibpqCompat") is True:
        said["uselibpqcompat"] = "true"
    mode, root = _of_url(said)
    if not mode and options.get("ssl") is not None:
        mode, root = _of_options(options["ssl"])
    if not mode:
        mode = _of_environment(variables.get("PGSSLMODE", ""))
    return Connection(
        Driver.NODE, host_of(host, KIND), port_of(port, KIND), mode, path_of(root, KIND), given.version
    )


def _of_url(said: Mapping[str, str]) -> tuple[str, str]:
    mode, root = said.get("sslmode", ""), said.get("sslrootcert", "")
    if mode:
        is_compatible = said.get("uselibpqcompat") == "true"
        # One that it does not know leaves ssl = {}, which verifies everything.
        known = mode if mode in MODES else "verify-full"
        if is_compatible and known == "no-verify":
            known = "verify-full"
        named = f"uselibpqcompat sslmode={known}" if is_compatible else f"sslmode={known}"
        return named + DIRECT * (said.get("sslnegotiation") == "direct"), root
    if root or said.get("sslcert") or said.get("sslkey"):
        return VERIFIED, root
    words = {"true": VERIFIED, "1": VERIFIED, "0": NONE, "": NONE, "no-verify": UNVERIFIED}
    return (words.get(said["ssl"], OTHER) if "ssl" in said else ""), ""


def _of_options(given: object) -> tuple[str, str]:
    match given:
        case True | "true":
            return VERIFIED, ""
        case False | "":
            return NONE, ""
        case "no-verify":
            return UNVERIFIED, ""
        case Mapping():
            root = str(given.get("ca") or "")
            if "-----BEGIN" in root or "readFile" in root:
                root = _file_read(root)
            if given.get("rejectUnauthorized") in {False, "false"}:
                return UNVERIFIED, root
            return (ANY_NAME if given.get("checkServerIdentity") else VERIFIED), root
        case _:
            return OTHER, ""


def _file_read(text: str) -> str:
    """The file of `fs.readFileSync('...')`; for a certificate in the code itself there is none to name."""
    for mark in "'\"`":
        parts = text.split(mark)
        if "readFile" in text and len(parts) >= 3:
            return parts[1]
    return "(in the code)"


def _of_environment(mode: str) -> str:
    match mode:
        case "prefer" | "require" | "verify-ca" | "verify-full":
            return VERIFIED
        case "no-verify":
            return UNVERIFIED
        case _:
            return NONE


def _address(text: str) -> tuple[str, str]:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"postgres", "postgresql"}:
        raise cannot_be_read(KIND, "it does not begin with postgresql:// or postgres://")
    authority = rest.partition("?")[0].partition("#")[0].partition("/")
    if "@" in authority[2]:
        raise cannot_be_read(KIND, "an @ stands after a /: encode / of a password as %2F")
    place = authority[0].rpartition("@")[2]
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = place.partition(":")
    return unquote(host), port


def _rules() -> Iterable[Rule]:
    family = Family.NODE
    # It reads the file that the URL names in every mode.
    opened = Place(Looks.FILE, GOES_ON, REFUSES, GOES_ON)
    trusted = Place(Looks.FILE, TO_SYSTEM, REFUSES, TRUSTS_NOBODY)
    unless_given = Place(Looks.FILE, GOES_ON, REFUSES, TRUSTS_NOBODY)
    needed = Place(Looks.FILE, REFUSES, REFUSES, TRUSTS_NOBODY)
    aliases = ("sslmode=prefer", "sslmode=require", "sslmode=verify-ca", "sslmode=verify-full")
    yield Rule(family, ("no ssl",), PLAIN)
    yield Rule(family, ("sslmode=disable", "uselibpqcompat sslmode=disable"), PLAIN, NOTHING, opened)
    unverified = ("ssl, rejectUnauthorized: false", "sslmode=no-verify", "uselibpqcompat sslmode=prefer")
    yield Rule(family, unverified, TLS, NOTHING, opened)
    yield Rule(family, ("ssl", *aliases, "uselibpqcompat sslmode=verify-full"), TLS, FULL, trusted)
    yield Rule(family, ("ssl, checkServerIdentity",), TLS, CHAIN, trusted)
    yield Rule(family, ("uselibpqcompat sslmode=require",), TLS, CHAIN, unless_given)
    yield Rule(family, ("uselibpqcompat sslmode=verify-ca",), TLS, CHAIN, needed)


def _line(connection: Connection, path: str) -> str:
    if connection.is_url:
        return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"
    return f'new Client({{ ..., ssl: {{ ca: fs.readFileSync({json.dumps(path)}, "utf8") }} }})'


MODEL = Model(Family.NODE, tuple(within(_rules(), since=(8,), before=(9,))), (Reader.OPENSSL,))
_DROPS = ("ssl", "uselibpqcompat", "sslnegotiation", "sslcert", "sslkey")
DIALECTS = (Dialect(Driver.NODE, read, _line, ("pg", "node-pg", "node"), _DROPS),)
