"""An observation as a JSON document."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum

from tlscheck.wire.observation import Observation


def document(observation: Observation) -> dict[str, object]:
    """The observation's fields by name: datetimes in ISO 8601, enums by value, tuples as lists."""
    return {field.name: _plain(getattr(observation, field.name)) for field in fields(observation)}


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return value
