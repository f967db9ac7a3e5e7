"""What a sweep's report is handed on to: the stack's own topic, and the organisation's topic and bucket."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tlscheck.edges.aws import session
from tlscheck.edges.telling import tell
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.reporting.central import Central, addressed, attributes, with_failures
from tlscheck.reporting.message import Notification
from tlscheck.reporting.result import BatchResult, result_of
from tlscheck.reporting.summary import Summary, summarise

from tests import storage
from tests.examples import NOW
from tests.iam import allowed
from tests.judged import client, finding, judged
from tests.local_aws.emulator.account import EmulatedAccount
from tests.resolved import Stack

FOLDER = "111122223333/us-east-1"
WHERE = "s3://of-the-stack/sweeps/nightly-1/report.json"
FULL = Sweep("nightly-1", NOW, Depth.FULL)


def summary(sweep: Sweep = FULL) -> Summary:
    """Of a sweep of one database that somebody without TLS uses, which is news."""
    known = [client("billing-cron", plaintext=NOW)]
    row = result_of(judged(clients=known, findings=[finding()], verdict="FIX_CLIENTS", verdict_told=True))
    return summarise(Plan(sweep), {"batch": BatchResult((row,), ())})


# ---------------------------------------------------------------------------------------------- what is handed on


@pytest.mark.parametrize(
    ("sweep", "bucket", "takes"),
    [
        (FULL, "reports", True),
        (FULL, "", False),
        (replace(FULL, narrow=True), "reports", False),
        (replace(FULL, depth=Depth.SAMPLE), "reports", False),
    ],
    ids=["full", "no bucket", "of a part", "a sample"],
)
def test_the_newest_report_is_that_of_a_full_sweep_of_the_whole_account(
    sweep: Sweep, bucket: str, *, takes: bool
) -> None:
    assert Central("", bucket, FOLDER).takes(summary(sweep)) is takes


def test_a_message_begins_with_whose_it_is_and_stays_in_its_bounds() -> None:
    message = addressed(Notification("tlscheck: fix 1 database", "One.\nTwo."), Central("topic", "", FOLDER))
    assert message == Notification(
        "111122223333/us-east-1 tlscheck: fix 1 database", "Of 111122223333/us-east-1.\nOne.\nTwo."
    )
    assert addressed(message, Central()) == message
    longest = addressed(Notification("s" * 100, "b" * 16_000), Central("topic", "", FOLDER))
    assert (len(longest.subject), len(longest.body)) == (100, 16_000)


def test_a_subscription_chooses_by_account_region_news_and_what_is_to_be_fixed() -> None:
    chosen_by = attributes(summary(), Central("topic", "", FOLDER))
    assert chosen_by == {"account": "111122223333", "region": "us-east-1", "news": 1, "fix": 1}


def test_what_did_not_reach_the_organisation_is_told_first_and_its_words_are_made_harmless() -> None:
    message = Notification("subject", "b" * 16_000)
    told = with_failures(message, ["Not written: AccessDenied:\x1b[2J " + "x" * 1000, "Not sent: Throttling"])
    first, second, rest = told.body.split("\n", 2)
    assert first.startswith("Not written: AccessDenied:")
    assert "\x1b" not in first
    assert len(first) <= 400
    assert second == "Not sent: Throttling"
    assert rest.startswith("bbb")
    assert len(told.body) <= 16_000
    assert with_failures(message, []) == message


# ------------------------------------------------------------------------------------------ in an emulated account


@dataclass
class Place:
    """A topic, and what it sent since it was asked the last time."""

    account: EmulatedAccount
    topic: str
    queue: str
    region: str

    def messages(self) -> list[dict[str, Any]]:
        received = storage.client_of(self.account, "sqs", self.region).receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10
        )
        return [json.loads(each["Body"]) for each in received.get("Messages", [])]


def place(account: EmulatedAccount, region: str, name: str) -> Iterator[Place]:
    sns, sqs = (storage.client_of(account, service, region) for service in ("sns", "sqs"))
    topic, queue = sns.create_topic(Name=name)["TopicArn"], sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    yield Place(account, topic, queue, region)
    sqs.delete_queue(QueueUrl=queue)
    sns.delete_topic(TopicArn=topic)


@pytest.fixture
def ours(account: EmulatedAccount) -> Iterator[Place]:
    yield from place(account, "us-east-1", "of-the-stack")


@pytest.fixture
def theirs(account: EmulatedAccount) -> Iterator[Place]:
    yield from place(account, "eu-central-1", "of-the-organisation")


def test_the_organisation_gets_the_report_and_the_message_in_whichever_region_its_topic_is(
    account: EmulatedAccount, ours: Place, theirs: Place
) -> None:
    with storage.bucket(account) as bucket:
        central = Central(theirs.topic, bucket, FOLDER)
        assert tell(summary(), '{"the": "report"}', WHERE, ours.topic, central) == ()
        kept = storage.client_of(account, "s3").get_object(Bucket=bucket, Key=f"{FOLDER}/latest.json")
        assert json.load(kept["Body"]) == {"the": "report"}
    (own,), (there,) = ours.messages(), theirs.messages()
    told = "tlscheck: fix 0 databases, clients of 1; 0 not observed, 0 clear"
    assert own["Subject"] == there["Subject"] == f"111122223333/us-east-1 {told}"
    assert own["Message"] == there["Message"]
    assert own["Message"].startswith("Of 111122223333/us-east-1.\n1 database in the full sweep")
    assert there["MessageAttributes"]["news"] == {"Type": "Number", "Value": "1"}
    assert there["MessageAttributes"]["account"] == {"Type": "String", "Value": "111122223333"}


def test_what_the_organisation_does_not_take_is_told_to_the_owner_and_fails_nothing(
    account: EmulatedAccount, ours: Place
) -> None:
    central = Central("arn:aws:sns:eu-central-1:999988887777:no-such-topic", "no-such-bucket-of-anybody", FOLDER)
    written, sent = tell(summary(), "{}", WHERE, ours.topic, central)
    assert written.startswith(
        f"Not written to s3://no-such-bucket-of-anybody/{FOLDER}/latest.json: NoSuchBucket: "
    )
    assert sent.startswith("Not sent to arn:aws:sns:eu-central-1:999988887777:no-such-topic: ")
    (own,) = ours.messages()
    assert own["Message"].startswith(f"{written}\n{sent}\nOf {FOLDER}.\n1 database in the full sweep")
    assert account.endpoint


def test_without_an_organisation_nothing_is_handed_to_it(account: EmulatedAccount, ours: Place) -> None:
    assert tell(summary(), "{}", WHERE, ours.topic, Central()) == ()
    (own,) = ours.messages()
    assert own["Message"].startswith("1 database in the full sweep")
    assert "MessageAttributes" not in own
    assert account.endpoint


def test_a_message_that_the_owners_topic_does_not_take_is_a_reason_too(account: EmulatedAccount) -> None:
    (reason,) = tell(summary(), "{}", WHERE, "arn:aws:sns:us-east-1:111122223333:gone", Central())
    assert reason.startswith("Not sent to arn:aws:sns:us-east-1:111122223333:gone: NotFound")
    assert account.endpoint


@pytest.mark.parametrize(
    ("bucket", "reason"),
    [
        ("Not_A_Bucket", "NoSuchBucket|InvalidBucketName|ParamValidationError"),
        ("not a bucket", "ParamValidationError"),
    ],
)
def test_a_bucket_that_can_be_none_is_a_reason_and_no_error(
    account: EmulatedAccount, ours: Place, bucket: str, reason: str
) -> None:
    (failure,) = tell(summary(), "{}", WHERE, ours.topic, Central("", bucket, FOLDER))
    assert re.match(rf"Not written to s3://{bucket}/{FOLDER}/latest.json: ({reason})", failure), failure
    assert account.endpoint


def test_an_answer_that_is_none_of_awss_is_a_reason_and_no_error(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a proxy's page between us and the topic."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", f"http://127.0.0.1:{listener.getsockname()[1]}")
        session.forget()
        answering = threading.Thread(target=_answer_with_a_page, args=(listener,))
        answering.start()
        (reason,) = tell(summary(), "{}", WHERE, "arn:aws:sns:us-east-1:111122223333:ours", Central())
        answering.join()
    assert reason.startswith("Not sent to arn:aws:sns:us-east-1:111122223333:ours: ResponseParserError: ")
    assert account.endpoint


def _answer_with_a_page(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")


# ------------------------------------------------------------------------------------------------------ its rights

TOPIC = "arn:aws:sns:eu-west-1:999988887777:reports"
KEY = "arn:aws:kms:eu-west-1:999988887777:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CENTRAL = {"CentralTopicArn": TOPIC, "CentralBucket": "reports-of-all", "CentralKeyArn": KEY}


@pytest.mark.parametrize(
    ("partition", "region", "suffix"),
    [
        ("aws", "eu-central-1", "amazonaws.com"),
        ("aws-us-gov", "us-gov-west-1", "amazonaws.com"),
        ("aws-cn", "cn-north-1", "amazonaws.com.cn"),
    ],
)
def test_report_may_write_its_own_latest_report_there_and_nothing_else(
    partition: str, region: str, suffix: str
) -> None:
    """The template's own policies evaluated as IAM does: the emulator does not check them across accounts."""
    stack = Stack(CENTRAL, partition=partition, region=region)
    may, bucket = stack.statements("Report"), f"arn:{partition}:s3:::reports-of-all"
    assert stack.properties("Report")["Environment"]["Variables"]["CENTRAL_FOLDER"] == f"123456789012/{region}"
    assert allowed(may, "s3:PutObject", f"{bucket}/123456789012/{region}/latest.json")
    for other in (
        f"{bucket}/123456789012/{region}/latest.json.txt",
        f"{bucket}/123456789012/{region}/other.json",
        f"{bucket}/123456789012/us-west-2/latest.json",
        f"{bucket}/999999999999/{region}/latest.json",
    ):
        assert not allowed(may, "s3:PutObject", other), other
    assert not allowed(may, "s3:GetObject", f"{bucket}/123456789012/{region}/latest.json")
    assert allowed(may, "sns:Publish", TOPIC)
    assert not allowed(may, "sns:Publish", f"{TOPIC}-2")
    for service, via in (("s3", True), ("sns", True), ("dynamodb", False)):
        context = {"kms:ViaService": f"{service}.eu-west-1.{suffix}"}
        assert allowed(may, "kms:GenerateDataKey", KEY, context) is via
    assert not allowed(may, "kms:GenerateDataKey", KEY)
    assert not allowed(may, "kms:Encrypt", KEY, {"kms:ViaService": f"s3.eu-west-1.{suffix}"})


def test_without_an_organisation_report_may_nothing_elsewhere() -> None:
    alone, with_all = Stack().statements("Report"), Stack(CENTRAL).statements("Report")
    assert not allowed(alone, "sns:Publish", TOPIC)
    assert len(with_all) == len(alone) + 2
    assert all("" not in each["Resource"] for each in alone if isinstance(each["Resource"], list))


@pytest.mark.parametrize("function", ["Discover", "Observe", "Deliver", "BuildTrustStore", "CheckClient"])
def test_no_other_function_hands_anything_to_the_organisation(function: str) -> None:
    may = Stack(CENTRAL).statements(function)
    assert not allowed(may, "s3:PutObject", "arn:aws:s3:::reports-of-all/123456789012/eu-central-1/latest.json")
    assert not allowed(may, "sns:Publish", TOPIC)
    assert not allowed(may, "kms:GenerateDataKey", KEY, {"kms:ViaService": "s3.eu-west-1.amazonaws.com"})
