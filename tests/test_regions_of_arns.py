"""An ARN that somebody wrote by hand may name a Region that is none: a reason for its own targets, and no more."""

from collections.abc import Iterator

import pytest
from tlscheck.edges.aws import probes, session
from tlscheck.edges.aws.secrets_manager import secret_credential
from tlscheck.wire.login import NoCredential
from tlscheck.wire.observation import LookOutcome
from tlscheck.wire.target import Login, Target
from tlscheck.wire.targeting import target_of

from tests.examples import database

NO_REGIONS = ["eu central-1", "", "EU-CENTRAL-1", "eu-central-1a", "-", "*", "x" * 100]


@pytest.fixture(autouse=True)
def _unreachable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account that no call reaches: none is to be made."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    session.forget()
    yield
    session.forget()


@pytest.mark.parametrize("region", NO_REGIONS)
def test_a_probe_in_no_region_is_a_reason(region: str) -> None:
    target = target_of(database(), "tlscheck")
    assert isinstance(target, Target)
    name = f"arn:aws:lambda:{region}:123456789012:function:p"
    (seen,) = probes.look(None, "us-east-1", name, [target])
    assert seen.look.outcome is LookOutcome.NOT_TRIED
    assert seen.look.detail == f"the probe is named {name!r}, which is no ARN of a function in a Region"


@pytest.mark.parametrize("region", NO_REGIONS)
def test_a_secret_in_no_region_is_a_reason(region: str) -> None:
    name = f"arn:aws:secretsmanager:{region}:123456789012:secret:s"
    found = secret_credential(Target("arn:1", "localhost", 5432, "us-east-1", Login.SECRET, "", name))
    assert isinstance(found, NoCredential)
    assert found.reason == f"secretsmanager:GetSecretValue {name}: its ARN names no Region"


def test_one_colon_too_many_is_no_region_either() -> None:
    target = target_of(database(), "tlscheck")
    assert isinstance(target, Target)
    (seen,) = probes.look(None, "us-east-1", "arn:aws:lambda:eu central:1:function:p", [target])
    assert "which is no ARN of a function in a Region" in seen.look.detail
