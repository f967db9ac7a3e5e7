"""RDS's control plane, asked of an emulated account: pages, groups, gaps and the number of calls."""

import json
import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.aws import rds
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.database import Proxy
from tlscheck.inventory.described import Described, Values
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.parameter_group import ParameterGroupFamily, Scope

from tests.answers import (
    ACCOUNT,
    LEAF_EXPIRES,
    cluster,
    cluster_group,
    databases,
    instance,
    instance_group,
    maintenance,
    member,
    proxy,
    shard_group,
    target,
)
from tests.local_aws.emulator.account import EmulatedAccount

REGION = "eu-central-1"
DENIED = {"code": "AccessDenied", "message": "not authorized", "status": 403}
THROTTLED = {"code": "Throttling", "message": "Rate exceeded", "status": 400, "share": 0.5}


LISTED = {
    "rds:DescribeDBInstances",
    "rds:DescribeDBClusters",
    "rds:DescribeCertificates",
    "rds:DescribeDBProxies",
}
"""What is asked of a Region with nothing in it."""


def forced(answers: Mapping[Any, Values | Gap]) -> dict[Any, str | None]:
    """The value of rds.force_ssl in each group or family."""
    return {of: values["rds.force_ssl"] for of, values in answers.items() if not isinstance(values, Gap)}


def documented(**lists: Any) -> Any:
    """A Region of the emulator's document: moments as texts."""
    return json.loads(json.dumps(lists, default=datetime.isoformat))


def group(family: str, **values: str) -> dict[str, Any]:
    parameters = {name.replace("__", "."): {"ParameterValue": value} for name, value in values.items()}
    return {"family": family, "parameters": parameters}


def described(account: EmulatedAccount, **lists: Any) -> Described:
    """What is made of a Region that holds these lists, asked without retries; its calls are counted from here."""
    account.set_rds({REGION: documented(**lists)})
    return rds.describe(account.client("rds", REGION))


A_CLUSTER = {
    "DBInstances": [instance(), member("ledger-1"), member("ledger-2")],
    "DBClusters": [cluster(members={"ledger-1": "in-sync", "ledger-2": "pending-reboot"})],
    "DBParameterGroups": {"orders-pg17": group("postgres17", rds__force_ssl="0")},
    "DBClusterParameterGroups": {"ledger-aurora16": group("aurora-postgresql16", rds__force_ssl="1")},
}


def test_a_region_is_described_as_it_is(account: EmulatedAccount) -> None:
    found = described(account, **A_CLUSTER)
    assert found.gaps == ()
    assert found.region == REGION
    assert not isinstance(found.certificates, Gap)
    assert {each["CertificateIdentifier"] for each in found.certificates} >= {"rds-ca-rsa2048-g1"}
    assert {name: each.force_ssl.enforcement for name, each in databases(found).items()} == {
        "orders-prod": Enforcement.NOT_ENFORCED,
        "ledger": Enforcement.ENFORCED_AFTER_REBOOT,
        "ledger-1": Enforcement.ENFORCED,
        "ledger-2": Enforcement.ENFORCED_AFTER_REBOOT,
    }


def test_an_empty_region_has_nothing_and_no_gap(account: EmulatedAccount) -> None:
    found = described(account)
    assert (found.instances, found.clusters, found.gaps) == ([], [], ())
    assert account.take_calls()[REGION].keys() == LISTED


def test_calls_grow_with_pages_and_groups_and_not_with_instances(account: EmulatedAccount) -> None:
    found = described(
        account,
        DBInstances=[instance(f"shard-{number}", f"group-{number % 5}") for number in range(230)],
        DBParameterGroups={f"group-{number}": group("postgres17", rds__force_ssl="1") for number in range(5)},
    )
    assert len(found.instances) == 230
    assert account.take_calls() == {
        REGION: {
            "rds:DescribeDBInstances": 3,
            "rds:DescribeDBClusters": 1,
            "rds:DescribeCertificates": 1,
            "rds:DescribeDBParameters": 5,
            "rds:DescribeDBProxies": 1,
            "rds:DescribeDBEngineVersions": 1,
            "rds:DescribePendingMaintenanceActions": 1,
        }
    }


