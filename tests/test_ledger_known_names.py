"""Names' numbers, of which some are forgotten and none is mistaken for another's."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.known_names import KnownNames

# Whichever low bits two of them share, as hashes do.
names = st.integers(-9, 9).flatmap(lambda high: st.integers(0, 99).map(lambda low: (high << 40) + low))


@given(st.lists(st.tuples(names, st.integers(1, 65_535)), max_size=300), st.sampled_from([2, 64, 2**12]))
def test_a_name_has_its_own_number_or_none(added: list[tuple[int, int]], most: int) -> None:
    known, told = KnownNames(most), dict[int, int]()
    for name, number in added:
        if known.number(name) == 0:
            known.add(name, number)
            told[name] = number
            assert known.number(name) == number
        assert all(known.number(each) in {0, told[each]} for each in told)


@given(st.lists(names, unique=True, max_size=60))
def test_names_get_new_numbers_where_theirs_stand_for_others(added: list[int]) -> None:
    known = KnownNames(64)
    for name in added:
        known.add(name, 1 + name % 2)
    before = [known.number(name) for name in added]
    known.renumber([0, 7, 5])
    assert [known.number(name) for name in added] == [[0, 7, 5][number] for number in before]


def test_of_many_names_that_come_in_no_order_few_are_forgotten() -> None:
    random = Random(1)  # noqa: S311 - an example, not a secret
    some, known = [random.getrandbits(63) for _ in range(6000)], KnownNames(2**14)
    asked = forgotten = 0
    for round_ in range(5):
        for name in random.choices(some, k=6000):
            if not known.number(name):
                known.add(name, 1)
                forgotten += round_ > 2
            asked += round_ > 2
    assert forgotten < 0.1 * asked
