"""Every call that the code makes is allowed by its role, in three partitions, and what lies beside it is not.

Modelled: the template's policies are evaluated here, as IAM's documentation says; AWS itself is not asked.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from tests.iam import Context, Decision, Request, allowed, decision
from tests.resolved import NETWORK, PARSED, Stack
from tests.rights import Place, calls

EDGES = Path(__file__).parent.parent / "functions" / "tlscheck" / "edges"
OWN_KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-0000-1111-2222-333344445555"
PLACES = [
    ("aws", "eu-central-1", "us-east-1"),
    ("aws-us-gov", "us-gov-west-1", "us-gov-east-1"),
    ("aws-cn", "cn-north-1", "cn-northwest-1"),
]


def stack(partition: str = "aws", region: str = "eu-central-1", **parameters: str) -> Stack:
    return Stack(
        {**NETWORK, "MasterUserSecrets": "ENABLED", "LogFileDownload": "ENABLED", **parameters}, partition, region
    )


HERE = Place(stack())
EVERYWHERE = [(stack(partition, region), elsewhere) for partition, region, elsewhere in PLACES]
ROLES = [
    name
    for name, body in PARSED["Resources"].items()
    if body["Type"] in {"AWS::Serverless::Function", "AWS::Serverless::StateMachine", "AWS::IAM::Role"}
]


def may(of: Stack, role: str, action: str, resource: str, context: Context | None = None) -> bool:
    return allowed(of.statements(role), action, resource, context)


# ------------------------------------------------------------------------------------------ what is needed


@pytest.mark.parametrize(("of", "elsewhere"), EVERYWHERE, ids=[partition for partition, _, _ in PLACES])
def test_every_call_of_every_role_is_allowed(of: Stack, elsewhere: str) -> None:
    refused = [
        call for call in calls(of, elsewhere) if not may(of, call.role, call.action, call.resource, call.context)
    ]
    assert refused == []


def test_with_a_key_of_the_owners_every_call_is_allowed_too() -> None:
    of = stack(KeyArn=OWN_KEY)
    asked = calls(of, "us-east-1")
    assert {call.resource for call in asked if call.resource.endswith("333344445555")} == {OWN_KEY}
    assert [call for call in asked if not may(of, call.role, call.action, call.resource, call.context)] == []


THEIR_TOPIC = "arn:aws:sns:eu-central-1:210987654321:operations"


def test_a_given_topic_may_be_under_any_key_which_is_used_for_that_topic_alone() -> None:
    """SNS hands KMS its caller, and the topic's ARN as encryption context (`aws:sns:topicArn`)."""
    of = stack(AlarmTopicArn=THEIR_TOPIC)
    key = "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-0000-1111-2222-333344445555"
    asked = {
        "kms:ViaService": "sns.eu-central-1.amazonaws.com",
        "kms:EncryptionContext:aws:sns:topicArn": THEIR_TOPIC,
    }
    assert may(of, "Report", "sns:Publish", THEIR_TOPIC)
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert may(of, "Report", action, key, asked)
        for otherwise in (
            {},
            {"kms:ViaService": "sns.eu-central-1.amazonaws.com"},
            asked | {"kms:ViaService": "s3.eu-central-1.amazonaws.com"},
            asked | {"kms:EncryptionContext:aws:sns:topicArn": f"{THEIR_TOPIC}-2"},
        ):
            assert not may(of, "Report", action, key, otherwise)
        # Without such a topic there is no key but the stack's.
        assert not may(stack(), "Report", action, key, asked)
        assert not may(of, "Deliver", action, key, asked)
    assert not may(of, "Report", "kms:Encrypt", key, asked)


