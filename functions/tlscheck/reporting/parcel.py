"""Findings on their way to the Security Hub of their Region."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tlscheck.inventory.account import Account
from tlscheck.inventory.database import Database
from tlscheck.inventory.names import is_region
from tlscheck.reporting.asff import security_finding
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.version import Edition


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the delivery of a finding is remembered."""

    key: str
    check: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """Security Hub findings of one Region, and the stream records that each of them came in."""

    region: str
    findings: tuple[Mapping[str, Any], ...]
    records: Mapping[str, tuple[str, ...]]
    """Id of a finding to sequence numbers."""

    origins: Mapping[str, Origin]
    """By the Id of a finding."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One finding and the sequence number of its record."""

    number: str
    account: Account
    finding: Mapping[str, Any]
    origin: Origin


def letter(
    number: str, remembered: RememberedFinding, edition: Edition | None = None, database: Database | None = None
) -> Letter:
    """The finding of a record as Security Hub takes it. Raises ValueError for one that is none of ours."""
    finding = remembered.finding
    account = Account.of_arn(finding.resource)
    if not is_region(account.region):
        raise ValueError(f"no Region: {account.region!r}")
    sent = security_finding(remembered, edition, database)
    return Letter(number, account, sent, Origin(finding.key, finding.check, remembered.sent_at))


def parcels(letters: Iterable[Letter]) -> tuple[Parcel, ...]:
    """The letters by Region. Of a finding that was handed on more than once the last is sent."""
    regions: dict[Account, dict[str, list[Letter]]] = {}
    for each in letters:
        regions.setdefault(each.account, {}).setdefault(each.finding["Id"], []).append(each)
    return tuple(
        Parcel(
            region=account.region,
            findings=tuple(sent[-1].finding for sent in findings.values()),
            records={name: tuple(each.number for each in sent) for name, sent in findings.items()},
            origins={name: sent[-1].origin for name, sent in findings.items()},
        )
        for account, findings in regions.items()
    )
