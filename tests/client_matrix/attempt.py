"""One try of one client at one server, in the very words that the client is given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import urlencode

from tests.client_matrix.world import HOST, USER, File, Kind, Surroundings, Trusts, World

MODES = ("", "disable", "allow", "prefer", "require", "verify-ca", "verify-full")
DIRECT = tuple(mode + " sslnegotiation=direct" for mode in MODES)  # since PostgreSQL 17
BOUND = tuple(mode + " channel_binding=require" for mode in MODES if mode != "allow")  # since PostgreSQL 13
PLAIN = Surroundings()
HOMES = (PLAIN, Surroundings(home=Trusts.RIGHT), Surroundings(home=Trusts.WRONG))
ACCOUNTS = (Surroundings(account=Trusts.RIGHT), Surroundings(account=Trusts.WRONG))
ADDED = Surroundings(system=Trusts.RIGHT)

type Words = tuple[str, Mapping[str, object]]
"""A text, and the options beside it."""

type Speak = Callable[[World, Kind, str, File], Words]
"""Raises LookupError where a mode has no such file."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one client at one server."""

    client: str
    """Which installed client runs it."""

    driver: str
    """The driver or framework whose words they are, as its users name it."""

    server: Kind
    mode: str
    file: File
    surroundings: Surroundings
    text: str = field(repr=False)
    options: Mapping[str, object] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        around = f"home {self.surroundings.home}, account {self.surroundings.account}"
        around += f", system {self.surroundings.system}"
        return f"{self.client} | {self.mode or '(default)'} | {self.file}, {around} | {self.server}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that one client is tried with."""

    driver: str
    modes: tuple[str, ...]
    speak: Speak

    def attempts(self, client: str, world: World) -> Iterator[Attempt]:
        """In each mode, with each file of roots and in all surroundings, at each kind of server."""
        for mode, (file, surroundings), server in product(self.modes, _cases(), Kind):
            try:
                text, options = self.speak(world, server, mode, file)
            except LookupError:
                continue
            yield Attempt(client, self.driver, server, mode, file, surroundings, text, options)


def _cases() -> Iterator[tuple[File, Surroundings]]:
    """Each file in the words; and without one, what lies at home and in the system."""
    for file in File:
        yield file, PLAIN
    for surroundings in (*HOMES[1:], *ACCOUNTS, ADDED):
        yield File.NONE, surroundings
    yield File.SYSTEM, ADDED
    yield File.MISSING, HOMES[1]


def url(world: World, server: Kind, query: Mapping[str, str], scheme: str = "postgresql") -> str:
    """A URL of the server."""
    tail = f"?{urlencode(query)}" if query else ""
    return f"{scheme}://{USER}:{world.password}@{HOST}:{world.ports[server]}/postgres{tail}"


def named(world: World, file: File, word: str = "sslrootcert") -> dict[str, str]:
    """The word that names the file of roots, where there is one."""
    return {word: world.file(file)} if file is not File.NONE else {}


def without_file(words: Words, file: File) -> Words:
    """Words that have no place for a file. LookupError for any other."""
    if file is not File.NONE:
        raise LookupError(file)
    return words
