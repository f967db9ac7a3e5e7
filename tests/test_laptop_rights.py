"""A sweep from a laptop by somebody who may do what `tlscheck iam-policy` prints, and nothing else.

The emulated account enforces IAM; tests/iam.py is asked the same, with ARNs as AWS forms them (tests/rights.py).
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.aws import session
from tlscheck.edges.aws.secrets_manager import secret_credential
from tlscheck.edges.command.main import main
from tlscheck.edges.laptop.accounts import signed_in
from tlscheck.edges.laptop.denials import denials
from tlscheck.edges.laptop.sweeping import SweptAccount, sweep
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.ledger_memory import LedgerMemory
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.request import Request
from tlscheck.reporting.denied import lacking_statements
from tlscheck.wire.iam_token import RoleCredentials, iam_token
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.target import Login, Target

from tests.iam import allowed, several
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.resolved import NETWORK, Stack
from tests.rights import calls
from tests.test_default_deployment import document

ENGINEER = "engineer"
READ, COUNTED = (f"/aws/rds/instance/{each}/postgresql" for each in ("orders-prod", "invoices-prod"))
"""Log groups: of the second one CloudWatch Logs answers queries alone."""

NEVER_SEEN = {
    # Only of groups that RDS does not show, and of queries that take too long.
    "rds:DescribeEngineDefaultParameters",
    "rds:DescribeEngineDefaultClusterParameters",
    "logs:StopQuery",
}


class Watching:
    """Nobody looks on, and whatever is asked is agreed to."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_: True


class Engineer:
    """An IAM user of the emulated account, whose one policy is put as a whole."""

    def __init__(self, account: EmulatedAccount, environment: pytest.MonkeyPatch) -> None:
        self.account = account
        self._iam = account.client("iam")
        self._iam.create_user(UserName=ENGINEER)
        self.key = self._iam.create_access_key(UserName=ENGINEER)["AccessKey"]
        environment.setenv("AWS_ENDPOINT_URL", account.endpoint)
        environment.setenv("AWS_ACCESS_KEY_ID", self.key["AccessKeyId"])
        environment.setenv("AWS_SECRET_ACCESS_KEY", self.key["SecretAccessKey"])
        environment.delenv("AWS_SESSION_TOKEN", raising=False)
        environment.setenv("AWS_REGION", "us-east-1")

    def may(self, policy: dict[str, Any]) -> None:
        """Give them this policy instead of what they had."""
        self._iam.put_user_policy(UserName=ENGINEER, PolicyName="p", PolicyDocument=json.dumps(policy))

    def sweep(self, *regions: str, reads_logs: bool = False, connects: bool = False) -> tuple[set[str], list[str]]:
        """A sweep: the calls that it made, and what it says was not allowed."""
        session.forget()
        made = set()
        with signed_in(None, None, None) as (account, own):
            own.events.register("after-call", lambda model, **_: made.add(_action(model)))
            terms = SweepTerms(
                Request(regions=regions), timedelta(days=35), connects=connects, reads_logs=reads_logs
            )
            swept = sweep(SweptAccount(account, own, LedgerMemory()), terms, Watching())
        assert swept.summary.databases or swept.notes
        return made, [each for each in swept.notes if each.startswith("Not allowed")]


def _action(model: Any) -> str:
    service = {"monitoring": "cloudwatch"}.get(model.service_model.signing_name, model.service_model.signing_name)
    return f"{service}:{model.name}"


