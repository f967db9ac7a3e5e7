"""An item as a text: DynamoDB's own JSON of it, so that each attribute comes back as it does there."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a text may raise that is none of these."""

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize


def text_of(item: Mapping[str, Any]) -> str:
    """An item as a file keeps it. Raises TypeError for what DynamoDB has no attribute of."""
    return json.dumps({name: _plain(_to_attribute(value)) for name, value in item.items()}, sort_keys=True)


def item_of(text: str) -> dict[str, Any]:
    """What `text_of` made a text of. Raises one of DAMAGED for any other."""
    return {name: _from_attribute(_as_it_was(value)) for name, value in json.loads(text).items()}


def _plain(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute as JSON can have it: bytes in base64, whatever is inside another alike."""
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            return {kind: b64encode(value).decode()}
        case "M":
            return {kind: {name: _plain(each) for name, each in value.items()}}
        case "L":
            return {kind: [_plain(each) for each in value]}
    return {kind: value}


def _as_it_was(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            return {kind: b64decode(value)}
        case "M":
            return {kind: {name: _as_it_was(each) for name, each in value.items()}}
        case "L":
            return {kind: [_as_it_was(each) for each in value]}
    return {kind: value}
