"""docs/organisation: its templates say what its page says, and a release runs in several accounts and Regions.

Two accounts, two Regions, a third account's buckets and topic, in the emulated cloud: what the accounts of one
organisation may do is decided there by the very policies of docs/organisation. A service-managed stack set is not
there: what it would do is done by hand, with its parameters and its capabilities.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import template
from tests.answers import instance
from tests.iam import Decision, Request, decision
from tests.local_aws.emulator.account import EmulatedAccount
from tests.packaged import ROOT, package

FOLDER = ROOT / "docs" / "organisation"
ORGANISATION = "o-exampleorgid"
ACCOUNTS = ("111122223333", "222233334444")
TOOLS, STRANGER = "999988887777", "555566667777"
REGIONS = ("us-east-1", "eu-central-1")
PARAMETERS = template.load()["Parameters"]


# ----------------------------------------------------------------------------------------------- what it says


def test_its_templates_are_ones_that_every_partition_takes() -> None:
    lint, regions = ROOT / ".venvs" / "sam" / "bin" / "cfn-lint", ("us-east-1", "us-gov-west-1", "cn-north-1")
    command: list[str | Path] = [lint, "--regions", *regions, "--", *sorted(FOLDER.glob("*.yaml"))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", ["stackset", "probes"])
def test_a_stack_set_is_service_managed_and_gives_parameters_that_there_are(name: str) -> None:
    properties = template.load(FOLDER / f"{name}.yaml")["Resources"]["StackSet"]["Properties"]
    assert properties["PermissionModel"] == "SERVICE_MANAGED"
    assert properties["AutoDeployment"]["Enabled"] is True
    assert properties["Capabilities"] == ["CAPABILITY_IAM"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in properties["Parameters"]}
    assert given.keys() <= PARAMETERS.keys()
    asked = template.load(FOLDER / f"{name}.yaml")["Parameters"]
    for parameter, value in given.items():
        if value == {"Ref": parameter}:
            ours, theirs = asked[parameter], PARAMETERS[parameter]
            assert ours.get("AllowedValues") == theirs.get("AllowedValues")
            # The probe's network may be empty in a stack, and not where there is nothing but the probe.
            assert ours.get("AllowedPattern") in {
                theirs.get("AllowedPattern"),
                re.sub(r"^\^\((.*)\)\?\$$", r"^\1$", theirs.get("AllowedPattern", "")),
            }
        else:
            assert value in PARAMETERS[parameter]["AllowedValues"]


@pytest.mark.parametrize("page", ["stackset", "probes"])
def test_a_region_of_every_partition_is_one(page: str) -> None:
    parameters = template.load(FOLDER / f"{page}.yaml")["Parameters"]
    pattern = parameters["HomeRegion" if page == "stackset" else "VpcRegion"]["AllowedPattern"]
    regions = (
        "eu-central-1",
        "ap-southeast-7",
        "us-gov-west-1",
        "cn-northwest-1",
        "eusc-de-east-1",
        "us-isob-east-1",
    )
    assert [each for each in regions if not re.search(pattern, each)] == []
    assert [each for each in ("eu-central", "eu-central-1,us-east-1", "all", "") if re.search(pattern, each)] == []


@pytest.mark.parametrize(
    ("begins", "is_taken"),
    [
        ("tlscheck-example", True),
        ("x", True),
        ("a" * 42, True),
        *((each, False) for each in ("Not_A_Bucket", "-x", "x-", "", "a" * 43)),
    ],
)
def test_what_buckets_names_begin_with_is_the_same_to_make_package_and_to_the_bucket(
    begins: str, is_taken: bool
) -> None:
    pattern = template.load(FOLDER / "artefacts.yaml")["Parameters"]["BucketPrefix"]["AllowedPattern"]
    assert (re.search(pattern, begins) is not None) is is_taken
    source = (ROOT / "layers" / "packaging" / "package.py").read_text()
    (ours,) = re.findall(r'fullmatch\(r"(.+)", bucket\)', source)
    assert (re.fullmatch(ours, begins) is not None) is is_taken


def resolved(value: Any, names: dict[str, str]) -> Any:
    """A value of one of its templates, with names for what it refers to; a policy's own variables stay."""
    match value:
        case {"Ref": str(name)}:
            return names[name]
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return names[f"{name}.Arn"]
        case {"Fn::Sub": str(text)}:
            filled = re.sub(r"\$\{([^!}]+)\}", lambda found: names[found[1]], text)
            return filled.replace("${!", "${")
        case dict():
            return {key: resolved(inner, names) for key, inner in value.items()}
        case list():
            return [resolved(inner, names) for inner in value]
    return value


