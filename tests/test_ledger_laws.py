"""What is known of clients is the same in whatever order looks are learnt, how often, and when it is bounded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.bounds import Bounds, ledger_of
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.joining import bounded, join
from tlscheck.ledger.sightings import changed, learn

KEY = "aws:111122223333:us-east-1:db-ORDERS"
DAY = datetime(2026, 11, 24, tzinfo=UTC)
NARROW = Bounds(
    spellings_of_family=2, spellings=4, folds=2, users=1, addresses=2, protocols=1, spellings_counted=3
)
SIDES = ("tls", "plaintext", "logged_tls", "logged_plaintext")
type Bound = tuple[int, int, int]


@st.composite
def traces(draw: st.DrawFn, folded: int = 0) -> Trace:
    """How somebody came in one look."""
    at = DAY + timedelta(hours=draw(st.integers(0, 48)))
    seen = draw(st.sets(st.sampled_from([f"10.0.0.{number}" for number in range(6)]), max_size=4))
    protocols = draw(st.sets(st.sampled_from(["TLSv1.1", "TLSv1.2", "TLSv1.3"])))
    elsewhere = at if not seen or draw(st.booleans()) else None
    return Trace(at, at, dict.fromkeys(seen, at), elsewhere, dict.fromkeys(protocols, at), folded=folded)


@st.composite
def sightings(draw: st.DrawFn) -> Client:
    """One of some 150 clients in one look; now and then a probe folded it."""
    user = draw(st.sampled_from(["orders", "billing", "v-app-1700000001", "v-app-1700000002"]))
    word = draw(st.sampled_from(["api", "cron", "report", "web"]))
    folded = draw(st.sampled_from([0, 0, 0, 0, 0, 25]))
    if folded:
        who = Who(
            KEY, "orders", user.replace("1700000001", "#").replace("1700000002", "#"), f"{word}-#", Sort.FOLD
        )
    else:
        who = Who(KEY, "orders", user, draw(st.sampled_from([word, *(f"{word}-{number}" for number in range(8))])))
    # By a look or by the log, with TLS, without, or both.
    tls, plaintext = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    ways = [draw(traces(folded)) if way else None for way in (tls, plaintext)]
    return Client(who, *ways) if draw(st.booleans()) else Client(who, None, None, *ways)


looks = st.lists(sightings(), max_size=12)


@given(traces(), traces(), traces(), st.sampled_from([(9, 9, 9), (2, 1, 1), (0, 0, 0)]))
def test_joining_traces_is_commutative_associative_and_idempotent(
    one: Trace, two: Trace, three: Trace, bound: Bound
) -> None:
    def least(trace: Trace) -> Trace:
        return bounded(trace, *bound)

    assert join(one, two) == join(two, one)
    assert join(one, join(two, three)) == join(join(one, two), three)
    assert join(one, one) == join(None, one) == one
    assert least(join(least(one), two)) == least(join(one, two)) == least(least(join(one, two)))


@given(looks, st.randoms(use_true_random=False), st.integers(0, 12))
def test_it_does_not_matter_when_or_in_which_order_clients_are_learnt_and_bounded(
    seen: list[Client], random: Random, cut: int
) -> None:
    known = ledger_of(seen, NARROW)
    shuffled = random.sample(seen, len(seen))
    assert ledger_of(shuffled, NARROW) == known
    assert learn(ledger_of(shuffled[:cut], NARROW), shuffled[cut:], NARROW) == known
    assert ledger_of([*ledger_of(shuffled[:cut], NARROW), *ledger_of(shuffled[cut:], NARROW)], NARROW) == known
    step: tuple[Client, ...] = ()
    for each in shuffled:
        step = learn(step, [each], NARROW)
    assert step == known


@given(looks, st.randoms(use_true_random=False))
def test_what_is_known_learnt_again_changes_nothing(seen: list[Client], random: Random) -> None:
    known = ledger_of(seen, NARROW)
    again = random.sample(seen, len(seen) // 2)
    assert changed(known, learn(known, [*again, *known], NARROW)) == ((), ())


@given(looks)
def test_bounds_hold_on_each_side_alone(seen: list[Client]) -> None:
    for side in SIDES:
        known = [each for each in ledger_of(seen, NARROW) if getattr(each, side)]
        of = {sort: [each for each in known if each.who.sort is sort] for sort in Sort}
        assert [len(of[sort]) for sort in Sort] <= [4, 2, 1, 1]
        assert all(len(of[sort]) <= most for sort, most in zip(Sort, [4, 2, 1, 1], strict=True))
        for each in known:
            trace: Trace = getattr(each, side)
            assert len(trace.addresses) <= (2 if each.who.sort in {Sort.CLIENT, Sort.FOLD} else 0)
            assert (len(trace.protocols), len(trace.spellings)) <= (1, 3)


@given(looks)
def test_no_moment_is_lost_and_none_is_made_up(seen: list[Client]) -> None:
    known = ledger_of(seen, NARROW)
    for side in SIDES:
        before = [getattr(each, side) for each in seen if getattr(each, side)]
        after = [getattr(each, side) for each in known if getattr(each, side)]
        assert max((each.last for each in after), default=None) == max(
            (each.last for each in before), default=None
        )
        assert min((each.first for each in after), default=None) == min(
            (each.first for each in before), default=None
        )
        for each in after:
            moments = [*each.addresses.values(), *([each.elsewhere] if each.elsewhere else [])]
            assert max(moments) == each.last


@given(looks, looks, st.permutations(SIDES))
def test_who_comes_in_one_way_never_moves_whoever_came_in_another(
    some: list[Client], others: list[Client], ways: list[str]
) -> None:
    """TLS displaces no plaintext, and the log no look."""
    one, *rest = ways

    def only(each: Client, way: str) -> Client:
        return Client(each.who, **dict.fromkeys(SIDES) | {way: each.traces[0]})

    mine = [only(each, one) for each in some]
    known = ledger_of([*mine, *(only(each, way) for each in others for way in rest)], NARROW)
    alone = {each.who: getattr(each, one) for each in ledger_of(mine, NARROW)}
    assert {each.who: there for each in known if (there := getattr(each, one))} == alone


def crowd(random: Random, number: int, words: str = "aeiou", users: int = 60) -> Client:
    """One of many clients, some with names that change, some folded by a probe."""
    user = f"user-{'abcdefghij'[number % users % 10]}{'klmnop'[number % users // 10]}"
    word = "".join(random.choices(words, k=len(words)))
    changing = f"-{random.randrange(10**6)}" if number % 3 == 0 else ""
    at = DAY + timedelta(hours=random.randrange(500))
    trace = Trace(at, at, {f"10.0.{random.randrange(3)}.{random.randrange(250)}": at})
    tls = number % 7 > 2
    who = Who(KEY, "orders", user, word + changing)
    if number % 8 == 7:
        who, trace = replace(who, application=f"{word}-#", sort=Sort.FOLD), replace(trace, folded=25)
    ways = (trace if tls else None, None if tls else trace)
    return Client(who, *ways) if number % 2 else Client(who, None, None, *ways)


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_the_laws_hold_where_every_bound_is_met(start: int) -> None:
    for seed in range(start, start + 100):
        random = Random(seed)  # noqa: S311 - an example, not a secret
        seen = [crowd(random, number, words="ae", users=3) for number in range(random.randrange(60))]
        known = ledger_of(seen, NARROW)
        step: tuple[Client, ...] = ()
        for part in range(0, 60, 7):
            step = learn(step, random.sample(seen[part : part + 7], len(seen[part : part + 7])), NARROW)
        assert step == known, seed
        random.shuffle(seen)
        assert learn(seen[:20], ledger_of(seen[20:], NARROW), NARROW) == known, seed


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_laws_hold_within_the_bounds_that_are_in_use(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - an example, not a secret
    seen = [crowd(random, number) for number in range(6000)]
    known = ledger_of(seen)
    assert {each.who.sort for each in known} == {Sort.CLIENT, Sort.FOLD, Sort.OTHERS_OF_USER, Sort.OTHERS}
    step: tuple[Client, ...] = ()
    for start in range(0, 6000, 500):
        random.shuffle(part := seen[start : start + 500])
        step = learn(step, part)
    assert step == known
    assert ledger_of(reversed(seen)) == known
    for side in SIDES:
        of = [each.who.sort for each in known if getattr(each, side)]
        assert of.count(Sort.CLIENT) <= 400
        assert (of.count(Sort.FOLD), of.count(Sort.OTHERS_OF_USER), of.count(Sort.OTHERS)) == (100, 20, 1)


def test_any_two_looks_of_one_hour_say_the_same_in_either_order() -> None:
    at = DAY
    ways = [(True, False), (False, True), (True, True)]
    for one, two in combinations(ways, 2):
        seen = [
            Client(
                Who(KEY, "orders", "orders", "api"),
                *(Trace(at, at, {"10.0.0.1": at}) if way else None for way in each),
            )
            for each in (one, two)
        ]
        assert learn(seen[:1], seen[1:]) == learn(seen[1:], seen[:1])