def test_report_hands_on_to_the_organisations_place_and_may_do_nothing_else_there() -> None:
    """The place lies in another account and Region; by whose policies else, tests/test_organisation.py says."""
    topic, key = "arn:aws:sns:eu-west-1:999988887777:all", "arn:aws:kms:eu-west-1:999988887777:key/1234abcd"
    of = stack(CentralTopicArn=topic, CentralBucket="reports", CentralKeyArn=key)
    own = "arn:aws:s3:::reports/123456789012/eu-central-1/latest.json"
    via = {name: {"kms:ViaService": f"{name}.eu-west-1.amazonaws.com"} for name in ("s3", "sns", "dynamodb")}
    assert may(of, "Report", "sns:Publish", topic)
    assert may(of, "Report", "s3:PutObject", own)
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert may(of, "Report", action, key, via["s3"])
        assert may(of, "Report", action, key, via["sns"])
        for otherwise in ({}, via["dynamodb"]):
            assert not may(of, "Report", action, key, otherwise)
        assert not may(of, "Report", action, f"{key}-2", via["s3"])
        assert not may(stack(), "Report", action, key, via["s3"])
    for action, resource in (
        ("s3:GetObject", own),
        ("s3:PutObject", own.replace("123456789012", "210987654321")),
        ("s3:PutObject", own.replace("latest", "other")),
        ("sns:Publish", f"{topic}-2"),
    ):
        assert not may(of, "Report", action, resource), (action, resource)
    assert not may(stack(), "Report", "s3:PutObject", own)


def test_every_operation_that_the_code_calls_is_among_them() -> None:
    session = botocore.session.get_session()
    renamed = {"lambda:Invoke": "lambda:InvokeFunction"}
    prefixes = {"stepfunctions": "states"}
    called: set[str] = set()
    for path in EDGES.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for service in services(tree):
            operations = {xform_name(name): name for name in session.get_service_model(service).operation_names}
            found = [operations[name] for name in names(tree) if name in operations]
            actions = {f"{prefixes.get(service, service)}:{operation}" for operation in found}
            called |= {renamed.get(action, action) for action in actions}
    assert called > {
        "rds:DescribeDBInstances",
        "secretsmanager:GetSecretValue",
        "lambda:InvokeFunction",
        "s3:PutObject",
    }
    # Of a laptop alone, and everybody may ask it.
    assert called - {call.action for call in calls(stack(), "us-east-1")} == {"sts:GetCallerIdentity"}


def services(tree: ast.AST) -> Iterator[str]:
    """Those that a module makes a client of."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="client"), args=[ast.Constant(value=str(service)), *_]):
                yield service


def names(tree: ast.AST) -> Iterator[str]:
    """Attributes that a module uses, and the operations that it asks paginators for."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(attr=name)
                | ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(name))])
            ):
                yield name


