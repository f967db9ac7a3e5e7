"""The model's words: what a driver may do about TLS, and where it looks for roots."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tlscheck.drivers.driver import Family


class Transport(StrEnum):
    """Whether it encrypts, and what it does when it can't."""

    PLAIN = "never TLS"
    PLAIN_FIRST = "plaintext, and TLS when the server refuses that"
    TLS_FIRST = "TLS, and plaintext whatever goes wrong with it"
    TLS_IF_OFFERED = "TLS, and plaintext only when the server offers none"
    TLS = "TLS or nothing"
    SOCKET = "a unix socket, where it makes no TLS and a server asks for none"


class Verifies(StrEnum):
    """What of the server's certificate is verified."""

    NOTHING = "nothing"
    NAME = "name"
    """The name alone: pgjdbc's verify-full with a factory that checks no chain."""

    CHAIN = "chain"
    CHAIN_AND_NAME = "chain and name"


class Looks(StrEnum):
    """Where it looks for roots."""

    NOWHERE = "nowhere"
    FILE = "the file that it names"
    FILE_OR_HOME = "the file that it names, or else ~/.postgresql/root.crt"
    FILE_OR_ACCOUNT = (
        "the file that it names, or else .postgresql/root.crt of the account's own home, whatever HOME says"
    )
    FILE_AND_SYSTEM = "the file that it names, and the system's trust store beside it"
    SYSTEM = "the system's trust store"
    JVM = "the trust store of the JVM"
    FIRST = "the first certificate of the file that it names"


class Without(StrEnum):
    """What it does without roots, or with a file that can't be used."""

    GOES_ON = "goes on and verifies nothing"
    REFUSES = "refuses to connect"
    FAILS_TLS = "can't begin TLS"
    TRUSTS_NOBODY = "takes it for an empty list of roots"
    SYSTEM = "trusts the system's store"


class Grounds(StrEnum):
    """How this is known."""

    RUN = "run"
    READ = "read, not run"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a driver looks for roots, and what it does when there are none."""

    looks: Looks
    no_roots: Without = Without.GOES_ON
    """It names no file, and there is none in its default place."""

    missing: Without = Without.GOES_ON
    """The file that it names does not exist."""

    broken: Without = Without.FAILS_TLS
    """The file holds no certificate or can't be read."""


NOWHERE = Place(Looks.NOWHERE, broken=Without.GOES_ON)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: from family, modes and versions to behaviour."""

    family: Family
    modes: tuple[str, ...]
    """As Connection.mode; "" where it is the default."""

    transport: Transport
    verifies: Verifies = Verifies.NOTHING
    place: Place = NOWHERE
    since: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    basis: Grounds = Grounds.RUN
    refuses: str = ""
    """Why it never connects in this mode; "" where it does."""

    def holds_for(self, version: tuple[int, ...]) -> bool:
        """Whether it may be this version's; every rule may be an unknown one's."""
        return not version or (version >= self.since and (not self.before or version < self.before))

    @property
    def is_of_none(self) -> bool:
        """Whether no version that is said in full is within it: 0.21 without its third number is before 0.21.0."""
        return bool(self.before) and (*self.since, *(0,) * (len(self.before) - len(self.since))) == self.before

    @property
    def versions(self) -> str:
        """The range that it holds for, in words."""
        low, high = (".".join(str(part) for part in each) for each in (self.since, self.before))
        return " and ".join([f"{low} or later"] * bool(low) + [f"before {high}"] * bool(high)) or "all versions"


# The words as rows use them.
CHAIN, FULL, NOTHING = Verifies.CHAIN, Verifies.CHAIN_AND_NAME, Verifies.NOTHING
NAME = Verifies.NAME
GOES_ON, REFUSES, FAILS_TLS, TO_SYSTEM = Without.GOES_ON, Without.REFUSES, Without.FAILS_TLS, Without.SYSTEM
TRUSTS_NOBODY = Without.TRUSTS_NOBODY
PLAIN, PLAIN_FIRST, TLS_FIRST = Transport.PLAIN, Transport.PLAIN_FIRST, Transport.TLS_FIRST
TLS_IF_OFFERED, TLS, SOCKET = Transport.TLS_IF_OFFERED, Transport.TLS, Transport.SOCKET

# Where they look, for several families                  no roots   missing    broken
NAMED_OR_HOME = Place(Looks.FILE_OR_HOME, GOES_ON, REFUSES, REFUSES)
HOME_OR_SYSTEM = Place(Looks.FILE_OR_HOME, TO_SYSTEM, REFUSES, REFUSES)
FILE_OR_SYSTEM = Place(Looks.FILE, TO_SYSTEM, REFUSES, REFUSES)
OPENED = Place(Looks.FILE, GOES_ON, REFUSES, REFUSES)
SYSTEM_STORE = Place(Looks.SYSTEM)


def within(rules: Iterable[Rule], since: tuple[int, ...], before: tuple[int, ...] = ()) -> Iterable[Rule]:
    """Rules whose range is bounded by what was run or read."""
    for rule in rules:
        yield replace(rule, since=rule.since or since, before=rule.before or before)


def only_read(rules: Iterable[Rule]) -> Iterable[Rule]:
    """Rules that nobody ran."""
    return (replace(rule, basis=Grounds.READ) for rule in rules)
