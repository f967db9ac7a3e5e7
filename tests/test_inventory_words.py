"""What is said, word for word, of what AWS's API told or did not tell of a database."""

from typing import Any

import pytest
from tlscheck.inventory.batch import in_batches
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import Settings

from tests.answers import (
    REGION,
    certificate,
    cluster,
    cluster_group,
    databases,
    instance,
    instance_group,
    member,
    proxy,
)
from tests.examples import database

DENIED = Gap("rds:DescribeDBParameters", "AccessDenied: no")


def why_unknown(settings: Settings | Gap) -> str:
    return settings.reason if isinstance(settings, Gap) else ""


def of_instance(values: Any = None, **changes: Any) -> Database:
    parameters = {} if values is None else {instance_group(): values}
    return databases(Described(REGION, instances=[instance(**changes)], parameters=parameters))["orders-prod"]


def groups(**statuses: str | None) -> list[dict[str, str]]:
    return [
        {"DBParameterGroupName": name.replace("_", "-")} | ({"ParameterApplyStatus": status} if status else {})
        for name, status in statuses.items()
    ]


ONE = {"rds.force_ssl": "1"}


@pytest.mark.parametrize(
    ("values", "changes", "enforcement", "reason"),
    [
        (ONE, {}, "ENFORCED", "rds.force_ssl is 1 in orders-pg17 (in-sync)"),
        (
            ONE,
            {"DBParameterGroups": groups(orders_pg17="pending-reboot")},
            "ENFORCED_AFTER_REBOOT",
            "rds.force_ssl is 1 in orders-pg17, but changes of the group wait for a reboot of orders-prod",
        ),
        (
            ONE,
            {"DBParameterGroups": groups(orders_pg17="applying")},
            "UNKNOWN",
            "rds.force_ssl is 1 in orders-pg17, but the API says of the group: applying on orders-prod",
        ),
        (
            ONE,
            {"DBParameterGroups": groups(orders_pg17=None)},
            "UNKNOWN",
            "rds.force_ssl is 1 in orders-pg17, but the API says of the group: nothing on orders-prod",
        ),
        (
            {"rds.force_ssl": "2"},
            {},
            "UNKNOWN",
            "rds.force_ssl is 2 in orders-pg17, which is neither 0 nor 1",
        ),
        (
            DENIED,
            {},
            "UNKNOWN",
            "parameter group orders-pg17 could not be read: rds:DescribeDBParameters: AccessDenied: no",
        ),
        (None, {}, "UNKNOWN", "parameter group orders-pg17 could not be read: nothing: not asked"),
        (ONE, {"DBParameterGroups": []}, "UNKNOWN", "the API names no parameter group of this instance"),
        (
            {},
            {"EngineVersion": "preview"},
            "UNKNOWN",
            "orders-pg17 has no value for rds.force_ssl, and its engine version is of no family that we know",
        ),
        # RDS User Guide, "Using SSL with a PostgreSQL DB instance": 1 from version 15 on.
        *[
            (
                {},
                {"EngineVersion": f"{major}.1"},
                enforcement,
                (
                    f"rds.force_ssl is {value} only by our own table of versions (orders-pg17 has no value for "
                    f"rds.force_ssl, and the default of postgres{major} is unknown: nothing: not asked) (in-sync)"
                ),
            )
            for major, value, enforcement in ((14, 0, "NOT_ENFORCED"), (15, 1, "ENFORCED"))
        ],
    ],
)
def test_enforcement_is_told_with_its_source(
    values: Any, changes: dict[str, Any], enforcement: str, reason: str
) -> None:
    found = of_instance(values, **changes).force_ssl
    assert (found.enforcement, found.reason) == (enforcement, reason)


