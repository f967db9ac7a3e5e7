"""What CloudWatch Logs is asked of a server's log, and what becomes of each answer.

The service is a small one of HTTP that says what a test has it say. What it finds by our pattern is tested with
the emulated account, which follows the patterns' documentation.
"""

import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from tlscheck.edges.aws import cloudwatch_logs, session
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.reading_plan import LogGroup

from tests.log_service import Answer, Asked, Refusal, answering

REGION, GROUP = "eu-west-1", "/aws/rds/instance/orders/postgresql"
SINCE = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOUR = Stretch(SINCE, SINCE + timedelta(hours=1))
LINE = (
    "2026-11-24 02:59:00 UTC:10.0.0.9(5000):app@orders:[77]:LOG:  connection authorized: user=app database=orders"
)


@dataclass
class Service:
    """What it answers by operation, and what it was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Asked]] = field(default_factory=list)

    def pages(self, *pages: Asked | Refusal | bytes) -> None:
        """The pages of FilterLogEvents, one after the other."""
        coming = iter(pages)
        self.answers["FilterLogEvents"] = lambda _: next(coming)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    made = Service()
    with answering(made.answers, made.asked) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        session.forget()
        yield made
    session.forget()


def event(text: str) -> Asked:
    return {"message": text, "timestamp": 1795489140000, "logStreamName": "orders.0", "eventId": "1"}


def read(token: str | None = None) -> cloudwatch_logs.Page | Gap | None:
    return cloudwatch_logs.page(REGION, GROUP, "orders.", HOUR, token)


def test_a_page_holds_the_lines_of_a_servers_own_streams_and_time(service: Service) -> None:
    service.pages({"events": [event(LINE), event("ü")]})
    assert read() == cloudwatch_logs.Page((LINE, "ü"), len(LINE) + 2, None)
    assert service.asked == [
        (
            "FilterLogEvents",
            {
                "logGroupName": "/aws/rds/instance/orders/postgresql",
                "logStreamNamePrefix": "orders.",
                "startTime": 1795485600000,
                "endTime": 1795489199999,
                "filterPattern": '?"connection authorized" ?"could not accept SSL connection" ?"SSL error"'
                ' ?"could not receive data from client: Connection reset by peer" ?"no pg_hba.conf entry"',
                "limit": 10000,
            },
        )
    ]


def test_an_empty_page_is_not_the_last_while_there_is_a_token(service: Service) -> None:
    service.pages({"events": [], "nextToken": "two"}, {"events": [event(LINE)]})
    first = read()
    assert first == cloudwatch_logs.Page((), 0, "two")
    assert read("two") == cloudwatch_logs.Page((LINE,), len(LINE), None)
    assert service.asked[1][1]["nextToken"] == "two"


def test_a_page_says_how_late_its_latest_line_was(service: Service) -> None:
    times = ((1_000, 1_400), (9_000, 99_250), (99_000, 99_100))
    late = [event(LINE) | {"timestamp": at, "ingestionTime": had} for at, had in times]
    service.pages({"events": [*late, event(LINE)]}, {"events": [event(LINE)]}, {"events": [], "nextToken": "two"})
    lags = [found.lag for found in (read(), read(), read()) if isinstance(found, cloudwatch_logs.Page)]
    assert lags == [timedelta(seconds=90, milliseconds=250), None, None]


TIMED = {"timestamp": 1_000, "ingestionTime": 1_400}


@pytest.mark.parametrize(
    "answer",
    [
        {"events": [event(LINE) | TIMED], "searchedLogStreams": [], "nextToken": "two"},
        {"events": [event(f"{LINE}\n\tSTATEMENT:  ü \U0001f511\0") | TIMED, event("")], "nextToken": None},
        {"events": [{"message": None, "timestamp": 5, "ingestionTime": None}, {}], "unknown": {"a": [1]}},
        {"events": [], "nextToken": "x" * 2048, "ResponseMetadata": "no", "Error": {"Code": "Throttling"}},
    ],
)
def test_an_answer_is_read_as_botocore_reads_it(service: Service, answer: Asked) -> None:
    service.pages(answer, answer)
    own = boto3.Session().client("logs", region_name=REGION).filter_log_events(logGroupName=GROUP)
    texts = tuple(each.get("message", "") for each in own["events"])
    lags = [each["ingestionTime"] - each["timestamp"] for each in own["events"] if "ingestionTime" in each]
    assert read() == cloudwatch_logs.Page(
        texts,
        len("".join(texts).encode()),
        own.get("nextToken"),
        timedelta(milliseconds=max(lags)) if lags else None,
    )


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"null", b'"secret"', b"<html>secret</html>", b'{"events": "secret"}', b"[" * 200_000),
        *(b'{"events": [{"message": "secret"}', b'{"events": null}', b'{"events": ["secret"]}', b"\xff secret"),
        *(b'{"events": [{"message": ["secret"]}]}', b'{"events": [null]}', b'{"message": "secret"}'),
        b'{"events": [{"message": "secret", "timestamp": "secret", "ingestionTime": 1}]}',
        b'{"events": [{"message": "secret", "timestamp": -1e400, "ingestionTime": 1}]}',
    ],
)
def test_an_answer_that_is_none_is_a_reason_without_a_word_of_it(
    service: Service, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    service.pages(body)
    with caplog.at_level(logging.DEBUG):
        assert read() == Gap("logs:FilterLogEvents", "its answer is none of its own")
    assert "secret" not in caplog.text


def test_half_a_character_is_no_text(service: Service) -> None:
    service.pages(rb'{"events": [{"message": "a \ud83d b"}, {"message": "\u00fc"}]}')
    assert read() == cloudwatch_logs.Page(("a ? b", "ü"), 7, None)


@pytest.mark.parametrize("body", [b"{}", b"<html>", b'{"logGroups": [5]}'])
def test_groups_that_are_told_otherwise_are_a_reason(service: Service, body: bytes) -> None:
    service.answers["DescribeLogGroups"] = lambda _: body
    assert cloudwatch_logs.group(REGION, GROUP) == Gap("logs:DescribeLogGroups", "its answer is none of its own")


def test_a_group_that_is_not_there_is_none_and_one_that_cannot_be_read_is_told_apart(service: Service) -> None:
    service.pages(
        Refusal("ResourceNotFoundException", "The specified log group does not exist."),
        Refusal(
            "InvalidOperationException",
            "The log group is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for it.",
        ),
    )
    assert read() is None
    with pytest.raises(cloudwatch_logs.NotReadableError):
        read()


@pytest.mark.parametrize(
    ("code", "times", "cause"),
    [
        ("AccessDeniedException", 1, GapCause.PERMISSION),
        ("UnrecognizedClientException", 1, GapCause.DISABLED),
        ("InvalidParameterException", 1, GapCause.OTHER),
    ],
)
def test_a_refusal_is_a_reason(service: Service, code: str, times: int, cause: GapCause) -> None:
    service.pages(*[Refusal(code, "no")] * times)
    assert read() == Gap("logs:FilterLogEvents", f"{code}: no", cause)
    assert len(service.asked) == times


def test_what_is_throttled_is_asked_again_and_at_last_a_reason(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    slow = Refusal("ThrottlingException", "Rate exceeded")
    service.pages(slow, slow, {"events": []}, *[slow] * 4)
    assert read() == cloudwatch_logs.Page((), 0, None)
    gap = Gap("logs:FilterLogEvents", "ThrottlingException: Rate exceeded", GapCause.THROTTLED)
    assert read() == gap


@pytest.mark.usefixtures("service")
def test_a_service_that_cannot_be_reached_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        session.forget()
        gap = read()
    assert isinstance(gap, Gap)
    assert (gap.operation, gap.cause) == ("logs:FilterLogEvents", GapCause.UNREACHABLE)


def test_no_line_gets_into_our_own_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.pages({"events": [event(f"{LINE} password=secret")]})
    with caplog.at_level(logging.DEBUG):
        read()
    assert "secret" not in caplog.text


def test_a_group_is_the_one_of_that_very_name(service: Service) -> None:
    longer = {"logGroupName": f"{GROUP}-2", "storedBytes": 9, "creationTime": 1}
    service.answers["DescribeLogGroups"] = lambda asked: (
        {
            "logGroups": [
                longer,
                {
                    "logGroupName": GROUP,
                    "storedBytes": 4096,
                    "creationTime": 1795485600000,
                    "retentionInDays": 30,
                    "logGroupClass": "INFREQUENT_ACCESS",
                },
            ]
        }
        if asked.get("nextToken")
        else {"logGroups": [longer], "nextToken": "two"}
    )
    assert cloudwatch_logs.group(REGION, GROUP) == LogGroup(GROUP, False, 30, SINCE, 4096)
    assert cloudwatch_logs.group(REGION, "/aws/rds/instance/order") is None
    assert service.asked[0][1] == {"logGroupNamePrefix": GROUP}


def test_a_group_of_which_the_service_says_little_is_readable_and_kept_for_ever(service: Service) -> None:
    service.answers["DescribeLogGroups"] = lambda _: {"logGroups": [{"logGroupName": GROUP}]}
    assert cloudwatch_logs.group(REGION, GROUP) == LogGroup(GROUP, True, None, None, 0)


def test_groups_that_may_not_be_described_are_a_reason(service: Service) -> None:
    service.answers["DescribeLogGroups"] = lambda _: Refusal("AccessDeniedException", "no")
    gap = Gap("logs:DescribeLogGroups", "AccessDeniedException: no", GapCause.PERMISSION)
    assert cloudwatch_logs.group(REGION, GROUP) == gap
