"""What `tlscheck iam-policy` prints is what the template gives its own roles for the same calls."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges.command.main import main
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.permissions import Grantee, Mode, Statement, lacking, policy
from tlscheck.reporting.denied import lacking_statements

from tests.iam import several
from tests.resolved import NETWORK, Stack

GRANTEE = Grantee("aws-cn", "123456789012")
STACK = Stack(NETWORK, partition="aws-cn")

OF_A_SWEEP = (Mode.SWEEP, Mode.PROBE, Mode.LOGS)
PRINTED = {each["Sid"]: each for each in policy(OF_A_SWEEP, GRANTEE)["Statement"]}
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
        ("sts:AssumeRole", Mode.ASSUME, "TakeOnTheRoles"),
    ],
)
def test_what_lacks_has_a_name(action: str, mode: Mode, name: str) -> None:
    found = lacking(action)
    assert found is not None
    assert (found[0], found[1].name) == (mode, name)
    assert isinstance(found[1], Statement)


def test_of_what_nobody_calls_nothing_lacks() -> None:
    assert lacking("rds:DeleteDBInstance") is None


# ------------------------------------------------------------------------------------------ as a command prints it

MANAGED, INLINE_OF_A_USER = 6_144, 2_048
"""Characters, white space aside (IAM and STS quotas)."""

ROLE = "arn:aws:iam::123456789012:role/audit"


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["iam-policy", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["iam-policy", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def arns(document: dict[str, Any]) -> set[str]:
    return {each for statement in document["Statement"] for each in several(statement["Resource"])}


@pytest.mark.parametrize("words", ["sweep", "probe", "logs", "sweep logs", "sweep probe logs", "logs sweep sweep"])
def test_each_statement_is_printed_once_and_the_whole_fits_where_iam_takes_it(
    capsys: pytest.CaptureFixture[str], words: str
) -> None:
    document = printed(capsys, *words.split())
    names = [each["Sid"] for each in document["Statement"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[A-Za-z0-9]+", each) for each in names)
    assert document["Version"] == "2012-10-17"
    assert len(json.dumps(document, separators=(",", ":"))) <= INLINE_OF_A_USER


def test_regions_narrow_what_iam_can_tell_regions_of(capsys: pytest.CaptureFixture[str]) -> None:
    document = printed(capsys, "sweep", "probe", "logs", "--region", "eu-west-1", "eu-central-1")
    regions = {each.split(":")[3] for each in arns(document) - {"*"}}
    assert regions == {"eu-west-1", "eu-central-1"}
    keys = next(each for each in document["Statement"] if each["Sid"] == "DecryptItsSecrets")["Condition"]
    assert keys["StringLike"]["kms:ViaService"] == [
        "secretsmanager.eu-west-1.*",
        "secretsmanager.eu-central-1.*",
    ]


@pytest.mark.parametrize(
    ("words", "partition"),
    [
        ("sweep", "aws"),
        ("sweep --partition aws-us-gov", "aws-us-gov"),
        ("sweep --region cn-north-1", "aws-cn"),
        ("sweep --region eusc-de-east-1 --partition aws-eusc", "aws-eusc"),
    ],
)
def test_the_partition_is_the_regions_own(capsys: pytest.CaptureFixture[str], words: str, partition: str) -> None:
    assert {each.split(":")[1] for each in arns(printed(capsys, *words.split())) - {"*"}} == {partition}


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("iam", {"LogInWithIam"}),
        ("secret", {"LogInWithASecret", "DecryptItsSecrets"}),
    ],
)
def test_one_way_to_log_in_needs_nothing_of_the_other(
    capsys: pytest.CaptureFixture[str], login: str, expected: set[str]
) -> None:
    assert {each["Sid"] for each in printed(capsys, "probe", "--login", login)["Statement"]} == expected


def test_each_secret_is_named_and_those_of_rds_may_be(capsys: pytest.CaptureFixture[str]) -> None:
    found = arns(printed(capsys, "probe", "--login", "secret", "--secret", "team/a", "rds!db-*"))
    assert {each.rpartition(":secret:")[2] for each in found} >= {"team/a-??????", "rds!db-*-??????"}


def test_who_takes_on_roles_is_let_do_that_alone(capsys: pytest.CaptureFixture[str]) -> None:
    (statement,) = printed(capsys, "assume", "--role-arn", ROLE, "--role-arn", ROLE)["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["sts:AssumeRole"], [ROLE])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("assume --role-arn x", "--role-arn"),
        (f"sweep assume --role-arn {ROLE}", "by itself"),
        ("assume", "which roles"),
        (f"sweep --role-arn {ROLE}", "only with assume"),
        ("assume --role-arn arn:aws:iam::123456789012:user/me", "--role-arn"),
        ("sweep --login iam", "only with probe"),
        ("probe --login iam --secret x", "--secret"),
        ("probe --secret $x", "--secret"),
        ("probe --user Me", "--user"),
        ("sweep --account 1", "--account"),
        ("sweep --region here", "--region"),
        ("sweep --region eu-west-1 cn-north-1", "several partitions"),
        ("sweep --region eu-west-1 --partition aws-cn", "several partitions"),
    ],
)
def test_what_makes_no_policy_is_refused_by_its_option(
    capsys: pytest.CaptureFixture[str], words: str, expected: str
) -> None:
    assert expected in refused(capsys, *words.split())


def test_a_policy_that_iam_would_not_take_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    regions = [f"eu-west-{number}" for number in range(1, 40)]
    words = ["sweep", "probe", "logs", "--account", "123456789012", "--region"]
    fitting = 0
    while len(json.dumps(printed(capsys, *words, *regions[: fitting + 1]), separators=(",", ":"))) < MANAGED - 800:
        fitting += 1
    assert fitting >= 4
    assert "6,144" in refused(capsys, *words, *regions)


PAGE = (Path(__file__).parent.parent / "docs" / "sweep.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## What it must be allowed\n")[2].partition("\n## ")[0]


def test_the_page_has_every_mode_and_its_commands_print_a_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.findall(r"^\| `(\w+)` \|", SECTION, re.MULTILINE) == ["sweep", "probe", "logs", "assume"]
    commands = re.findall("^tlscheck iam-policy (.+)$", SECTION, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        assert printed(capsys, *shlex.split(command))["Statement"]


def test_the_page_shows_what_is_said_of_a_missing_statement() -> None:
    message = "AccessDenied: x because no identity-based policy allows the rds:DescribeDBProxies action"
    (missing,) = lacking_statements([Gap("rds:DescribeDBProxies", message, GapCause.PERMISSION)])
    assert f"{missing.told}.\n" in SECTION
