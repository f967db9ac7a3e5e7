"""What the rooms log is meant for a function's log group: here only who asks for it sees it."""

import logging
import os
import sys

from tlscheck.inventory.bad_request import not_allowed

VARIABLE = "TLSCHECK_LOG"
"""Names the least that is logged to standard error; where it is not set nothing is."""

LEVELS = ("DEBUG", "INFO", "WARNING")


def begin() -> None:
    """To be called before a room that logs is imported: its logger goes by POWERTOOLS_LOG_LEVEL from then on.

    Raises BadRequest.
    """
    level = os.environ.get(VARIABLE, "").strip()
    if level and level not in LEVELS:
        raise not_allowed(VARIABLE, level, ", ".join(LEVELS))
    if level:
        os.environ["POWERTOOLS_LOG_LEVEL"] = level
    handler = logging.StreamHandler(sys.stderr) if level else logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    # Without any handler Python itself would print warnings, and what they rest on with them.
    logging.getLogger().addHandler(handler)
