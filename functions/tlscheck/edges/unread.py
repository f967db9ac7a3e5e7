"""What every way to read a server's log says where there was nothing to read, or that could not be."""

from dataclasses import replace
from datetime import datetime

from tlscheck.inventory.database import Database
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.logged import Hole, Logged, Reading
from tlscheck.ledger.reading_plan import OFF, SILENT, Reach, holes

NO_TIME = "not read yet: this sweep had no time left"


def unread(logged: Logged, span: Reach, why: str, now: datetime) -> Reading:
    """A reading of nothing, and why."""
    found = Logged(holes=holes(logged, (), [Hole(span.asked, why)], span), read_at=now)
    return Reading(logged=replace(found, marks=logged.marks))


def silence(database: Database) -> str:
    """Why there may be nothing in what was read."""
    settings = database.settings
    return OFF if isinstance(settings, Settings) and settings.is_log_off else SILENT
