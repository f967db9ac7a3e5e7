"""What of a client's words may be the rest of a password: all that stands behind one, up to the next known word.

Nobody can tell `password=a&b=c` with two words from one with a password of which the & was not encoded.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus

from tlscheck.drivers.libpq_options import OPTIONS
from tlscheck.drivers.pgjdbc_url import DECIDE, HARMLESS
from tlscheck.drivers.word_names import listed

KNOWN = (
    frozenset(OPTIONS)
    | {name.lower() for name in DECIDE | HARMLESS}
    | listed(
        "server database db username pwd uid driver schema pooling pgbouncer ssl sslaccept trustservercertificate"
        " rootcertificate sslcertificate timeout commandtimeout connection_limit uselibpqcompat pqopt"
        " statement_timeout search_path"
    )
)
"""Words of several drivers, in lower case and without blanks: at one of them a password ends."""

_SECRET = re.compile(
    r"(?:pass|password|passwd|passphrase|pwd|psw|secret|token|user|user ?name|user ?id|uid|passfile)\s{0,9}=",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![A-Za-z0-9_])([A-Za-z_]{1,60}(?: [A-Za-z]{1,20}){0,3})\s{0,9}=")
_SECRET_NAME = re.compile(r"pass|pwd|psw|secret|token", re.IGNORECASE)


def doubtful(text: str, options: Mapping[str, object]) -> str:
    """The stretches of the words that may be secret, one a line."""
    return "\n".join((*_of_text(text), *_of_options(options)))


def _of_text(text: str) -> Iterator[str]:
    for each in {text, unquote_plus(text)}:
        begin, at = each.find("://"), each.rfind("@")
        if 0 <= begin < at:
            yield each[begin + 3 : at]
        end = 0
        for secret in _SECRET.finditer(each):
            # One within the last stretch is doubtful already.
            if secret.end() > end:
                end = _end(each, secret.end())
                yield each[secret.end() : end]


def _end(text: str, position: int) -> int:
    """Where the next known word begins."""
    for word in _WORD.finditer(text, position):
        parts = word[1].split(" ")
        # `password=b c host=h`: of the words before the = it may be the last ones.
        for first in range(len(parts)):
            if "".join(parts[first:]).lower() in KNOWN:
                return word.start() + len(" ".join(parts[:first]))
    return len(text)


def _of_options(value: object, *, is_secret: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if is_secret:
                yield str(name)
            yield from _of_options(inner, is_secret=is_secret or bool(_SECRET_NAME.search(str(name))))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _of_options(inner, is_secret=is_secret)
    elif isinstance(value, str):
        yield from [value] if is_secret else _of_text(value)
