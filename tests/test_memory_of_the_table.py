"""For how long the table keeps what: no longer than anybody asks for it, and no shorter than Security Hub does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tlscheck.edges.aws import dynamodb
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.readiness import Readiness, Verdict

from tests import storage
from tests.examples import ORDERS, client, database
from tests.local_aws.emulator.account import EmulatedAccount

SWEPT = datetime.fromisoformat("2026-11-24T03:00:00+00:00")
FINDING = Finding(ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired.", "")


@pytest.fixture
def table(account: EmulatedAccount) -> Iterator[str]:
    with storage.table(account) as name:
        yield name


def expiry(account: EmulatedAccount, table: str) -> str:
    (item,) = storage.client_of(account, "dynamodb").scan(TableName=table)["Items"]
    return datetime.fromtimestamp(int(item["expires_at"]["N"]), tz=SWEPT.tzinfo).isoformat()


def test_a_finding_is_kept_for_ninety_days_after_the_sweep_that_met_it_last(
    account: EmulatedAccount, table: str
) -> None:
    # AWS Security Hub user guide, "Reviewing findings": what was not updated for 90 days is deleted there.
    before = SWEPT - timedelta(days=40)
    dynamodb.put_finding(table, RememberedFinding(FINDING, before, before, before, SWEPT))
    assert expiry(account, table) == "2027-02-22T03:00:00+00:00"


def test_a_database_is_kept_for_thirty_days_after_the_full_sweep_that_listed_it(
    account: EmulatedAccount, table: str
) -> None:
    ready = Readiness(Verdict.CLEAR, "Nothing known stands in the way.")
    dynamodb.put_database(table, database(), ready, Sweep("nightly", SWEPT, Depth.FULL))
    assert expiry(account, table) == "2026-12-24T03:00:00+00:00"


def test_a_client_is_kept_for_its_memory_after_it_was_seen_last(account: EmulatedAccount, table: str) -> None:
    seen = replace(client(), first_seen=SWEPT - timedelta(days=40), last_seen=SWEPT)
    dynamodb.put_client(table, seen, timedelta(days=21))
    assert expiry(account, table) == "2026-12-15T03:00:00+00:00"
