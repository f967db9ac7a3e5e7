"""Two sweeps at once that look at a cluster's members in different orders: none takes the other's newer word away.

A sweep judges the cluster by its own looks at the members, of which one may be older than the other sweep's while
another is newer. So neither sweep looked last, and each member's newest word must count.
"""

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.verdict.in_hand import InHand, Member
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import Read, Running, Steps, key_digests, may_be_overtaken
from tlscheck.wire.observation import LookOutcome, Observation, Plaintext, PlaintextOutcome

from tests.examples import ACCOUNT, NOW, cluster, look, member, observation
from tests.interleaving.rules import RULES
from tests.memory_table import MemoryTable

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NAMES = ("ledger-1", "ledger-2")
MEMBERS = {
    name: member(identifier=name, arn=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{name}", resource_id=f"db-{name}")
    for name in NAMES
}
CLUSTER = cluster(
    member_authorities=dict.fromkeys(NAMES, "rds-ca-rsa2048-g1"),
    member_ids={name: f"db-{name}" for name in NAMES},
)
KEYS = key_digests([CLUSTER.key, *(each.key for each in MEMBERS.values())])

type Looks = dict[str, tuple[datetime, PlaintextOutcome]]


def heard(name: str, at: datetime, outcome: PlaintextOutcome) -> Observation:
    seen = observation(arn=MEMBERS[name].arn, look=replace(look(), at=at))
    return replace(seen, plaintext=Plaintext(outcome, "as it went"))


def sweep(table: MemoryTable, called: str, listed_at: datetime, looks: Looks, depth: Depth) -> Generator[None]:
    """Looks at both members and judges all, each item a step; `looks` are filled in as they are made."""
    this, random = Sweep(called, table.now, depth), Random(called)  # noqa: S311 - no secret
    mine = Running(called, table.now, table.now + DAY, KEYS)
    table.begin(mine)
    yield
    for name in random.sample(NAMES, 2):
        table.now += SECOND
        looks[name] = table.now, random.choice((PlaintextOutcome.REFUSED, PlaintextOutcome.ACCEPTED))
        yield
    contended = may_be_overtaken(mine, this, table.running())
    members: dict[str, Member] = {}
    for name in NAMES:
        at, outcome = looks[name]
        one = replace(MEMBERS[name], listed_at=listed_at)
        hand = InHand(this, RULES, one, heard(name, at, outcome), at, is_contended=contended)
        judgement = yield from each(remember(hand), table)
        if judgement:
            members[name] = Member(judgement.look, judgement.clients, is_absent=False)
    nowhere = observation(arn=CLUSTER.arn, look=look(outcome=LookOutcome.NOT_TRIED))
    whole = replace(CLUSTER, listed_at=listed_at)
    hand = InHand(this, RULES, whole, nowhere, table.now, members=members, is_contended=contended)
    yield from each(remember(hand), table)
    table.end(mine)


def each(steps: Steps[Judgement | None], table: MemoryTable) -> Generator[None, None, Judgement | None]:
    try:
        step = next(steps)
        while True:
            yield
            step = steps.send(table.apply(step))
    except StopIteration as ended:
        outcome: Judgement | None = ended.value
        return outcome


def told(number: int) -> tuple[str, Looks]:
    """The cluster's `force-ssl` after the story of this number, and the newest look at each member."""
    random = Random(number)  # noqa: S311 - no secret
    table = MemoryTable(RULES.memory, NOW - DAY)
    for _ in sweep(table, "first", NOW - DAY, {}, Depth.FULL):
        pass
    table.now = NOW
    seen: list[Looks] = [{}, {}]
    listed_at = NOW - SECOND
    going = [sweep(table, f"{number}-{index}", listed_at, looks, Depth.FULL) for index, looks in enumerate(seen)]
    while going:
        one = random.choice(going)
        table.now += random.choice((0, 1, 5)) * SECOND
        try:
            next(one)
        except StopIteration:
            going.remove(one)
    found = table.apply(Read(CLUSTER.key))
    assert isinstance(found, Remembered)
    (status,) = (one.finding.status.value for one in found.findings if one.finding.check.value == "force-ssl")
    return status, {name: max((looks[name] for looks in seen), key=lambda word: word[0]) for name in NAMES}


@pytest.mark.parametrize("from_number", range(0, 200, 50))
def test_of_each_member_its_newest_word_counts(from_number: int) -> None:
    for number in range(from_number, from_number + 50):
        status, newest = told(number)
        accepts = PlaintextOutcome.ACCEPTED in {outcome for _, outcome in newest.values()}
        assert status == ("FAILED" if accepts else "PASSED"), f"story {number}: {newest}"
