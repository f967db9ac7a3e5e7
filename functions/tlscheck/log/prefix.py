"""log_line_prefix: what every line of a server's log begins with, compiled into a reader of such beginnings.

Its escapes are those of PostgreSQL 10 to 18 (src/backend/utils/error/elog.c, log_status_format): %u and %d are
written as the client spelt them, of a login that fails too; so they may hold anything, a line's end included.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_ZONED = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d%s [A-Za-z0-9+-]+"
_ESCAPES: Mapping[str, str] = {
    "t": f"(?P<t>{_ZONED % ''})",
    "m": f"(?P<t>{_ZONED % r'\.\d{3}'})",
    "n": r"(?P<n>\d+\.\d{3})",
    "r": r"(?P<h>\[local\]|[^\s()]*)(?:\((?P<port>\d+)\))?",
    "h": r"(?P<h>\[local\]|[^\s()]*)",
    "u": "(?P<u>.*?)",
    "d": "(?P<d>.*?)",
    "a": ".*?",
    "p": r"(?P<p>\d+)",
    "P": r"\d*",
    "c": r"[0-9a-f]+\.[0-9a-f]+",
    "l": r"\d+",
    "e": "[0-9A-Z]{5}",
    "s": _ZONED % "",
    "v": r"(?:-?\d+/\d+)?",
    "x": r"\d+",
    "i": r"[^:]*?",
    "b": r"[\w -]*?",
    "Q": r"-?\d+",
    "L": r"\S*?",
    "%": "%",
}
_ONCE = frozenset("tmnrhudp")
_ESCAPE = re.compile(r"%(-?\d*)(.)?", re.DOTALL)


class Prefix:
    """A log_line_prefix as a regular expression of what a session's lines begin with.

    Its groups, as far as the prefix names them: `t` moment with zone, `n` seconds since 1970, `h` address, `port`,
    `u` user, `d` database, `p` process. What is named twice is read where it comes first. %q ends the beginning of
    lines that are no session's, which is none of those that are read. What PostgreSQL does not know it leaves out.
    """

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        named: set[str] = set()
        end = 0
        for found in _ESCAPE.finditer(text):
            parts.append(re.escape(text[end : found.start()]))
            end = found.end()
            padding, letter = found.groups()
            if letter in _ESCAPES:
                parts.append(self._part(letter, padding, named))
        parts.append(re.escape(text[end:]))
        self.expression = "".join(parts)
        self.names = frozenset(named)

    @staticmethod
    def _part(letter: str, padding: str, named: set[str]) -> str:
        part = _ESCAPES[letter]
        group = {"m": "t", "r": "h"}.get(letter, letter)
        if letter in _ONCE:
            if group in named:
                part = re.sub(r"\?P<\w+>", "?:", part)
            named.add(group)
        if padding and letter != "%":
            return f"{part} *" if padding.startswith("-") else f" *{part}"
        return part


@lru_cache(maxsize=256)
def compiled(text: str) -> Prefix:
    """The reader of a log_line_prefix: servers share few of them."""
    return Prefix(text)
