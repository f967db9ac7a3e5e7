"""The notification of a sweep: a subject and a text that a mail reader shows as they are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.reporting.refused import (
    by_cause,
    names_of,
    told_of_hubs,
    told_of_refusals,
    told_of_regions,
    without,
)
from tlscheck.reporting.result import DatabaseResult
from tlscheck.reporting.summary import Summary, is_news
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.readiness import Verdict
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wording import counted, cut, harmless, joined, listed, plain

MOST_SUBJECT = 100
"""SNS: a subject is at most 100 ASCII characters (Publish, Subject)."""

MOST_BODY = 16_000
"""Characters: far below the 256 KB that SNS takes, and as much as anybody reads."""

LEAST_OF_ACCOUNT = 2_000
"""Characters of it that are kept, however much there is to say of databases."""

MOST_DATABASES = 25
MOST_REASON = 300
MOST_STEP = 1_000
"""Characters of a next step's words. What is longer stands in the report alone: half of it is another step."""

MOST_COMMANDS = 2_000
"""Characters of its commands: those of most databases. What is longer stands in the report alone."""

MOST_VANISHED = 10
MOST_ERRORS = 3
MOST_GAPS = 5


@dataclass(frozen=True, slots=True)
class Notification:
    """What SNS sends."""

    subject: str
    body: str


def message_of(summary: Summary, report: str) -> Notification | None:
    """The message of a sweep whose report lies at `report`; None for a sample of which nobody is to be told."""
    if summary.sweep.depth is Depth.SAMPLE and not summary.news:
        return None
    return Notification(_subject(summary), _body(summary, report))


def _subject(summary: Summary) -> str:
    if summary.sweep.depth is Depth.RETIRE:
        return f"tlscheck: {_retired(summary)}"
    counts = summary.verdicts
    subject = (
        f"tlscheck: fix {counted(counts[Verdict.FIX_DATABASE], 'database')}, "
        f"clients of {counts[Verdict.FIX_CLIENTS]}; "
        f"{counts[Verdict.NOT_OBSERVED]} not observed, {counts[Verdict.CLEAR]} clear"
    )
    return subject[:MOST_SUBJECT]


def _body(summary: Summary, report: str) -> str:
    """What is said of the account gives way to its databases: who is not told of news now never is."""
    shown = _shown(summary)
    databases = _text(shown, with_steps=True)
    if len(databases) > MOST_BODY - LEAST_OF_ACCOUNT:
        databases = _text(shown, with_steps=False)
    account = cut("\n".join(_lines(summary, report)), max(LEAST_OF_ACCOUNT, MOST_BODY - len(databases)))
    return cut(f"{account}{databases}", MOST_BODY)


def _lines(summary: Summary, report: str) -> Iterator[str]:
    sweep = summary.sweep
    start = f"{sweep.started_at:%Y-%m-%d %H:%M} UTC"
    if sweep.depth is Depth.RETIRE:
        yield f"{_retired(summary)}, as the execution that started at {start} asked."
    else:
        yield f"{counted(len(summary.databases), 'database')} in the {sweep.depth} sweep that started at {start}."
        yield ", ".join(f"{verdict} {count}" for verdict, count in summary.verdicts.items())
    yield f"Report: {report}"
    yield from _undelivered(summary)
    yield from not_whole(summary)
    if summary.vanished:
        named = listed((plain(arn, MOST_REASON) for arn in summary.vanished), most=MOST_VANISHED)
        yield f"Gone or excluded, findings archived: {named}"


def not_whole(summary: Summary, asker: Asker = STACK) -> Iterator[str]:
    """A line for each way in which it is not of the whole account, or not of now."""
    yield from (told_of_regions(each, asker) for each in summary.refused_regions)
    told_of = {region for each in summary.refused_regions for region in each.regions}
    for listing in summary.listings:
        if listing.region not in told_of:
            yield f"{listing.region}: {plain(listing.reason, MOST_REASON)}"
    if summary.lost_batches:
        errors = dict.fromkeys(plain(lost.error, MOST_REASON) for lost in summary.lost_batches)
        yield f"{len(summary.lost_batches)} of the sweep's batches failed: {listed(errors, MOST_ERRORS)}"
    if summary.skipped_samples:
        told = listed((f"{each.reason} ({each.count})" for each in summary.skipped_samples), MOST_ERRORS)
        count = counted(sum(each.count for each in summary.skipped_samples), "sample")
        yield f"Since the full sweep before, {count} looked at nothing: {told}"
    if summary.gaps:
        told = listed((plain(gap.told, MOST_REASON) for gap in summary.gaps), MOST_GAPS)
        yield f"Could not be read: {told}"


