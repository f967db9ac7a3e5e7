"""docs/price.md: its tables, from the counts that a bench recorded and the prices of the file."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.costing.bill import LINES, Quantities, by_service, usd
from tests.costing.prices import Prices

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "price.md"
COUNTS = DOCS / "price-counts.json"
BEGIN, END = "<!-- make bench TOPIC=cost: begin -->", "<!-- make bench TOPIC=cost: end -->"

LARGEST = 10_000
DIGITS = 4
"""Significant ones of a quantity that is recorded."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a bench counted."""

    on: str
    """Date."""

    quantities: Mapping[int, Quantities]
    """Databases -> of a month; of none those that are fixed."""


def recorded() -> Recorded:
    """As it lies in docs/."""
    document = json.loads(COUNTS.read_text())
    return Recorded(document["on"], {int(size): each for size, each in document["databases"].items()})


def record(counted: Recorded, prices: Prices) -> None:
    """Writes the counts and the page's tables."""
    databases = {
        str(size): {name: _rounded(each[name]) for name in LINES} for size, each in counted.quantities.items()
    }
    COUNTS.write_text(json.dumps({"on": counted.on, "databases": databases}, indent=1) + "\n")
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables(recorded(), prices)}{END}{after}")


def tables(counted: Recorded, prices: Prices) -> str:
    """What the page says between its two marks."""
    sizes = [size for size in counted.quantities if size]
    bills = {size: usd(counted.quantities[size], prices) for size in counted.quantities}
    services = {size: by_service(each) for size, each in bills.items()}
    fixed = services[0]
    rows = [
        f"Prices of {prices.date} in {prices.region}, counts of {counted.on}. USD a month of {prices.days} days.",
        "",
        "| | " + " | ".join(f"{size:,} databases" for size in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
        _row("fixed", [sum(fixed.values())] * len(sizes)),
        *(
            _row(service, [services[size][service] - fixed[service] for size in sizes])
            for service in fixed
            if services[sizes[-1]][service] - fixed[service] >= 0.005
        ),
        _row("**all**", [sum(bills[size].values()) for size in sizes], "**"),
        "",
        "The fixed part, which an account without a database pays too:",
        "",
        "| | quantity | USD |",
        "|---|---:|---:|",
        *_lines(counted.quantities[0], bills[0], least=0.01),
        "",
        f"All of {LARGEST:,} databases:",
        "",
        "| | quantity | USD |",
        "|---|---:|---:|",
        *_lines(counted.quantities[LARGEST], bills[LARGEST], least=0.10),
        "",
    ]
    return "\n".join(rows)


def _row(name: str, values: list[float], mark: str = "") -> str:
    return f"| {name} | " + " | ".join(f"{mark}{value:.2f}{mark}" for value in values) + " |"


def _lines(quantities: Quantities, lines: Mapping[str, float], least: float) -> list[str]:
    shown = sorted((name for name in LINES if lines[name] >= least), key=lambda name: -lines[name])
    return [
        f"| {LINES[name].service}: {LINES[name].what} | {_number(quantities[name])} | {lines[name]:.2f} |"
        for name in shown
    ]


def _number(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 10 else f"{quantity:.2f}"


def _rounded(value: float) -> float:
    return round(value, DIGITS - 1 - math.floor(math.log10(value))) if value else 0.0
