"""An event that cannot be answered, whoever sent it: the console, a test event or the state machine."""

import json


class BadRequest(Exception):  # noqa: N818 - its name is the error that the console shows
    """What was asked cannot be done as asked; nothing was done.

    The message names the field, its value and what is allowed. On AWS the class's name is the error's type: the
    state machine does not retry it.
    """


def not_allowed(field: str, value: object, allowed: str) -> BadRequest:
    """The error for one field, named by its path in the event (`targets[0].port`)."""
    # Callers wrote JSON: a text is shown in quotes, all else as it stands there.
    shown = ascii(value) if isinstance(value, str) else json.dumps(value, default=ascii)
    if len(shown) > 120:
        shown = f"{shown[:120]}... ({len(shown)} characters)"
    return BadRequest(f"{field}: {shown} is not allowed; allowed: {allowed}")
