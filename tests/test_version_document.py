"""The document of an edition: what its schema takes, what it refuses, and how each of its fields is described."""

from copy import deepcopy
from datetime import date
from typing import Any

import jsonschema
import pytest
from tlscheck.version import SCHEMA, Edition, Provenance, distinct

TAKEN = Provenance("aws.pem", 81, "a1" * 32, "npm package x 1.1.2", date(2026, 11, 24))
UNKNOWN = Provenance("proxy.pem", 0, "b2" * 32, "not known: why", None)
DOCUMENT: dict[str, Any] = {
    "version": "0.2.0",
    "roots": [
        {
            "bundle": "aws.pem",
            "certificates": 81,
            "sha256": "a1" * 32,
            "source": "npm package x 1.1.2",
            "taken": "2026-11-24",
        },
        {
            "bundle": "proxy.pem",
            "certificates": 0,
            "sha256": "b2" * 32,
            "source": "not known: why",
            "taken": None,
        },
    ],
}


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The document with another value at one place, or without that place."""
    document = deepcopy(DOCUMENT)
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    if value is REMOVED:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return document


REMOVED = object()
ROOT = ("roots", 0)


def test_an_edition_as_a_document() -> None:
    assert Edition("0.2.0", (TAKEN, UNKNOWN)).document == DOCUMENT
    assert Edition("0.3.0", ()).document == {"version": "0.3.0", "roots": []}


def test_an_edition_in_words() -> None:
    assert str(Edition("0.2.0", (TAKEN, UNKNOWN))) == (
        "tlscheck 0.2.0\n"
        f"roots: aws.pem: 81 certificates, SHA-256 {'a1' * 32}, taken 2026-11-24 from npm package x 1.1.2\n"
        f"roots: proxy.pem: 0 certificates, SHA-256 {'b2' * 32}, not known: why"
    )
    assert str(Edition("0.2.0", ())) == "tlscheck 0.2.0\nroots: none"


def test_editions_of_one_version_are_told_apart_by_their_roots() -> None:
    plain, one, two = Edition("0.2.0", ()), Edition("0.2.0", (TAKEN,)), Edition("0.2.0", (UNKNOWN,))
    assert distinct([two, None, one, plain, one]) == (plain, one, two)
    assert distinct([None]) == ()


def test_many_editions_come_by_version_then_by_roots_whatever_order_they_were_given_in() -> None:
    roots = [(), *((Provenance(f"{letter}.pem", 1, "00", "", None),) for letter in "abcd")]
    expected = [Edition(version, each) for version in ("0.1.0", "0.2.0", "0.3.0") for each in roots]
    assert distinct(expected[::-1]) == tuple(expected)


@pytest.mark.parametrize(
    "document",
    [DOCUMENT, {"version": "", "roots": []}, changed((*ROOT, "certificates"), 1)],
    ids=["two bundles", "no roots", "one certificate"],
)
def test_what_the_schema_takes(document: dict[str, Any]) -> None:
    jsonschema.validate(document, SCHEMA)


@pytest.mark.parametrize(
    "document",
    [
        [],
        changed(("version",), REMOVED),
        changed(("roots",), REMOVED),
        changed(("other",), 1),
        changed(("version",), 2),
        changed(("roots",), {}),
        changed(ROOT, []),
        *(changed((*ROOT, key), REMOVED) for key in ("bundle", "certificates", "sha256", "source", "taken")),
        changed((*ROOT, "other"), 1),
        changed((*ROOT, "bundle"), 1),
        changed((*ROOT, "certificates"), "81"),
        changed((*ROOT, "certificates"), -1),
        changed((*ROOT, "sha256"), 1),
        changed((*ROOT, "sha256"), "A1" * 32),
        changed((*ROOT, "sha256"), "a1" * 31),
        changed((*ROOT, "sha256"), "a1" * 33),
        changed((*ROOT, "source"), None),
        changed((*ROOT, "taken"), 20261124),
    ],
)
def test_what_the_schema_refuses(document: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def descriptions(schema: Any, path: str = "") -> dict[str, str]:
    """Each description of a schema by where it stands."""
    found = {path: schema["description"]} if "description" in schema else {}
    for name, each in schema.get("properties", {}).items():
        found |= descriptions(each, f"{path}.{name}")
    return found | (descriptions(schema["items"], f"{path}[]") if "items" in schema else {})


def test_each_field_is_described() -> None:
    assert descriptions(SCHEMA) == {
        "": "Which tlscheck said this, and the root certificates that it worked with",
        ".version": "of tlscheck: 0.2.0",
        ".roots": "a bundle each; none: without roots, nothing could be verified",
        ".roots[].bundle": "its file",
        ".roots[].sha256": "of the file; empty: it was not read",
        ".roots[].source": "where it comes from, or why that is not known",
        ".roots[].taken": "the day (ISO 8601) when it was taken from there; null: not known",
    }
