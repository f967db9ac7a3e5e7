"""What stands in a file where a value comes from elsewhere: `${DB_HOST}`, `{{ env_var('DB_HOST') }}`, an option.

A format that meets one whose value nobody said puts a mark into its place, which no person can type; a driver's
reader that comes upon it where it decides something says the name of what is not known.
"""

import re

_MARK = re.compile("\ue000([^\ue001]*)\ue001")


def mark(name: str) -> str:
    """What stands for the value of this name until somebody says it."""
    return f"\ue000{name}\ue001"


def marked(text: str) -> tuple[str, ...]:
    """The names whose values a text waits for."""
    return tuple(dict.fromkeys(_MARK.findall(text)))


def without_marks(text: str) -> str:
    """A text of a person, in which no mark can stand."""
    return text.replace("\ue000", "").replace("\ue001", "")
