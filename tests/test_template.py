"""What linters of the template cannot know: names, rights and their reasons, what a stack has, what fails how."""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.iam import Context, allowed
from tests.resolved import RANDOM, Stack
from tests.template import TEMPLATE, load, module_of, nodes, state_machine

ROOT = Path(__file__).parent.parent
TEXT = TEMPLATE.read_text()
LINES = TEXT.splitlines()
PARSED = load()
PARAMETERS = PARSED["Parameters"]
RESOURCES = PARSED["Resources"]
FUNCTIONS = {name: body for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"}
STATES = state_machine()["States"]
OF_A_BATCH = STATES["Databases"]["ItemProcessor"]["States"]
TASKS = {"Discover": STATES["Discover"], **OF_A_BATCH, "Report": STATES["Report"]}
LAMBDA_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
NETWORK = {"ProbeVpcId": "vpc-0a", "ProbeSubnetIds": "subnet-0a,subnet-0b", "ProbeSecurityGroupIds": "sg-0a"}


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def statements(name: str) -> list[dict[str, Any]]:
    found = [statement for policy in properties(name).get("Policies", []) for statement in policy["Statement"]]
    # One that stands there under a condition counts as if it held.
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in found]


def actions(name: str) -> set[str]:
    found: set[str] = set()
    for statement in statements(name):
        found |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    return found


# ------------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_its_file_and_its_handler_bear_one_name(name: str) -> None:
    assert properties(name)["Handler"] == f"{module_of(name)}.handler"
    assert (ROOT / "functions" / f"{module_of(name)}.py").is_file()


@pytest.mark.parametrize("name", TASKS)
def test_a_state_invokes_the_function_of_its_name(name: str) -> None:
    # Of a batch that could not be observed, Observe says what is still known.
    function = "Observe" if name == "Lost" else name
    assert TASKS[name]["Parameters"]["FunctionName"].endswith(f":function:{function}")


def test_every_function_runs_the_python_that_the_project_is_tested_on() -> None:
    version = (ROOT / ".python-version").read_text().strip()
    assert PARSED["Globals"]["Function"]["Runtime"] == f"python{version}"
    layers = [body for body in RESOURCES.values() if body["Type"] == "AWS::Serverless::LayerVersion"]
    assert {runtime for layer in layers for runtime in layer["Properties"]["CompatibleRuntimes"]} == {
        f"python{version}"
    }


# -------------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_says_what_it_is_and_accepts_its_own_default(name: str) -> None:
    parameter = PARAMETERS[name]
    assert len(parameter["Description"]) > 20
    default = parameter["Default"]
    assert re.fullmatch(parameter.get("AllowedPattern", ".*"), str(default))
    assert default in parameter.get("AllowedValues", [default])
    if "AllowedPattern" in parameter:
        assert parameter["ConstraintDescription"]


def test_every_parameter_stands_in_one_group_of_the_console() -> None:
    groups = PARSED["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        (
            "Regions",
            ["eu-central-1", "eu-central-1,us-gov-west-1", "eusc-de-east-1"],
            ["eu-central-1, us-east-1", "x"],
        ),
        ("DatabaseUser", ["tls_auditor"], ["Auditor", "audit or", "*", "1st"]),
        ("SweepSchedule", ["rate(1 day)", "cron(0 4 * * ? *)", "at(2026-11-24T04:00:00)"], ["daily", "0 4 * * *"]),
        ("ProbeSubnetIds", ["subnet-0a1b", "subnet-0a,subnet-0b"], ["subnet-0a, subnet-0b", "vpc-0a"]),
        ("NotificationEmail", ["tls@example.org"], ["nobody", "a b@example.org"]),
        ("PermissionsBoundary", ["arn:aws-cn:iam::123456789012:policy/edge/limits"], ["limits"]),
    ],
)
def test_a_parameter_refuses_what_would_fail_later(parameter: str, good: list[str], bad: list[str]) -> None:
    pattern = PARAMETERS[parameter]["AllowedPattern"]
    assert [text for text in good if not re.fullmatch(pattern, text)] == []
    assert [text for text in bad if re.fullmatch(pattern, text)] == []


# ------------------------------------------------------------------------------------------------------ rights


def scalars(node: yaml.Node, inside: bool = False) -> Iterator[yaml.ScalarNode]:
    """Every text inside a policy's statements."""
    if isinstance(node, yaml.ScalarNode):
        if inside:
            yield node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(value, inside or key.value == "Statement")
    else:
        for one in node.value:
            yield from scalars(one, inside)


STARS = [node for node in scalars(nodes()) if "*" in node.value]


