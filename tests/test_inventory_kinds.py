"""What may be done with a parameter, from the answers that tell its value."""

from collections.abc import Mapping
from typing import Any

import pytest
from tlscheck.edges import documents
from tlscheck.edges.aws import rds
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.inventory.parameters import kinds, values

from tests.answers import REGION, cluster, cluster_group, databases, instance, instance_group, member
from tests.local_aws.emulator.account import EmulatedAccount


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (
            {"ApplyType": "dynamic", "IsModifiable": True, "AllowedValues": "0,1"},
            ParameterKind(is_dynamic=True, is_modifiable=True, allowed="0,1"),
        ),
        (
            {"ApplyType": "static", "IsModifiable": False, "AllowedValues": "0-262143"},
            ParameterKind(is_dynamic=False, is_modifiable=False, allowed="0-262143"),
        ),
        ({"ApplyType": "Dynamic"}, ParameterKind(is_dynamic=True)),
        ({"ApplyType": "of-tomorrow", "IsModifiable": "true", "AllowedValues": 7}, ParameterKind()),
        ({"AllowedValues": "a" * 100}, ParameterKind(allowed="a" * 100)),
        # What is cut would read as whole.
        ({"AllowedValues": "a" * 101}, ParameterKind()),
        ({}, ParameterKind()),
    ],
)
def test_a_kind_is_what_the_api_says_and_nothing_more(members: Mapping[str, Any], kind: ParameterKind) -> None:
    parameter = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", **members}
    assert kinds([parameter, {"ParameterValue": "nameless"}]) == {"rds.force_ssl": kind}
    assert values([parameter, {"ParameterValue": "nameless"}]) == {"rds.force_ssl": "1"}


DYNAMIC = ParameterKind(is_dynamic=True, is_modifiable=True, allowed="0,1")
STATIC = ParameterKind(is_dynamic=False, is_modifiable=True, allowed="0,1")


def of_groups(**read: ParameterKind) -> Database:
    """The instance that names these groups, each with the kind of rds.force_ssl in it."""
    named = [{"DBParameterGroupName": name, "ParameterApplyStatus": "in-sync"} for name in read]
    found = {instance_group(name): {"rds.force_ssl": kind} for name, kind in read.items()}
    return databases(Described(REGION, instances=[instance(DBParameterGroups=named)], kinds=found))["orders-prod"]


def test_an_instance_has_the_kinds_on_which_its_groups_agree() -> None:
    assert of_groups(one=STATIC).parameter_kinds == {"rds.force_ssl": STATIC}
    assert of_groups(one=STATIC, two=STATIC).parameter_kinds == {"rds.force_ssl": STATIC}
    assert of_groups(one=STATIC, two=DYNAMIC).parameter_kinds == {}
    assert of_groups().parameter_kinds == {}


def test_a_member_has_its_clusters_kinds_and_none_of_its_own_group() -> None:
    own = instance_group("default.aurora-postgresql16")
    described = Described(
        REGION,
        instances=[member("writer"), member("stray", "another")],
        clusters=[cluster(members={"writer": "in-sync"})],
        kinds={cluster_group(): {"rds.force_ssl": DYNAMIC}, own: {"rds.force_ssl": STATIC}},
    )
    assert {name: each.parameter_kinds for name, each in databases(described).items()} == {
        "ledger": {"rds.force_ssl": DYNAMIC},
        "writer": {"rds.force_ssl": DYNAMIC},
        "stray": {},
    }


def test_kinds_are_in_the_answers_that_tell_the_values(account: EmulatedAccount) -> None:
    """One call a group, and what is told of what is not ours is left out."""
    parameters = {
        "rds.force_ssl": {"ParameterValue": "0", "ApplyType": "static", "AllowedValues": "0,1"},
        "ssl_min_protocol_version": {"AllowedValues": "TLSv1,TLSv1.1,TLSv1.2", "IsModifiable": False},
    }
    groups = {"orders-pg17": {"family": "postgres17", "parameters": parameters}}
    account.set_rds({REGION: {"DBInstances": [instance(CertificateDetails=None)], "DBParameterGroups": groups}})
    found = databases(rds.describe(account.client("rds", REGION)))["orders-prod"].parameter_kinds
    assert found["rds.force_ssl"] == ParameterKind(is_dynamic=False, is_modifiable=True, allowed="0,1")
    assert found["ssl_min_protocol_version"].allowed == "TLSv1,TLSv1.1,TLSv1.2"
    assert found["ssl_min_protocol_version"].is_modifiable is False
    assert "track_setting_000" not in found
    assert account.take_calls()[REGION]["rds:DescribeDBParameters"] == 1


def test_kinds_of_a_group_that_could_not_be_read_are_not_known(account: EmulatedAccount) -> None:
    account.set_rds({REGION: {"DBInstances": [instance(CertificateDetails=None)]}})
    described = rds.describe(account.client("rds", REGION))
    assert isinstance(described.parameters[instance_group()], Gap)
    assert databases(described)["orders-prod"].parameter_kinds == {}


def test_kinds_outlive_a_document_and_one_without_them_is_read() -> None:
    database = of_groups(one=STATIC)
    text = documents.dump(database)
    assert documents.load(Database, text).parameter_kinds == {"rds.force_ssl": STATIC}
    before = documents.to_document(database)
    del before["parameter_kinds"]
    assert documents.from_document(Database, before).parameter_kinds == {}
