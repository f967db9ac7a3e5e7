"""What one module of this chapter says of its format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tlscheck.formats.configuration import Configuration, Occurrence, Refused


@dataclass(frozen=True, slots=True)
class Form:
    """How connections are found in one kind of document."""

    name: str
    """As its users call it: `pgAdmin's servers.json`."""

    recognises: Callable[[Configuration], bool]
    """Whether a document is of this kind, by its name or its content. Never raises."""

    find: Callable[[Configuration], Iterator[Occurrence | Refused]]
    """The connections, in the order in which they stand. Raises BadRequest where the whole cannot be read."""
