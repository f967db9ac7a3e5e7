"""What the environment says of reading the servers' logs, of each door that reads or estimates it."""

import os
from datetime import timedelta

from tlscheck.edges.events.variables import is_enabled, whole
from tlscheck.ledger.log_price import FIRST_READ, GB


def log_overlap() -> timedelta | None:
    """LOG_OVERLAP_MINUTES; None where LOG_READING is not ENABLED. Raises BadEnvironment."""
    return timedelta(minutes=whole("LOG_OVERLAP_MINUTES")) if is_enabled("LOG_READING") else None


def first_read() -> float:
    """LOG_FIRST_READ_GB in bytes, as usual where it is not set. Raises BadEnvironment."""
    return GB * float(whole("LOG_FIRST_READ_GB")) if "LOG_FIRST_READ_GB" in os.environ else FIRST_READ
