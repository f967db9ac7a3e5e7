"""node-postgres: URLs as pg-connection-string reads them, and the options of new Client().

Source: pg-connection-string, index.js (parse); pg, lib/connection-parameters.js.
"""

from collections.abc import Mapping
from urllib.parse import unquote

from tlscheck.drivers import libpq
from tlscheck.drivers.connection import DIRECT, Connection, cannot_be_read, host_of, path_of, port_of
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words

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
    for quote in "'\"`":
        parts = text.split(quote)
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
