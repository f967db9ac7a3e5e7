"""What a sweep is asked to look at, and what of that the account really has."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.names import Arn
from tlscheck.inventory.region import RegionListing


@dataclass(frozen=True, slots=True)
class Request:
    """The execution's input. Empty tuples: every Region, every database."""

    depth: Depth = Depth.FULL
    regions: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    """Identifiers or ARNs of instances, clusters, proxies; a cluster brings its members. * and ? are wild."""

    clusters: tuple[str, ...] = ()
    """The same, of clusters alone; what either of the two names is looked at."""

    engines: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    """Key and value that a database must have, all of them; the value may be wild."""

    schedule: str | None = None
    """Expression of the schedule that starts a sample, which waits for its moment; None: it looks at once."""

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for a part of the account only."""
        return any((self.regions, self.databases, self.clusters, self.engines, self.tags))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The databases that a request asks for, and what it asks for and may lie where nobody could look."""

    databases: tuple[Database, ...]
    missing: tuple[Gap, ...] = ()
    unlisted: tuple[Database, ...] = ()
    """Those that are known, asked for, and not shown by an incomplete listing."""


@dataclass(frozen=True, slots=True)
class Regions:
    """The Regions to list, and those that should be listed and cannot, each with the reason."""

    listed: tuple[str, ...]
    gaps: tuple[tuple[str, Gap], ...] = ()


def regions_to_list(
    request: Request,
    configured: tuple[str, ...],
    enabled: tuple[str, ...] | Gap,
    home: str,
    known: Iterable[str] = (),
) -> Regions:
    """Which Regions a full sweep lists: those asked for, else those configured, else every enabled one.

    `enabled` is ec2:DescribeRegions, `known` the Regions of databases that earlier sweeps knew: of one that is not
    enabled any more nobody may say that they are gone. Without the former a Region that is named, or known, is
    tried, and nobody can say which others there are: the Region that we run in (`home`) carries the gap.
    Raises BadRequest when a Region is asked for that the account has not enabled.
    """
    field, asked = _regions_asked_for(request)
    if isinstance(enabled, Gap):
        tried = tuple(sorted({home, *known}))
        return Regions(asked or configured) if asked or configured else Regions(tried, ((home, enabled),))
    for region in asked:
        if region not in enabled:
            raise not_allowed(field, region, f"the enabled Regions of this account: {', '.join(enabled)}")
    wanted = asked or configured or tuple(sorted({*enabled, *known}))
    why = "the Region is named by REGIONS, but not enabled in this account"
    if not configured:
        why = "databases of the Region are known, and it is not enabled in this account any more"
    off = Gap("ec2:DescribeRegions", why, GapCause.DISABLED)
    return Regions(
        tuple(region for region in wanted if region in enabled),
        tuple((region, off) for region in wanted if region not in enabled),
    )


def chosen(
    request: Request,
    inventory: Inventory,
    unreadable: tuple[Gap, ...] = (),
    unlisted: tuple[Database, ...] = (),
) -> Chosen:
    """The databases that a request asks for and their owner does not exclude.

    What matches nothing is a Gap where it may be in a Region that was not listed whole or, in a sample, among what
    is `unreadable` of the databases already known. Raises BadRequest where it is nowhere for certain.
    """
    seen = _Seen(inventory, unreadable, [])
    if request.depth is Depth.SAMPLE:
        seen.regions(request.regions)
    left = [
        each
        for each in (*inventory.databases, *unlisted)
        if each.region in (request.regions or {each.region}) and not each.is_excluded
    ]
    if request.engines:
        left = seen.kept("request.engines", request.engines, left, _is_of_engine, "engines of the databases")
    for key, value in request.tags:
        wanted = f"{key}={value}"
        left = seen.kept("request.tags", (wanted,), left, _has_tag, "tags of the PostgreSQL databases")
    if not request.databases and not request.clusters:
        return _parted(looked_at(left, request.depth), unlisted, seen.missing)
    allowed = "identifiers or ARNs of the PostgreSQL databases"
    named = seen.kept("request.databases", request.databases, left, _is_called, allowed)
    allowed = "identifiers or ARNs of the PostgreSQL clusters"
    named += seen.kept("request.clusters", request.clusters, left, _is_cluster_called, allowed)
    clusters = {(each.region, each.identifier) for each in named if each.kind is Kind.CLUSTER}
    arns = {each.arn for each in named}
    found = [each for each in left if each.arn in arns or (each.region, each.cluster) in clusters]
    chosen_ones = looked_at(found, request.depth)
    left_alone = [each.identifier for each in found if each not in chosen_ones]
    why = "may pause at 0 ACUs: samples leave it to full sweeps"
    missing = [*seen.missing, *(Gap("request.databases", f"{identifier} {why}") for identifier in left_alone)]
    return _parted(chosen_ones, unlisted, missing)


