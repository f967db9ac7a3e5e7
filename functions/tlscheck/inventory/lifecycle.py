"""How long AWS supports the major version of a database, and what comes at the end of it.

Source: RDS User Guide, "Creating a DB instance or a Multi-AZ DB cluster with Amazon RDS Extended Support": when a
major version reaches the end of standard support, a database with Extended Support is charged for it, and one
without is upgraded "on or shortly after" that date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tlscheck.inventory import engine
from tlscheck.inventory.described import ApiAnswer, Described, elements, moment, text
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import FORCE_SSL

_EXTENDED, _STANDARD = "open-source-rds-extended-support", "open-source-rds-standard-support"
_ENROLLED = {_EXTENDED: True, f"{_EXTENDED}-disabled": False}
"""DBInstance.EngineLifecycleSupport, DBCluster.EngineLifecycleSupport."""


PENDING_VERSION = ("PendingModifiedValues", "EngineVersion")
"""Where a DBInstance or DBCluster names an upgrade that waits for the maintenance window."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What the API says of the support of one database's major version."""

    standard_until: datetime | Gap | None = None
    """End of standard support, UTC (DescribeDBMajorEngineVersions); None when the API names none, a Gap where it
    could not be asked."""

    extended_until: datetime | None = None
    """End of Extended Support, from the same answer."""

    is_extended: bool | None = None
    """EngineLifecycleSupport: whether it stays on its version after the end of standard support, and is charged
    for that. Where it is not RDS upgrades it. None when the API does not say."""


def is_needed(described: Described) -> bool:
    """Whether an upgrade may come to change something: some group that was read does not enforce TLS."""
    read = (values for values in described.parameters.values() if not isinstance(values, Gap))
    return any(values.get(FORCE_SSL) != "1" for values in read)


def only_engine(described: Described) -> Mapping[str, Any]:
    """What makes the answer smaller: the engine in use where there is but one of ours."""
    used = {text(each, "Engine") for each in (*described.instances, *described.clusters)} & {*engine.NAMES}
    return {"Engine": used.pop()} if len(used) == 1 else {}


def lifecycle(described: Described, *answers: ApiAnswer | None) -> Lifecycle:
    """The lifecycle of a DBInstance or DBCluster; its cluster, which may follow it, says what it does not."""
    word = next(filter(None, (text(each, "EngineLifecycleSupport") for each in answers)), "")
    found = described.major_versions
    if isinstance(found, Gap):
        return Lifecycle(found, None, _ENROLLED.get(word))
    ends = _ends(found, text(answers[0], "Engine"), text(answers[0], "EngineVersion"))
    return Lifecycle(ends.get(_STANDARD), ends.get(_EXTENDED), _ENROLLED.get(word))


def _ends(found: Sequence[ApiAnswer], name: str | None, version: str | None) -> Mapping[str, datetime]:
    """LifecycleSupportEndDate by LifecycleSupportName, of the major version of an engine version."""
    cycles = [
        cycle
        for each in found
        if text(each, "Engine") == name and _is_of(text(each, "MajorEngineVersion"), version)
        for cycle in elements(each, "SupportedEngineLifecycles")
    ]
    return {
        support: end
        for each in cycles
        if (support := text(each, "LifecycleSupportName")) and (end := moment(each, "LifecycleSupportEndDate"))
    }


def _is_of(major: str | None, version: str | None) -> bool:
    """Whether a major version is that of an engine version: `17` of `17.4`, `9.6` of `9.6.24`."""
    return major is not None and f"{version}.".startswith(f"{major}.")
