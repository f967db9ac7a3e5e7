"""The template's own alarms over series of what the code sends: modelled (tests/alarms.py), not CloudWatch."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.reporting.metrics import metrics_of_delivery, metrics_of_sweep
from tlscheck.reporting.result import BatchResult, result_of
from tlscheck.reporting.summary import summarise
from tlscheck.wire.sight import Sight

from tests.alarms import Alarm, Data, days, judged
from tests.examples import NOW
from tests.judged import judged as judgement
from tests.resolved import NETWORK, PARSED, Stack

ALARMS = [name for name, body in PARSED["Resources"].items() if body["Type"] == "AWS::CloudWatch::Alarm"]
TOPIC = "arn:aws:sns:eu-central-1:123456789012:tlscheck-Topic-1A2B3C4D5E6F"
THEIRS = "arn:aws:sns:eu-central-1:210987654321:operations"
"""A topic of the owner's, in an account of theirs."""

GOOD = {Sight.SEEN: 10}
ROW = result_of(judgement(verdict="CLEAR"))
FULL = Sweep("nightly", NOW, Depth.FULL)
HOURLY = 0.25
"""Hours between two samples."""

STACK = Stack(NETWORK)
WITHOUT_SAMPLES = Stack(NETWORK | {"Sampling": "DISABLED"})


def alarm(name: str, stack: Stack = STACK, *, fills_nothing: bool = False) -> Alarm:
    return Alarm(stack.properties(name), fills_nothing=fills_nothing)


def sweep(
    data: Data,
    hour: float,
    sights: Mapping[Sight, int] = GOOD,
    *,
    lost: bool = False,
    stack: str = "tlscheck",
    **of: Any,
) -> None:
    """What Report sends at the end of a sweep, by the code that decides it."""
    result = (
        BatchResult((replace(ROW, error="lost"),), (), lost="lost")
        if lost
        else BatchResult((ROW,), (), sights=sights)
    )
    summary = summarise(Plan(replace(FULL, **of)), {"1": result})
    for each in metrics_of_sweep(summary, [result], timedelta(minutes=1), is_told=True):
        data.send("tlscheck", each.name, hour, each.value, service=stack)


def nightly(data: Data, nights: range, **of: Any) -> None:
    for night in nights:
        sweep(data, days(night) + 4.1, **of)


def sampled(
    data: Data, since: float, until: float, sights: Mapping[Sight, int] = GOOD, stack: str = "tlscheck"
) -> None:
    for number in range(int((until - since) / HOURLY)):
        sweep(data, since + number * HOURLY + 0.05, sights, depth=Depth.SAMPLE, stack=stack)


# --------------------------------------------------------------------------------------------- the model itself


TABLES = """
0 - X - X   3   OK                  OK         OK      OK
0 - - - -   3   OK                  OK         OK      OK
- - - - -   3   INSUFFICIENT_DATA   retained   ALARM   OK
0 X X - X   3   ALARM               ALARM      ALARM   ALARM
- - X - -   3   ALARM               retained   ALARM   OK
0 - X - X   2   ALARM               ALARM      ALARM   ALARM
0 0 X 0 X   2   ALARM               ALARM      ALARM   ALARM
0 - X - -   2   OK                  OK         ALARM   OK
- - - - 0   2   OK                  OK         ALARM   OK
- - - X -   2   ALARM               retained   ALARM   OK
- - - - X   3   INSUFFICIENT_DATA   retained   ALARM   OK
- - - X -   3   INSUFFICIENT_DATA   retained   ALARM   OK
"""
"""Points, DatapointsToAlarm (of 3), and the state for missing, ignore, breaching, notBreaching: both tables of
"Configuring how CloudWatch alarms treat missing data" in the Amazon CloudWatch User Guide. The last two rows are
what it says under "Avoiding premature transitions": that neither goes into ALARM at once."""


@pytest.mark.parametrize("row", TABLES.strip().splitlines())
def test_the_model_answers_as_the_tables_of_the_user_guide(row: str) -> None:
    *points, to_alarm, missing, ignored, breaching, not_breaching = row.split()
    read = [{"0": False, "X": True, "-": None}[each] for each in points]
    said = [judged(read, 3, int(to_alarm), how, "retained") for how in ("missing", "ignore", "breaching")]
    assert said == [missing, ignored, breaching]
    assert judged(read, 3, int(to_alarm), "notBreaching", "retained") == not_breaching


