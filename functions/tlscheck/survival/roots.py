"""Where a client's driver looks for roots, and what was found there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tlscheck.drivers.behaviour import Looks, Rule, Without
from tlscheck.drivers.connection import IN_CODE, Connection
from tlscheck.survival.prediction import Roots


class Where(StrEnum):
    """A place that some driver looks for roots in."""

    NOWHERE = "nowhere"
    FILE = "file"
    HOME = "~/.postgresql/root.crt"
    ACCOUNT = ".postgresql/root.crt of the account's own home"
    SYSTEM = "the system's trust store"
    JVM = "the JVM's trust store"
    FIRST = "the first certificate of the file"
    CODE = "the client's own program"


AT_HOME = frozenset({Where.HOME, Where.ACCOUNT})
"""Where a driver looks that was told of no file. Programs of different ages and languages mean different homes."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A place, and its path where that is known."""

    where: Where
    path: str = ""
    text: str = field(default="", repr=False)
    """The roots themselves, as PEM, where its words hold them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a place."""

    roots: Roots
    is_trusted: bool | None = None
    """Whether the CA in question is among them; None: not known."""

    why: str = ""
    """In words, for its owner."""

    asks: str = ""
    """The question whose answer would tell it, where it is not known."""


def sought(rule: Rule, connection: Connection) -> Sought:
    """Where this client looks first."""
    fixed = {Looks.NOWHERE: Where.NOWHERE, Looks.SYSTEM: Where.SYSTEM, Looks.JVM: Where.JVM}
    if where := fixed.get(rule.place.looks):
        return Sought(where, connection.root if where is Where.JVM else "")
    is_first = rule.place.looks is Looks.FIRST
    if connection.root == IN_CODE:
        return Sought(Where.FIRST if is_first else Where.CODE, text=connection.inline_roots)
    if connection.root:
        return Sought(Where.FIRST if is_first else Where.FILE, connection.root)
    if where := {Looks.FILE_OR_HOME: Where.HOME, Looks.FILE_OR_ACCOUNT: Where.ACCOUNT}.get(rule.place.looks):
        return Sought(where)
    return Sought(Where.SYSTEM if rule.place.no_roots is Without.SYSTEM else Where.NOWHERE)


def seen(rule: Rule, connection: Connection, look: Callable[[Sought], Seen]) -> Seen:
    """What this client finds, with `look` to look into a place: at home and else in the system's store."""
    first = sought(rule, connection)
    if first.where is Where.NOWHERE:
        return Seen(Roots.NONE)
    found = look(first)
    if first.where in AT_HOME and found.roots is Roots.NONE and rule.place.no_roots is Without.SYSTEM:
        return look(Sought(Where.SYSTEM))
    if first.where is Where.FILE and rule.place.looks is Looks.FILE_AND_SYSTEM and found.is_trusted is False:
        return _beside(found, look(Sought(Where.SYSTEM)))
    return found


def _beside(file: Seen, system: Seen) -> Seen:
    """What is found in a file that is read and lacks the CA, and in the system's store beside it."""
    if file.roots is not Roots.FOUND or system.is_trusted is False:
        return file
    return Seen(Roots.FOUND, system.is_trusted, f"{file.why}; {system.why}")
