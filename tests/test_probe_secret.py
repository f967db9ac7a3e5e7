"""Database credentials from Secrets Manager: the emulated one, and ones that cannot be reached."""

import json

import pytest
from botocore.exceptions import ClientError
from tlscheck.edges.aws import session
from tlscheck.edges.aws.secrets_manager import secret_credential
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.target import Login, Target

from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount
from tests.local_aws.fleet.ports import reserved_port

CALLER = "User: arn:aws:sts::1:assumed-role/r/p is not authorized to perform:"


def store(account: EmulatedAccount, name: str, content: str) -> str:
    arn: str = account.client("secretsmanager").create_secret(Name=name, SecretString=content)["ARN"]
    return arn


def target(secret: str, region: str = REGION) -> Target:
    arn = f"arn:aws:rds:{region}:{ACCOUNT}:db:orders-prod"
    host = f"orders-prod.c9x2example.{region}.rds.amazonaws.com"
    return Target(arn, host, 5432, region, Login.SECRET, "", secret)


def refusal(of: Target) -> str:
    answer = secret_credential(of)
    assert isinstance(answer, NoCredential)
    return answer.reason


def test_a_secret_is_read_by_its_name_and_by_its_arn(account: EmulatedAccount) -> None:
    content = {"username": "tlscheck", "password": "hunter2", "engine": "postgres"}
    arn = store(account, "orders/tlscheck", json.dumps(content))
    assert secret_credential(target("orders/tlscheck")) == Credential("tlscheck", "hunter2")
    assert secret_credential(target(arn, "eu-west-1")) == Credential("tlscheck", "hunter2")


@pytest.mark.parametrize(
    "content",
    [
        "hunter2",
        '"hunter2"',
        "[]",
        "{}",
        '{"username": "tlscheck"}',
        '{"username": 1, "password": "hunter2"}',
        '{"username": "", "password": "hunter2"}',
    ],
)
def test_a_secret_of_another_shape_is_a_reason_that_does_not_repeat_it(
    account: EmulatedAccount, content: str
) -> None:
    name = f"odd-{content.encode().hex()}"
    store(account, name, content)
    reason = refusal(target(name))
    assert "is not JSON with a username and a password" in reason
    assert "hunter2" not in reason


@pytest.mark.usefixtures("account")
def test_a_secret_that_is_not_there_is_a_reason() -> None:
    reason = refusal(target("missing"))
    assert reason.startswith("secretsmanager:GetSecretValue missing: ResourceNotFoundException")


@pytest.mark.parametrize(
    ("said", "is_of_the_key"),
    [
        ("Access to KMS is not allowed", True),
        (
            f"{CALLER} kms:Decrypt on the resource associated with this ciphertext because no policy allows it",
            True,
        ),
        (f"{CALLER} secretsmanager:GetSecretValue on resource: kms-of-orders because no policy allows it", False),
    ],
)
def test_a_key_that_refuses_is_told_from_a_secret_that_does(
    monkeypatch: pytest.MonkeyPatch, said: str, *, is_of_the_key: bool
) -> None:
    """Modelled: the first is what Secrets Manager says, the others what IAM says through it."""

    class Manager:
        def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's name
            assert SecretId == "orders/tlscheck"
            error = {"Error": {"Code": "AccessDeniedException", "Message": said}}
            raise ClientError(error, "GetSecretValue")  # type: ignore[arg-type]  # all of it that is read

    monkeypatch.setattr(session, "client", lambda *_, **__: Manager())
    reason = refusal(target("orders/tlscheck"))
    assert ("its KMS key refuses, not its own policy: in the key's policy allow" in reason) is is_of_the_key
    assert said[:60] in reason


@pytest.mark.usefixtures("account")
def test_a_network_without_secrets_manager_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with reserved_port() as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        reason = refusal(target("orders/tlscheck"))
    assert "EndpointConnectionError: is there a VPC endpoint for Secrets Manager?" in reason


@pytest.mark.usefixtures("account")
def test_a_secret_of_an_impossible_region_is_a_reason() -> None:
    reason = refusal(target("arn:aws:secretsmanager:not a region:111122223333:secret:x"))
    assert "its ARN names no Region" in reason


def test_a_secret_that_names_another_server_is_a_reason_with_both_names(account: EmulatedAccount) -> None:
    other = f"payroll-prod.c9x2example.{REGION}.rds.amazonaws.com"
    content = {"username": "app", "password": "hunter2", "host": other, "dbInstanceIdentifier": "payroll-prod"}
    store(account, "payroll/tlscheck", json.dumps(content))
    reason = refusal(target("payroll/tlscheck"))
    assert f"its host says that it is for {other}, and this is {target('x').host}: no password was sent" in reason
    assert "hunter2" not in reason


def test_a_secret_that_names_its_server_opens_it(account: EmulatedAccount) -> None:
    content = {"username": "app", "password": "hunter2", "host": target("x").host, "port": 5432}
    store(account, "orders/full", json.dumps(content))
    assert secret_credential(target("orders/full")) == Credential("app", "hunter2")


def test_an_identifier_in_a_secret_of_another_region_is_another_database(account: EmulatedAccount) -> None:
    content = {"username": "app", "password": "hunter2", "dbInstanceIdentifier": "orders-prod"}
    arn = store(account, "orders/by-identifier", json.dumps(content))
    assert secret_credential(target(arn)) == Credential("app", "hunter2")
    assert "and this is orders-prod in eu-west-1" in refusal(target(arn, "eu-west-1"))


def test_a_secret_of_rds_itself_is_read_by_the_arn_that_its_api_gives_alone(account: EmulatedAccount) -> None:
    arn = store(account, "rds!db-0f1e2d3c", json.dumps({"username": "postgres", "password": "hunter2"}))
    assert secret_credential(target(arn)) == Credential("postgres", "hunter2")
    for named, region in (("rds!db-0f1e2d3c", REGION), (arn, "eu-west-1")):
        assert "by the ARN that RDS's API gives of this database alone" in refusal(target(named, region))
