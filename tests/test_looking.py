"""Which databases of a batch the probe is asked to look at: one that sleeps is left asleep."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from tlscheck.edges import looking
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.trait import Trait
from tlscheck.wire.document import document
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation
from tlscheck.wire.targeting import not_tried

from tests.examples import ORDERS, database, handshake, look, member, observation
from tests.local_aws.emulator.account import EmulatedAccount
from tests.refusing import refusing
from tests.standin_probe import StandinProbe

ASLEEP = "it may pause at 0 ACUs, and a connection would wake it: its capacity is 0"
NO_DATA = "it may pause at 0 ACUs, and a connection would wake it: CloudWatch has no ServerlessDatabaseCapacity"
FULL, SAMPLE = Depth.FULL, Depth.SAMPLE

_numbers = count(1)


def sleeper(**changes: Any) -> Database:
    """An instance that pauses at 0 ACUs; each has a name of its own, since metrics cannot be taken back."""
    name = f"sleeper-{next(_numbers)}"
    fields: dict[str, Any] = {
        "arn": f"arn:aws:rds:us-east-1:111122223333:db:{name}",
        "identifier": name,
        "instance_class": "db.serverless",
        "traits": (Trait.SERVERLESS_V2, Trait.SCALES_TO_ZERO),
    }
    return member(**fields | changes)


class Stage:
    """An account whose probe says that all is well of whatever it is asked about, unless it is told otherwise."""

    def __init__(self, account: EmulatedAccount, probe: StandinProbe) -> None:
        self._account = account
        self._probe = probe

    def capacity(self, of: Database, acus: float, connections: float | None = None) -> None:
        """What CloudWatch says of a minute ago."""
        values = {"ServerlessDatabaseCapacity": acus}
        if connections is not None:
            values["DatabaseConnections"] = connections
        data = [
            {
                "MetricName": metric,
                "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": of.identifier}],
                "Timestamp": datetime.now(UTC) - timedelta(minutes=1),
                "Value": value,
            }
            for metric, value in values.items()
        ]
        self._account.client("cloudwatch", of.region).put_metric_data(Namespace="AWS/RDS", MetricData=data)

    def look(
        self, depth: Depth, *databases: Database, wakes: bool = False, seen: Observation | None = None
    ) -> dict[str, str]:
        """Identifier -> outcome of its handshake, or why nobody looked."""
        known = {each.arn: document(replace(seen or observation(), arn=each.arn)) for each in databases}
        self._probe.behave(observations=known)
        environment = ObserveEnvironment(
            *("table", "bucket", "tlscheck", self._probe.arn, timedelta(90), timedelta(35)), wakes_paused=wakes
        )
        looked = looking.look(Batch("us-east-1", None, databases), depth, environment)
        names = {each.arn: each.identifier for each in databases}
        assert {each.arn for each in looked.databases} == looked.observations.keys()
        return {
            names[arn]: each.handshake.detail if each.handshake.outcome == "NOT_TRIED" else each.handshake.outcome
            for arn, each in looked.observations.items()
        }


@pytest.fixture(scope="module")
def standin(emulator: EmulatedAccount, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProbe]:
    with StandinProbe(emulator, tmp_path_factory.mktemp("probe")) as probe:
        yield probe


@pytest.fixture
def stage(account: EmulatedAccount, standin: StandinProbe) -> Stage:
    return Stage(account, standin)


def test_a_full_sweep_looks_at_those_that_are_awake_and_says_why_not_at_the_others(stage: Stage) -> None:
    awake, asleep, unknown, idle = sleeper(), sleeper(), sleeper(), sleeper()
    stage.capacity(awake, 0.5)
    stage.capacity(asleep, 0.0)
    stage.capacity(idle, 0.5, connections=0)
    plain = database(arn=ORDERS)
    seen = stage.look(FULL, awake, asleep, unknown, idle, plain)
    assert seen.pop(unknown.identifier).startswith(NO_DATA)
    assert seen == {
        awake.identifier: "TRUSTED",
        asleep.identifier: ASLEEP,
        idle.identifier: "it may pause at 0 ACUs, and a connection would keep it awake: nobody is connected",
        "orders-prod": "TRUSTED",
    }


def test_a_writer_and_a_reader_are_asked_each_by_itself(stage: Stage) -> None:
    writer, reader = sleeper(), sleeper()
    stage.capacity(writer, 2.0)
    stage.capacity(reader, 0.0)
    assert stage.look(FULL, writer, reader) == {writer.identifier: "TRUSTED", reader.identifier: ASLEEP}


def test_a_sample_leaves_alone_whatever_may_pause_and_says_nothing_of_it(stage: Stage) -> None:
    used, asleep, provisioned = sleeper(), sleeper(), sleeper(instance_class="db.r8g.large")
    stage.capacity(used, 0.5, connections=2)
    stage.capacity(asleep, 0.0)
    assert stage.look(SAMPLE, used, asleep, provisioned, database()) == {
        provisioned.identifier: "TRUSTED",
        "orders-prod": "TRUSTED",
    }


@pytest.mark.parametrize("depth", [FULL, SAMPLE])
def test_one_that_nobody_would_log_in_to_is_left_asleep_as_well(stage: Stage, depth: Depth) -> None:
    nobody = sleeper(iam_authentication=False)
    stage.capacity(nobody, 0.0, connections=0)
    assert stage.look(depth, nobody) == ({nobody.identifier: ASLEEP} if depth is FULL else {})


def test_one_that_is_stopped_says_that_and_not_that_it_sleeps(stage: Stage) -> None:
    stopped = sleeper(status="stopped")
    assert stage.look(FULL, stopped) == {stopped.identifier: "its status is stopped"}


def test_a_full_sweep_wakes_it_where_its_owner_wants_that_and_a_sample_never(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tlscheck.edges.looking.time.sleep", refuse)
    asleep = sleeper()
    stage.capacity(asleep, 0.0)
    assert stage.look(FULL, asleep, wakes=True) == {asleep.identifier: "TRUSTED"}
    assert stage.look(SAMPLE, asleep, wakes=True) == {}


def refuse(seconds: float) -> None:
    pytest.fail(f"waited for {seconds} s")


SLOW = observation(
    handshake=handshake(HandshakeOutcome.TIMED_OUT, chain=()), look=look(outcome=LookOutcome.FAILED)
)


def test_one_that_a_look_has_just_woken_is_looked_at_again_once_it_had_time_to_resume(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    resuming, plain = sleeper(), database()

    def resume(seconds: float) -> None:
        waited.append(seconds)
        stage.look(FULL, resuming)  # from now on its probe says that all is well

    monkeypatch.setattr("tlscheck.edges.looking.time.sleep", resume)
    assert stage.look(FULL, resuming, plain, wakes=True, seen=SLOW) == {
        resuming.identifier: "TRUSTED",
        "orders-prod": "TIMED_OUT",
    }
    assert waited == [25.0]


def test_a_probe_that_is_busy_by_then_costs_nothing_that_the_first_look_saw(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modelled: the emulator has no limit."""
    resuming = sleeper()
    with ExitStack() as stack:
        busy = refusing("lambda", "Invoke", "TooManyRequestsException")
        monkeypatch.setattr("tlscheck.edges.looking.time.sleep", lambda _: stack.enter_context(busy))
        assert stage.look(FULL, resuming, wakes=True, seen=SLOW) == {resuming.identifier: "TIMED_OUT"}


