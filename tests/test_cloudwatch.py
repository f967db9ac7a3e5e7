"""What CloudWatch is asked of databases that may pause, and what becomes of each answer.

That CloudWatch denies, answers in part, or is not there is modelled with botocore's Stubber and a closed port; the
end-to-end test has it denied by the emulated account itself. On AWS nobody but AWS may put data under AWS/RDS.
"""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from tlscheck.edges import clock
from tlscheck.edges.aws import cloudwatch, session
from tlscheck.inventory.gap import Gap
from tlscheck.wire.wakefulness import Measured

from tests.local_aws.emulator.account import EmulatedAccount

MINUTE = timedelta(minutes=1)


def put(account: EmulatedAccount, region: str, identifier: str, metric: str, at: datetime, *values: float) -> None:
    datum = {
        "MetricName": metric,
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": identifier}],
        "Timestamp": at,
        "Values": list(values),
    }
    account.client("cloudwatch", region).put_metric_data(Namespace="AWS/RDS", MetricData=[datum])


def test_the_least_capacity_and_the_most_connections_of_each_minute_are_those_of_its_region(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    this = datetime.now(UTC).replace(second=0, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: this + timedelta(seconds=30))
    put(account, "eu-west-1", "measured-1", "ServerlessDatabaseCapacity", this - 2 * MINUTE, 2.0, 0.0, 4.0)
    put(account, "eu-west-1", "measured-1", "ServerlessDatabaseCapacity", this - MINUTE, 1.5, 0.5)
    put(account, "eu-west-1", "measured-1", "DatabaseConnections", this - MINUTE, 0.0, 3.0, 1.0)
    put(account, "eu-west-1", "measured-1", "ServerlessDatabaseCapacity", this - 10 * MINUTE, 8.0)
    put(account, "us-east-1", "measured-2", "ServerlessDatabaseCapacity", this - MINUTE, 8.0)
    asked = ["measured-1", "measured-2", "measured-1-and-another"]
    seen = cloudwatch.measured("eu-west-1", asked)
    assert seen == {
        "measured-1": Measured(
            ((this - 2 * MINUTE, 0.0), (this - MINUTE, 0.5)),
            ((this - MINUTE, 3.0),),
        ),
        "measured-2": Measured(),
        "measured-1-and-another": Measured(),
    }
    assert cloudwatch.measured("us-east-1", asked)["measured-2"] == Measured(((this - MINUTE, 8.0),))


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A CloudWatch that answers what it is told."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    session.forget()
    client = session.client("cloudwatch", region="eu-west-1")
    monkeypatch.setattr(session, "client", lambda *_, **__: client)
    with Stubber(client) as stubber:
        yield stubber
    session.forget()


AT = datetime(2026, 11, 24, 2, 59, tzinfo=UTC)


def result(name: str, status: str = "Complete", value: float = 2.0) -> dict[str, Any]:
    return {"Id": name, "StatusCode": status, "Timestamps": [AT], "Values": [value]}


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
@pytest.mark.parametrize("of", ["m0_0", "m1_0"])
def test_an_answer_in_part_is_none(answering: Stubber, status: str, of: str) -> None:
    whole = [result("m0_0"), result("m1_0"), result("m0_1"), result("m1_1", value=1.0)]
    in_part = [result(each["Id"], status) if each["Id"] == of else each for each in whole]
    answering.add_response("get_metric_data", {"MetricDataResults": in_part})
    assert cloudwatch.measured("eu-west-1", ["a", "b"]) == {
        "a": Gap("cloudwatch:GetMetricData", f"it answered with {status}"),
        "b": Measured(((AT, 2.0),), ((AT, 1.0),)),
    }


def test_a_result_that_is_left_out_says_nothing(answering: Stubber) -> None:
    answering.add_response("get_metric_data", {"MetricDataResults": [result("m0_1")], "NextToken": "more"})
    seen = cloudwatch.measured("eu-west-1", ["a", "b"])
    assert seen == {"a": Measured(), "b": Measured(((AT, 2.0),))}


def test_a_call_that_is_denied_is_a_reason_of_each_that_it_is_about(answering: Stubber) -> None:
    answering.add_client_error("get_metric_data", "AccessDenied", "not authorized")
    denied = Gap("cloudwatch:GetMetricData", "AccessDenied: not authorized")
    assert cloudwatch.measured("eu-west-1", ["a", "b"]) == {"a": denied, "b": denied}


def test_a_call_asks_500_things_at_most_and_one_that_fails_costs_no_other(answering: Stubber) -> None:
    names = [f"db-{number}" for number in range(251)]
    first = {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY}
    answering.add_response("get_metric_data", {"MetricDataResults": [result("m0_249")]}, first)
    answering.add_client_error("get_metric_data", "Throttling", "slow down")
    seen = cloudwatch.measured("eu-west-1", names)
    assert (len(seen), seen["db-249"]) == (251, Measured(((AT, 2.0),)))
    assert seen["db-250"] == Gap("cloudwatch:GetMetricData", "Throttling: slow down")


def test_of_nobody_nothing_is_asked(answering: Stubber) -> None:
    assert cloudwatch.measured("eu-west-1", []) == {}
    answering.assert_no_pending_responses()


@pytest.mark.usefixtures("account")
def test_a_cloudwatch_that_cannot_be_reached_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        session.forget()
        seen = cloudwatch.measured("eu-west-1", ["a"])["a"]
    assert isinstance(seen, Gap)
    assert seen.operation == "cloudwatch:GetMetricData"
    assert seen.reason.startswith("EndpointConnectionError: ")