@pytest.fixture(scope="module")
def engineer() -> Iterator[Engineer]:
    """Somebody in an account with the fleet's databases and a log."""
    with (
        pytest.MonkeyPatch.context() as environment,
        EmulatedAccount(document(), enforce_iam=True, wait_scale=0.1) as account,
    ):
        stamp = int((datetime.now(UTC) - timedelta(hours=3)).timestamp() * 1000)
        lines = [{"timestamp": stamp + number, "message": "LOG:  checkpoint starting"} for number in range(3)]
        account.client("logs").create_log_group(logGroupName=COUNTED, logGroupClass="INFREQUENT_ACCESS")
        for group in (READ, COUNTED):
            account.put_log_events(group, f"{group.split('/')[4]}.0", lines)
        yield Engineer(account, environment)
    session.forget()


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    """What the command prints."""

    def of(*words: str) -> dict[str, Any]:
        assert main(["iam-policy", *words]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return of


def actions(policy: dict[str, Any]) -> set[str]:
    return {each for statement in policy["Statement"] for each in several(statement["Action"])}


def without(policy: dict[str, Any], taken: Sequence[str]) -> dict[str, Any]:
    """The policy without these actions."""
    left = [
        {**each, "Action": [action for action in each["Action"] if action not in taken]}
        for each in policy["Statement"]
    ]
    return {**policy, "Statement": [each for each in left if each["Action"]]}


def test_whoever_has_what_is_printed_is_denied_nothing(engineer: Engineer, printed: Any) -> None:
    engineer.may(printed("sweep", "--account", ACCOUNT))
    for connects in (False, True):
        made, denied = engineer.sweep(connects=connects)
        assert denied == []
        # Who is awake is asked by those alone who would wake somebody.
        unasked = set() if connects else {"cloudwatch:GetMetricData"}
        assert made - {"sts:GetCallerIdentity"} == actions(printed("sweep")) - NEVER_SEEN - unasked


def test_whoever_reads_logs_too_is_denied_nothing(engineer: Engineer, printed: Any) -> None:
    engineer.may(printed("sweep", "logs", "--account", ACCOUNT))
    made, denied = engineer.sweep(reads_logs=True, connects=True)
    assert denied == []
    assert made - {"sts:GetCallerIdentity"} == actions(printed("sweep", "logs")) - NEVER_SEEN


ROUNDS = [
    ("ec2:DescribeRegions",),
    ("rds:DescribeDBInstances",),
    ("rds:DescribeDBClusters",),
    ("rds:DescribeDBProxies",),
    ("logs:DescribeLogGroups",),
    ("logs:StartQuery", "rds:DescribeDBProxyTargets", "rds:DescribeDBMajorEngineVersions"),
    (
        *("rds:DescribeDBParameters", "rds:DescribeDBClusterParameters", "rds:DescribeDBShardGroups"),
        *("rds:DescribePendingMaintenanceActions", "rds:DescribeCertificates", "rds:DescribeDBEngineVersions"),
        *("cloudwatch:GetMetricData", "logs:FilterLogEvents", "logs:GetQueryResults"),
    ),
]
"""Calls that may be missing together, since each is made whatever becomes of the others."""


def test_every_call_that_is_seen_is_missing_in_one_round(printed: Any) -> None:
    together = [each for taken in ROUNDS for each in taken]
    assert sorted(together) == sorted(actions(printed("sweep", "logs")) - NEVER_SEEN)


@pytest.mark.parametrize("taken", ROUNDS, ids=lambda taken: taken[0])
def test_each_call_that_is_missing_is_told_with_its_statement_and_nothing_else_is(
    engineer: Engineer, printed: Any, taken: tuple[str, ...]
) -> None:
    policy = printed("sweep", "logs", "--account", ACCOUNT)
    of = {each["Sid"]: name for name in ("sweep", "logs") for each in printed(name)["Statement"]}
    engineer.may(without(policy, taken))
    denied = engineer.sweep(reads_logs=True, connects=True)[1]
    wanted = [
        f"{', '.join(missing)}. No policy of yours allows it: the statement {each['Sid']} of "
        f"`tlscheck iam-policy {of[each['Sid']]}` does."
        for each in policy["Statement"]
        if (missing := sorted(set(each["Action"]) & set(taken)))
    ]
    assert sorted(told.partition(": ")[2] for told in denied) == sorted(wanted)


def test_what_is_denied_in_so_many_words_asks_for_no_statement(engineer: Engineer, printed: Any) -> None:
    policy = printed("sweep", "--account", ACCOUNT)
    deny = {"Effect": "Deny", "Action": "rds:DescribeDBProxies", "Resource": "*"}
    engineer.may({**policy, "Statement": [*policy["Statement"], deny]})
    (told,) = engineer.sweep()[1]
    assert told == (
        "Not allowed: rds:DescribeDBProxies. An identity-based policy keeps it from you, whatever else allows it."
    )


def test_in_the_regions_of_the_policy_nothing_is_denied_and_elsewhere_it_says_where(
    engineer: Engineer, printed: Any
) -> None:
    engineer.may(printed("sweep", "--account", ACCOUNT, "--region", "eu-west-1"))
    assert engineer.sweep("eu-west-1")[1] == []
    (denied,) = engineer.sweep("eu-west-1", "us-east-1")[1]
    assert "ListDatabasesAndTheirParameters" in denied


def test_a_token_is_taken_of_whoever_may_log_in_by_iam(engineer: Engineer, printed: Any) -> None:
    role = RoleCredentials(engineer.key["AccessKeyId"], engineer.key["SecretAccessKey"], None)
    where = target(Login.IAM)

    def refusal() -> str:
        token = iam_token(where, role, clock.now())
        return engineer.account.check_iam_login(token, where.host, where.port, where.user) or ""

    engineer.may(printed("probe", "--login", "iam", "--account", ACCOUNT))
    assert refusal() == ""
    engineer.may(printed("sweep", "logs", "--account", ACCOUNT))
    assert "rds-db:connect" in refusal()


def test_a_secret_and_its_key_are_read_by_whoever_may_log_in_with_it(engineer: Engineer, printed: Any) -> None:
    found = json.dumps({"username": "u", "password": "p"})
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab"
    manager = engineer.account.client("secretsmanager")
    manager.create_secret(Name="team/orders", SecretString=found, KmsKeyId=key)

    def read(*taken: str) -> tuple[Credential | NoCredential, list[str]]:
        words = ("probe", "--login", "secret", "--secret", "team/*", "--account", ACCOUNT)
        engineer.may(without(printed(*words), taken))
        session.forget()
        with signed_in(None, None, None) as (_, own):
            denied = denials(own)
            credential = secret_credential(target(Login.SECRET, "team/orders"))
            return credential, [each.told for each in lacking_statements(denied)]

    assert read() == (Credential("u", "p"), [])
    for taken, statement in (
        ("secretsmanager:GetSecretValue", "LogInWithASecret"),
        ("kms:Decrypt", "DecryptItsSecrets"),
    ):
        credential, (told,) = read(taken)
        assert isinstance(credential, NoCredential)
        assert told.startswith(f"Not allowed: {taken}. ")
        assert f"the statement {statement} of `tlscheck iam-policy probe`" in told


def test_a_role_is_taken_on_by_whoever_may_and_by_nobody_else(engineer: Engineer, printed: Any) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    role = engineer.account.client("iam").create_role(
        RoleName="audit",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    engineer.may(printed("assume", "--role-arn", role))
    with signed_in(None, role, None) as (account, _):
        assert account.id == ACCOUNT
    engineer.may(printed("sweep"))
    with pytest.raises(BadRequest) as refusal, signed_in(None, role, None):
        pass
    assert str(refusal.value).endswith(
        "No policy of yours allows it: the statement TakeOnTheRoles of `tlscheck iam-policy assume` does"
    )


def target(login: Login, secret: str | None = None) -> Target:
    """One of the account's databases that takes tokens."""
    instances = document()["us-east-1"]["DBInstances"]
    one = next(each for each in instances if each.get("IAMDatabaseAuthenticationEnabled") and "Endpoint" in each)
    host, port = one["Endpoint"]["Address"], one["Endpoint"]["Port"]
    return Target(one["DBInstanceArn"], host, port, "us-east-1", login, "tlscheck", secret)


ELSEWHERE = {"aws": ("eu-central-1", "us-west-2"), "aws-cn": ("cn-north-1", "cn-northwest-1")}


@pytest.mark.parametrize("partition", ELSEWHERE)
def test_what_aws_asks_of_iam_for_these_calls_is_allowed_and_of_what_a_stack_alone_calls_nothing(
    printed: Any, partition: str
) -> None:
    home, elsewhere = ELSEWHERE[partition]
    stack = Stack(NETWORK, partition=partition, region=home)
    secrets = ("--secret", "tlscheck/*", "rds!*")
    words = ("sweep", "probe", "logs", *secrets, "--account", stack.account, "--region", home, elsewhere)
    may = printed(*words)["Statement"]
    of_sweeps = [each for each in calls(stack, elsewhere) if each.role in {"Discover", "Observe", "Probe"}]
    refused = {each.action for each in of_sweeps if not allowed(may, each.action, each.resource, each.context)}
    called = actions({"Statement": may})
    granted = {each.action for each in of_sweeps if allowed(may, each.action, each.resource, each.context)}
    assert granted == called
    assert refused & called <= {"kms:Decrypt"}  # of the stack's own key
    assert {each.split(":")[0] for each in refused} >= {"dynamodb", "s3", "ssm", "lambda", "states"}
    third = [each for each in calls(stack, elsewhere) if each.resource.split(":")[3:4] == [elsewhere]]
    only_home = printed(*words[: words.index("--region")], "--region", home)["Statement"]
    assert not any(allowed(only_home, each.action, each.resource, each.context) for each in third)
