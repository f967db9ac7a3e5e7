"""What one module says of the blocks that it knows in a tree, wherever in a document they stand."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.placeholder import without_marks
from tlscheck.drivers.word_names import all_shown
from tlscheck.drivers.words import Words
from tlscheck.drivers.written import Written
from tlscheck.formats.configuration import Occurrence, Refused, Spot
from tlscheck.formats.node import Node
from tlscheck.formats.placeholders import Placeholders, deeply, names_in, without_names

type Hit = Occurrence | Refused


@dataclass(frozen=True, slots=True)
class Block:
    """A node and where it stands."""

    path: tuple[str, ...]
    node: Node

    @property
    def key(self) -> str:
        """The name under which it stands; "" for a whole document."""
        return self.path[-1] if self.path else ""

    @property
    def mapping(self) -> Mapping[str, Node]:
        """What it holds by name; nothing where it is no mapping."""
        return self.node.content if isinstance(self.node.content, Mapping) else {}

    def said(self, name: str) -> str:
        """The text under a name, to recognise by; "" where there is none."""
        node = self.mapping.get(name)
        return without_names(node.content) if node and isinstance(node.content, str) else ""

    def below(self, *keys: str) -> "Block":
        """What stands under these keys; a node of nothing where there is none."""
        return Block((*self.path, *keys), self.node.at(*keys) or Node(None, self.node.line))

    @property
    def spot(self) -> Spot:
        """Its path and line, as they may be repeated."""
        # A key may be anything, a password too.
        shown = (
            part if re.fullmatch(r"[A-Za-z0-9_$(%][\w.\-/ ():*]{0,60}|\*", part) else "?" for part in self.path
        )
        return Spot(without_marks(".".join(shown)), self.node.line)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for all that is found in a document."""

    given: Words = field(repr=False)

    known: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values of variables, by name, that the same file or its neighbours say."""

    beside: Mapping[str, Mapping[str, Node]] = field(default_factory=dict, repr=False)
    """Kubernetes: `ConfigMap name` and `Secret name`, and what they hold."""

    image: str = ""
    """Of the container whose settings are looked through; "" where none is named."""

    first: Node = field(default_factory=lambda: Node(None), repr=False)
    """The first document, which those of Spring's profiles go on from."""

    def knowing(self, known: Mapping[str, str]) -> "Surroundings":
        """The same where these values are known too."""
        return replace(self, known={**known, **self.known})

    def text(self, node: Node | None) -> str:
        """A value as text with what its placeholders say, to decide by; "" for nothing."""
        return without_names(self.carried(node))

    def carried(self, node: Node | None) -> str:
        """The same, to be handed on: defaults carry their names."""
        if node is None or node.content is None or isinstance(node.content, tuple | Mapping):
            return ""
        content = node.content
        text = str(content).lower() if isinstance(content, bool) else str(content)
        return Placeholders(self.known).in_value(text)

    def occurrence(  # noqa: PLR0913 - what can be said of a connection, each by its name
        self,
        block: Block,
        *,
        text: str = "",
        driver: Driver | None = None,
        framework: str = "",
        options: Mapping[str, object] | None = None,
        unknown: tuple[str, ...] = (),
        ignored: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
        written: Written | None = None,
    ) -> Occurrence:
        """A connection of these words, placeholders among them; without a driver, of the one that was given."""
        resolved = Placeholders(self.known).in_value
        text, said = resolved(text), deeply(dict(options or {}), resolved)
        taken = names_in([text, said])
        said = deeply(said, without_names)
        is_told = re.match(r"jdbc:|r2dbcs?:|ecto:|postgres(ql)?\+", text) is not None  # who reads it, by itself
        words = replace(
            self.given,
            text=without_names(text),
            driver=driver or (None if framework or is_told else self.given.driver),
            framework=framework or ("" if driver else self.given.framework),
            options=said if isinstance(said, Mapping) else {},
        )
        of_defaults = f"Of {', '.join(taken)} the default is taken: another value makes another answer."
        shown = all_shown(unknown), all_shown(ignored)
        noted = (*notes, *((of_defaults,) if taken else ()))
        return Occurrence(block.spot, words, *shown, noted, written or Written())


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of block is found."""

    name: str
    """As its users call it: `Rails' database.yml`; "" where it only makes another tree of what it matches."""

    matches: Callable[[Block], bool]

    find: Callable[[Block, Surroundings], Iterator[Hit]] = lambda _place, _scope: iter(())

    rest: Callable[[Block, Surroundings], Node | None] = lambda _place, _scope: None
    """What is looked through after it; nothing where the block is its own whole."""


def names(text: str) -> frozenset[str]:
    """Words of a text, with spaces between."""
    return frozenset(text.split())


def called(said: Mapping[str, object], mode: tuple[str, ...], root: tuple[str, ...]) -> dict[str, str]:
    """What a document calls the mode and the file of roots: the last of its names that stands there, else the
    first that it could have."""
    there = tuple(reversed(list(said)))
    return {
        word: next((name for name in there if name in names), names[0])
        for word, names in (("sslmode", mode), ("sslrootcert", root))
    }


ABOUT_TLS = re.compile(r"ssl|tls|cert|trust|verif|(^|[._-])ca([._-]|$)|reject.?unauth", re.IGNORECASE)
"""Names of settings that may be about TLS, whoever gave them."""


def without(node: Node, *names: str) -> Node:
    """A mapping without these names."""
    return (
        replace(node, content={k: v for k, v in node.content.items() if k not in names})
        if isinstance(node.content, Mapping)
        else node
    )


def plain_of(node: Node | None) -> dict[str, object]:
    """A mapping without lines; {} for what is none."""
    plain = node.plain if node else None
    return plain if isinstance(plain, dict) else {}


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is set up by variables of its own."""

    takes: re.Pattern[str]
    """Names of its variables."""

    find: Callable[[Block, Surroundings], Iterator[Hit]]
    """What those of its variables that are there say."""