def test_the_models_metric_math_fills_sums_and_divides() -> None:
    data = Data()
    data.send("AWS/States", "ExecutionsFailed", 0.01, 1, StateMachineArn="one")

    def of(name: str, key: str) -> dict[str, Any]:
        dimensions = [{"Name": "StateMachineArn", "Value": "one"}]
        metric = {"Namespace": "AWS/States", "MetricName": name, "Dimensions": dimensions}
        return {"Id": key, "ReturnData": False, "MetricStat": {"Stat": "Sum", "Period": 300, "Metric": metric}}

    def states(expression: str, threshold: float, *, fills_nothing: bool) -> list[str]:
        queries = [
            {"Id": "told", "Expression": expression},
            of("ExecutionsFailed", "failed"),
            of("ExecutionsAborted", "aborted"),
        ]
        made = Alarm(
            {
                "EvaluationPeriods": 1,
                "Threshold": threshold,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "missing",
                "Metrics": queries,
            },
            fills_nothing=fills_nothing,
        )
        return [each.state for each in made.changes(data, 0.5)]

    assert states("failed", 0, fills_nothing=False) == ["ALARM", "INSUFFICIENT_DATA"]
    assert states("FILL(failed, 0)", 0, fills_nothing=False) == ["ALARM", "OK"]
    assert states("FILL(failed, 0) + FILL(aborted, 0)", 0, fills_nothing=False) == ["ALARM", "OK"]
    assert states("FILL(failed, 0) + FILL(aborted, 0)", 0, fills_nothing=True) == []
    assert states("SUM(FILL(METRICS(), 0))", 0, fills_nothing=True) == ["ALARM", "OK", "INSUFFICIENT_DATA"]
    assert states("IF(failed > 0, failed / failed, 0)", 0.5, fills_nothing=False) == ["ALARM", "INSUFFICIENT_DATA"]
    assert states("failed / FILL(aborted, 0)", 0.5, fills_nothing=False) == []


# --------------------------------------------------------------------------------------------- before and after


@pytest.mark.parametrize("fills_nothing", [False, True])
@pytest.mark.parametrize("name", ALARMS)
@pytest.mark.parametrize("days_missed", ["1", "2", "7"])
def test_nothing_rings_before_the_first_sweep(name: str, days_missed: str, fills_nothing: bool) -> None:
    stack = Stack(NETWORK | {"SweepMissedAfterDays": days_missed})
    hours = days(10) if name == "SweepMissed" else days(2)
    assert alarm(name, stack, fills_nothing=fills_nothing).rings(Data(), hours) == []


@pytest.mark.parametrize("stack", [STACK, WITHOUT_SAMPLES], ids=["samples", "no samples"])
def test_nothing_rings_in_quiet_weeks(stack: Stack) -> None:
    data = Data()
    nightly(data, range(1, 15))
    if stack is STACK:
        sampled(data, 30, days(15))
    for name in {"SweepMissed", "SamplesStopped", "BatchesFailed", "ServersNotReached"} & stack.resources:
        assert alarm(name, stack).rings(data, days(15)) == [], name


def test_every_alarm_tells_when_all_is_well_again() -> None:
    for name in ALARMS:
        properties = STACK.properties(name)
        assert properties["OKActions"] == properties["AlarmActions"] == [TOPIC], name
        assert properties.get("InsufficientDataActions", [TOPIC]) == [TOPIC], name
        assert properties["AlarmName"] == f"tlscheck-{name}"


# ------------------------------------------------------------------------------------------------- SweepMissed


@pytest.mark.parametrize("sampling", ["ENABLED", "DISABLED"])
@pytest.mark.parametrize("missed", range(1, 8))
def test_a_sweep_that_is_missed_rings_on_time_in_complete_silence_and_beside_samples(
    missed: int, sampling: str
) -> None:
    stack = Stack(NETWORK | {"SweepMissedAfterDays": str(missed), "Sampling": sampling})
    data = Data()
    nightly(data, range(3))
    if sampling == "ENABLED":
        sampled(data, days(1), days(20))
    last = days(2) + 4.1
    (rang,) = alarm("SweepMissed", stack).rings(data, days(20))
    assert days(missed) <= rang - last <= days(missed) + 4
    # Until somebody mends it: then it says so.
    sweep(data, days(15) + 4.1)
    assert alarm("SweepMissed", stack).calms(data, days(15) + 6) == [days(15) + 5]


