"""What a Region's Security Hub lacks is told again by a full sweep: of databases, and of the Region itself."""

from datetime import datetime

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.remembering import remember_region
from tlscheck.verdict.sending import Listener, Publish

from tests.examples import KEY, NOT_ENFORCED, NOW, REGION, database
from tests.memory_table import MemoryTable
from tests.remembering import (
    DAY,
    HOUR,
    MINUTE,
    done,
    empty_table,
    finding_of,
    findings,
    full,
    judged,
    listing,
    sample,
)

WELL = database()
OPEN = database(force_ssl=NOT_ENFORCED)
LONG_AGO = Hub(NOW - 300 * DAY)
NO_HUB = Hub(None)
UNASKED = Gap("nothing", "not asked")
DENIED = Gap("securityhub:DescribeHub", "AccessDenied")


def delivered(table: MemoryTable, at: datetime, *but: str) -> None:
    """All findings are in a hub, but these."""
    for check in findings(table):
        if check not in but:
            took(table, check, at)


def took(table: MemoryTable, check: str, at: datetime) -> None:
    """What was sent of it last is in a hub."""
    sent = finding_of(table, check).sent
    assert sent is not None
    assert table.delivered(KEY, check, sent.at, at)


def told_later(table: MemoryTable, hub: Hub | Gap, days: int = 1, of: Database = WELL) -> set[str]:
    """What a full sweep of a later day sends to this hub; people are told nothing of it."""
    before = len(table.sent)
    judgement = judged(table, full(NOW + days * DAY, of=of, hub=hub))
    assert judgement.told == ()
    return {each.finding.check.value for each in table.sent[before:]}


def after_a_full_sweep() -> MemoryTable:
    table = empty_table()
    done(table, full(NOW))
    return table


def test_what_a_hub_took_is_not_told_again() -> None:
    table = after_a_full_sweep()
    delivered(table, NOW + MINUTE)
    assert told_later(table, LONG_AGO) == set()


def test_what_never_arrived_in_a_hub_is_told_again() -> None:
    table = after_a_full_sweep()
    delivered(table, NOW + MINUTE, "ca", "force-ssl")
    assert told_later(table, LONG_AGO) == {"ca", "force-ssl"}


def test_a_hub_that_was_turned_on_since_gets_all() -> None:
    table = after_a_full_sweep()
    delivered(table, NOW + MINUTE)
    assert told_later(table, Hub(NOW + HOUR)) == set(findings(table))
    assert len(findings(table)) == 13


def test_a_hub_that_was_turned_on_at_the_moment_of_the_delivery_has_it() -> None:
    table = after_a_full_sweep()
    delivered(table, NOW + MINUTE)
    assert told_later(table, Hub(NOW + MINUTE)) == set()


def test_what_a_hub_refused_is_told_again_although_an_earlier_form_of_it_is_there() -> None:
    table = after_a_full_sweep()
    delivered(table, NOW + MINUTE)
    assert table.refused(KEY, "ca", "InvalidInput")
    assert told_later(table, LONG_AGO) == {"ca"}
    assert finding_of(table, "ca").refused == "InvalidInput"
    # As long as nobody took it.
    assert told_later(table, LONG_AGO, 2) == {"ca"}
    took(table, "ca", NOW + 2 * DAY)
    assert told_later(table, LONG_AGO, 3) == set()


def test_an_announcement_that_got_lost_on_its_way_is_sent_by_the_next_full_sweep() -> None:
    table = after_a_full_sweep()
    delivered(table, NOW + MINUTE)
    done(table, full(NOW + DAY, of=OPEN, hub=LONG_AGO))
    assert finding_of(table, "force-ssl").announced_at == NOW + DAY
    again = told_later(table, LONG_AGO, 2, OPEN)
    assert "force-ssl" in again
    for each in again:
        took(table, each, NOW + 2 * DAY + MINUTE)
    assert told_later(table, LONG_AGO, 3, OPEN) == set()


def test_what_was_taken_late_is_not_what_was_sent_since() -> None:
    """A hub took the earlier form of it after the later one was handed on, which got lost."""
    table = after_a_full_sweep()
    done(table, full(NOW + HOUR, of=OPEN))
    delivered(table, NOW + 2 * HOUR, "force-ssl")
    assert table.delivered(KEY, "force-ssl", NOW, NOW + 2 * HOUR)
    assert told_later(table, LONG_AGO, of=OPEN) == {"force-ssl"}


@pytest.mark.parametrize("hub", [NO_HUB, DENIED, UNASKED])
def test_where_there_is_no_hub_or_none_is_known_of_nothing_is_told_again(hub: Hub | Gap) -> None:
    assert told_later(after_a_full_sweep(), hub) == set()


