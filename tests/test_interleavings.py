"""Sweeps at once lose nothing: whatever comes between two steps, the table is as one after the other leaves it.

`make bench TOPIC=ledger` tells some ten thousands more of these stories, and all orders of all pairs.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.inventory.account import Account

from tests import storage
from tests.examples import NOW
from tests.interleaving.pairs import Pair, orders_of
from tests.interleaving.rules import RULES
from tests.interleaving.stories import faults, setting
from tests.interleaving.sweeps import Depths
from tests.interleaving.tables import KeptTable
from tests.local_aws.emulator.account import EmulatedAccount
from tests.memory_table import MemoryTable


@pytest.mark.parametrize("sweeps", [2, 3])
@pytest.mark.parametrize("from_number", range(0, 200, 50))
def test_sweeps_at_once_leave_what_one_after_the_other_leaves(sweeps: int, from_number: int) -> None:
    for number in range(from_number, from_number + 50):
        wrong = faults(setting(number, sweeps), lambda at: MemoryTable(RULES.memory, at))
        assert not wrong, f"story {number} of {sweeps} sweeps"


def test_what_a_newer_listing_archived_is_not_brought_back_by_two_older_sweeps_at_once() -> None:
    # One looked, the other could not, and both had listed before: the story that showed it.
    assert faults(setting(7768, 3), lambda at: MemoryTable(RULES.memory, at)) == []


@pytest.mark.parametrize(
    "looks",
    [
        ("legacy comes without TLS", "the probe timed out"),
        ("its certificate has expired", "the probe timed out"),
    ],
)
def test_all_orders_of_two_samples_leave_what_one_after_the_other_leaves(looks: tuple[str, str]) -> None:
    orders, wrong = orders_of(Pair(looks, (Depths.SAMPLE, Depths.SAMPLE)))
    assert orders > 100_000
    assert wrong == []


@pytest.fixture
def table(account: EmulatedAccount) -> Iterator[str]:
    with storage.table(account) as name:
        yield name


def test_the_same_holds_on_a_table_of_dynamodb(account: EmulatedAccount, table: str) -> None:
    for number in range(12):
        wrong = faults(setting(number, 2 + number % 2), lambda at: KeptTable(table, at))
        assert not wrong, f"story {number}"
    assert account


@pytest.mark.parametrize("from_number", range(0, 120, 40))
def test_the_same_holds_in_a_ledger_on_this_machine(tmp_path: Path, from_number: int) -> None:
    with LedgerFile(Account("aws", "111122223333", "us-east-1"), tmp_path / "ledger", NOW) as ledger:
        for number in range(from_number, from_number + 40):
            wrong = faults(setting(number, 2 + number % 2), lambda at: KeptTable(ledger, at))
            assert not wrong, f"story {number}"
