"""A secret that names its server is sent to no other one; what proves that it is this one, and what does not."""

from typing import Any

import pytest
from tlscheck.wire.bound_secret import is_from_the_api, is_kept_by_rds, not_from_a_tag, of_another
from tlscheck.wire.target import Login, Target

REGION = "eu-central-1"
ZONE = "c9x2example.eu-central-1.rds.amazonaws.com"
CHINESE = "c9x2example.rds.cn-north-1.amazonaws.com.cn"
USER = {"username": "app", "password": "hunter2", "engine": "postgres", "port": 5432, "dbname": "orders"}


def target(host: str, identifier: str, cluster: str | None = None, region: str = REGION) -> Target:
    arn = f"arn:aws:rds:{region}:123456789012:db:{identifier}"
    return Target(arn, host, 5432, region, Login.SECRET, "", "tlscheck/orders", cluster=cluster)


ORDERS = target(f"orders-prod.{ZONE}", "orders-prod")
PAYMENTS = target(f"payments-1.{ZONE}", "payments-1", "payments")
IN_CHINA = target(f"payments-1.{CHINESE}", "payments-1", "payments", "cn-north-1")
BEHIND_A_NAME = target("orders.example.org", "orders-prod")
"""A host that somebody names at the console: its certificate carries that name."""


@pytest.mark.parametrize(
    ("of", "named"),
    [
        (ORDERS, {}),
        (ORDERS, {"host": "", "dbInstanceIdentifier": None}),
        (ORDERS, {"host": f"orders-prod.{ZONE}"}),
        (ORDERS, {"host": f"Orders-Prod.{ZONE}."}),
        (ORDERS, {"dbInstanceIdentifier": "orders-prod"}),
        (ORDERS, {"dbInstanceIdentifier": "Orders-Prod", "host": f"orders-prod.{ZONE}"}),
        (ORDERS, {"host": f"orders-prod.{ZONE}", "port": 6432}),
        # The attribute `endpoint` of Terraform's aws_db_instance.
        (ORDERS, {"host": f"orders-prod.{ZONE}:5432"}),
        (PAYMENTS, {"host": f"payments-1.{ZONE}"}),
        # What RDS's console and a rotation write for a cluster: its writer endpoint, its identifier.
        (PAYMENTS, {"host": f"payments.cluster-{ZONE}", "dbClusterIdentifier": "payments"}),
        (PAYMENTS, {"host": f"payments.cluster-ro-{ZONE}"}),
        (PAYMENTS, {"dbInstanceIdentifier": "payments-1", "dbClusterIdentifier": "Payments"}),
        (IN_CHINA, {"host": f"payments.cluster-{CHINESE}"}),
        # Asked at the console for a cluster's endpoint.
        (target(f"payments.cluster-{ZONE}", "x"), {"host": f"payments.cluster-ro-{ZONE}"}),
        (target(f"payments.cluster-ro-{ZONE}", "x"), {"dbClusterIdentifier": "payments"}),
        (BEHIND_A_NAME, {"host": "orders.example.org", "dbInstanceIdentifier": "orders-prod"}),
    ],
)
def test_a_secret_opens_the_server_that_it_names(of: Target, named: dict[str, Any]) -> None:
    assert of_another(USER | named, of, of.region) is None