def test_other_engines_are_not_even_fetched(account: EmulatedAccount) -> None:
    found = described(
        account,
        DBInstances=[instance(), instance("graph", Engine="neptune")],
        DBClusters=[cluster("documents", Engine="docdb")],
    )
    assert [each["DBInstanceIdentifier"] for each in found.instances] == ["orders-prod"]
    assert found.clusters == []


def test_a_value_that_equals_its_default_is_found_too(account: EmulatedAccount) -> None:
    lists = {"DBParameterGroups": {"orders-pg17": group("postgres17", rds__force_ssl="1")}}
    found = described(account, DBInstances=[instance()], **lists)
    assert forced(found.parameters) == {instance_group(): "1"}


def test_default_groups_answer_for_themselves(account: EmulatedAccount) -> None:
    found = described(
        account,
        DBInstances=[instance(group="default.postgres14", EngineVersion="14.17"), member("ledger-1")],
        DBClusters=[cluster(group="default.aurora-postgresql17", EngineVersion="17.4")],
    )
    assert forced(found.parameters) == {
        instance_group("default.postgres14"): "0",
        cluster_group("default.aurora-postgresql17"): "1",
    }
    assert found.defaults == {}


def test_a_group_that_leaves_the_parameter_out_falls_back_to_the_engines_default(account: EmulatedAccount) -> None:
    found = described(
        account,
        DBInstances=[instance(), member("ledger-1")],
        DBClusters=[cluster(members={"ledger-1": "in-sync"})],
        DBParameterGroups={"orders-pg17": group("without-it")},
        DBClusterParameterGroups={"ledger-aurora16": group("without-it")},
    )
    assert forced(found.defaults) == {
        ParameterGroupFamily(Scope.INSTANCE, "postgres17"): "1",
        ParameterGroupFamily(Scope.CLUSTER, "aurora-postgresql16"): "0",
    }
    states = {name: each.force_ssl.enforcement for name, each in databases(found).items()}
    assert states["orders-prod"] is Enforcement.ENFORCED
    assert states["ledger"] is Enforcement.NOT_ENFORCED


def test_an_api_that_refuses_the_filter_is_asked_for_all_parameters(account: EmulatedAccount) -> None:
    every_fifth = {"DescribeDBParameters": {"code": "InvalidParameterCombination", "status": 400, "share": 0.2}}
    lists = {"DBParameterGroups": {"orders-pg17": group("postgres17", rds__force_ssl="0")}}
    account.set_rds({REGION: documented(DBInstances=[instance()], Faults=every_fifth, **lists)})
    client = account.client("rds", REGION)
    for _ in range(4):
        client.describe_db_parameters(DBParameterGroupName="orders-pg17")
    account.take_calls()
    found = rds.describe(client)
    assert found.gaps == ()
    assert forced(found.parameters) == {instance_group(): "0"}
    assert account.take_calls()[REGION]["rds:DescribeDBParameters"] == 1 + 4  # the refusal, then four pages


NOT_THERE = {"code": "InvalidAction", "message": "DescribeDBProxies is not supported", "status": 400}
"""turbot/steampipe-plugin-aws#1425: a Region without RDS Proxy."""


def test_a_region_without_proxies_has_none_and_is_complete(account: EmulatedAccount) -> None:
    found = described(account, **A_CLUSTER, Faults={"DescribeDBProxies": NOT_THERE})
    assert found.gaps == ()
    assert found.proxies == []
    (listing,) = assemble(ACCOUNT, [found]).listings
    assert listing.is_complete
    assert [each.proxies_gap for each in databases(found).values()] == [None] * 4


def test_a_region_without_shard_groups_has_none(account: EmulatedAccount) -> None:
    limitless = cluster(ClusterScalabilityType="limitless")
    found = described(account, DBClusters=[limitless], Faults={"DescribeDBShardGroups": NOT_THERE})
    assert (found.gaps, databases(found)["ledger"].shard_groups) == ((), ())


