"""The state machine in the emulated account, with doors that fail: what failed comes to Observe once more."""

import io
import json
import time
import zipfile
from typing import Any

from tests import storage, template
from tests.local_aws.emulator.account import EmulatedAccount

BUCKET = "tlscheck-lost-batches"
KEYS = [f"sweeps/s-1/batches/{number:04}.json" for number in range(1, 4)]
SWEEP = {"id": "s-1", "started_at": "2026-11-24T03:00:00+00:00", "depth": "full", "narrow": False}
CODE = f'''
import json
import boto3

class BadRequest(Exception):
    """As tlscheck's."""

def put(key, event):
    boto3.client("s3").put_object(Bucket="{BUCKET}", Key=key, Body=json.dumps(event).encode())

def discover(event, context):
    return {{"sweep": {SWEEP!r}, "bucket": "{BUCKET}", "plan": "sweeps/s-1/plan.json", "batches": 3}}

def observe(event, context):
    number = event["batch"][-9:-5]
    if number != "0001" and "error" not in event:
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


def ended(account: EmulatedAccount, machine: str) -> dict[str, Any]:
    """An execution of it, once it has ended."""
    client = storage.client_of(account, "stepfunctions")
    execution = client.start_execution(stateMachineArn=machine, name="s-1", input='{"depth": "full"}')
    end = time.monotonic() + 60
    while (told := client.describe_execution(executionArn=execution["executionArn"]))["status"] == "RUNNING":
        assert time.monotonic() < end, "it does not end"
        time.sleep(0.2)
    return dict(told)


def test_what_observe_could_not_do_comes_to_it_again_with_the_error_and_ends_nothing(
    account: EmulatedAccount,
) -> None:
    s3 = storage.client_of(account, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="sweeps/s-1/plan.json", Body=json.dumps([{"batch": key} for key in KEYS]))
    told = ended(account, deployed(account))
    assert told["status"] == "SUCCEEDED", told
    assert json.loads(told["output"]) == {"report": "there"}

    def got(name: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.load(s3.get_object(Bucket=BUCKET, Key=f"got/{name}.json")["Body"])
        return answer

    assert got("0001") == {"batch": KEYS[0], "sweep": SWEEP}
    assert {name: value for name, value in got("0002").items() if name != "error"} == {
        "batch": KEYS[1],
        "sweep": SWEEP,
    }
    assert got("0002")["error"]["Error"] == "BadRequest"
    assert "batch: no" in got("0002")["error"]["Cause"]
    # Not even that could be left of the third: the report is written all the same, and asks the table.
    assert got("0003")["error"]["Error"] == "BadRequest"
    assert got("report") == {"sweep": SWEEP, "plan": "sweeps/s-1/plan.json"}
