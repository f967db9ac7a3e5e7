"""A sweep in figures and rows: what the report and the notification are made of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tlscheck.inventory.batch import Depth, Plan, Sweep, key_in
from tlscheck.inventory.gap import DECIDED, NOT_ASKED, Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.overlap import SkippedSample, SkippedSamples, counted_by_reason
from tlscheck.reporting.delivery import Undelivered
from tlscheck.reporting.refused import RefusedRegions, by_cause
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import Edition, distinct

MOST_PRESSING = tuple(Verdict)

FINE = frozenset({Status.PASSED, Status.INFORMATIONAL})


@dataclass(frozen=True, slots=True)
class LostBatch:
    """A batch that was not observed."""

    batch: str
    """Its key."""

    error: str
    """Why, so far as anything was left that says so."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One sweep: counts, a row for each database, what could not be listed, and what did not arrive."""

    sweep: Sweep
    verdicts: Mapping[Verdict, int]
    checks: Mapping[str, Mapping[Status, int]]
    databases: tuple[DatabaseResult, ...]
    """The most pressing verdict first, then by Region and identifier."""

    listings: tuple[Finding, ...]
    """What is wrong with, or not known of, Regions as a whole."""

    lost_batches: tuple[LostBatch, ...]
    undelivered: tuple[Undelivered, ...]
    vanished: tuple[str, ...] = ()
    """ARNs of databases that are gone or were excluded: their findings were archived."""

    gaps: tuple[Gap, ...] = ()
    """What is kept of earlier sweeps, or of this one, and could not be read."""

    without_hub: tuple[str, ...] = ()
    """Regions whose account has no Security Hub CSPM: nothing is sent there."""

    refused_regions: tuple[RefusedRegions, ...] = ()
    """Regions of which nothing could be listed, by why."""

    refused_hubs: tuple[RefusedRegions, ...] = ()
    """Regions that did not say whether they have a Security Hub CSPM, by why: what it lacks is not known."""

    probes: tuple[Edition, ...] = ()
    """Which tlscheck looked at servers, so far as it said: stacks with nothing but a probe have their own day."""

    skipped_samples: tuple[SkippedSamples, ...] = ()
    """Of a full sweep of the whole account: samples since the one before that looked at nothing."""

    retired: int = 0
    """Findings that were handed on as archived, where that was asked for."""

    offset_seconds: int = 0
    """How long after it was started it looked, of a sample of a schedule."""

    @property
    def unlisted(self) -> tuple[Finding, ...]:
        """Regions of which not everything could be listed, or of which that is not known."""
        return tuple(finding for finding in self.listings if finding.check == CheckId.NOT_OBSERVED)

    @property
    def not_listed(self) -> int:
        """Of those how many are somebody's to mend: where the organisation, or the account, decided so none is."""
        decided = {region for each in self.refused_regions if each.cause in DECIDED for region in each.regions}
        return len([finding for finding in self.unlisted if finding.region not in decided])

    @property
    def news(self) -> tuple[DatabaseResult, ...]:
        """Databases of which people are to be told now: a new verdict, a check that FAILED, or that it flaps."""
        return tuple(each for each in self.databases if is_news(each))

    @property
    def is_full(self) -> bool:
        """Whether it looked at the whole account: one of a part, or of which nothing was observed, did not."""
        is_listed = not self.unlisted or Status.PASSED in self.checks.get(CheckId.NOT_OBSERVED, {})
        is_empty = not self.databases and not self.lost_batches and is_listed
        is_observed = is_empty or any(not each.error for each in self.databases)
        return self.sweep.depth is Depth.FULL and not self.sweep.narrow and is_observed


def is_news(database: DatabaseResult) -> bool:
    """Whether people are to be told of it now."""
    return bool(database.verdict_announced or database.worse or database.flapping)


def summarise(
    plan: Plan,
    results: Mapping[str, BatchResult],
    undelivered: Iterable[Undelivered] = (),
    gaps: Iterable[Gap] = (),
    skipped: Iterable[SkippedSample] = (),
) -> Summary:
    """The summary of a sweep: the results of its batches by their key, and what of it could not be read."""
    databases = [database for result in results.values() for database in result.databases]
    listings = tuple(listing for result in results.values() for listing in result.listings)
    hubs = {region: hub for result in results.values() for region, hub in result.hubs.items()}
    found = Counter((finding.check, finding.status) for database in databases for finding in database.findings)
    found.update((listing.check, listing.status) for listing in listings)
    verdicts = Counter(database.verdict for database in databases)
    without_hub = {
        region for region, hub in hubs.items() if not isinstance(hub, Gap) and hub.subscribed_at is None
    }
    refused = (each for each in undelivered if _is_told(each, hubs.get(each.region, NOT_ASKED)))
    return Summary(
        sweep=plan.sweep,
        verdicts={verdict: verdicts[verdict] for verdict in Verdict},
        checks={
            check: {status: found[check, status] for status in Status if found[check, status]}
            for check in sorted({check for check, _ in found})
        },
        databases=tuple(sorted(databases, key=_pressing)),
        listings=tuple(listing for listing in listings if listing.status not in FINE),
        lost_batches=tuple(LostBatch(key, results[key].lost) for key in sorted(results) if results[key].lost),
        undelivered=tuple(sorted(refused, key=lambda each: (each.region, each.resource, each.check))),
        vanished=tuple(sorted(arn for result in results.values() for arn in result.vanished)),
        gaps=(
            *plan.unreadable,
            *gaps,
            *(gap for result in results.values() for gap in result.unretired),
        ),
        without_hub=tuple(sorted(without_hub)),
        refused_regions=by_cause({name: gap for each in results.values() for name, gap in each.refused.items()}),
        refused_hubs=by_cause({region: hub for region, hub in hubs.items() if isinstance(hub, Gap)}),
        probes=distinct([probe for result in results.values() for probe in result.probes]),
        skipped_samples=counted_by_reason(skipped),
        retired=sum(result.retired for result in results.values()),
        offset_seconds=plan.offset_seconds,
    )


def _is_told(undelivered: Undelivered, hub: Hub | Gap) -> bool:
    """Whether it is told apart: not where there is no hub, nor what somebody decided, unless a hub that is there,
    and was then, refuses what it is sent."""
    if isinstance(hub, Gap):
        return undelivered.cause not in DECIDED
    if hub.subscribed_at is None:
        return False
    return undelivered.cause not in DECIDED or undelivered.at >= hub.subscribed_at


def report_key(sweep: Sweep) -> str:
    """S3 key of a sweep's report."""
    return key_in(sweep, "report.json")


def _pressing(database: DatabaseResult) -> tuple[int, str, str]:
    return MOST_PRESSING.index(database.verdict), database.region, database.identifier
