"""Who is on the same parameter group: whoever changes it changes them all.

One name may be a group of instances and a group of clusters, which are two groups. A default group cannot be
changed, so who else is on it is of no account.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.names import Arn, resource_key
from tlscheck.inventory.parameter_group import NOBODY, Beside, ParameterGroup, Scope
from tlscheck.inventory.region import RegionListing

MOST_SERVERS = 50
"""Servers of a group's databases whose findings are read: two items each, and BatchGetItem takes 100."""

MOST_UNSEEN = 5
"""Databases of a group that no sweep looks at, and are named."""

DEFAULT = "default."
"""How the names of RDS's own groups begin."""


@dataclass(frozen=True, slots=True)
class Sharer:
    """A database on a parameter group, by its identifier, and the servers that its clients connect to."""

    identifier: str
    servers: dict[str, str]
    """Identifier to Database.key: of an instance itself, of a cluster its members; an empty key is not known."""


@dataclass(frozen=True, slots=True)
class SharedGroup:
    """The databases on one parameter group, as the newest listing knows them."""

    sharers: tuple[Sharer, ...]
    """By identifier; as many as have MOST_SERVERS servers."""

    beyond: int = 0
    """How many more there are."""

    beside: Beside = NOBODY


def group_of(database: Database) -> ParameterGroup | None:
    """The group that a database, or the cluster of a member, can share with others; None where that is none."""
    name = database.force_ssl.parameter_group
    if not name or name.startswith(DEFAULT) or database.kind is Kind.PROXY:
        return None
    return ParameterGroup(Scope.INSTANCE if database.kind is Kind.INSTANCE else Scope.CLUSTER, name)


def group_name(group: ParameterGroup) -> str:
    """`instance orders-pg17`: what tells the groups of one Region apart."""
    return f"{group.scope} {group.name}"


def with_beside(inventory: Inventory, unlisted: Iterable[Database] = ()) -> Inventory:
    """The inventory of a full sweep, each database with whom no sweep looks at on its group: who is excluded, and
    who is known and this listing does not show."""
    unseen: dict[tuple[str, ParameterGroup], set[str]] = defaultdict(set)
    excluded = (each for each in inventory.databases if each.is_excluded)
    for each in (*excluded, *unlisted):
        if each.kind is not Kind.MEMBER and (group := group_of(each)):
            unseen[each.region, group].add(each.identifier)
    gaps = {(each.region, scope): _gap(each, scope) for each in inventory.listings for scope in Scope}

    def beside(database: Database) -> Database:
        group = group_of(database)
        if group is None:
            return database
        names = sorted(unseen[database.region, group] - {database.identifier})
        gap = gaps.get((database.region, group.scope))
        more = len(names[MOST_UNSEEN:])
        return replace(database, beside=Beside(tuple(names[:MOST_UNSEEN]), more, gap))

    return replace(inventory, databases=tuple(map(beside, inventory.databases)))


def shared_groups(databases: Iterable[Database]) -> dict[tuple[str, str], SharedGroup]:
    """Region and name to each group that others than one database are on, or may be."""
    found: dict[tuple[str, str], list[Database]] = defaultdict(list)
    for each in sorted(databases, key=lambda each: (each.region, each.identifier)):
        if each.kind is not Kind.MEMBER and not each.is_excluded and (group := group_of(each)):
            found[each.region, group_name(group)].append(each)
    groups = {place: _group(on_it) for place, on_it in found.items()}
    return {
        place: group
        for place, group in groups.items()
        if len(group.sharers) + group.beyond > 1 or group.beside != NOBODY
    }


def of_batch(
    groups: Mapping[tuple[str, str], SharedGroup], region: str, databases: Iterable[Database]
) -> dict[str, SharedGroup]:
    """The groups of some databases of a Region, by name."""
    names = sorted({group_name(group) for each in databases if (group := group_of(each))})
    return {name: groups[region, name] for name in names if (region, name) in groups}


def _group(databases: list[Database]) -> SharedGroup:
    sharers: list[Sharer] = []
    room = MOST_SERVERS
    for each in databases:
        servers = _servers(each)
        room -= len(servers)
        if room < 0:
            break
        sharers.append(Sharer(each.identifier, servers))
    return SharedGroup(tuple(sharers), len(databases) - len(sharers), databases[0].beside)


def _servers(database: Database) -> dict[str, str]:
    if database.kind is Kind.INSTANCE:
        return {database.identifier: database.key}
    ids = database.member_ids if Arn.parse(database.arn) else {}
    return {
        name: resource_key(database.arn, ids[name]) if name in ids else ""
        for name in sorted({*database.member_authorities, *database.member_ids})
    }


_LISTING = {Scope.INSTANCE: "rds:DescribeDBInstances", Scope.CLUSTER: "rds:DescribeDBClusters"}


def _gap(listing: RegionListing, scope: Scope) -> Gap | None:
    """Why others may be on a group of this scope that the listing does not name."""
    return next((gap for gap in listing.listing_gaps if gap.operation == _LISTING[scope]), None)