def narrow(data: Data, night: int) -> None:
    sweep(data, days(night) + 4.1, narrow=True)


def lost(data: Data, night: int) -> None:
    sweep(data, days(night) + 4.1, lost=True)


def sample(data: Data, night: int) -> None:
    sampled(data, days(night), days(night + 1))


def of_another_stack(data: Data, night: int) -> None:
    sweep(data, days(night) + 4.1, stack="tlscheck-test")


@pytest.mark.parametrize("instead", [narrow, lost, sample, of_another_stack])
def test_what_is_no_full_sweep_keeps_it_no_quieter_than_silence(instead: Callable[[Data, int], None]) -> None:
    silence, data = Data(), Data()
    for each in (silence, data):
        nightly(each, range(3))
    for night in range(3, 12):
        instead(data, night)
    expected = alarm("SweepMissed").rings(silence, days(12))
    assert len(expected) == 1
    assert alarm("SweepMissed").rings(data, days(12)) == expected


def test_a_lost_sweep_rings_for_itself_and_calms_down() -> None:
    data = Data()
    nightly(data, range(3))
    lost(data, 3)
    nightly(data, range(4, 6))
    rang, calmed = alarm("BatchesFailed").rings(data, days(6)), alarm("BatchesFailed").calms(data, days(6))
    assert len(rang) == len(calmed) == 1
    assert 0 < calmed[0] - rang[0] < 1
    # The next night came in time.
    assert alarm("SweepMissed").rings(data, days(6)) == []


def test_weekly_sweeps_that_come_a_little_late_ring_not_and_a_missed_one_does() -> None:
    stack = Stack({"SweepMissedAfterDays": "7", "Sampling": "DISABLED"})
    data = Data()
    for week, late in enumerate([0, 0.9, 0.1, 1.2, 0]):
        sweep(data, days(7 * week) + 4.1 + late)
    assert alarm("SweepMissed", stack).rings(data, days(35)) == []
    (rang,) = alarm("SweepMissed", stack).rings(data, days(50))
    assert days(28 + 7) <= rang <= days(28 + 7) + 9


def test_for_rarer_sweeps_there_is_none() -> None:
    assert "SweepMissed" not in Stack({"SweepMissedAfterDays": "0"}).resources
    assert "SweepMissed" in Stack({"SweepMissedAfterDays": "7"}).resources


# ----------------------------------------------------------------------------------------------- SamplesStopped


def test_samples_that_stop_ring_and_those_that_wait_for_a_full_sweep_do_not() -> None:
    data = Data()
    sampled(data, 1, 20)
    # A full sweep takes three hours at most, and samples wait for it.
    sampled(data, 23, 30)
    (rang,) = alarm("SamplesStopped").rings(data, 60)
    assert 5 <= rang - 30 <= 5 + 4
    sampled(data, 50, 60)
    assert alarm("SamplesStopped").calms(data, 60) == [51]


def test_without_a_probe_or_samples_nothing_waits_for_them() -> None:
    """Without a probe Discover skips each sample, and Report never counts one."""
    data = Data()
    nightly(data, range(1, 10), sights={Sight.NO_PROBE: 25})
    assert alarm("SamplesStopped", Stack()).rings(data, days(10)) == []
    assert "SamplesStopped" not in WITHOUT_SAMPLES.resources


# -------------------------------------------------------------------------------------------- ServersNotReached

CUT_OFF = {Sight.SEEN: 4, Sight.UNREACHABLE: 3, Sight.PROBE_FAILED: 2}
HALF = {Sight.SEEN: 4, Sight.LOGIN_REFUSED: 1, Sight.UNREACHABLE: 5}


def test_most_servers_not_reached_in_three_hours_of_samples_ring_and_calm_down() -> None:
    data = Data()
    sampled(data, 1, 10)
    sampled(data, 10, 14, CUT_OFF)
    sampled(data, 14, 30)
    assert alarm("ServersNotReached").rings(data, 30) == [13]
    assert len(alarm("ServersNotReached").calms(data, 30)) == 1


