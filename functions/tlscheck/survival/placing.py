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
    written = connection.written
    if line.startswith("?") and not (written.names or written.how):
        said = []  # the line stands in place of all that they say
    said += [_here(line, connection, drops)]
    return " ".join(filter(None, [*said, _file(line)])).strip()


def _here(line: str, connection: Connection, drops: list[str]) -> str:
    """Where in its words, or in its document."""
    written = connection.written
    at = written.within or written.at
    if written.names:
        there = [written.names[each] for each in ("sslmode", "sslrootcert") if _stands(each, connection)]
        instead = f", in place of {' and '.join(there)} there" if there else ""
        return f"It belongs {'in' if written.within else 'beside'} {at}{instead}. {written.how}".strip()
    if written.how:
        return f"At {written.at}: {written.how}" if written.at else written.how
    if line.startswith("?"):
        names = [each for each in dict.fromkeys((*_QUERY_NAME.findall(line), *drops)) if each in connection.said]
        instead = f", in place of what that says of {', '.join(names)}" if names else ""
        stands = f" that stands at {at}" if at else ""
        beside = " What is said of these beside the URL is taken out." if written.has_beside and names else ""
        again = f"where a ? is in the URL already, write & for this one.{beside}"
        return f"Write it at the end of the URL{stands}{instead}; {again}"
    return (
        f"It belongs {'in' if written.within else 'to'} {at}, in place of what says the same there." if at else ""
    )


def _stands(word: str, connection: Connection) -> bool:
    """Whether its own name for a word is in the document."""
    return word in connection.said and word in connection.written.names


def _file(line: str) -> str:
    named = re.search(r"""(?:=\s*|["'])([\w.-]+\.(?:pem|crt|cer|p12))\b""", line)
    if not named:
        return ""
    return f"For {named[1]} write its absolute path there: a relative one is sought in the client's own folder."
