"""A client's words as a line of a record: a driver's name, a text, and what stands beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.recognition import connection, named, version
from tlscheck.drivers.words import Words

ENDPOINT = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SHORT = "ORDERS"
"""What stands for it in a record."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One client's words."""

    name: str = ""
    """Of its driver or framework; "" where the words shall say it."""

    text: str = ""
    version: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    service_file: str = ""

    @property
    def line(self) -> str:
        """As it stands in a record: a list of JSON of name and text, and of the rest if there is any."""
        beside = {
            "version": self.version,
            "options": self.options,
            "variables": self.variables,
            "service_file": self.service_file,
        }
        rest = {name: value for name, value in beside.items() if value}
        return shortened(json.dumps([self.name, self.text, *([rest] if rest else [])]))

    def read(self) -> Connection:
        """The connection that the words make. Raises BadRequest."""
        driver, framework = named(self.name or None)
        return connection(
            Words(
                self.text,
                driver,
                framework,
                version(self.version),
                self.options,
                self.variables,
                self.service_file,
            )
        )


def of_line(line: str) -> Asked:
    """The words that stand in a line."""
    name, text, *rest = json.loads(line.replace(SHORT, ENDPOINT))
    return Asked(name, text, **(rest[0] if rest else {}))


def shortened(text: str) -> str:
    """A text of a record, in which the endpoint's name is a word."""
    return text.replace(ENDPOINT, SHORT)
