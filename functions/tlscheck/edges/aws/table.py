"""Any DynamoDB table with a text for its key and its sort key: queries, and writes under a condition."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tlscheck.edges.aws import session

type ItemKey = tuple[str, str]
"""Key and sort key of an item."""

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class Condition:
    """What an item must be before it is written: an expression, and the values that it names (`:over`)."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict)


def items_of(table: str, key: str, sort: str | None = None) -> Iterator[dict[str, Any]]:
    """The items under a key, or the one of them with this sort key, read consistently."""
    expression = "pk = :pk" if sort is None else "pk = :pk AND sk = :sk"
    values = {":pk": key} if sort is None else {":pk": key, ":sk": sort}
    return _query(values, TableName=table, KeyConditionExpression=expression, ConsistentRead=True)


def items_since(table: str, key: str, sort: str) -> Iterator[dict[str, Any]]:
    """The items under a key whose sort key is this one or comes after it, as they were moments ago."""
    return _query({":pk": key, ":sk": sort}, TableName=table, KeyConditionExpression="pk = :pk AND sk >= :sk")


def items_in(table: str, index: str, attribute: str, value: str) -> Iterator[dict[str, Any]]:
    """The items that an index has under a value of its key: as they were moments ago."""
    return _query(
        {":value": value},
        TableName=table,
        IndexName=index,
        KeyConditionExpression="#attribute = :value",
        ExpressionAttributeNames={"#attribute": attribute},
    )


def item(table: str, place: ItemKey, attributes: Iterable[str]) -> dict[str, Any] | None:
    """These attributes of one item, as it was moments ago; None where there is none."""
    names = {f"#{number}": name for number, name in enumerate(attributes)}
    found = session.client("dynamodb").get_item(
        TableName=table,
        Key=_attributes(_key(place)),
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
    )
    return item_of_image(found["Item"]) if "Item" in found else None


def items_at(table: str, places: Iterable[ItemKey]) -> Iterator[dict[str, Any]]:
    """The items that there are at some places, 100 at most (BatchGetItem), as they were moments ago.

    What DynamoDB leaves unprocessed, being busy, is asked for once more and then left out.
    """
    client, keys = session.client("dynamodb"), [_attributes(_key(each)) for each in places]
    asked: dict[str, Any] = {table: {"Keys": keys}}
    for _ in range(2):
        answer = client.batch_get_item(RequestItems=asked)
        yield from map(item_of_image, answer["Responses"].get(table, ()))
        asked = answer.get("UnprocessedKeys", {})
        if not asked:
            return


def change(
    table: str,
    place: ItemKey,
    values: Mapping[str, Any],
    gone: Iterable[str] = (),
    condition: Condition | None = None,
) -> bool:
    """Sets attributes of an item, which is made where there is none, and takes others away.

    False, with nothing changed, where it is not as the condition wants it.
    """
    removed = [name for name in gone if name not in values]
    names = {f"#{number}": name for number, name in enumerate([*values, *removed])}
    short = {name: alias for alias, name in names.items()}
    expression = f"SET {', '.join(f'{short[name]} = :{number}' for number, name in enumerate(values))}"
    if removed:
        expression += f" REMOVE {', '.join(short[name] for name in removed)}"
    told = {f":{number}": value for number, value in enumerate(values.values())}
    update: dict[str, Any] = {
        "TableName": table,
        "Key": _attributes(_key(place)),
        "UpdateExpression": expression,
        "ExpressionAttributeNames": names,
    }
    if condition is not None:
        update["ConditionExpression"] = condition.expression
        told |= condition.values
    client = session.client("dynamodb")
    try:
        client.update_item(**update, ExpressionAttributeValues=_attributes(told))
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def delete(table: str, place: ItemKey, condition: Condition | None = None) -> bool:
    """Takes an item away, also one that is not there; False where it is not as the condition wants it."""
    under: dict[str, Any] = {}
    if condition is not None:
        under = {
            "ConditionExpression": condition.expression,
            "ExpressionAttributeValues": _attributes(condition.values),
        }
    client = session.client("dynamodb")
    try:
        client.delete_item(TableName=table, Key=_attributes(_key(place)), **under)
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def item_of_image(image: Mapping[str, Any]) -> dict[str, Any]:
    """An item as a stream's record shows it."""
    return {name: _from_attribute(value) for name, value in image.items()}


def _query(values: Mapping[str, str], **query: Any) -> Iterator[dict[str, Any]]:
    pages = (
        session.client("dynamodb")
        .get_paginator("query")
        .paginate(**query, ExpressionAttributeValues=_attributes(values))
    )
    for page in pages:
        yield from (item_of_image(item) for item in page["Items"])


def _key(place: ItemKey) -> dict[str, str]:
    key, sort = place
    return {"pk": key, "sk": sort}


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_attribute(value) for name, value in values.items()}
