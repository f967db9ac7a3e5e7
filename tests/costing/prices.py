"""docs/prices.toml, read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "docs" / "prices.toml"


@dataclass(frozen=True, slots=True)
class Prices:
    """What AWS asks in a Region, and what is assumed beside what is counted."""

    region: str
    date: str
    days: int
    """Of a month."""

    usd: Mapping[str, float]
    waits: Mapping[str, float]
    """Seconds, by the service that is asked."""

    assumed: Mapping[str, Any]


def load(file: Path = FILE) -> Prices:
    """The prices of the file."""
    return Prices(**tomllib.loads(file.read_text()))