@pytest.mark.parametrize(
    "sights", [HALF, GOOD, {Sight.NO_PROBE: 9}, {Sight.ASLEEP: 9}, {Sight.NOT_AVAILABLE: 9}, {}]
)
def test_half_of_them_or_those_that_nobody_went_to_ring_not(sights: Mapping[Sight, int]) -> None:
    data = Data()
    nightly(data, range(1, 9), sights=sights)
    sampled(data, days(1), days(3), sights)
    for stack in (STACK, WITHOUT_SAMPLES):
        assert alarm("ServersNotReached", stack).rings(data, days(9)) == []


def test_two_hours_of_it_ring_not() -> None:
    data = Data()
    sampled(data, 10, 12, CUT_OFF)
    sampled(data, 12, 20)
    assert alarm("ServersNotReached").rings(data, 20) == []


def test_without_samples_one_full_sweep_rings_and_a_narrow_one_does_not() -> None:
    data = Data()
    nightly(data, range(1, 3))
    sweep(data, days(3) + 4.1, CUT_OFF, narrow=True)
    assert alarm("ServersNotReached", WITHOUT_SAMPLES).rings(data, days(4)) == []
    nightly(data, range(4, 5), sights=CUT_OFF)
    nightly(data, range(5, 6))
    assert alarm("ServersNotReached", WITHOUT_SAMPLES).rings(data, days(6)) == [days(4) + 5]
    assert len(alarm("ServersNotReached", WITHOUT_SAMPLES).calms(data, days(6))) == 1


# ------------------------------------------------------------------------------------------- what AWS itself says

MACHINE = {"StateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:tlscheck-Sweep"}


