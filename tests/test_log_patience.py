"""How a laptop asks CloudWatch Logs: its Regions' quotas, patience with who throttles, and an end by Ctrl-C."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

import pytest
from tlscheck.edges.laptop import log_patience
from tlscheck.edges.laptop.log_patience import PatientPace
from tlscheck.inventory.gap import Gap, GapCause

FILTER = "logs:FilterLogEvents"
THROTTLED = Gap(FILTER, "ThrottlingException: Rate exceeded", GapCause.THROTTLED)


def test_a_region_is_asked_less_than_five_times_a_second_by_however_many_threads() -> None:
    pace, asked = PatientPace(), list[tuple[str, float]]()

    def ask(number: int) -> None:
        region = "us-east-1" if number % 3 else "eu-west-1"
        pace.asked(FILTER, region, lambda: asked.append((region, time.monotonic())))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(ask, range(12)))
    for region, number in (("us-east-1", 8), ("eu-west-1", 4)):
        moments = sorted(at for of, at in asked if of == region)
        assert len(moments) == number
        within = [sum(each <= other < each + 1 for other in moments) for each in moments]
        assert max(within) <= 5
    # One Region does not wait for another.
    assert max(at for of, at in asked if of == "eu-west-1") < max(at for _, at in asked)


def test_who_throttles_is_asked_again_until_there_is_an_answer() -> None:
    answers: Iterator[object] = iter((THROTTLED, THROTTLED, "lines"))
    began = time.monotonic()
    assert PatientPace().asked(FILTER, "us-east-1", lambda: next(answers)) == "lines"
    assert 2.9 < time.monotonic() - began < 10


def test_any_other_no_is_an_answer() -> None:
    denied = Gap(FILTER, "AccessDeniedException: no", GapCause.PERMISSION)
    answers = iter((denied,))
    assert PatientPace().asked(FILTER, "us-east-1", lambda: next(answers)) == denied


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_patience, "SILENCE", 0.5)
    assert PatientPace().asked(FILTER, "us-east-1", lambda: THROTTLED) == THROTTLED


def test_who_waits_is_ended_at_once() -> None:
    stop = Event()
    pace = PatientPace(stop=stop)
    Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert pace.asked(FILTER, "us-east-1", lambda: THROTTLED) == THROTTLED
    assert time.monotonic() - began < 3
    assert pace.is_stopped