@pytest.mark.parametrize(("seconds", "waited"), [(59, [25.0]), (60, [])])
def test_after_a_long_first_look_observe_has_no_time_for_another(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: int, waited: list[float]
) -> None:
    moments = iter([datetime.now(UTC), datetime.now(UTC) + timedelta(seconds=seconds)])
    monkeypatch.setattr("tlscheck.edges.looking.clock", SimpleNamespace(now=lambda: next(moments)))
    slept: list[float] = []
    monkeypatch.setattr("tlscheck.edges.looking.time.sleep", slept.append)
    stage.look(FULL, sleeper(), wakes=True, seen=SLOW)
    assert slept == waited


@pytest.mark.parametrize("of", [database, lambda: sleeper(instance_class="db.r8g.large")])
def test_nobody_waits_for_one_that_does_not_pause(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, of: Callable[[], Database]
) -> None:
    monkeypatch.setattr("tlscheck.edges.looking.time.sleep", refuse)
    provisioned = of()
    assert stage.look(FULL, provisioned, wakes=True, seen=SLOW) == {provisioned.identifier: "TIMED_OUT"}


def test_cloudwatch_is_not_asked_of_databases_that_do_not_pause(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(region: str, identifiers: list[str]) -> dict[str, Any]:
        assert identifiers == [], region
        return {}

    monkeypatch.setattr("tlscheck.edges.looking.cloudwatch.measured", asked)
    assert stage.look(FULL, database()) == {"orders-prod": "TRUSTED"}


@pytest.mark.usefixtures("account")
def test_cloudwatch_is_not_asked_where_nobody_connects() -> None:
    idle = sleeper()

    def why(*, connects: bool) -> str:
        environment = ObserveEnvironment(
            *("table", "bucket", "tlscheck", "", timedelta(90), timedelta(35)),
            looks=lambda targets: tuple(not_tried(each.arn, "nobody went") for each in targets),
        )
        environment = replace(environment, asker=replace(environment.asker, connects=connects))
        looked = looking.look(Batch("us-east-1", None, (idle,)), FULL, environment)
        return looked.observations[idle.arn].handshake.detail

    with refusing("cloudwatch", "GetMetricData", "AccessDenied") as asked:
        assert "AccessDenied" in why(connects=True)
        assert asked == ["GetMetricData"]
        assert why(connects=False) == "nobody went"
        assert asked == ["GetMetricData"]
