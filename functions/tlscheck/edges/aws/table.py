"""Any DynamoDB table with a text for its key and its sort key: queries, and writes under a condition.

What a laptop keeps in a file is asked here too, so that nobody else knows which of the two it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tlscheck.edges.aws import session
from tlscheck.edges.condition import Condition
from tlscheck.edges.ledger_file import ItemKey, LedgerFile
from tlscheck.edges.ledger_memory import LedgerMemory

type Ledger = LedgerFile | LedgerMemory
"""One on this machine."""

type Table = str | Ledger
"""The name of one of DynamoDB's, or a ledger."""

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize


def items_of(table: Table, key: str, sort: str | None = None) -> Iterator[dict[str, Any]]:
    """The items under a key, or the one of them with this sort key, read consistently."""
    if not isinstance(table, str):
        return iter(table.items_of(key, sort))
    expression = "pk = :pk" if sort is None else "pk = :pk AND sk = :sk"
    values = {":pk": key} if sort is None else {":pk": key, ":sk": sort}
    return _query(values, TableName=table, KeyConditionExpression=expression, ConsistentRead=True)


def items_since(table: Table, key: str, sort: str) -> Iterator[dict[str, Any]]:
    """The items under a key whose sort key is this one or comes after it, as they were moments ago."""
    if not isinstance(table, str):
        return iter(table.items_since(key, sort))
    return _query({":pk": key, ":sk": sort}, TableName=table, KeyConditionExpression="pk = :pk AND sk >= :sk")


def items_in(table: Table, index: str, attribute: str, value: str) -> Iterator[dict[str, Any]]:
    """The items that an index has under a value of its key: as they were moments ago."""
    if not isinstance(table, str):
        return iter(table.items_in(attribute, value))
    return _query(
        {":value": value},
        TableName=table,
        IndexName=index,
        KeyConditionExpression="#attribute = :value",
        ExpressionAttributeNames={"#attribute": attribute},
    )


def item(table: Table, place: ItemKey, attributes: Iterable[str]) -> dict[str, Any] | None:
    """These attributes of one item, as it was moments ago; None where there is none."""
    if not isinstance(table, str):
        names = set(attributes)
        whole = next(iter(table.items_of(*place)), None)
        return None if whole is None else {name: value for name, value in whole.items() if name in names}
    aliases = {f"#{number}": name for number, name in enumerate(attributes)}
    found = session.client("dynamodb").get_item(
        TableName=table,
        Key=_attributes(_key(place)),
        ProjectionExpression=", ".join(aliases),
        ExpressionAttributeNames=aliases,
    )
    return item_of_image(found["Item"]) if "Item" in found else None


def items_at(table: Table, places: Iterable[ItemKey]) -> Iterator[dict[str, Any]]:
    """The items that there are at some places, 100 at most (BatchGetItem), as they were moments ago.

    What DynamoDB leaves unprocessed, being busy, is asked for once more and then left out.
    """
    if not isinstance(table, str):
        yield from (item for place in places for item in table.items_of(*place))
        return
    client, keys = session.client("dynamodb"), [_attributes(_key(each)) for each in places]
    asked: dict[str, Any] = {table: {"Keys": keys}}
    for _ in range(2):
        answer = client.batch_get_item(RequestItems=asked)
        yield from map(item_of_image, answer["Responses"].get(table, ()))
        asked = answer.get("UnprocessedKeys", {})
        if not asked:
            return


def change(
    table: Table,
    place: ItemKey,
    values: Mapping[str, Any],
    gone: Iterable[str] = (),
    condition: Condition | None = None,
) -> bool:
    """Sets attributes of an item, which is made where there is none, and takes others away.

    False, with nothing changed, where it is not as the condition wants it.
    """
    if not isinstance(table, str):
        return table.change(place, values, gone, condition)
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


def delete(table: Table, place: ItemKey, condition: Condition | None = None) -> bool:
    """Takes an item away, also one that is not there; False where it is not as the condition wants it."""
    if not isinstance(table, str):
        return table.delete(place, condition)
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
