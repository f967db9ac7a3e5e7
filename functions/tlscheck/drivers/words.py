"""What a client's owner gives of how it connects, before anything of it is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.word_names import all_shown


@dataclass(frozen=True, slots=True)
class Words:
    """A client's own words. None of them may be printed: passwords are among them."""

    text: str = field(default="", repr=False)
    """Connection string, URL, or the content of servers.json or data-sources.json."""

    driver: Driver | None = None
    framework: str = ""
    """Whose words they are, where not the driver's own: a name of tlscheck.drivers.frameworks."""

    version: tuple[int, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Properties, connect_args, ssl options: what stands beside the connection string."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """PG* variables."""

    service_file: str = field(default="", repr=False)

    @property
    def settings(self) -> dict[str, str]:
        """The options as text, as most drivers take them: true and false in lower case, nothing for null."""
        return as_text(self.options)

    @property
    def nested(self) -> tuple[str, ...]:
        """Names of options that are lists or objects, where a driver takes text; as they may be repeated."""
        odd = (value is not None and not isinstance(value, str | int | float) for value in self.options.values())
        return all_shown(name for name, is_odd in zip(self.options, odd, strict=True) if is_odd)


def as_text(options: Mapping[str, object]) -> dict[str, str]:
    """The values that are text, numbers, true or false, as text."""
    return {
        str(name): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in options.items()
        if isinstance(value, str | int | float | bool)
    }


def names_among(wanted: tuple[str, ...], given: Words) -> frozenset[str]:
    """Which of these names stand in the words, before a = or as the name of an option."""
    here = {_plain(name) for name in (*_before_equals(given.text), *_names(given.options))}
    return frozenset(name for name in wanted if _plain(name) in here)


def _names(options: Mapping[str, object]) -> Iterator[str]:
    """Of options, of the objects among them, and of the texts that are connection strings."""
    for name, value in options.items():
        yield str(name)
        if isinstance(value, Mapping):
            yield from _names(value)
        elif isinstance(value, str):
            yield from _before_equals(value)


def _before_equals(text: str) -> list[str]:
    """Names without spaces in them, and those of an ADO string, which may have some."""
    return [*re.findall(r"([A-Za-z_]+)\s*=", text), *(part.partition("=")[0] for part in text.split(";"))]


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "")
