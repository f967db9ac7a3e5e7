"""What the table tells a sweep before it lists: the databases of earlier sweeps, as the newest listing of each had
them. A full sweep goes on without any of it."""

from dataclasses import dataclass

from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap


@dataclass(frozen=True, slots=True)
class KnownDatabases:
    """Databases that are remembered."""

    databases: tuple[Database, ...] = ()
    """Those that sweeps look at."""

    gone: tuple[Database, ...] = ()
    """Those that a later listing had no more, or that their owner excludes, and that are still remembered."""

    unreadable: tuple[Gap, ...] = ()
    """What could not be read back: the key of the one item, or the call that failed, and why."""


NOTHING = KnownDatabases()
"""Before the first full sweep."""
