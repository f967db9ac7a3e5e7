"""The enabled Regions of an emulated account."""

import json

import pytest
from tlscheck.edges.aws import regions, session
from tlscheck.inventory.gap import Gap

from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount


@pytest.mark.usefixtures("account")
def test_regions_enabled_by_default_or_by_opting_in_are_listed_in_order() -> None:
    assert regions.enabled("us-east-1") == ("eu-central-1", "eu-south-1", "eu-west-1", "us-east-1")


def test_a_role_that_may_not_list_regions_leaves_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmulatedAccount(enforce_iam=True) as account:
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
        }
        role = account.client("iam").create_role(RoleName="powerless", AssumeRolePolicyDocument=json.dumps(trust))
        arn = role["Role"]["Arn"]
        assumed = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        monkeypatch.setenv("AWS_ENDPOINT_URL", account.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", assumed["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", assumed["SecretAccessKey"])
        monkeypatch.setenv("AWS_SESSION_TOKEN", assumed["SessionToken"])
        session.forget()
        found = regions.enabled("us-east-1")
        session.forget()
    assert isinstance(found, Gap)
    assert found.operation == "ec2:DescribeRegions"
    assert "ec2:DescribeRegions" in found.reason
