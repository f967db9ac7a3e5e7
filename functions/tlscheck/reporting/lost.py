"""What is still known of a batch that was not observed: what the table holds, and why there is nothing newer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tlscheck.inventory.batch import Batch
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.reporting.refused import refusals_of
from tlscheck.reporting.result import BatchResult, DatabaseResult, row
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.heard import Heard
from tlscheck.verdict.readiness import Readiness, Verdict
from tlscheck.verdict.remembered import Remembered
from tlscheck.wire.targeting import not_tried
from tlscheck.wording import day, plain, sentence

MOST_ERROR = 120
"""Characters of an error in front of a verdict's reason; the row has all of it beside that."""

NO_ERROR = "no error was left (time-out or abort)"

MOST_ERROR = 120
"""Characters of it beside what is known: the whole of it stands in the row's own `error`."""

EVIDENCE_SPAN = timedelta(days=35)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def lost_batch(
    batch: Batch,
    remembered: Mapping[str, Remembered],
    error: str,
    span: timedelta = EVIDENCE_SPAN,
    since: datetime | None = None,
) -> BatchResult:
    """What is still known of a batch; `remembered` by key, of its databases and its listings.

    `since` is when its sweep started: what was written from then on as announced, nobody has been told.
    """
    known = {key: remembered.get(key, Remembered(key)) for key in _keys(batch)}
    return BatchResult(
        databases=tuple(
            with_news(
                remembered_result(each, known[each.key], error, _members(each, batch, known), span),
                known[each.key],
                since,
            )
            for each in (*batch.databases, *batch.unlisted)
        ),
        listings=tuple(
            finding
            for listing in batch.listings
            for finding in remembered_listing(listing, known[listing.arn], error)
        ),
        hubs=batch.hubs,
        refused=refusals_of(batch.listings),
        lost=error,
    )


def remembered_result(
    database: Database,
    remembered: Remembered,
    error: str,
    members: Mapping[str, Heard] | None = None,
    span: timedelta = EVIDENCE_SPAN,
) -> DatabaseResult:
    """The row of a database that was not judged in this sweep.

    `members` are those of a cluster, with what is remembered of their words. Who counts as a client without TLS is
    judged as of the newest that is remembered: since then nobody looked. What was wrong stays so; whether what was
    clear still is, is not known.
    """
    look = remembered.look
    evidence = Evidence(
        database,
        look.observation if look else not_tried(database.arn, error),
        tuple(each.client for each in remembered.clients),
        _newest(remembered),
        user="",
        heard=Heard(look.word if look else None),
        members=members or {},
        evidence_span=span,
        watched=look.watched if look else (),
    )
    judged = row(evidence, remembered.findings, _readiness(remembered, error), error)
    return replace(judged, looked_at=look.at if look else None)


def with_news(result: DatabaseResult, remembered: Remembered, since: datetime | None) -> DatabaseResult:
    """With what was announced since the sweep started, and then not left for its report: nobody was told of it."""
    if since is None:
        return result
    kept = remembered.database
    told = [each for each in remembered.findings if each.announced_at >= since and not each.archived_at]
    flaps = [each.flaps_told_at for each in told] + [kept.flaps_told_at if kept else None]
    return replace(
        result,
        announced=tuple(each.finding.check for each in told),
        worse=tuple(each.finding.check for each in told if each.told_as_failed),
        verdict_announced=bool(kept and kept.announced_at and kept.announced_at >= since),
        flapping=any(each is not None and each >= since for each in flaps),
    )


def _keys(batch: Batch) -> tuple[str, ...]:
    databases = (*batch.databases, *batch.unlisted)
    return (*(each.key for each in databases), *(each.arn for each in batch.listings))


def _members(database: Database, batch: Batch, known: Mapping[str, Remembered]) -> Mapping[str, Heard]:
    if database.kind is not Kind.CLUSTER:
        return {}
    return {
        each.identifier: Heard(look.word if (look := known[each.key].look) else None, is_absent=True)
        for each in batch.databases
        if each.kind is Kind.MEMBER and (each.cluster, each.region) == (database.identifier, database.region)
    }


def _newest(remembered: Remembered) -> datetime:
    moments = [each.client.last_seen for each in remembered.clients]
    moments += [each.observed_at for each in remembered.findings]
    if remembered.look:
        moments.append(remembered.look.at)
    return max(moments, default=_NEVER)


def _readiness(remembered: Remembered, error: str) -> Readiness:
    why = sentence(f"It was not judged in this sweep: {plain(error, MOST_ERROR)}")
    gaps = "".join(f" {_unread(gap)}" for gap in remembered.unreadable)
    kept = remembered.database
    if kept is None or not kept.verdict:
        return Readiness(Verdict.NOT_OBSERVED, why + (gaps or " No verdict on it is remembered."))
    newest = max((each.observed_at for each in remembered.findings), default=None)
    when = f"On {day(newest)}" if newest else "Before"
    stands = kept.verdict in {Verdict.FIX_DATABASE, Verdict.FIX_CLIENTS}
    verdict = Verdict(kept.verdict) if stands else Verdict.NOT_OBSERVED
    return Readiness(verdict, f"{why}{gaps} {when} it was {kept.verdict}. {kept.verdict_reason}".rstrip())


def _unread(gap: Gap) -> str:
    return sentence(f"What is remembered of it could not be read whole: {plain(gap.told)}")


def remembered_listing(listing: RegionListing, remembered: Remembered, error: str) -> tuple[Finding, ...]:
    """What is remembered of a Region, but that it was listed: how completely this sweep did is lost.

    Of one that its owner leaves out nothing is to be said.
    """
    if listing.is_left_out:
        return ()
    reason = sentence(f"What this sweep listed of the Region was not judged: {plain(error, MOST_ERROR)}")
    summary = Finding(
        listing.arn, listing.arn, listing.region, CheckId.NOT_OBSERVED, Status.NOT_OBSERVED, reason, ""
    )
    others = (each.finding for each in remembered.findings if each.archived_at is None)
    return (*(each for each in others if each.check is not CheckId.NOT_OBSERVED), summary)