@pytest.mark.parametrize(("major", "enforcement"), [(16, "NOT_ENFORCED"), (17, "ENFORCED")])
def test_aurora_enforces_tls_by_default_from_17_on(major: int, enforcement: str) -> None:
    # Aurora User Guide, "Security with Amazon Aurora PostgreSQL".
    described = Described(
        REGION,
        clusters=[cluster(members={"a": "in-sync"}, EngineVersion=f"{major}.1")],
        parameters={cluster_group(): {}},
    )
    found = databases(described)["ledger"].force_ssl
    assert (found.enforcement, found.fallback) == (enforcement, True)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_what_one_of_two_groups_says_by_our_table_only_is_never_the_apis_word(order: tuple[str, ...]) -> None:
    described = Described(
        REGION,
        instances=[instance(DBParameterGroups=groups(**dict.fromkeys(order, "in-sync")))],
        parameters={instance_group("a"): ONE, instance_group("b"): {}},
    )
    found = databases(described)["orders-prod"].force_ssl
    assert (found.enforcement, found.fallback, found.configured) == ("ENFORCED", True, None)


@pytest.mark.parametrize(
    ("value", "status", "configured"),
    [("1", "in-sync", "1"), ("0", "applying", "0"), ("0", None, "0"), ("1", "failed-to-apply", "1")],
)
def test_the_value_that_the_api_tells_is_kept_however_far_it_is_applied(
    value: str, status: str | None, configured: str
) -> None:
    described = Described(
        REGION,
        instances=[instance(DBParameterGroups=groups(orders_pg17=status))],
        parameters={instance_group(): {"rds.force_ssl": value}},
    )
    assert databases(described)["orders-prod"].force_ssl.configured == configured


def test_two_groups_that_disagree_are_both_told() -> None:
    described = Described(
        REGION,
        instances=[instance(DBParameterGroups=groups(a="in-sync", b="in-sync"))],
        parameters={instance_group("a"): ONE, instance_group("b"): {"rds.force_ssl": "0"}},
    )
    found = databases(described)["orders-prod"]
    assert (found.force_ssl.enforcement, found.force_ssl.parameter_group) == ("UNKNOWN", "a, b")
    assert found.force_ssl.configured == "0"
    assert found.force_ssl.reason == (
        "its parameter groups disagree: rds.force_ssl is 1 in a (in-sync); rds.force_ssl is 0 in b (in-sync)"
    )
    assert why_unknown(found.settings) == "its parameter groups a, b disagree"


@pytest.mark.parametrize(
    ("values", "changes", "unknown"),
    [
        (ONE, {}, ""),
        (
            ONE,
            {"DBParameterGroups": groups(orders_pg17="pending-reboot")},
            "of orders-pg17 the API says: pending-reboot on orders-prod",
        ),
        (
            ONE,
            {"DBParameterGroups": groups(orders_pg17=None)},
            "of orders-pg17 the API says: nothing on orders-prod",
        ),
        (
            DENIED,
            {},
            "parameter group orders-pg17 could not be read: rds:DescribeDBParameters: AccessDenied: no",
        ),
        ({}, {}, "orders-pg17 names none of the parameters asked for"),
        (ONE, {"DBParameterGroups": []}, "the API names no parameter group of this instance"),
    ],
)
def test_settings_that_are_not_known_to_hold_say_why(values: Any, changes: dict[str, Any], unknown: str) -> None:
    assert why_unknown(of_instance(values, **changes).settings) == unknown


def test_a_cluster_without_members_or_group_says_so() -> None:
    lonely = Described(REGION, clusters=[cluster()], parameters={cluster_group(): ONE})
    found = databases(lonely)["ledger"]
    assert found.force_ssl.reason == (
        "rds.force_ssl is 1 in ledger-aurora16, but the cluster lists no member that says whether it is applied"
    )
    assert (
        why_unknown(found.settings) == "the cluster lists no member that says whether ledger-aurora16 is applied"
    )
    without = databases(Described(REGION, clusters=[cluster(DBClusterParameterGroup=None)]))["ledger"]
    assert without.force_ssl.reason == "the API names no parameter group of the cluster"
    assert why_unknown(without.settings) == "the API names no parameter group of the cluster"