NAMES = {
    "OrganizationId": ORGANISATION,
    "Bucket": "bucket",
    "Bucket.Arn": "arn:aws:s3:::bucket",
    "Topic": f"arn:aws:sns:us-east-1:{TOOLS}:topic",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": TOOLS,
    "AWS::URLSuffix": "amazonaws.com",
}


def asked(page: str, policy: str, action: str, resource: str, **context: str) -> Decision:
    """What a resource's policy says to a role of account 111122223333."""
    properties = template.load(FOLDER / f"{page}.yaml")["Resources"][policy]["Properties"]
    document = resolved(properties.get("PolicyDocument") or properties["KeyPolicy"], NAMES)
    statements = json.loads(json.dumps(document["Statement"]).replace("${aws:PrincipalAccount}", ACCOUNTS[0]))
    role = f"arn:aws:iam::{ACCOUNTS[0]}:role/tlscheck-ReportRole-1A2B3C4D5E6F"
    given = {"aws:SecureTransport": "true"} | {key.replace("_", ":", 1): text for key, text in context.items()}
    return decision(statements, Request(action, resource, given, role))


OURS = {"aws_PrincipalOrgID": ORGANISATION}
THEIRS = {"aws_PrincipalOrgID": "o-someotherone"}
LATEST = f"arn:aws:s3:::bucket/{ACCOUNTS[0]}/eu-central-1/latest.json"


@pytest.mark.parametrize(
    ("page", "policy", "action", "resource", "context", "expected"),
    [
        ("central", "BucketPolicy", "s3:PutObject", LATEST, OURS, Decision.ALLOWED),
        ("central", "BucketPolicy", "s3:PutObject", LATEST, THEIRS, Decision.NOT_ALLOWED),
        ("central", "BucketPolicy", "s3:PutObject", LATEST, {}, Decision.NOT_ALLOWED),
        ("central", "BucketPolicy", "s3:PutObject", LATEST.replace("latest", "x"), OURS, Decision.NOT_ALLOWED),
        (
            *("central", "BucketPolicy", "s3:PutObject"),
            *(LATEST.replace(ACCOUNTS[0], ACCOUNTS[1]), OURS, Decision.NOT_ALLOWED),
        ),
        ("central", "BucketPolicy", "s3:GetObject", LATEST, OURS, Decision.NOT_ALLOWED),
        ("central", "BucketPolicy", "s3:DeleteObject", LATEST, OURS, Decision.NOT_ALLOWED),
        (
            *("central", "BucketPolicy", "s3:PutObject", LATEST),
            *(OURS | {"aws_SecureTransport": "false"}, Decision.DENIED),
        ),
        ("central", "TopicPolicy", "sns:Publish", NAMES["Topic"], OURS, Decision.ALLOWED),
        ("central", "TopicPolicy", "sns:Publish", NAMES["Topic"], THEIRS, Decision.NOT_ALLOWED),
        ("central", "TopicPolicy", "sns:Subscribe", NAMES["Topic"], OURS, Decision.NOT_ALLOWED),
        (
            *("central", "Key", "kms:GenerateDataKey", "*"),
            *(OURS | {"kms_ViaService": "s3.us-east-1.amazonaws.com"}, Decision.ALLOWED),
        ),
        (
            *("central", "Key", "kms:GenerateDataKey", "*"),
            *(OURS | {"kms_ViaService": "sns.us-east-1.amazonaws.com"}, Decision.ALLOWED),
        ),
        (
            *("central", "Key", "kms:GenerateDataKey", "*"),
            *(THEIRS | {"kms_ViaService": "s3.us-east-1.amazonaws.com"}, Decision.NOT_ALLOWED),
        ),
        ("central", "Key", "kms:GenerateDataKey", "*", OURS, Decision.NOT_ALLOWED),
        (
            *("central", "Key", "kms:ScheduleKeyDeletion", "*"),
            *(OURS | {"kms_ViaService": "s3.us-east-1.amazonaws.com"}, Decision.NOT_ALLOWED),
        ),
        (
            *("artefacts", "BucketPolicy", "s3:GetObject", "arn:aws:s3:::bucket/tlscheck-1.0.0/x.zip"),
            *(OURS, Decision.ALLOWED),
        ),
        (
            *("artefacts", "BucketPolicy", "s3:GetObject", "arn:aws:s3:::bucket/tlscheck-1.0.0/x.zip"),
            *(THEIRS, Decision.NOT_ALLOWED),
        ),
        (
            *("artefacts", "BucketPolicy", "s3:PutObject", "arn:aws:s3:::bucket/tlscheck-1.0.0/x.zip"),
            *(OURS, Decision.NOT_ALLOWED),
        ),
    ],
)
def test_the_organisation_may_do_what_its_page_says_and_nobody_else(
    page: str, policy: str, action: str, resource: str, context: dict[str, str], *, expected: Decision
) -> None:
    assert asked(page, policy, action, resource, **context) is expected