def _retired(summary: Summary) -> str:
    return f"{counted(summary.retired, 'finding')} archived in Security Hub CSPM"


def _undelivered(summary: Summary) -> Iterator[str]:
    refusals: dict[GapCause, dict[str, Gap]] = {}
    counts = Counter((each.cause, each.region) for each in summary.undelivered)
    for each in summary.undelivered:
        gap = Gap("securityhub:BatchImportFindings", each.reason, each.cause)
        refusals.setdefault(each.cause, {}).setdefault(each.region, gap)
    for cause in sorted(refusals):
        for refused in by_cause(refusals[cause]):
            yield told_of_refusals(refused, sum(counts[cause, region] for region in refused.regions))
    if summary.without_hub:
        names = names_of(summary.without_hub)
        yield f"Without Security Hub CSPM, so that nothing is sent there: {names}"
    # A Region that denies all is told once.
    yield from map(told_of_hubs, without(summary.refused_hubs, summary.refused_regions))


def _shown(summary: Summary) -> tuple[DatabaseResult, ...]:
    """In a sample those that are news; else also those that are not clear."""
    if summary.sweep.depth is Depth.SAMPLE:
        return summary.news
    news = {each.key for each in summary.news}
    return tuple(each for each in summary.databases if each.verdict is not Verdict.CLEAR or each.key in news)


def _text(shown: tuple[DatabaseResult, ...], *, with_steps: bool) -> str:
    return "".join(f"\n{line}" for line in _databases(shown, with_steps=with_steps))


def _databases(shown: tuple[DatabaseResult, ...], *, with_steps: bool) -> Iterator[str]:
    # A stable sort: of news as of others the most pressing are named, in the order of the report.
    places = sorted(range(len(shown)), key=lambda place: not is_news(shown[place]))
    for database in (shown[place] for place in sorted(places[:MOST_DATABASES])):
        yield ""
        yield f"{database.verdict} {plain(database.identifier)} in {database.region}{_news(database)}"
        yield f"  {plain(database.reason, MOST_REASON)}"
        if with_steps:
            yield from _steps(database)
    if shown and not with_steps:
        yield "\nWhat to do about each of them is too long for a mail: the report says it."
    if len(shown) > MOST_DATABASES:
        yield ""
        yield f"and {len(shown) - MOST_DATABASES} more"


def _steps(database: DatabaseResult) -> Iterator[str]:
    """What to do about what the verdict rests on; a step that several findings have is told once."""
    of_verdict = (each for each in database.findings if each.reason and each.reason in database.reason)
    for step in dict.fromkeys(Advice(each.next_step, each.commands) for each in of_verdict):
        if step.told:
            yield from _step(step)


def _step(step: Advice) -> Iterator[str]:
    """The words, and below them each command on a line of its own: pasted together, they end where one fails."""
    commands = [harmless(each) for each in step.commands]
    if len(step.words) > MOST_STEP:
        yield "  Next: what the report says: it is too long for a mail."
    elif sum(map(len, commands)) > MOST_COMMANDS:
        words = joined(plain(step.words, MOST_STEP), f"the {len(commands)} commands that the report has.")
        yield f"  Next: {words}"
    else:
        yield f"  Next: {plain(step.words, MOST_STEP)}".rstrip()
        yield from (f"    {each}{' &&' * (place < len(commands))}" for place, each in enumerate(commands, start=1))


def _news(database: DatabaseResult) -> str:
    news = []
    if database.flapping:
        news.append("it comes and goes: no more of it today unless it gets worse")
    elif database.verdict_announced:
        news.append("new verdict")
    if database.worse:
        news.append(f"now FAILED: {', '.join(database.worse)}")
    return f" ({'; '.join(news)})" if news else ""
