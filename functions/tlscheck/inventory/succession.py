"""Who had a database's name before it, or left its cluster: whose clients are its own by now.

Clients connect by name. Restored and renamed, switched over (blue/green), promoted or made anew, another database
answers them under the same name, and what is remembered of the one before lies under another key.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.former import Former, Predecessor
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.vanished import gone

MOST = 40
"""Predecessors of an instance, a member or a proxy: one made anew each night has 35 within EvidenceDays."""

MOST_OF_A_CLUSTER = 100
"""Predecessors of a cluster: they also are the members that it lost, readers that are scaled in and out."""

MOST_FORMERLY = 5
"""What a database was formerly."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def with_predecessors(inventory: Inventory, known: KnownDatabases, now: datetime, span: timedelta) -> Inventory:
    """The inventory, each database with those that had its name, or were its cluster's members, within `span`.

    Only what a listing shows makes a predecessor: another database under the name, a member that a complete
    listing has no more or that belongs elsewhere.
    """
    earlier = _Earlier.of(inventory, known)
    databases = tuple(_after(each, earlier, now, span) for each in inventory.databases)
    return replace(inventory, databases=databases)


def carried(database: Database, kept: Database, now: datetime, span: timedelta) -> Database:
    """A database as listed, with what the same one was told of its past before: a listing that could not read what
    is remembered loses none of it."""
    formerly = _formerly(database, kept, now, span)
    is_taken_over = bool(database.past_as_of and kept.listed_at and database.past_as_of >= kept.listed_at)
    found = (*database.predecessors, *(() if is_taken_over else kept.predecessors))
    beyond = (database.predecessors_beyond, kept.predecessors_beyond)
    return _succeeding(replace(database, formerly=formerly, past_as_of=None), found, beyond, now, span)


