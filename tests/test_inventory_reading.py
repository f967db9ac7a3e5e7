"""How an answer of the API is read member by member, whatever stands there, and what it leaves to be asked."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.described import (
    Described,
    elements,
    is_true,
    moment,
    number,
    objects,
    tags,
    text,
    texts,
    truth,
)
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.joined import fronts, member_statuses
from tlscheck.inventory.lookups import (
    families_to_read,
    groups_to_read,
    in_scope,
    is_member,
    proxies_to_read,
    versions_in_use,
)
from tlscheck.inventory.parameter_group import ParameterGroupFamily, Scope
from tlscheck.inventory.proxies import is_postgresql
from tlscheck.inventory.rotation import MaintenanceAction, actions_by_resource
from tlscheck.inventory.trait import Trait, of_cluster, of_instance

from tests.answers import (
    ACCOUNT,
    REGION,
    cluster,
    cluster_group,
    databases,
    engine_version,
    instance,
    instance_group,
    maintenance,
    member,
    proxy,
    shard_group,
    target,
)

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
NOT_ASKED = Gap("nothing", "not asked")


@pytest.mark.parametrize(
    ("there", "as_text", "as_number", "as_truth"),
    [
        ("a", "a", None, None),
        ("", None, None, None),
        (0, None, 0, None),
        (5432, None, 5432, None),
        (1.5, None, None, None),
        (True, None, None, True),
        (False, None, None, False),
        (None, None, None, None),
        (["a"], None, None, None),
    ],
)
def test_a_member_is_what_its_type_says_and_nothing_else(
    there: object, as_text: str | None, as_number: int | None, as_truth: bool | None
) -> None:
    answer = {"Outer": {"Inner": there}}
    assert text(answer, "Outer", "Inner") == as_text
    assert (number(answer, "Outer", "Inner"), truth(answer, "Outer", "Inner")) == (as_number, as_truth)
    assert type(number(answer, "Outer", "Inner")) is type(as_number)
    assert is_true(answer, "Outer", "Inner") is (there is True)


@pytest.mark.parametrize("answer", [None, "Outer", ["Outer"], {}, {"Outer": None}, {"Outer": "Inner"}])
def test_what_is_not_there_is_not_known(answer: object) -> None:
    assert text(answer, "Outer", "Inner") is None
    assert elements(answer, "Outer", "Inner") == []
    assert not is_true(answer, "Outer", "Inner")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (NOON, NOON),
        (NOON.astimezone(timezone(timedelta(hours=-5))), NOON),
        (NOON.replace(tzinfo=None), None),
        ("2027-03-01T12:00:00Z", None),
        (None, None),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), None),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), None),
    ],
)
def test_a_moment_is_told_in_utc_or_not_known(found: object, expected: datetime | None) -> None:
    read = moment({"At": found}, "At")
    assert read == expected
    assert read is None or read.tzinfo is UTC


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([{"a": 1}, "b", None, {}], [{"a": 1}, {}]),
        (({"a": 1},), [{"a": 1}]),
        ({"a": 1}, []),
        ("a", []),
        (None, []),
    ],
)
def test_of_a_list_the_objects_are_read(found: object, expected: list[dict[str, int]]) -> None:
    assert objects(found) == expected
    assert elements({"Of": found}, "Of") == expected


def test_tags_are_read_by_key_and_one_without_a_value_is_empty() -> None:
    listed = [{"Key": "a", "Value": "1"}, {"Key": "b"}, {"Value": "c"}, {"Key": "", "Value": "d"}, "e"]
    assert tags({"TagList": listed}) == {"a": "1", "b": ""}
    assert tags(None) == {}


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("postgres", True),
        ("aurora-postgresql", True),
        (None, True),
        ("", True),
        ("mysql", False),
        ("neptune", False),
    ],
)
def test_what_names_another_engine_is_out_of_scope(engine: str | None, expected: bool) -> None:
    assert in_scope({"Engine": engine}) is expected


@pytest.mark.parametrize(
    ("family", "expected"), [("POSTGRESQL", True), (None, True), ("MYSQL", False), ("SQLSERVER", False)]
)
def test_what_names_another_family_is_no_proxy_of_ours(family: str | None, expected: bool) -> None:
    assert is_postgresql({"EngineFamily": family}) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"Engine": "postgres"}, False),
        ({"Engine": "postgres", "DBClusterIdentifier": "c"}, True),
        ({"Engine": "aurora-postgresql"}, True),
        ({}, False),
    ],
)
def test_a_member_names_its_cluster_or_is_of_aurora(answer: dict[str, str], expected: bool) -> None:
    assert is_member(answer) is expected


def test_each_version_in_use_is_asked_for_once_and_only_ours() -> None:
    instances = [instance("b"), instance("a"), instance(EngineVersion=None), instance(Engine="mysql"), member("c")]
    clusters = [cluster(), cluster("d", EngineVersion="17.1")]
    assert versions_in_use(instances, clusters) == (
        ("aurora-postgresql", "16.6"),
        ("aurora-postgresql", "17.1"),
        ("postgres", "17.4"),
    )


def test_each_proxys_targets_are_asked_for_once() -> None:
    assert proxies_to_read([proxy("b"), proxy("a"), proxy("b"), proxy(DBProxyName=None)]) == ("a", "b")


def test_a_member_leaves_its_groups_and_family_to_its_cluster() -> None:
    instances = [member("a"), instance("b", "own"), instance("c", "other", Engine="mysql")]
    clusters = [cluster(), cluster("d", "elsewhere", Engine="mysql"), cluster(DBClusterParameterGroup=None)]
    assert groups_to_read(instances, clusters) == (cluster_group(), instance_group("own"))
    empty: dict[str, str | None] = {}
    groups = (cluster_group(), instance_group("default.aurora-postgresql16"), instance_group("other"))
    described = Described(
        REGION, instances=instances, clusters=clusters, parameters={**dict.fromkeys(groups, empty)}
    )
    assert families_to_read(described) == (ParameterGroupFamily(Scope.CLUSTER, "aurora-postgresql16"),)


@pytest.mark.parametrize(
    ("value", "asked"),
    [({}, True), ({"rds.force_ssl": None}, True), ({"rds.force_ssl": ""}, True), ({"rds.force_ssl": "0"}, False)],
)
def test_a_default_is_asked_for_where_no_value_is_there(value: dict[str, str | None], asked: bool) -> None:
    described = Described(REGION, instances=[instance()], parameters={instance_group(): value})
    expected = (ParameterGroupFamily(Scope.INSTANCE, "postgres17"),) if asked else ()
    assert families_to_read(described) == expected


def test_a_proxy_fronts_the_cluster_that_it_follows_or_else_the_instance() -> None:
    assert fronts([target("b"), target("w", "ledger"), target("a"), target("r", "ledger"), {}]) == [
        *("a", "b", "ledger")
    ]
    assert fronts(NOT_ASKED) == []


def test_members_have_their_own_status_and_one_without_a_name_a_mark() -> None:
    answer = {
        "DBClusterMembers": [
            {"DBInstanceIdentifier": "a", "DBClusterParameterGroupStatus": "in-sync"},
            {"DBInstanceIdentifier": "b"},
            {"DBClusterParameterGroupStatus": "applying"},
        ]
    }
    assert member_statuses(answer) == {"a": "in-sync", "b": None, "?": "applying"}
    assert member_statuses(None) == {}


def test_a_shard_group_without_a_name_is_marked() -> None:
    answers = [{**shard_group(), "DBShardGroupIdentifier": None}, shard_group("a")]
    described = Described(REGION, clusters=[cluster()], shard_groups=answers)
    assert databases(described)["ledger"].shard_groups == ("?", "a")
    unasked = Described(REGION, clusters=[cluster()], shard_groups=Gap("rds:DescribeDBShardGroups", "no"))
    assert databases(unasked)["ledger"].shard_groups == ()


def test_actions_are_gathered_by_the_database_that_they_are_about() -> None:
    one, other = maintenance(action="a"), maintenance(action="b")
    nameless: dict[str, Any] = {"PendingMaintenanceActionDetails": [{"Action": "c"}]}
    found = actions_by_resource(Described(REGION, maintenance=[one, other, nameless]))
    assert {name: [each["Action"] for each in details] for name, details in found.items()} == {
        "arn:aws:rds:eu-central-1:123456789012:db:orders-prod": ["a", "b"],
        "": ["c"],
    }
    assert actions_by_resource(Described(REGION)) == {}


@pytest.mark.parametrize(
    ("supported", "expected"),
    [(["b", "a", 1, None], ("a", "b")), (("b", "a"), ("a", "b")), ("ab", ()), (None, ())],
)
def test_the_cas_that_an_engine_version_supports_are_texts_in_order(
    supported: object, expected: tuple[str, ...]
) -> None:
    version = engine_version(SupportedCACertificateIdentifiers=supported)
    found = databases(Described(REGION, instances=[instance()], versions={("postgres", "17.4"): version}))
    assert found["orders-prod"].rotation.supported == expected


def test_a_rotation_tells_when_it_is_planned() -> None:
    waiting = maintenance(CurrentApplyDate=NOON)
    found = databases(Described(REGION, instances=[instance()], maintenance=[waiting]))["orders-prod"]
    assert found.rotation.actions == (
        MaintenanceAction("server-certificate-rotation", None, None, NOON, found.arn),
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, ()),
        ({"ReadReplicaSourceDBInstanceIdentifier": "a"}, (Trait.REPLICA,)),
        ({"ReadReplicaSourceDBClusterIdentifier": "a"}, (Trait.REPLICA,)),
        ({"ReadReplicaSourceDBInstanceIdentifier": ""}, ()),
    ],
)
def test_an_instance_is_a_replica_of_an_instance_or_of_a_cluster(
    answer: dict[str, str], expected: tuple[Trait, ...]
) -> None:
    assert of_instance(answer) == expected


def test_a_cluster_of_every_sort_names_them_in_this_order() -> None:
    answer = {
        "Engine": "postgres",
        "EngineMode": "serverless",
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5},
        "GlobalClusterIdentifier": "world",
        "ClusterScalabilityType": "limitless",
        "VPCNetworkingEnabled": False,
        "ReplicationSourceIdentifier": "arn:source",
    }
    assert [each.value for each in of_cluster(answer, {"rds.babelfish_status": "on"})] == [
        *("serverless-v1", "serverless-v2", "global", "limitless", "babelfish", "express"),
        *("multi-az-cluster", "read-replica"),
    ]
    plain = {"EngineMode": "provisioned", "ClusterScalabilityType": "standard", "VPCNetworkingEnabled": True}
    assert of_cluster(plain, {"rds.babelfish_status": "off"}) == ()


@pytest.mark.parametrize(
    ("answers", "members", "operation"),
    [
        ("instances", ["DBInstanceArn", "DBInstanceIdentifier", "Engine"], "rds:DescribeDBInstances"),
        ("clusters", ["DBClusterArn", "DBClusterIdentifier", "Engine"], "rds:DescribeDBClusters"),
        ("proxies", ["DBProxyArn", "DBProxyName", "EngineFamily"], "rds:DescribeDBProxies"),
    ],
)
def test_an_answer_that_does_not_say_who_it_is_leaves_a_gap_of_its_call(
    answers: str, members: list[str], operation: str
) -> None:
    whole = {"instances": instance(), "clusters": cluster(), "proxies": proxy()}[answers]
    for left_out in members:
        given: Any = {answers: [{name: value for name, value in whole.items() if name != left_out}, whole]}
        inventory = assemble(ACCOUNT, [Described(REGION, **given)])
        (listing,) = inventory.listings
        assert listing.gaps == (Gap(operation, "an answer without its ARN, identifier or engine was left out"),)
        assert (len(inventory.databases), listing.databases) == (1, 1)


def test_what_else_is_not_known_of_a_region_goes_before_what_it_did_not_answer() -> None:
    off, denied = Gap("ec2:DescribeRegions", "off"), Gap("rds:DescribeDBClusters", "AccessDenied: no")
    inventory = assemble(ACCOUNT, [Described(REGION, gaps=(denied,))], [(REGION, off)])
    assert [listing.gaps for listing in inventory.listings] == [(off, denied)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"CACertificateIdentifier": "rds-ca-ecc384-g1"}, "rds-ca-ecc384-g1"),
        ({"CACertificateIdentifier": None}, "rds-ca-rsa2048-g1"),
        ({"CACertificateIdentifier": None, "CertificateDetails": None}, None),
    ],
)
def test_a_members_ca_is_named_by_itself_or_else_by_its_certificates_details(
    changes: dict[str, Any], expected: str | None
) -> None:
    described = Described(REGION, instances=[member("a", **changes)], clusters=[cluster(members={"a": "in-sync"})])
    assert databases(described)["ledger"].member_authorities == {"a": expected}


@pytest.mark.parametrize("said", [None, "postgresql", {"postgresql": "1"}, [1, None, {}], ()])
def test_a_list_of_texts_is_one_of_texts_alone(said: object) -> None:
    assert texts({"EnabledCloudwatchLogsExports": said}, "EnabledCloudwatchLogsExports") == ()
    assert texts({"Some": ["a", said]}, "Some") == (("a", said) if isinstance(said, str) else ("a",))
