"""The state machine in the emulated account, with doors that fail: what failed comes to Observe once more."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests import storage, template
from tests.local_aws.emulator.account import EmulatedAccount

BUCKET = "tlscheck-lost-batches"
KEYS = [f"sweeps/s-1/batches/{number:04}.json" for number in range(1, 6)]
SWEEP = {"id": "s-1", "started_at": "2026-11-24T03:00:00+00:00", "depth": "full", "narrow": False}
CODE = f'''
import json
import boto3

class BadRequest(Exception):
    """As tlscheck's."""

class ProbeBusy(Exception):
    """As tlscheck's."""

def put(key, event):
    boto3.client("s3").put_object(Bucket="{BUCKET}", Key=key, Body=json.dumps(event).encode())

def asked_before(number):
    """How often a batch was asked for before, of those that count."""
    client = boto3.client("s3")
    found = client.list_objects_v2(Bucket="{BUCKET}", Prefix=f"asked/{{number}}/").get("KeyCount", 0)
    put(f"asked/{{number}}/{{found}}", {{}})
    return found

def discover(event, context):
    depth = event["request"]["depth"]
    answer = {{"sweep": {SWEEP!r} | {{"depth": depth}}, "bucket": "{BUCKET}", "plan": "sweeps/s-1/plan.json"}}
    more = {{"skipped": "a full sweep was under way: x"}} if event["request"].get("regions") else {{}}
    return answer | {{"batches": 0 if more else 5, "max_concurrency": 2}} | more

def observe(event, context):
    number = event["batch"][-9:-5]
    if number == "0004" and asked_before(number) < 2 or number == "0005" and "error" not in event:
        raise ProbeBusy("the probe is busy: TooManyRequestsException: Rate Exceeded.")
    if number in ("0002", "0003") and "error" not in event:
        raise BadRequest("batch: no")
    put(f"got/{{number}}.json", event)
    if number == "0003":
        raise BadRequest("not even that")
    return {{"batch": event["batch"]}}

def report(event, context):
    put("got/report.json", event)
    return {{"report": "there"}}
'''
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
        "Action": "sts:AssumeRole",
    },
}
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": ["s3:*", "lambda:InvokeFunction", "states:*"],
        "Resource": "*",
    },
}


def deployed(account: EmulatedAccount) -> str:
    """ARN of the template's state machine, whose functions are those of CODE."""
    iam, functions = storage.client_of(account, "iam"), storage.client_of(account, "lambda")
    role = iam.create_role(RoleName="lost-batches", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="lost-batches", PolicyName="all", PolicyDocument=json.dumps(ALLOWED))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", CODE)
    definition = json.dumps(template.state_machine())
    for name in ("Discover", "Observe", "Report"):
        arn = functions.create_function(
            FunctionName=f"lost-{name}",
            Runtime="python3.13",
            Role=role,
            Handler=f"app.{name.lower()}",
            Timeout=20,
            Code={"ZipFile": content.getvalue()},
        )["FunctionArn"]
        definition = definition.replace(f"arn:aws:lambda:eu-central-1:123456789012:function:{name}", arn)
    machine = storage.client_of(account, "stepfunctions").create_state_machine(
        name="lost-batches", definition=definition, roleArn=role
    )
    return str(machine["stateMachineArn"])


def ended(account: EmulatedAccount, machine: str, request: dict[str, Any]) -> dict[str, Any]:
    """An execution of it, once it has ended."""
    client = storage.client_of(account, "stepfunctions")
    execution = client.start_execution(stateMachineArn=machine, input=json.dumps(request))
    end = time.monotonic() + 60
    while (told := client.describe_execution(executionArn=execution["executionArn"]))["status"] == "RUNNING":
        assert time.monotonic() < end, "it does not end"
        time.sleep(0.2)
    return dict(told)


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    """One in which who waits waits a hundredth of the time."""
    with EmulatedAccount(wait_scale=0.01) as started:
        yield started


@pytest.fixture(scope="module")
def machine(account: EmulatedAccount) -> str:
    """ARN of it, with the plan of five batches."""
    s3 = storage.client_of(account, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="sweeps/s-1/plan.json", Body=json.dumps([{"batch": key} for key in KEYS]))
    return deployed(account)


@pytest.fixture
def objects(account: EmulatedAccount, machine: str) -> Any:
    """The bucket, without what an earlier sweep left there."""
    assert machine
    s3 = storage.client_of(account, "s3")
    for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        if not each["Key"].startswith("sweeps/"):
            s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    return s3


@pytest.mark.parametrize("depth", ["full", "sample"])
def test_what_observe_could_not_do_comes_to_it_again_with_the_error_and_ends_nothing(
    account: EmulatedAccount, machine: str, objects: Any, depth: str
) -> None:
    """The emulator runs the Express children of a sample as it runs those of a full sweep, and cuts none off."""
    told = ended(account, machine, {"depth": depth})
    assert told["status"] == "SUCCEEDED", told
    assert json.loads(told["output"]) == {"report": "there"}
    sweep = SWEEP | {"depth": depth}

    def got(name: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.load(objects.get_object(Bucket=BUCKET, Key=f"got/{name}.json")["Body"])
        return answer

    def asked(number: str) -> int:
        count: int = objects.list_objects_v2(Bucket=BUCKET, Prefix=f"asked/{number}/").get("KeyCount", 0)
        return count

    assert got("0001") == {"batch": KEYS[0], "sweep": sweep}
    assert {name: value for name, value in got("0002").items() if name != "error"} == {
        "batch": KEYS[1],
        "sweep": sweep,
    }
    assert got("0002")["error"]["Error"] == "BadRequest"
    assert "batch: no" in got("0002")["error"]["Cause"]
    # Not even that could be left of the third: the report is written all the same, and asks the table.
    assert got("0003")["error"]["Error"] == "BadRequest"
    # A probe that was busy twice is asked a third time, and nobody hears of it.
    assert (got("0004"), asked("0004")) == ({"batch": KEYS[3], "sweep": sweep}, 3)
    # One that stays busy is told with its own words.
    assert got("0005")["error"]["Error"] == "ProbeBusy"
    assert "TooManyRequestsException: Rate Exceeded." in got("0005")["error"]["Cause"]
    assert got("report") == {"sweep": sweep, "plan": "sweeps/s-1/plan.json"}


def test_a_sample_that_is_skipped_ends_well_without_a_batch_and_without_a_report(
    account: EmulatedAccount, machine: str, objects: Any
) -> None:
    told = ended(account, machine, {"depth": "sample", "regions": ["us-east-1"]})
    assert told["status"] == "SUCCEEDED", told
    assert json.loads(told["output"])["skipped"] == "a full sweep was under way: x"
    assert {each["Key"] for each in objects.list_objects_v2(Bucket=BUCKET)["Contents"]} == {"sweeps/s-1/plan.json"}
