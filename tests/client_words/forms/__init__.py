"""Valid ways to say how to connect, one module a driver or framework, each with `FORMS`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Form:
    """One valid way."""

    driver: str
    """As --driver takes it."""

    text: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    parser: str = ""
    """The real parser that can judge what becomes of it, as tests.client_words.parsers has it; "" for none."""