@pytest.mark.parametrize("node", STARS, ids=lambda node: f"line {node.start_mark.line + 1}")
def test_every_star_of_a_policy_has_its_reason_beside_it(node: yaml.ScalarNode) -> None:
    line = node.start_mark.line
    assert "#" in LINES[line] or LINES[line - 1].lstrip().startswith("#"), LINES[line]


def test_no_function_may_do_whole_families_of_actions() -> None:
    assert {name: action for name in FUNCTIONS for action in actions(name) if "*" in action} == {}


def test_the_probe_alone_stands_in_a_vpc_and_may_log_in_to_databases_and_nothing_else() -> None:
    assert [name for name in FUNCTIONS if "VpcConfig" in properties(name)] == ["Probe"]
    assert actions("Probe") == {"rds-db:connect", "secretsmanager:GetSecretValue"}
    others = set().union(*(actions(name) for name in FUNCTIONS if name != "Probe"))
    assert not {action for action in others if action.startswith(("rds-db:", "secretsmanager:"))}


def test_nothing_may_change_a_database() -> None:
    granted = {action for name in [*FUNCTIONS, "Sweep"] for action in actions(name) if action.startswith("rds:")}
    assert granted
    assert {action for action in granted if not action.startswith("rds:Describe")} == set()


def test_only_publish_may_send_findings_and_of_the_table_it_writes_only_whether_they_arrived() -> None:
    assert [name for name in FUNCTIONS if "securityhub:BatchImportFindings" in actions(name)] == ["Publish"]
    (writing,) = [each for each in statements("Publish") if each["Sid"] == "RememberWhatArrived"]
    # What puts a whole item in its place cannot be limited so.
    assert writing["Action"] == "dynamodb:UpdateItem"
    assert writing["Condition"] == {
        "ForAllValues:StringEquals": {
            "dynamodb:Attributes": ["pk", "sk", "delivered_at", "refused", "listed", "due"]
        },
        "StringEqualsIfExists": {"dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"]},
    }


@pytest.mark.parametrize(
    ("attributes", "is_allowed"),
    [
        (("pk", "sk", "document"), True),
        (("pk", "sk", "document", "verdict"), False),
        (("pk", "sk", "reason"), False),
    ],
)
def test_publish_reads_of_an_item_what_was_listed_and_nothing_else(
    attributes: tuple[str, ...], *, is_allowed: bool
) -> None:
    """Modelled: the emulated account checks no dynamodb:Attributes."""
    stack = Stack({"SecurityHub": "ENABLED"})
    table = f"arn:aws:dynamodb:eu-central-1:123456789012:table/tlscheck-Table-{RANDOM}"
    context: Context = {"dynamodb:Attributes": attributes, "dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    assert allowed(stack.statements("Publish"), "dynamodb:GetItem", table, context) is is_allowed
    assert not allowed(
        stack.statements("Publish"), "dynamodb:GetItem", table, {**context, "dynamodb:Select": "ALL"}
    )


def test_publish_has_the_time_for_regions_that_swallow_what_they_are_sent() -> None:
    """Two attempts of ten seconds, eight Regions at once, of three dozen: five rounds of less than 24 seconds."""
    assert Stack({"SecurityHub": "ENABLED"}).properties("Publish")["Timeout"] == 120


def test_no_door_replaces_an_item_of_the_table_or_lists_them_all() -> None:
    granted = {action for name in FUNCTIONS for action in actions(name) if action.startswith("dynamodb:")}
    assert granted == {
        *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
        *("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
    }
    deleting = [
        (name, each) for name in FUNCTIONS for each in statements(name) if "DeleteItem" in str(each["Action"])
    ]
    assert [name for name, _ in deleting] == ["Discover", "Observe", "Report"]
    # Those that begin and end a full sweep may take away nothing that is remembered.
    under_way = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["running"]}}
    assert [each.get("Condition") for _, each in deleting] == [under_way, None, under_way]


