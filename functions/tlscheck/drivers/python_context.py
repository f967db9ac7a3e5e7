"""An SSLContext of Python, which asyncpg and pg8000 take, and how Python takes a URL apart."""

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote

from tlscheck.drivers.connection import cannot_be_read, first_of
from tlscheck.drivers.words import as_text

CONTEXT = "SSLContext"
ANY_NAME = "SSLContext, check_hostname=False"
UNVERIFIED = "SSLContext, CERT_NONE"


def context(chosen: object, kind: str) -> tuple[str, str]:
    """An SSLContext as JSON or as the call that makes one, and the file of roots that it loads."""
    if isinstance(chosen, Mapping):
        said = as_text(chosen)
        root = said.get("cafile", "")
        if said.get("verify_mode", "").endswith("CERT_NONE"):
            return UNVERIFIED, root
        return (ANY_NAME if said.get("check_hostname") == "false" else CONTEXT), root
    if isinstance(chosen, str) and re.match(r"(ssl\.)?create_default_context\(", chosen):
        named = re.search(r"cafile\s*=\s*[rR]?(['\"])(.*?)\1", chosen)
        return CONTEXT, named[2] if named else ""
    if isinstance(chosen, str) and re.match(r"(ssl\.)?_create_unverified_context\(", chosen):
        return UNVERIFIED, ""
    raise cannot_be_read(
        kind,
        "its SSLContext is neither ssl.create_default_context(cafile='...') nor an object with cafile, "
        "check_hostname and verify_mode",
    )


def any_name(call: str, path: str) -> str:
    """What to write before a call that takes `context`, which verifies the chain and no name."""
    made = f"context = ssl.create_default_context(cafile={json.dumps(path)})"
    return f"{made}; context.check_hostname = False; {call}"


def address(authority: str, kind: str) -> tuple[str, str]:
    """Host and port; as Python splits, the last @ ends the password."""
    place = authority.partition("/")[0].rpartition("@")[2]
    if "/" in authority and "@" in authority.partition("/")[2]:
        raise cannot_be_read(kind, "an @ stands after a /: encode / of a password as %2F")
    place = first_of(place)
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = place.partition(":")
    return unquote(host), port
