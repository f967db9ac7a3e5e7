"""The answer to a look: JSON in base64, as large as a server makes it, and read only where it can be one."""

import json
from binascii import a2b_base64
from collections.abc import Sequence

MOST_GROUPS = 5000
"""Groups of sessions that one look brings back, those without TLS first."""

MOST_ADDRESSES = 32
"""Addresses of a group that are named; the others are counted."""

MOST_DIGITS = 10
"""Of a number that is read at all."""

MOST_STRINGS = 20 + MOST_GROUPS * (5 + MOST_ADDRESSES)
MOST_COMMAS = 20 + MOST_GROUPS * (10 + MOST_ADDRESSES)
"""Of an answer: what a look is told, and ten entries a group with its addresses, of which five are strings."""


def read(rows: Sequence[Sequence[object]]) -> object:
    """The JSON of the one text of the one row; None where it is none, or more than a look asks for."""
    match rows:
        case [[str(data)]]:
            pass
        case _:
            return None
    try:
        # Names made in a database of another encoding need not be UTF-8.
        text = a2b_base64(data).decode("utf-8", "replace")
        if not _may_be_groups(text):
            return None
        answer: object = json.loads(text, parse_int=_number)
    except (ValueError, RecursionError):
        return None
    return answer


def _may_be_groups(text: str) -> bool:
    """Whether JSON has no more parts than so many groups have: others would take forty times its size to read."""
    without = text.replace("\\\\", "").replace('\\"', "")
    if without.count('"') > 2 * MOST_STRINGS:
        return False
    parts = "".join(without.split('"')[::2])
    return parts.count("[") <= 1 + 2 * MOST_GROUPS and parts.count("{") <= 1 and parts.count(",") <= MOST_COMMAS


def _number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)