def looked_at(databases: Sequence[Database], depth: Depth) -> tuple[Database, ...]:
    """Those that sweeps of this depth look at: samples leave alone what may pause at 0 ACUs."""
    return tuple(each for each in databases if depth is Depth.FULL or not each.may_pause)


def _parted(found: Sequence[Database], unlisted: tuple[Database, ...], missing: Sequence[Gap]) -> Chosen:
    keys = {each.key for each in unlisted}
    return Chosen(
        tuple(each for each in found if each.key not in keys),
        tuple(missing),
        tuple(each for each in found if each.key in keys),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was looked through, and what was not found there."""

    inventory: Inventory
    unreadable: tuple[Gap, ...]
    missing: list[Gap]

    def kept(
        self,
        field: str,
        wanted: tuple[str, ...],
        databases: Sequence[Database],
        matches: Callable[[str, Database], bool],
        allowed: str,
    ) -> list[Database]:
        """The databases that match any of what is wanted."""
        for each in wanted:
            if not any(matches(each, database) for database in databases):
                self._miss(field, each, f"{allowed} {_scope(self.inventory)}")
        return [database for database in databases if any(matches(each, database) for each in wanted)]

    def regions(self, wanted: tuple[str, ...]) -> None:
        """Of a sample: each Region must have a database."""
        known = sorted({each.region for each in self.inventory.databases})
        for region in wanted:
            if region not in known:
                allowed = f"with a database known from an earlier full sweep: {', '.join(known) or 'none yet'}"
                self._miss("request.regions", region, f"Regions {allowed}")

    def _miss(self, field: str, wanted: str, allowed: str) -> None:
        listings, named = self.inventory.listings, Arn.parse(wanted)
        regions = {named.region} if named else {each.region for each in listings}
        is_partial = any(each.region in regions and not each.is_complete for each in listings)
        if not is_partial and not (self.unreadable and not listings):
            raise not_allowed(field, wanted, allowed)
        unread = f" (not read back: {'; '.join(each.told for each in self.unreadable)})" if not listings else ""
        self.missing.append(Gap(field, f"{wanted!a} is not among the {allowed}{unread}"))


def _regions_asked_for(request: Request) -> tuple[str, tuple[str, ...]]:
    """Regions that a request names, by themselves or through ARNs, and the field that names them."""
    for field, named in (("request.databases", request.databases), ("request.clusters", request.clusters)):
        arns = [arn for each in named if (arn := Arn.parse(each))]
        is_all = not request.regions and named == (*request.databases, *request.clusters)
        if is_all and len(arns) == len(named):
            return field, tuple(dict.fromkeys(arn.region for arn in arns))
    return "request.regions", request.regions


def _is_called(wanted: str, database: Database) -> bool:
    """RDS keeps identifiers in lower case, whatever was typed."""
    return _is_like(wanted, database.arn) or _is_like(wanted.lower(), database.identifier.lower())


def _is_cluster_called(wanted: str, database: Database) -> bool:
    return database.kind is Kind.CLUSTER and _is_called(wanted, database)


def _is_of_engine(wanted: str, database: Database) -> bool:
    return database.engine == wanted


def _has_tag(wanted: str, database: Database) -> bool:
    key, _, value = wanted.partition("=")
    return key in database.tags and _is_like(value, database.tags[key])


def _is_like(pattern: str, text: str) -> bool:
    """Whether a text is of a pattern in which * stands for any characters, ? for one, and nothing else is wild."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _scope(inventory: Inventory) -> str:
    """Where was looked, and where could not be looked."""
    if not inventory.listings:
        return "known from an earlier full sweep"
    regions = ", ".join(each.region for each in inventory.listings)
    incomplete = [_incompleteness(each) for each in inventory.listings if each.gaps]
    return f"of {regions}" + (f" (not completely listed: {'; '.join(incomplete)})" if incomplete else "")


def _incompleteness(listing: RegionListing) -> str:
    return f"{listing.region}, {', '.join(f'{gap.operation}: {gap.reason}' for gap in listing.gaps)}"
