"""The emulated Logs Insights: AWS's own examples, what tlscheck counts with, and how a query runs and ends."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulated_logs import without_groups
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount

GROUP = "/aws/rds/instance/orders-prod/postgresql"
HOUR = 3_600
# So that every event below is of the hour that its name says.
START = int(time.time()) // HOUR * HOUR - 5 * HOUR
AT = time.strftime("%Y-%m-%d %H:", time.gmtime(START))

LATER = time.strftime("%Y-%m-%d %H:", time.gmtime(START + 2 * HOUR))


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture
def logs(account: EmulatedAccount) -> Any:
    return without_groups(account)


def put(account: EmulatedAccount, *messages: str, hour: int = 0, stream: str = "orders-prod.0") -> None:
    events = [
        {"timestamp": (START + hour * HOUR + at) * 1_000, "message": each} for at, each in enumerate(messages)
    ]
    account.put_log_events(GROUP, stream, events)


def started(logs: Any, query: str, **request: Any) -> str:
    times = {"startTime": START, "endTime": START + 4 * HOUR}
    return str(logs.start_query(**({"logGroupName": GROUP} | times | request), queryString=query)["queryId"])


def ended(logs: Any, identifier: str) -> dict[str, Any]:
    """The first answer that is an end."""
    while (answer := logs.get_query_results(queryId=identifier))["status"] in {"Scheduled", "Running"}:
        pass
    return dict(answer)


def rows(logs: Any, query: str, **request: Any) -> list[dict[str, str]]:
    """What it finds, without the pointers to events."""
    answer = ended(logs, started(logs, query, **request))
    assert answer["status"] == "Complete"
    return [{c["field"]: c["value"] for c in row if c["field"] != "@ptr"} for row in answer["results"]]


def refusal(call: Any, *arguments: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(*arguments, **request)
    return str(refused.value.response["Error"]["Code"])


def test_the_newest_events_are_found_first(account: EmulatedAccount, logs: Any) -> None:
    """ "The 25 most recently added log events" of the User Guide's sample queries."""
    put(account, *(str(number) for number in range(30)))
    newest = rows(logs, "fields @timestamp, @message | sort @timestamp desc | limit 25")
    assert newest == [
        {"@timestamp": f"{AT}00:{second:02d}.000", "@message": str(second)} for second in range(29, 4, -1)
    ]
    assert [row["@message"] for row in rows(logs, "fields @message", limit=2)] == ["29", "28"]
    assert rows(logs, "fields @message | sort @message | limit 1") == [{"@message": "0"}]


def test_a_glob_parses_as_in_the_user_guide(account: EmulatedAccount, logs: Any) -> None:
    put(account, "user=a, method:get, latency := 10", "user=a, method:get, latency := 30", "none of it")
    query = (
        'parse @message "user=*, method:*, latency := *" as @user, @method, @latency'
        " | stats avg(@latency) by @method, @user"
    )
    assert rows(logs, query) == [{}, {"@method": "get", "@user": "a", "avg(@latency)": "20"}]


def test_a_regular_expression_parses_as_in_the_user_guide(account: EmulatedAccount, logs: Any) -> None:
    put(account, "2 123456789010 eni-1235b8ca 172.31.16.139", "2 123456789010 - -")
    found = rows(logs, "parse @message /(?<NetworkInterface>eni-.*?) / | display NetworkInterface, @message")
    assert found == [
        {"@message": "2 123456789010 - -"},
        {"NetworkInterface": "eni-1235b8ca", "@message": "2 123456789010 eni-1235b8ca 172.31.16.139"},
    ]


def test_exceptions_are_counted_as_in_the_user_guide(account: EmulatedAccount, logs: Any) -> None:
    put(account, "an Exception", "fine")
    put(account, "an EXCEPTION", hour=1)
    put(account, "an exception", "another exception", hour=3)
    query = "filter @message like /(?i)Exception/ | stats count(*) as found by bin(1h) | sort found desc"
    assert [row["found"] for row in rows(logs, query)] == ["2", "1", "1"]
    assert rows(logs, "filter @message like /Exception/ | stats count(*) by bin(5m)") == [
        {"bin(5m)": f"{AT}00:00.000", "count(*)": "1"}
    ]
    assert rows(logs, "stats count(*) as all_of_them, count_distinct(@message)") == [
        {"all_of_them": "5", "count_distinct(@message)": "5"}
    ]


TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
CONNECTIONS = (
    f"1:10.0.0.1(5):app@shop:[7]:LOG:  connection authorized: user=app database=shop application_name=web{TLS}",
    f"1:10.0.0.1(6):app@shop:[8]:LOG:  connection authorized: user=app database=shop application_name=web{TLS}",
    "1:10.0.0.2(7):job@shop:[9]:LOG:  connection authorized: user=job database=shop",
    "1:10.0.0.2(7):job@shop:[9]:LOG:  connection received: host=10.0.0.2 port=7",
    "1:[local]:rdsadmin@rdsadmin:[9]:LOG:  connection authorized: user=rdsadmin database=rdsadmin",
)


