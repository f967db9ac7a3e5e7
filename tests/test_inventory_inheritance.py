"""What a member of a cluster has of its own, what it has from its cluster, and which of the two goes first."""

from typing import Any

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import Settings

from tests.answers import (
    REGION,
    cluster,
    cluster_group,
    databases,
    instance,
    instance_group,
    member,
    proxy,
    target,
)

OWN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1-AbCdEf"
CLUSTERS = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-1-AbCdEf"


def tagged(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key.replace("__", ":"), "Value": value} for key, value in tags.items()]


def writer(of_member: dict[str, Any], of_cluster: dict[str, Any]) -> Database:
    described = Described(
        REGION,
        instances=[member("writer", **of_member)],
        clusters=[cluster(members={"writer": "in-sync"}, **of_cluster)],
    )
    return databases(described)["writer"]


@pytest.mark.parametrize(
    ("own", "clusters", "expected"),
    [
        ("orders/own", "orders/cluster", "orders/own"),
        ("orders/own", None, "orders/own"),
        (None, "orders/cluster", "orders/cluster"),
        ("", "orders/cluster", "orders/cluster"),
        ("", "", None),
        (None, None, None),
    ],
)
def test_the_secret_that_an_instance_names_goes_before_its_clusters(
    own: str | None, clusters: str | None, expected: str | None
) -> None:
    of_member, of_cluster = (
        {} if name is None else {"TagList": tagged(tlscheck__secret=name)} for name in (own, clusters)
    )
    assert writer(of_member, of_cluster).secret == expected


@pytest.mark.parametrize(
    ("own", "clusters", "expected"),
    [(None, CLUSTERS, CLUSTERS), (OWN, None, OWN), (OWN, CLUSTERS, OWN), (None, None, None)],
)
def test_a_member_has_the_secret_that_rds_keeps_for_its_clusters_master_user(
    own: str | None, clusters: str | None, expected: str | None
) -> None:
    # RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager": Aurora's lies at the cluster.
    of_member, of_cluster = (
        {} if name is None else {"MasterUserSecret": {"SecretArn": name, "SecretStatus": "active"}}
        for name in (own, clusters)
    )
    assert writer(of_member, of_cluster).master_secret == expected


@pytest.mark.parametrize(
    ("own", "clusters", "expected"),
    [(True, True, True), (False, True, True), (True, False, True), (False, False, False)],
)
def test_iam_authentication_is_on_where_the_member_or_its_cluster_says_so(
    own: bool, clusters: bool, expected: bool
) -> None:
    found = writer({"IAMDatabaseAuthenticationEnabled": own}, {"IAMDatabaseAuthenticationEnabled": clusters})
    assert found.iam_authentication is expected


def test_a_cluster_has_what_it_says_itself_and_nothing_of_its_members() -> None:
    described = Described(
        REGION,
        instances=[
            member(
                "writer",
                TagList=tagged(tlscheck__secret="orders/own", team="x"),  # noqa: S106 - the name of a secret
                MasterUserSecret={"SecretArn": OWN},
            )
        ],
        clusters=[cluster(members={"writer": "in-sync"}, IAMDatabaseAuthenticationEnabled=False)],
    )
    found = databases(described)["ledger"]
    assert (found.secret, found.master_secret, found.iam_authentication, found.tags) == (None, None, False, {})
    assert (found.cluster, found.endpoint, found.network) == (None, None, "vpc-0a1b2c3d")


