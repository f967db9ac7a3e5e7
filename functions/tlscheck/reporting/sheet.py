"""A sweep as a sheet: CSV by RFC 4180, a row for each database, the most pressing first."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from tlscheck.inventory.names import Arn
from tlscheck.reporting.first_steps import leading
from tlscheck.reporting.result import DatabaseResult
from tlscheck.wording import harmless

_FORMULA = ("=", "+", "-", "@")
"""With these a spreadsheet takes a cell for a formula, and runs it (OWASP, "CSV Injection"); behind blanks too."""

COLUMNS: Mapping[str, Callable[[DatabaseResult], object]] = {
    "account": lambda database: arn.account if (arn := Arn.parse(database.arn)) else "",
    "region": lambda database: database.region,
    "identifier": lambda database: database.identifier,
    "kind": lambda database: database.kind,
    "verdict": lambda database: database.verdict,
    "reason": lambda database: database.reason,
    "next_step": lambda database: found.told_step if (found := leading(database)) else "",
    "enforcement": lambda database: database.enforcement,
    "certificate_authority": lambda database: database.certificate_authority,
    "certificate": lambda database: database.certificate,
    "certificate_expires": lambda database: at.isoformat() if (at := database.certificate_expires) else "",
    "tls_clients": lambda database: database.tls_clients,
    "plaintext_clients": lambda database: database.plaintext_clients,
    "picture": lambda database: database.picture.said if database.picture else "",
    "looked_at": lambda database: at.isoformat() if (at := database.looked_at) else "",
    "error": lambda database: database.error,
    "arn": lambda database: database.arn,
}
"""Name of each column to what stands in it; empty: not known, or there is none."""


def sheet(databases: Iterable[DatabaseResult]) -> Iterator[str]:
    """Its records, each with its line break: the header, then a row each."""
    yield _record(COLUMNS)
    for each in databases:
        yield _record(cell(each) for cell in COLUMNS.values())


def _record(values: Iterable[object]) -> str:
    return ",".join(_cell(each) for each in values) + "\r\n"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    text = harmless(str(value)) if value is not None else ""
    if text.lstrip().startswith(_FORMULA):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(each in text for each in ',"\r\n') else text