def test_what_every_region_has_is_not_missing_without_a_reason(account: EmulatedAccount) -> None:
    found = described(account, Faults={"DescribeDBInstances": NOT_THERE})
    assert found.gaps == (
        Gap(
            "rds:DescribeDBInstances",
            "InvalidAction: DescribeDBProxies is not supported",
            GapCause.NOT_OFFERED,
        ),
    )


BY_SCP = "User: x is not authorized to perform: rds:X with an explicit deny in a service control policy"


@pytest.mark.parametrize(
    ("code", "message", "cause"),
    [
        ("AccessDenied", BY_SCP, GapCause.ORGANISATION),
        ("AccessDenied", "no", GapCause.PERMISSION),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", GapCause.DISABLED),
        ("Throttling", "Rate exceeded", GapCause.THROTTLED),
    ],
)
def test_a_region_that_refuses_everything_says_why_once(
    account: EmulatedAccount, code: str, message: str, cause: GapCause
) -> None:
    """Each call is made once: what is denied is not asked again."""
    fault = {"code": code, "message": message, "status": 403}
    found = described(account, Faults={call.removeprefix("rds:"): fault for call in LISTED})
    assert {(each.operation, each.reason, each.cause) for each in found.gaps} == {
        (call, f"{code}: {message}", cause) for call in LISTED
    }
    assert account.take_calls()[REGION] == dict.fromkeys(LISTED, 1)
    (listing,) = assemble(ACCOUNT, [found]).listings
    assert listing.refused == Gap("rds:DescribeDBClusters", f"{code}: {message}", cause)


@pytest.mark.parametrize(
    ("operation", "lost"),
    [
        ("DescribeDBInstances", {"orders-prod", "ledger-1", "ledger-2"}),
        ("DescribeDBClusters", {"ledger"}),
        ("DescribeCertificates", set()),
        ("DescribeDBParameters", set()),
        ("DescribeDBClusterParameters", set()),
    ],
)
def test_a_permission_that_is_missing_costs_only_what_it_would_have_told(
    account: EmulatedAccount, operation: str, lost: set[str]
) -> None:
    found = described(account, **A_CLUSTER, Faults={operation: DENIED})
    assert [(gap.operation, gap.reason) for gap in found.gaps] == [
        (f"rds:{operation}", "AccessDenied: not authorized")
    ]
    assert databases(found).keys() == {"orders-prod", "ledger", "ledger-1", "ledger-2"} - lost
    (listing,) = assemble(ACCOUNT, [found]).listings
    assert listing.gaps == found.gaps


def test_a_group_that_is_gone_meanwhile_is_a_reason_of_its_databases_and_no_gap_of_the_region(
    account: EmulatedAccount,
) -> None:
    found = described(account, DBInstances=[instance(), member("ledger-1")], DBClusters=[cluster()])
    assert found.gaps == ()
    for each in ("orders-prod", "ledger"):
        forced = databases(found)[each].force_ssl
        assert forced.enforcement is Enforcement.UNKNOWN
        assert "DBParameterGroupNotFound: " in forced.reason


def test_a_proxy_that_is_gone_meanwhile_is_a_reason_of_itself(account: EmulatedAccount) -> None:
    gone = {"DescribeDBProxyTargets": {"code": "DBProxyNotFoundFault", "message": "gone", "status": 404}}
    found = described(
        account, DBInstances=[instance(group="default.postgres17")], DBProxies=[proxy()], Faults=gone
    )
    assert found.gaps == ()
    known = databases(found)
    unknown = Gap("rds:DescribeDBProxyTargets", "DBProxyNotFoundFault: gone")
    assert known["orders-proxy"].proxy == Proxy(require_tls=True, fronts=unknown)
    assert known["orders-prod"].proxies_gap is None


