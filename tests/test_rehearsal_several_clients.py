"""Two clients where one is looked for: it is noticed, or nothing is said that is wrong of either of them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.drivers.behaviour import Transport, Verifies
from tlscheck.survival.assessment import Survival

from tests.imagined_clients import PRESENT, RSA4096, Imagined, Stage, Style, aim, root
from tests.properties import tries
from tests.test_rehearsal_properties import clients, is_true

BOTH = frozenset({root(PRESENT).sha256, root(RSA4096).sha256})
OLD = frozenset({root(PRESENT).sha256})
VERIFYING = Imagined(Transport.TLS, Verifies.CHAIN, BOTH)

ALIKE = [
    (VERIFYING, Imagined(Transport.TLS, Verifies.NOTHING)),
    (VERIFYING, Imagined(Transport.TLS, Verifies.CHAIN, OLD)),
    (VERIFYING, Imagined(Transport.TLS_FIRST, Verifies.CHAIN, BOTH)),
    (Imagined(Transport.TLS_FIRST), Imagined(Transport.TLS)),
    (Imagined(Transport.TLS_FIRST), Imagined(Transport.PLAIN)),
    (Imagined(Transport.PLAIN_FIRST), Imagined(Transport.PLAIN)),
]
"""Two configurations of one driver: their ClientHellos are the same."""


@pytest.mark.parametrize("pair", ALIKE)
@pytest.mark.parametrize("order", ["together", "by turns", "at random"])
def test_two_configurations_of_one_driver_behind_one_address(pair: tuple[Imagined, Imagined], order: str) -> None:
    stage, random = Stage(aim(), port=""), Random(13)  # noqa: S311 - no secret, and the same each time
    for turn in range(160):
        coming = {
            "together": random.sample(pair, 2),
            "by turns": (pair[turn % 2],),
            "at random": (random.choice(pair),),
        }[order]
        stage.comes(coming)
        stage.passes(2)
    [conclusion] = stage.direction.conclusions(stage.now)
    assert conclusion.several.startswith("several clients here: give each a port")
    assert conclusion.verdict is Survival.UNKNOWN
    told = (conclusion.encrypts, conclusion.verifies, conclusion.falls_back)
    assert [each.value for each in told] == [None] * len(told)
    assert not [held for _, held in conclusion.holds if held.value is not None]


@given(pair=st.tuples(clients, clients), together=st.booleans(), seed=st.integers(0, 1000))
@settings(max_examples=tries(40))
def test_whatever_two_come_to_one_address_nothing_wrong_is_said_of_either(
    pair: tuple[Imagined, Imagined], together: bool, seed: int
) -> None:
    aimed, random = aim(), Random(seed)  # noqa: S311 - no secret, and the same each time
    stage = Stage(aimed, port="")
    for turn in range(60):
        stage.comes(random.sample(pair, 2) if together else (random.choice(pair),))
        stage.passes(2)
        if turn % 10 == 9:
            for conclusion in stage.direction.conclusions(stage.now):
                if not conclusion.several:
                    for each in pair:
                        is_true(conclusion, each, aimed)


def test_clients_of_two_libraries_behind_one_address_are_told_apart() -> None:
    stage = Stage(aim(), port="")
    first = Imagined(Transport.TLS, Verifies.CHAIN, BOTH, shape="openssl")
    second = Imagined(Transport.TLS, Verifies.NOTHING, shape="java")
    for _ in range(160):
        stage.comes((first, second))
        stage.passes(2)
    told = {each.client[-8:-1]: each for each in stage.direction.conclusions(stage.now)}
    assert {name: each.verifies.value for name, each in told.items()} == {
        "openssl": Verifies.CHAIN,
        "LS java": Verifies.NOTHING,
    }
    assert all(each.verdict is Survival.SURVIVES for each in told.values())


def test_a_refusal_is_not_joined_to_a_user_that_another_connection_named() -> None:
    stage = Stage(aim(), port="")
    stage.comes((Imagined(Transport.TLS, Verifies.CHAIN, shape="one", user="refusing"),))
    stage.comes((Imagined(Transport.TLS, shape="two", user="report"),))
    stage.passes(2)
    told = {each.client.split("(")[1]: each.users for each in stage.direction.conclusions(stage.now)}
    assert told == {"TLS one)": (), "TLS two)": (("report", "orders", ""),)}


@pytest.mark.parametrize("asks", [False, True])
def test_health_checks_that_connect_and_close_are_no_clients(asks: bool) -> None:
    stage = Stage(aim())
    for _ in range(10):
        stage.probed(asks=asks)
        stage.passes(2)
    assert not [each for each in stage.direction.conclusions(stage.now) if each.verifies.value is not None]


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("style", [Style.TELLING, Style.SILENT])
def test_health_checks_between_change_nothing(asks: bool, style: Style) -> None:
    told = []
    for is_probed in (False, True):
        stage = Stage(aim())
        for _ in range(40):
            stage.comes((Imagined(Transport.TLS, Verifies.CHAIN, BOTH, style=style),))
            stage.passes(0.3)
            if is_probed:
                stage.probed(asks=asks)
            stage.passes(3)
        [conclusion] = stage.direction.conclusions(stage.now)
        told.append((conclusion.several, conclusion.encrypts.value, conclusion.verifies.value, conclusion.verdict))
    assert told[0] == told[1]


def test_plaintext_beside_two_libraries_is_not_left_out_and_not_taken_for_either() -> None:
    stage = Stage(aim(), port="")
    for _ in range(20):
        stage.comes(
            (
                Imagined(Transport.TLS, Verifies.CHAIN, BOTH, shape="openssl"),
                Imagined(Transport.TLS, shape="java"),
                Imagined(Transport.PLAIN),
            )
        )
        stage.passes(2)
    told = {each.client: each for each in stage.direction.conclusions(stage.now)}
    assert len(told) == 3
    assert told["192.0.2.7, without TLS"].several.startswith("several clients here: give each a port")
    assert all(each.falls_back.value is not True for each in told.values())
