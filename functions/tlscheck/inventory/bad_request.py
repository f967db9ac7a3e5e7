"""An event that cannot be answered, whoever sent it: the console, a test event or the state machine."""

MOST_SHOWN = 120
"""Characters of a wrong value that its error repeats."""


class BadRequest(ValueError):  # noqa: N818 - its name is the error type that the console and the state machine show
    """Raised before anything is done: names the field, the value that it had, and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        """`field` is its path in the event: `targets[0].port`; `allowed` completes "allowed: "."""
        shown = repr(value)
        if len(shown) > MOST_SHOWN:
            shown = f"{shown[: MOST_SHOWN - 3]}..."
        super().__init__(f"{field}: {shown} is not allowed; allowed: {allowed}")
        self.field = field
