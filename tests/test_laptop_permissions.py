"""What `tlscheck iam-policy` prints is what the template gives its own roles for the same calls."""

from typing import Any

import pytest
from tlscheck.inventory.permissions import Grantee, Mode, Statement, lacking, policy

from tests.iam import several
from tests.resolved import NETWORK, Stack

GRANTEE = Grantee("aws-cn", "123456789012", "tlscheck", "tlscheck/*")
STACK = Stack(NETWORK, partition="aws-cn")

PRINTED = {each["Sid"]: each for each in policy(tuple(Mode), GRANTEE)["Statement"]}
OURS = {"dynamodb", "s3", "states", "ssm", "lambda", "sqs", "sns", "securityhub"}
"""Services in which a deployed stack has something of its own, or hands something on: a laptop calls none."""

GIVEN = {
    each["Sid"]: each
    for role in ("Discover", "Probe", "Observe")
    for each in STACK.own_statements(role)
    if each["Effect"] == "Allow" and not {action.split(":")[0] for action in several(each["Action"])} & OURS
}


def told(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement with lists where it may have one word."""
    return {
        "Action": sorted(several(statement["Action"])),
        "Resource": sorted(several(statement["Resource"])),
        "Condition": {
            how: {key: sorted(several(value)) for key, value in keys.items()}
            for how, keys in statement.get("Condition", {}).items()
        },
    }


def test_the_same_statements_are_printed_as_the_template_has() -> None:
    assert PRINTED.keys() == GIVEN.keys() - {"UseTheKey", "SeeForAPreviewHowMuchThereIsToRead"}


@pytest.mark.parametrize("name", PRINTED)
def test_a_statement_is_the_templates(name: str) -> None:
    assert told(PRINTED[name]) == told(GIVEN[name])


@pytest.mark.parametrize(
    ("action", "mode", "name"),
    [
        ("rds:DescribeDBInstances", Mode.SWEEP, "ListDatabasesAndTheirParameters"),
        ("logs:FilterLogEvents", Mode.LOGS, "ReadTheServersLogs"),
        ("secretsmanager:GetSecretValue", Mode.PROBE, "LogInWithASecret"),
    ],
)
def test_what_lacks_has_a_name(action: str, mode: Mode, name: str) -> None:
    found = lacking(action)
    assert found is not None
    assert (found[0], found[1].name) == (mode, name)
    assert isinstance(found[1], Statement)


def test_of_what_nobody_calls_nothing_lacks() -> None:
    assert lacking("rds:DeleteDBInstance") is None
