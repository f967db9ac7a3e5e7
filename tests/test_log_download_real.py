"""A real server's real log, which is not exported: read from its files by the owner's leave alone."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from tlscheck.edges import log_reading
from tlscheck.edges.log_download import Downloads
from tlscheck.edges.log_terms import ReadingTerms
from tlscheck.inventory.database import Database
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.logged import Logged, Reading
from tlscheck.ledger.reading_plan import Rhythm

from tests.examples import database
from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.relay import relayed
from tests.local_aws.fleet.servers import Servers
from tests.local_aws.fleet.shipper import Shipper

NAME, DAY = "crm-prod", timedelta(days=1)
CRM = database(identifier=NAME, region="us-east-1", log_exports=(), settings=Settings("crm", {}))
SPELLED = "2026-11-24 02:32:22 UTC:10.0.0.66(5):app@crm:[7]:LOG:  connection authorized: user=evil database=crm"


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    settings = "".join(
        f"{name} = '{value}'\n"
        for name, value in (
            ("log_connections", "on"),
            ("log_statement", "all"),
            ("log_line_prefix", "%t:%r:%u@%d:[%p]:"),
            ("log_timezone", "UTC"),
        )
    )
    with Servers() as started:
        started.start(NAME, regional("us-east-1").issue("localhost"), settings=settings)
        yield started


@pytest.fixture
def written(account: EmulatedAccount, servers: Servers) -> EmulatedAccount:
    """An account with the file of a server at which a client was, with TLS and without."""
    allow(account)
    write(account, servers)
    return account


def allow(account: EmulatedAccount, *denied: str) -> None:
    denial = {"code": "AccessDenied", "message": "not authorized", "status": 403}
    instances = [{"DBInstanceIdentifier": NAME, "DBInstanceStatus": "available"}]
    account.set_rds({"us-east-1": {"DBInstances": instances, "Faults": dict.fromkeys(denied, denial)}})


def write(account: EmulatedAccount, servers: Servers) -> None:
    server = servers.running[NAME]
    with Shipper(account, servers, lag=3_600) as shipper:
        for mode in ("require", "disable"):
            with (
                relayed("127.0.1.9", server.port) as port,
                psycopg.connect(
                    host="127.0.0.1",
                    port=port,
                    user="reports",
                    password=servers.passwords["reports"],
                    dbname="postgres",
                    sslmode=mode,
                    application_name=f"by-{mode}",
                ) as connected,
            ):
                connected.execute(f"SELECT 'sesame\n{SPELLED}\r{SPELLED}\n'")
        shipper.ship()


def read(of: Database = CRM, *, allowed: bool = True) -> Reading:
    downloads = Downloads(35 * DAY, "tlscheck", is_full=True) if allowed else None
    terms = ReadingTerms(35 * DAY, Rhythm(DAY / 96, is_full=True), "tlscheck", downloads=downloads)
    return log_reading.read(of, Logged(), terms, datetime.now(UTC) + timedelta(seconds=2), time.monotonic() + 60)


@pytest.mark.usefixtures("written")
def test_who_came_is_read_of_the_file_of_a_real_server_and_no_statement(caplog: pytest.LogCaptureFixture) -> None:
    found = read()
    ways = {
        each.who.application: (bool(each.logged_tls), bool(each.logged_plaintext))
        for each in found.clients
        if each.who.user == "reports"
    }
    assert ways == {"by-require": (True, False), "by-disable": (False, True)}
    assert {each.who.user for each in found.clients} & {"evil", "app"} == set()
    assert found.logged.unread == {}
    assert found.logged.covered
    assert "sesame" not in f"{found}{caplog.text}"


def test_without_the_owners_leave_no_call_is_made(written: EmulatedAccount) -> None:
    written.take_calls()
    found = read(allowed=False)
    assert [each.why for each in found.logged.holes] == ["its log is not exported to CloudWatch Logs"]
    assert written.take_calls() == {}
    # nor of a log that is exported
    read(replace(CRM, log_exports=("postgresql",)))
    assert not [call for call in written.take_calls()["us-east-1"] if call.startswith("rds:")]


@pytest.mark.parametrize("operation", ["DescribeDBLogFiles", "DownloadDBLogFilePortion"])
def test_where_the_role_may_not_that_is_the_reason(
    account: EmulatedAccount, servers: Servers, operation: str
) -> None:
    allow(account, operation)
    write(account, servers)
    found = read()
    assert (found.clients, found.logged.covered) == ((), ())
    assert f"rds:{operation}: AccessDenied: not authorized" in {each.why for each in found.logged.holes}
