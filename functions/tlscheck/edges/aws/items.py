"""Items of the table as nouns and back. Moments are ISO 8601 in UTC, so long that text order is time order."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tlscheck.ledger import retention
from tlscheck.ledger.client import Client, Who
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding

type Item = Mapping[str, Any]


def finding_key(arn: str, check: str) -> dict[str, str]:
    """Where the finding of a check on a resource lies."""
    return {"pk": arn, "sk": f"finding#{check}"}


def finding_item(remembered: RememberedFinding) -> dict[str, Any]:
    """A finding as an item."""
    finding = remembered.finding
    item = {
        **finding_key(finding.resource, finding.check),
        "kind": "finding",
        "region": finding.region,
        "check": finding.check.value,
        "status": finding.status.value,
        "reason": finding.reason,
        "next_step": finding.next_step,
        "first_observed_at": moment(remembered.first_observed_at),
        "changed_at": moment(remembered.changed_at),
        "announced_at": moment(remembered.announced_at),
        "observed_at": moment(remembered.observed_at),
        "not_observed_reason": remembered.not_observed_reason,
        "expires_at": epoch(remembered.observed_at + retention.FINDINGS),
    }
    if remembered.not_observed_since is not None:
        item["not_observed_since"] = moment(remembered.not_observed_since)
    if remembered.archived_at is not None:
        item["archived_at"] = moment(remembered.archived_at)
    return item


def finding_of(item: Item) -> RememberedFinding:
    """The finding of an item. Raises KeyError or ValueError when it is none of ours."""
    since, archived = item.get("not_observed_since"), item.get("archived_at")
    return RememberedFinding(
        finding=Finding(
            resource=item["pk"],
            region=item["region"],
            check=CheckId(item["check"]),
            status=Status(item["status"]),
            reason=item["reason"],
            next_step=item["next_step"],
        ),
        first_observed_at=datetime.fromisoformat(item["first_observed_at"]),
        changed_at=datetime.fromisoformat(item["changed_at"]),
        announced_at=datetime.fromisoformat(item["announced_at"]),
        observed_at=datetime.fromisoformat(item["observed_at"]),
        not_observed_since=datetime.fromisoformat(since) if since else None,
        not_observed_reason=item["not_observed_reason"],
        archived_at=datetime.fromisoformat(archived) if archived else None,
    )


def is_known_check(item: Item) -> bool:
    """Whether the finding of an item is of a check that this version has: a later or an earlier one may differ."""
    return item["check"] in set(CheckId)


def client_item(client: Client, memory: timedelta) -> dict[str, Any]:
    """A client as an item, which expires when it was not seen for `memory`."""
    item = {
        "pk": client.who.database,
        "sk": f"client#{client.who.digest()}",
        "kind": "client",
        "name": client.who.name,
        "user": client.who.user,
        "application": client.who.application,
        "address": client.who.address,
        "first_seen": moment(client.first_seen),
        "observed_at": moment(client.last_seen),
        "protocols": list(client.protocols),
        "expires_at": epoch(client.last_seen + memory),
    }
    if client.last_tls is not None:
        item["last_tls"] = moment(client.last_tls)
    if client.last_plaintext is not None:
        item["last_plaintext"] = moment(client.last_plaintext)
    return item


def client_of(item: Item) -> Client:
    """The client of an item."""
    tls, plaintext = item.get("last_tls"), item.get("last_plaintext")
    return Client(
        who=Who(item["pk"], item["name"], item["user"], item["application"], item["address"]),
        first_seen=datetime.fromisoformat(item["first_seen"]),
        last_seen=datetime.fromisoformat(item["observed_at"]),
        last_tls=datetime.fromisoformat(tls) if tls else None,
        last_plaintext=datetime.fromisoformat(plaintext) if plaintext else None,
        protocols=tuple(item["protocols"]),
    )


def moment(when: datetime) -> str:
    """2026-11-24T03:00:00.000000+00:00: always 32 characters."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def epoch(when: datetime) -> int:
    """Seconds since 1970, as DynamoDB's time to live wants them."""
    return int(when.timestamp())