@dataclass(frozen=True, slots=True)
class _Holder:
    """A database that had a name, or belonged to a cluster, and when it was last listed so (None: not known)."""

    database: Database
    identifier: str
    """By which it was listed then."""

    last: datetime | None


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What is known of earlier sweeps, found at once."""

    by_key: Mapping[str, Database]
    by_arn: Mapping[str, list[_Holder]]
    lost_members: Mapping[tuple[str, str], list[_Holder]]
    """By Region and identifier of the cluster that lost them."""

    there: Mapping[str, Database]
    """What is listed now, by key."""

    names: Mapping[str, str]
    """ARN to the key of what is listed under it."""

    @classmethod
    def of(cls, inventory: Inventory, known: KnownDatabases) -> Self:
        """Two documents of one key, a half-done write: the newer one counts."""
        everybody = {each.key: each for each in sorted((*known.gone, *known.databases), key=_last_listed)}
        there = {each.key: each for each in inventory.databases}
        are_gone = {each.key for each in gone(inventory, everybody.values())}
        by_arn: dict[str, list[_Holder]] = defaultdict(list)
        lost: dict[tuple[str, str], list[_Holder]] = defaultdict(list)
        for each in everybody.values():
            now = there.get(each.key)
            for arn, cluster, holder in _appearances(each):
                by_arn[arn].append(holder)
                belongs_elsewhere = now is not None and now.cluster != cluster
                if each.kind is Kind.MEMBER and cluster and (belongs_elsewhere or each.key in are_gone):
                    lost[each.region, cluster].append(holder)
        return cls(everybody, by_arn, lost, there, {each.arn: each.key for each in there.values()})

    def is_anothers(self, before: Predecessor, same: Database, database: Database) -> bool:
        """Whether the name by which a database came after that one is another's by now, and so are its clients.

        They came by that name. While nobody has it, they may have been told the new one.
        """
        now = self.there.get(before.key)
        if database.kind is Kind.CLUSTER and now is not None and now.kind is Kind.MEMBER:
            formerly = {_identifier(each.arn) for each in same.formerly} | {same.identifier}
            return now.cluster != database.identifier and now.cluster in formerly
        arn = database.arn.removesuffix(database.identifier) + before.identifier
        return self.names.get(arn, database.key) != database.key


def _appearances(database: Database) -> Iterator[tuple[str, str | None, _Holder]]:
    yield database.arn, database.cluster, _Holder(database, database.identifier, database.listed_at)
    for former in database.formerly:
        # Of a proxy the ARN does not name it; that never changes.
        identifier = database.identifier if former.arn == database.arn else _identifier(former.arn)
        yield former.arn, former.cluster, _Holder(database, identifier, former.last)


def _after(database: Database, earlier: _Earlier, now: datetime, span: timedelta) -> Database:
    same = earlier.by_key.get(database.key)
    before = [*earlier.by_arn.get(database.arn, ())]
    if database.kind is Kind.CLUSTER:
        before += earlier.lost_members.get((database.region, database.identifier), ())
    before = [
        each for each in before if each.database.key != database.key and not (each.last and each.last < now - span)
    ]
    own = [each for each in same.predecessors if not earlier.is_anothers(each, same, database)] if same else []
    told = [*own, *(one for each in before for one in each.database.predecessors)]
    beyond = [each.database.predecessors_beyond for each in before]
    holders = {each.database.key for each in before}
    found = [_succeeded(each, told, database.listed_at or now) for each in before]
    found += [each for each in told if each.key not in holders]
    if same:
        beyond.append(same.predecessors_beyond)
        formerly = _formerly(database, same, now, span)
        as_of = same.listed_at if len(own) < len(same.predecessors) else None
        database = replace(database, formerly=formerly, past_as_of=as_of)
    return _succeeding(database, found, beyond, now, span)


def _succeeded(before: _Holder, told: Iterable[Predecessor], listed_at: datetime) -> Predecessor:
    """Another database as a predecessor: until now, or as anybody was told first since it had the name last."""
    one = before.database
    ends = [each.until for each in told if each.key == one.key and not (before.last and before.last > each.until)]
    return Predecessor(one.key, before.identifier, one.resource_id, min(ends, default=listed_at))


def _succeeding(
    database: Database,
    found: Iterable[Predecessor],
    beyond: Iterable[datetime | None],
    now: datetime,
    span: timedelta,
) -> Database:
    """The newest first, each once and at its latest moment; never the database itself."""
    latest: dict[str, Predecessor] = {}
    for each in sorted(found, key=lambda each: each.until):
        if each.key != database.key and each.until >= now - span:
            latest[each.key] = each
    ordered = sorted(latest.values(), key=lambda each: each.key)
    ordered.sort(key=lambda each: each.until, reverse=True)
    most = MOST_OF_A_CLUSTER if database.kind is Kind.CLUSTER else MOST
    left_out = [each.until for each in ordered[most:]]
    left_out += [each for each in beyond if each and each >= now - span]
    return replace(
        database,
        predecessors=tuple(ordered[:most]),
        predecessors_beyond=max(left_out, default=None),
    )


def _formerly(database: Database, kept: Database, now: datetime, span: timedelta) -> tuple[Former, ...]:
    """What the same database was listed as within `span`, and is not listed as now."""
    found = [*database.formerly, *kept.formerly, Former(kept.arn, kept.cluster, kept.listed_at or now)]
    latest: dict[tuple[str, str | None], Former] = {}
    for each in sorted(found, key=lambda each: each.last):
        if (each.arn, each.cluster) != (database.arn, database.cluster) and each.last >= now - span:
            latest[each.arn, each.cluster] = each
    ordered = sorted(latest.values(), key=lambda each: (each.arn, each.cluster or ""))
    ordered.sort(key=lambda each: each.last, reverse=True)
    return tuple(ordered[:MOST_FORMERLY])


def _identifier(arn: str) -> str:
    return arn.rpartition(":")[2]


def _last_listed(database: Database) -> datetime:
    return database.listed_at or _LONG_AGO
