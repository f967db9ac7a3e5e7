"""Where the words of a connection stand in a document, and under which names: a fix is written there."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Style(StrEnum):
    """How a document writes a name and its value."""

    COLON = "name: value"
    EQUALS = "name=value"
    JSON = '"name": "value"'
    QUOTED = 'name = "value"'
    PHP = "'name' => 'value'"


@dataclass(frozen=True, slots=True)
class Written:
    """One connection in its document."""

    at: str = ""
    """`spring.datasource.url (line 7 of application.yml)`; "" for words that were given by themselves."""

    names: Mapping[str, str] = field(default_factory=dict)
    """The driver's words for the mode and the file of roots, and what the document calls them; empty where the
    driver's own line can be written at that place."""

    within: str = ""
    """The path of the block in which the names stand, where that is not the one of the place itself."""

    how: str = ""
    """A sentence in place of `write it at the end of the URL`, where the document has no URL."""

    style: Style | None = None
    """None: as the document's syntax has it."""

    has_beside: bool = False
    """Whether settings stand beside the URL, in which the same words may be said."""


LIBPQ_S = Written(names={word: word for word in ("host", "hostaddr", "sslmode", "sslrootcert")})
"""Of a document that calls everything as libpq does."""


def line(written: Written, said: Mapping[str, str]) -> str:
    """The settings as this document writes them; of words that it has no name for, none."""
    style = written.style or Style.EQUALS
    pairs = [_pair(style, written.names[word], value) for word, value in said.items() if word in written.names]
    return (", " if style in {Style.JSON, Style.PHP} else " and below it ").join(pairs)


def _pair(style: Style, name: str, value: str) -> str:
    match style:
        case Style.COLON:
            return f"{name}: {value if re.fullmatch(r'[\w/~.][\w./~-]*', value) else json.dumps(value)}"
        case Style.EQUALS:
            return f"{name}={value}"
        case Style.JSON:
            return f"{json.dumps(name)}: {json.dumps(value)}"
        case Style.QUOTED:
            return f"{name} = {json.dumps(value)}"
        case Style.PHP:
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{name}' => '{escaped}'"
