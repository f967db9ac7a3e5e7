"""A sweep's databases as rows of a table, in the report's own words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from tlscheck.inventory.database import Kind
from tlscheck.reporting.result import DatabaseResult
from tlscheck.verdict.readiness import Verdict
from tlscheck.wording import MOST_QUOTED, plain

NOT_KNOWN = "?"


class Column(StrEnum):
    """Headings, from left to right."""

    DATABASE = "DATABASE"
    REGION = "REGION"
    TLS = "TLS"
    CA = "CA"
    CERTIFICATE = "CERTIFICATE"
    CLIENTS = "TLS/PLAIN"
    VERDICT = "VERDICT"


GIVE_WAY = (Column.CERTIFICATE, Column.CA, Column.CLIENTS, Column.TLS, Column.REGION)
"""In this order, where a terminal is narrow."""


def columns_of(databases: Iterable[DatabaseResult]) -> tuple[Column, ...]:
    """All of them; that of the Region only where there are several."""
    regions = {each.region for each in databases}
    return tuple(each for each in Column if each is not Column.REGION or len(regions) > 1)


def cells(database: DatabaseResult, columns: Iterable[Column]) -> tuple[str, ...]:
    """What stands in these columns; empty where a cluster or proxy has nothing of its own to say."""
    is_server = database.kind.is_server
    clients = f"{_count(database.tls_clients)}/{_count(database.plaintext_clients)}"
    found = {
        Column.DATABASE: database.identifier,
        Column.REGION: database.region,
        # A proxy has a setting of its own (proxy-tls), and no parameter that could be in force.
        Column.TLS: "" if database.kind is Kind.PROXY else database.enforcement,
        Column.CA: database.certificate_authority or (NOT_KNOWN if is_server else ""),
        Column.CERTIFICATE: database.certificate,
        Column.CLIENTS: clients if is_server else "",
        Column.VERDICT: database.verdict,
    }
    return tuple(plain(found[each], MOST_QUOTED) for each in columns)


def told_of_rest(rest: Sequence[DatabaseResult]) -> str:
    """Of the rows that are not shown: `and 1,950 more: NOT_OBSERVED 900, CLEAR 1,050`."""
    counts = Counter(each.verdict for each in rest)
    told = ", ".join(f"{verdict} {counts[verdict]:,}" for verdict in Verdict if counts[verdict])
    return f"and {len(rest):,} more: {told}"


def _count(clients: int | None) -> str:
    return NOT_KNOWN if clients is None else f"{clients:,}"
