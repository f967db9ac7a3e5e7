"""What one file of this chapter says of its driver: its family's rules, and how its words are read and written."""

from collections.abc import Callable
from dataclasses import dataclass

from tlscheck.drivers.behaviour import Rule
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader


@dataclass(frozen=True, slots=True)
class Model:
    """What all drivers of a family do about TLS."""

    family: Family
    rules: tuple[Rule, ...]

    readers: tuple[Reader, ...]
    """Whose rules say which certificates of a trust store are anchors; several where it depends."""

    on_socket: Callable[[Rule], Rule] | None = None
    """What becomes of a row over a unix socket; None where that changes nothing."""

    system_store: str = ""
    """Why its system's store can't be looked into, in words that name it; "" where it is OpenSSL's file of CAs."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one driver is spoken to."""

    driver: Driver

    read: Callable[[Words], Connection]
    """Raises BadRequest for a word that the driver refuses, with the word's name and no value."""

    line: Callable[[Connection, str], str]
    """What to write for verify-full with this file of roots: `?a=b&c=d` for a URL (Connection.is_url), keywords,
    `a=b;c=d`, a call or an object. tests/client_words/following.py does what it says, and must be able to.
    """

    names: tuple[str, ...] = ()
    """What else people call it, in lower case."""

    drops: tuple[str, ...] = ()
    """Its words, beside those of the line, that would decide otherwise: a fix takes them out."""

    chain_line: Callable[[Connection, str], str] | None = None
    """What to write to verify the chain and no name, "" where there is nothing; None: `line`, with verify-ca in
    place of verify-full where that stands in it."""
