"""Security Hub (CSPM) of a Region: whether there is one, and findings in, in the AWS Security Finding Format."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.wording import plain

MOST_IN_A_CALL = 100
"""Findings that BatchImportFindings takes."""

ATTEMPTS = 4
FIRST_PAUSE = 0.5
"""Seconds before a refused finding is sent again; doubled each time."""

MOST_REASON = 500
"""Characters of a refusal's words that are kept: it repeats what it refuses."""

FINAL = ("InvalidAccess", "InvalidInput", "AccessDenied")
"""How the codes of refusals begin that sending again does not change, with or without Exception behind."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A finding that Security Hub did not take, and why."""

    id: str
    code: str
    message: str

    @property
    def reason(self) -> str:
        """One line: `InvalidAccess: Account 123456789012 is not subscribed to AWS Security Hub`."""
        line = plain(self.message, MOST_REASON)
        return line if line.startswith(self.code) else f"{self.code}: {line}"

    @property
    def is_hub_disabled(self) -> bool:
        """Whether the account has no Security Hub in this Region: its owner's decision, not a failure."""
        return self.code.startswith("InvalidAccess")


_QUICK = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
"""For a question that a Region answers beside its listing: about half a minute where nobody does."""

_AT_ONCE = 8


def describe_regions(regions: Sequence[str]) -> dict[str, Hub | Gap]:
    """The hub of each Region, several at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(regions, pool.map(describe, regions), strict=True))


def describe(region: str) -> Hub | Gap:
    """Whether the account has a Security Hub in a Region, and since when."""
    operation = "securityhub:DescribeHub"
    try:
        answer = session.client("securityhub", region=region, config=_QUICK).describe_hub()
    except refusals.REFUSED as error:
        why = refusals.reason(error)
        has_none = why.startswith("ResourceNotFound") or "not subscribed" in why
        return Hub(None) if has_none else Gap(operation, why)
    except refusals.UNREACHABLE as error:
        return Gap(operation, refusals.reason(error))
    subscribed_at = _moment(answer.get("SubscribedAt"))
    return Hub(subscribed_at) if subscribed_at else Gap(operation, "named no SubscribedAt")


def _moment(text: object) -> datetime | None:
    """A moment of the answer, which has it as a text."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def import_findings(region: str, findings: Sequence[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    """Imports findings into the Region's hub, a hundred at a time; returns those that it refused to the last."""
    refused: list[Refusal] = []
    for batch in batched(findings, MOST_IN_A_CALL, strict=False):
        refused += _import_batch(region, {finding["Id"]: finding for finding in batch})
    return tuple(refused)


def _import_batch(region: str, findings: dict[str, Mapping[str, Any]]) -> list[Refusal]:
    final: list[Refusal] = []
    for attempt in range(ATTEMPTS):
        refused = _import_once(region, findings)
        final += [refusal for refusal in refused if refusal.code.startswith(FINAL)]
        refused = [refusal for refusal in refused if not refusal.code.startswith(FINAL)]
        if not refused or attempt == ATTEMPTS - 1:
            break
        findings = {refusal.id: findings[refusal.id] for refusal in refused}
        time.sleep(FIRST_PAUSE * 2**attempt)
    return final + refused


def _import_once(region: str, findings: dict[str, Mapping[str, Any]]) -> list[Refusal]:
    try:
        hub = session.client("securityhub", region=region)
        answer = hub.batch_import_findings(Findings=list(findings.values()))  # type: ignore[arg-type]  # its TypedDicts are the same shapes
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        code = refusals.code(error) if isinstance(error, refusals.REFUSED) else type(error).__name__
        if code.startswith("InvalidInput") and len(findings) > 1:
            # One may be what the whole call is refused for: the others are not to be.
            halves = batched(findings.items(), (len(findings) + 1) // 2, strict=False)
            return [refusal for half in halves for refusal in _import_once(region, dict(half))]
        return [Refusal(name, code, refusals.reason(error)) for name in findings]
    return [
        Refusal(failed["Id"], failed["ErrorCode"], failed["ErrorMessage"])
        for failed in answer.get("FailedFindings", [])
    ]
