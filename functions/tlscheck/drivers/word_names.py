"""Names of words, as they may be repeated: a word that looks like none may be a part of a password."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}", re.ASCII)
_MOST_DOUBTED = 8000
"""Letters; where there are more, all names are doubted: to compare each with them takes too long."""

_DOUBTFUL: ContextVar[tuple[str, frozenset[str]]] = ContextVar("_DOUBTFUL", default=("", frozenset()))


@contextmanager
def doubting(stretches: str, known: frozenset[str]) -> Iterator[None]:
    """Within it no name is repeated that stands in these stretches, unless it is nearly a known word."""
    before = _DOUBTFUL.set((stretches.casefold(), known))
    try:
        yield
    finally:
        _DOUBTFUL.reset(before)


def may_be_shown(name: str) -> bool:
    """Whether it looks like a word's name, and is not what may be the rest of a password."""
    if not _WORD.fullmatch(name):
        return False
    stretches, _ = _DOUBTFUL.get()
    if len(stretches) > _MOST_DOUBTED:
        return False
    return name.casefold() not in stretches or is_nearly_known(name)


def is_nearly_known(name: str) -> bool:
    """Whether somebody who wrote this may have meant one of the words within which names are doubted."""
    from difflib import get_close_matches  # noqa: PLC0415 - the command answers sooner without

    return bool(get_close_matches(name.lower(), _DOUBTFUL.get()[1], 1, cutoff=0.75))


def shown(name: str) -> str:
    """The name, or that it is one."""
    return name if may_be_shown(name) else "a word of it"


def all_shown(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in their order."""
    return tuple(dict.fromkeys(shown(name) for name in names))


def listed(text: str) -> frozenset[str]:
    """The names of a list with spaces between."""
    return frozenset(text.split())
