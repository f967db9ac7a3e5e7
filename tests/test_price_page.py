"""docs/price.md is what its prices and its counts come to, and no more than was promised."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.costing import logs
from tests.costing.bill import usd
from tests.costing.logs import by_insights, by_pages, repeated
from tests.costing.page import BEGIN, END, PAGE, recorded, tables
from tests.costing.prices import load
from tests.costing.setting import setting

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


def test_the_page_names_what_logs_cost_by_insights() -> None:
    cost, text = by_insights(load()), PAGE.read_text()
    assert f"| Logs Insights | {cost.month:.2f} | {cost.first:.2f} |" in text
    assert f"A day of a log is read {'four' if repeated().days == 4 else '?'} times" in text


def test_to_read_pages_costs_what_observe_waits_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_table", lambda _: 0.0)
    prices = replace(load(), assumed={**load().assumed, "log_connections_a_second": [[100, 1.0]]})
    cost = by_pages(prices, setting(), seconds_a_line=0.0)
    pages = -(-86_400 * 35 * prices.assumed["log_line_bytes"] // 1024**2)
    memory = setting().memory["Observe"] / 1024
    assert cost.first == pytest.approx(100 * (pages + 35) * 0.3 * memory * prices.usd["lambda_gb_second"])


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
    (said,) = re.findall(r"With 50 databases .{,240}?\(docs/price\.md\)", text)
    assert re.findall(r"less than (\d+)", said) == ["9", "25", "180"]
    assert re.findall(r"ith ([\d,]+)", said) == ["50", "1,000", "10,000"]


def test_the_readme_names_what_reading_logs_adds() -> None:
    text = " ".join((ROOT / "README.md").read_text().split())
    (said,) = re.findall(r"adds (\d+) to (\d+) for each 100", text)
    page = (ROOT / "docs" / "price.md").read_text().partition("## The servers' logs")[2]
    monthly = re.findall(r"^\| (?:FilterLogEvents|Logs Insights) \| ([\d.]+) \|", page, re.MULTILINE)
    assert [round(float(each)) for each in monthly] == [int(each) for each in said]
