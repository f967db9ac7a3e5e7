"""What a caller was not allowed, told by what mends it: the statement of `tlscheck iam-policy` that is missing.

Whose "no" it is stands in AWS's own words, in the IAM user guide, "Troubleshoot access denied error messages".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.names import Arn, is_region
from tlscheck.inventory.permissions import Mode, lacking
from tlscheck.reporting.refused import names_of


class Denier(StrEnum):
    """What denies a call, and with that what mends it. An organisation's policies are none of these: see Gap."""

    NOTHING_ALLOWS = "nothing-allows"
    """No identity-based policy allows it: a statement is missing."""

    UNSAID = "unsaid"
    """AWS does not say: a statement is missing, or another one denies it."""

    IDENTITY = "identity-based policy"
    """A policy of the caller's denies it in so many words: what allows it beside that is of no use."""

    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    ENDPOINT = "VPC endpoint policy"
    RESOURCE = "resource-based policy"
    """Of a secret, or of its key."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Calls of one statement that were denied by the same."""

    by: Denier
    actions: tuple[str, ...]
    """`rds:DescribeDBProxies`, sorted."""

    mode: Mode | None
    """Whose statement would allow them; None: no mode's."""

    statement: str
    """The Sid of that statement, or empty."""

    regions: tuple[str, ...] = ()
    """Where, so far as AWS said; none: it did not."""

    @property
    def told(self) -> str:
        """One line."""
        where = f" in {names_of(self.regions)}" if self.regions else ""
        what = f"Not allowed{where}: {', '.join(self.actions)}"
        of = (
            f"the statement {self.statement} of `tlscheck iam-policy {self.mode}`" if self.mode else "no statement"
        )
        match self.by:
            case Denier.NOTHING_ALLOWS:
                none = f"{what}. No policy of yours allows it"
                return f"{none}: {of} does" if self.mode else none
            case Denier.UNSAID if self.mode is Mode.ASSUME:
                return f"{what}. AWS does not say why: {of} allows it, and the role must trust you"
            case Denier.UNSAID:
                aside = f"AWS does not say why; {of} allows it where nothing denies it"
                return f"{what}. {aside}" if self.mode else f"{what}. AWS does not say why"
            case by:
                article = "An" if by is Denier.IDENTITY else "A"
                return f"{what}. {article} {by} keeps it from you, whatever else allows it"


def lacking_statements(gaps: Iterable[Gap]) -> tuple[Denied, ...]:
    """What was not allowed, each statement once for all that denies its calls alike; the missing ones first.

    What an organisation denies is not among it, and neither is what failed for any other reason.
    """
    found: dict[tuple[Denier, Mode | None, str], list[tuple[str, str]]] = {}
    for gap in gaps:
        if gap.cause is GapCause.PERMISSION:
            action = _action(gap)
            # Of a key only that statement is ours which is about secrets.
            is_other_key = action.startswith("kms:") and not gap.operation.startswith("secretsmanager:")
            mode, statement = (None, None) if is_other_key else lacking(action) or (None, None)
            key = _denier(gap.reason), mode, statement.name if statement else ""
            found.setdefault(key, []).append((action, _region(gap.reason)))
    denied = (
        Denied(
            by,
            tuple(sorted({action for action, _ in calls})),
            mode,
            name,
            tuple(sorted({region for _, region in calls})) if all(region for _, region in calls) else (),
        )
        for (by, mode, name), calls in found.items()
    )
    return tuple(sorted(denied, key=_first_to_mend))


def _first_to_mend(denied: Denied) -> tuple[int, int, tuple[str, ...]]:
    modes = tuple(Mode)
    return (
        tuple(Denier).index(denied.by),
        modes.index(denied.mode) if denied.mode else len(modes),
        denied.actions,
    )


def _action(gap: Gap) -> str:
    """What AWS says was not allowed, which may be another call than was made: kms:Decrypt of a secret's key."""
    if "Access to KMS is not allowed" in gap.reason:
        return "kms:Decrypt"
    named = re.search(r"(?:not authorized to perform: |^\w+: )([a-z0-9-]{2,30}:[A-Za-z]{3,60})\b", gap.reason)
    return named[1] if named else gap.operation


def _denier(reason: str) -> Denier:
    named = re.search(
        r"(?:(with an explicit deny in an?)|because no) "
        r"(identity-based policy|permissions boundary|session policy|VPC endpoint policy|resource-based policy)",
        reason,
    )
    if named is None:
        return Denier.UNSAID
    return Denier(named[2]) if named[1] or named[2] != Denier.IDENTITY else Denier.NOTHING_ALLOWS


def _region(reason: str) -> str:
    named = re.search(r"on resource: (\S+)", reason)
    arn = Arn.parse(named[1]) if named else None
    return arn.region if arn and is_region(arn.region) else ""
