"""The report's schema: what it takes, what it refuses, and that it is v1 to the letter.

A reader in another language knows a report by this schema alone. Where it is not what lies in
fixtures/tlscheck.report.v1.schema.json, a report has another meaning and needs another number.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tlscheck.reporting.report_schema import SCHEMA, document
from tlscheck.version import Edition

V1 = Path(__file__).parent / "fixtures" / "tlscheck.report.v1.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

EDITION = {
    "version": "0.2.0",
    "roots": [
        {
            "bundle": "aws.pem",
            "certificates": 81,
            "sha256": "b9" * 32,
            "source": "a package",
            "taken": "2026-11-24",
        }
    ],
}
FINDING = {
    "resource": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
    "region": "us-east-1",
    "check": "ca",
    "status": "FAILED",
    "reason": "Its CA is retired.",
    "next_step": "Change it.",
}
REPORT: dict[str, Any] = {
    "schema": "tlscheck.report.v1",
    "tlscheck": EDITION,
    "sweep": {"id": "nightly-1", "started_at": "2026-11-24T03:00:00+00:00", "depth": "full"},
    "verdicts": {"FIX_DATABASE": 1, "FIX_CLIENTS": 0, "NOT_OBSERVED": 0, "CLEAR": 0},
    "checks": {"ca": {"FAILED": 1}},
    "databases": [
        {
            "arn": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
            "identifier": "orders-prod",
            "region": "us-east-1",
            "kind": "instance",
            "enforcement": "ENFORCED",
            "certificate_authority": "rds-ca-2019",
            "certificate": "TRUSTED to 2027-09-20",
            "certificate_expires": "2027-09-20T03:00:00+00:00",
            "tls_clients": 2,
            "plaintext_clients": 0,
            "verdict": "FIX_DATABASE",
            "reason": "Its CA is retired.",
            "findings": [FINDING],
            "changed": ["ca"],
            "traits": ["global"],
            "probe_version": "0.2.0",
        }
    ],
    "listings": [FINDING],
    "lost_batches": ["sweeps/nightly-1/batches/0002.json"],
    "refused_deliveries": [
        {
            "region_arn": "arn:aws:rds:us-east-1:111122223333:region",
            "region": "us-east-1",
            "reason": "AccessDeniedException",
            "at": "2026-11-24T03:00:00+00:00",
        }
    ],
    "vanished": ["arn:aws:rds:us-east-1:111122223333:db:gone"],
    "probes": [EDITION],
}

type Where = tuple[str | int, ...]

DATABASE: Where = ("databases", 0)
MAY_BE_NULL: set[Where] = {
    (*DATABASE, "certificate_authority"),
    (*DATABASE, "certificate_expires"),
    (*DATABASE, "probe_version"),
    ("tlscheck", "roots", 0, "taken"),
    ("probes", 0, "roots", 0, "taken"),
}
WORDS: list[tuple[Where, list[str]]] = [
    (("sweep", "depth"), ["full", "sample"]),
    ((*DATABASE, "kind"), ["instance", "member", "cluster", "proxy"]),
    (
        (*DATABASE, "enforcement"),
        ["ENFORCED", "NOT_ENFORCED", "ENFORCED_AFTER_REBOOT", "NOT_ENFORCED_AFTER_REBOOT", "UNKNOWN"],
    ),
    ((*DATABASE, "verdict"), ["FIX_DATABASE", "FIX_CLIENTS", "NOT_OBSERVED", "CLEAR"]),
    (
        (*DATABASE, "findings", 0, "status"),
        ["PASSED", "WARNING", "FAILED", "INFORMATIONAL", "NOT_OBSERVED"],
    ),
    (
        (*DATABASE, "changed", 0),
        [
            "force-ssl",
            "ca",
            "server-certificate",
            "plaintext-clients",
            "tls-clients",
            "certificate-rotation",
            "tls-versions",
            "upgrade-enforces-tls",
            "babelfish-tls",
            "password-hashes",
            "connection-log",
            "proxy-tls",
            "trust-store",
            "default-ca",
            "not-observed",
        ],
    ),
    (
        (*DATABASE, "traits", 0),
        [
            "serverless-v1",
            "serverless-v2",
            "global",
            "limitless",
            "babelfish",
            "express",
            "multi-az-cluster",
            "read-replica",
        ],
    ),
]


def places(value: object, path: Where = ()) -> Iterator[tuple[Where, object]]:
    """Everything in a document by its path."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*path, name))