# ------------------------------------------------------------------------------------ in several emulated accounts


class StackError(Exception):
    """A stack was not made; the text says why."""


@dataclass
class Cloud:
    """Several accounts of one emulator, and the outputs of the stacks in them."""

    emulator: EmulatedAccount
    outputs: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def client(self, account: str, service: str, region: str = REGIONS[0]) -> Any:
        return self.emulator.client(service, region, aws_access_key_id=account)

    def stack(
        self, account: str, region: str, name: str, parameters: dict[str, str], **source: str
    ) -> dict[str, str]:
        """Makes a stack with the one capability that a stack set of ours has; its outputs. Raises StackError."""
        client = self.client(account, "cloudformation", region)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        client.create_stack(StackName=name, Capabilities=["CAPABILITY_IAM"], Parameters=given, **source)
        end = time.monotonic() + 60
        while True:
            made = client.describe_stacks(StackName=name)["Stacks"][0]
            if made["StackStatus"] == "CREATE_COMPLETE":
                found = {each["OutputKey"]: each["OutputValue"] for each in made["Outputs"]}
                self.outputs[account, region] = found
                return found
            if not made["StackStatus"].endswith("CREATE_IN_PROGRESS") or time.monotonic() > end:
                events = client.describe_stack_events(StackName=name)["StackEvents"]
                raise StackError(" ".join(each.get("ResourceStatusReason", "") for each in events))
            time.sleep(0.1)

    def sweep(self, account: str, region: str) -> dict[str, Any]:
        """The report of a full sweep, as it lies in the account's own bucket."""
        client, outputs = self.client(account, "stepfunctions", region), self.outputs[account, region]
        started = client.start_execution(stateMachineArn=outputs["StateMachine"], input="{}")["executionArn"]
        end = time.monotonic() + 60
        while (seen := client.describe_execution(executionArn=started))["status"] == "RUNNING":
            assert time.monotonic() < end
            time.sleep(0.1)
        assert seen["status"] == "SUCCEEDED", f"{seen.get('error')}: {seen.get('cause')}"
        key = json.loads(seen["output"])["report"]
        kept = self.client(account, "s3", region).get_object(Bucket=outputs["Bucket"], Key=key)
        found: dict[str, Any] = json.load(kept["Body"])
        return found


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A release in the buckets of the account that keeps the organisation's tools, and its central places."""
    dist = tmp_path_factory.mktemp("dist")
    run = package(dist, "tlscheck-example", *REGIONS)
    assert run.returncode == 0, run.stderr
    (release,) = dist.iterdir()
    records = {region: {"DBInstances": [record(region)]} for region in REGIONS}
    with EmulatedAccount(
        json.loads(json.dumps(records, default=str)), enforce_iam=True, wait_scale=0.1
    ) as emulator:
        made = Cloud(emulator)
        organisation = {"OrganizationId": ORGANISATION}
        made.stack(TOOLS, REGIONS[0], "central", organisation, TemplateBody=(FOLDER / "central.yaml").read_text())
        central = made.outputs[TOOLS, REGIONS[0]]
        for region in REGIONS:
            prefix = organisation | {"BucketPrefix": "tlscheck-example"}
            text = (FOLDER / "artefacts.yaml").read_text()
            bucket = made.stack(TOOLS, region, "artefacts", prefix, TemplateBody=text)["Bucket"]
            for path in (release / region).iterdir():
                made.client(TOOLS, "s3", region).put_object(
                    Bucket=bucket, Key=f"{release.name}/{path.name}", Body=path.read_bytes()
                )
        made.outputs[TOOLS, REGIONS[0]] = central | {"TemplateUrl": url(release.name)}
        yield made


def url(release: str) -> str:
    return f"https://s3.{REGIONS[0]}.amazonaws.com/tlscheck-example-{REGIONS[0]}/{release}/template.json"


