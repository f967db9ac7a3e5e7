"""Clients of AWS's services come from one place, a client of another account by one argument."""

import ast
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from tlscheck.edges.aws import session

from tests.local_aws.emulator.account import EmulatedAccount

ROOT = Path(__file__).parent.parent
EDGES = ROOT / "functions" / "tlscheck" / "edges"
ANOTHER = "210987654321"


@pytest.fixture(autouse=True)
def nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    session.forget()


def test_the_same_question_gets_the_same_client() -> None:
    patient = Config(read_timeout=7)
    first = session.client("ssm", region="eu-west-1", config=patient)
    assert session.client("ssm", region="eu-west-1", config=patient) is first
    assert session.client("ssm", region="eu-west-2", config=patient) is not first
    assert session.client("ssm", region="eu-west-1") is not first
    assert session.client("sns", region="eu-west-1", config=patient).meta.service_model.service_name == "sns"
    assert first.meta.region_name == "eu-west-1"
    assert first.meta.config.read_timeout == 7  # type: ignore[attr-defined]  # Config sets them by name


def test_without_a_region_the_environments_counts() -> None:
    assert session.client("s3").meta.region_name == "eu-central-1"


def test_threads_that_ask_at_once_get_one_client() -> None:
    with ThreadPoolExecutor(8) as pool:
        clients = list(pool.map(lambda _: session.client("sns"), range(16)))
    assert len({id(each) for each in clients}) == 1


def test_another_account_is_one_argument(account: EmulatedAccount) -> None:
    other = boto3.Session(aws_access_key_id=ANOTHER, aws_secret_access_key="test")  # noqa: S106 - no secret
    account.client("ssm").put_parameter(Name="/whose", Value="ours", Type="String")
    theirs = account.client("ssm", aws_access_key_id=ANOTHER)
    theirs.put_parameter(Name="/whose", Value="theirs", Type="String")
    ours = session.client("ssm")
    assert session.client("ssm", account=other).get_parameter(Name="/whose")["Parameter"]["Value"] == "theirs"
    assert ours.get_parameter(Name="/whose")["Parameter"]["Value"] == "ours"


def test_an_account_that_changed_is_met_after_the_clients_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    before = session.client("sns")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    assert session.client("sns") is before
    session.forget()
    assert session.client("sns").meta.region_name == "us-east-2"


def test_no_other_module_makes_a_client_or_a_session() -> None:
    makers = {"client", "resource", "Session", "session", "create_client", "get_session"}
    wrong = []
    for path in sorted(EDGES.rglob("*.py")):
        # A sweep from here makes the sessions of those who may sign in: session.py is told which one counts.
        is_of_a_laptop = path.parent.name == "laptop" or path.name == "sweep.py"
        names = {"boto3", "botocore"} if path.name != "session.py" and not is_of_a_laptop else set()
        wrong += [
            f"{path.name}: {ast.unparse(node)}"
            for node in ast.walk(ast.parse(path.read_text()))
            if (isinstance(node, ast.Import) and {alias.name.split(".")[0] for alias in node.names} & names)
            or (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").split(".")[0] in names
                and {alias.name for alias in node.names} & makers
            )
        ]
    assert wrong == []


def test_the_makefile_finds_every_service_that_has_a_client() -> None:
    # It keeps these models of botocore in the layer, and drops those of 400 others.
    pattern = re.search(
        r"SERVICES := .*grep -rhoE --exclude-dir=laptop '([^']+)'", (ROOT / "Makefile").read_text()
    )
    assert pattern
    told = "".join(
        path.read_text() for path in sorted((ROOT / "functions").rglob("*.py")) if path.parent.name != "laptop"
    )
    found = {match.split('"')[1] for match in re.findall(pattern[1], told)}
    typed = set(re.findall(r'def client\(service: Literal\["([a-z0-9-]+)"\]', told))
    assert found == typed
    assert len(found) == 13


def test_at_level_debug_no_token_and_no_answer_stands_in_the_log(
    account: EmulatedAccount, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda sets the level of the root logger: what botocore then logs holds the session's token."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token-of-the-session")
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.endpoint)
    session.forget()
    with caplog.at_level(logging.DEBUG):
        session.client("ssm", region="us-east-1").put_parameter(Name="told", Value="of-a-secret", Type="String")
        session.client("ssm", region="us-east-1").get_parameter(Name="told")
        session.client("ssm", region="us-east-1").delete_parameter(Name="told")
    assert not re.search("token-of-the-session|of-a-secret", caplog.text)
