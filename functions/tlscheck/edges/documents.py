"""Nouns as JSON documents: what lies in S3 and DynamoDB, and what passes between functions.

By hand are written what the probe reads and answers (tlscheck.wire.request and document), since pydantic's import
would make its start three times as long, and what DynamoDB compares or lets expire (tlscheck.edges.aws.items).
"""

import json
from typing import Any

from pydantic import TypeAdapter

from tlscheck.edges import earlier


def dump(value: object) -> str:
    """A frozen dataclass (or a tuple of them) as JSON: enums by value, moments in ISO 8601."""
    return _adapter(type(value)).dump_json(value).decode()


def load[T](kind: type[T], text: str) -> T:
    """The noun that a JSON text holds, also as an earlier version wrote it.

    Raises pydantic.ValidationError when it holds another, or a part of one.
    """
    as_now = earlier.AS_NOW.get(kind)
    if as_now and earlier.is_earlier(text):
        text = json.dumps(as_now(json.loads(text)))
    return _adapter(kind).validate_json(text, strict=True)


def to_document(value: object) -> Any:
    """The same as `dump`, as dicts and lists: what a function returns."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_document[T](kind: type[T], document: object) -> T:
    """The same as `load`, from dicts and lists: what a function is called with."""
    return load(kind, json.dumps(document))


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter[T](kind: type[T]) -> TypeAdapter[T]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)  # takes milliseconds: once a kind and process
    return _ADAPTERS[kind]