def record(region: str) -> dict[str, Any]:
    """A database of whichever account asks, as the emulator's RDS has it."""
    text = json.dumps(instance(f"orders-{region}"), default=str)
    found: dict[str, Any] = json.loads(text.replace("eu-central-1", region).replace("123456789012", ACCOUNTS[0]))
    return found


def parameters_of(cloud: Cloud, region: str) -> tuple[dict[str, str], str]:
    """What the stack set gives each stack, and where its template lies; each stack sweeps its own Region here."""
    central = cloud.outputs[TOOLS, REGIONS[0]]
    given = template.load(FOLDER / "stackset.yaml")["Resources"]["StackSet"]["Properties"]["Parameters"]
    asked = central | {"SecurityHub": "ENABLED"}
    parameters = {each["ParameterKey"]: asked[each["ParameterKey"]] for each in given}
    return parameters | {"Regions": region}, central["TemplateUrl"]


def test_each_account_and_region_hands_its_report_and_its_message_to_the_organisation(cloud: Cloud) -> None:
    central = cloud.outputs[TOOLS, REGIONS[0]]
    sqs, sns = cloud.client(TOOLS, "sqs"), cloud.client(TOOLS, "sns")
    queue = sqs.create_queue(QueueName="gathered")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lets_it = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [lets_it | {"Resource": arn}]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=central["CentralTopicArn"], Protocol="sqs", Endpoint=arn)
    reports = {}
    for account in ACCOUNTS:
        for region in REGIONS:
            parameters, address = parameters_of(cloud, region)
            cloud.stack(account, region, "tlscheck", parameters, TemplateURL=address)
            reports[f"{account}/{region}"] = cloud.sweep(account, region)
    s3 = cloud.client(TOOLS, "s3")
    listed = s3.list_objects_v2(Bucket=central["CentralBucket"])["Contents"]
    assert [each["Key"] for each in listed] == [f"{folder}/latest.json" for folder in sorted(reports)]
    for folder, report in reports.items():
        kept = s3.get_object(Bucket=central["CentralBucket"], Key=f"{folder}/latest.json")
        assert json.load(kept["Body"]) == report
        account, region = folder.split("/")
        (database,) = report["databases"]
        assert database["arn"] == f"arn:aws:rds:{region}:{account}:db:orders-{region}"
    got = [
        json.loads(each["Body"])
        for each in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    ]
    assert sorted(each["Subject"].split(" ")[0] for each in got) == sorted(reports)
    assert sorted(each["MessageAttributes"]["account"]["Value"] for each in got) == sorted([*ACCOUNTS, *ACCOUNTS])


def test_an_account_of_no_organisation_of_ours_gets_no_code(cloud: Cloud) -> None:
    central = cloud.outputs[TOOLS, REGIONS[0]]
    client = cloud.client(STRANGER, "cloudformation")
    with pytest.raises(client.exceptions.ClientError, match="not found"):
        cloud.stack(STRANGER, REGIONS[0], "tlscheck", {}, TemplateURL=central["TemplateUrl"])
    key = f"{STRANGER}/{REGIONS[0]}/latest.json"
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        cloud.client(STRANGER, "s3").put_object(Bucket=central["CentralBucket"], Key=key, Body=b"{}")


def test_an_account_writes_under_its_own_number_alone(cloud: Cloud) -> None:
    bucket = cloud.outputs[TOOLS, REGIONS[0]]["CentralBucket"]
    client = cloud.client(ACCOUNTS[0], "s3")
    for key in (f"{ACCOUNTS[1]}/us-east-1/latest.json", f"{ACCOUNTS[0]}/us-east-1/other.json"):
        with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
            client.put_object(Bucket=bucket, Key=key, Body=b"{}")
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.get_object(Bucket=bucket, Key=f"{ACCOUNTS[0]}/us-east-1/latest.json")


def test_a_release_that_is_deployed_twice_changes_nothing(cloud: Cloud) -> None:
    account, region = "222233334444", "us-east-1"
    parameters, address = parameters_of(cloud, region)
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    client = cloud.client(account, "cloudformation", region)
    if (account, region) not in cloud.outputs:
        cloud.stack(account, region, "tlscheck", parameters, TemplateURL=address)
    with pytest.raises(client.exceptions.ClientError, match="No updates are to be performed"):
        client.update_stack(
            StackName="tlscheck", TemplateURL=address, Parameters=given, Capabilities=["CAPABILITY_IAM"]
        )
