"""When an instance that may pause is connected to, by what CloudWatch says of its last minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from tlscheck.inventory.gap import Gap
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wire.wakefulness import Measured, left_asleep, may_resume

from tests.examples import handshake, look, observation

NOW = datetime(2026, 11, 24, 3, 0, 30, tzinfo=UTC)
WAKES = "it may pause at 0 ACUs, and a connection would wake it: "
NO_DATA = WAKES + "CloudWatch has no ServerlessDatabaseCapacity of the last 5 minutes"
AT_ZERO = WAKES + "its capacity is 0"
IDLE = "it may pause at 0 ACUs, and a connection would keep it awake: nobody is connected"


def ago(seconds: float, value: float) -> tuple[datetime, float]:
    return NOW - timedelta(seconds=seconds), value


@pytest.mark.parametrize(
    ("capacity", "reason"),
    [
        ([], NO_DATA),
        ([ago(90, 0.0)], AT_ZERO),
        ([ago(90, -1.0)], AT_ZERO),
        ([ago(90, float("nan"))], AT_ZERO),
        ([ago(300, 0.5)], None),
        ([ago(301, 0.5)], NO_DATA),
        ([ago(-1, 0.5)], NO_DATA),
        ([ago(0, 0.5)], None),
        # The newest counts, in whatever order they come: it has just paused, or has just woken.
        ([ago(30, 0.0), ago(90, 4.0)], AT_ZERO),
        ([ago(90, 4.0), ago(30, 0.0)], AT_ZERO),
        ([ago(90, 0.0), ago(30, 0.5)], None),
        ([ago(30, 0.5), ago(90, 0.0)], None),
        # One of the future hides none before it.
        ([ago(-60, 0.5), ago(90, 0.0)], AT_ZERO),
    ],
)
def test_a_capacity_above_0_in_the_newest_of_five_minutes_is_awake(
    capacity: list[tuple[datetime, float]], reason: str | None
) -> None:
    assert left_asleep(Measured(capacity), NOW) == reason


@pytest.mark.parametrize(
    ("connections", "reason"),
    [
        ([], None),
        ([ago(90, 0.0)], IDLE),
        ([ago(90, 1.0)], None),
        ([ago(240, 1.0), ago(250, 0.0)], None),
        ([ago(30, 0.0), ago(90, 7.0)], IDLE),
        ([ago(90, 0.0), ago(30, 7.0)], None),
        # What was so long ago says nothing of now, neither way.
        ([ago(241, 0.0)], None),
    ],
)
def test_an_awake_one_to_which_nobody_is_connected_is_not_kept_awake(
    connections: list[tuple[datetime, float]], reason: str | None
) -> None:
    assert left_asleep(Measured([ago(30, 0.5)], connections), NOW) == reason


def test_a_connection_counts_for_nothing_where_the_capacity_is_not_above_0() -> None:
    connected = [ago(30, 3.0)]
    assert left_asleep(Measured([ago(30, 0.0)], connected), NOW) == AT_ZERO
    assert left_asleep(Measured([], connected), NOW) == NO_DATA


def test_what_cloudwatch_refused_to_say_counts_as_asleep() -> None:
    denied = Gap("cloudwatch:GetMetricData", "AccessDenied: no")
    assert left_asleep(denied, NOW) == f"{WAKES}cloudwatch:GetMetricData: AccessDenied: no"


@pytest.mark.parametrize(
    ("outcome", "looked", "expected"),
    [
        (HandshakeOutcome.TIMED_OUT, LookOutcome.NOT_TRIED, True),
        (HandshakeOutcome.UNREACHABLE, LookOutcome.NOT_TRIED, True),
        (HandshakeOutcome.CLOSED, LookOutcome.NOT_TRIED, True),
        (HandshakeOutcome.TRUSTED, LookOutcome.FAILED, True),
        (HandshakeOutcome.TRUSTED, LookOutcome.SEEN, False),
        (HandshakeOutcome.TRUSTED, LookOutcome.LOGIN_REFUSED, False),
        (HandshakeOutcome.EXPIRED, LookOutcome.NOT_TRIED, False),
        (HandshakeOutcome.NOT_TRIED, LookOutcome.NOT_TRIED, False),
    ],
)
def test_a_server_that_was_not_there_may_still_be_resuming(
    outcome: HandshakeOutcome, looked: LookOutcome, expected: bool
) -> None:
    assert may_resume(observation(handshake=handshake(outcome), look=look(outcome=looked))) is expected
