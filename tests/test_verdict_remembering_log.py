"""What is remembered of a server's log: after its clients, and the same however late or often it is read."""

from dataclasses import replace
from itertools import permutations

from tlscheck.ledger.client import Client, Trace, Who
from tlscheck.ledger.logged import Hole, LeftOut, Logged, Met, Reading, Stretch
from tlscheck.log.event import Rejection

from tests.examples import KEY, NOT_ENFORCED, NOW, cluster, database, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import (
    HOUR,
    MINUTE,
    done,
    empty_table,
    finding_of,
    full,
    judged,
    sample,
    says,
    steps_of,
    written,
)

LOOSE = database(force_ssl=NOT_ENFORCED)
SEEN = observation(look=look(sessions("orders-api")))
NIGHTLY = Who(KEY, "orders", "app", "nightly")
REJECTED = Rejection.UNKNOWN_CA, "10.0.0.7"


def read(since: int, until: int, *clients: Client, **more: object) -> Reading:
    """What was read from so many hours ago until so many."""
    covered = (Stretch(NOW - since * HOUR, NOW - until * HOUR),)
    return Reading(clients, Logged(**{"covered": covered} | more))  # type: ignore[arg-type] # as Logged's


def came(hours: int) -> Client:
    at = NOW - hours * HOUR
    return Client(NIGHTLY, None, None, None, Trace(at, at, {"10.0.0.9": at}))


def lying(table: MemoryTable) -> dict[str, object]:
    """Facts as they lie there, without versions."""
    rows = table.rows[KEY]
    return {
        sort: row.noun if isinstance(row.noun, Client) else replace(row.noun, version=None)
        for sort, row in rows.items()
        if sort == "log" or sort.startswith("client#")
    }


def logged(table: MemoryTable) -> object:
    return getattr(table.rows[KEY]["log"].noun, "logged", None)


def test_who_only_the_log_shows_is_a_client_and_is_written_before_what_was_read() -> None:
    table = empty_table()
    hand = full(NOW, SEEN, LOOSE, log=read(24, 0, came(5)))
    steps = written(steps_of(table, hand))
    assert sorted(steps[:2]) == ["client nightly", "client orders-api"]
    assert steps[2:5] == ["look", "log", "database"]
    judgement = judged(table, hand)
    assert judgement.evidence.logged == hand.log.logged
    assert says(table, "plaintext-clients") == "FAILED"
    assert (
        '"nightly" as "app" in "orders" from 10.0.0.9, by log only'
        in finding_of(table, "plaintext-clients").finding.reason
    )


def test_a_sweep_that_reads_none_leaves_what_was_read_and_still_judges_by_it() -> None:
    table = empty_table()
    done(table, full(NOW, SEEN, LOOSE, log=read(24, 0, came(5))))
    before = logged(table)
    judgement = judged(table, sample(table, NOW + 2 * HOUR, SEEN))
    assert judgement.evidence.logged == before == logged(table)
    assert says(table, "plaintext-clients") == "FAILED"


def test_parts_of_a_log_add_up_to_the_same_in_any_order_and_twice() -> None:
    parts = [
        read(48, 20, came(30), rejections={REJECTED: Met(NOW - 40 * HOUR, NOW - 30 * HOUR)}),
        read(24, 2, came(5), rejections={REJECTED: Met(NOW - 24 * HOUR, NOW - 3 * HOUR)}),
        Reading(
            (), Logged(holes=(Hole(Stretch(NOW - 72 * HOUR, NOW), "throttled"),), left_out={LeftOut.REFUSALS: NOW})
        ),
    ]
    found = []
    for order in permutations([*parts, parts[0]]):
        table = empty_table()
        for number, each in enumerate(order):
            done(table, full(NOW + number * HOUR, SEEN, LOOSE, log=each))
        found.append(lying(table))
    assert all(each == found[0] for each in found)
    kept = logged(table)
    assert isinstance(kept, Logged)
    assert kept.covered == (Stretch(NOW - 48 * HOUR, NOW - 2 * HOUR),)
    assert kept.rejections == {REJECTED: Met(NOW - 40 * HOUR, NOW - 3 * HOUR)}
    assert kept.left_out
    (nightly,) = (each for each in found[0].values() if isinstance(each, Client) and each.who == NIGHTLY)
    assert nightly.logged_plaintext == Trace(NOW - 30 * HOUR, NOW - 5 * HOUR, {"10.0.0.9": NOW - 5 * HOUR})


def test_within_the_hour_only_what_is_news_is_written() -> None:
    table = empty_table()
    now = Logged(covered=(Stretch(NOW - 24 * HOUR, NOW),), read_at=NOW)
    done(table, full(NOW, SEEN, LOOSE, log=Reading((), now)))

    def writes(minutes: int, **changes: object) -> list[str]:
        at = NOW + minutes * MINUTE
        later = replace(now, covered=(Stretch(NOW - 24 * HOUR, at),), read_at=at)
        hand = sample(table, at, SEEN, log=Reading((), replace(later, **changes)))  # type: ignore[arg-type] # as Logged's
        return [each for each in written(steps_of(table, hand)) if each == "log"]

    assert NOW.minute == 0
    assert writes(59) == []
    assert writes(60) == ["log"]
    assert writes(5, rejections={REJECTED: Met(NOW, NOW)}) == ["log"]
    assert writes(5, unread={"cut": NOW}) == ["log"]
    assert writes(5, left_out={LeftOut.REFUSALS: NOW}) == ["log"]


def test_sightings_older_than_clients_are_remembered_are_none() -> None:
    table = empty_table()
    judgement = judged(table, full(NOW, SEEN, LOOSE, log=read(24, 0, came(24 * 401))))
    assert [each.who.application for each in judgement.clients] == ["orders-api"]


def test_a_cluster_has_no_log_of_its_own() -> None:
    of = cluster()
    judgement = judged(empty_table(), full(NOW, observation(of.arn), of, log=read(24, 0, came(5))))
    assert (judgement.log, judgement.evidence.logged, judgement.clients) == (None, Logged(), ())
