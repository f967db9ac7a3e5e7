"""Where the line of a fix is written, what it stands in place of, and where its file must lie."""

import re

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.table import DIALECTS

_OBJECT = "ssl: {"
_QUERY_NAME = re.compile(r"[?&]([A-Za-z_]+)=")


def place(line: str, connection: Connection) -> str:
    """In sentences; "" for no line."""
    if not line:
        return ""
    drops = [each for each in DIALECTS[connection.driver].drops if each in connection.said]
    is_replaced = _OBJECT in line and "ssl" in drops and "ssl=" not in connection.mode
    if is_replaced:
        drops.remove("ssl")  # which is an object's own member, not a word of a URL
    said = [f"Take out {' and '.join(drops)}."] if drops else []
    said += ["Write ssl in place of the one that is there."] * is_replaced
    if line.startswith("?"):
        names = [each for each in dict.fromkeys((*_QUERY_NAME.findall(line), *drops)) if each in connection.said]
        instead = f", in place of what that says of {', '.join(names)}" if names else ""
        said = [f"Write it at the end of the URL{instead}; where a ? is in the URL already, write & for this one."]
    return " ".join([*said, _file(line)]).strip()


def _file(line: str) -> str:
    named = re.search(r"""(?:=\s*|["'])([\w.-]+\.(?:pem|crt|cer|p12))\b""", line)
    if not named:
        return ""
    return f"For {named[1]} write its absolute path there: a relative one is sought in the client's own folder."
