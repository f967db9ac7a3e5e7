"""How a judgement is remembered: read, judge, write over what was read; overtaken meanwhile, all of it again.

Facts (clients, the look, the database) are written before findings, so that what reads a finding finds what it
rests on. A sweep that is cut off between them leaves facts from which the next one judges.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.names import resource_key
from tlscheck.inventory.region import RegionListing
from tlscheck.ledger.sightings import changed
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding
from tlscheck.verdict.in_hand import InHand, Known
from tlscheck.verdict.judgement import Judgement, judge
from tlscheck.verdict.news import is_news, is_news_of_database, is_news_of_log, is_news_of_look
from tlscheck.verdict.remembered import KeptDatabase, Remembered, item_name
from tlscheck.verdict.sending import Listener, Publish, handed_on
from tlscheck.verdict.settle import archived, settle
from tlscheck.verdict.sharing import changes_group, keys_of
from tlscheck.verdict.steps import Drop, Step, Steps, Write, all_of, callers_of, version_over, write_over
from tlscheck.verdict.tries import OVERTAKEN, Tries

UNWISHED = Listener(Publish.FAILURES)
"""The hub of whom nobody knows whether there is one, and whose owner set nothing."""


def remember(hand: InHand, tries: Tries | None = None) -> Steps[Judgement | None]:
    """The judgement of a database, written; None where sweeps are not to look at it any more.

    Its error says so where others came before one of its items as often as that was tried; `tries` are those that
    were made already.
    """
    tries = tries or Tries()
    while True:
        known = yield from _known(hand)
        judgement = judge(hand, known)
        if judgement is not None and hand.group is not None and _changes_its_group(judgement):
            # Who shares it is read for that alone: at first it is judged as if nobody did.
            known = replace(known, sharing=(yield from callers_of(keys_of(hand.group))))
            judgement = judge(hand, known)
        if judgement is None or (yield from tries.done(_steps(hand, known, judgement))):
            return judgement
        if tries.are_spent:
            return replace(judgement, error=OVERTAKEN)


def forget(key: str, listing: RegionListing, listener: Listener = UNWISHED) -> Steps[str | None]:
    """Archives the findings of a database that is gone: its ARN; None where it is gone already, or back again."""
    basis, at, tries = Basis(listing.listed_at), _moment(listing), Tries()
    if isinstance(listener.hub, Hub) and listener.hub.subscribed_at is None:
        # No sweep comes here again: what a hub holds that is off is archived once it is on, as Deliver keeps it.
        listener = replace(listener, hub=NOT_ASKED)
    while not tries.are_spent:
        own = yield from all_of(key)
        database = own.database
        if database is None or not database.is_listed or _is_newer(database, at):
            return None
        # This one first: where it is archived, no sample says anything of the others.
        findings = sorted(own.findings, key=lambda each: each.finding.check is not CheckId.NOT_OBSERVED)
        steps: list[Step] = [
            write_over(after, at, own)
            for each in findings
            if (after := handed_on(archived(each, basis, at), listener, at)) != each
        ]
        # Last, so that what is interrupted here is done again by the next sweep.
        steps.append(write_over(replace(database, is_listed=False, listed_at=at), at, own))
        if (yield from tries.done(steps)):
            return key if isinstance(database.database, Gap) else database.database.arn
    return None


def remember_region(
    listing: RegionListing, findings: Iterable[Finding], *, is_contended: bool, listener: Listener = UNWISHED
) -> Steps[tuple[RememberedFinding, ...]]:
    """What is remembered of a Region as a whole once these findings of its listing are."""
    basis, at, tries = Basis(listing.listed_at), _moment(listing), Tries()
    findings = tuple(findings)
    while True:
        own = yield from all_of(listing.arn)
        before = {each.finding.check: each for each in own.findings}
        after = [handed_on(settle(before.get(each.check), each, basis, at), listener, at) for each in findings]
        steps = [
            write_over(each, at, own)
            for each in after
            if (there := before.get(each.finding.check)) is None or is_news(there, each, always=is_contended)
        ]
        if (yield from tries.done(steps)) or tries.are_spent:
            return tuple(after)


def leave_region(listing: RegionListing, listener: Listener = UNWISHED) -> Steps[None]:
    """Archives what is remembered of a Region as a whole in which no database is any more."""
    basis, at, tries = Basis(listing.listed_at), _moment(listing), Tries()
    while not tries.are_spent:
        own = yield from all_of(listing.arn)
        ended = ((each, handed_on(archived(each, basis, at), listener, at)) for each in own.findings)
        if (yield from tries.done([write_over(after, at, own) for each, after in ended if after != each])):
            return


def _changes_its_group(judgement: Judgement) -> bool:
    database = judgement.evidence.database
    return any(changes_group(line, database) for each in judgement.settled for line in each.finding.commands)


def _known(hand: InHand) -> Steps[Known]:
    database = hand.database
    own = yield from all_of(database.key)
    past, members = {}, {}
    kept = own.database.database if own.database else None
    predecessors = {*database.predecessors, *(() if kept is None or isinstance(kept, Gap) else kept.predecessors)}
    for predecessor in sorted(predecessors, key=lambda each: each.key):
        past[predecessor.key] = yield from all_of(predecessor.key)
    if database.kind is Kind.CLUSTER:
        # A newer listing may know of others; and of one made anew under its name, who has it now.
        listings = [database, *([kept] if isinstance(kept, Database) else [])]
        ids: dict[str, str] = {}
        for each in sorted(listings, key=_listed_at):
            ids |= each.member_ids
        # Beside another sweep, also those in hand: since they were judged, that one may have looked at them later.
        asked = ids.keys() if hand.is_contended else ids.keys() - hand.members.keys()
        for name in sorted(asked):
            members[name] = yield from all_of(resource_key(database.arn, ids[name]))
    return Known(own, past, members)


def _steps(hand: InHand, known: Known, judgement: Judgement) -> Iterator[Step]:
    own, at = known.own, judgement.evidence.at
    written, gone = changed([each.client for each in own.clients], judgement.clients)
    versions = {each.client.who: each for each in own.clients}
    unreadable = {gap.operation for gap in own.unreadable}
    for client in written:
        if item_name(client) in unreadable:
            # A fact: whoever can read it has more to tell than this look.
            continue
        over = versions[client.who].version if client.who in versions else None
        yield Write(client, over, version_over(over, at))
    yield from _looks(hand, own, judgement)
    yield from _news_of_log(own, judgement)
    before, kept = own.database, judgement.kept
    fact = _listed(before, kept) if kept is not None else None
    if fact is not None and (before is None or is_news_of_database(before, fact, always=hand.is_contended)):
        yield (listed := write_over(fact, at, own))
        fact = replace(fact, version=listed.version)
    remembered = {each.finding.check: each for each in own.findings}
    is_changed = False
    for finding in judgement.settled:
        there = remembered.get(finding.finding.check)
        if there is None or is_news(there, finding, always=hand.is_contended):
            is_changed |= there is None or _says(there) != _says(finding)
            yield write_over(finding, at, own)
    if kept is not None and fact is not None:
        verdict = replace(kept, version=fact.version)
        # Also where it is the same: another sweep's may rest on what the finding said before.
        if is_changed or replace(verdict, changes=fact.changes) != fact:
            yield write_over(verdict, at, own)
    # Their traces are in what was written above.
    for client in gone:
        yield Drop(versions[client.who])


def _news_of_log(own: Remembered, judgement: Judgement) -> Iterator[Step]:
    """After the clients: what it says was read is not read again."""
    log = judgement.log
    if log is None or (own.log is not None and not is_news_of_log(own.log, log)):
        return
    # A fact, as they are: whoever can read it has more to tell than this sweep.
    if not any(gap.operation == item_name(log) for gap in own.unreadable):
        yield write_over(log, judgement.evidence.at, own)


def _looks(hand: InHand, own: Remembered, judgement: Judgement) -> Iterator[Step]:
    looks, look, at = judgement.looks, judgement.look, judgement.evidence.at
    # First: a moment that lies in both is one, and one that lies in neither is lost.
    if looks is not None and (own.looks is None or looks.moments != own.looks.moments):
        yield write_over(looks, at, own)
    if look is not None and (own.look is None or is_news_of_look(own.look, look, always=hand.is_contended)):
        yield write_over(look, at, own)


def _says(finding: RememberedFinding) -> object:
    return finding.finding.status, finding.archived_at is None


def _listed(before: KeptDatabase | None, kept: KeptDatabase) -> KeptDatabase:
    """The fact in it, which findings rest on; the verdict, which rests on them, is written after them."""
    if before is None:
        return KeptDatabase(kept.key, kept.database, kept.is_listed, listed_at=kept.listed_at)
    return replace(before, database=kept.database, is_listed=kept.is_listed, listed_at=kept.listed_at)


def _moment(listing: RegionListing) -> datetime:
    if listing.listed_at is None:
        raise ValueError(f"the listing of {listing.region} has no moment")
    return listing.listed_at


def _is_newer(database: KeptDatabase, at: datetime) -> bool:
    return database.listed_at is not None and database.listed_at >= at


def _listed_at(database: Database) -> datetime:
    return database.listed_at or datetime.min.replace(tzinfo=UTC)