@pytest.mark.parametrize("fills_nothing", [False, True])
@pytest.mark.parametrize("name", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
def test_a_sweep_that_failed_rings_once_and_calms_down(name: str, fills_nothing: bool) -> None:
    data = Data()
    for hour in (4.1, 28.1, 52.1):
        for each in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"):
            data.send("AWS/States", each, hour, float(hour == 28.1 and each == name), **MACHINE)
    (rang,) = alarm("SweepFailed", fills_nothing=fills_nothing).rings(data, 72)
    assert 28.1 < rang < 28.3
    assert len(alarm("SweepFailed", fills_nothing=fills_nothing).calms(data, 72)) == 1


@pytest.mark.parametrize("fills_nothing", [False, True])
@pytest.mark.parametrize("function", ["Discover", "Observe", "Report", "Deliver", "Probe"])
def test_a_function_that_errs_rings_whatever_the_others_send(function: str, fills_nothing: bool) -> None:
    data = Data()
    for minute in range(0, 600, 15):
        data.send("AWS/Lambda", "Errors", minute / 60, 0, FunctionName=STACK.resolve({"Ref": "Observe"}))
    data.send("AWS/Lambda", "Errors", 6.01, 1, FunctionName=STACK.resolve({"Ref": function}))
    (rang,) = alarm("FunctionErrors", fills_nothing=fills_nothing).rings(data, 10)
    assert 6 < rang < 6.2
    assert len(alarm("FunctionErrors", fills_nothing=fills_nothing).calms(data, 10)) == 1


@pytest.mark.parametrize(
    "parameters", [{}, NETWORK, {"SecurityHub": "DISABLED"}, NETWORK | {"SecurityHub": "DISABLED"}]
)
def test_an_alarm_reads_functions_that_the_stack_has(parameters: dict[str, str]) -> None:
    stack = Stack(parameters)
    read = alarm("FunctionErrors", stack).metrics
    expected = {"discover", "observe", "report", "deliver"}
    expected |= {"probe"} if "Probe" in stack.resources else set()
    assert read.keys() == expected


@pytest.mark.parametrize(
    ("name", "queue"), [("NotStarted", "DeadLetters"), ("NotPublished", "UnpublishedFindings")]
)
def test_a_letter_that_nobody_took_rings_for_as_long_as_it_lies_there(name: str, queue: str) -> None:
    data = Data()
    queue_name = STACK.resolve({"Fn::GetAtt": [queue, "QueueName"]})
    for minute in range(0, 300, 5):
        letters = float(60 <= minute < 200)
        data.send("AWS/SQS", "ApproximateNumberOfMessagesVisible", minute / 60, letters, QueueName=queue_name)
    assert len(alarm(name).rings(data, 5)) == len(alarm(name).calms(data, 5)) == 1


def test_findings_that_wait_ring_after_a_quarter_of_an_hour() -> None:
    data = Data()
    deliver = STACK.resolve({"Ref": "Deliver"})
    for minute in range(0, 120, 5):
        age = max(0, minute - 30) * 60_000 if minute < 90 else 0
        data.send("AWS/Lambda", "IteratorAge", minute / 60, age, FunctionName=deliver)
    (rang,) = alarm("PublishBehind").rings(data, 2)
    assert 1 <= rang <= 1.2
    assert len(alarm("PublishBehind").calms(data, 2)) == 1


# --------------------------------------------------------------------------------------------- topics and metrics


def test_alarms_and_mails_go_to_a_topic_of_the_owners() -> None:
    theirs = THEIRS
    stack = Stack(NETWORK | {"AlarmTopicArn": theirs})
    assert not stack.resources & {"Topic", "TopicPolicy", "EmailSubscription"}
    for name in ALARMS:
        properties = stack.properties(name)
        told = [
            *properties["AlarmActions"],
            *properties["OKActions"],
            *properties.get("InsufficientDataActions", []),
        ]
        assert set(told) == {theirs}, name
    assert stack.properties("Report")["Environment"]["Variables"]["TOPIC"] == theirs
    (telling,) = [each for each in stack.own_statements("Report") if each["Action"] == "sns:Publish"]
    assert theirs in telling["Resource"]
    assert stack.resolve(PARSED["Outputs"]["Topic"]["Value"]) == theirs


@pytest.mark.parametrize(
    ("parameters", "is_taken"),
    [
        ({"AlarmTopicArn": THEIRS}, True),
        ({"NotificationEmail": "tls@example.org"}, True),
        ({"AlarmTopicArn": THEIRS, "NotificationEmail": "tls@example.org"}, False),
    ],
)
def test_an_address_is_no_subscriber_of_a_topic_that_is_not_ours(
    parameters: dict[str, str], is_taken: bool
) -> None:
    rule, stack = PARSED["Rules"]["AGivenTopicHasItsOwnSubscribers"], Stack(parameters)
    applies = stack.holds(rule["RuleCondition"])
    assert (not applies or all(stack.holds(each["Assert"]) for each in rule["Assertions"])) is is_taken


def test_each_stack_has_metrics_and_alarms_of_its_own() -> None:
    other = Stack(NETWORK, name="tlscheck-test")
    shared = PARSED["Globals"]["Function"]["Environment"]["Variables"]
    assert other.resolve(shared["POWERTOOLS_SERVICE_NAME"]) == "tlscheck-test"
    assert other.resolve(shared["POWERTOOLS_METRICS_NAMESPACE"]) == "tlscheck"
    data = Data()
    sampled(data, 10, 20, CUT_OFF)
    assert alarm("ServersNotReached").rings(data, 24)
    assert alarm("ServersNotReached", other).rings(data, 24) == []
    for name in ALARMS:
        for metric in alarm(name, other).metrics.values():
            named = [each["Value"] for each in metric["Metric"]["Dimensions"]]
            assert all("tlscheck-test" in each or each == "tlscheck-probe-vpc-0a" for each in named), name


def test_every_metric_of_ours_that_an_alarm_reads_is_sent() -> None:
    data = Data()
    sweep(data, 1, CUT_OFF)
    sweep(data, 2, lost=True)
    sweep(data, 3, depth=Depth.SAMPLE)
    for each in metrics_of_delivery(1, 1, 1):
        data.send("tlscheck", each.name, 4, each.value, service="tlscheck")
    ours = {
        (stat["Metric"]["Namespace"], stat["Metric"]["MetricName"], (("service", "tlscheck"),))
        for name in ALARMS
        for stat in alarm(name).metrics.values()
        if stat["Metric"]["Namespace"] == "tlscheck"
    }
    assert len(ours) >= 5
    assert ours - data.points.keys() == set()
