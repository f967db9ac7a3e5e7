"""How many servers are begun with at a time, and that none that only waits keeps another from it."""

import json
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from tlscheck.edges.server import places
from tlscheck.edges.server.places import begun

from tests.truth import crowd


def test_those_that_wait_for_ever_keep_nobody_from_being_begun_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD_SECONDS", 0.05)
    last = Event()

    def set_it() -> bool:
        last.set()
        return True

    with ThreadPoolExecutor(100) as pool:
        looks = begun(pool, [lambda: last.wait(20)] * 99 + [set_it])
        assert [each.result() for each in looks] == [True] * 100


class Endless(Executor):
    """None of its looks ends by itself."""

    def submit(self, *_: object, **__: object) -> "Future[Any]":
        return Future()


def test_no_more_are_begun_with_at_a_time_than_are_quick_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD_SECONDS", 600)
    waited_for: list[int] = []

    def one_ends(looks: list[Future[None]], *_: object) -> None:
        waited_for.append(len(looks))
        looks[0].set_result(None)

    monkeypatch.setattr(places, "wait", one_ends)
    looks = begun(Endless(), [lambda: None] * 96)
    assert (len(looks), waited_for) == (96, [32] * 64)


def test_what_breaks_gives_its_place_back() -> None:
    def breaks() -> None:
        raise SystemExit

    with ThreadPoolExecutor(100) as pool:
        assert {type(each.exception()) for each in begun(pool, [breaks] * 100)} == {SystemExit}


def a_round(alone: float, waited: float, honest: str = "TRUSTED SEEN 0 sessions were seen.") -> dict[str, object]:
    names = [*(f"arn:db:honest-{number}" for number in range(3)), "arn:db:drips 0"]
    return {
        "seen": dict.fromkeys(names, honest) | {names[-1]: "TRUSTED FAILED"},
        "taken": dict(zip(names, (alone, alone, 60.0, 15.0), strict=True)),
        "over": dict(zip(names, (waited, waited, 60.0, 15.0), strict=True)),
    }


def test_the_bench_of_crowds_tells_how_long_an_honest_one_took_and_when_it_was_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rounds = [a_round(0.2, 0.3), a_round(0.3, 0.9), a_round(0.2, 0.3), a_round(0.3, 0.9), a_round(0.2, 2.5)]
    crowd.tell(json.loads(json.dumps({"kib": 204_800, "rounds": rounds})))
    told = capsys.readouterr().out
    assert [
        line.removeprefix("figure truth.crowd_") for line in told.splitlines() if line.startswith("figure")
    ] == [
        "mib 200 MiB",
        "honest_slowdown 1.50 x",
        "held_up 2.20 s",
    ]
    assert "over in 0.30 s alone, in 0.90 s by turns" in told
    assert "and in 2.50 s behind 32" in told


def test_the_bench_of_crowds_ends_where_an_honest_one_did_not_answer() -> None:
    with pytest.raises(SystemExit, match="honest-0"):
        crowd.tell({"kib": 1, "rounds": [a_round(0.2, 0.3)] * 4 + [a_round(0.2, 0.3, "TIMED_OUT NOT_TRIED")]})
