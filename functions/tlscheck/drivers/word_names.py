"""Names of words, as they may be repeated: a word that looks like none may be a part of a password."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}", re.ASCII)


def shown(name: str) -> str:
    """The name, or that it is one."""
    return name if _WORD.fullmatch(name) else "a word of it"


def all_shown(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in their order."""
    return tuple(dict.fromkeys(shown(name) for name in names))


def listed(text: str) -> frozenset[str]:
    """The names of a list with spaces between."""
    return frozenset(text.split())
