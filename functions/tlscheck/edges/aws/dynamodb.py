"""The table: clients, findings and databases, written only by a later sweep than the one that wrote them last."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tlscheck.edges import documents
from tlscheck.edges.aws import session
from tlscheck.edges.aws.items import (
    client_item,
    client_of,
    epoch,
    finding_item,
    finding_of,
    is_known_check,
    moment,
)
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.ledger import retention
from tlscheck.ledger.client import Client
from tlscheck.reporting.delivery import Delivery
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.readiness import Readiness

LATER_ONLY = "attribute_not_exists(pk) OR observed_at < :observed_at"

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the table holds of one resource."""

    clients: tuple[Client, ...]
    findings: tuple[RememberedFinding, ...]


def load(table: str, arn: str) -> Remembered:
    """The clients and findings of a database, or the findings of a Region, read consistently."""
    items = list(
        _query(TableName=table, KeyConditionExpression="pk = :pk", ConsistentRead=True, values={":pk": arn})
    )
    return Remembered(
        clients=tuple(client_of(item) for item in items if item["kind"] == "client"),
        findings=tuple(finding_of(item) for item in items if item["kind"] == "finding" and is_known_check(item)),
    )


def known_databases(table: str) -> tuple[Database, ...]:
    """The databases that full sweeps found, as they were then."""
    return tuple(documents.load(Database, item["document"]) for item in _of_kind(table, "database"))


def failed_deliveries(table: str) -> tuple[Delivery, ...]:
    """The Regions whose Security Hub refused the last findings sent to it."""
    return tuple(
        Delivery(item["pk"], item["region"], item["reason"], datetime.fromisoformat(item["at"]))
        for item in _of_kind(table, "delivery")
        if item["status"] == "FAILED"
    )


def put_client(table: str, client: Client, memory: timedelta) -> bool:
    """Writes a client; False when a later sweep or this one wrote it already."""
    return _put_later(table, client_item(client, memory))


def put_finding(table: str, remembered: RememberedFinding) -> bool:
    """Writes a finding; False when a later sweep or this one wrote it already."""
    return _put_later(table, finding_item(remembered))


def put_findings(table: str, findings: Iterable[RememberedFinding]) -> None:
    """Writes findings, each unless a later sweep or this one wrote it already."""
    for remembered in findings:
        put_finding(table, remembered)


def put_database(table: str, database: Database, readiness: Readiness, sweep: Sweep) -> bool:
    """Writes a database's verdict, and after a full sweep the database itself; False as for a finding."""
    values: dict[str, str | int] = {
        ":kind": "database",
        ":region": database.region,
        ":verdict": readiness.verdict.value,
        ":verdict_reason": readiness.reason,
        ":observed_at": moment(sweep.started_at),
    }
    if sweep.depth is Depth.FULL:
        # A sample only read it, so it neither changes it nor keeps it alive.
        values[":document"] = documents.dump(database)
        values[":expires_at"] = epoch(sweep.started_at + retention.DATABASES)
    names = [name.removeprefix(":") for name in values]
    return _update(
        table,
        {"pk": database.arn, "sk": "database"},
        UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in names)}",
        ConditionExpression=LATER_ONLY,
        ExpressionAttributeNames={f"#{name}": name for name in names},
        ExpressionAttributeValues=_attributes(values),
    )


def forget_database(table: str, arn: str, at: datetime) -> bool:
    """Takes a database that is gone out of those known; False when a later sweep than `at` met it again.

    Its item stays until it expires: what was known of it may still be asked for.
    """
    return _update(
        table,
        {"pk": arn, "sk": "database"},
        UpdateExpression="SET #kind = :vanished, observed_at = :observed_at",
        ConditionExpression="attribute_exists(pk) AND observed_at < :observed_at",
        ExpressionAttributeNames={"#kind": "kind"},
        ExpressionAttributeValues=_attributes({":vanished": "vanished", ":observed_at": moment(at)}),
    )


def put_refused_delivery(table: str, delivery: Delivery) -> None:
    """Remembers that a Region's Security Hub refused findings."""
    item = {
        "pk": delivery.region_arn,
        "sk": "delivery",
        "kind": "delivery",
        "region": delivery.region,
        "status": "FAILED",
        "reason": delivery.reason,
        "at": moment(delivery.at),
    }
    session.client("dynamodb").put_item(TableName=table, Item=_attributes(item))


def put_recovered_delivery(table: str, region_arn: str, at: datetime) -> bool:
    """Marks a Region's deliveries as recovered; False, without a write, when none had failed."""
    return _update(
        table,
        {"pk": region_arn, "sk": "delivery"},
        UpdateExpression="SET #status = :ok, #reason = :reason, #at = :at",
        ConditionExpression="#status = :failed",
        ExpressionAttributeNames={"#status": "status", "#reason": "reason", "#at": "at"},
        ExpressionAttributeValues=_attributes(
            {":ok": "OK", ":reason": "", ":at": moment(at), ":failed": "FAILED"}
        ),
    )


def announced(record: Mapping[str, Any]) -> RememberedFinding | None:
    """The finding of a stream record (NEW_AND_OLD_IMAGES), or None when it is not to be announced (again).

    Raises KeyError, ValueError or TypeError when the record is none of ours.
    """
    images = record["dynamodb"]
    if "NewImage" not in images:
        return None
    new = _item(images["NewImage"])
    old = _item(images.get("OldImage", {}))
    if new["kind"] != "finding" or new["announced_at"] == old.get("announced_at"):
        return None
    return finding_of(new)


def _of_kind(table: str, kind: str) -> Iterator[dict[str, Any]]:
    return _query(
        TableName=table,
        IndexName="by_kind",
        KeyConditionExpression="kind = :kind",
        values={":kind": kind},
    )


def _query(values: dict[str, str], **query: Any) -> Iterator[dict[str, Any]]:
    pages = (
        session.client("dynamodb")
        .get_paginator("query")
        .paginate(**query, ExpressionAttributeValues=_attributes(values))
    )
    for page in pages:
        yield from (_item(item) for item in page["Items"])


def _put_later(table: str, item: dict[str, Any]) -> bool:
    client = session.client("dynamodb")
    try:
        client.put_item(
            TableName=table,
            Item=_attributes(item),
            ConditionExpression=LATER_ONLY,
            ExpressionAttributeValues=_attributes({":observed_at": item["observed_at"]}),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _update(table: str, key: dict[str, str], **update: Any) -> bool:
    client = session.client("dynamodb")
    try:
        client.update_item(TableName=table, Key=_attributes(key), **update)
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_attribute(value) for name, value in values.items()}


def _item(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _from_attribute(value) for name, value in attributes.items()}
