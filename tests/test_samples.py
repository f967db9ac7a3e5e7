"""A sample beside other executions, which the emulated Step Functions really runs; and who does not answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from tlscheck.edges import clock, samples
from tlscheck.edges.aws import dynamodb, session
from tlscheck.edges.events import console
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.offset import offset

from tests import storage
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.refusing import refusing

_numbers = count(1)


class Machine:
    """A state machine whose executions run until they are stopped."""

    def __init__(self, account: EmulatedAccount, table: str) -> None:
        self._client = storage.client_of(account, "stepfunctions")
        number = next(_numbers)
        activity = self._client.create_activity(name=f"nobody-does-it-{number}")["activityArn"]
        definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Task", "Resource": activity, "End": True}}}
        role = f"arn:aws:iam::{ACCOUNT}:role/sweep"
        self.arn: str = self._client.create_state_machine(
            name=f"overlap-{number}", definition=json.dumps(definition), roleArn=role
        )["stateMachineArn"]
        self.table = table

    @contextmanager
    def running(self, name: str, given: object) -> Iterator[Sweep]:
        """An execution, as Discover is told of it when it is a sample."""
        told = given if isinstance(given, str) else json.dumps(given)
        started = self._client.start_execution(stateMachineArn=self.arn, name=name, input=told)
        try:
            described = self._client.describe_execution(executionArn=started["executionArn"])
            assert described["status"] == "RUNNING", described
            yield Sweep(name, described["startDate"].astimezone(UTC), Depth.SAMPLE)
        finally:
            self._client.stop_execution(executionArn=started["executionArn"])

    def overlap(self, sweep: Sweep | None) -> samples.Overlap:
        return samples.overlap(environment(self.arn, self.table), sweep)


def environment(machine: str, table: str = "") -> DiscoverEnvironment:
    return DiscoverEnvironment(
        *(table, "bucket", (), timedelta(days=35)),
        is_security_hub_enabled=True,
        earlier_index=None,
        state_machine=machine,
        has_default_probe=False,
        max_concurrency=10,
        batch_size=25,
        sample_batch_size=100,
    )


@pytest.fixture
def machine(account: EmulatedAccount) -> Iterator[Machine]:
    with storage.table(account) as table:
        yield Machine(account, table)


SAMPLE, EVERYTHING = {"depth": "sample"}, {"depth": "full"}


def test_of_two_samples_the_later_one_yields_and_says_to_which(machine: Machine) -> None:
    with machine.running("first", SAMPLE) as first, machine.running("second", SAMPLE) as second:
        assert machine.overlap(first) == samples.Overlap()
        yielding = machine.overlap(second)
        assert yielding.skipped.startswith("an earlier sample was still under way: first, since 20")
        assert yielding.gaps == ()
    assert [(each.id, each.reason) for each in dynamodb.skipped(machine.table)] == [
        ("second", "an earlier sample was still under way")
    ]
    # The first has ended: nobody is in the way of the next.
    with machine.running("third", SAMPLE) as third:
        assert machine.overlap(third) == samples.Overlap()


@pytest.mark.parametrize("given", [EVERYTHING, {}])
def test_a_sample_yields_to_a_full_sweep_whichever_came_first(machine: Machine, given: object) -> None:
    with machine.running("early", SAMPLE) as early, machine.running("nightly", given):
        assert machine.overlap(early).skipped.startswith("a full sweep was under way: nightly, since 20")
    with machine.running("weekly", given), machine.running("late", SAMPLE) as late:
        assert machine.overlap(late).skipped.startswith("a full sweep was under way: weekly, since 20")
    assert {each.reason for each in dynamodb.skipped(machine.table)} == {"a full sweep was under way"}


SCHEDULED = {"depth": "sample", "schedule": "rate(15 minutes)"}


def named(*minutes: int) -> str:
    """The name of an execution of SCHEDULED that waits for so many whole minutes, in one of these."""
    tried = (f"scheduled-{number}-{next(_numbers)}" for number in count())
    return next(each for each in tried if offset(each, "rate(15 minutes)").total_seconds() // 60 in minutes)


def awaited(sweep: Sweep) -> Sweep:
    """As Discover is told of one that SCHEDULED started, which waits."""
    asked = {"request": SCHEDULED, "sweep": {"id": sweep.id, "started_at": sweep.started_at.isoformat()}}
    _, told = console.discover(asked)
    assert told is not None
    return told


def test_a_sample_that_waits_is_in_nobodys_way(machine: Machine) -> None:
    with machine.running(named(3, 4), SCHEDULED), machine.running("by-hand", SAMPLE) as by_hand:
        assert machine.overlap(by_hand) == samples.Overlap()


def test_a_sample_that_has_waited_yields_to_what_began_meanwhile(machine: Machine) -> None:
    with machine.running(named(3, 4), SCHEDULED) as first, machine.running("by-hand", SAMPLE):
        assert machine.overlap(awaited(first)).skipped.startswith(
            "an earlier sample was still under way: by-hand, since 20"
        )
    with machine.running(named(3, 4), SCHEDULED) as second, machine.running("nightly", EVERYTHING):
        assert machine.overlap(awaited(second)).skipped.startswith("a full sweep was under way: nightly, since 20")
    # What is missing is the look, not the start.
    skipped = {each.id: each.started_at for each in dynamodb.skipped(machine.table)}
    assert skipped == {each.id: awaited(each).started_at for each in (first, second)}


def test_of_two_samples_that_wait_the_one_that_looks_first_looks(machine: Machine) -> None:
    late, early = named(9, 10), named(1, 2)
    with machine.running(late, SCHEDULED) as first, machine.running(early, SCHEDULED) as second:
        assert machine.overlap(awaited(second)) == samples.Overlap()
        yielding = machine.overlap(awaited(first)).skipped
    began = awaited(second).started_at
    assert yielding == f"an earlier sample was still under way: {early}, since {began:%Y-%m-%d %H:%M:%S} UTC"


@pytest.mark.parametrize(
    "given",
    [
        {"depth": "full", "databases": ["orders-prod"]},
        {"depth": "sample", "regions": ["us-east-1"]},
        # It looks at no server.
        {"retire": True},
        # Discover refuses it, and it ends.
        {"depth": "everything"},
        {"dept": "full"},
        [],
    ],
)
def test_what_looks_at_a_part_or_nothing_and_what_makes_no_sense_block_no_sample(
    machine: Machine, given: object
) -> None:
    with machine.running("by-hand", given), machine.running("sample", SAMPLE) as sample:
        assert machine.overlap(sample) == samples.Overlap()
    assert dynamodb.skipped(machine.table) == ()


def test_beside_more_than_are_asked_the_sample_looks_and_says_so(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tlscheck.edges.samples.MOST_ASKED", 1)
    part = {"depth": "full", "databases": ["orders-prod"]}
    with (
        machine.running("by-hand", part),
        machine.running("nightly", EVERYTHING),
        machine.running("sample", SAMPLE) as sample,
    ):
        seen = machine.overlap(sample)
    assert seen.skipped == ""
    (gap,) = seen.gaps
    assert gap.told == "states:DescribeExecution: 1 more that are running were not asked"


def test_one_that_has_run_for_three_hours_does_not_count(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine.running("hung", EVERYTHING), machine.running("sample", SAMPLE) as sample:
        monkeypatch.setattr(clock, "now", lambda: sample.started_at + timedelta(hours=3, seconds=1))
        assert machine.overlap(sample) == samples.Overlap()


def test_full_sweeps_previews_and_parts_ask_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STEPFUNCTIONS", "http://127.0.0.1:1")
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    for sweep in (None, Sweep("a", at, Depth.FULL), Sweep("a", at, Depth.SAMPLE, narrow=True)):
        assert samples.overlap(environment("none"), sweep) == samples.Overlap()


@pytest.mark.parametrize("operation", ["ListExecutions", "DescribeExecution"])
def test_where_the_question_is_denied_the_sample_looks_and_says_so(machine: Machine, operation: str) -> None:
    """Modelled: the emulator enforces no policy on states:*, so the client refuses as IAM would."""
    with (
        machine.running("nightly", EVERYTHING),
        machine.running("sample", SAMPLE) as sample,
        refusing("stepfunctions", operation, "AccessDeniedException", "not authorized"),
    ):
        seen = machine.overlap(sample)
    assert seen.skipped == ""
    (gap,) = seen.gaps
    assert gap.operation == f"states:{operation}"
    assert "AccessDeniedException: not authorized" in gap.reason
    assert dynamodb.skipped(machine.table) == ()


def test_where_step_functions_does_not_answer_the_sample_looks(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert account
    monkeypatch.setenv("AWS_ENDPOINT_URL_STEPFUNCTIONS", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", "http://127.0.0.1:1")
    session.forget()
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    machine = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:x"
    seen = samples.overlap(environment(machine), Sweep("a", at, Depth.SAMPLE))
    session.forget()
    (gap,) = seen.gaps
    assert (seen.skipped, gap.operation, gap.reason[:23]) == (
        "",
        "states:ListExecutions",
        "EndpointConnectionError",
    )


def test_a_sample_that_cannot_be_counted_as_skipped_is_skipped_all_the_same(machine: Machine) -> None:
    machine.table = "no-such-table"
    with machine.running("nightly", EVERYTHING), machine.running("sample", SAMPLE) as sample:
        assert machine.overlap(sample).skipped.startswith("a full sweep was under way")
