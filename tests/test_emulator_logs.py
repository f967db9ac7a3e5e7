"""The emulated CloudWatch Logs reads as the service does: patterns, pages, lateness, retention and refusals."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulated_logs import without_groups
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount

GROUP = "/aws/rds/instance/orders-prod/postgresql"
STREAM = "orders-prod.0"

BAD, UNAUTHORIZED = "[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST"
MISSING, INVALID = "[ERROR 419] MISSING ARGUMENTS", "[ERROR 420] INVALID ARGUMENTS"
INTERNAL = "[ERROR 500] INTERNAL SERVER ERROR"
ERRORS = (BAD, UNAUTHORIZED, MISSING, INVALID, INTERNAL)
REQUESTS = ("[INFO] REQUEST FAILED", "[WARN] UNAUTHORIZED REQUEST", "[ERROR] 400 BAD REQUEST")
CAUGHT = "[ERROR] Caught IllegalArgumentException"
UNHANDLED = "[ERROR] Unhandled Exception"
ANOTHER = "Another message"
ILLEGAL = "Exiting with ERRORCODE: -1"


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture
def logs(account: EmulatedAccount) -> Any:
    return without_groups(account)


def now() -> int:
    return int(time.time() * 1000)


def put(account: EmulatedAccount, *messages: str, stream: str = STREAM, age: float = 60.0) -> None:
    """One event each, a millisecond apart; the first is `age` seconds old."""
    start = now() - int(age * 1000)
    account.put_log_events(
        GROUP, stream, [{"timestamp": start + at, "message": text} for at, text in enumerate(messages)]
    )


def pages(logs: Any, **request: Any) -> list[dict[str, Any]]:
    return list(logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, **request))


def found(logs: Any, **request: Any) -> list[str]:
    return [event["message"] for page in pages(logs, **request) for event in page["events"]]


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        # "Match terms in unstructured log events" of the User Guide, example by example
        ("ERROR", ERRORS, (ANOTHER,)),
        ("ERROR ARGUMENTS", (MISSING, INVALID), (BAD, UNAUTHORIZED)),
        ("?ERROR ?ARGUMENTS", (*ERRORS, "[INFO] INVALID ARGUMENTS PROVIDED"), (ANOTHER,)),
        ("?ERROR ?ARGUMENTS REQUEST", REQUESTS, (MISSING,)),
        ('"INTERNAL SERVER ERROR"', (INTERNAL,), ("[ERROR 500] SERVER ERROR: INTERNAL",)),
        ('"   "', (*ERRORS, ANOTHER), ()),
        ("", (*ERRORS, ANOTHER), ()),
        ("ERROR -ARGUMENTS", (BAD, UNAUTHORIZED), (MISSING, INVALID)),
        # its older edition and the API reference: terms are found within words, and may all be excluded
        ("ERROR Exception", (CAUGHT, UNHANDLED), ("[ERROR] exception", ANOTHER)),
        ("-ERROR", (ANOTHER,), ERRORS),
        # "Filter patterns are case sensitive"
        ("error", ("an error",), ERRORS),
        # what tlscheck asks for
        (
            '"connection authorized" -"SSL enabled" -"user=rdsadmin "',
            ("u@d:[7]:LOG:  connection authorized: user=u database=d",),
            (
                "u@d:[7]:LOG:  connection authorized: user=u database=d SSL enabled (protocol=TLSv1.3)",
                "rdsadmin@rdsadmin:[7]:LOG:  connection authorized: user=rdsadmin database=rdsadmin",
                "u@d:[7]:LOG:  connection received: authorized",
            ),
        ),
        (
            '?"could not accept SSL connection" ?"no encryption"',
            ('FATAL:  no pg_hba.conf entry for host "::1", user "a", database "b", no encryption',),
            ("u@d:[7]:LOG:  connection authorized: user=u database=d",),
        ),
        (r'"named \"u\""', ('it is named "u"',), ("it is named u",)),
    ],
)
def test_a_pattern_matches_what_aws_says_that_it_matches(
    account: EmulatedAccount, logs: Any, pattern: str, matched: tuple[str, ...], others: tuple[str, ...]
) -> None:
    put(account, *matched, *others)
    assert sorted(found(logs, filterPattern=pattern)) == sorted(matched)


@pytest.mark.parametrize("pattern", ["user=u", "{ $.a = 1 }", "[a, b]", "%a.c%", '"open', 'a"b"', "--a", "?-a"])
def test_a_pattern_that_is_not_understood_is_refused(account: EmulatedAccount, logs: Any, pattern: str) -> None:
    put(account, "a")
    code, _ = refusal(logs.filter_log_events, logGroupName=GROUP, filterPattern=pattern)
    assert code == "InvalidParameterException"


def test_events_of_all_streams_come_in_the_order_of_their_moments(account: EmulatedAccount, logs: Any) -> None:
    start = now() - 60_000
    for stream, moments in (("a.0", (3, 1, 5)), ("a.1", (4, 2)), ("ab.0", (0,))):
        events = [{"timestamp": start + at, "message": str(at)} for at in moments]
        account.put_log_events(GROUP, stream, events)
    assert found(logs) == ["0", "1", "2", "3", "4", "5"]
    assert found(logs, startFromHead=False) == ["5", "4", "3", "2", "1", "0"]
    assert found(logs, startFromHead=False, limit=2) == ["5", "4", "3", "2", "1", "0"]
    assert found(logs, logStreamNamePrefix="a.") == ["1", "2", "3", "4", "5"]
    assert found(logs, logStreamNames=["ab.0", "a.1"]) == ["0", "2", "4"]
    # both ends are included
    assert found(logs, startTime=start + 2, endTime=start + 4) == ["2", "3", "4"]
    (page,) = pages(logs, limit=10_000)
    assert page["searchedLogStreams"] == []
    assert {event["logStreamName"] for event in page["events"]} == {"a.0", "a.1", "ab.0"}
    assert len({event["eventId"] for event in page["events"]}) == 6
    assert all(abs(event["ingestionTime"] - now()) < 60_000 for event in page["events"])


def test_events_of_one_moment_keep_the_order_of_their_arrival(account: EmulatedAccount, logs: Any) -> None:
    at = now()
    for stream in ("b.0", "a.0"):
        account.put_log_events(
            GROUP, stream, [{"timestamp": at, "ingestionTime": at, "message": f"{stream}{n}"} for n in (1, 2)]
        )
    wanted = ["b.01", "b.02", "a.01", "a.02"]
    assert found(logs) == wanted
    assert found(logs, limit=1) == wanted


def test_a_page_may_be_empty_and_is_not_the_last(account: EmulatedAccount, logs: Any) -> None:
    account.steer_logs(examined=10)
    put(account, *["nothing"] * 25, "wanted", *["nothing"] * 9)
    answers = pages(logs, filterPattern="wanted")
    assert [len(page["events"]) for page in answers] == [0, 0, 1, 0]
    assert [("nextToken" in page) for page in answers] == [True, True, True, False]
    account.steer_logs(empty_first=True)
    assert [len(page["events"]) for page in pages(logs)] == [0, 35]


def test_a_page_holds_10000_events_and_a_megabyte_at_most(account: EmulatedAccount, logs: Any) -> None:
    put(account, *["x"] * 10_001)
    assert [len(page["events"]) for page in pages(logs)] == [10_000, 1]
    assert [len(page["events"]) for page in pages(logs, limit=6_000)] == [6_000, 4_001]
    logs.delete_log_group(logGroupName=GROUP)
    put(account, *["x" * 200_000] * 11)
    assert [len(page["events"]) for page in pages(logs)] == [5, 5, 1]


def test_what_comes_late_is_found_by_who_asks_again(account: EmulatedAccount, logs: Any) -> None:
    put(account, "early")
    account.steer_logs(lag=0.6)
    put(account, "late", age=3_600)
    assert "late" not in found(logs)
    time.sleep(0.7)
    # it stands where it belongs, before what was seen earlier
    assert found(logs) == ["late", "early"]


def test_what_is_older_than_the_group_keeps_is_not_returned(account: EmulatedAccount, logs: Any) -> None:
    put(account, "old", age=26 * 3_600)
    put(account, "new", age=22 * 3_600)
    assert found(logs) == ["old", "new"]
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=1)
    assert found(logs) == ["new"]


def test_a_token_is_of_its_search_and_expires(account: EmulatedAccount, logs: Any) -> None:
    put(account, "a", "b")
    token = logs.filter_log_events(logGroupName=GROUP, limit=1)["nextToken"]
    again = {"logGroupName": GROUP, "nextToken": token}
    assert [event["message"] for event in logs.filter_log_events(**again)["events"]] == ["b"]
    invalid = ("InvalidParameterException", "The specified nextToken is invalid.")
    assert refusal(logs.filter_log_events, **again, filterPattern="b") == invalid
    assert refusal(logs.filter_log_events, logGroupName=GROUP, nextToken="bm9uZQ==") == invalid
    assert refusal(logs.filter_log_events, logGroupName=GROUP, nextToken="?") == invalid
    account.steer_logs(tokens_live=0.0)
    token = logs.filter_log_events(logGroupName=GROUP, limit=1)["nextToken"]
    assert refusal(logs.filter_log_events, logGroupName=GROUP, nextToken=token) == invalid


def test_what_the_service_refuses_is_refused(account: EmulatedAccount, logs: Any) -> None:
    assert refusal(logs.filter_log_events, logGroupName="/gone") == (
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
    put(account, "a")
    both = {"logStreamNames": [STREAM], "logStreamNamePrefix": "o"}
    wrong: list[dict[str, Any]] = [
        {"logGroupName": GROUP, **both},
        {},
        {"logGroupName": GROUP, "logGroupIdentifier": GROUP},
        {"logGroupName": GROUP, "limit": 10_001},
        {"logGroupName": GROUP, "filterPattern": "a" * 1_025},
        {"logGroupName": GROUP, "logStreamNamePrefix": "a:b"},
    ]
    for request in wrong:
        assert refusal(logs.filter_log_events, **request)[0] == "InvalidParameterException", request
    names = {"logStreamNames": [STREAM, "gone.0"]}
    assert refusal(logs.filter_log_events, logGroupName=GROUP, **names)[0] == "ResourceNotFoundException"
    account.steer_logs(
        faults={"us-east-1": {"FilterLogEvents": {"code": "ThrottlingException", "message": "Rate exceeded"}}}
    )
    assert refusal(logs.filter_log_events, logGroupName=GROUP) == ("ThrottlingException", "Rate exceeded")
    account.steer_logs(faults={"us-east-1": {"FilterLogEvents": {"code": "ThrottlingException", "share": 0.5}}})
    assert found(logs) == ["a"]
    assert refusal(logs.filter_log_events, logGroupName=GROUP)[0] == "ThrottlingException"


def test_infrequent_access_groups_are_not_for_filtering(account: EmulatedAccount, logs: Any) -> None:
    logs.create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    put(account, "a")
    assert refusal(logs.filter_log_events, logGroupName=GROUP) == (
        "InvalidOperationException",
        (
            f"The log group {GROUP} is of log-group-class INFREQUENT_ACCESS. "
            "FilterLogEvents is not supported for this log class."
        ),
    )


def test_groups_are_described_with_what_a_reader_needs(account: EmulatedAccount, logs: Any) -> None:
    before = now()
    logs.create_log_group(logGroupName="/aws/rds/cluster/Orders/postgresql", logGroupClass="INFREQUENT_ACCESS")
    put(account, "12345", "ä")
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=3)
    rare, group = logs.describe_log_groups(logGroupNamePrefix="/aws/rds/")["logGroups"]
    assert before <= rare["creationTime"] <= now()
    # It holds what is a minute old, and no group is younger than what it was given.
    assert before - 60_000 <= group.pop("creationTime") <= now() - 60_000
    assert group == {
        "logGroupName": GROUP,
        "metricFilterCount": 0,
        "arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}:*",
        "logGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}",
        "storedBytes": 5 + 2 + 2 * 26,
        "logGroupClass": "STANDARD",
        "retentionInDays": 3,
    }
    assert (rare["logGroupClass"], rare["storedBytes"]) == ("INFREQUENT_ACCESS", 0)
    assert "retentionInDays" not in rare

    def names(**request: Any) -> list[str]:
        described = logs.get_paginator("describe_log_groups").paginate(**request)
        return [each["logGroupName"].split("/")[-2] for page in described for each in page["logGroups"]]

    assert names(logGroupNamePattern="orders") == ["orders-prod"]
    assert names(logGroupClass="INFREQUENT_ACCESS") == ["Orders"]
    assert names(logGroupClass="STANDARD") == ["orders-prod"]
    assert names(PaginationConfig={"PageSize": 1}) == ["Orders", "orders-prod"]
    both = {"logGroupNamePrefix": "a", "logGroupNamePattern": "a"}
    assert refusal(logs.describe_log_groups, **both)[0] == "InvalidParameterException"
    assert refusal(logs.describe_log_groups, limit=51)[0] == "InvalidParameterException"


def test_calls_are_counted(account: EmulatedAccount, logs: Any) -> None:
    put(account, "a", "b")
    found(logs, limit=1)
    logs.describe_log_groups()
    assert account.take_calls() == {"us-east-1": {"logs:DescribeLogGroups": 1, "logs:FilterLogEvents": 2}}


def test_iam_names_streams_as_the_service_does() -> None:
    """So `log-group:NAME` without `:*` allows nothing, and groups are described by who may describe all."""
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:"
    with EmulatedAccount(enforce_iam=True) as account:
        account.put_log_events(GROUP, STREAM, [{"timestamp": now() - 1_000, "message": "a"}])
        iam = account.client("iam")
        iam.create_user(UserName="reader")
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

        def allowed(*resources: str) -> set[str]:
            statement = {"Effect": "Allow", "Action": "logs:*", "Resource": [arn + each for each in resources]}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=document)
            reader = account.client("logs", **credentials)
            query = {"startTime": 0, "endTime": 1, "queryString": "fields a"}
            calls = {
                "filter": lambda: reader.filter_log_events(logGroupName=GROUP),
                "query": lambda: reader.start_query(logGroupNames=[GROUP], **query),
                "describe": reader.describe_log_groups,
            }
            done = set()
            for name, call in calls.items():
                try:
                    call()
                    done.add(name)
                except ClientError as refused:
                    if refused.response["Error"]["Code"] != "AccessDeniedException":
                        raise
            return done

        assert allowed(GROUP) == set()
        assert allowed(f"{GROUP}:*") == {"filter", "query"}
        assert allowed("/aws/rds/*") == {"filter", "query"}
        assert allowed("/aws/other/*") == set()
        assert allowed(":log-stream:*") == {"describe"}
        assert allowed("*") == {"filter", "query", "describe"}
