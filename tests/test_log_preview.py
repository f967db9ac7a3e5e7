"""The price of reading logs in a preview: what is asked, of how many servers, and what becomes of refusals."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from tlscheck.edges import clock, log_preview
from tlscheck.edges.aws import cloudwatch_logs, dynamodb, session
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.preview import Preview, PreviewedLogs
from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.verdict.remembered import KeptLog
from tlscheck.verdict.steps import Write

from tests import storage
from tests.examples import database
from tests.local_aws.emulator.account import EmulatedAccount
from tests.log_service import Answer, Asked, Refusal, answering

DAY, GB = timedelta(days=1), 1024**3
NOW = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
MANY = 1_000
SERVERS = tuple(
    database(
        arn=f"arn:{number}",
        identifier=f"orders-{number}",
        resource_id=f"db-{number}",
        region="us-east-1" if number % 2 else "eu-west-1",
    )
    for number in range(MANY)
)


@dataclass
class Account:
    """A table, and a CloudWatch Logs that says what a test has it say."""

    table: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Asked]] = field(default_factory=list)

    def preview(self, *servers: Database, depth: Depth = Depth.FULL) -> PreviewedLogs | None:
        environment = DiscoverEnvironment(
            self.table, "bucket", (), 35 * DAY, False, None, "", False, 10, 25, 100, timedelta(minutes=15)
        )
        batch = Batch("us-east-1", None, (*servers, database(arn="arn:cluster", kind=Kind.CLUSTER)))
        return log_preview.with_logs(environment, Preview(depth, 1, (), ()), (batch,)).logs

    def groups(self, *names: str, stored: float = 0.3 * GB) -> None:
        """Fifty of them in a page, as the service does."""
        every = [
            {
                "logGroupName": f"/aws/rds/instance/{name}/postgresql",
                "storedBytes": int(stored),
                "creationTime": int((NOW - 70 * DAY).timestamp() * 1000),
            }
            for name in sorted(names)
        ]

        def page(asked: Asked) -> Asked:
            start = int(asked.get("nextToken", 0))
            more = {"nextToken": str(start + 50)} if start + 50 < len(every) else {}
            return {"logGroups": every[start : start + 50], **more}

        self.answers["DescribeLogGroups"] = page


@pytest.fixture
def logs(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with storage.table(account) as table:
        made = Account(table)
        with answering(made.answers, made.asked) as address:
            monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", address)
            session.forget()
            yield made
    session.forget()


def test_of_a_thousand_servers_groups_are_asked_for_by_fifties_and_once_a_region(logs: Account) -> None:
    logs.groups(*(each.identifier for each in SERVERS))
    found = logs.preview(*SERVERS)
    assert found is not None
    assert (found.servers, found.first, found.groups, found.not_known) == (MANY, MANY, MANY, 0)
    # Half of what is stored is of the last 35 days, and of each byte so much was written.
    assert MANY <= found.at_most_gb <= 1.1 * MANY
    assert found.counted == MANY
    assert found.counted_at_most_usd == pytest.approx(5.0, rel=0.03)
    assert len(logs.asked) == 2 * MANY / 50
    assert {(name, asked["logGroupNamePrefix"]) for name, asked in logs.asked} == {
        ("DescribeLogGroups", "/aws/rds/")
    }


def test_what_was_read_before_is_not_told_again(logs: Account) -> None:
    logs.groups("orders-0", "orders-1")
    read = Logged(covered=(Stretch(NOW - 40 * DAY, NOW),), read_at=NOW)
    kept = KeptLog(SERVERS[0].key, read)
    assert dynamodb.apply(logs.table, Write(kept, None, 1), timedelta(days=400), NOW)
    found = logs.preview(*SERVERS[:2])
    assert found is not None
    assert (found.servers, found.first) == (2, 1)
    assert found.at_most_gb == pytest.approx(37 / 35, rel=0.05)
    sample = logs.preview(SERVERS[0], depth=Depth.SAMPLE)
    assert sample is not None
    assert (sample.first, sample.counted, sample.about_calls) == (0, 0, 2)


def test_groups_that_may_not_be_described_or_are_not_there_are_reasons(logs: Account) -> None:
    logs.answers["DescribeLogGroups"] = lambda _: Refusal("AccessDeniedException", "no")
    denied = logs.preview(*SERVERS[:2])
    assert denied is not None
    assert (denied.servers, denied.not_known) == (0, 2)
    assert denied.unknown == ("logs:DescribeLogGroups: AccessDeniedException: no",)
    logs.groups()
    missing = logs.preview(SERVERS[0])
    assert missing is not None
    assert missing.said == (
        "The log of no server would be read. Of 1 server that is not known: logs:DescribeLogGroups: there is no"
        " log group /aws/rds/instance/orders-0/postgresql."
    )


def test_where_a_region_has_more_groups_than_are_asked_for_none_is_called_missing(
    logs: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloudwatch_logs, "MOST_PAGES_OF_GROUPS", 2)
    logs.groups(*(each.identifier for each in SERVERS))
    found = logs.preview(SERVERS[1])
    assert found is not None
    assert found.unknown == ("logs:DescribeLogGroups: us-east-1 has more than 100 log groups of RDS",)


def test_a_table_that_says_nothing_lets_all_of_it_count_as_not_read(
    logs: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.groups("orders-0")
    monkeypatch.setattr(logs, "table", "no-such-table")
    found = logs.preview(SERVERS[0])
    assert found is not None
    assert (found.servers, found.first, found.not_known) == (1, 1, 0)
    assert [each.split(":")[:2] for each in found.unknown] == [["dynamodb", "BatchGetItem"]]
