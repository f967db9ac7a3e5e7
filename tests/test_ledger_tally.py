"""What a log's events add up to: in any order, twice, divided, and in bounded memory."""

from collections.abc import Iterable, Sequence
from copy import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.adding_up import AddingUp
from tlscheck.ledger.bounds import ledger_of
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.counting import plaintext_clients
from tlscheck.ledger.coverage import told_hours
from tlscheck.ledger.fallbacks import Fallbacks
from tlscheck.ledger.log_joining import join
from tlscheck.ledger.logged import Fallback, Hole, LeftOut, LockedOut, Logged, Met, Reading, Stretch
from tlscheck.ledger.sightings import learn
from tlscheck.ledger.stretches import united
from tlscheck.ledger.tally import Tally
from tlscheck.log import lines
from tlscheck.log.event import Connected, LineOrigin, LogEvent, Rejected, Rejection, Unread
from tlscheck.wire.observation import SessionKind

KEY = "aws:111122223333:us-east-1:db-ORDERS"
DAY = datetime(2026, 11, 24, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
WHOLE = Stretch(DAY, DAY + 2 * HOUR)
A_DAY = Stretch(DAY, DAY + timedelta(days=1))


def connected(
    second: float,
    application: str = "api",
    protocol: str | None = "TLSv1.3",
    address: str = "10.0.0.1",
    port: int = 40000,
) -> Connected:
    """Somebody is in, so many seconds after midnight."""
    origin = LineOrigin(DAY + timedelta(seconds=second), address, port, 4711)
    return Connected(origin, "orders", "shop", application, protocol)


def rejected(second: float, rejection: Rejection = Rejection.UNKNOWN_CA, address: str = "10.0.0.1") -> Rejected:
    """A connection that came to nothing, so many seconds after midnight."""
    return Rejected(LineOrigin(DAY + timedelta(seconds=second), address, 40001, 4712), rejection)


def tallied(events: Iterable[LogEvent | Unread], *read: Stretch) -> Reading:
    """What they add up to."""
    tally = Tally(KEY, WHOLE)
    tally.add(events)
    return tally.reading(read or [WHOLE])


seconds = st.integers(0, 7199)
addresses = st.sampled_from(["10.0.0.1", "10.0.0.2", "2001:db8::7"])
applications = st.sampled_from(["", "api", *(f"worker-{number}" for number in range(24))])
events = st.lists(
    st.builds(connected, seconds, applications, st.sampled_from([None, "TLSv1.2", "TLSv1.3"]), addresses)
    | st.builds(rejected, seconds, st.sampled_from(Rejection), addresses),
    max_size=40,
)


@given(events, st.randoms(use_true_random=False))
def test_events_add_up_to_the_same_in_any_order_and_told_twice(said: list[LogEvent], random: Random) -> None:
    once = tallied(said)
    assert tallied(random.sample(said, len(said))) == once
    assert tallied([*said, *random.sample(said, len(said) // 2)]) == once


def lines_of(said: Sequence[LogEvent], stretch: Stretch) -> list[LogEvent]:
    """Those of a stretch."""
    return [each for each in said if stretch.since <= each.origin.at < stretch.until]


@given(events, st.integers(16, 100))
def test_two_tallies_that_overlap_by_15_minutes_add_up_to_one_of_all(said: list[LogEvent], cut: int) -> None:
    early = Stretch(WHOLE.since, WHOLE.since + cut * MINUTE)
    late = Stretch(early.until - 15 * MINUTE, WHOLE.until)
    one, other = tallied(lines_of(said, early), early), tallied(lines_of(said, late), late)
    both = tallied(said)
    assert ledger_of_log([*one.clients, *other.clients]) == ledger_of_log(both.clients)
    logged = join(one.logged, other.logged)
    for what in ("rejections", "locked_out", "fallbacks"):
        assert getattr(logged, what) == getattr(both.logged, what)
    # An hour that each read a part of is covered as far as one of them met somebody in it: never more.
    assert united([*logged.covered, *both.logged.covered]) == both.logged.covered


@given(events)
def test_what_two_tallies_of_an_hour_each_cover_is_told_as_what_one_of_both_does(said: list[LogEvent]) -> None:
    early, late = Stretch(DAY, DAY + HOUR), Stretch(DAY + HOUR, DAY + 2 * HOUR)
    parts = [tallied(lines_of(said, each), each).logged for each in (early, late)]
    both = tallied(said).logged
    assert told_hours(join(*parts)) == both.covered == told_hours(both)


def ledger_of_log(clients: Iterable[Client]) -> tuple[tuple[Client, ...], ...]:
    """What the ledger makes of either side."""
    clients = list(clients)
    return tuple(
        ledger_of(Client(each.who, None, trace) for each in clients if (trace := getattr(each, way)))
        for way in ("logged_tls", "logged_plaintext")
    )


def test_a_session_is_a_sighting_of_its_hour_in_its_way() -> None:
    reading = tallied([connected(3700), connected(5000, protocol=None, address=""), connected(100, protocol=None)])
    at, later = DAY, DAY + HOUR
    assert reading.clients == (
        Client(
            Who(KEY, "shop", "orders", "api"),
            None,
            None,
            Trace(later, later, {"10.0.0.1": later}, None, {"TLSv1.3": later}),
            Trace(at, later, {"10.0.0.1": at}, later),
        ),
    )


def test_the_version_that_a_doubtful_line_tells_is_not_believed() -> None:
    doubtful = replace(connected(10), is_doubtful=True)
    trace = tallied([doubtful]).clients[0].logged_tls
    assert trace == Trace(DAY, DAY, {"10.0.0.1": DAY})


@pytest.mark.parametrize(
    ("kind", "is_client"),
    [
        (SessionKind.CLIENT, True),
        (SessionKind.REPLICATION, True),
        (SessionKind.RDS, False),
        (SessionKind.RDS_PROXY, False),
        (SessionKind.TLSCHECK, False),
    ],
)
def test_who_is_no_client_still_shows_that_connections_are_logged(kind: SessionKind, is_client: bool) -> None:
    reading = tallied([rejected(10), replace(connected(11, protocol=None), kind=kind)])
    assert (bool(reading.clients), bool(reading.logged.fallbacks)) == (is_client, is_client)
    assert reading.logged.covered == (Stretch(DAY + 11 * SECOND, DAY + 12 * SECOND),)
    silent = "no line of any connection in that time"
    assert reading.logged.holes == (
        Hole(Stretch(DAY, DAY + 11 * SECOND), silent),
        Hole(Stretch(DAY + 12 * SECOND, DAY + 2 * HOUR), silent),
    )


@pytest.mark.parametrize(
    ("minutes", "covered"),
    [
        # Of hours in a row that have a line each, all between the first and the last.
        ([10, 70, 115], [(10, 115)]),
        ([59, 60], [(59, 60)]),
        ([0, 119], [(0, 119)]),
        # An hour without one, and nobody knows whether the server logged, or ran, from the line before on.
        ([10, 20, 125, 130, 239], [(10, 20), (125, 239)]),
        ([30, 200], [(30, 30), (200, 200)]),
    ],
)
def test_a_line_covers_no_more_than_lies_between_it_and_those_of_the_hours_beside(
    minutes: list[int], covered: list[tuple[int, int]]
) -> None:
    span = Stretch(DAY, DAY + 4 * HOUR)
    for order in (minutes, minutes[::-1], minutes * 2):
        tally = Tally(KEY, span)
        tally.add(connected(60 * minute) for minute in order)
        assert tally.reading([span]).logged.covered == tuple(
            Stretch(DAY + since * MINUTE, DAY + until * MINUTE + SECOND) for since, until in covered
        )


def test_a_line_of_another_time_is_told_of_and_not_believed() -> None:
    reading = tallied([connected(-2 * 86400), connected(3 * 86400), Unread.CUT, connected(-60)])
    assert reading.logged.unread == dict.fromkeys(
        ("its moment is not of the time that was read", "it was cut"), WHOLE.until
    )
    assert [each.last_seen for each in reading.clients] == [DAY - HOUR]
    assert reading.logged.covered == ()


@pytest.mark.parametrize("seconds_later", [0, 1, 5])
def test_who_refuses_and_comes_without_tls_within_five_seconds_fell_back(seconds_later: int) -> None:
    at = DAY + timedelta(seconds=60 + seconds_later)
    reading = tallied([connected(60 + seconds_later, protocol=None), rejected(60)])
    assert reading.logged.fallbacks == {Fallback("10.0.0.1", "orders", "shop", "api"): Met(at, at)}


@pytest.mark.parametrize(
    "said",
    [
        [rejected(60), connected(66, protocol=None)],
        [connected(59, protocol=None), rejected(60)],
        [rejected(60), connected(61, protocol=None, address="10.0.0.2")],
        [rejected(60), connected(61)],
        [rejected(60, Rejection.END_OF_FILE), connected(61, protocol=None)],
        [rejected(60, Rejection.RESET), connected(61, protocol=None)],
        [rejected(60, Rejection.NO_ENCRYPTION), connected(61, protocol=None)],
    ],
)
def test_nobody_else_fell_back(said: list[LogEvent]) -> None:
    assert tallied(said).logged.fallbacks == {}


def test_a_fallback_whose_lines_lie_in_two_readings_is_found_by_their_overlap() -> None:
    said: list[LogEvent] = [rejected(3599), connected(3600, protocol=None)]
    early = Stretch(DAY, DAY + HOUR)
    for overlap, is_found in ((0 * MINUTE, False), (15 * MINUTE, True)):
        late = Stretch(early.until - overlap, WHOLE.until)
        parts = [tallied(lines_of(said, each), each).logged for each in (early, late)]
        assert bool(join(*parts).fallbacks) is is_found


def fallen_back(seconds_and_kinds: Iterable[tuple[int, bool]], candidates: int) -> tuple[int, bool]:
    """How many moments of fallbacks are found, and whether any may be missing."""
    fallbacks = Fallbacks(candidates)
    for second, is_alert in seconds_and_kinds:
        at = DAY + timedelta(seconds=second)
        if is_alert:
            fallbacks.alert(at, "10.0.0.1")
        else:
            fallbacks.plaintext(at, "10.0.0.1", "orders", "shop", f"at {second}")
    found, is_incomplete = fallbacks.found()
    return len(found), is_incomplete is not None


def test_in_order_as_many_lines_as_there_are_need_few_candidates() -> None:
    lines = [(second, second % 997 == 0) for second in range(10_000)]
    found, is_incomplete = fallen_back(lines, 20)
    assert (found, is_incomplete) == fallen_back(lines, 20_000) == (5 * 11, False)


@given(st.lists(st.tuples(st.integers(0, 4000), st.booleans()), max_size=60))
def test_where_more_come_late_than_are_kept_nothing_is_missing_unsaid(lines: list[tuple[int, bool]]) -> None:
    all_of_them, _ = fallen_back(lines, 1000)
    found, is_incomplete = fallen_back(lines, 4)
    assert found == all_of_them or (is_incomplete and found < all_of_them)


def test_new_connections_a_day_are_told_of_a_day_and_count_once_however_often_told() -> None:
    said = [connected(60 * number, port=30000 + number) for number in range(600)]
    for often in (1, 3):
        tally = Tally(KEY, A_DAY)
        for _ in range(often):
            tally.add(said)
        assert tally.reading([A_DAY]).logged.a_day == 600
        assert tally.reading([A_DAY]).logged.a_day_until == A_DAY.until
        assert tally.reading([WHOLE]).logged.a_day is None


def test_many_new_connections_are_told_to_a_tenth() -> None:
    tally = Tally(KEY, A_DAY)
    tally.add(connected(number // 2, port=32768 + 2 * number % 28000) for number in range(150_000))
    assert tally.reading([A_DAY]).logged.a_day == pytest.approx(150_000, rel=0.1)


def test_rejections_are_bounded_each_by_itself_and_that_is_said() -> None:
    hints = [
        rejected(number, Rejection.END_OF_FILE, f"10.1.{number % 250}.{number // 250}") for number in range(5000)
    ]
    reading = tallied([*hints, rejected(7000)])
    assert len(reading.logged.rejections) == 101
    assert reading.logged.rejections[Rejection.UNKNOWN_CA, "10.0.0.1"].first == DAY + timedelta(seconds=7000)
    # Nobody is left out for good: only as long as the newest of them counts.
    assert reading.logged.left_out.keys() == {LeftOut.REFUSALS}
    assert (
        DAY + timedelta(seconds=4900) < reading.logged.left_out[LeftOut.REFUSALS] < DAY + timedelta(seconds=5000)
    )
    assert tallied(reversed([*hints, rejected(7000)])) == reading


def test_whom_the_server_refuses_without_tls_is_named_and_bounded() -> None:
    shut = [
        replace(rejected(number, Rejection.NO_ENCRYPTION), user=f"u{number}", database="shop") for number in (1, 9)
    ]
    reading = tallied([*shut, replace(shut[0], origin=replace(shut[0].origin, at=DAY + MINUTE))])
    assert reading.logged.rejections == {}
    assert reading.logged.locked_out == {
        LockedOut("10.0.0.1", "u1", "shop"): Met(DAY + timedelta(seconds=1), DAY + MINUTE),
        LockedOut("10.0.0.1", "u9", "shop"): Met(DAY + timedelta(seconds=9), DAY + timedelta(seconds=9)),
    }
    crowded = tallied(replace(shut[0], user=f"u{number}") for number in range(1000)).logged
    assert (len(crowded.locked_out), crowded.left_out) == (100, {LeftOut.REFUSALS: DAY + timedelta(seconds=1)})


def crowd(random: Random, number: int) -> tuple[tuple[str, str, str], datetime, str, str]:
    """One of many clients, most with names that change."""
    word = "".join(random.choices("aeiou", k=3))
    application = (f"{word}-{random.randrange(10**4)}", word, f"app {random.randrange(50)} of {word}")[number % 3]
    user = f"user-{'abcdefghij'[number % 10]}{'klm'[number % 3]}"
    address = f"10.0.{random.randrange(3)}.{random.randrange(60)}"
    return (user, "shop", application), DAY + random.randrange(40) * HOUR, address, f"TLSv1.{random.randrange(4)}"


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.parametrize(("loose", "names"), [(10, 2**14), (300, 2**6), (7000, 2**14)])
def test_what_is_added_up_now_and_then_is_what_the_ledger_makes_of_all_sightings(
    seed: int, loose: int, names: int
) -> None:
    random = Random(seed)  # noqa: S311 - an example, not a secret
    seen = [crowd(random, number) for number in range(6000)]
    way = AddingUp(KEY, loose, names)
    for texts, moment, address, protocol in seen:
        way.met(texts, moment, address, protocol)
    expected = ledger_of(
        Client(Who(KEY, database, user, application), None, Trace(at, at, {address: at}, None, {protocol: at}))
        for (user, database, application), at, address, protocol in seen
    )
    assert way.clients() == {each.who: each.plaintext for each in expected}
    assert {each.who.sort for each in expected} >= {Sort.CLIENT, Sort.FOLD, Sort.OTHERS_OF_USER}


def some(moments: st.SearchStrategy[int]) -> st.SearchStrategy[Met]:
    """When something was met."""
    return st.lists(moments, min_size=1, max_size=2).map(
        lambda each: Met(DAY + min(each) * HOUR, DAY + max(each) * HOUR)
    )


hours = st.integers(0, 60)
stretches = st.builds(
    lambda since, length: Stretch(DAY + since * HOUR, DAY + (since + length) * HOUR), hours, hours
)
ends = st.integers(0, 3).map(lambda number: DAY + number * HOUR)
moments = st.none() | ends
rejections = st.dictionaries(
    st.tuples(st.sampled_from(Rejection), st.integers(0, 300).map(lambda number: f"10.0.0.{number}")), some(hours)
)
fallbacks = st.dictionaries(
    st.builds(Fallback, addresses, st.sampled_from(["a", "b"]), st.just("shop"), applications), some(hours)
)

locked_out = st.dictionaries(
    st.builds(LockedOut, addresses, st.sampled_from(["a", "b"]), st.just("shop")), some(hours)
)


days = st.integers(0, 12).map(lambda each: DAY.replace(hour=0) + timedelta(days=each))


@st.composite
def logs(draw: st.DrawFn) -> Logged:
    """What a log said, as a join of it with nothing has it."""
    at, until = draw(moments), draw(moments)
    said = Logged(
        tuple(draw(st.lists(stretches, max_size=3))),
        tuple(
            Hole(each, draw(st.sampled_from(["denied", "late"]))) for each in draw(st.lists(stretches, max_size=3))
        ),
        draw(rejections),
        draw(locked_out),
        draw(fallbacks),
        draw(st.dictionaries(st.sampled_from(["cut", "prefix"]), ends)),
        draw(st.floats(0, 1e9)) if until else None,
        until,
        draw(st.dictionaries(st.sampled_from(LeftOut), ends)),
        at,
        draw(st.dictionaries(days, st.integers(0, 99_999).map(lambda each: timedelta(seconds=each)))),
        draw(st.none() | st.sampled_from([HOUR / 4, HOUR])),
    )
    return join(said, said)


@given(logs(), logs(), logs())
def test_joining_logs_is_commutative_associative_and_idempotent(one: Logged, two: Logged, three: Logged) -> None:
    assert join(one, two) == join(two, one)
    assert join(one, join(two, three)) == join(join(one, two), three)
    assert join(one, one) == one
    assert join(one, join(one, two)) == join(one, two)


@pytest.mark.parametrize("seed", range(20))
def test_the_laws_hold_where_logs_are_bounded(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - an example, not a secret

    def log() -> Logged:
        at = DAY + random.randrange(9) * HOUR
        fallen = {Fallback(f"10.2.0.{random.randrange(250)}", "a", "b", ""): Met(at, at) for _ in range(90)}
        refused = {
            (random.choice(list(Rejection)), f"10.1.0.{random.randrange(999)}"): Met(at, at) for _ in range(700)
        }
        shut = {LockedOut("10.0.0.1", f"u{random.randrange(999)}", "b"): Met(at, at) for _ in range(90)}
        said = Logged((), (), refused, shut, fallen, read_at=at)
        return join(said, said)

    one, two, three = log(), log(), log()
    together = join(join(one, two), three)
    assert together == join(one, join(three, two)) == join(together, two)
    assert together.left_out.keys() == {LeftOut.REFUSALS, LeftOut.FALLBACKS}
    assert len(together.fallbacks) == len(together.locked_out) == 100
    assert max(sum(kind is each for kind, _ in together.rejections) for each in Rejection) == 100


def test_what_is_covered_is_no_hole_and_the_newest_reading_says_why_the_rest_is_one() -> None:
    night = Stretch(DAY, DAY + 4 * HOUR)
    old = Logged((), (Hole(night, "denied"),), unread={"cut": DAY - HOUR, "prefix": DAY}, read_at=DAY)
    new = Logged(
        (Stretch(DAY + HOUR, DAY + 2 * HOUR),),
        (Hole(night, "too much"),),
        unread={"prefix": DAY + HOUR},
        read_at=DAY + HOUR,
    )
    for logged in (join(old, new), join(new, old)):
        assert logged.holes == (
            Hole(Stretch(DAY, DAY + HOUR), "too much"),
            Hole(Stretch(DAY + 2 * HOUR, DAY + 4 * HOUR), "too much"),
        )
        assert logged.unread == {"cut": DAY - HOUR, "prefix": DAY + HOUR}


def test_how_late_lines_were_is_forgotten_after_a_week() -> None:
    first, last = DAY.replace(hour=0), DAY.replace(hour=0) + timedelta(days=7)
    long, short = HOUR, HOUR / 60
    before = join(Logged(late={first: long}), Logged(late={first: short, first + 24 * HOUR: short}))
    assert (before.late, before.lag(last)) == ({first: long, first + 24 * HOUR: short}, short)
    after = join(before, Logged(late={last: short}))
    assert after.late == {first + 24 * HOUR: short, last: short}
    assert (before.lag(first + HOUR), after.lag(last), after.lag(last + 192 * HOUR)) == (long, short, None)


def test_what_is_covered_is_kept_for_400_days() -> None:
    long_ago, today = Stretch(DAY - timedelta(days=500), DAY - timedelta(days=390)), Stretch(DAY - HOUR, DAY)
    joined = join(Logged((long_ago,)), Logged((today,)))
    assert joined.covered == (Stretch(DAY - timedelta(days=400), DAY - timedelta(days=390)), today)


def test_tls_that_a_database_name_may_spell_settles_no_plaintext_look() -> None:
    """Written by PostgreSQL 15 for a database that is not there; its log_line_prefix names no user."""
    text = (
        "2026-11-26 10:46:37.870 UTC 10.0.1.7 [16297] LOG:  connection authorized: user=app database=orders"
        " SSL enabled (protocol=TLSv1.3, cipher=A)"
    )
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    span, quiet = Stretch(now - timedelta(days=1), now), now - timedelta(days=8)
    tally = Tally(KEY, span)
    tally.add(lines.events([text], "%m %h [%p] "))
    (by_log,) = tally.reading([span]).clients
    assert by_log.logged_tls
    look = Client(by_log.who, None, Trace(quiet, quiet, {"10.0.1.7": quiet}))
    found = plaintext_clients(learn([look], [by_log]), now, timedelta(days=35))
    assert [each.who for each in found] == [by_log.who]
