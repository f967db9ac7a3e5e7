"""The words of a JSON Schema that our documents share (JSON Schema 2020-12)."""

from typing import Any


def record(description: str, **properties: Any) -> dict[str, Any]:
    """An object that has all of these keys and no other."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def text(description: str, *, or_null: bool = False, **more: Any) -> dict[str, Any]:
    """A string, held to `more` as it is."""
    return {"type": ["string", "null"] if or_null else "string", **more, "description": description}


def array(description: str, items: dict[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": items, "description": description}
