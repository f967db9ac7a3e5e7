"""Records of the table's stream, as Lambda, or a person who has some, hands them to a door."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tlscheck.inventory.bad_request import not_allowed

EVENT = 'an object with Records, a list of records like {"dynamodb": {"SequenceNumber": "1", "NewImage": {...}}}'
RECORD = (
    'an object with dynamodb, an object with SequenceNumber, a text, like {"dynamodb": {"SequenceNumber": "1"}}'
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record; what it holds is looked at when it is sent."""

    number: str
    """SequenceNumber: how Lambda is told which record to hand over again."""

    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Records:
    """Those of an event."""

    readable: tuple[Record, ...]
    malformed: int = 0
    """Of others how many: they have no number by which they could be asked for again."""

    @property
    def span(self) -> str:
        """The first and the last of them, by which all log lines of one invocation are told from another's."""
        return f"{self.readable[0].number} to {self.readable[-1].number}" if self.readable else "none"


def findings(event: object) -> Records:
    """The records of an event. One that is malformed costs no other; raises BadRequest where all are."""
    if not isinstance(event, dict):
        raise not_allowed("event", event, EVENT)
    given = event.get("Records")
    if not isinstance(given, list):
        raise not_allowed("Records", given, f"a list; the event is {EVENT}")
    readable = tuple(_readable(given))
    if given and not readable:
        raise not_allowed("Records[0]", given[0], RECORD)
    return Records(readable, len(given) - len(readable))


def _readable(given: list[Any]) -> Iterator[Record]:
    for each in given:
        images = each.get("dynamodb") if isinstance(each, dict) else None
        number = images.get("SequenceNumber") if isinstance(images, dict) else None
        if isinstance(number, str) and number:
            yield Record(number, each)