def test_what_is_told_as_a_hub_lacks_it_changes_nothing_else() -> None:
    table = after_a_full_sweep()
    before = finding_of(table, "ca")
    done(table, full(NOW + DAY, hub=LONG_AGO))
    after = finding_of(table, "ca")
    assert (after.sent_at, after.observed_at) == (NOW + DAY, NOW + DAY)
    assert (after.finding, after.first_observed_at, after.changed_at) == (before.finding, NOW, NOW)
    assert after.announced_at == NOW


def test_within_the_hour_too_a_hub_gets_what_it_lacks() -> None:
    table = after_a_full_sweep()
    done(table, full(NOW + 20 * MINUTE, hub=LONG_AGO))
    assert [each.sent_at for each in table.sent[13:]] == [NOW + 20 * MINUTE] * 13


def test_a_sample_asks_no_hub_and_tells_nothing_again() -> None:
    table = after_a_full_sweep()
    assert judged(table, sample(table, NOW + HOUR)).told == ()
    assert len(table.sent) == 13


def of_region(status: Status, reason: str = "because") -> Finding:
    return Finding(REGION, REGION, "us-east-1", CheckId.TRUST_STORE, status, reason, "")


def remembered(
    table: MemoryTable, of: RegionListing, *found: Finding, hub: Hub | Gap = UNASKED, is_contended: bool = False
) -> tuple[RememberedFinding, ...]:
    assert of.listed_at
    table.now = max(table.now, of.listed_at)
    listener = Listener(Publish.EVERYTHING, hub)
    return table.run(remember_region(of, found, is_contended=is_contended, listener=listener))


def test_a_regions_findings_are_remembered_under_the_region() -> None:
    table = empty_table()
    (first,) = remembered(table, listing(NOW), of_region(Status.FAILED))
    assert finding_of(table, "trust-store", REGION).finding == first.finding == of_region(Status.FAILED)
    (second,) = remembered(table, listing(NOW + DAY), of_region(Status.NOT_OBSERVED, "AccessDenied"))
    assert (second.finding, second.not_observed_since) == (of_region(Status.FAILED), NOW + DAY)
    assert finding_of(table, "trust-store", REGION).not_observed_reason == "AccessDenied"


def test_an_older_listing_of_a_region_changes_nothing_that_a_newer_one_said() -> None:
    table = empty_table()
    remembered(table, listing(NOW + HOUR), of_region(Status.FAILED), is_contended=True)
    (after,) = remembered(table, listing(NOW), of_region(Status.PASSED), is_contended=True)
    assert after.finding.status == "FAILED"
    assert finding_of(table, "trust-store", REGION).observed_at == NOW + HOUR


@pytest.mark.parametrize(("is_contended", "observed_at"), [(False, NOW), (True, NOW + 20 * MINUTE)])
def test_what_is_unchanged_of_a_region_is_written_hourly_or_beside_an_older_listing(
    is_contended: bool, observed_at: datetime
) -> None:
    table = empty_table()
    remembered(table, listing(NOW), of_region(Status.PASSED))
    remembered(table, listing(NOW + 20 * MINUTE), of_region(Status.PASSED), is_contended=is_contended)
    assert finding_of(table, "trust-store", REGION).observed_at == observed_at
    remembered(table, listing(NOW + HOUR), of_region(Status.PASSED))
    assert finding_of(table, "trust-store", REGION).observed_at == NOW + HOUR


@pytest.mark.parametrize(("hub", "announced"), [(LONG_AGO, 2), (NO_HUB, 1), (DENIED, 1), (UNASKED, 1)])
def test_a_hub_gets_what_it_lacks_of_its_region(hub: Hub | Gap, announced: int) -> None:
    table = empty_table()
    remembered(table, listing(NOW), of_region(Status.FAILED))
    remembered(table, listing(NOW + DAY), of_region(Status.FAILED), hub=hub)
    assert len(table.sent) == announced


def test_a_listing_without_a_moment_is_no_listing_to_remember() -> None:
    with pytest.raises(ValueError, match="the listing of us-east-1 has no moment"):
        next(remember_region(listing(NOW, listed_at=None), (), is_contended=False))


def test_a_database_of_which_no_listing_named_an_id_is_told_by_its_arn() -> None:
    table = empty_table()
    arn = "arn:aws:rds:us-east-1:111122223333:db:orders-prod"
    done(table, full(NOW, of=database(resource_id=Gap("rds:DescribeDBInstances", "named no DbiResourceId"))))
    assert finding_of(table, "ca", arn).finding.key == arn
