"""The evaluator of policies that other tests rely on decides as IAM's documentation says, and knows all of a role.

Sources, in the IAM user guide: "Policy evaluation logic"; "IAM JSON policy elements: Condition operators";
"Single-valued vs. multivalued context keys"; "IAM JSON policy elements: Resource".
"""

import json
import subprocess
from typing import Any

import pytest

from tests.iam import Context, Decision, Request, allowed, decision, matches, matches_arn
from tests.local_aws.emulator.account import PYTHON
from tests.resolved import NETWORK, PARSED, Stack
from tests.template import TEMPLATE

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/tlscheck-a1B2c3"  # noqa: S105 - a name
PLACES = [("aws", "eu-central-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")]


def statement(
    effect: str = "Allow", action: Any = "s3:GetObject", resource: Any = "*", **more: Any
) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


# ---------------------------------------------------------------------------------------------- what is matched


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("secret:tlscheck-??????", "secret:tlscheck-a1B2c3", True),
        ("secret:tlscheck-??????", "secret:tlscheck-a1B2c", False),
        ("secret:tlscheck-??????", "secret:tlscheck-a1B2c34", False),
        ("secret:tlscheck-??????", "secret:tlscheck", False),
        ("secret:tlscheck/*-??????", "secret:tlscheck/a/b-a1B2c3", True),
        ("a*", "a", True),
        ("a*", "a:b/c", True),
        ("a.c", "abc", False),
        ("A", "a", False),
    ],
)
def test_a_star_is_any_number_of_characters_and_a_question_mark_is_one(
    pattern: str, text: str, *, expected: bool
) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        (
            "arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/x-*",
            "arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/x-D",
            True,
        ),
        ("arn:aws:logs:*:1:log-group:x", "arn:aws:logs:eu-central-1:1:log-group:x", True),
        # "Each of the six colon-delimited components of the ARN is checked separately".
        ("arn:aws:logs:*:log-group:x", "arn:aws:logs:eu-central-1:1:log-group:x", False),
        ("arn:aws:*", "arn:aws:logs:eu-central-1:1:log-group:x", False),
    ],
)
def test_arn_like_compares_part_by_part(pattern: str, arn: str, *, expected: bool) -> None:
    assert matches_arn(pattern, arn) is expected


def test_names_of_actions_know_no_case_and_names_of_resources_do() -> None:
    assert allowed(
        [statement(action="S3:getobject", resource="arn:aws:s3:::b/K")], "s3:GetObject", "arn:aws:s3:::b/K"
    )
    assert not allowed([statement(resource="arn:aws:s3:::b/K")], "s3:GetObject", "arn:aws:s3:::b/k")
    assert allowed([statement(action=["s3:List*", "s3:Get*"])], "s3:GetObject", "x")


# ------------------------------------------------------------------------------------------- what goes before what


def test_what_nobody_allows_is_not_allowed() -> None:
    assert decision([], Request("s3:GetObject", "x")) is Decision.NOT_ALLOWED
    assert decision([statement(action="s3:PutObject")], Request("s3:GetObject", "x")) is Decision.NOT_ALLOWED


@pytest.mark.parametrize("order", [1, -1])
def test_a_denial_goes_before_every_permission(order: int) -> None:
    both = [statement(), statement("Deny", resource="x")][::order]
    assert decision(both, Request("s3:GetObject", "x")) is Decision.DENIED
    assert decision(both, Request("s3:GetObject", "y")) is Decision.ALLOWED


def test_a_denial_whose_condition_does_not_hold_denies_nothing() -> None:
    plain = statement("Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert (
        decision([statement(), plain], Request("s3:GetObject", "x", {"aws:SecureTransport": "true"})) == "allowed"
    )
    denied = decision([statement(), plain], Request("s3:GetObject", "x", {"aws:SecureTransport": "false"}))
    assert denied is Decision.DENIED


