"""What stands before a driver: it takes words of its own, and hands the driver's on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.words import Words


@dataclass(frozen=True, slots=True)
class Framework:
    """How one framework is spoken to."""

    name: str
    """In lower case."""

    read: Callable[[Words], Connection]
    """Its words as its driver gets them. Raises BadRequest, as the driver's own reader does."""

    line: Callable[[Connection, str], str] | None = None
    """What to write for verify-full with this file of roots, where the driver's own cannot be written there."""

    chain_line: Callable[[Connection, str], str] | None = None
    """As Dialect.chain_line, for a framework that has a line of its own."""

    names: tuple[str, ...] = ()
    """What else people call it, in lower case."""

    recognises: Callable[[Mapping[str, object]], bool] | None = None
    """Whether options have its shape, which no driver's have."""
