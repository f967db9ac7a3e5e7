"""Emulated Lambda functions run as on AWS: search path, environment, names, errors, streams, schedules, IAM."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount

HOST = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com"
CODE = '''
import os, socket, sys
import both, from_layer

class Unreachable(Exception):
    """Of a class of its own."""

def look(event, context):
    return {"both": both.WHERE, "environment": sorted(os.environ), "own": os.environ["LOG_LEVEL"],
            "function": context.function_name, "left": context.get_remaining_time_in_millis(),
            "boto3": boto3_is_there(), "ministack": importable("ministack"), "yaml": importable("yaml")}

def boto3_is_there():
    return importable("boto3") and importable("botocore")

def importable(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True

def resolve(event, context):
    try:
        return [address[4][0] for address in socket.getaddrinfo(event, 5432)]
    except socket.gaierror as error:
        return str(error)

def fail(event, context):
    print("printed before it failed")
    raise Unreachable("no route")

def token(event, context):
    import boto3
    return boto3.client("rds").generate_db_auth_token(event["host"], event["port"], event["user"])

def databases(event, context):
    import boto3
    return len(boto3.client("rds").describe_db_instances()["DBInstances"])

def wait(event, context):
    import time
    print("waiting")
    time.sleep(0.3)

def refuse_poison(event, context):
    poison = [r for r in event["Records"] if r["dynamodb"]["Keys"]["pk"]["S"] == "poison"]
    print("records", [r["dynamodb"]["Keys"]["pk"]["S"] for r in event["Records"]])
    return {"batchItemFailures": [{"itemIdentifier": r["dynamodb"]["SequenceNumber"]} for r in poison]}
'''
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


@dataclass
class Functions:
    """Makes and invokes the functions of CODE in one account."""

    account: EmulatedAccount
    layer: str = ""

    def __post_init__(self) -> None:
        self.client = self.account.client("lambda")
        files = {"python/both.py": "WHERE = 'layer'", "python/from_layer.py": ""}
        layer = self.client.publish_layer_version(LayerName="layer", Content={"ZipFile": zipped(files)})
        self.layer = layer["LayerVersionArn"]

    def make(self, handler: str, name: str = "", statement: dict[str, Any] | None = None) -> str:
        """A function with a role of its own that may do what `statement` says; its name."""
        name = name or handler
        iam = self.account.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        if statement:
            policy = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy)
        self.client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler=f"app.{handler}",
            Timeout=20,
            Code={"ZipFile": zipped({"app.py": CODE, "both.py": "WHERE = 'code'"})},
            Layers=[self.layer],
            Environment={"Variables": {"LOG_LEVEL": "DEBUG"}},
        )
        return name

    def invoke(self, name: str, event: Any = None) -> Any:
        """What the function answers, or its error."""
        return json.load(self.client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture(scope="module")
def functions(account: EmulatedAccount) -> Functions:
    return Functions(account)


def until[T](ask: Callable[[], T | None], patience: float = 20) -> T:
    """What `ask` says once it says something."""
    end = time.monotonic() + patience
    while not (said := ask()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)
    return said


def test_a_function_sees_its_code_before_its_layers_and_only_what_lambda_brings(functions: Functions) -> None:
    seen = functions.invoke(functions.make("look"))
    assert seen["both"] == "code"
    assert seen["boto3"]
    assert not seen["ministack"]
    assert not seen["yaml"]
    assert seen["own"] == "DEBUG"
    assert seen["function"] == "look"
    assert 0 < seen["left"] <= 20_000
    assert not {"AUTH", "GATEWAY_PORT", "STATE_DIR", "HOME", "DOCKER_HOST"} & set(seen["environment"])


def test_databases_names_lead_to_this_machine_and_no_other_name_leads_anywhere(functions: Functions) -> None:
    name = functions.make("resolve")
    assert set(functions.invoke(name, HOST)) == {"127.0.0.1"}
    assert set(functions.invoke(name, f"{HOST}.cn")) == {"127.0.0.1"}
    assert "not known" in functions.invoke(name, "orders-prod.example.com")


def test_an_error_carries_the_name_of_its_class(functions: Functions) -> None:
    error = functions.invoke(functions.make("fail"))
    assert (error["errorType"], error["errorMessage"]) == ("Unreachable", "no route")
    assert "raise Unreachable" in error["stackTrace"][0]


def test_a_module_that_cannot_be_imported_is_an_import_error(functions: Functions) -> None:
    name = functions.make("look", "unimportable")
    functions.client.update_function_configuration(FunctionName=name, Layers=[])
    error = functions.invoke(name)
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "from_layer" in error["errorMessage"]


def test_a_state_machine_catches_an_error_by_its_class(account: EmulatedAccount, functions: Functions) -> None:
    function = functions.client.get_function(FunctionName=functions.make("fail", "caught"))
    definition = {
        "StartAt": "Fail",
        "States": {
            "Fail": {
                "Type": "Task",
                "Resource": function["Configuration"]["FunctionArn"],
                "Retry": [{"ErrorEquals": ["ValueError"], "MaxAttempts": 5, "IntervalSeconds": 60}],
                "Catch": [{"ErrorEquals": ["Unreachable"], "Next": "Caught", "ResultPath": "$.error"}],
                "End": True,
            },
            "Caught": {"Type": "Succeed"},
        },
    }
    states = account.client("stepfunctions")
    machine = states.create_state_machine(
        name="catches", definition=json.dumps(definition), roleArn=f"arn:aws:iam::{ACCOUNT}:role/caught"
    )
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")["executionArn"]

    def ended() -> dict[str, Any] | None:
        described: dict[str, Any] = states.describe_execution(executionArn=execution)
        return None if described["status"] == "RUNNING" else described

    described = until(ended)
    assert described["status"] == "SUCCEEDED"
    assert json.loads(described["output"])["error"]["Error"] == "Unreachable"


def test_a_stopped_execution_enters_no_further_state(account: EmulatedAccount, functions: Functions) -> None:
    function = functions.client.get_function(FunctionName=functions.make("wait"))["Configuration"]["FunctionArn"]
    task = {"Type": "Task", "Resource": function, "End": True}
    every = {
        "Type": "Map",
        "MaxConcurrency": 1,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Wait",
            "States": {"Wait": task},
        },
        "End": True,
    }
    states = account.client("stepfunctions")
    machine = states.create_state_machine(
        name="stops",
        definition=json.dumps({"StartAt": "Every", "States": {"Every": every}}),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/wait",
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input=json.dumps(list(range(20))))["executionArn"]
    logs = account.client("logs")

    def waits() -> int:
        if not logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/wait")["logGroups"]:
            return 0
        events = logs.filter_log_events(logGroupName="/aws/lambda/wait")["events"]
        return sum("waiting" in event["message"] for event in events)

    until(waits)
    states.stop_execution(executionArn=execution)
    before = waits()
    time.sleep(1.5)
    assert waits() <= before + 1
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_a_record_that_keeps_failing_goes_to_the_queue_and_the_others_go_through(
    account: EmulatedAccount, functions: Functions
) -> None:
    tables, queues = account.client("dynamodb"), account.client("sqs")
    table = tables.create_table(
        TableName="findings",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    dead = queues.create_queue(QueueName="dead")["QueueUrl"]
    functions.make("refuse_poison")
    for key in ("before", "poison", "after"):
        tables.put_item(TableName="findings", Item={"pk": {"S": key}})
    functions.client.create_event_source_mapping(
        FunctionName="refuse_poison",
        EventSourceArn=table["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"}},
    )
    (message,) = until(lambda: queues.receive_message(QueueUrl=dead).get("Messages"))
    discarded = json.loads(message["Body"])
    assert discarded["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert discarded["DDBStreamBatchInfo"]["batchSize"] == 1

    def batches() -> list[str]:
        events = account.client("logs").filter_log_events(logGroupName="/aws/lambda/refuse_poison")["events"]
        seen = [event["message"].strip() for event in events if event["message"].startswith("records")]
        return seen if seen[-1:] == ["records ['after']"] else []

    assert until(batches) == [
        "records ['before', 'poison', 'after']",
        "records ['poison', 'after']",
        "records ['poison']",
        "records ['poison']",
        "records ['after']",
    ]


def test_a_rate_schedule_begins_at_once_and_hands_over_its_input(account: EmulatedAccount) -> None:
    queues = account.client("sqs")
    url = queues.create_queue(QueueName="started")["QueueUrl"]
    target = {
        "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:started",
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/starts",
        "Input": '{"depth": "sample"}',
    }
    account.client("scheduler").create_schedule(
        Name="sample",
        ScheduleExpression="rate(10 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    (message,) = until(lambda: queues.receive_message(QueueUrl=url).get("Messages"))
    assert json.loads(message["Body"]) == {"depth": "sample"}


DATABASE = {
    "DBInstanceIdentifier": "orders-prod",
    "DbiResourceId": "db-ORDERS",
    "Endpoint": {"Address": HOST, "Port": 5432},
    "IAMDatabaseAuthenticationEnabled": True,
}


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Functions]:
    with EmulatedAccount({"us-east-1": {"DBInstances": [DATABASE]}}, enforce_iam=True) as started:
        yield Functions(started)


def test_with_iam_enforced_a_role_may_do_what_its_policy_says_and_nothing_else(enforcing: Functions) -> None:
    may = {"Action": "rds:DescribeDBInstances", "Resource": f"arn:aws:rds:*:{ACCOUNT}:db:*"}
    assert enforcing.invoke(enforcing.make("databases", "allowed", may)) == 1
    error = enforcing.invoke(enforcing.make("databases", "denied"))
    assert error["errorType"] == "ClientError"
    assert "AccessDenied" in error["errorMessage"]
    assert "rds:DescribeDBInstances" in error["errorMessage"]


@pytest.mark.parametrize(
    ("role", "user", "resource", "reason"),
    [
        ("its-user", "tlscheck", "db-ORDERS/tlscheck", None),
        ("another-user", "tlscheck", "db-ORDERS/someone", "not authorized to rds-db:connect"),
        ("another-database", "tlscheck", "db-BILLING/tlscheck", "not authorized to rds-db:connect"),
    ],
)
def test_an_iam_login_needs_rds_db_connect(
    enforcing: Functions, role: str, user: str, resource: str, reason: str | None
) -> None:
    statement = {"Action": "rds-db:connect", "Resource": f"arn:aws:rds-db:*:{ACCOUNT}:dbuser:{resource}"}
    name = enforcing.make("token", role, statement)
    token = enforcing.invoke(name, {"host": HOST, "port": 5432, "user": user})
    answer = enforcing.account.check_iam_login(token, HOST, 5432, user)
    assert answer is None if reason is None else reason in (answer or "")


def test_an_iam_token_is_good_only_for_what_it_was_signed_for(functions: Functions) -> None:
    account = functions.account
    account.set_rds({"us-east-1": {"DBInstances": [DATABASE]}})
    rds = boto3.client("rds", REGION, aws_access_key_id=ACCOUNT, aws_secret_access_key="test")  # noqa: S106 - no secret
    token = rds.generate_db_auth_token(HOST, 5432, "tlscheck")
    assert account.check_iam_login(token, HOST, 5432, "tlscheck") is None
    assert account.check_iam_login(token, HOST, 5432, "postgres") == "InvalidToken"
    forged = token[:-1] + ("1" if token.endswith("0") else "0")
    assert account.check_iam_login(forged, HOST, 5432, "tlscheck") is not None
    assert "no database" in str(account.check_iam_login(token, HOST, 5433, "tlscheck"))
    account.set_rds({"us-east-1": {"DBInstances": [{**DATABASE, "IAMDatabaseAuthenticationEnabled": False}]}})
    assert "not enabled" in str(account.check_iam_login(token, HOST, 5432, "tlscheck"))
