"""A caller who was denied is told which statement is missing, and only where a statement is what is missing.

AWS's words: the IAM user guide, "Troubleshoot access denied error messages", and the reports that
tests/test_refusals.py names.
"""

import pytest
from tlscheck.edges.aws.refusals import cause_of
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.reporting.denied import lacking_statements

WHO = "User: arn:aws:iam::111122223333:user/engineer is not authorized to perform: "


def denied(action: str, why: str, resource: str = "", operation: str = "") -> Gap:
    """A call that AWS answered with `AccessDenied` and these words."""
    on = f" on resource: {resource}" if resource else ""
    message = f"{WHO}{action}{on} {why}"
    return Gap(operation or action, f"AccessDenied: {message}", cause_of("AccessDenied", message))


def none_allows(action: str, resource: str = "") -> Gap:
    return denied(action, f"because no identity-based policy allows the {action} action", resource)


def told(*gaps: Gap) -> list[str]:
    return [each.told for each in lacking_statements(gaps)]


def test_each_missing_statement_is_named_once_with_all_that_it_would_allow() -> None:
    assert told(
        none_allows("logs:FilterLogEvents"),
        none_allows("rds:DescribeDBProxies"),
        none_allows("rds:DescribeDBInstances"),
        none_allows("rds:DescribeDBProxies"),
    ) == [
        (
            "Not allowed: rds:DescribeDBInstances, rds:DescribeDBProxies. No policy of yours allows it: "
            "the statement ListDatabasesAndTheirParameters of `tlscheck iam-policy sweep` does"
        ),
        (
            "Not allowed: logs:FilterLogEvents. No policy of yours allows it: "
            "the statement ReadTheServersLogs of `tlscheck iam-policy logs` does"
        ),
    ]


def test_it_says_in_which_regions_where_aws_does_of_all() -> None:
    proxies = "arn:aws:rds:{}:111122223333:db-proxy:*"
    here, there = (
        none_allows("rds:DescribeDBProxies", proxies.format(each)) for each in ("eu-west-1", "us-east-1")
    )
    assert told(there, here)[0].startswith("Not allowed in eu-west-1, us-east-1: rds:DescribeDBProxies.")
    assert told(there, none_allows("rds:DescribeDBProxies"))[0].startswith("Not allowed: rds:DescribeDBProxies.")


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        ("with an explicit deny in an identity-based policy", "An identity-based policy keeps it from you"),
        (
            "with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/x",
            "An identity-based policy keeps it from you",
        ),
        ("because no permissions boundary allows the x action", "A permissions boundary keeps it from you"),
        ("with an explicit deny in a permissions boundary", "A permissions boundary keeps it from you"),
        ("because no session policy allows the x action", "A session policy keeps it from you"),
        ("because no VPC endpoint policy allows the x action", "A VPC endpoint policy keeps it from you"),
        ("with an explicit deny in a resource-based policy", "A resource-based policy keeps it from you"),
    ],
)
def test_where_no_statement_helps_none_is_asked_for(why: str, expected: str) -> None:
    (line,) = told(denied("rds:DescribeDBInstances", why))
    assert line == f"Not allowed: rds:DescribeDBInstances. {expected}, whatever else allows it"


def test_what_nobody_says_the_cause_of_is_told_so() -> None:
    (line,) = told(denied("rds:DescribeDBInstances", ""))
    assert line == (
        "Not allowed: rds:DescribeDBInstances. AWS does not say why; the statement "
        "ListDatabasesAndTheirParameters of `tlscheck iam-policy sweep` allows it where nothing denies it"
    )


def test_a_role_that_is_not_taken_on_has_two_policies_that_may_lack_it() -> None:
    (line,) = told(denied("sts:AssumeRole", "", "arn:aws:iam::111122223333:role/audit"))
    assert line == (
        "Not allowed: sts:AssumeRole. AWS does not say why: the statement TakeOnTheRoles of "
        "`tlscheck iam-policy assume` allows it, and the role must trust you"
    )


@pytest.mark.parametrize(
    "gap",
    [
        denied("rds:DescribeDBInstances", "with an explicit deny in a service control policy"),
        denied(
            "rds:DescribeDBInstances",
            "because no resource control policy allows the rds:DescribeDBInstances action",
        ),
        Gap("rds:DescribeDBInstances", "Throttling: Rate exceeded", GapCause.THROTTLED),
        Gap("rds:DescribeDBInstances", "no answer", GapCause.UNREACHABLE),
    ],
)
def test_what_an_organisation_decides_or_no_policy_is_about_asks_for_no_statement(gap: Gap) -> None:
    assert told(gap) == []


def test_a_secrets_key_is_told_apart_from_the_secret() -> None:
    secret = Gap(
        "secretsmanager:GetSecretValue",
        "AccessDeniedException: Access to KMS is not allowed",
        GapCause.PERMISSION,
    )
    passed_on = denied(
        "kms:Decrypt",
        "because no identity-based policy allows the kms:Decrypt action",
        operation="secretsmanager:GetSecretValue",
    )
    assert ["DecryptItsSecrets" in each for each in told(secret, passed_on)] == [True, True]


def test_the_key_of_a_log_group_is_not_a_secrets() -> None:
    (line,) = told(
        denied(
            "kms:Decrypt",
            "because no identity-based policy allows the kms:Decrypt action",
            operation="logs:FilterLogEvents",
        )
    )
    assert line == "Not allowed: kms:Decrypt. No policy of yours allows it"


def test_words_that_were_cut_still_say_which_call_it_was() -> None:
    cut = Gap("ec2:DescribeRegions", "AccessDenied: rds:DescribeDBClusters on resource: ...", GapCause.PERMISSION)
    assert "rds:DescribeDBClusters" in told(cut)[0]


def test_what_no_mode_calls_names_no_statement() -> None:
    assert told(none_allows("rds:DeleteDBInstance")) == [
        "Not allowed: rds:DeleteDBInstance. No policy of yours allows it"
    ]
