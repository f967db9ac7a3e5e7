"""What real servers write reaches the emulated CloudWatch Logs as RDS's export brings it there."""

import contextlib
import socket
import struct
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest

from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.databases import DATABASES
from tests.local_aws.fleet.relay import relayed
from tests.local_aws.fleet.servers import Servers
from tests.local_aws.fleet.shipper import Entry, Shipper, entries, group_of

PREFIX = b"2026-11-24 02:32:22 UTC:127.0.0.1(5):app@postgres:[7]:"
GROUP = "/aws/rds/instance/billing-staging/postgresql"


def test_an_entry_is_its_line_and_those_that_belong_to_it() -> None:
    error = PREFIX + b"ERROR:  column \xff does not exist\x0b\n"
    statement = PREFIX + b"STATEMENT:  SELECT a,\n\tb\n\t2026-11-24 02:32:22 UTC:\n"
    precise = PREFIX.replace(b":22 ", b":22.123 ") + b"LOG:  x\n"
    content = b"of an entry before\n" + error + statement + precise + PREFIX + b"not yet"
    start = len(b"of an entry before\n")
    at = int(datetime.fromisoformat("2026-11-24T02:32:22+00:00").timestamp() * 1_000)
    assert list(entries(content)) == [
        Entry(at, error.decode(errors="replace")[:-1], start + len(error)),
        Entry(at, statement.decode()[:-1], start + len(error + statement)),
        Entry(at + 123, precise.decode()[:-1], start + len(error + statement + precise)),
    ]
    assert not list(entries(b"nothing\n"))


def test_members_share_the_group_of_their_cluster() -> None:
    groups = {database.identifier: group_of(database) for database in DATABASES}
    assert groups["orders-prod"] == "/aws/rds/instance/orders-prod/postgresql"
    assert groups["ledger-aurora-1"] == groups["ledger-aurora-2"] == "/aws/rds/cluster/ledger-aurora/postgresql"


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """One whose database exports its log, and one whose database does not."""
    (database,) = (each for each in DATABASES if each.identifier == "billing-staging")
    settings = "".join(f"{name} = '{value}'\n" for name, value in database.log_settings.items())
    with Servers() as started:
        for name in ("billing-staging", "crm-prod"):
            started.start(name, regional("us-east-1").issue("localhost"), settings=settings)
        yield started


@contextlib.contextmanager
def session(servers: Servers, port: int, **options: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        host="127.0.0.1",
        port=port,
        user="reports",
        password=servers.passwords["reports"],
        dbname="postgres",
        **options,
    ) as connected:
        yield connected


def shipped(account: EmulatedAccount, **request: Any) -> list[dict[str, Any]]:
    answers = account.client("logs").get_paginator("filter_log_events").paginate(logGroupName=GROUP, **request)
    return [event for page in answers for event in page["events"]]


def test_what_servers_log_is_shipped_whole_once_and_where_the_export_is_on(
    account: EmulatedAccount, servers: Servers
) -> None:
    account.set_rds({"us-east-1": {"DBInstances": [{"DBInstanceIdentifier": "crm-prod"}]}})
    before = int(time.time() * 1_000)
    server = servers.running["billing-staging"]
    with Shipper(account, servers, lag=3_600) as shipper:
        assert shipped(account) == []
        with (
            relayed("127.0.1.9", server.port) as port,
            session(servers, port) as connected,
            pytest.raises(psycopg.errors.UndefinedColumn),
        ):
            connected.execute("SELECT no_such,\nno_other")
        other = servers.running["crm-prod"]
        with session(servers, other.port):
            pass
        # what is younger than its lag is not there before it is asked for
        assert shipped(account) == []
        shipper.ship()
        shipper.ship()
    (came,) = shipped(account, filterPattern='"connection authorized" "user=reports"')
    assert "127.0.1.9(" in came["message"]
    assert came["message"].endswith("SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)")
    assert came["logStreamName"] == "billing-staging.0"
    assert before - 1_000 <= came["timestamp"] <= came["ingestionTime"]
    (statement,) = shipped(account, filterPattern='"STATEMENT:"')
    assert statement["message"].endswith("SELECT no_such,\n\tno_other")
    # the other one's is in its file alone
    rds = account.client("rds")
    (file,) = rds.describe_db_log_files(DBInstanceIdentifier="crm-prod")["DescribeDBLogFiles"]
    portion = rds.download_db_log_file_portion(
        DBInstanceIdentifier="crm-prod", LogFileName=file["LogFileName"], Marker="0"
    )
    assert "connection authorized: user=reports" in portion["LogFileData"]
    groups = account.client("logs").describe_log_groups()["logGroups"]
    assert [each["logGroupName"] for each in groups] == [
        "/aws/rds/instance/billing-staging/postgresql",
        "/aws/rds/instance/invoices-prod/postgresql",
        "/aws/rds/instance/orders-prod/postgresql",
    ]


def test_what_is_written_is_shipped_by_itself(account: EmulatedAccount, servers: Servers) -> None:
    server = servers.running["billing-staging"]
    with Shipper(account, servers, lag=0):
        with session(servers, server.port, application_name="by-itself"):
            pass
        end = time.monotonic() + 30
        while not shipped(account, filterPattern='"by-itself"') and time.monotonic() < end:
            time.sleep(0.05)
    assert shipped(account, filterPattern='"by-itself"')


def test_a_reset_is_relayed_as_a_reset_and_an_end_as_an_end(servers: Servers) -> None:
    """Which of them a client leaves is evidence in the server's log."""
    server = servers.running["crm-prod"]
    for how, wanted in ((None, "EOF detected"), (struct.pack("ii", 1, 0), "Connection reset by peer")):
        with relayed("127.0.1.10", server.port) as port:
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(struct.pack("!ii", 8, 80877103))
                assert client.recv(1) == b"S"
                if how:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, how)
            end = time.monotonic() + 30
            while wanted not in server.log.read_text() and time.monotonic() < end:
                time.sleep(0.02)
        assert f"could not accept SSL connection: {wanted}" in server.log.read_text()
