"""The Parameters of a group, as DescribeDBParameters and its siblings answer: values, and what may be done."""

from collections.abc import Iterable, Mapping, Sequence

from tlscheck.inventory.described import ApiAnswer, Described, Kinds, Values, text, truth
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import LONGEST_ALLOWED, ParameterGroup, ParameterKind

_APPLY_TYPES = {"dynamic": True, "static": False}
"""Parameter.ApplyType: "Specifies the engine specific parameters type" (RDS API Reference)."""


def values(parameters: Iterable[ApiAnswer]) -> Values:
    """The value of each parameter; None leaves it to the engine."""
    return {name: text(each, "ParameterValue") for each in parameters if (name := text(each, "ParameterName"))}


def kinds(parameters: Iterable[ApiAnswer]) -> Kinds:
    """What may be done with each parameter."""
    return {name: _kind(each) for each in parameters if (name := text(each, "ParameterName"))}


def agreed_kinds(described: Described, groups: Sequence[ParameterGroup]) -> dict[str, ParameterKind]:
    """The kinds in a database's groups; of a parameter of which two groups say otherwise nothing is known."""
    read: list[Mapping[str, ParameterKind]] = [described.kinds.get(group, {}) for group in groups]
    if not read:
        return {}
    first, *others = read
    return {name: kind for name, kind in first.items() if all(each.get(name) == kind for each in others)}


def values_or_gap[K](answers: Mapping[K, Sequence[ApiAnswer] | Gap]) -> dict[K, Values | Gap]:
    """The values in the answers about several groups or families."""
    return {of: found if isinstance(found, Gap) else values(found) for of, found in answers.items()}


def kinds_where_read[K](answers: Mapping[K, Sequence[ApiAnswer] | Gap]) -> dict[K, Kinds]:
    """The kinds in the answers about several groups; none of one that could not be read."""
    return {of: kinds(found) for of, found in answers.items() if not isinstance(found, Gap)}


def _kind(parameter: ApiAnswer) -> ParameterKind:
    allowed = text(parameter, "AllowedValues")
    return ParameterKind(
        _APPLY_TYPES.get((text(parameter, "ApplyType") or "").lower()),
        truth(parameter, "IsModifiable"),
        allowed if allowed and len(allowed) <= LONGEST_ALLOWED else None,
    )
