"""The notification of a sweep: a subject and a text that a mail reader shows as they are."""

from dataclasses import dataclass

from tlscheck.inventory.batch import Depth
from tlscheck.reporting.result import DatabaseResult
from tlscheck.reporting.summary import Summary
from tlscheck.verdict.readiness import Verdict
from tlscheck.wording import counted, cut, listed, plain

MOST_SUBJECT = 100
"""SNS: a subject is at most 100 ASCII characters (Publish, Subject)."""

MOST_BODY = 16_000
"""Characters: far below the 256 KB that SNS takes, and as much as anybody reads."""

MOST_DATABASES = 25
MOST_REASON = 300
MOST_VANISHED = 10


@dataclass(frozen=True, slots=True)
class Notification:
    """What SNS sends."""

    subject: str
    body: str


def message_of(summary: Summary, report: str) -> Notification | None:
    """The message of a sweep whose report lies at `report`; None for a sample that found nothing new."""
    if summary.sweep.depth is Depth.SAMPLE and not summary.changed and not summary.lost_batches:
        return None
    return Notification(_subject(summary), cut("\n".join(_lines(summary, report)), MOST_BODY))


def _subject(summary: Summary) -> str:
    counts = summary.verdicts
    subject = (
        f"tlscheck: fix {counts[Verdict.FIX_DATABASE]} databases, clients of {counts[Verdict.FIX_CLIENTS]}; "
        f"{counts[Verdict.NOT_OBSERVED]} not observed, {counts[Verdict.CLEAR]} clear"
    )
    return subject[:MOST_SUBJECT]


def _lines(summary: Summary, report: str) -> list[str]:
    sweep = summary.sweep
    start = f"{sweep.started_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"{counted(len(summary.databases), 'database')} in the {sweep.depth} sweep that started at {start}.",
        ", ".join(f"{verdict} {count}" for verdict, count in summary.verdicts.items()),
        f"Report: {report}",
    ]
    lines += [
        f"{delivery.region}: Security Hub refused findings ({plain(delivery.reason, MOST_REASON)})"
        for delivery in summary.refused_deliveries
    ]
    lines += [f"{listing.region}: {plain(listing.reason, MOST_REASON)}" for listing in summary.listings]
    if summary.lost_batches:
        lines.append(
            f"{len(summary.lost_batches)} of the sweep's batches failed; see the state machine's execution."
        )
    if summary.vanished:
        named = listed((plain(arn, MOST_REASON) for arn in summary.vanished), most=MOST_VANISHED)
        lines.append(f"Gone or excluded, findings archived: {named}")
    shown = [database for database in summary.databases if database.verdict is not Verdict.CLEAR]
    for database in shown[:MOST_DATABASES]:
        lines += [
            "",
            f"{database.verdict} {plain(database.identifier)} in {database.region}{_news(database)}",
            f"  {plain(database.reason, MOST_REASON)}",
        ]
    if len(shown) > MOST_DATABASES:
        lines += ["", f"and {len(shown) - MOST_DATABASES} more"]
    return lines


def _news(database: DatabaseResult) -> str:
    if not database.changed:
        return ""
    everything = {finding.check for finding in database.findings}
    return " (new)" if set(database.changed) == everything else f" (changed: {', '.join(database.changed)})"
