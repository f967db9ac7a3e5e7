"""Database credentials from Secrets Manager: the emulated one, and ones that cannot be reached."""

import json

import pytest
from tlscheck.edges.aws.secrets_manager import secret_credential
from tlscheck.wire.login import Credential, NoCredential

from tests.local_aws.emulator.account import REGION, EmulatedAccount
from tests.local_aws.fleet.ports import reserved_port


def store(account: EmulatedAccount, name: str, content: str) -> str:
    arn: str = account.client("secretsmanager").create_secret(Name=name, SecretString=content)["ARN"]
    return arn


def test_a_secret_is_read_by_its_name_and_by_its_arn(account: EmulatedAccount) -> None:
    content = {"username": "tlscheck", "password": "hunter2", "engine": "postgres"}
    arn = store(account, "orders/tlscheck", json.dumps(content))
    assert secret_credential("orders/tlscheck", REGION) == Credential("tlscheck", "hunter2")
    assert secret_credential(arn, "eu-west-1") == Credential("tlscheck", "hunter2")


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
    answer = secret_credential(name, REGION)
    assert isinstance(answer, NoCredential)
    assert "is not JSON with a username and a password" in answer.reason
    assert "hunter2" not in answer.reason


@pytest.mark.usefixtures("account")
def test_a_secret_that_is_not_there_is_a_reason() -> None:
    answer = secret_credential("missing", REGION)
    assert isinstance(answer, NoCredential)
    assert answer.reason.startswith("secretsmanager:GetSecretValue missing: ResourceNotFoundException")


@pytest.mark.usefixtures("account")
def test_a_network_without_secrets_manager_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with reserved_port() as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        answer = secret_credential("orders/tlscheck", REGION)
    assert isinstance(answer, NoCredential)
    assert "EndpointConnectionError: is there a VPC endpoint for Secrets Manager?" in answer.reason


@pytest.mark.usefixtures("account")
def test_a_secret_of_an_impossible_region_is_a_reason() -> None:
    answer = secret_credential("arn:aws:secretsmanager:not a region:111122223333:secret:x", REGION)
    assert isinstance(answer, NoCredential)
