"""What linters of the template cannot know: names, rights and their reasons, what a stack has, what fails how."""

import json
import math
import re
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from tlscheck.inventory.offset import spread

from tests.iam import Context, allowed, several
from tests.resolved import NETWORK, RANDOM, Stack
from tests.template import TEMPLATE, load, module_of, nodes, scheduled, state_machine

ROOT = Path(__file__).parent.parent
TEXT = TEMPLATE.read_text()
LINES = TEXT.splitlines()
PARSED = load()
PARAMETERS = PARSED["Parameters"]
RESOURCES = PARSED["Resources"]
FUNCTIONS = {name: body for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"}
STATES = state_machine()["States"]
OF_A_BATCH = STATES["Databases"]["ItemProcessor"]["States"]
OF_A_SAMPLE = STATES["Samples"]["ItemProcessor"]["States"]
TASKS = {"Discover": STATES["Discover"], **OF_A_BATCH, "Report": STATES["Report"]}
LAMBDA_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
OWN_KEY = "arn:aws:kms:eu-central-1:123456789012:key/mrk-0a1b2c3d"
VARIED = {
    "SecurityHub": ["ENABLED", "DISABLED"],
    "NotificationEmail": ["", "a@b.c"],
    "PermissionsBoundary": ["", "arn:aws:iam::123456789012:policy/limits"],
    "ProbeReachesOtherVpcs": ["true", "false"],
    "MasterUserSecrets": ["ENABLED", "DISABLED"],
    "LogReading": ["ENABLED", "DISABLED"],
    "LogFileDownload": ["ENABLED", "DISABLED"],
    "KeyArn": ["", OWN_KEY],
}


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
        (
            "PermissionsBoundary",
            ["arn:aws-cn:iam::123456789012:policy/edge/limits", "arn:aws:iam::aws:policy/PowerUserAccess"],
            ["limits", "arn:aws:iam::aws:role/x", "arn:aws:iam::amazon:policy/x"],
        ),
        (
            "KeyArn",
            [OWN_KEY, "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
            [
                "alias/mine",
                "arn:aws:kms:eu-central-1:123456789012:alias/mine",
                "1234abcd-12ab-34cd-56ef-1234567890ab",
            ],
        ),
        ("SecretNames", ["prod/tlscheck", "tlscheck/*", "a.b@c+d=e_f-g"], ["two words", "a,b", ""]),
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
    allowed = {"rds-db:connect", "secretsmanager:GetSecretValue", "kms:Decrypt"}
    assert actions("Probe") == allowed | {"logs:CreateLogGroup"}  # which is denied
    others = set().union(*(actions(name) for name in FUNCTIONS if name != "Probe"))
    assert not {action for action in others if action.startswith(("rds-db:", "secretsmanager:"))}


def test_nothing_may_change_a_database() -> None:
    granted = {action for name in [*FUNCTIONS, "Sweep"] for action in actions(name) if action.startswith("rds:")}
    assert granted
    reading = ("rds:Describe", "rds:DownloadDBLogFilePortion")
    assert {action for action in granted if not action.startswith(reading)} == set()


def test_only_deliver_may_send_findings_and_of_the_table_it_writes_only_whether_they_arrived() -> None:
    assert [name for name in FUNCTIONS if "securityhub:BatchImportFindings" in actions(name)] == ["Deliver"]
    (writing,) = [each for each in statements("Deliver") if each["Sid"] == "RememberWhatArrived"]
    # What puts a whole item in its place cannot be limited so.
    assert writing["Action"] == "dynamodb:UpdateItem"
    assert writing["Condition"] == {
        "ForAllValues:StringEquals": {
            "dynamodb:Attributes": ["pk", "sk", "delivered_at", "delivered_as", "refused", "listed", "due"]
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
def test_deliver_reads_of_an_item_what_was_listed_and_nothing_else(
    attributes: tuple[str, ...], *, is_allowed: bool
) -> None:
    """Modelled: the emulated account checks no dynamodb:Attributes."""
    stack = Stack()
    table = f"arn:aws:dynamodb:eu-central-1:123456789012:table/tlscheck-Table-{RANDOM}"
    context: Context = {"dynamodb:Attributes": attributes, "dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    assert allowed(stack.statements("Deliver"), "dynamodb:GetItem", table, context) is is_allowed
    assert not allowed(
        stack.statements("Deliver"), "dynamodb:GetItem", table, {**context, "dynamodb:Select": "ALL"}
    )


def test_deliver_has_the_time_for_regions_that_swallow_what_they_are_sent() -> None:
    """Two attempts of ten seconds, eight Regions at once, of three dozen: five rounds of less than 24 seconds."""
    assert Stack().properties("Deliver")["Timeout"] == 120


def test_no_door_replaces_an_item_of_the_table_or_lists_them_all() -> None:
    granted = {action for name in FUNCTIONS for action in actions(name) if action.startswith("dynamodb:")}
    assert granted == {
        *("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"),
        *("dynamodb:UpdateItem", "dynamodb:DeleteItem"),
        *("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
    }
    deleting = [
        (name, each) for name in FUNCTIONS for each in statements(name) if "DeleteItem" in str(each["Action"])
    ]
    assert [name for name, _ in deleting] == ["Discover", "Observe", "Report"]
    # Those that begin and end a full sweep may take away nothing that is remembered.
    under_way = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["running"]}}
    skipped = [each for name in FUNCTIONS for each in statements(name) if "['skipped']" in str(each)]
    assert [each["Action"] for each in skipped] == ["dynamodb:UpdateItem"] * 2
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


def made(**parameters: str) -> set[str]:
    """The resources that a stack with these parameters has."""
    return Stack(parameters).resources


PROBE_ONLY = {"Role": "probe-only", **NETWORK}


def test_a_probe_only_stack_has_the_probe_its_registration_and_what_they_need() -> None:
    of_the_probe = {"Probe", "ProbeRegistration", "ProbeDependencies", "RdsTrustStore", "ProbeLogs"}
    assert made(**PROBE_ONLY) == of_the_probe
    assert made(**PROBE_ONLY, KeyArn=OWN_KEY) == of_the_probe


def test_a_probe_only_stack_leaves_nothing_behind_when_it_is_deleted() -> None:
    for name in made(**PROBE_ONLY):
        body = RESOURCES[name]
        assert body.get("DeletionPolicy", "Delete") == "Delete", name
        assert body["Properties"].get("RetentionPolicy", "Delete") == "Delete", name
    # A layer is kept unless it says otherwise.
    layers = [name for name in made(**PROBE_ONLY) if RESOURCES[name]["Type"].endswith("LayerVersion")]
    assert {properties(name)["RetentionPolicy"] for name in layers} == {"Delete"}


def test_without_a_network_there_is_no_probe_and_all_else_stays() -> None:
    assert made(**NETWORK) - made() == {"Probe", "ProbeRegistration", "ProbeDependencies", "ProbeLogs"}
    assert made() - made(**NETWORK) == set()


def test_without_security_hub_what_is_there_can_still_be_archived_and_no_alarm_is_paid_for() -> None:
    assert made() - made(SecurityHub="DISABLED") == {"PublishBehind", "NotPublished"}
    stack = Stack(NETWORK | {"SecurityHub": "DISABLED", "Publish": "EVERYTHING"})
    for name in ("Deliver", "Observe"):
        assert stack.properties(name)["Environment"]["Variables"]["SECURITY_HUB"] == "DISABLED", name
    assert {"BatchImportFindings" in action for action in actions("Deliver")} == {True, False}


def test_logs_are_read_by_observe_alone_and_only_where_the_owner_says_so() -> None:
    parameters = PARSED["Parameters"]
    assert parameters["LogReading"]["Default"] == "ENABLED"
    assert (parameters["LogOverlapMinutes"]["Default"], parameters["LogFirstReadGB"]["Default"]) == (15, 20)
    asked = {"logs:FilterLogEvents", "logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery"}
    described = "logs:DescribeLogGroups"
    functions = [name for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"]
    assert [name for name in functions if asked & actions(name)] == ["Observe"]
    # Discover's preview alone tells how much there is to read, and reads none of it.
    assert [name for name in functions if described in actions(name)] == ["Discover", "Observe"]
    assert asked <= actions("Observe")
    for value, is_allowed in (("ENABLED", True), ("DISABLED", False)):
        stack = Stack(NETWORK | {"LogReading": value})
        for name in ("Discover", "Observe"):
            door = stack.properties(name)
            told = door["Environment"]["Variables"]
            said = (told["LOG_READING"], str(told["LOG_OVERLAP_MINUTES"]), str(told["LOG_FIRST_READ_GB"]))
            assert said == (value, "15", "20")
            assert (described in str(door["Policies"])) is is_allowed
        assert ("logs:FilterLogEvents" in str(stack.properties("Observe")["Policies"])) is is_allowed


@pytest.mark.parametrize(
    ("reading", "download", "is_allowed"),
    [
        ("ENABLED", "ENABLED", True),
        ("ENABLED", "DISABLED", False),
        ("DISABLED", "ENABLED", False),
        ("DISABLED", "DISABLED", False),
    ],
)
def test_log_files_are_downloaded_by_observe_alone_and_only_where_the_owner_says_so(
    reading: str, download: str, *, is_allowed: bool
) -> None:
    assert PARSED["Parameters"]["LogFileDownload"]["Default"] == "DISABLED"
    asked = {"rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion"}
    functions = [name for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"]
    assert [name for name in functions if asked & actions(name)] == ["Observe"]
    observe = Stack(NETWORK | {"LogReading": reading, "LogFileDownload": download}).properties("Observe")
    assert observe["Environment"]["Variables"]["LOG_FILE_DOWNLOAD"] == download
    statements = [each for policy in observe["Policies"] for each in policy["Statement"] if isinstance(each, dict)]
    allowed = [each for each in statements if "rds:" in str(each.get("Action"))]
    assert bool(allowed) is is_allowed
    for each in allowed:
        assert set(each["Action"]) == asked
        assert each["Resource"].startswith("arn:aws:rds:*:")
        assert each["Resource"].endswith(":db:*")


def test_no_database_is_woken_unless_the_owner_says_so_and_observe_alone_may_ask_who_is_awake() -> None:
    assert PARSED["Parameters"]["WakePausedDatabases"]["Default"] == "DISABLED"
    assert PARSED["Parameters"]["WakePausedDatabases"]["AllowedValues"] == ["ENABLED", "DISABLED"]
    for value in ("ENABLED", "DISABLED"):
        told = Stack(NETWORK | {"WakePausedDatabases": value}).properties("Observe")["Environment"]["Variables"]
        assert told["WAKE_PAUSED_DATABASES"] == value
    functions = [name for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"]
    assert [name for name in functions if "cloudwatch:GetMetricData" in actions(name)] == ["Observe"]


def test_what_goes_to_security_hub_is_failures_unless_the_owner_says_otherwise() -> None:
    assert PARSED["Parameters"]["Publish"]["Default"] == "FAILURES"
    assert PARSED["Parameters"]["Publish"]["AllowedValues"] == ["FAILURES", "EVERYTHING"]
    for publish in ("FAILURES", "EVERYTHING"):
        told = Stack(NETWORK | {"Publish": publish}).properties("Observe")["Environment"]["Variables"]
        assert (told["SECURITY_HUB"], told["PUBLISH"]) == ("ENABLED", publish)


def test_with_a_key_of_the_owners_there_is_no_second_one_to_pay_for() -> None:
    assert made() - made(KeyArn=OWN_KEY) == {"Key"}
    stack = Stack({**NETWORK, "KeyArn": OWN_KEY})
    properties_of_all = {name: stack.properties(name) for name in stack.resources}
    logs = {name for name in stack.resources if RESOURCES[name]["Type"] == "AWS::Logs::LogGroup"}
    assert {properties_of_all[name]["KmsKeyId"] for name in logs} == {OWN_KEY}
    assert properties_of_all["Table"]["SSESpecification"]["KMSMasterKeyId"] == OWN_KEY
    assert properties_of_all["Topic"]["KmsMasterKeyId"] == OWN_KEY
    (rule,) = properties_of_all["Bucket"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == OWN_KEY


CHOICES: list[dict[str, str]] = [
    {"Role": role, **network, **dict(zip(VARIED, chosen, strict=True))}
    for role, network in [("full", {}), ("full", NETWORK), ("probe-only", NETWORK)]
    for chosen in product(*VARIED.values())
]


@pytest.mark.parametrize("parameters", CHOICES, ids=lambda parameters: "-".join(filter(None, parameters.values())))
def test_nothing_in_a_stack_refers_to_what_that_stack_lacks_or_waits_for_itself(
    parameters: dict[str, str],
) -> None:
    stack = Stack(parameters)
    there, given = stack.resources, PARAMETERS.keys()

    def own(names: Iterable[str]) -> set[str]:
        return {name for name in names if name not in given and not name.startswith("AWS::")}

    shared = set(stack.needs(PARSED["Globals"]))
    waits: dict[str, set[str]] = {}
    for name in there:
        body = dict(properties(name))
        # SAM makes resources of their own of these, which wait for theirs.
        events = own(stack.needs(body.pop("Events", {})))
        needed = own({*stack.needs(body), *shared})
        assert events | needed <= there, name
        waits |= {
            name: {*needed, *several(RESOURCES[name].get("DependsOn", []))},
            f"{name}.Events": {name, *events},
        }
    # A function stands for its role too: what is no circle so is none when the two are apart.
    assert set(TopologicalSorter(waits).static_order()) == waits.keys()
    for name in stack.outputs:
        assert set(stack.needs(PARSED["Outputs"][name]["Value"])) <= there | given, name
        stack.resolve(PARSED["Outputs"][name]["Value"])


# ------------------------------------------------------------------------------------- when, and when it fails


def test_two_schedules_start_sweeps_and_keep_what_they_could_not_start() -> None:
    events = properties("Sweep")["Events"]
    assert {name: event["Properties"]["Input"] for name, event in events.items()} == {
        "FullSweep": '{"depth": "full"}',
        "Sample": {"Fn::Sub": '{"depth": "sample", "schedule": "${SampleSchedule}"}'},
    }
    windows = {name: event["Properties"]["FlexibleTimeWindow"]["Mode"] for name, event in events.items()}
    # A sample draws its own moment.
    assert windows == {"FullSweep": "FLEXIBLE", "Sample": "OFF"}
    for event in events.values():
        schedule = event["Properties"]
        assert event["Type"] == "ScheduleV2"
        assert schedule["OmitName"] is True  # a fixed name would collide with another stack's
        assert schedule["ScheduleExpressionTimezone"] == {"Ref": "ScheduleTimeZone"}
        assert schedule["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert schedule.get("State") == ({"Ref": "Sampling"} if event is events["Sample"] else None)
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
    retriers = [each for each in TASKS[name]["Retry"] if each["ErrorEquals"] != ["ProbeBusy"]]
    assert [retrier["ErrorEquals"] for retrier in retriers[1:]] == [["BadRequest"], ["States.TaskFailed"]]
    assert [retrier["MaxAttempts"] for retrier in retriers[1:]] == [0, 2]


def test_a_batch_that_fails_ends_neither_the_others_nor_the_sweep() -> None:
    databases = STATES["Databases"]
    assert databases["ToleratedFailurePercentage"] == 100
    assert databases["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert databases["Next"] == "Report"


def test_the_batches_of_the_largest_sweep_return_less_than_a_state_may_hold() -> None:
    """Modelled: on AWS what the executions of a distributed Map return may be 256 KiB in all, also where
    ResultPath drops it; beyond it the sweep fails with States.DataLimitExceeded (aws/aws-cdk, issue 24799).
    """
    for states in (OF_A_BATCH, OF_A_SAMPLE):
        assert {state["OutputPath"] for state in states.values() if state.get("End") or "Catch" in state} == {None}
    databases = 50_000  # one in each batch
    assert len(json.dumps([{}] * databases)) < 256 * 1024


def test_a_batch_that_could_not_be_observed_is_handed_on_with_its_error() -> None:
    assert set(OF_A_BATCH) == {"Observe", "Lost"}
    assert OF_A_BATCH["Observe"]["Catch"] == [
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Lost"}
    ]
    lost = OF_A_BATCH["Lost"]
    assert (lost["Parameters"], lost["End"]) == (OF_A_BATCH["Observe"]["Parameters"], True)


def test_a_probe_that_is_busy_is_asked_again_later_and_holds_no_place_meanwhile() -> None:
    (busy,) = (each for each in OF_A_BATCH["Observe"]["Retry"] if each["ErrorEquals"] == ["ProbeBusy"])
    assert (busy["BackoffRate"] > 1, busy["JitterStrategy"], busy["MaxAttempts"]) == (True, "FULL", 6)
    names = [each["ErrorEquals"] for each in OF_A_BATCH["Observe"]["Retry"]]
    assert names.index(["ProbeBusy"]) < names.index(["States.TaskFailed"])  # which matches it too


def longest_waits(retriers: list[dict[str, Any]]) -> float:
    """Seconds that lie between tries at most, whatever the jitter: of all retriers together."""
    return sum(
        float(min(each["IntervalSeconds"] * each["BackoffRate"] ** number, each.get("MaxDelaySeconds", math.inf)))
        for each in retriers
        for number in range(each["MaxAttempts"])
    )


def test_a_samples_child_is_over_in_240_seconds_with_all_that_is_tried_again() -> None:
    """Modelled: the emulator ignores ExecutionType; on AWS an Express execution is cut off after 300 seconds.

    What is tried again did not begin: Lambda or the probe refused it. A function that ran is not run again, since
    the next sample comes soon.
    """
    how = STATES["Samples"]["ItemProcessor"]["ProcessorConfig"]
    assert how == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    observe, lost = OF_A_SAMPLE["ObserveSample"], OF_A_SAMPLE["LostSample"]
    begun = [name for state in (observe, lost) for each in state["Retry"] for name in each["ErrorEquals"]]
    assert set(begun) == LAMBDA_ERRORS | {"ProbeBusy"}
    in_all = sum(state["TimeoutSeconds"] + longest_waits(state["Retry"]) for state in (observe, lost))
    assert in_all <= 240
    # Observe waits 150 seconds for a probe, which has 120.
    assert observe["TimeoutSeconds"] > 150 > properties("Probe")["Timeout"] == 120


def test_a_sample_is_done_as_a_full_sweep_is_but_by_children_that_cost_less() -> None:
    full, sample = STATES["Databases"], STATES["Samples"]
    assert full["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] == "STANDARD"
    same = ("ToleratedFailurePercentage", "MaxConcurrencyPath", "ItemReader", "ItemSelector", "ResultPath", "Next")
    assert {name: sample[name] for name in same} == {name: full[name] for name in same}
    assert sample["MaxConcurrencyPath"] == "$.max_concurrency"
    observe, lost = OF_A_SAMPLE["ObserveSample"], OF_A_SAMPLE["LostSample"]
    assert observe["Catch"] == [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "LostSample"}]
    assert observe["Parameters"] == lost["Parameters"] == OF_A_BATCH["Observe"]["Parameters"]
    assert lost["End"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"batches": 3, "sweep": {"depth": "full"}}, "Databases"),
        ({"batches": 3, "sweep": {"depth": "sample"}}, "Samples"),
        ({"sweep": {"depth": "sample"}, "wait_seconds": 1}, "Offset"),
        ({"batches": 0, "sweep": {"depth": "full"}}, "Report"),
        ({"batches": 0, "sweep": {"depth": "sample"}}, "Report"),
        ({"batches": 0, "sweep": {"depth": "sample"}, "skipped": "a full sweep was under way: x"}, "Skipped"),
    ],
)
def test_what_discover_answers_chooses_what_is_done(answer: dict[str, Any], state: str) -> None:
    choice = STATES["AnyBatches"]
    assert next((each["Next"] for each in choice["Choices"] if chosen(each, answer)), choice["Default"]) == state
    assert STATES["Skipped"] == {"Type": "Succeed"}


def test_a_sample_that_has_waited_is_planned_by_what_it_was_started_with() -> None:
    wait = STATES["Offset"]
    assert (wait["Type"], wait["SecondsPath"], wait["Next"]) == ("Wait", "$.wait_seconds", "Discover")
    # After the wait its input is Discover's own answer.
    assert STATES["Discover"]["Parameters"]["Payload"]["request.$"] == "$$.Execution.Input"
    assert scheduled("sample") == {"depth": "sample", "schedule": "rate(15 minutes)"}
    assert scheduled("full") == {"depth": "full"}


def test_the_longest_wait_leaves_a_sample_two_of_the_three_hours() -> None:
    assert (
        max(spread(each).total_seconds() for each in ("rate(1 day)", "rate(30 days)", "cron(0 4 * * ? *)")) == 3600
    )
    assert state_machine()["TimeoutSeconds"] == 10_800


def chosen(rule: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether a rule of a Choice holds, as the States Language says it."""
    if "And" in rule:
        return all(chosen(each, given) for each in rule["And"])
    found: Any = given
    for name in rule["Variable"].removeprefix("$.").split("."):
        found = found.get(name) if isinstance(found, dict) else None
    match rule:
        case {"IsPresent": bool(wanted)}:
            return (found is not None) is wanted
        case {"NumericGreaterThan": int(than)}:
            return bool(found > than)
        case {"StringEquals": str(wanted)}:
            return bool(found == wanted)
    raise TypeError(rule)


def test_no_other_failure_is_swallowed() -> None:
    catching = [
        name for name, state in [*STATES.items(), *OF_A_BATCH.items(), *OF_A_SAMPLE.items()] if "Catch" in state
    ]
    assert catching == ["Observe", "ObserveSample"]


def test_deliver_gets_announced_findings_alone_and_loses_none() -> None:
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
    key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert Stack(NETWORK).properties(f"{name}Logs")["KmsKeyId"] == key
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


def test_the_bucket_asks_kms_for_a_key_of_its_own_and_not_for_each_object() -> None:
    """Else each object that is written or read is a paid call of KMS (S3 user guide, "S3 Bucket Keys")."""
    (rule,) = properties("Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
