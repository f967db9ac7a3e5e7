"""What docs/report.md says of each field of report.json, from its schema; `-m tests.report_page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tlscheck.reporting.report_schema import SCHEMA

_CHECKS = SCHEMA["properties"]["checks"]["propertyNames"]["enum"]
PAGE = Path(__file__).parent.parent / "docs" / "report.md"
HEAD = "| field | type | what it says |\n|---|---|---|\n"


def table() -> str:
    """A row a field, by its path in the document; `[]`: each of a list, `*`: each of an object's names."""
    return HEAD + "".join(f"| `{path}` | {kind} | {said} |\n" for path, kind, said in _rows("", SCHEMA))


def page() -> str:
    """The page as it must be: the table behind the text that stands there by hand."""
    return PAGE.read_text().partition(HEAD)[0] + table()


def _rows(path: str, schema: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if path:
        yield path, _kind(schema), _said(schema)
    inner = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        inner["*"] = schema["additionalProperties"]
    for name, each in inner.items():
        yield from _rows(f"{path}.{name}" if path else name, each)
    if "items" in schema and "properties" in schema["items"]:
        yield from _rows(f"{path}[]", schema["items"])


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema or "const" in schema:
        return "text"
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}s"
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return " or ".join({"string": "text", "integer": "number"}.get(each, each) for each in kinds)


def _said(schema: dict[str, Any]) -> str:
    of = schema.get("items", schema)
    values = [of["const"]] if "const" in of else of.get("enum", [])
    if values == _CHECKS:
        told = "of those in [findings.md](findings.md)"
    else:
        told = ", ".join(f"`{each}`" for each in values)
    return ": ".join(filter(None, (schema.get("description", ""), told))).replace("<", "\\<")


if __name__ == "__main__":
    PAGE.write_text(page())