# ------------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringEquals": {"k": "v"}}, {"k": "v"}, True),
        ({"StringEquals": {"k": "v"}}, {"K": "v"}, True),
        ({"StringEquals": {"k": "v"}}, {"k": "V"}, False),
        ({"StringEquals": {"k": "v*"}}, {"k": "v1"}, False),
        ({"StringEquals": {"k": ["u", "v"]}}, {"k": "v"}, True),
        # "If the key is not present in the request context, the values do not match."
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringLike": {"k": "v"}}, {}, False),
        ({"ArnLike": {"k": "arn:aws:s3:::b"}}, {}, False),
        ({"Bool": {"k": "false"}}, {}, False),
        # "If the condition key is present, process it as specified; if not, evaluate the element as true."
        ({"StringEqualsIfExists": {"k": "v"}}, {}, True),
        ({"StringEqualsIfExists": {"k": "v"}}, {"k": "w"}, False),
        ({"StringEqualsIfExists": {"k": "v"}}, {"k": "v"}, True),
        ({"StringLike": {"k": "secretsmanager.*"}}, {"k": "secretsmanager.cn-north-1.amazonaws.com.cn"}, True),
        ({"StringLike": {"k": "secretsmanager.*"}}, {"k": "s3.eu-central-1.amazonaws.com"}, False),
        ({"Bool": {"k": "true"}}, {"k": "TRUE"}, True),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Null": {"k": "true"}}, {"k": "v"}, False),
        ({"Null": {"k": "false"}}, {"k": "v"}, True),
        # Every value of the request is one of the policy's, and none at all is every one.
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {"k": ("a", "b")}, True),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {"k": ("a",)}, True),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {"k": ("a", "c")}, False),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {"k": ()}, True),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {"k": ["a", "b"]}}, {"k": ("c", "b")}, True),
        ({"ForAnyValue:StringEquals": {"k": ["a", "b"]}}, {"k": ("c",)}, False),
        ({"ForAnyValue:StringEquals": {"k": ["a", "b"]}}, {}, False),
        # Several keys and several operators must all hold.
        ({"StringEquals": {"k": "v", "l": "w"}}, {"k": "v"}, False),
        ({"StringEquals": {"k": "v"}, "Bool": {"l": "true"}}, {"k": "v", "l": "false"}, False),
        ({"StringEquals": {"k": "v"}, "Bool": {"l": "true"}}, {"k": "v", "l": "true"}, True),
        (
            {"StringLike": {"kms:EncryptionContext:SecretARN": SECRET[:-6] + "??????"}},
            {"kms:EncryptionContext:SecretARN": SECRET},
            True,
        ),
    ],
)
def test_a_condition_holds_as_documented(condition: Any, context: Context, *, expected: bool) -> None:
    assert allowed([statement(Condition=condition)], "s3:GetObject", "x", context) is expected


@pytest.mark.parametrize(
    "unknown",
    [
        statement(NotAction="s3:*"),
        statement(resource="${aws:username}"),
        statement(Condition={"StringEquals": {"k": "v"}}, Principal={"Federated": "x"}),
    ],
)
def test_what_the_evaluator_has_no_rule_for_it_does_not_guess(unknown: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError):
        allowed([unknown], "s3:GetObject", "x", {"k": "v"})


def test_an_operator_that_it_does_not_know_and_a_list_for_a_single_value_are_errors() -> None:
    with pytest.raises(KeyError):
        allowed([statement(Condition={"IpAddress": {"k": "v"}})], "s3:GetObject", "x", {"k": "v"})
    with pytest.raises(NotImplementedError):
        allowed([statement(Condition={"StringEquals": {"k": "v"}})], "s3:GetObject", "x", {"k": ("v",)})


# ------------------------------------------------------------------------------------- policies of a resource


@pytest.mark.parametrize(
    ("principal", "who", "expected"),
    [
        ("*", "logs.eu-central-1.amazonaws.com", True),
        ({"Service": "cloudwatch.amazonaws.com"}, "cloudwatch.amazonaws.com", True),
        ({"Service": "cloudwatch.amazonaws.com"}, "events.amazonaws.com", False),
        ({"AWS": "arn:aws:iam::123456789012:root"}, "arn:aws:iam::123456789012:role/r", True),
        ({"AWS": "arn:aws:iam::123456789012:root"}, "arn:aws:iam::210987654321:role/r", False),
        ({"AWS": "arn:aws:iam::123456789012:role/r"}, "arn:aws:iam::123456789012:role/s", False),
    ],
)
def test_a_principal_is_the_one_named_or_everybody_of_an_account(
    principal: Any, who: str, *, expected: bool
) -> None:
    request = Request("s3:GetObject", "x", principal=who)
    assert (decision([statement(Principal=principal)], request) is Decision.ALLOWED) is expected


# ------------------------------------------------------------------------------------------- all that a role has


@pytest.mark.parametrize(("partition", "region"), PLACES)
def test_the_roles_that_are_evaluated_are_those_that_sam_makes(partition: str, region: str) -> None:
    run = subprocess.run(
        [PYTHON, "-m", "tests.translated", json.dumps(NETWORK)],
        cwd=TEMPLATE.parent,
        env={"PATH": "/usr/bin:/bin", "AWS_DEFAULT_REGION": region},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    made: dict[str, Any] = json.loads(run.stdout)
    stack = Stack(NETWORK, partition, region)
    kinds = {"AWS::IAM::Role", "AWS::Serverless::Function", "AWS::Serverless::StateMachine"}
    evaluated = [name for name, body in PARSED["Resources"].items() if body["Type"] in kinds]
    assert made.keys() == {name if name.endswith("Role") else f"{name}Role" for name in evaluated}
    for name in evaluated:
        role = made[name if name.endswith("Role") else f"{name}Role"]
        assert role["managed"] == sorted(stack.managed(name)), name
        assert stack.resolve(role["statements"]) == stack.own_statements(name), name