def test_connections_are_counted_by_who_how_and_when(account: EmulatedAccount, logs: Any) -> None:
    put(account, *CONNECTIONS)
    put(account, CONNECTIONS[2], hour=2)
    put(account, *CONNECTIONS, stream="orders-prod2.0")
    query = r"""
        fields @timestamp # what a server of that name said
        | filter @logStream like /^orders-prod\./ and strcontains(@message, "connection authorized:")
        | filter @message not like "user=rdsadmin " and not (@message =~ /nothing/)
        | parse @message /user=(?<user>\S+) database=(?<db>\S+)/
        | parse @message /application_name=(?<app>.*?)(?= SSL enabled|$)/
        | parse @message "SSL enabled (protocol=*," as protocol
        | stats count(*) as n by user, db, app, ispresent(protocol) as tls, bin(1h) as hour
        | sort n desc, hour asc | limit 10000
    """
    assert rows(logs, query) == [
        {"user": "app", "db": "shop", "app": "web", "tls": "1", "hour": f"{AT}00:00.000", "n": "2"},
        {"user": "job", "db": "shop", "tls": "0", "hour": f"{AT}00:00.000", "n": "1"},
        {"user": "job", "db": "shop", "tls": "0", "hour": f"{LATER}00:00.000", "n": "1"},
    ]


def test_a_query_is_scheduled_runs_and_ends(account: EmulatedAccount, logs: Any) -> None:
    put(account, "ab", "c", "d", "é")
    account.steer_logs(queries_run=2)
    identifier = started(logs, "fields @message | filter @message != 'c'")
    answers = [logs.get_query_results(queryId=identifier) for _ in range(5)]
    assert [answer["status"] for answer in answers] == ["Scheduled", "Running", "Running", "Complete", "Complete"]
    # what a running query answers is a part
    assert [len(answer["results"]) for answer in answers] == [0, 1, 1, 3, 3]
    assert answers[-1]["statistics"] == {
        "recordsMatched": 3.0,
        "recordsScanned": 4.0,
        "bytesScanned": 2 + 1 + 1 + 2 + 4 * 26.0,
        "logGroupsScanned": 1.0,
    }
    assert [cell["field"] for cell in answers[-1]["results"][0]] == ["@message", "@ptr"]
    account.steer_logs(query_ends="Timeout")
    late = started(logs, "fields @message")
    assert ended(logs, late)["status"] == "Timeout"
    account.steer_logs(queries_run=0)
    assert logs.get_query_results(queryId=started(logs, "fields @message"))["status"] == "Complete"


def test_a_query_that_runs_can_be_stopped(account: EmulatedAccount, logs: Any) -> None:
    put(account, "a")
    identifier = started(logs, "fields @message")
    assert logs.stop_query(queryId=identifier)["success"]
    assert logs.get_query_results(queryId=identifier)["status"] == "Cancelled"
    assert refusal(logs.stop_query, queryId=identifier) == "InvalidParameterException"
    assert refusal(logs.get_query_results, queryId="none") == "ResourceNotFoundException"


def test_rows_come_in_pages_and_up_to_the_limit(account: EmulatedAccount, logs: Any) -> None:
    put(account, *(str(number) for number in range(12)))
    account.steer_logs(queries_run=0)
    identifier = started(logs, "fields @message | sort @timestamp | limit 7")
    first = logs.get_query_results(queryId=identifier, maxItems=5)
    second = logs.get_query_results(queryId=identifier, maxItems=5, nextToken=first["nextToken"])
    assert [len(first["results"]), len(second["results"]), "nextToken" in second] == [5, 2, False]
    assert second["results"][-1][0] == {"field": "@message", "value": "6"}


def test_groups_that_are_rarely_read_can_be_queried(account: EmulatedAccount, logs: Any) -> None:
    logs.create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    put(account, "a")
    wanted = [{"@message": "a", "@log": f"{ACCOUNT}:{GROUP}", "@logStream": "orders-prod.0"}]
    assert rows(logs, "fields @message, @log, @logStream") == wanted
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}"
    account.steer_logs(queries_run=0)
    for named in ({"logGroupNames": [GROUP]}, {"logGroupIdentifiers": [arn]}):
        times = {"startTime": START, "endTime": START + HOUR}
        identifier = logs.start_query(**named, **times, queryString="fields @message")["queryId"]
        assert len(logs.get_query_results(queryId=identifier)["results"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "fields @message |",
        "fields upside(@message)",
        "pattern @message",
        "filter @message like",
        "filter (a = 1",
        "parse @message /no group/",
        "parse @message /(a)(?<b>c)/",
        'parse @message "a * b *" as only',
        "parse @message /(?<a>(/",
        "stats median(a)",
        "stats count(*) by bin(1y)",
        "limit 0",
        "limit 100001",
        "fields a; fields b",
    ],
)
def test_a_query_that_is_not_understood_is_malformed(account: EmulatedAccount, logs: Any, query: str) -> None:
    put(account, "a")
    assert refusal(started, logs, query) == "MalformedQueryException"


def test_what_the_service_refuses_is_refused(account: EmulatedAccount, logs: Any) -> None:
    assert refusal(started, logs, "fields a") == "ResourceNotFoundException"
    put(account, "a")
    assert refusal(started, logs, "fields a", endTime=START - 1) == "InvalidParameterException"
    assert refusal(started, logs, "fields a", limit=100_001) == "InvalidParameterException"
    assert refusal(started, logs, "fields a", logGroupNames=[GROUP]) == "InvalidParameterException"
    assert refusal(started, logs, "f" * 10_001) == "InvalidParameterException"
    account.steer_logs(faults={"us-east-1": {"StartQuery": {"code": "LimitExceededException"}}})
    assert refusal(started, logs, "fields a") == "LimitExceededException"