def test_no_role_may_do_more_kinds_of_things_than_these() -> None:
    """An action that no call needs is one too many; AWS's own policies of a role are AWS's to keep."""
    of = stack()
    needed = {(call.role, call.action) for call in calls(of, "us-east-1")}
    granted = {
        (role, action)
        for role in ROLES
        for each in of.own_statements(role)
        if each["Effect"] == "Allow"
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert granted - needed == {
        # Of log delivery the whole family is needed, though a running state machine asks for one.
        *(
            ("Sweep", f"logs:{name}")
            for name in (
                "GetLogDelivery",
                "UpdateLogDelivery",
                "DeleteLogDelivery",
                "ListLogDeliveries",
                "DescribeResourcePolicies",
            )
        ),
    }


# ---------------------------------------------------------------------------------------- what lies beside it

OTHER_ACCOUNT = "210987654321"
OTHER_SECRET = HERE.secret("payroll/admin")
KEY = HERE.own("Key")
THEIR_KEY = HERE.arn("kms", "key/0000")


@pytest.mark.parametrize(
    ("role", "action", "resource", "context"),
    [
        # Another account, another secret, another table, another bucket, another user.
        ("Discover", "rds:DescribeDBInstances", HERE.arn("rds", "db:orders", account=OTHER_ACCOUNT), {}),
        ("Discover", "rds:DescribeDBSnapshots", HERE.arn("rds", "db:orders"), {}),
        ("Discover", "rds:ModifyDBInstance", HERE.arn("rds", "db:orders"), {}),
        ("Discover", "dynamodb:UpdateItem", HERE.own("Table"), {"dynamodb:LeadingKeys": ("running", "x")}),
        ("Discover", "dynamodb:UpdateItem", HERE.arn("dynamodb", "table/orders"), {}),
        ("Discover", "dynamodb:Query", HERE.own("Table"), {}),
        ("Discover", "s3:GetObject", HERE.object("sweeps/1/plan.json"), {}),
        ("Discover", "s3:PutObject", HERE.object("trust-stores/1/rds.pem"), {}),
        ("Discover", "s3:PutObject", "arn:aws:s3:::another-bucket/sweeps/1/plan.json", {}),
        ("Probe", "rds-db:connect", HERE.arn("rds-db", "dbuser:db-ABC/postgres"), {}),
        ("Probe", "rds-db:connect", HERE.arn("rds-db", "dbuser:db-ABC/tlscheck", account=OTHER_ACCOUNT), {}),
        ("Probe", "secretsmanager:GetSecretValue", OTHER_SECRET, {}),
        ("Probe", "secretsmanager:GetSecretValue", HERE.secret("tlscheck"), {}),
        ("Probe", "secretsmanager:GetSecretValue", HERE.secret("tlscheck/x", account=OTHER_ACCOUNT), {}),
        ("Probe", "secretsmanager:GetSecretValue", HERE.secret("rds!proxy-1"), {}),
        ("Probe", "secretsmanager:PutSecretValue", HERE.secret("tlscheck/x"), {}),
        ("Probe", "secretsmanager:DescribeSecret", HERE.secret("tlscheck/x"), {}),
        # A key, but not for a secret; for another secret; by the function itself.
        ("Probe", "kms:Decrypt", THEIR_KEY, HERE.via("s3")),
        ("Probe", "kms:Decrypt", THEIR_KEY, HERE.via("secretsmanager")),
        ("Probe", "kms:Decrypt", THEIR_KEY, HERE.under_secret(OTHER_SECRET)),
        ("Probe", "kms:Decrypt", THEIR_KEY, HERE.under_secret(HERE.secret("tlscheck/x", account=OTHER_ACCOUNT))),
        ("Probe", "kms:Decrypt", THEIR_KEY, {}),
        ("Probe", "kms:GenerateDataKey", THEIR_KEY, HERE.under_secret(HERE.secret("tlscheck/x"))),
        ("Observe", "lambda:InvokeFunction", HERE.arn("lambda", "function:orders-api"), {}),
        (
            "Observe",
            "lambda:InvokeFunction",
            HERE.arn("lambda", "function:tlscheck-probe-x", account=OTHER_ACCOUNT),
            {},
        ),
        ("Observe", "ssm:GetParameter", HERE.arn("ssm", "parameter/orders/password"), {}),
        ("Observe", "secretsmanager:GetSecretValue", HERE.secret("tlscheck/x"), {}),
        *(
            ("Observe", action, HERE.arn("logs", f"log-group:{group}:log-stream:"), {})
            for action in ("logs:FilterLogEvents", "logs:StartQuery")
            for group in ("/aws/rds/instance/shop/audit", "/aws/rds/cluster/shop/error", "/aws/lambda/shop")
        ),
        ("Deliver", "dynamodb:UpdateItem", HERE.own("Table"), {"dynamodb:Attributes": ("pk", "sk", "severity")}),
        (
            "Deliver",
            "dynamodb:UpdateItem",
            HERE.own("Table"),
            {"dynamodb:Attributes": ("pk",), "dynamodb:ReturnValues": "ALL_OLD"},
        ),
        (
            "Deliver",
            "dynamodb:GetItem",
            HERE.own("Table"),
            {"dynamodb:Attributes": ("pk", "sk", "document", "who")},
        ),
        ("Deliver", "dynamodb:GetItem", HERE.own("Table"), {"dynamodb:Select": "ALL_ATTRIBUTES"}),
        ("Deliver", "securityhub:BatchImportFindings", HERE.arn("securityhub", "product/aws/guardduty"), {}),
        ("Report", "sns:Publish", HERE.arn("sns", "another-topic"), {}),
        ("Report", "dynamodb:DeleteItem", HERE.own("Table"), {"dynamodb:LeadingKeys": ("database",)}),
        ("BuildTrustStore", "s3:GetObject", HERE.object("trust-stores/1/rds.pem"), {}),
        ("BuildTrustStore", "s3:PutObject", HERE.object("sweeps/1/plan.json"), {}),
        ("CheckClient", "s3:GetObject", HERE.object("sweeps/1/report.json"), {}),
        ("Sweep", "states:StartExecution", HERE.arn("states", "stateMachine:another"), {}),
        ("Sweep", "s3:GetObject", HERE.object("sweeps/1/results/1.json"), {}),
        # The stack's key, but not through what it is there for.
        *(
            (role, "kms:Decrypt", KEY, context)
            for role in ("Discover", "Observe", "Deliver", "Report", "Sweep")
            for context in ({}, HERE.via("ec2"), HERE.via("s3", "us-east-1"), HERE.via("dynamodb", "us-east-1"))
        ),
        ("Deliver", "kms:Decrypt", KEY, HERE.via("s3")),
        ("BuildTrustStore", "kms:GenerateDataKey", KEY, {}),
        ("Discover", "kms:Decrypt", THEIR_KEY, HERE.via("s3")),
    ],
)
def test_what_lies_beside_a_call_is_not_allowed(role: str, action: str, resource: str, context: Context) -> None:
    assert not may(HERE.stack, role, action, resource, context)


def test_without_consent_no_secret_of_a_master_user_can_be_read_or_decrypted() -> None:
    of = stack(MasterUserSecrets="DISABLED")
    place = Place(of)
    for name in ("rds!db-0f1e2d3c", "rds!cluster-0f1e2d3c"):
        secret = place.secret(name)
        assert not may(of, "Probe", "secretsmanager:GetSecretValue", secret)
        assert not may(of, "Probe", "kms:Decrypt", THEIR_KEY, place.under_secret(secret))
        assert may(HERE.stack, "Probe", "secretsmanager:GetSecretValue", secret)


@pytest.mark.parametrize(("partition", "region", "_"), PLACES)
@pytest.mark.parametrize(
    ("names", "readable", "unreadable"),
    [
        ("prod/tlscheck", ["prod/tlscheck"], ["prod/tlscheck2", "prod/tlscheck/orders", "prod/tls"]),
        ("tlscheck/*", ["tlscheck/orders", "tlscheck/a/b", "tlscheck/x-y"], ["tlscheck", "xtlscheck/orders"]),
        ("*/tlscheck", ["prod/tlscheck", "a/b/tlscheck"], ["tlscheck", "prod/tlscheck/orders"]),
        ("tlscheck-*", ["tlscheck-orders"], ["tlscheck", "tlscheck/orders"]),
        ("team?/tlscheck", ["team1/tlscheck"], ["team12/tlscheck"]),
    ],
)
def test_secret_names_are_names_to_the_letter_or_a_pattern_of_them(
    partition: str, region: str, _: str, names: str, readable: list[str], unreadable: list[str]
) -> None:
    of = stack(partition, region, SecretNames=names)
    place = Place(of)
    for name in (*readable, *unreadable):
        secret = place.secret(name)
        decrypts = may(of, "Probe", "kms:Decrypt", place.arn("kms", "key/0000"), place.under_secret(secret))
        assert may(of, "Probe", "secretsmanager:GetSecretValue", secret) is decrypts is (name in readable), name


# -------------------------------------------------------------------------------------------------- log groups

FUNCTIONS = [name for name in ROLES if PARSED["Resources"][name]["Type"] == "AWS::Serverless::Function"]


@pytest.mark.parametrize(("of", "_"), EVERYWHERE, ids=[partition for partition, _, _ in PLACES])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_make_its_log_group_anew_after_the_stack_is_gone(function: str, of: Stack, _: str) -> None:
    group = Place(of).arn("logs", f"log-group:/aws/lambda/{of.name}-{function}")
    for resource in (group, f"{group}:log-stream:", "*"):
        asked = decision(of.statements(function), Request("logs:CreateLogGroup", resource))
        assert asked is Decision.DENIED


# ---------------------------------------------------------------------------------------- resources' own policies


@pytest.mark.parametrize(("of", "_"), EVERYWHERE, ids=[partition for partition, _, _ in PLACES])
def test_the_key_serves_the_stacks_log_groups_alarms_and_roles_and_nobody_else(of: Stack, _: str) -> None:
    place, policy = Place(of), of.policy("Key", "KeyPolicy")

    def may_use(who: str, action: str, **context: str) -> bool:
        keys = {name.replace("__", ":"): value for name, value in context.items()}
        return decision(policy, Request(action, place.own("Key"), keys, who)) is Decision.ALLOWED

    suffix = "amazonaws.com.cn" if of.partition == "aws-cn" else "amazonaws.com"
    logs = f"logs.{of.region}.{suffix}"
    groups = [of.resolve({"Ref": name}) for name in of.resources if name.endswith("Logs")]
    assert len(groups) == 8
    for group in groups:
        context = {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", f"log-group:{group}")}
        request = Request("kms:GenerateDataKey", place.own("Key"), context, logs)
        assert decision(policy, request) is Decision.ALLOWED
    strange = {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:/aws/lambda/orders-api")}
    assert decision(policy, Request("kms:Decrypt", place.own("Key"), strange, logs)) is Decision.NOT_ALLOWED
    assert may_use(of.role_arn("Observe"), "kms:Decrypt")
    assert not may_use(f"arn:{of.partition}:iam::{OTHER_ACCOUNT}:role/x", "kms:Decrypt")
    # "CloudWatch alarms" send to an encrypted topic with these two.
    alarm = place.own("SweepFailed")
    theirs = {"aws:SourceAccount": of.account, "aws:SourceArn": alarm}
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        request = Request(action, place.own("Key"), theirs, "cloudwatch.amazonaws.com")
        assert decision(policy, request) is Decision.ALLOWED
        for strange in (
            {**theirs, "aws:SourceArn": place.arn("cloudwatch", "alarm:orders-api-Errors-1")},
            {**theirs, "aws:SourceAccount": OTHER_ACCOUNT},
            {"aws:SourceAccount": of.account},
        ):
            assert decision(policy, replace(request, context=strange)) is Decision.NOT_ALLOWED


@pytest.mark.parametrize(("of", "_"), EVERYWHERE, ids=[partition for partition, _, _ in PLACES])
def test_the_topic_takes_the_stacks_alarms_and_reports_over_tls_alone(of: Stack, _: str) -> None:
    place, policy = Place(of), of.policy("TopicPolicy")
    topic = place.own("Topic", "TopicArn")
    alarm = {"aws:SourceAccount": of.account, "aws:SourceArn": place.own("NotStarted")}
    sent = Request("sns:Publish", topic, {**alarm, "aws:SecureTransport": "true"}, "cloudwatch.amazonaws.com")
    assert decision(policy, sent) is Decision.ALLOWED
    # CloudWatch need not say how it came.
    assert decision(policy, replace(sent, context=alarm)) is Decision.ALLOWED
    strange = {**alarm, "aws:SourceArn": place.arn("cloudwatch", "alarm:orders-api-Errors-1")}
    assert decision(policy, replace(sent, context=strange)) is Decision.NOT_ALLOWED
    # Report's own role allows it, and the topic does not deny it, but without TLS.
    report = Request("sns:Publish", topic, {"aws:SecureTransport": "true"}, of.role_arn("Report"))
    both = [*of.statements("Report"), *policy]
    assert decision(both, report) is Decision.ALLOWED
    assert decision(both, replace(report, context={"aws:SecureTransport": "false"})) is Decision.DENIED


@pytest.mark.parametrize(
    ("of", "policy", "action", "role"),
    [
        ("DeadLetters", "DeadLettersPolicy", "sqs:SendMessage", "ScheduleRole"),
        ("UnpublishedFindings", "UnpublishedFindingsPolicy", "sqs:SendMessage", "Deliver"),
        ("Bucket", "BucketPolicy", "s3:GetObject", "Observe"),
    ],
)
def test_queues_and_bucket_are_closed_to_plain_http(of: str, policy: str, action: str, role: str) -> None:
    resource = HERE.own(of) + ("/sweeps/1/batches/1.json" if of == "Bucket" else "")
    both = [*HERE.stack.statements(role), *HERE.stack.policy(policy)]
    request = Request(action, resource, {"aws:SecureTransport": "true"}, HERE.stack.role_arn(role))
    assert decision(both, request) is Decision.ALLOWED
    assert decision(both, replace(request, context={"aws:SecureTransport": "false"})) is Decision.DENIED


# ------------------------------------------------------------------------------------------------------- names


CHOSEN = ("Name", "LogGroupName", "LayerName", "FunctionName", "DashboardName", "AlarmName")
"""Properties by which the template chooses a name itself."""


def test_two_stacks_of_a_region_share_no_name() -> None:
    """Those that CloudFormation makes up begin with the stack's name by themselves."""

    def names_of(stack: Stack) -> set[tuple[str, str]]:
        bodies = {name: stack.properties(name) for name in stack.resources}
        return {(key, body[key]) for body in bodies.values() for key in CHOSEN if key in body}

    one, other = names_of(stack()), names_of(replace(stack(), name="tlscheck-staging"))
    # A VPC has one probe, whichever stack it is of.
    assert one & other == {("FunctionName", "tlscheck-probe-vpc-0a"), ("Name", "/tlscheck/probes/vpc-0a")}
    layers = [name for name in stack().resources if PARSED["Resources"][name]["Type"].endswith("LayerVersion")]
    assert {stack().properties(name)["LayerName"].split("-")[0] for name in layers} == {"tlscheck"}


LONGEST = {
    "AWS::Serverless::StateMachine": 80,
    "AWS::Serverless::LayerVersion": 140,
    "AWS::Serverless::Function": 64,
    "AWS::Logs::LogGroup": 512,
    "AWS::SSM::Parameter": 1011,
    "AWS::CloudWatch::Dashboard": 255,
    "AWS::CloudWatch::Alarm": 255,
}
"""Characters of a name, by its API's reference (CreateStateMachine, PublishLayerVersion, CreateFunction...)."""


@pytest.mark.parametrize(
    ("parameters", "length"),
    # A stack's name has 128 at most. That a full one's is too long, CloudFormation says before it makes anything
    # ("Validate stack deployments": property syntax).
    [({}, 74), ({"Role": "probe-only"}, 128)],
)
def test_every_name_fits_however_long_the_stacks_is(parameters: dict[str, str], length: int) -> None:
    of = replace(stack(**parameters), name="s" * length)
    for name in of.resources:
        kind, body = PARSED["Resources"][name]["Type"], of.properties(name)
        # That of a stream's mapping is another resource's.
        chosen = [body[key] for key in CHOSEN if key in body and kind != "AWS::Lambda::EventSourceMapping"]
        assert all(len(each) <= LONGEST[kind] for each in chosen), name


# --------------------------------------------------------------------------------------------------- what docs say


def documented() -> list[list[dict[str, Any]]]:
    """The statements of docs/keys.md, whose examples are of the stack that is evaluated here."""
    text = (EDGES.parents[2] / "docs" / "keys.md").read_text()
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    return [block if isinstance(block, list) else [block] for block in blocks]


def test_a_key_with_the_documented_policy_serves_the_stack_as_its_own_would() -> None:
    _, documented_policy = documented()
    own = HERE.stack.policy("Key", "KeyPolicy")
    assert [each["Sid"] for each in documented_policy] == [each["Sid"] for each in own]
    for written, made in zip(documented_policy, own, strict=True):
        assert {**written, "Condition": None} == {**made, "Condition": None}, made["Sid"]
        assert written.get("Condition") == made.get("Condition"), made["Sid"]


def test_a_secrets_key_with_the_documented_statement_lets_the_probe_decrypt_its_secrets_alone() -> None:
    statements, _ = documented()
    secret = HERE.secret("tlscheck/orders")
    asked = Request("kms:Decrypt", THEIR_KEY, HERE.under_secret(secret), HERE.stack.role_arn("Probe"))
    assert decision(statements, asked) is Decision.ALLOWED
    for other in (
        replace(asked, context=HERE.via("secretsmanager")),
        replace(asked, context={**HERE.under_secret(secret), **HERE.via("s3")}),
        replace(asked, context=HERE.under_secret(OTHER_SECRET)),
        replace(asked, principal=f"arn:aws:iam::{OTHER_ACCOUNT}:role/x"),
        replace(asked, action="kms:Encrypt"),
    ):
        assert decision(statements, other) is Decision.NOT_ALLOWED
