"""How much of an observation is shown where it is larger than its share: as much as fits, to the byte."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tlscheck.wire.document import document, documents
from tlscheck.wire.observation import Observation

from tests.examples import handshake, leaf, observation, sessions
from tests.examples import look as a_look

SHARE = 196_608
"""Bytes: 192 KiB."""


def size(answered: object) -> int:
    return len(json.dumps(answered))


def busy(padding: int, groups: int = 600, detail: int = 150) -> Observation:
    seen = a_look(*(sessions(f"{number:04}{'x' * detail}") for number in range(groups)))
    return observation(handshake=handshake(detail="x" * padding), look=replace(seen, kinds=groups))


def answer_of(padding: int, copies: int) -> dict[str, Any]:
    """A busy server's answer beside those of others."""
    return documents([busy(padding), *[observation()] * (copies - 1)])[0]


def filling(share: int, copies: int) -> int:
    """The padding with which the answer is as large as its share."""
    padding = 0
    for _ in range(40):
        missing = share - size(answer_of(padding, copies))
        if not missing:
            return padding
        padding += missing
    raise AssertionError


@pytest.mark.parametrize(
    ("share", "copies"),
    # five million bytes in all: 25 of them would have more than 192 KiB each, and 141 is a divisor of 5,000,001
    [(SHARE, 1), (SHARE, 25), (100_000, 50), (50_000, 100), (49_019, 102), (35_460, 141)],
)
def test_an_answer_may_fill_its_share_to_the_last_byte_and_no_further(share: int, copies: int) -> None:
    padding = filling(share, copies)
    assert len(answer_of(padding, copies)["look"]["sessions"]) > 50
    assert size(answer_of(padding + 1, copies)) < share


def test_so_many_groups_are_shown_as_come_near_to_the_share() -> None:
    # as many of 600 as fit on average, less a twentieth: 600 * 196608 // 212714 is 554, and 554 * 19 // 20 is 526
    assert size(document(busy(0))) == 212_714
    (answered,) = documents([busy(0)])
    of_look: Any = answered["look"]
    assert len(of_look["sessions"]) == 526


def certified(padding: int, groups: int = 0) -> Observation:
    chain = (leaf(names=tuple(f"{number}.{'x' * 50}" for number in range(6))),)
    seen = a_look(*(sessions(str(number)) for number in range(groups)))
    return observation(handshake=handshake(detail="x" * padding, chain=chain), look=replace(seen, kinds=groups))


@pytest.mark.parametrize(("excess", "names"), [(0, 6), (1, 5)])
def test_names_of_a_certificate_are_left_out_at_the_first_byte_too_many(excess: int, names: int) -> None:
    padding = SHARE - size(document(certified(0))) + excess
    (answered,) = documents([certified(padding)])
    of_handshake: Any = answered["handshake"]
    assert len(of_handshake["chain"][0]["names"]) == names


def test_where_names_are_left_out_no_session_is_shown() -> None:
    (answered,) = documents([certified(2 * SHARE, groups=3)])
    of_look: Any = answered["look"]
    assert (of_look["sessions"], of_look["kinds"]) == ([], 3)
    assert of_look["detail"] == " Only 0 of 3 kinds of sessions are shown, those without TLS first."


def test_no_observation_makes_no_document() -> None:
    assert documents([]) == []