def test_a_member_has_the_parameters_of_its_clusters_group_and_of_none_of_its_own() -> None:
    described = Described(
        REGION,
        instances=[member("writer")],
        clusters=[cluster(members={"writer": "in-sync"})],
        parameters={
            cluster_group(): {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"},
            instance_group("default.aurora-postgresql16"): {"rds.force_ssl": "0", "log_connections": "1"},
        },
    )
    found = databases(described)["writer"]
    assert found.force_ssl.reason == "rds.force_ssl is 1 in ledger-aurora16 (in-sync)"
    assert found.settings == Settings(
        "ledger-aurora16", {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"}
    )


def test_a_parameter_counts_for_a_member_as_far_as_it_is_applied_there() -> None:
    described = Described(
        REGION,
        instances=[member("a"), member("b")],
        clusters=[cluster(members={"a": "in-sync", "b": "pending-reboot"})],
        parameters={cluster_group(): {"rds.force_ssl": "1"}},
    )
    assert {name: each.force_ssl.enforcement.value for name, each in databases(described).items()} == {
        "a": "ENFORCED",
        "b": "ENFORCED_AFTER_REBOOT",
        "ledger": "ENFORCED_AFTER_REBOOT",
    }


def test_a_member_whose_cluster_was_not_listed_says_so() -> None:
    found = databases(Described(REGION, instances=[member("writer")]))["writer"]
    assert found.force_ssl.reason == "its cluster ledger was not listed: the parameter is there"
    assert isinstance(found.settings, Gap)
    assert found.settings.reason == "its cluster ledger was not listed: its parameters are there"
    assert found.force_ssl.enforcement.value == "UNKNOWN"


def test_a_member_that_names_no_cluster_is_a_member_all_the_same() -> None:
    found = databases(Described(REGION, instances=[member("writer", DBClusterIdentifier=None)]))["writer"]
    assert found.kind.value == "member"
    assert found.force_ssl.reason == "its cluster (not named) was not listed: the parameter is there"


def test_an_instance_of_another_cluster_has_nothing_of_this_one() -> None:
    described = Described(
        REGION,
        instances=[member("writer", cluster="billing"), instance()],
        clusters=[
            cluster(TagList=tagged(tlscheck__secret="orders/cluster"), MasterUserSecret={"SecretArn": CLUSTERS})  # noqa: S106 - the name of a secret
        ],
    )
    found = databases(described)
    assert [(found[name].secret, found[name].master_secret) for name in ("writer", "orders-prod")] == [
        (None, None),
        (None, None),
    ]


def test_a_member_stands_behind_its_own_proxies_and_its_clusters_each_named_once() -> None:
    described = Described(
        REGION,
        instances=[member("writer")],
        clusters=[cluster(members={"writer": "in-sync"})],
        proxies=[proxy("own"), proxy("all"), proxy("both")],
        targets={
            "own": [target("writer")],
            "all": [target("other", "ledger")],
            "both": [target("writer"), target("other", "ledger")],
        },
    )
    found = databases(described)
    assert found["writer"].proxies == ("all", "both", "own")
    assert found["ledger"].proxies == ("all", "both")


@pytest.mark.parametrize(
    ("value", "excluded"),
    [("", True), ("true", True), ("no", True), ("false", False), ("False", False), (None, False)],
)
def test_a_database_is_excluded_by_any_value_but_false(value: str | None, excluded: bool) -> None:
    tags = [] if value is None else tagged(tlscheck__exclude=value)
    found = databases(Described(REGION, instances=[instance(TagList=tags)]))["orders-prod"]
    assert found.is_excluded is excluded


def test_a_member_says_by_its_own_tag_that_its_excluded_cluster_leaves_it_in() -> None:
    found = writer({"TagList": tagged(tlscheck__exclude="false")}, {"TagList": tagged(tlscheck__exclude="true")})
    assert not found.is_excluded


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "rds-ca-rsa2048-g1"),
        ({"CACertificateIdentifier": "rds-ca-ecc384-g1"}, "rds-ca-ecc384-g1"),
        ({"CACertificateIdentifier": None}, "rds-ca-rsa2048-g1"),
        ({"CACertificateIdentifier": None, "CertificateDetails": None}, None),
    ],
)
def test_a_ca_is_named_by_the_instance_or_else_by_its_certificates_details(
    changes: dict[str, Any], expected: str | None
) -> None:
    found = writer(changes, {})
    assert found.certificate_authority.identifier == expected
