"""The resource of a finding: its tags and details, whole, valid by botocore's model, and none where not known.

The checks of the emulated Security Hub CSPM (tests/local_aws/emulator/gaps/security_hub/asff.py) judge each:
types, members, patterns and enumerations are of botocore's AwsSecurityFinding, lengths of the documentation.
"""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.database import Database, Endpoint, Proxy
from tlscheck.inventory.gap import Gap
from tlscheck.reporting.asff import security_finding
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.settle import settle

from tests.examples import ACCOUNT, NOW, ORDERS, REGION, UNKNOWN_CA, cluster, database, member, proxy
from tests.judged import KEY

# By its path: its package belongs to the emulator's own environment.
_ASFF = importlib.util.spec_from_file_location(
    "asff", Path(__file__).parent / "local_aws/emulator/gaps/security_hub/asff.py"
)
assert _ASFF is not None
assert _ASFF.loader is not None
asff = importlib.util.module_from_spec(_ASFF)
_ASFF.loader.exec_module(asff)


def finding(resource: str, check: CheckId = CheckId.CA, status: Status = Status.FAILED) -> RememberedFinding:
    said = Finding(KEY, resource, "us-east-1", check, status, "So it is.", "Do so.")
    return RememberedFinding(said, NOW, NOW, NOW, NOW)


def resource_of(listed: Database | None, arn: str = "") -> dict[str, Any]:
    """The one resource of a finding of it, which a hub takes."""
    sent = security_finding(finding(arn or (listed.arn if listed else ORDERS)), None, listed)
    assert asff.problems(sent, ACCOUNT) == []
    (found,) = sent["Resources"]
    return dict(found)


def test_an_instance_is_told_by_what_teams_route_it_by() -> None:
    listed = database(
        tags={"team": "payments", "Stage": "prod"},
        instance_class="db.r7g.large",
        publicly_accessible=True,
        endpoint=Endpoint("orders.c9x2example.us-east-1.rds.amazonaws.com", 5432),
        network="vpc-0a1b2c3d",
        resource_id="db-ORDERS",
    )
    assert resource_of(listed) == {
        "Type": "AwsRdsDbInstance",
        "Id": ORDERS,
        "Region": "us-east-1",
        "Partition": "aws",
        "Tags": {"Stage": "prod", "team": "payments"},
        "Details": {
            "AwsRdsDbInstance": {
                "DBInstanceIdentifier": "orders-prod",
                "DBInstanceClass": "db.r7g.large",
                "DbiResourceId": "db-ORDERS",
                "DbInstanceStatus": "available",
                "Engine": "postgres",
                "EngineVersion": "17.4",
                "CACertificateIdentifier": "rds-ca-rsa2048-g1",
                "PubliclyAccessible": True,
                "IAMDatabaseAuthenticationEnabled": True,
                "Endpoint": {"Address": "orders.c9x2example.us-east-1.rds.amazonaws.com", "Port": 5432},
                "DbSubnetGroup": {"VpcId": "vpc-0a1b2c3d"},
            }
        },
    }


def test_a_member_names_its_cluster_and_a_cluster_its_members() -> None:
    of_member = resource_of(member(network="vpc-0a1b2c3d"))["Details"]["AwsRdsDbInstance"]
    assert of_member["DBClusterIdentifier"] == "ledger"
    listed = cluster(network="vpc-0a1b2c3d", member_authorities={"ledger-2": None, "ledger-1": "rds-ca-2019"})
    found = resource_of(listed)
    assert found["Type"] == "AwsRdsDbCluster"
    assert found["Details"] == {
        "AwsRdsDbCluster": {
            "DbClusterIdentifier": "ledger",
            "DbClusterResourceId": "cluster-LEDGER",
            "Status": "available",
            "Engine": "aurora-postgresql",
            "EngineVersion": "17.4",
            "IamDatabaseAuthenticationEnabled": True,
            "DbClusterMembers": [
                {"DbInstanceIdentifier": "ledger-1"},
                {"DbInstanceIdentifier": "ledger-2"},
            ],
        },
        # The format has no member for these of a cluster.
        "Other": {"VpcId": "vpc-0a1b2c3d"},
    }


@pytest.mark.parametrize(("require", "said"), [(True, "true"), (False, "false"), (None, None)])
def test_a_proxy_has_no_type_in_the_format_and_says_what_it_is(require: bool | None, said: str | None) -> None:
    found = resource_of(proxy(network="vpc-0a1b2c3d", proxy=Proxy(require, ())))
    told = {"DBProxyName": "orders-proxy", "Status": "available", "VpcId": "vpc-0a1b2c3d"}
    assert found["Type"] == "Other"
    assert found["Details"] == {"Other": told | ({"RequireTLS": said} if said else {})}


