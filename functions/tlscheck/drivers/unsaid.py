"""What is known of a connection of which a word that decides is said elsewhere: its driver and where it goes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tlscheck.drivers.connection import Connection, NotSaidError
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

_MARK = re.compile("\ue000[^\ue001]*\ue001")
_VALUES = (("require", "disable"), (True, False), ("verify_full", "disabled"))
"""Pairs of values that the words of some driver may have."""


def place(given: Words, read: Callable[[Words], Connection]) -> Connection | None:
    """The place alone, where two values for what is not said lead to the same one; None where it hangs on them."""
    for pair in _VALUES:
        try:
            first, second = (_place(read(_with(given, value))) for value in pair)
        except (BadRequest, NotSaidError):
            continue
        return first if first == second else None
    return None


def _place(read: Connection) -> Connection:
    return Connection(
        read.driver, read.host, read.port, version=read.version, others=read.others, address=read.address
    )


def _with(given: Words, value: str | bool) -> Words:
    options = _deeply(given.options, value)
    text = _MARK.sub(str(value).lower(), given.text)
    return replace(given, text=text, options=options if isinstance(options, Mapping) else {})


def _deeply(said: object, value: str | bool) -> object:
    if isinstance(said, str):
        return value if _MARK.fullmatch(said) else _MARK.sub(str(value).lower(), said)
    if isinstance(said, Mapping):
        return {name: _deeply(each, value) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return [_deeply(each, value) for each in said]
    return said
