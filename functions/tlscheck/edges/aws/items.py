"""What items of the table have in common: moments, and how long they are kept.

Moments are ISO 8601 in UTC, so long that text order is time order; those of clients are hours, which are short.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from tlscheck.inventory.gap import Gap
from tlscheck.ledger import retention

type Item = Mapping[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading an item may raise that another version wrote, or somebody by hand: it costs that item alone."""


def moment(when: datetime) -> str:
    """2026-11-24T03:00:00.000000+00:00: always 32 characters."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str | None) -> datetime | None:
    """What `moment` made a text of, if it did. Raises ValueError."""
    return datetime.fromisoformat(text) if text else None


def epoch(when: datetime) -> int:
    """Seconds since 1970, as DynamoDB's time to live wants them."""
    return int(when.timestamp())


def hours(when: datetime) -> int:
    """Whole hours since 1970."""
    return (when - EPOCH) // HOUR


def hour_of(number: Any) -> datetime:
    """The moment at which such an hour begins. Raises TypeError or ValueError for what is no number."""
    return EPOCH + int(number) * HOUR


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that there are: what is None is not written."""
    return {name: value for name, value in values.items() if value is not None}


def moments(whens: Iterable[datetime]) -> list[str]:
    """Several moments."""
    return [moment(when) for when in whens]


def moment_or_none(when: datetime | None) -> str | None:
    """A moment that may be missing."""
    return moment(when) if when else None


def is_expired(item: Item, now: datetime) -> bool:
    """Whether its time is over: DynamoDB takes it away within days, and until then it still answers."""
    until = item.get("expires_at")
    return until is not None and until <= epoch(now)


def version_of(item: Item) -> int:
    """The version of an item. Raises KeyError or TypeError where it has none, or another thing in its place."""
    version = item["version"]
    if not isinstance(version, Decimal):
        raise TypeError("its version is no number")
    return int(version)


def has_been(when: datetime | None, now: datetime) -> None:
    """Raises ValueError of a moment that is still to come: whatever is ordered by it would count until then."""
    if when is not None and when > now + retention.AHEAD:
        raise ValueError(f"its moment is still to come: {moment(when)}")


def unreadable(name: str, error: Exception) -> Gap:
    """What stands in the place of an item that could not be read back, and why."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        return Gap(name, f"{where}: {first['msg']}" if where else first["msg"])
    if isinstance(error, KeyError):
        return Gap(name, f"it has no {error.args[0]}")
    return Gap(name, f"{type(error).__name__}: {error}")
