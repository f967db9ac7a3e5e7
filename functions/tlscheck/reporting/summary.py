"""A sweep in figures and rows: what the report and the notification are made of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tlscheck.inventory.batch import Batch, Sweep
from tlscheck.reporting.delivery import Delivery
from tlscheck.reporting.result import BatchResult, DatabaseResult, lost_result
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import Edition, distinct

LOST = "Its batch failed in this sweep, so nothing of it was looked at; what earlier sweeps found still stands."

MOST_PRESSING = tuple(Verdict)

FINE = frozenset({Status.PASSED, Status.INFORMATIONAL})


@dataclass(frozen=True, slots=True)
class Summary:
    """One sweep: counts, a row for each database, what could not be listed, and where findings did not arrive."""

    sweep: Sweep
    verdicts: Mapping[Verdict, int]
    checks: Mapping[str, Mapping[Status, int]]
    databases: tuple[DatabaseResult, ...]
    """The most pressing verdict first, then by Region and identifier."""

    listings: tuple[Finding, ...]
    """What is wrong with, or not known of, Regions as a whole."""

    lost_batches: tuple[str, ...]
    refused_deliveries: tuple[Delivery, ...]
    vanished: tuple[str, ...] = ()
    """ARNs of databases that are gone or were excluded: their findings were archived."""

    probes: tuple[Edition, ...] = ()
    """Which tlscheck looked at servers, so far as it said: stacks with nothing but a probe have their own day."""

    @property
    def unlisted(self) -> tuple[Finding, ...]:
        """Regions of which not everything could be listed."""
        return tuple(finding for finding in self.listings if finding.check == CheckId.NOT_OBSERVED)

    @property
    def changed(self) -> tuple[DatabaseResult, ...]:
        """Databases of which this sweep says something new."""
        return tuple(result for result in self.databases if result.changed)


def summarise(
    sweep: Sweep,
    results: Iterable[BatchResult],
    lost: Mapping[str, Batch],
    refused_deliveries: tuple[Delivery, ...],
) -> Summary:
    """The summary of a sweep; `lost` are the batches without a result, by their key."""
    results = tuple(results)
    databases = [database for result in results for database in result.databases]
    databases += [lost_result(database, LOST) for batch in lost.values() for database in batch.databases]
    listings = tuple(listing for result in results for listing in result.listings)
    found = Counter((finding.check, finding.status) for database in databases for finding in database.findings)
    found.update((listing.check, listing.status) for listing in listings)
    verdicts = Counter(database.verdict for database in databases)
    return Summary(
        sweep=sweep,
        verdicts={verdict: verdicts[verdict] for verdict in Verdict},
        checks={
            check: {status: found[check, status] for status in Status if found[check, status]}
            for check in sorted({check for check, _ in found})
        },
        databases=tuple(sorted(databases, key=_pressing)),
        listings=tuple(listing for listing in listings if listing.status not in FINE),
        lost_batches=tuple(sorted(lost)),
        refused_deliveries=refused_deliveries,
        vanished=tuple(sorted(arn for result in results for arn in result.vanished)),
        probes=distinct([probe for result in results for probe in result.probes]),
    )


def report_key(sweep: Sweep) -> str:
    """S3 key of a sweep's report."""
    return f"sweeps/{sweep.id}/report.json"


def _pressing(database: DatabaseResult) -> tuple[int, str, str]:
    return MOST_PRESSING.index(database.verdict), database.region, database.identifier