@pytest.mark.parametrize(
    ("of", "named", "theirs", "ours"),
    [
        (ORDERS, {"host": f"payroll-prod.{ZONE}"}, f"payroll-prod.{ZONE}", f"orders-prod.{ZONE}"),
        (ORDERS, {"host": f"payroll-prod.{ZONE}:5432"}, f"payroll-prod.{ZONE}", f"orders-prod.{ZONE}"),
        (ORDERS, {"dbInstanceIdentifier": "payroll-prod"}, "payroll-prod", "instance orders-prod"),
        # One of the two is somebody else's.
        (
            ORDERS,
            {"host": f"orders-prod.{ZONE}", "dbInstanceIdentifier": "payroll-prod"},
            "payroll-prod",
            "instance orders-prod",
        ),
        (
            ORDERS,
            {"dbClusterIdentifier": "payroll"},
            "payroll",
            f"orders-prod.{ZONE}, of no cluster that is known",
        ),
        (PAYMENTS, {"dbClusterIdentifier": "payroll"}, "payroll", "cluster payments"),
        # The same name in another account, in another Region.
        (
            ORDERS,
            {"host": f"orders-prod.c0therone.{REGION}.rds.amazonaws.com"},
            "c0therone",
            f"orders-prod.{ZONE}",
        ),
        (
            ORDERS,
            {"host": "orders-prod.c9x2example.us-east-1.rds.amazonaws.com"},
            "us-east-1",
            f"orders-prod.{ZONE}",
        ),
        (PAYMENTS, {"host": f"payments.cluster-c0therone.{REGION}.rds.amazonaws.com"}, "c0therone", "payments-1"),
        (PAYMENTS, {"host": f"payroll.cluster-{ZONE}"}, "payroll.cluster-", "payments-1"),
        # Another member, some members, a proxy in front, a name of somebody's DNS: they may be, nothing proves it.
        (PAYMENTS, {"host": f"payments-2.{ZONE}"}, "payments-2", "payments-1"),
        (PAYMENTS, {"dbInstanceIdentifier": "payments-2"}, "payments-2", "instance payments-1"),
        (PAYMENTS, {"host": f"payments.cluster-custom-{ZONE}"}, "cluster-custom", "payments-1"),
        (ORDERS, {"host": f"orders.proxy-{ZONE}"}, "orders.proxy-", "orders-prod"),
        (ORDERS, {"host": "orders.example.org"}, "orders.example.org", "orders-prod"),
        (BEHIND_A_NAME, {"host": f"orders-prod.{ZONE}"}, f"orders-prod.{ZONE}", "orders.example.org"),
        (ORDERS, {"host": f"orders-prod.cluster-{ZONE}"}, "orders-prod.cluster-", "orders-prod."),
        # An identifier that whoever asks made fit, while the name that the certificate proves is another's.
        (target(f"evil.{ZONE}", "payroll-prod"), {"dbInstanceIdentifier": "payroll-prod"}, "payroll-prod", "evil"),
        (
            target(f"evil.cluster-{ZONE}", "payroll-prod", "payroll"),
            {"dbClusterIdentifier": "payroll"},
            "payroll",
            "cluster evil",
        ),
        # A custom endpoint leads to members that whoever made it chose.
        (
            target(f"some.cluster-custom-{ZONE}", "payments-1", "payments"),
            {"host": f"payments.cluster-{ZONE}"},
            "payments.cluster-",
            "some.cluster-custom-",
        ),
    ],
)
def test_a_secret_opens_no_other_server_and_both_are_named(
    of: Target, named: dict[str, Any], theirs: str, ours: str
) -> None:
    reason = of_another(USER | named, of, of.region)
    assert reason is not None
    assert theirs in reason.split(" is for ")[1].split(", and this is ")[0]
    assert ours in reason.split(", and this is ")[1]
    assert reason.endswith(": no password was sent")
    assert "hunter2" not in reason


def test_an_identifier_means_a_database_of_the_secrets_own_region() -> None:
    named = USER | {"dbInstanceIdentifier": "orders-prod"}
    assert of_another(named, ORDERS, "eu-west-1") == (
        "its dbInstanceIdentifier says that it is for orders-prod in eu-west-1, and this is orders-prod in "
        "eu-central-1: no password was sent"
    )
    # A replica of a secret says which server it is for by its host.
    assert of_another(USER | {"host": f"orders-prod.{ZONE}"}, ORDERS, "eu-west-1") is None


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ({"host": ["hunter2"]}, "its host is no name of a host"),
        ({"host": "postgres://app:hunter2@orders"}, "its host is no name of a host"),
        ({"host": f"orders-prod.{ZONE}:6432"}, "its host is no name of a host"),
        ({"host": ":5432"}, "its host is no name of a host"),
        ({"dbInstanceIdentifier": 7}, "its dbInstanceIdentifier is no identifier"),
        ({"dbInstanceIdentifier": "hunter2\n"}, "its dbInstanceIdentifier is no identifier"),
        ({"dbClusterIdentifier": {"hunter2": 1}}, "its dbClusterIdentifier is no identifier"),
    ],
)
def test_what_could_be_no_name_is_refused_and_not_repeated(named: dict[str, Any], reason: str) -> None:
    assert of_another(USER | named, ORDERS, REGION) == reason


SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"  # noqa: S105 - how its ARN begins


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        ("rds!db-0f1e2d3c", True),
        (f"{SECRET}rds!cluster-0f1e2d3c-a1B2c3", True),
        ("tlscheck/rds!db-1", False),
        (f"{SECRET}tlscheck/orders-a1B2c3", False),
        ("", False),
    ],
)
def test_a_secret_that_rds_keeps_is_told_by_its_name(secret: str, *, expected: bool) -> None:
    assert is_kept_by_rds(secret) is expected


def test_a_secret_of_rds_is_named_as_its_api_does() -> None:
    named = f"{SECRET}rds!db-0f1e2d3c-a1B2c3"
    assert is_from_the_api(named, ORDERS)
    assert not is_from_the_api("rds!db-0f1e2d3c", ORDERS)
    assert not is_from_the_api(named.replace("eu-central-1", "eu-west-1"), ORDERS)
    assert not is_from_the_api(named.replace("123456789012", "210987654321"), ORDERS)


def test_a_tag_with_a_secret_of_rds_is_told_what_to_do_instead() -> None:
    reason = not_from_a_tag("rds!db-0f1e2d3c")
    assert "names rds!db-0f1e2d3c" in reason
    assert "Remove the tag; MasterUserSecrets=ENABLED" in reason
