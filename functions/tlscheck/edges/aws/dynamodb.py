"""The table: what is remembered, one item a client, finding, look and database, each written over what was read.

Doors use this module; how nouns become items is told in those beside it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tlscheck.edges import clock
from tlscheck.edges.aws import earlier_items, finding_items, reading, running_items, skipped_items, table, writing
from tlscheck.edges.aws.database_items import DATABASE, GONE, LISTED, document_of
from tlscheck.edges.aws.finding_items import (
    DELIVERED,
    DELIVERED_AS,
    DUE,
    REFUSED,
    finding_of,
    sent_attributes,
)
from tlscheck.edges.aws.items import UNREADABLE, Item, moment
from tlscheck.edges.aws.refusals import REFUSED as NO_ANSWER
from tlscheck.edges.aws.refusals import UNREACHABLE, cause_of, gap
from tlscheck.edges.aws.running_items import running_item, running_of
from tlscheck.edges.aws.table import Table
from tlscheck.edges.condition import Condition
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.overlap import SkippedSample
from tlscheck.reporting.delivery import Undelivered
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.sending import ended
from tlscheck.verdict.sharing import TELLING, FindingsByKey
from tlscheck.verdict.steps import Drop, Read, ReadCallers, Reply, Running, Step, Steps, Write

INDEX = "by_listing"
"""Sparse: what carries `listed`, and nothing else."""

MOST_AGAIN = 500
"""Findings that are announced again at once; the others are by the next full sweep."""

UNDELIVERED = "undelivered"
"""Its value for a finding that a hub refused."""


type Asked = dict[tuple[str, ...], FindingsByKey | Gap]
"""What was read for some keys at once, for whoever asks for the same."""


def run[T](name: Table, steps: Steps[T], memory: timedelta, asked: Asked | None = None) -> T:
    """Does the steps of a sweep on the table of this name, one after the other, and says what they come to.

    `memory` is how long a client is remembered that is not seen again; what is in `asked` is not asked again.
    """
    asked = {} if asked is None else asked
    answer: Reply | None = None
    while True:
        try:
            step = next(steps) if answer is None else steps.send(answer)
        except StopIteration as ended:
            result: T = ended.value
            return result
        if isinstance(step, ReadCallers):
            if step.keys not in asked:
                asked[step.keys] = callers(name, step.keys, clock.now())
            answer = asked[step.keys]
        else:
            answer = apply(name, step, memory, clock.now())


def apply(name: Table, step: Step, memory: timedelta, now: datetime) -> Reply:
    """Does one step: of a Read what is remembered, else whether it was done."""
    match step:
        case Read(key):
            return read(name, key, now)
        case ReadCallers(keys):
            return callers(name, keys, now)
        case Write():
            return writing.write(name, step, memory, now)
        case Drop():
            return writing.drop(name, step, now)


def read(name: Table, key: str, now: datetime) -> Remembered:
    """All of one key, read consistently."""
    return reading.remembered(key, table.items_of(name, key), now)


def callers(name: Table, keys: Sequence[str], now: datetime) -> FindingsByKey | Gap:
    """Key to its findings that say whom a change would cut off, in one call; a Gap where nobody answers."""
    places = [(key, finding_items.PREFIX + check) for key in keys for check in TELLING]
    try:
        return reading.told(table.items_at(name, places), now) if places else {}
    except (NO_ANSWER, *UNREACHABLE) as error:
        return gap("dynamodb:BatchGetItem", error)


def known(name: Table, earlier_index: str | None, now: datetime) -> KnownDatabases:
    """The databases that are remembered; what an earlier version wrote lies in `earlier_index` by `kind`.

    A table that cannot be asked is a Gap, since a full sweep goes on without it.
    """
    try:
        listed, gone = (list(table.items_in(name, INDEX, LISTED, value)) for value in (DATABASE, GONE))
        earlier, earlier_gone = (
            list(table.items_in(name, earlier_index, "kind", kind)) if earlier_index else []
            for kind in (earlier_items.DATABASE, earlier_items.VANISHED)
        )
    except (NO_ANSWER, *UNREACHABLE) as error:
        return KnownDatabases(unreadable=(gap("dynamodb:Query", error),))
    return reading.known(listed, gone, earlier, earlier_gone, now)


def described(name: Table, key: str) -> Database | None:
    """The database that is remembered under a key, as it was listed last; None where that is not known."""
    item = table.item(name, (key, DATABASE), ("pk", "document"))
    found = document_of(item) if item and "document" in item else None
    return None if isinstance(found, Gap) else found


def delivered(name: Table, key: str, check: str, sent_at: datetime, at: datetime) -> bool:
    """Remembers that a Security Hub took what was sent of a finding then; False, without a write, where there is
    none."""
    took = {DELIVERED: moment(at), DELIVERED_AS: moment(sent_at)}
    return _told(name, key, check, took, (REFUSED, LISTED, DUE))


def refused(name: Table, key: str, check: str, why: Gap, at: datetime) -> bool:
    """Remembers that a Security Hub refused a finding; False, without a write, where there is none."""
    refusal = {"reason": why.reason, "cause": why.cause.value, "at": moment(at)}
    return _told(name, key, check, {REFUSED: refusal, LISTED: UNDELIVERED}, (DUE,))


def undelivered(name: Table) -> tuple[Undelivered, ...]:
    """The findings that a Security Hub refused when they were sent last; not those that cannot be read back."""
    found = table.items_in(name, INDEX, LISTED, UNDELIVERED)
    return tuple(each for item in found if (each := _undelivered(item)))


def ended_unheard(name: Table, regions: Collection[str], at: datetime) -> int:
    """Sends archived findings of these Regions again that a Security Hub refused; how many.

    No sweep judges them any more, and the hub would show them as they were.
    """
    refused = (
        item
        for item in table.items_in(name, INDEX, LISTED, UNDELIVERED)
        if "archived_at" in item and item.get("region") in regions
    )
    return sum(_end_again(name, item, at) for item in islice(refused, MOST_AGAIN))


def sent(record: Mapping[str, Any]) -> RememberedFinding | None:
    """The finding of a stream record (NEW_AND_OLD_IMAGES), or None when it is not to be sent (again).

    Raises one of items.UNREADABLE when the record is none of ours.
    """
    images = record["dynamodb"]
    if "NewImage" not in images:
        return None
    new = table.item_of_image(images["NewImage"])
    old = table.item_of_image(images.get("OldImage", {}))
    # One of before 0.3.0 has no version, and was sent when it was announced.
    told = DUE if "version" in new else "announced_at"
    if not new["sk"].startswith(finding_items.PREFIX) or told not in new or new[told] == old.get(told):
        return None
    if not isinstance(new["pk"], str):
        raise TypeError("a key is no text")
    return finding_of(new)


def begin(name: Table, running: Running) -> None:
    """Registers a batch or a full sweep, before it reads or lists anything; again, where it is done again."""
    table.change(name, (running_items.KEY, running.id), running_item(running))


def end(name: Table, running_id: str) -> None:
    """Takes it away once it has written all; what ended without that is over by itself, at `until`."""
    table.delete(name, (running_items.KEY, running_id))


def running(name: Table, now: datetime) -> tuple[Running, ...]:
    """What is under way, read consistently."""
    found = (running_of(item) for item in table.items_of(name, running_items.KEY))
    return tuple(each for each in found if each.until > now)


def _end_again(name: Table, item: Item, at: datetime) -> bool:
    try:
        before = finding_of(item)
    except UNREADABLE:
        return False
    if (after := ended(before, at).sent) is None:
        return False
    still = Condition("attribute_exists(archived_at) AND attribute_exists(refused)")
    return table.change(
        name, (item["pk"], item["sk"]), sent_attributes(after) | {DUE: moment(after.at)}, ("sent_failed",), still
    )


def skip(name: Table, skipped: SkippedSample) -> None:
    """Remembers a sample that looked at nothing, once, however often it says so."""
    table.change(name, skipped_items.place_of(skipped), skipped_items.skipped_item(skipped))


def skipped(name: Table) -> tuple[SkippedSample, ...]:
    """The samples that looked at nothing, told or not; not those that cannot be read back."""
    found = (skipped_items.skipped_of(item) for item in table.items_of(name, skipped_items.KEY))
    return tuple(each for each in found if each)


def tell_skipped(name: Table, told: Iterable[SkippedSample], by: str) -> None:
    """Remembers which full sweep's report told of them."""
    for each in told:
        table.change(name, skipped_items.place_of(each), {skipped_items.TOLD: by})


def _told(name: Table, key: str, check: str, values: Mapping[str, Any], gone: tuple[str, ...]) -> bool:
    place = key, finding_items.PREFIX + check
    return table.change(name, place, values, gone, Condition("attribute_exists(pk)"))


def _undelivered(item: Item) -> Undelivered | None:
    try:
        return Undelivered(
            key=item["pk"],
            resource=item.get("resource", item["pk"]),
            region=item["region"],
            check=item["check"],
            reason=item[REFUSED]["reason"],
            at=datetime.fromisoformat(item[REFUSED]["at"]),
            cause=_cause(item[REFUSED]),
        )
    except UNREADABLE:
        return None


def _cause(refusal: Item) -> GapCause:
    """Which kind of "no" it was; before 0.4.0 only its words were kept."""
    if "cause" in refusal:
        return GapCause(refusal["cause"])
    code, _, message = refusal["reason"].partition(": ")
    return cause_of(code, message)