def test_what_is_not_known_is_left_out() -> None:
    listed = database(
        certificate_authority=UNKNOWN_CA,
        resource_id=Gap("rds:DescribeDBInstances", "named no DbiResourceId"),
        instance_class=None,
        publicly_accessible=None,
        endpoint=None,
        network=None,
        engine_version="",
        status=" ",
    )
    assert resource_of(listed)["Details"]["AwsRdsDbInstance"] == {
        "DBInstanceIdentifier": "orders-prod",
        "Engine": "postgres",
        "IAMDatabaseAuthenticationEnabled": True,
    }
    assert "Tags" not in resource_of(listed)


def test_that_a_database_is_not_public_is_told_too() -> None:
    listed = database(publicly_accessible=False, iam_authentication=False)
    told = resource_of(listed)["Details"]["AwsRdsDbInstance"]
    assert (told["PubliclyAccessible"], told["IAMDatabaseAuthenticationEnabled"]) == (False, False)


def test_of_a_region_and_of_a_database_that_nobody_knows_there_is_nothing_more() -> None:
    assert resource_of(None) == {
        "Type": "AwsRdsDbInstance",
        "Id": ORDERS,
        "Region": "us-east-1",
        "Partition": "aws",
    }
    assert resource_of(None, REGION).keys() == {"Type", "Id", "Region", "Partition"}
    assert resource_of(database(), REGION).keys() == {"Type", "Id", "Region", "Partition"}
    # The finding is of a name that this database had before.
    assert resource_of(database(), f"{ORDERS}-old").keys() == {"Type", "Id", "Region", "Partition"}


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"cost centre": "a b/c:d.e_f=g+h-i@j"}, {"cost centre": "a b/c:d.e_f=g+h-i@j"}),
        ({"équipe": "paiement ünï"}, {"équipe": "paiement ünï"}),
        ({"aws:cloudformation:stack-name": "orders"}, {"aws:cloudformation:stack-name": "orders"}),
        # The format takes no empty text.
        ({"tlscheck:exclude": "", "blank": " ", " ": "x", "team": "a"}, {"team": "a"}),
        ({"a": "x\ny", "b": "\u202ex", "c": "<b>", "d": "ok"}, {"d": "ok"}),
        ({"k" * 128: "v" * 256}, {"k" * 128: "v" * 256}),
        ({"k" * 129: "v", "k": "v" * 257}, None),
    ],
)
def test_tags_are_told_as_they_are_or_not_at_all(tags: dict[str, str], told: dict[str, str] | None) -> None:
    assert resource_of(database(tags=tags)).get("Tags") == told


def test_of_more_than_fifty_tags_those_of_aws_give_way() -> None:
    tags = {f"aws:x:{n:02}": "x" for n in range(30)} | {f"own-{n:02}": "x" for n in range(45)}
    told = resource_of(database(tags=tags))["Tags"]
    assert sorted(told) == [f"aws:x:{n:02}" for n in range(5)] + [f"own-{n:02}" for n in range(45)]


def test_the_largest_finding_is_far_below_what_a_hub_takes() -> None:
    tags = {f"{n:02}" + "é" * 126: "é" * 256 for n in range(60)}
    members = {f"{n:02}" + "m" * 61: None for n in range(16)}
    sent = security_finding(finding(cluster().arn), None, cluster(tags=tags, member_authorities=members))
    assert asff.problems(sent, ACCOUNT) == []
    assert len(json.dumps(sent)) < 120_000  # of 240 KB


hostile = st.text(st.characters(), max_size=400)


@given(
    hostile, hostile, st.dictionaries(hostile, hostile, max_size=60), st.sampled_from([database, cluster, proxy])
)
def test_whatever_the_api_says_makes_a_resource_that_a_hub_takes(
    text: str, other: str, tags: dict[str, str], made: Any
) -> None:
    listed: Database = made(
        identifier=text,
        status=other,
        engine_version=text,
        network=other,
        instance_class=text,
        resource_id=other,
        tags=tags,
        member_authorities={text: other},
    )
    found = resource_of(listed)
    assert json.dumps(found).isprintable()


def test_a_change_of_tags_alone_sends_nothing() -> None:
    """What is remembered knows no tag: the same finding a day later is not sent again."""
    known = finding(ORDERS)
    after = settle(known, known.finding, replace(known.basis, listed_at=NOW), NOW)
    assert after.announced_at == known.announced_at


def test_the_company_is_told_where_the_hub_would_say_personal() -> None:
    assert security_finding(finding(ORDERS))["CompanyName"] == "tlscheck"