def test_every_role_stays_within_the_permissions_boundary() -> None:
    bound = {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    assert PARSED["Globals"]["Function"]["PermissionsBoundary"] == bound
    makes_a_role = {"AWS::IAM::Role", "AWS::Serverless::StateMachine"}
    for name, body in RESOURCES.items():
        if body["Type"] in makes_a_role:
            assert properties(name)["PermissionsBoundary"] == bound, name


def test_no_partition_and_no_dns_suffix_is_written_out() -> None:
    code = "\n".join(line.split(" #")[0] for line in LINES if not line.lstrip().startswith("#"))
    assert not re.findall(r"arn:aws[^:\[]*:|\.com\.cn|aws-us-gov", code)
    # A service principal is the same in every partition unless it holds a Region.
    principals = re.findall(r"Service: ([a-z]+\.amazonaws\.com)\b", code)
    assert len(principals) == code.count("amazonaws.com")


def test_every_check_that_is_skipped_says_why() -> None:
    skips = [
        skip for body in RESOURCES.values() for skip in body.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert skips
    assert [skip for skip in skips if len(skip.get("comment", "")) < 30] == []
    ignored = [line for line in LINES if re.match(r"\s+- [WE]S?\d{4}", line)]
    assert ignored
    assert [line for line in ignored if "#" not in line] == []


# --------------------------------------------------------------------------------------------- roles of a stack


def holds(condition: Any, values: dict[str, str]) -> bool:
    """A condition of the template, under the values of its parameters."""
    match condition:
        case {"Fn::Equals": [left, right]}:
            return value(left, values) == value(right, values)
        case {"Fn::Not": [inner]}:
            return not holds(inner, values)
        case {"Fn::And": list(inner)}:
            return all(holds(one, values) for one in inner)
        case {"Condition": str(name)}:
            return holds(PARSED["Conditions"][name], values)
    raise TypeError(condition)


def value(operand: Any, values: dict[str, str]) -> str:
    return values[operand["Ref"]] if isinstance(operand, dict) else str(operand)


def stack(**changed: str) -> dict[str, str]:
    return {name: str(parameter["Default"]) for name, parameter in PARAMETERS.items()} | changed


def made(values: dict[str, str]) -> set[str]:
    """The resources that a stack with these parameters has."""
    return {
        name
        for name, body in RESOURCES.items()
        if "Condition" not in body or holds({"Condition": body["Condition"]}, values)
    }


def referred(body: Any, values: dict[str, str]) -> Iterator[str]:
    """The logical ids and parameters that a value needs, branches of an If that do not apply left out."""
    match body:
        case {"Fn::If": [str(condition), then, otherwise]}:
            yield from referred(then if holds({"Condition": condition}, values) else otherwise, values)
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([^}!]+)\}", text))
        case dict():
            for inner in body.values():
                yield from referred(inner, values)
        case list():
            for inner in body:
                yield from referred(inner, values)


def test_a_probe_only_stack_has_the_probe_its_registration_and_what_they_need() -> None:
    assert made(stack(Role="probe-only", **NETWORK)) == {
        "Probe",
        "ProbeRegistration",
        "ProbeDependencies",
        "RdsTrustStore",
        "ProbeLogs",
        "Key",
    }


def test_without_a_network_there_is_no_probe_and_all_else_stays() -> None:
    with_network, without = made(stack(**NETWORK)), made(stack())
    assert with_network - without == {
        "Probe",
        "ProbeRegistration",
        "ProbeDependencies",
        "ProbeLogs",
    }
    assert with_network == set(RESOURCES) - {"EmailSubscription"}


def test_without_security_hub_nothing_is_published() -> None:
    assert made(stack()) - made(stack(SecurityHub="DISABLED")) == {
        "Publish",
        "PublishLogs",
        "PublishBehind",
        "FindingsStream",
        "UnpublishedFindings",
        "NotPublished",
    }


CHOICES = [
    stack(Role=role, SecurityHub=hub, NotificationEmail=email, ProbeReachesOtherVpcs=reaches, **network)
    for role, hub, email, reaches, network in product(
        ["full", "probe-only"], ["ENABLED", "DISABLED"], ["", "a@b.c"], ["true", "false"], [{}, NETWORK]
    )
]


@pytest.mark.parametrize("values", CHOICES, ids=lambda values: "-".join(filter(None, map(str, values.values()))))
def test_nothing_in_a_stack_refers_to_what_that_stack_lacks(values: dict[str, str]) -> None:
    there = made(values)
    known = there | PARAMETERS.keys()
    shared = list(referred(PARSED["Globals"], values))
    for name in there:
        needed = [*referred(properties(name), values), *shared]
        assert {one for one in needed if one not in known and not one.startswith("AWS::")} == set(), name
    for name, output in PARSED["Outputs"].items():
        if "Condition" not in output or holds({"Condition": output["Condition"]}, values):
            assert set(referred(output["Value"], values)) <= known, name


# ------------------------------------------------------------------------------------- when, and when it fails