OBJECTS = [path for path, value in places(REPORT) if isinstance(value, dict) and path[:1] != ("checks",)]
LEAVES = [path for path, value in places(REPORT) if not isinstance(value, dict | list)]
COUNTS = [path for path, value in places(REPORT) if isinstance(value, int)]
LISTS = [path for path, value in places(REPORT) if isinstance(value, list)]


def at(report: Any, path: Where) -> Any:
    for step in path:
        report = report[step]
    return report


def changed(path: Where, value: object) -> dict[str, Any]:
    report = copy.deepcopy(REPORT)
    at(report, path[:-1])[path[-1]] = value
    return report


def is_taken(report: object) -> bool:
    return VALIDATOR.is_valid(report)


def refuses(path: Where, *wrong: object) -> bool:
    return not any(is_taken(changed(path, each)) for each in wrong)


def test_the_schema_is_one_and_is_v1_to_the_letter() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(V1.read_text()) == SCHEMA


def test_a_report_is_taken() -> None:
    VALIDATOR.validate(REPORT)


@pytest.mark.parametrize("path", LISTS, ids=str)
def test_a_list_may_be_empty_and_is_nothing_else(path: Where) -> None:
    assert is_taken(changed(path, []))
    assert refuses(path, None, {}, "", at(REPORT, path)[0])


@pytest.mark.parametrize("path", OBJECTS, ids=str)
def test_no_key_may_be_missing_nor_be_one_more(path: Where) -> None:
    for name in at(REPORT, path):
        report = copy.deepcopy(REPORT)
        del at(report, path)[name]
        assert not is_taken(report), name
    assert not is_taken(changed((*path, "comment"), "one more"))
    if path:
        assert refuses(path, None, [], "text", 1)


def test_a_report_is_an_object() -> None:
    assert not any(map(is_taken, ([REPORT], None, "text")))


@pytest.mark.parametrize("path", LEAVES, ids=str)
def test_a_value_has_its_own_type_and_is_null_only_where_it_may_not_be_known(path: Where) -> None:
    assert is_taken(changed(path, None)) is (path in MAY_BE_NULL)
    is_count = isinstance(at(REPORT, path), int)
    assert refuses(path, [], {}, True, "3" if is_count else 3)


@pytest.mark.parametrize("path", COUNTS, ids=str)
def test_a_count_is_a_whole_number_that_is_not_negative(path: Where) -> None:
    fewest = 1 if path[0] == "checks" else 0
    assert is_taken(changed(path, fewest))
    assert refuses(path, fewest - 1, 0.5)


@pytest.mark.parametrize(("path", "words"), WORDS, ids=str)
def test_a_word_is_one_of_those_that_there_are(path: Where, words: list[str]) -> None:
    assert all(is_taken(changed(path, word)) for word in words)
    assert refuses(path, "another", words[0].swapcase())


def test_figures_are_of_checks_and_statuses_that_there_are() -> None:
    assert is_taken(changed(("checks",), {}))
    assert refuses(("checks",), {"another": {"FAILED": 1}}, {"ca": {"BROKEN": 1}}, {"ca": []}, [])


def test_only_this_number_is_taken() -> None:
    assert refuses(("schema",), "tlscheck.report.v2")


def test_a_document_is_its_summary_behind_its_name_and_the_tlscheck_that_wrote_it() -> None:
    written = document({"sweep": {"id": "nightly-1"}, "vanished": []}, Edition("0.2.0", ()))
    assert list(written.items()) == [
        ("schema", "tlscheck.report.v1"),
        ("tlscheck", {"version": "0.2.0", "roots": []}),
        ("sweep", {"id": "nightly-1"}),
        ("vanished", []),
    ]
