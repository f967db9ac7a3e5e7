"""Text objects in a bucket of an emulated account."""

import pytest
from tlscheck.edges.aws import s3

from tests.local_aws.emulator.account import EmulatedAccount


@pytest.fixture
def bucket(account: EmulatedAccount) -> str:
    account.client("s3").create_bucket(Bucket="tlscheck-objects")
    return "tlscheck-objects"


def test_what_was_put_is_got_back_as_json(account: EmulatedAccount, bucket: str) -> None:
    s3.put(bucket, "sweeps/1/plan.json", '["é"]')
    assert s3.get(bucket, "sweeps/1/plan.json") == '["é"]'
    head = account.client("s3").head_object(Bucket=bucket, Key="sweeps/1/plan.json")
    assert head["ContentType"] == "application/json"


def test_what_was_never_put_is_not_there(bucket: str) -> None:
    assert s3.get(bucket, "sweeps/1/results/0001.json") is None
