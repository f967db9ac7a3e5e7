"""Decides as IAM does: whether the policies of a role, or of a resource, allow one request.

What is evaluated is said word by word in the IAM user guide: "Policy evaluation logic" (a denial goes before every
permission, and what nobody permits is denied), "JSON policy elements: Condition operators", "Single-valued vs.
multivalued context keys", "JSON policy elements: Action" and "Resource". What it has no rule for, it refuses by an
error instead of guessing. Beyond it: boundaries, policies of an organisation and sessions.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Context = Mapping[str, str | tuple[str, ...]]
"""Condition keys of a request: one value, or a tuple where the key may have several."""


class Decision(StrEnum):
    """What a request meets."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "nobody allows it"
    DENIED = "denied in so many words"


@dataclass(frozen=True, slots=True)
class Request:
    """One call of one API."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    principal: str = ""
    """Whom a resource's own policy sees: a role's ARN, or a service such as `logs.eu-central-1.amazonaws.com`."""


def decision(statements: Iterable[Mapping[str, Any]], request: Request) -> Decision:
    """What these statements, whose intrinsic functions are resolved, say to the request together."""
    effects = {statement["Effect"] for statement in statements if applies(statement, request)}
    if "Deny" in effects:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.NOT_ALLOWED


def allowed(
    statements: Iterable[Mapping[str, Any]], action: str, resource: str, context: Context | None = None
) -> bool:
    """Whether a role with these statements may make the call."""
    return decision(statements, Request(action, resource, context or {})) is Decision.ALLOWED


def applies(statement: Mapping[str, Any], request: Request) -> bool:
    """Whether a statement speaks of the request at all, whatever it then says."""
    if unknown := statement.keys() - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}:
        raise NotImplementedError(f"{unknown} of a statement")
    return (
        any(matches(pattern.lower(), request.action.lower()) for pattern in several(statement["Action"]))
        and any(matches(pattern, request.resource) for pattern in several(statement["Resource"]))
        and _is_for(statement.get("Principal"), request.principal)
        and all(
            _holds(named, key, several(expected), request.context)
            for named, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def matches(pattern: str, text: str) -> bool:
    """IAM's wildcards: `*` is any number of characters, none and colons included, `?` exactly one."""
    if "${" in pattern:
        raise NotImplementedError(f"a policy variable: {pattern}")
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL) is not None


def matches_arn(pattern: str, arn: str) -> bool:
    """As ArnLike: each of the six parts that colons divide is matched for itself."""
    parts, given = pattern.split(":", 5), arn.split(":", 5)
    return len(parts) == len(given) and all(map(matches, parts, given))


def several(value: Any) -> list[str]:
    """What a policy writes as one text or as a list of them."""
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _is_for(principal: Any, who: str) -> bool:
    match principal:
        case None | "*":
            return True
        case {"Service": services}:
            return who in several(services)
        case {"AWS": accounts}:
            # The root of an account stands for everybody in it whom IAM allows it.
            return any(each in {"*", who} or _is_root_of(each, who) for each in several(accounts))
    raise NotImplementedError(f"the principal {principal}")


def _is_root_of(principal: str, who: str) -> bool:
    account, _, name = principal.rpartition(":")
    return name == "root" and who.startswith(f"{account}:")


def _holds(named: str, key: str, expected: list[str], context: Context) -> bool:
    given = next((value for name, value in context.items() if name.lower() == key.lower()), None)
    quantifier, _, comparison = named.rpartition(":")
    if comparison == "Null":
        return (given is None) == (expected == ["true"])
    may_be_missing = comparison.endswith("IfExists")
    compare = _COMPARISONS[comparison.removesuffix("IfExists")]
    if quantifier == "ForAllValues":
        # IAM's guide: it "also returns true if there are no context keys in the request".
        values = () if given is None else tuple(several(given))
        return all(any(compare(pattern, value) for pattern in expected) for value in values)
    if given is None:
        return may_be_missing
    if quantifier == "ForAnyValue":
        return any(compare(pattern, value) for value in several(given) for pattern in expected)
    if quantifier or not isinstance(given, str):
        raise NotImplementedError(f"{named} with {key}={given!r}")
    return any(compare(pattern, given) for pattern in expected)


_COMPARISONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "StringEquals": operator.eq,
    "StringLike": matches,
    "ArnLike": matches_arn,
    "ArnEquals": matches_arn,
    "Bool": lambda pattern, value: pattern.lower() == value.lower(),
}
