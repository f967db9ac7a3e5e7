"""Where the line of a fix is written, what it stands in place of, and where its file must lie."""

import re

from tlscheck.drivers.connection import DIRECT, Connection
from tlscheck.drivers.table import DIALECTS

_NEGOTIATION = "sslnegotiation"
_QUERY_NAME = re.compile(r"[?&]([A-Za-z_]+)=")


def place(line: str, connection: Connection) -> str:
    """In sentences; "" for no line."""
    if not line:
        return ""
    is_direct = connection.mode.endswith(DIRECT)
    drops = [each for each in DIALECTS[connection.driver].drops if is_direct or each.lower() != _NEGOTIATION]
    said = [f"Take out {' and '.join(drops)}."] if drops else []
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