def test_a_cluster_is_as_far_as_all_its_members_and_names_those_that_are_not() -> None:
    statuses = {"a": "in-sync", "b": "pending-reboot"}
    described = Described(
        REGION, clusters=[cluster(members=statuses)], parameters={cluster_group(): {"rds.force_ssl": "0"}}
    )
    found = databases(described)["ledger"].force_ssl
    assert (found.enforcement, found.reason) == (
        "NOT_ENFORCED",
        "rds.force_ssl is 0 in ledger-aurora16, in effect on a, but changes of the group wait for a reboot of b",
    )


@pytest.mark.parametrize(
    ("certificates", "changes", "offer", "reason"),
    [
        ([certificate()], {}, "OFFERED", "the Region offers rds-ca-rsa2048-g1"),
        (
            [certificate("b"), certificate("a")],
            {},
            "RETIRED_OR_UNKNOWN",
            "rds-ca-rsa2048-g1 is not among the CAs of the Region (a, b)",
        ),
        ([], {}, "UNKNOWN", "the Region listed no CA at all"),
        (
            Gap("rds:DescribeCertificates", "AccessDenied: no"),
            {},
            "UNKNOWN",
            "the Region's CAs could not be listed: rds:DescribeCertificates: AccessDenied: no",
        ),
        (
            [certificate()],
            {"CACertificateIdentifier": None, "CertificateDetails": None},
            "UNKNOWN",
            "the API names no CA of this database",
        ),
    ],
)
def test_a_ca_is_told_by_what_the_region_lists(
    certificates: Any, changes: dict[str, Any], offer: str, reason: str
) -> None:
    described = Described(REGION, instances=[instance(**changes)], certificates=certificates)
    found = databases(described)["orders-prod"].certificate_authority
    assert (found.offer, found.reason) == (offer, reason)


def test_a_proxy_says_why_it_has_neither_parameters_nor_a_ca_of_rds() -> None:
    found = databases(Described(REGION, proxies=[proxy()]))["orders-proxy"]
    assert found.force_ssl.reason == "a proxy has no parameter group"
    assert found.certificate_authority.reason == (
        "a proxy's certificate is of AWS Certificate Manager, and no CA of RDS concerns it"
    )
    assert found.proxy is not None
    assert found.proxy.fronts == Gap("nothing", "not asked")
    assert (found.engine, found.engine_version, found.resource_id) == ("postgres", "", "prx-orders-proxy")
    assert (found.cluster, found.endpoint, found.iam_authentication, found.secret) == (None, None, False, None)


@pytest.mark.parametrize(("count", "sizes"), [(25, [25]), (26, [25, 1]), (50, [25, 25]), (51, [25, 25, 1])])
def test_a_batch_holds_twenty_five_databases(count: int, sizes: list[int]) -> None:
    fleet = [database(arn=f"arn:{number:02}") for number in range(count)]
    assert [len(batch.databases) for batch in in_batches(fleet)] == sizes
    assert [each.arn for batch in in_batches(reversed(fleet)) for each in batch.databases] == [
        each.arn for each in fleet
    ]


def test_batches_are_of_one_region_and_network_in_a_stable_order() -> None:
    fleet = [
        database(arn="d", region="us-east-1", network="vpc-2"),
        database(arn="c", region="us-east-1", network="vpc-1"),
        database(arn="b", region="eu-west-1", network="vpc-3"),
        database(arn="a", region="us-east-1", network=None),
    ]
    assert [(each.region, each.network) for each in in_batches(fleet)] == [
        ("eu-west-1", "vpc-3"),
        ("us-east-1", None),
        ("us-east-1", "vpc-1"),
        ("us-east-1", "vpc-2"),
    ]


def test_a_member_of_an_unlisted_clusters_network_is_its_own() -> None:
    found = databases(Described(REGION, instances=[member("a")], clusters=[cluster(members={"a": "in-sync"})]))
    assert (found["a"].network, found["ledger"].network, found["a"].cluster) == (
        "vpc-0a1b2c3d",
        "vpc-0a1b2c3d",
        "ledger",
    )
