"""docs/price.md is what its prices and its counts come to, and no more than was promised."""

import re
from pathlib import Path

import pytest

from tests.costing.bill import usd
from tests.costing.page import BEGIN, END, PAGE, recorded, tables
from tests.costing.prices import load

ROOT = Path(__file__).parent.parent
MOST = {50: 9.0, 1000: 25.0, 10_000: 180.0}
"""USD a month."""


def test_the_page_is_what_prices_and_counts_come_to() -> None:
    written = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    assert written == "\n" + tables(recorded(), load())


def test_the_page_names_the_date_and_the_region_of_its_prices() -> None:
    prices = load()
    assert f"Prices of {prices.date} in {prices.region}, " in PAGE.read_text()


@pytest.mark.parametrize(("databases", "most"), MOST.items())
def test_it_costs_no_more_than_was_promised(databases: int, most: float) -> None:
    assert sum(usd(recorded().quantities[databases], load()).values()) <= most


def test_the_fixed_part_stands_in_every_size() -> None:
    fixed, *sizes = recorded().quantities.values()
    assert fixed["keys"] == 1
    for each in sizes:
        assert all(each[name] >= fixed[name] * 0.9 for name in ("alarms", "dashboards", "keys", "transitions"))


def test_every_price_has_its_source_beside_it() -> None:
    """A line without one rests on the line before it, which is of the same service."""
    text = (ROOT / "docs" / "prices.toml").read_text().partition("[usd]")[2].partition("[waits]")[0]
    service = ""
    for line in (line for line in text.splitlines() if " = " in line):
        name, _, rest = line.partition(" = ")
        assert rest.partition("# ")[2] or name.split("_")[0] == service, line
        service = name.split("_")[0]


def test_the_readme_names_what_it_costs_at_most() -> None:
    text = " ".join((ROOT / "README.md").read_text().split())
    (said,) = re.findall(r"With 50 databases .{,160}?\(docs/price\.md\)", text)
    assert re.findall(r"less than (\d+)", said) == ["9", "25", "180"]
    assert re.findall(r"ith ([\d,]+)", said) == ["50", "1,000", "10,000"]
