"""Security Hub CSPM of a Region: whether there is one, and findings in, in the AWS Security Finding Format."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.gap import DECIDED, Gap, GapCause
from tlscheck.inventory.hub import Hub
from tlscheck.wording import plain

MOST_IN_A_CALL = 100
"""Findings that BatchImportFindings takes."""

ATTEMPTS = 4
FIRST_PAUSE = 0.5
"""Seconds before a refused finding is sent again; doubled each time."""

MOST_REASON = 500
"""Characters of a refusal's words that are kept: it repeats what it refuses."""

FINAL = ("InvalidAccess", "InvalidInput")
"""How the codes of refusals begin that sending again does not change, with or without Exception behind."""

FINAL_CAUSES = DECIDED | {GapCause.PERMISSION}
"""And what else: until somebody changes a policy, or turns something on."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A finding that Security Hub did not take, and why."""

    id: str
    code: str
    message: str
    cause: GapCause

    @property
    def reason(self) -> str:
        """One line: `InvalidAccess: Account 123456789012 is not subscribed to AWS Security Hub`."""
        line = plain(self.message, MOST_REASON)
        return line if line.startswith(self.code) else f"{self.code}: {line}"

    @property
    def gap(self) -> Gap:
        """The same, as what stands in the place of an answer."""
        return Gap("securityhub:BatchImportFindings", self.reason, self.cause)

    @property
    def is_final(self) -> bool:
        """Whether the same finding will be refused again, however often it is sent."""
        return self.code.startswith(FINAL) or self.cause in FINAL_CAUSES

    @property
    def is_decided(self) -> bool:
        """Whether nothing failed: the account has no Security Hub CSPM in this Region, or may not have one."""
        return self.code.startswith("InvalidAccess") or self.cause in DECIDED


_QUICK = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
"""For a question that a Region answers beside its listing: about half a minute where nobody does."""

_IN_TIME = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
"""For an import: a Region that swallows it costs half a minute of Deliver's two."""

_AT_ONCE = 8


def describe_regions(regions: Sequence[str]) -> dict[str, Hub | Gap]:
    """The hub of each Region, several at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(regions, pool.map(describe, regions), strict=True))


def describe(region: str) -> Hub | Gap:
    """Whether the account has a Security Hub CSPM in a Region, and since when.

    That it has none is told as `not subscribed`, as a resource that is not found, or by the service's own name,
    which no Region without it has.
    """
    operation = "securityhub:DescribeHub"
    try:
        answer = session.client("securityhub", region=region, config=_QUICK).describe_hub()
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        gap = refusals.gap(operation, error)
        has_none = gap.cause in {GapCause.NOT_SUBSCRIBED, GapCause.NOT_OFFERED}
        return Hub(None) if has_none or gap.reason.startswith("ResourceNotFound") else gap
    subscribed_at = _moment(answer.get("SubscribedAt"))
    return Hub(subscribed_at) if subscribed_at else Gap(operation, "named no SubscribedAt")


def _moment(text: object) -> datetime | None:
    """A moment of the answer, which has it as a text."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


type Imported = tuple[str, Sequence[Mapping[str, Any]]]
"""A Region, and findings for its hub."""


def import_regions(imports: Sequence[Imported]) -> list[tuple[Refusal, ...]]:
    """Imports findings into several hubs side by side: one that does not answer costs the others no time."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda each: import_findings(*each), imports))


def import_findings(region: str, findings: Sequence[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    """Imports findings into the Region's hub, a hundred at a time; returns those that it refused to the last.

    A hub that does not answer is not asked again: all that is left is refused so.
    """
    refused: list[Refusal] = []
    for batch in batched(findings, MOST_IN_A_CALL):
        silent = next((each for each in refused if each.cause is GapCause.UNREACHABLE), None)
        if silent:
            refused += [Refusal(each["Id"], silent.code, silent.message, silent.cause) for each in batch]
        else:
            refused += _import_batch(region, {finding["Id"]: finding for finding in batch})
    return tuple(refused)


def _import_batch(region: str, findings: dict[str, Mapping[str, Any]]) -> list[Refusal]:
    settled: list[Refusal] = []
    for attempt in range(ATTEMPTS):
        refused = _import_once(region, findings)
        is_last = attempt == ATTEMPTS - 1
        again = [each for each in refused if not (is_last or each.is_final or each.cause is GapCause.UNREACHABLE)]
        settled += [each for each in refused if each not in again]
        if not again:
            break
        findings = {refusal.id: findings[refusal.id] for refusal in again}
        time.sleep(FIRST_PAUSE * 2**attempt)
    return settled


def _import_once(region: str, findings: dict[str, Mapping[str, Any]]) -> list[Refusal]:
    try:
        hub = session.client("securityhub", region=region, config=_IN_TIME)
        answer = hub.batch_import_findings(Findings=list(findings.values()))  # type: ignore[arg-type]  # its TypedDicts are the same shapes
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        code = refusals.code(error) if isinstance(error, refusals.REFUSED) else type(error).__name__
        if code.startswith("InvalidInput") and len(findings) > 1:
            # One may be what the whole call is refused for: the others are not to be.
            halves = batched(findings.items(), (len(findings) + 1) // 2)
            return [refusal for half in halves for refusal in _import_once(region, dict(half))]
        # By the whole of its words: who denies it stands at their end.
        return [Refusal(name, code, refusals.reason(error), refusals.cause(error)) for name in findings]
    return [
        Refusal(failed["Id"], failed["ErrorCode"], failed["ErrorMessage"], _cause(failed))
        for failed in answer.get("FailedFindings", [])
    ]


def _cause(failed: Mapping[str, Any]) -> GapCause:
    return refusals.cause_of(failed["ErrorCode"], failed["ErrorMessage"])