def test_two_schedules_start_sweeps_and_keep_what_they_could_not_start() -> None:
    events = properties("Sweep")["Events"]
    assert {name: json.loads(event["Properties"]["Input"])["depth"] for name, event in events.items()} == {
        "FullSweep": "full",
        "Sample": "sample",
    }
    for event in events.values():
        schedule = event["Properties"]
        assert event["Type"] == "ScheduleV2"
        assert schedule["OmitName"] is True  # a fixed name would collide with another stack's
        assert schedule["ScheduleExpressionTimezone"] == {"Ref": "ScheduleTimeZone"}
        assert schedule["FlexibleTimeWindow"]["Mode"] == "FLEXIBLE"
        assert schedule["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert schedule["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}


@pytest.mark.parametrize("name", TASKS)
def test_a_state_is_tried_again_when_lambda_itself_fails(name: str) -> None:
    first = TASKS[name]["Retry"][0]
    assert set(first["ErrorEquals"]) == LAMBDA_ERRORS
    assert first["BackoffRate"] > 1
    assert first["JitterStrategy"] == "FULL"
    assert first["MaxAttempts"] >= 3


@pytest.mark.parametrize("name", TASKS)
def test_a_function_that_failed_is_tried_again_but_not_a_bad_request(name: str) -> None:
    retriers = TASKS[name]["Retry"]
    assert [retrier["ErrorEquals"] for retrier in retriers[1:]] == [["BadRequest"], ["States.TaskFailed"]]
    assert [retrier["MaxAttempts"] for retrier in retriers[1:]] == [0, 2]


def test_a_batch_that_fails_ends_neither_the_others_nor_the_sweep() -> None:
    databases = STATES["Databases"]
    assert databases["ToleratedFailurePercentage"] == 100
    assert databases["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert databases["Next"] == "Report"


def test_a_batch_that_could_not_be_observed_is_handed_on_with_its_error() -> None:
    assert set(OF_A_BATCH) == {"Observe", "Lost"}
    assert OF_A_BATCH["Observe"]["Catch"] == [
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Lost"}
    ]
    lost = OF_A_BATCH["Lost"]
    assert (lost["Parameters"], lost["End"]) == (OF_A_BATCH["Observe"]["Parameters"], True)


def test_no_other_failure_is_swallowed() -> None:
    catching = [name for name, state in [*STATES.items(), *OF_A_BATCH.items()] if "Catch" in state]
    assert catching == ["Observe"]
    alarms = [name for name, body in RESOURCES.items() if body["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) >= 5
    assert [name for name in alarms if properties(name)["AlarmActions"] != [{"Ref": "Topic"}]] == []


def test_an_alarm_on_a_metric_of_ours_waits_for_one_that_report_writes() -> None:
    written = (ROOT / "functions" / "report.py").read_text()
    ours = [name for name in RESOURCES if properties(name).get("Namespace") == "tlscheck"]
    assert ours
    for name in ours:
        assert properties(name)["MetricName"] in written, name


def test_publish_gets_announced_findings_alone_and_loses_none() -> None:
    stream = properties("FindingsStream")
    changed = {"eventName": ["INSERT", "MODIFY"]}
    assert [json.loads(each["Pattern"]) for each in stream["FilterCriteria"]["Filters"]] == [
        changed | {"dynamodb": {"NewImage": {"due": {"S": [{"exists": True}]}}}},
        # Those of the version before, which are archived once.
        changed | {"dynamodb": {"NewImage": {"kind": {"S": ["finding"]}}}},
    ]
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["MaximumRetryAttempts"] > 0
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["UnpublishedFindings", "Arn"]
    }


# ------------------------------------------------------------------------------------------------ what is kept


@pytest.mark.parametrize("name", [*FUNCTIONS, "Sweep"])
def test_logs_are_encrypted_and_kept_as_long_as_the_owner_says(name: str) -> None:
    group = properties(f"{name}Logs")
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert group["KmsKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
    if name in FUNCTIONS:
        assert properties(name)["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}Logs"}


@pytest.mark.parametrize("name", ["Table", "Bucket", "Key"])
def test_what_cannot_be_had_again_outlives_the_stack(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_the_bucket_is_closed_to_the_public_and_to_plain_http() -> None:
    assert set(properties("Bucket")["PublicAccessBlockConfiguration"].values()) == {True}
    (only,) = properties("BucketPolicy")["PolicyDocument"]["Statement"]
    assert (only["Effect"], only["Principal"], only["Action"]) == ("Deny", "*", "s3:*")
    assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_table_has_the_keys_that_the_code_writes() -> None:
    table = properties("Table")
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    indexes = {
        each["IndexName"]: [key["AttributeName"] for key in each["KeySchema"]]
        for each in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {"by_kind": ["kind", "pk"], "by_listing": ["listed", "pk"]}
    assert table["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
