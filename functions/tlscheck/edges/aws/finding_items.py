"""A finding as an item, and back. Whether it was delivered stands in attributes that Deliver alone writes."""

from typing import Any

from tlscheck.edges.aws.database_items import LISTED
from tlscheck.edges.aws.items import (
    Item,
    epoch,
    moment,
    moment_of,
    moment_or_none,
    moments,
    version_of,
    without_none,
)
from tlscheck.ledger import retention
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.clients import Callers
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding, Sent
from tlscheck.verdict.settle import STANDING

PREFIX = "finding#"

AS_OF = "as_of"
"""The `observed_at` of which its commands and callers are: 0.4.0, which knows neither, leaves them where it writes
anew."""

ATTRIBUTES: tuple[str, ...] = (
    *("resource", "region", "check", "status", "reason", "next_step", "commands"),
    *("first_observed_at", "changed_at", "announced_at", "observed_at", "listed_at", "looked_at"),
    *("not_observed_since", "not_observed_reason", "archived_at", "callers", AS_OF),
    *("announced_status", "announced_digest", "changes", "flaps_told_at", "concluded_at", "expires_at"),
    *("sent_at", "sent_status", "sent_archived", "sent_failed", "sent_digest"),
)
"""All that a sweep writes of it beside its version and `due`."""

DUE = "due"
"""When it was sent, on an item whose last write sent it to a Security Hub: what the stream's filter asks for."""

DELIVERED = "delivered_at"
DELIVERED_AS = "delivered_as"
"""Deliver's: which sending it was that a hub took, by its `sent_at`."""

REFUSED = "refused"
"""Deliver's: a map of the reason and when."""

OF_REFUSAL = (REFUSED, LISTED)
OF_DELIVER = (DELIVERED, DELIVERED_AS, *OF_REFUSAL)


def finding_item(remembered: RememberedFinding) -> dict[str, Any]:
    """A finding's attributes, without those of its delivery."""
    finding, basis = remembered.finding, remembered.basis
    return without_none(
        {
            "resource": finding.resource,
            "region": finding.region,
            "check": finding.check.value,
            "status": finding.status.value,
            "reason": finding.reason,
            "next_step": finding.next_step,
            "commands": list(finding.commands) or None,
            "first_observed_at": moment(remembered.first_observed_at),
            "changed_at": moment(remembered.changed_at),
            "announced_at": moment(remembered.announced_at),
            "observed_at": moment(remembered.observed_at),
            "listed_at": moment_or_none(basis.listed_at),
            "looked_at": moment_or_none(basis.looked_at),
            "not_observed_since": moment_or_none(remembered.not_observed_since),
            "not_observed_reason": remembered.not_observed_reason or None,
            "archived_at": moment_or_none(remembered.archived_at),
            "callers": _of_callers(remembered.callers),
            AS_OF: moment(remembered.observed_at) if finding.commands or remembered.callers else None,
            "announced_status": remembered.announced_status.value if remembered.announced_status else None,
            "announced_digest": remembered.announced_digest or None,
            "changes": moments(remembered.changes) or None,
            "flaps_told_at": moment_or_none(remembered.flaps_told_at),
            "concluded_at": moment_or_none(remembered.concluded_at),
            "expires_at": epoch(remembered.observed_at + retention.FINDINGS),
        }
        | (sent_attributes(remembered.sent) if remembered.sent else {})
    )


def sent_attributes(sent: Sent) -> dict[str, Any]:
    """What of an item says what was sent last."""
    return without_none(
        {
            "sent_at": moment(sent.at),
            "sent_status": sent.status.value,
            "sent_archived": sent.is_archived or None,
            "sent_failed": sent.was_failed or None,
            "sent_digest": sent.digest or None,
        }
    )


def finding_of(item: Item) -> RememberedFinding:
    """The finding of an item, also of one from before 0.3.0, which bore no version and lay under its ARN.

    Raises one of UNREADABLE when it is none of ours.
    """
    version, observed_at = item.get("version"), _needed(item, "observed_at")
    is_as_of = item.get(AS_OF) == item["observed_at"]
    if version is None:
        basis = Basis(observed_at, observed_at)
    else:
        basis = Basis(moment_of(item.get("listed_at")), moment_of(item.get("looked_at")))
    return RememberedFinding(
        finding=Finding(
            key=item["pk"],
            resource=item.get("resource", item["pk"]),
            region=item["region"],
            check=CheckId(item["check"]),
            status=Status(item["status"]),
            reason=item["reason"],
            next_step=item["next_step"],
            commands=tuple(str(each) for each in item.get("commands", ()) if is_as_of),
        ),
        first_observed_at=_needed(item, "first_observed_at"),
        changed_at=_needed(item, "changed_at"),
        announced_at=_needed(item, "announced_at"),
        observed_at=observed_at,
        not_observed_since=moment_of(item.get("not_observed_since")),
        not_observed_reason=item.get("not_observed_reason", ""),
        archived_at=moment_of(item.get("archived_at")),
        basis=basis,
        announced_status=Status(item["announced_status"]) if "announced_status" in item else None,
        announced_digest=item.get("announced_digest", ""),
        changes=tuple(_moment(each) for each in item.get("changes", ())),
        flaps_told_at=moment_of(item.get("flaps_told_at")),
        concluded_at=moment_of(item.get("concluded_at")),
        sent=_sent(item),
        delivered_at=moment_of(item.get(DELIVERED)),
        delivered=moment_of(item.get(DELIVERED_AS, item.get(DELIVERED))),
        refused=item.get(REFUSED, {}).get("reason", ""),
        version=None if version is None else version_of(item),
        callers=_callers(item.get("callers")) if is_as_of else None,
    )


def is_known_check(item: Item) -> bool:
    """Whether the finding of an item is of a check that this version has: a later or an earlier one may differ."""
    return item.get("check") in set(CheckId)


def _of_callers(callers: Callers | None) -> dict[str, Any] | None:
    if callers is None:
        return None
    return {"names": list(callers.names), "count": callers.count, "all": callers.are_all}


def _callers(told: Any) -> Callers | None:
    if told is None:
        return None
    return Callers(tuple(str(each) for each in told["names"]), int(told["count"]), are_all=told["all"] is True)


def _sent(item: Item) -> Sent | None:
    """What was sent; until 0.3.0 that was everything when it was announced, of which a version
    kept whether a hub took it."""
    if "sent_at" in item:
        return Sent(
            at=_needed(item, "sent_at"),
            status=Status(item["sent_status"]),
            is_archived=item.get("sent_archived", False),
            was_failed=item.get("sent_failed", False),
            digest=item.get("sent_digest", ""),
        )
    if DELIVERED not in item and "version" in item:
        return None
    status = Status(item.get("announced_status", item["status"]))
    return Sent(
        at=_needed(item, "announced_at"),
        status=status,
        is_archived="archived_at" in item,
        was_failed=status in STANDING and "archived_at" not in item,
        digest=item.get("announced_digest", ""),
    )


def _needed(item: Item, name: str) -> Any:
    return _moment(item[name])


def _moment(text: str) -> Any:
    when = moment_of(text)
    if when is None:
        raise ValueError("a moment is empty")
    return when