def test_shard_groups_that_may_not_be_listed_are_not_known_of_the_cluster_that_may_have_some(
    account: EmulatedAccount,
) -> None:
    limitless = cluster(ClusterScalabilityType="limitless")
    found = described(account, DBClusters=[limitless, cluster("plain")], Faults={"DescribeDBShardGroups": DENIED})
    denied = Gap("rds:DescribeDBShardGroups", "AccessDenied: not authorized", GapCause.PERMISSION)
    assert databases(found)["ledger"].shard_groups == denied
    assert databases(found)["plain"].shard_groups == ()


def test_a_region_is_listed_as_of_the_moment_before_it_was_asked(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([datetime(2026, 11, 24, 3, tzinfo=UTC)])
    monkeypatch.setattr(clock, "now", lambda: next(moments))  # and no later one
    found = described(account, **A_CLUSTER)
    assert found.listed_at == datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert {each.listed_at for each in databases(found).values()} == {found.listed_at}


def test_a_call_that_is_throttled_time_after_time_is_not_made_for_every_group(account: EmulatedAccount) -> None:
    always = {"DescribeDBParameters": THROTTLED | {"share": 1}}
    groups = {f"group-{number:02}": group("postgres17") for number in range(30)}
    instances = [instance(f"shard-{number}", f"group-{number:02}") for number in range(30)]
    found = described(account, DBInstances=instances, DBParameterGroups=groups, Faults=always)
    assert len(databases(found)) == 30
    reasons = Counter(gap.reason for gap in found.gaps)
    assert reasons.keys() == {"Throttling: Rate exceeded", "not asked any more: throttled time after time"}
    assert 4 <= reasons["Throttling: Rate exceeded"] <= 8
    assert account.take_calls()[REGION]["rds:DescribeDBParameters"] <= 8


def test_pages_that_came_before_a_failure_are_kept_with_its_gap(account: EmulatedAccount) -> None:
    failing = {"DescribeDBInstances": {"code": "InternalFailure", "message": "?", "status": 500, "share": 0.5}}
    found = described(account, DBInstances=[instance(f"shard-{n}") for n in range(150)], Faults=failing)
    assert len(found.instances) == 100
    assert Gap("rds:DescribeDBInstances", "InternalFailure: ?") in found.gaps


def test_a_region_that_is_not_enabled_is_all_gaps(account: EmulatedAccount) -> None:
    found = rds.describe(account.client("rds", "ap-east-1"))
    assert {gap.operation for gap in found.gaps} == LISTED
    assert all(gap.reason.startswith("InvalidClientTokenId: ") for gap in found.gaps)


def test_a_region_that_cannot_be_reached_is_asked_once_and_is_all_gaps(account: EmulatedAccount) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    found = rds.describe(account.client("rds", REGION, endpoint_url=url))
    first, *others = found.gaps
    assert first.operation == "rds:DescribeCertificates"
    assert first.reason.startswith("EndpointConnectionError: ")
    assert len(others) == 3
    assert all(gap.reason.startswith("not asked any more: EndpointConnectionError: ") for gap in others)


def test_proxies_their_targets_and_pending_maintenance_are_asked_for(account: EmulatedAccount) -> None:
    found = described(
        account,
        DBInstances=[instance()],
        DBParameterGroups={"orders-pg17": group("postgres17")},
        DBProxies=[proxy(), proxy("shop", EngineFamily="MYSQL")],
        DBProxyTargets={"orders-proxy": [target()], "shop": [target("shop-mysql")]},
        PendingMaintenanceActions=[maintenance()],
    )
    assert found.gaps == ()
    assert found.targets.keys() == {"orders-proxy"}  # of MySQL's nothing is asked
    known = databases(found)
    assert known["orders-proxy"].proxy == Proxy(require_tls=True, fronts=("orders-prod",))
    assert known["orders-prod"].proxies == ("orders-proxy",)
    actions = known["orders-prod"].rotation.actions
    assert not isinstance(actions, Gap)
    assert [each.action for each in actions] == ["server-certificate-rotation"]


def test_a_version_is_asked_for_once_and_a_deprecated_one_is_known_too(account: EmulatedAccount) -> None:
    found = described(
        account,
        DBInstances=[
            instance("new", "default.postgres17", EngineVersion="17.5"),
            instance("twin", "default.postgres17", EngineVersion="17.5"),
            instance("old", "default.postgres12", EngineVersion="12.22"),
            instance("odd", "default.postgres17", EngineVersion="17.999"),
        ],
    )
    assert account.take_calls()[REGION]["rds:DescribeDBEngineVersions"] == 2
    rotations = {name: each.rotation for name, each in databases(found).items()}
    assert rotations["new"].without_restart is rotations["twin"].without_restart is True
    assert rotations["old"].without_restart is False
    supported = rotations["old"].supported
    assert not isinstance(supported, Gap)
    assert "rds-ca-rsa2048-g1" in supported
    unknown = Gap("rds:DescribeDBEngineVersions", "the API knows no postgres 17.999")
    assert (rotations["odd"].without_restart, rotations["odd"].supported) == (unknown, unknown)


def test_shard_groups_are_asked_for_only_where_a_cluster_has_some_and_to_the_last_page(
    account: EmulatedAccount,
) -> None:
    shards = [shard_group(f"shards-{number:03}") for number in range(130)]
    plain = described(account, DBClusters=[cluster()], DBShardGroups=shards)
    assert plain.shard_groups == ()
    assert "rds:DescribeDBShardGroups" not in account.take_calls()[REGION]
    limitless = described(account, DBClusters=[cluster(ClusterScalabilityType="limitless")], DBShardGroups=shards)
    assert databases(limitless)["ledger"].shard_groups == tuple(f"shards-{number:03}" for number in range(130))


def test_the_default_ca_of_the_account_is_kept(account: EmulatedAccount) -> None:
    assert described(account, DefaultCertificateForNewLaunches="rds-ca-ecc384-g1").default_authority == (
        "rds-ca-ecc384-g1"
    )


def test_moments_are_the_same_as_botocores_own(account: EmulatedAccount) -> None:
    odd = instance("odd", CertificateDetails={"ValidTill": "Mon, 01 Mar 2027 12:00:00 GMT"})
    account.set_rds({REGION: documented(DBInstances=[instance(), odd])})
    (quick,) = rds.describe_regions([REGION])
    assert quick.instances == rds.describe(account.client("rds", REGION)).instances
    assert {each.server_certificate_expires for each in databases(quick).values()} == {LEAF_EXPIRES}


def test_regions_come_back_in_the_order_in_which_they_were_asked_for(account: EmulatedAccount) -> None:
    regions = ["us-east-1", "eu-central-1", "eu-south-1", "eu-west-1"]
    account.set_rds({region: documented(DBInstances=[instance(f"db-of-{region}")]) for region in regions})
    found = rds.describe_regions(regions)
    assert [each.region for each in found] == regions
    assert [each.instances[0]["DBInstanceIdentifier"] for each in found] == [
        f"db-of-{region}" for region in regions
    ]


def test_throttled_calls_are_made_again_and_the_result_is_the_same(account: EmulatedAccount) -> None:
    faults = dict.fromkeys(("DescribeDBInstances", "DescribeDBParameters"), THROTTLED)
    lists = {
        "DBInstances": [instance(f"shard-{number}", f"group-{number % 4}") for number in range(110)],
        "DBParameterGroups": {f"group-{number}": group("postgres17") for number in range(4)},
    }
    calm = described(account, **lists)
    account.set_rds({REGION: documented(**lists, Faults=faults)})
    account.take_calls()
    (throttled,) = rds.describe_regions([REGION])
    assert replace(throttled, listed_at=calm.listed_at) == calm
    calls = Counter(account.take_calls()[REGION])
    assert 2 < calls["rds:DescribeDBInstances"] <= 20
    assert 4 < calls["rds:DescribeDBParameters"] <= 40
