"""The answer to the statement of a look, as a server gives it: one row, one text, base64 of JSON."""

import json
from base64 import b64encode
from collections.abc import Mapping


def row_of(answer: Mapping[str, object]) -> list[list[str]]:
    """As pg8000 hands it over."""
    return [[text_of(json.dumps(answer).encode())]]


def text_of(answer: bytes) -> str:
    """As the server's encode() writes it: 76 letters a line."""
    letters = b64encode(answer).decode()
    return "\n".join(letters[start : start + 76] for start in range(0, len(letters), 76))
