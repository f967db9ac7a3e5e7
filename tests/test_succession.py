"""Whose clients a database has by now: of those that had its name, and of members that its cluster lost."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.former import Former, Predecessor
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.succession import carried, with_predecessors

from tests.examples import ACCOUNT, NOW, REGION, cluster, database, member

DAY = timedelta(days=1)
SPAN = 35 * DAY
COMPLETE = RegionListing(REGION, "us-east-1", 1)
PARTIAL = replace(COMPLETE, gaps=(Gap("rds:DescribeDBInstances", "AccessDenied: no"),))


def key(resource_id: str) -> str:
    return f"aws:111122223333:us-east-1:{resource_id}"


def named(
    resource_id: str | Gap, name: str = "orders-prod", at: datetime | None = NOW, **changes: Any
) -> Database:
    """An instance with this id under this name, as a listing of that moment showed it."""
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{name}"
    return database(**{"arn": arn, "identifier": name, "resource_id": resource_id, "listed_at": at} | changes)


def reader(
    resource_id: str | Gap, name: str, at: datetime | None = NOW, of: str = "ledger", **changes: Any
) -> Database:
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{name}"
    fields = {"arn": arn, "identifier": name, "resource_id": resource_id, "cluster": of, "listed_at": at}
    return member(**fields | changes)


def ledger(resource_id: str = "cluster-LEDGER", name: str = "ledger", **changes: Any) -> Database:
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{name}"
    fields = {"arn": arn, "identifier": name, "resource_id": resource_id, "listed_at": NOW, "cluster": None}
    return cluster(**fields | changes)


def after(
    *there: Database,
    known: Iterable[Database] = (),
    gone: Iterable[Database] = (),
    listing: RegionListing = COMPLETE,
    now: datetime = NOW,
    span: timedelta = SPAN,
) -> dict[str, Database]:
    """What a full sweep makes of these, by key."""
    made = with_predecessors(Inventory(there, (listing,)), KnownDatabases(tuple(known), tuple(gone)), now, span)
    return {each.key: each for each in made.databases}


def until(database: Database) -> list[tuple[str, datetime]]:
    return [(each.key.rpartition(":")[2], each.until) for each in database.predecessors]


UNSAID = Gap("rds:DescribeDBInstances", "named no DbiResourceId")
OLD = named("db-OLD", at=NOW - DAY)


def test_a_database_that_keeps_its_name_has_nobody_before_it() -> None:
    assert after(named("db-OLD"), known=[OLD]) == {key("db-OLD"): named("db-OLD")}


def test_a_database_made_anew_under_the_name_comes_after_the_one_before() -> None:
    (new,) = after(named("db-NEW"), known=[OLD]).values()
    assert new.predecessors == (Predecessor(key("db-OLD"), "orders-prod", "db-OLD", NOW),)


def test_one_that_was_gone_already_comes_before_it_all_the_same() -> None:
    (new,) = after(named("db-NEW"), gone=[named("db-OLD", at=NOW - 20 * DAY)]).values()
    assert until(new) == [("db-OLD", NOW)]


@pytest.mark.parametrize(("days", "expected"), [(35, ["db-OLD"]), (36, [])])
def test_one_that_was_gone_for_longer_than_evidence_is_kept_is_nobody(days: int, expected: list[str]) -> None:
    (new,) = after(named("db-NEW"), gone=[named("db-OLD", at=NOW - days * DAY)]).values()
    assert [name for name, _ in until(new)] == expected


def test_one_of_which_no_document_says_when_it_was_listed_may_have_been_there_until_now() -> None:
    (new,) = after(named("db-NEW"), known=[named("db-OLD", at=None)]).values()
    assert until(new) == [("db-OLD", NOW)]


def test_a_switchover_leaves_the_name_to_the_new_one_and_a_trace_to_the_old_one() -> None:
    found = after(
        named("db-BLUE", "orders-prod-old1"),
        named("db-GREEN"),
        known=[named("db-BLUE", at=NOW - DAY), named("db-GREEN", "orders-green", at=NOW - DAY)],
    )
    assert until(found[key("db-GREEN")]) == [("db-BLUE", NOW)]
    assert until(found[key("db-BLUE")]) == []
    assert [(each.arn.rpartition(":")[2], each.last) for each in found[key("db-BLUE")].formerly] == [
        ("orders-prod", NOW - DAY)
    ]


def test_the_new_one_is_told_of_the_old_one_also_when_only_the_old_one_was_written_meanwhile() -> None:
    blue, green = named("db-BLUE", at=NOW - DAY), named("db-GREEN", "orders-green", at=NOW - DAY)
    renamed = (named("db-BLUE", "orders-prod-old1"), named("db-GREEN"))
    written = after(*renamed, known=[blue, green])[key("db-BLUE")]  # and the other one's batch was lost
    later = [replace(each, listed_at=NOW + DAY) for each in renamed]
    found = after(*later, known=[written, green], now=NOW + DAY)
    assert until(found[key("db-GREEN")]) == [("db-BLUE", NOW + DAY)]
    # By the name that it had then, whatever it is called now.
    assert [each.identifier for each in found[key("db-GREEN")].predecessors] == ["orders-prod"]


def test_what_was_said_once_is_carried_on_with_its_date_until_it_is_too_long_ago() -> None:
    (known,) = after(named("db-NEW"), known=[OLD]).values()
    for days, expected in ((1, [("db-OLD", NOW)]), (35, [("db-OLD", NOW)]), (36, [])):
        at = NOW + days * DAY
        (found,) = after(named("db-NEW", at=at), known=[known], gone=[OLD], now=at).values()
        assert until(found) == expected


def test_one_that_was_back_meanwhile_comes_before_it_until_then() -> None:
    (first,) = after(named("db-NEW"), known=[OLD]).values()
    back = after(named("db-OLD", at=NOW + DAY), known=[first], gone=[OLD], now=NOW + DAY)[key("db-OLD")]
    assert until(back) == [("db-NEW", NOW + DAY)]
    at = NOW + 2 * DAY
    again = after(named("db-NEW", at=at), known=[back], gone=[first], now=at)[key("db-NEW")]
    assert until(again) == [("db-OLD", at)]


def test_predecessors_of_a_predecessor_follow_it_newest_first() -> None:
    known: list[Database] = []
    for number in range(8):
        at = NOW + number * DAY
        (latest,) = after(named(f"db-{number}", at=at), known=known, now=at).values()
        known = [latest]
    assert until(latest) == [(f"db-{number - 1}", NOW + number * DAY) for number in (7, 6, 5, 4, 3, 2, 1)]


def test_one_made_anew_each_night_is_told_of_all_35_and_of_each_as_of_its_own_last_night() -> None:
    gone: list[Database] = []
    for number in range(50):
        at = NOW + number * DAY
        # Ids that say nothing of their order.
        (latest,) = after(named(f"db-{number * 37 % 100:02}", at=at), gone=gone, now=at).values()
        gone.append(latest)
    nights = range(49, 13, -1)
    assert until(latest) == [(f"db-{(number - 1) * 37 % 100:02}", NOW + number * DAY) for number in nights]
    assert latest.predecessors_beyond is None


def test_a_proxy_or_database_of_another_region_of_that_name_is_nobody() -> None:
    elsewhere = replace(OLD, arn=OLD.arn.replace("us-east-1", "eu-west-1"), region="eu-west-1")
    assert until(after(named("db-NEW"), known=[elsewhere])[key("db-NEW")]) == []


def test_a_name_without_an_id_comes_after_the_one_that_had_it_and_gives_it_back() -> None:
    (nameless,) = after(named(UNSAID), known=[OLD]).values()
    assert until(nameless) == [("db-OLD", NOW)]
    at = NOW + DAY
    (back,) = after(named("db-OLD", at=at), known=[OLD, nameless], now=at).values()
    assert back.predecessors == (Predecessor(nameless.arn, "orders-prod", UNSAID, at),)


LEFT = reader("db-L2", "ledger-2", at=NOW - DAY)


def test_a_member_that_is_gone_leaves_its_clients_to_its_cluster() -> None:
    found = after(ledger(), reader("db-L1", "ledger-1"), known=[ledger(), reader("db-L1", "ledger-1"), LEFT])
    assert found[key("cluster-LEDGER")].predecessors == (Predecessor(key("db-L2"), "ledger-2", "db-L2", NOW),)
    assert until(found[key("db-L1")]) == []


def test_a_member_that_was_only_not_listed_has_left_nothing() -> None:
    assert until(after(ledger(), known=[LEFT], listing=PARTIAL)[key("cluster-LEDGER")]) == []
    assert until(after(ledger(), reader(UNSAID, "ledger-2"), known=[LEFT])[key("cluster-LEDGER")]) == []


def test_a_member_that_its_owner_excludes_is_still_a_member() -> None:
    excluded = reader("db-L2", "ledger-2", tags={"tlscheck:exclude": ""})
    assert until(after(ledger(), excluded, gone=[LEFT])[key("cluster-LEDGER")]) == []


@pytest.mark.parametrize("listing", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_a_member_that_lives_on_elsewhere_leaves_its_clients_as_well(listing: RegionListing) -> None:
    alone = replace(reader("db-L2", "ledger-2"), kind=Kind.INSTANCE, cluster=None)
    assert until(after(ledger(), alone, known=[LEFT], listing=listing)[key("cluster-LEDGER")]) == [("db-L2", NOW)]


def test_a_cluster_that_gets_the_name_has_the_other_one_and_its_members_before_it() -> None:
    found = after(
        ledger("cluster-GREEN"),
        reader("db-G1", "ledger-1"),
        ledger("cluster-BLUE", "ledger-old1"),
        reader("db-B1", "ledger-1-old1", of="ledger-old1"),
        known=[ledger("cluster-BLUE"), reader("db-B1", "ledger-1", at=NOW - DAY)],
    )
    assert sorted(until(found[key("cluster-GREEN")])) == [("cluster-BLUE", NOW), ("db-B1", NOW)]
    assert until(found[key("db-G1")]) == [("db-B1", NOW)]
    assert until(found[key("cluster-BLUE")]) == []
    at = NOW + DAY
    again = after(ledger("cluster-GREEN", listed_at=at), known=found.values(), now=at, listing=PARTIAL)
    assert sorted(until(again[key("cluster-GREEN")])) == [("cluster-BLUE", NOW), ("db-B1", NOW)]


def test_a_switchover_that_is_undone_leaves_each_with_its_own_clients() -> None:
    known: Iterable[Database] = [named("db-BLUE"), named("db-GREEN", "orders-green")]
    days = [("orders-old1", "orders-prod"), ("orders-prod", "orders-green")]
    for number, (blue, green) in enumerate(days, 1):
        at = NOW + number * DAY
        found = after(named("db-BLUE", blue, at), named("db-GREEN", green, at), known=known, now=at)
        known = found.values()
    assert until(found[key("db-GREEN")]) == []
    assert until(found[key("db-BLUE")]) == [("db-GREEN", at)]
    # Nor does what is remembered of it bring them back, unless the listing did not know of that.
    before = replace(named("db-GREEN", at=NOW + DAY), predecessors=(Predecessor("k", "orders-prod", "b", NOW),))
    assert carried(found[key("db-GREEN")], before, at, SPAN).predecessors == ()
    newer = replace(before, listed_at=at)
    assert carried(found[key("db-GREEN")], newer, at, SPAN).predecessors == before.predecessors


def test_a_switchover_of_clusters_that_is_undone_leaves_each_with_its_own_clients() -> None:
    blue, green = "cluster-BLUE", "cluster-GREEN"
    known: Iterable[Database] = [ledger(blue), reader("db-B1", "ledger-1"), ledger(green, "ledger-green")]
    days = [("ledger-old1", "ledger"), ("ledger", "ledger-green")]
    for number, (old, new) in enumerate(days, 1):
        at = NOW + number * DAY
        found = after(
            ledger(blue, old, listed_at=at),
            reader("db-B1", f"{old}-1", of=old, at=at),
            ledger(green, new, listed_at=at),
            known=known,
            now=at,
        )
        known = found.values()
        expected = [[("cluster-BLUE", at), ("db-B1", at)], []][number - 1]
        assert sorted(until(found[key(green)])) == expected


def test_one_that_is_renamed_keeps_whom_it_came_after_as_long_as_nobody_has_the_name() -> None:
    (new,) = after(named("db-NEW"), known=[OLD]).values()
    at = NOW + DAY
    (renamed,) = after(named("db-NEW", "orders-v2", at), known=[new], gone=[OLD], now=at).values()
    assert until(renamed) == [("db-OLD", NOW)]


def test_a_cluster_keeps_the_newest_of_many_readers_that_came_and_went() -> None:
    lost = [reader(f"db-R{number:03}", f"reader-{number}", at=NOW - DAY) for number in range(101)]
    (all_of_them,) = after(ledger(), gone=lost[:100]).values()
    assert (len(all_of_them.predecessors), all_of_them.predecessors_beyond) == (100, None)
    (found,) = after(ledger(), gone=lost).values()
    assert (len(found.predecessors), found.predecessors_beyond) == (100, NOW)
    # That some were too many is known until none of them had the name within the span.
    for days, beyond in ((35, NOW), (36, None)):
        at = NOW + days * DAY
        (later,) = after(ledger(listed_at=at), known=[found], now=at).values()
        assert later.predecessors_beyond == beyond
        assert carried(ledger(listed_at=at), found, at, SPAN).predecessors_beyond == beyond


def test_whoever_follows_one_of_which_not_all_are_told_is_not_told_of_all_either() -> None:
    old = replace(OLD, predecessors_beyond=NOW - 2 * DAY)
    (new,) = after(named("db-NEW"), gone=[old]).values()
    assert new.predecessors_beyond == NOW - 2 * DAY


def test_a_sweep_that_could_not_read_what_is_remembered_loses_none_of_it() -> None:
    (known,) = after(named("db-NEW"), known=[OLD]).values()
    (blind,) = after(named("db-NEW", "orders", at=NOW + DAY), now=NOW + DAY).values()
    kept = carried(blind, known, NOW + DAY, SPAN)
    assert until(kept) == [("db-OLD", NOW)]
    assert kept.formerly == (Former(known.arn, None, NOW),)
    assert carried(kept, kept, NOW + 2 * DAY, SPAN) == kept
    assert carried(blind, known, NOW + 36 * DAY, SPAN).predecessors == ()


names = st.sampled_from(["a", "b", "c"])
fleets = st.dictionaries(st.sampled_from(["db-1", "db-2", "db-3", "db-4"]), names, max_size=4).filter(
    lambda fleet: len(set(fleet.values())) == len(fleet)
)


@given(st.lists(fleets, max_size=6), st.data())
def test_whoever_had_a_name_within_the_span_comes_before_whoever_has_it(
    days: list[dict[str, str]], data: st.DataObject
) -> None:
    """Day by day any databases have any names; and of what a sweep finds a part may get lost."""
    kept: dict[str, Database] = {}
    had: dict[str, dict[str, int]] = {}
    for day, fleet in enumerate(days):
        at = NOW + day * DAY
        there = [named(resource_id, name, at) for resource_id, name in fleet.items()]
        listed = [each for each in kept.values() if each.resource_id in fleet]
        gone = [each for each in kept.values() if each.resource_id not in fleet]
        found = after(*there, known=listed, gone=gone, now=at, span=3 * DAY)
        for each in found.values():
            before = {
                key(other): last
                for other, last in had.get(each.identifier, {}).items()
                if other != each.resource_id and day - last <= 3
            }
            assert before.keys() <= {predecessor.key for predecessor in each.predecessors}
            assert each.key not in {predecessor.key for predecessor in each.predecessors}
            assert len({predecessor.key for predecessor in each.predecessors}) == len(each.predecessors)
            assert all(at - 3 * DAY <= predecessor.until <= at for predecessor in each.predecessors)
        for each in found.values():
            if data.draw(st.booleans(), label=f"{each.resource_id} is written"):
                kept[each.key] = each
                had.setdefault(each.identifier, {})[str(each.resource_id)] = day
