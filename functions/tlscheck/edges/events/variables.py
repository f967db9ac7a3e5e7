"""One environment variable, of any door: its text, or what that stands for."""

import os
import re

from tlscheck.inventory.names import REGION_ALLOWED, is_region


class BadEnvironment(Exception):  # noqa: N818 - its name is the error that the console shows
    """The template or its owner left a variable out, or gave it a value that cannot be; the message names it."""


def needed(name: str) -> str:
    """A variable's text. Raises BadEnvironment when it is not set or blank."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise BadEnvironment(f"the environment variable {name} is not set")
    return value


def regions(name: str) -> tuple[str, ...]:
    """A comma-separated list of Regions; empty when the variable is not set. Raises BadEnvironment."""
    found = tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())
    for region in found:
        if not is_region(region):
            named = f"the environment variable {name} names {region!r}, which is no Region's name"
            raise BadEnvironment(f"{named}; allowed: {REGION_ALLOWED}")
    return tuple(dict.fromkeys(found))


def whole(name: str) -> int:
    """A positive whole number. Raises BadEnvironment."""
    value = needed(name)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", value):
        raise BadEnvironment(f"the environment variable {name} is {value!r}; allowed: 1 to 99999")
    return int(value)


def is_enabled(name: str) -> bool:
    """Whether a variable that may be left out says ENABLED, and not DISABLED. Raises BadEnvironment."""
    return name in os.environ and one_of(name, "ENABLED", "DISABLED") == "ENABLED"


def one_of(name: str, *allowed: str) -> str:
    """One of the texts that are allowed. Raises BadEnvironment."""
    value = needed(name)
    if value not in allowed:
        raise BadEnvironment(f"the environment variable {name} is {value!r}; allowed: {', '.join(allowed)}")
    return value
