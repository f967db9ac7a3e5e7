"""Where the line of a fix is written, what it stands in place of, and where its file must lie."""

import re

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.table import DIALECTS

_QUERY_NAME = re.compile(r"[?&]([A-Za-z_]+)=")


def place(line: str, connection: Connection) -> str:
    """In sentences; "" for no line."""
    if not line:
        return ""
    drops = DIALECTS[connection.driver].drops
    said = [f"Take out {', '.join(drops)} where it says them."] if drops else []
    if line.startswith("?"):
        names = dict.fromkeys(_QUERY_NAME.findall(line))
        instead = f"in place of what that says of {', '.join((*names, *drops))}"
        said = [
            f"Write it at the end of the URL, {instead}; where a ? is in the URL already, write & for this one."
        ]
    return " ".join([*said, _file(line)]).strip()


def _file(line: str) -> str:
    named = re.search(r"(?<![\w/.~-])([\w.-]+\.(?:pem|crt|cer|p12))\b", line)
    if not named:
        return ""
    return f"For {named[1]} write its absolute path there: a relative one is sought in the client's own folder."
