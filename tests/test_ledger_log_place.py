"""Where a server's log lies."""

from datetime import UTC, datetime

import pytest
from tlscheck.inventory.database import Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.log_place import LogPlace, log_place

from tests.examples import database

RDS_OWN = ("%t:%r:%u@%d:[%p]:", "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a")
UNKNOWN = Gap("rds:DescribeDBParameters", "AccessDenied")


def test_an_instance_has_a_group_of_its_own_and_a_member_its_clusters() -> None:
    alone = database(identifier="orders", log_exports=("postgresql", "upgrade"), settings=UNKNOWN)
    assert log_place(alone) == LogPlace("/aws/rds/instance/orders/postgresql", "orders.", RDS_OWN, True)
    member = database(
        identifier="ledger-1", kind=Kind.MEMBER, cluster="ledger", log_exports=("upgrade",), settings=UNKNOWN
    )
    assert log_place(member) == LogPlace("/aws/rds/cluster/ledger/postgresql", "ledger-1.", RDS_OWN, False)


def test_of_an_earlier_document_nobody_knows_whether_the_log_is_exported() -> None:
    found = log_place(database(log_exports=None))
    assert found is not None
    assert found.is_exported is None


def test_what_lies_there_of_before_it_was_made_is_not_its_own() -> None:
    made = datetime(2026, 11, 3, tzinfo=UTC)
    found = log_place(database(created_at=made))
    assert found is not None
    assert found.created_at == made


@pytest.mark.parametrize("kind", [Kind.CLUSTER, Kind.PROXY])
def test_what_is_no_server_has_no_log(kind: Kind) -> None:
    assert log_place(database(kind=kind)) is None


@pytest.mark.parametrize(
    ("settings", "prefixes"),
    [
        (Settings("orders", {"log_line_prefix": "%t %h "}), ("%t %h ", *RDS_OWN)),
        (Settings("orders", {"log_line_prefix": ""}), RDS_OWN),
        (Settings("orders", {}), RDS_OWN),
        (UNKNOWN, RDS_OWN),
    ],
)
def test_lines_begin_as_the_parameter_says_or_in_one_of_rdss_own_ways(
    settings: Settings | Gap, prefixes: tuple[str, ...]
) -> None:
    found = log_place(database(settings=settings))
    assert found is not None
    assert found.prefixes == prefixes
