"""`sam deploy` as `make deploy` runs it, in the emulated account: twice, for another processor, deleted, again.

What the emulator does with stacks is modelled after CloudFormation: change sets, roll back, what is retained.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local_aws.deploy import DeployError, deploy
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.local_aws.stack import BUILT
from tests.test_build import ELSEWHERE

ROOT = Path(__file__).parent.parent
SAM = ROOT / ".venvs" / "sam" / "bin" / "sam"


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        # Whose names and artefacts are there all the time.
        deploy(started, BUILT / "template.yaml", stack="somebody-elses")
        yield started


def sam_deploy(account: EmulatedAccount, *overrides: str) -> subprocess.CompletedProcess[str]:
    """What samconfig.toml says, but for the question whether to go on, which it asks a person."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    command: list[str | Path] = [
        SAM,
        "deploy",
        "--template-file",
        BUILT / "template.yaml",
        "--no-confirm-changeset",
    ]
    command += ["--config-file", ROOT / "samconfig.toml"]
    command += ["--parameter-overrides", *overrides] if overrides else []
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def events(account: EmulatedAccount, stack: str) -> list[tuple[str, str]]:
    listed = account.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return [(each["LogicalResourceId"], each["ResourceStatus"]) for each in listed]


def physical(account: EmulatedAccount, stack: str) -> dict[str, str]:
    pages = account.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
    }


def delete(account: EmulatedAccount, stack: str) -> None:
    client = account.client("cloudformation")
    identifier = client.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    client.delete_stack(StackName=stack)
    client.get_waiter("stack_delete_complete").wait(StackName=identifier, WaiterConfig={"Delay": 1})


def what_is_there(account: EmulatedAccount) -> dict[str, set[str]]:
    """Names of what a stack makes and a later stack of its name could stumble over, by kind."""

    def named(service: str, operation: str, key: str, name: str | None, **asked: Any) -> set[str]:
        pages = account.client(service).get_paginator(operation).paginate(**asked)
        return {each[name] if name else each for page in pages for each in page[key]}

    found = {
        "functions": named("lambda", "list_functions", "Functions", "FunctionName"),
        "layers": named("lambda", "list_layers", "Layers", "LayerName"),
        "log groups": named("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "state machines": named("stepfunctions", "list_state_machines", "stateMachines", "name"),
        "schedules": named("scheduler", "list_schedules", "Schedules", "Name"),
        "parameters": named("ssm", "describe_parameters", "Parameters", "Name"),
        "roles": named("iam", "list_roles", "Roles", "RoleName"),
        "topics": named("sns", "list_topics", "Topics", "TopicArn"),
        "dashboards": named("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
        "alarms": named("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        "tables": named("dynamodb", "list_tables", "TableNames", None),
        "buckets": {each["Name"] for each in account.client("s3").list_buckets()["Buckets"]},
        "queues": set(account.client("sqs").list_queues().get("QueueUrls", [])),
    }
    return {kind: names for kind, names in found.items() if names}


def test_deployed_twice_nothing_happens_and_that_is_no_error(account: EmulatedAccount) -> None:
    first = sam_deploy(account)
    assert first.returncode == 0, first.stderr
    before = events(account, "tlscheck"), physical(account, "tlscheck")
    assert ("tlscheck", "CREATE_COMPLETE") in before[0]
    second = sam_deploy(account)
    assert second.returncode == 0, second.stderr
    assert "No changes to deploy" in second.stdout + second.stderr
    assert (events(account, "tlscheck"), physical(account, "tlscheck")) == before
    # For a processor that it is not built for it is refused before anything happens.
    other = sam_deploy(account, f"Architecture={ELSEWHERE}")
    assert other.returncode != 0
    assert "Parameter 'Architecture'" in other.stderr
    assert (events(account, "tlscheck"), physical(account, "tlscheck")) == before


NETWORK = {"ProbeVpcId": "vpc-0c0ffee", "ProbeSubnetIds": "subnet-0a", "ProbeSecurityGroupIds": "sg-0a"}


@pytest.mark.parametrize("parameters", [NETWORK, NETWORK | {"Role": "probe-only"}], ids=["full", "probe-only"])
def test_a_stack_that_was_deleted_leaves_its_data_and_can_be_deployed_again_under_its_name(
    parameters: dict[str, str], account: EmulatedAccount
) -> None:
    template, name = BUILT / "template.yaml", "again"
    elsewhere = what_is_there(account)
    first = deploy(account, template, stack=name, parameters=parameters)
    delete(account, name)
    left = {kind: found - elsewhere.get(kind, set()) for kind, found in what_is_there(account).items()}
    kept = {first.resources.get("Table"), first.resources.get("Bucket")} - {None}
    assert set().union(*left.values()) == kept
    # On AWS it gets a table and a bucket of other names; the emulator derives them from the stack's.
    deploy(account, template, stack=name, parameters=parameters)
    delete(account, name)


def test_a_first_deployment_that_fails_leaves_nothing(account: EmulatedAccount) -> None:
    template, parameters = BUILT / "template.yaml", account.client("ssm")
    registered = f"/tlscheck/probes/{NETWORK['ProbeVpcId']}"
    parameters.put_parameter(Name=registered, Value="the probe that this VPC has", Type="String")
    before = what_is_there(account)
    with pytest.raises(DeployError, match=r"ROLLBACK_COMPLETE:\n +ProbeRegistration .*already exists"):
        deploy(account, template, stack="failing", parameters=NETWORK)
    assert what_is_there(account) == before
    # It was on its way to what outlives a stack.
    assert {("Key", "DELETE_COMPLETE"), ("Bucket", "DELETE_COMPLETE")} <= set(events(account, "failing"))
    delete(account, "failing")
    parameters.delete_parameter(Name=registered)
    deploy(account, template, stack="failing", parameters=NETWORK)
    delete(account, "failing")
