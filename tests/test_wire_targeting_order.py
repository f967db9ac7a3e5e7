"""Every status in which no server listens, and which of several ways to log in is taken."""

from collections.abc import Callable

import pytest
from tlscheck.inventory.database import Database
from tlscheck.wire.target import Login
from tlscheck.wire.targeting import assigned, no_probe

from tests.examples import cluster, database, member, proxy

MASTER = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-1-AbCdEf"

# Aurora and RDS User Guides, "Viewing DB instance status": nobody can connect in any of these.
SILENT = (
    "creating",
    "deleting",
    "failed",
    "restore-error",
    "stopped",
    "stopping",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-network",
    "incompatible-restore",
)


@pytest.mark.parametrize("status", SILENT)
@pytest.mark.parametrize("of", [database, member])
def test_a_server_that_cannot_listen_is_not_connected_to(of: Callable[..., Database], status: str) -> None:
    targets, untried = assigned([of(status=status)], "tlscheck")
    assert targets == ()
    (observed,) = untried
    assert (observed.handshake.outcome, observed.handshake.detail) == ("NOT_TRIED", f"its status is {status}")
    assert (observed.look.outcome, observed.look.detail) == ("NOT_TRIED", f"its status is {status}")
    assert observed.plaintext.outcome == "NOT_TRIED"


@pytest.mark.parametrize(
    "status",
    ["available", "starting", "incompatible-option-group", "incompatible-parameters", "insufficient-capacity"],
)
def test_a_server_that_may_listen_is_connected_to(status: str) -> None:
    targets, untried = assigned([database(status=status)], "tlscheck")
    assert [each.arn for each in targets] == ["arn:aws:rds:us-east-1:111122223333:db:orders-prod"]
    assert untried == ()


def test_each_database_is_a_target_or_has_its_reason_in_the_order_given() -> None:
    without = database(arn="arn:aws:rds:us-east-1:111122223333:db:new", endpoint=None)
    targets, untried = assigned([cluster(), member(), proxy(), database(), without], "tlscheck")
    assert [each.arn.rpartition(":")[2] for each in targets] == ["ledger-1", "orders-prod"]
    assert [(each.arn.rpartition(":")[2], each.look.detail) for each in untried] == [
        ("ledger", "a cluster is looked at through its members"),
        ("prx-0123456789abcdef0", "a proxy is not connected to: its certificate is none of RDS's"),
        ("new", "it has no endpoint (status available)"),
    ]


@pytest.mark.parametrize(
    ("changes", "opted_in", "login", "secret"),
    [
        ({"secret": "orders/tlscheck", "master_secret": MASTER}, True, Login.SECRET, "orders/tlscheck"),
        ({"secret": "orders/tlscheck", "iam_authentication": False}, False, Login.SECRET, "orders/tlscheck"),
        ({"master_secret": MASTER}, True, Login.IAM, None),
        ({"master_secret": MASTER, "iam_authentication": False}, True, Login.SECRET, MASTER),
        ({"master_secret": MASTER, "iam_authentication": False}, False, Login.NONE, None),
        ({"iam_authentication": False}, True, Login.NONE, None),
    ],
)
def test_what_the_owner_named_goes_before_iam_and_the_master_user_comes_last(
    changes: dict[str, object], opted_in: bool, login: Login, secret: str | None
) -> None:
    (target,), _ = assigned([database(**changes)], "reader", master_secrets=opted_in)
    assert (target.login, target.secret, target.user) == (login, secret, "reader")
    assert (target.host, target.port, target.region, target.database) == (
        "orders-prod.c9x2example.us-east-1.rds.amazonaws.com",
        5432,
        "us-east-1",
        "postgres",
    )


def test_a_network_without_a_probe_is_named() -> None:
    assert no_probe("vpc-0a1b2c3d") == "no probe in vpc-0a1b2c3d"
