"""What a Region's API answered, as it answered it, and how to read that without ever tripping over it.

AWS adds members, leaves some out while a database is being made or removed, and old SDKs drop what they don't
know: whatever is missing or of another shape is None, never an exception and never a default.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.parameter_group import ParameterGroup, ParameterGroupFamily, ParameterKind

type ApiAnswer = Mapping[str, object]
"""One element of a Describe call's list, in the shape that botocore gives it."""

type Values = Mapping[str, str | None]
"""ParameterName -> ParameterValue of the parameters that are there; None leaves it to the engine."""

type Kinds = Mapping[str, ParameterKind]
"""ParameterName -> what may be done with the parameter."""

type EngineVersion = tuple[str, str]
"""Engine and EngineVersion, as an instance or cluster names them."""


@dataclass(frozen=True, slots=True)
class Described:
    """All that was asked of one Region. What could not be asked is a Gap in the place of the answer."""

    region: str
    instances: Sequence[ApiAnswer] = ()
    """DescribeDBInstances: DBInstances."""

    clusters: Sequence[ApiAnswer] = ()
    """DescribeDBClusters: DBClusters."""

    certificates: Sequence[ApiAnswer] | Gap = NOT_ASKED
    """DescribeCertificates: Certificates."""

    parameters: Mapping[ParameterGroup, Values | Gap] = field(default_factory=dict)
    """DescribeDBParameters, DescribeDBClusterParameters: the parameters asked for, by group."""

    kinds: Mapping[ParameterGroup, Kinds] = field(default_factory=dict)
    """ApplyType, IsModifiable and AllowedValues from the same answers; none of a group that could not be read."""

    defaults: Mapping[ParameterGroupFamily, Values | Gap] = field(default_factory=dict)
    """DescribeEngineDefaultParameters, DescribeEngineDefaultClusterParameters: the same, by family."""

    default_authority: str | None = None
    """DescribeCertificates: DefaultCertificateForNewLaunches, the account's own choice where it made one."""

    versions: Mapping[EngineVersion, ApiAnswer | Gap] = field(default_factory=dict)
    """DescribeDBEngineVersions: the DBEngineVersion of each version in use."""

    maintenance: Sequence[ApiAnswer] | Gap = NOT_ASKED
    """DescribePendingMaintenanceActions: PendingMaintenanceActions."""

    proxies: Sequence[ApiAnswer] = ()
    """DescribeDBProxies: DBProxies."""

    targets: Mapping[str, Sequence[ApiAnswer] | Gap] = field(default_factory=dict)
    """DescribeDBProxyTargets: Targets, by DBProxyName."""

    shard_groups: Sequence[ApiAnswer] | Gap = NOT_ASKED
    """DescribeDBShardGroups: DBShardGroups; asked only where a cluster is an Aurora Limitless one."""

    major_versions: Sequence[ApiAnswer] | Gap = NOT_ASKED
    """DescribeDBMajorEngineVersions: DBMajorEngineVersions; asked only where some parameter group does not enforce
    TLS. No gap of the Region's: nothing else depends on it."""

    gaps: tuple[Gap, ...] = ()
    """Every call that gave no answer or only a part of it."""

    listed_at: datetime | None = None
    """The moment before the Region was asked for the first time, UTC: what it says holds then, at least."""


def text(answer: object, *path: str) -> str | None:
    """The text at a path of members; None when it is missing, empty or something else."""
    found = _at(answer, path)
    return found if isinstance(found, str) and found else None


def text_or_gap(answer: object, operation: str, member: str) -> str | Gap:
    """The same; where there is none, a Gap that names the member."""
    return text(answer, member) or Gap(operation, f"named no {member}")


def text_or_empty(answer: object, *path: str) -> str:
    """The same; an empty text where there is none."""
    return text(answer, *path) or ""


def number(answer: object, *path: str) -> int | None:
    """The whole number at a path of members."""
    found = _at(answer, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def amount(answer: object, *path: str) -> float | None:
    """The number at a path of members, whole or not."""
    found = _at(answer, path)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def is_true(answer: object, *path: str) -> bool:
    """Whether the API says true there; a member left out is not known to be on."""
    return _at(answer, path) is True


def moment(answer: object, *path: str) -> datetime | None:
    """The moment at a path of members, in UTC; a time without a zone is no moment."""
    found = _at(answer, path)
    if not isinstance(found, datetime) or found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:  # the first and the last hours that a datetime can hold
        return None


def elements(answer: object, *path: str) -> list[ApiAnswer]:
    """The objects of the list at a path of members."""
    return objects(_at(answer, path))


def objects(found: object) -> list[ApiAnswer]:
    """Those elements of a list that are objects."""
    return [each for each in found if isinstance(each, (dict, Mapping))] if isinstance(found, list | tuple) else []


def truth(answer: object, *path: str) -> bool | None:
    """What the API says there; None when it says neither."""
    found = _at(answer, path)
    return found if isinstance(found, bool) else None


def tags(answer: object) -> dict[str, str]:
    """The tags of TagList; one without a value is there with an empty text."""
    listed = elements(answer, "TagList")
    return {key: text_or_empty(each, "Value") for each in listed if (key := text(each, "Key"))}


def texts(answer: object, *path: str) -> tuple[str, ...]:
    """The texts of the list at a path of members."""
    found = _at(answer, path)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list | tuple) else ()


def names(answer: object, *path: str) -> tuple[str, ...]:
    """The names of the members of the object at a path, without those that are empty."""
    found = _at(answer, path)
    named = found.items() if isinstance(found, (dict, Mapping)) else ()
    return tuple(sorted(name for name, value in named if value not in (None, "", [], {})))


def _at(answer: object, path: Iterable[str]) -> object:
    for member in path:
        # What botocore answers is a dict: to see that is much faster than to see that it is a Mapping.
        if not isinstance(answer, (dict, Mapping)):
            return None
        answer = answer.get(member)
    return answer
