"""log_line_prefix: what every line of a server's log begins with, compiled into a reader of such beginnings.

Its escapes are those of PostgreSQL 10 to 18 (src/backend/utils/error/elog.c, log_status_format). %u and %d are
written as the client spelt them, of a login that fails too: they may hold anything, a line's end included. Until
17.0 and again since they are cut to 63 bytes there, so a longer name than that is none.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter

_ZONED = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d%s [A-Za-z0-9+-]{1,32}"
_HOST = r"(?P<h>\[local\]|[^\s()]{0,253})"
_ESCAPES: Mapping[str, str] = {
    "t": f"(?P<t>{_ZONED % ''})",
    "m": f"(?P<t>{_ZONED % r'\.\d{3}'})",
    "n": r"(?P<n>\d{1,11})\.\d{3}",
    "r": rf"{_HOST}(?:\((?P<r>\d{{1,5}})\))?",
    "h": _HOST,
    "u": "(?P<u>.{0,63}?)",
    "d": "(?P<d>.{0,63}?)",
    "a": ".{0,252}?",
    "p": r"(?P<p>\d{1,10})",
    "P": r"\d*",
    "c": r"[0-9a-f]+\.[0-9a-f]+",
    "l": r"\d+",
    "e": "[0-9A-Z]{5}",
    "s": _ZONED % "",
    "v": r"(?:-?\d+/\d+)?",
    "x": r"\d+",
    "i": r"[^:]{0,64}?",
    "b": r"[\w -]{0,64}?",
    "Q": r"-?\d+",
    "L": r"\S{0,64}?",
}
_CHOSEN = frozenset("uda")
"""What a client chooses: where it stands, a line's end may stand in it."""

_ESCAPE = re.compile(r"%(-?\d*)(.)?", re.DOTALL)
_LEVEL = r"(?P<level>[^\s:]{1,64}):  (?:[0-9A-Z]{5}: |)"
"""After the prefix, and of log_error_verbosity = verbose its SQLSTATE: a branch, so that it is not begun where
the first letter is none of it."""

type Groups = tuple[str, str, str | None, str | None, str | None, str | None, str | None, str | None, str | None]
"""Of a line its level and message, its moment with a zone, or seconds since 1970, host, port, user, database and
process; None of what the prefix does not name."""

_TOLD = ("level", "message", "t", "n", "h", "r", "u", "d", "p")

_AGAIN = (
    (r"(?:replication )?connection authorized: user=", "", " database=", ""),
    (r'no pg_hba\.conf entry for (?:host|[a-z ]* host) "[^"]*", user "', '"', ', database "', '"'),
)
"""Messages that say the same names again: what stands before and after the user, and so of the database."""


class Prefix:
    """A log_line_prefix, and what lines begin with that are written with it.

    %q ends the beginning of lines that are no session's; what PostgreSQL does not know it leaves out.
    """

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        named: set[str] = set()
        opening: int | None = None
        end = optional = 0
        for found in _ESCAPE.finditer(text):
            parts.append(re.escape(text[end : found.start()]))
            end = found.end()
            padding, letter = found.groups()
            if letter == "%":
                parts.append("%")
            elif letter == "q":
                parts.append("(?:")
                optional += 1
            elif letter in _ESCAPES:
                if letter in _CHOSEN and opening is None:
                    opening = len(parts)
                parts.append(_part(letter, padding, named))
        parts.append(re.escape(text[end:]))
        whole = "".join(parts) + ")?" * optional
        self.expression = whole
        """All of it, its groups named by their escapes, as far as it has them."""

        self.names = frozenset(named)
        whole += "".join(f"(?P<{each}>(?!))?" for each in _TOLD[2:] if each not in named)
        pattern = re.compile(rf"{whole}{_LEVEL}(?P<message>.*)")
        self.read = pattern.fullmatch
        """What a line that is whole says, for `told`."""

        self.told: Callable[[re.Match[str]], Groups] = itemgetter(*(pattern.groupindex[each] for each in _TOLD))
        """What stands in a line that was read, now or again."""

        begun = "".join(parts[:opening]) + ")?" * sum(part == "(?:" for part in parts[:opening])
        self.opens = re.compile(begun).match
        """Whether a line begins as one does, up to the first name that a client chose."""

        self.read_again = re.compile(f"{whole}{_LEVEL}(?P<message>{_again(named)}.*)").fullmatch
        """As `read`, where names are such that they must be told by what the message repeats of them."""


@lru_cache(maxsize=64)
def compiled(text: str) -> Prefix:
    """The reader of a log_line_prefix: servers share few of them."""
    return Prefix(text)


def _part(letter: str, padding: str, named: set[str]) -> str:
    part = _ESCAPES[letter]
    groups = set(re.findall(r"\?P<(\w)>", part))
    if groups & named:
        part = f"(?P={letter})" if letter in _CHOSEN else re.sub(r"\?P<\w>", "?:", part)
    named |= groups
    if padding:
        return f"{part} *" if padding.startswith("-") else f" *{part}"
    return part


def _again(named: set[str]) -> str:
    user = "(?P=u)" if "u" in named else ".*?"
    database = "(?P=d)" if "d" in named else ".*?"
    forms = (f"{head}{user}{close}(?:{then}{database}{end})?(?=[, ]|$)" for head, close, then, end in _AGAIN)
    return f"(?:{'|'.join(forms)})"
