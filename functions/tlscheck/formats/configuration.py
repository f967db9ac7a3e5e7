"""What was pasted, or what lies in a file: before it is known what it is."""

from dataclasses import dataclass, field

from tlscheck.drivers.words import Words
from tlscheck.drivers.written import Written


@dataclass(frozen=True, slots=True)
class Configuration:
    """A text and what was said beside it."""

    given: Words
    """Its `text` is the whole document; driver, version and variables hold for whatever is found in it."""

    name: str = ""
    """The file's own name, without its folder: `database.yml`; "" where it was pasted."""

    path: str = ""
    """The file as it was given, with its folder; "" where it was pasted."""

    @property
    def text(self) -> str:
        """The document itself. It may hold passwords."""
        return self.given.text


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a document something stands."""

    path: str = ""
    """`services.web.environment.DATABASE_URL`; "" where the document is the connection itself."""

    line: int = 0
    """From 1; 0 where the document is the connection itself, or has no lines."""

    file: str = ""
    """The document, as it was given; "" where it was pasted."""

    @property
    def told(self) -> str:
        """`DATABASES.default (line 12 of app/settings.py)`; "" for words that were given by themselves."""
        if not self.path:
            return ""
        line = " of ".join(filter(None, (f"line {self.line}" if self.line else "", self.file)))
        return f"{self.path} ({line})" if line else self.path

    def __str__(self) -> str:
        """`app/settings.py: DATABASES.default (line 12)`; "" for words that were given by themselves."""
        place = ": ".join(filter(None, (self.file, self.path)))
        return f"{place} (line {self.line})".strip() if self.line else place


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A connection's words, and where they stand."""

    spot: Spot
    words: Words = field(repr=False)

    unknown: tuple[str, ...] = ()
    """Names of words whose place in the driver nobody knows."""

    ignored: tuple[str, ...] = ()
    """Names of words that the tool does not hand to its driver, though they look like the driver's."""

    notes: tuple[str, ...] = ()
    """What its owner should know of how the document was read."""

    written: Written = field(default_factory=Written)
    """Under which names a fix is written there, where not as the driver's own words."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A connection that was recognised and can't be read: by name, with the nearest thing that can be pasted."""

    spot: Spot
    why: str
    """Without any value of the document."""
