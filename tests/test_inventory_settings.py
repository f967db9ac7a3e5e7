"""The parameters beside rds.force_ssl, from answers of the RDS API."""

from typing import Any

import pytest
from tlscheck.inventory.described import Described, Values
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ASKED_FOR
from tlscheck.inventory.settings import Settings
from tlscheck.inventory.trait import Trait

from tests.answers import REGION, cluster, cluster_group, databases, instance, instance_group, member

DENIED = Gap("rds:DescribeDBParameters", "AccessDenied: no")
READ: Values = {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2", "log_connections": None}
KEPT = {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2", "log_connections": ""}


def of_instance(values: Values | Gap, **changes: Any) -> Settings | Gap:
    described = Described(REGION, instances=[instance(**changes)], parameters={instance_group(): values})
    return databases(described)["orders-prod"].settings


def test_a_groups_values_are_kept_and_one_left_to_the_engine_is_empty() -> None:
    assert of_instance(READ) == Settings("orders-pg17", KEPT)


@pytest.mark.parametrize(
    ("value", "logs", "is_off"),
    [
        ("1", True, False),
        ("receipt, Authorization", True, False),
        ("all", True, False),
        ("receipt", False, True),
        ("off", False, True),
        ("0", False, True),
        ("", False, False),
        (None, False, False),
    ],
)
def test_whether_connections_are_logged(value: str | None, *, logs: bool, is_off: bool) -> None:
    found = Settings("orders-pg17", {} if value is None else {"log_connections": value})
    assert (found.logs_connections, found.is_log_off) == (logs, is_off)


@pytest.mark.parametrize("status", ["pending-reboot", "applying", "failed-to-apply", None])
def test_values_that_are_not_in_effect_are_none_and_say_why(status: str | None) -> None:
    group = {"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": status}
    said = f"of orders-pg17 the API says: {status or 'nothing'} on orders-prod"
    assert of_instance(READ, DBParameterGroups=[group]) == Gap("rds:DescribeDBInstances", said)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (DENIED, "could not be read: rds:DescribeDBParameters: AccessDenied: no"),
        ({}, "names none of the parameters"),
    ],
)
def test_an_unreadable_group_has_no_values_and_a_reason(values: Values | Gap, why: str) -> None:
    found = of_instance(values)
    assert isinstance(found, Gap)
    assert found.operation == "rds:DescribeDBParameters"
    assert why in found.reason


def test_two_groups_are_known_where_they_agree() -> None:
    names = ("orders-pg17", "orders-pg18")
    groups = [{"DBParameterGroupName": name, "ParameterApplyStatus": "in-sync"} for name in names]
    answers = [instance(DBParameterGroups=groups)]

    def of(first: Values, second: Values) -> Settings | Gap:
        parameters = dict(zip(map(instance_group, names), (first, second), strict=True))
        return databases(Described(REGION, instances=answers, parameters=parameters))["orders-prod"].settings

    assert of(READ, READ) == Settings("orders-pg17", KEPT)
    disagree = "its parameter groups orders-pg17, orders-pg18 disagree"
    assert of(READ, {"ssl": "1"}) == Gap("rds:DescribeDBInstances", disagree)  # no permission mends that


def test_a_member_has_its_clusters_settings_as_far_as_they_are_applied_on_it() -> None:
    described = Described(
        REGION,
        instances=[member("writer"), member("reader"), member("orphan", "elsewhere")],
        clusters=[cluster(members={"writer": "in-sync", "reader": "pending-reboot"})],
        parameters={cluster_group(): READ},
    )
    found = {name: each.settings for name, each in databases(described).items()}
    waiting = Gap("rds:DescribeDBClusters", "of ledger-aurora16 the API says: pending-reboot on reader")
    orphan = Gap("rds:DescribeDBClusters", "its cluster elsewhere was not listed: its parameters are there")
    assert found == {
        "writer": Settings("ledger-aurora16", KEPT),
        "reader": waiting,
        "ledger": waiting,
        "orphan": orphan,
    }


def test_babelfish_is_a_trait_before_its_group_is_in_effect() -> None:
    described = Described(
        REGION,
        instances=[member("writer")],
        clusters=[cluster(members={"writer": "pending-reboot"})],
        parameters={cluster_group(): {"rds.babelfish_status": "on"}},
    )
    found = databases(described)
    assert isinstance(found["ledger"].settings, Gap)
    assert found["ledger"].traits == found["writer"].traits == (Trait.BABELFISH,)


def test_every_parameter_of_a_tls_and_login_is_asked_for() -> None:
    assert set(ASKED_FOR) == {
        "rds.force_ssl",
        "ssl",
        "ssl_min_protocol_version",
        "ssl_max_protocol_version",
        "ssl_ciphers",
        "password_encryption",
        "rds.accepted_password_auth_method",
        "log_connections",
        "log_line_prefix",
        "lc_messages",
        "rds.babelfish_status",
        "babelfishpg_tds.tds_ssl_encrypt",
    }
