"""The report's schema: what it takes, what it refuses, and that it is v5 to the letter.

A reader in another language knows a report by this schema alone. Where it is not what lies in
fixtures/tlscheck.report.v5.schema.json, a report has another meaning and needs another number.
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

V5 = Path(__file__).parent / "fixtures" / "tlscheck.report.v5.schema.json"
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
    "key": "aws:111122223333:us-east-1:db-ORDERS",
    "resource": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
    "region": "us-east-1",
    "check": "ca",
    "status": "FAILED",
    "reason": "Its CA is retired.",
    "next_step": "Change it:",
    "commands": ["aws rds modify-db-instance --db-instance-identifier orders-prod"],
}
TRACE = {
    "first": "2026-10-24T03:00:00+00:00",
    "last": "2026-11-24T03:00:00+00:00",
    "names": 21,
    "names_are_exact": True,
    "addresses": {"10.0.1.5": "2026-11-24T03:00:00+00:00"},
    "elsewhere": "2026-11-23T03:00:00+00:00",
    "protocols": {"TLSv1.3": "2026-11-24T03:00:00+00:00"},
}
CLIENT = {
    "application": "sidekiq # shop",
    "user": "orders",
    "name": "orders",
    "sort": "fold",
    "is_plaintext": True,
    "tls": TRACE,
    "plaintext": TRACE,
    "logged_tls": TRACE,
    "logged_plaintext": TRACE,
    "doubts": ["the server refuses it"],
}
REFUSED = {
    "cause": "organisation",
    "regions": ["ap-east-1", "ap-south-1"],
    "reason": "AccessDenied: with an explicit deny in a service control policy",
}
REPORT: dict[str, Any] = {
    "schema": "tlscheck.report.v5",
    "tlscheck": EDITION,
    "sweep": {"id": "nightly-1", "started_at": "2026-11-24T03:00:00+00:00", "depth": "full", "narrow": False},
    "verdicts": {"FIX_DATABASE": 1, "FIX_CLIENTS": 0, "NOT_OBSERVED": 0, "CLEAR": 0},
    "checks": {"ca": {"FAILED": 1}},
    "databases": [
        {
            "key": "aws:111122223333:us-east-1:db-ORDERS",
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
            "clients": [CLIENT],
            "predecessors": [
                {
                    "key": "aws:111122223333:us-east-1:db-OLD",
                    "identifier": "orders-prod",
                    "until": "2026-11-20T03:00:00+00:00",
                    "clients": [CLIENT],
                }
            ],
            "verdict": "FIX_DATABASE",
            "reason": "Its CA is retired.",
            "findings": [FINDING],
            "announced": ["ca"],
            "worse": ["ca"],
            "verdict_announced": True,
            "flapping": False,
            "traits": ["global"],
            "probe_version": "0.2.0",
            "looked_at": "2026-11-24T03:00:00+00:00",
            "picture": {
                "since": "2026-11-17T00:00:00+00:00",
                "until": "2026-11-24T00:00:00+00:00",
                "looks": 671,
                "is_log_complete": False,
                "week": ["oooooooooooooooooooo.ooo", *["LLLLLLLLLLLLLLLLLLLLLLL-"] * 6],
                "said": "14 clients seen by 671 looks in 7 days.",
            },
            "error": "",
        }
    ],
    "listings": [FINDING],
    "lost_batches": [{"batch": "sweeps/nightly-1/batches/0002.json", "error": "Sandbox.Timedout"}],
    "undelivered": [
        {
            "key": "aws:111122223333:us-east-1:db-ORDERS",
            "resource": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
            "region": "us-east-1",
            "check": "ca",
            "reason": "AccessDeniedException",
            "at": "2026-11-24T03:00:00+00:00",
            "cause": "permission",
        }
    ],
    "vanished": ["arn:aws:rds:us-east-1:111122223333:db:gone"],
    "gaps": [{"operation": "dynamodb:Query", "reason": "AccessDeniedException", "cause": "permission"}],
    "without_hub": ["eu-west-1"],
    "refused_regions": [REFUSED],
    "refused_hubs": [REFUSED],
    "probes": [EDITION],
    "skipped_samples": [
        {
            "reason": "a full sweep was under way",
            "count": 2,
            "first": "2026-11-23T03:15:00+00:00",
            "last": "2026-11-24T02:45:00+00:00",
        }
    ],
    "retired": 3,
    "offset_seconds": 437,
}

type Where = tuple[str | int, ...]

DATABASE: Where = ("databases", 0)
OF_CLIENTS: list[Where] = [(*DATABASE, "clients", 0), (*DATABASE, "predecessors", 0, "clients", 0)]
WAYS = ("tls", "plaintext", "logged_tls", "logged_plaintext")
TRACES: list[Where] = [(*client, way) for client in OF_CLIENTS for way in WAYS]
MAY_BE_NULL: set[Where] = {
    (*DATABASE, "tls_clients"),
    (*DATABASE, "plaintext_clients"),
    (*DATABASE, "looked_at"),
    *((*trace, "elsewhere") for trace in TRACES),
    (*DATABASE, "certificate_authority"),
    (*DATABASE, "certificate_expires"),
    (*DATABASE, "probe_version"),
    ("tlscheck", "roots", 0, "taken"),
    ("probes", 0, "roots", 0, "taken"),
}
WORDS: list[tuple[Where, list[str]]] = [
    (("sweep", "depth"), ["full", "sample"]),
    *(
        (
            where,
            [
                "organisation",
                "permission",
                "throttled",
                "disabled",
                "not-offered",
                "not-subscribed",
                "unreachable",
                "other",
            ],
        )
        for where in (("gaps", 0, "cause"), ("undelivered", 0, "cause"), ("refused_hubs", 0, "cause"))
    ),
    ((*DATABASE, "kind"), ["instance", "member", "cluster", "proxy"]),
    (
        (*DATABASE, "enforcement"),
        ["ENFORCED", "NOT_ENFORCED", "ENFORCED_AFTER_REBOOT", "NOT_ENFORCED_AFTER_REBOOT", "UNKNOWN"],
    ),
    ((*OF_CLIENTS[0], "sort"), ["client", "fold", "others-of-user", "others"]),
    (
        (*OF_CLIENTS[0], "doubts", 0),
        [
            "a look showed it without TLS",
            "a name spells what the server writes of TLS",
            "the server refuses it",
        ],
    ),
    ((*DATABASE, "verdict"), ["FIX_DATABASE", "FIX_CLIENTS", "NOT_OBSERVED", "CLEAR"]),
    (
        (*DATABASE, "findings", 0, "status"),
        ["PASSED", "WARNING", "FAILED", "INFORMATIONAL", "NOT_OBSERVED"],
    ),
    (
        (*DATABASE, "announced", 0),
        [
            "force-ssl",
            "ca",
            "server-certificate",
            "plaintext-clients",
            "tls-clients",
            "lost-encryption",
            "refusing-clients",
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
            "scales-to-zero",
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


NAMES_OF_THEIR_OWN = {"checks", "addresses", "protocols"}
"""Objects whose keys are anybody's."""

OBJECTS = [
    path for path, value in places(REPORT) if isinstance(value, dict) and not NAMES_OF_THEIR_OWN & set(path)
]
LEAVES = [path for path, value in places(REPORT) if not isinstance(value, dict | list)]
FLAGS = [path for path, value in places(REPORT) if isinstance(value, bool)]
COUNTS = [path for path, value in places(REPORT) if isinstance(value, int) and path not in FLAGS]
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


def test_the_schema_is_one_and_is_v5_to_the_letter() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(V5.read_text()) == SCHEMA


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
        assert refuses(path, [], "text", 1)
        assert is_taken(changed(path, None)) is (path in [*TRACES, (*DATABASE, "picture")])


def test_a_report_is_an_object() -> None:
    assert not any(map(is_taken, ([REPORT], None, "text")))


@pytest.mark.parametrize("path", LEAVES, ids=str)
def test_a_value_has_its_own_type_and_is_null_only_where_it_may_not_be_known(path: Where) -> None:
    assert is_taken(changed(path, None)) is (path in MAY_BE_NULL)
    is_count, is_flag = path in COUNTS, path in FLAGS
    assert refuses(path, [], {}, *([] if is_flag else [True]), "3" if is_count or is_flag else 3)


@pytest.mark.parametrize("path", FLAGS, ids=str)
def test_a_flag_is_true_or_false(path: Where) -> None:
    assert is_taken(changed(path, True))
    assert is_taken(changed(path, False))
    assert refuses(path, None, 0, 1, "true")


@pytest.mark.parametrize("name", ["addresses", "protocols"])
def test_an_address_or_a_protocol_has_a_moment(name: str) -> None:
    assert is_taken(changed((*TRACES[0], name), {}))
    assert refuses((*TRACES[0], name), {"10.0.1.5": None}, {"10.0.1.5": 3}, [], None)


@pytest.mark.parametrize("day", ["L" * 23, "L" * 25, "x" * 24, "l" * 24])
def test_a_day_of_the_picture_is_a_letter_an_hour(day: str) -> None:
    assert refuses((*DATABASE, "picture", "week", 0), day)
    assert is_taken(changed((*DATABASE, "picture", "week", 0), "L" * 23 + " "))


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
    assert refuses(("schema",), "tlscheck.report.v1")


def test_a_document_is_its_summary_behind_its_name_and_the_tlscheck_that_wrote_it() -> None:
    written = document({"sweep": {"id": "nightly-1"}, "vanished": []}, Edition("0.2.0", ()))
    assert list(written.items()) == [
        ("schema", "tlscheck.report.v5"),
        ("tlscheck", {"version": "0.2.0", "roots": []}),
        ("sweep", {"id": "nightly-1"}),
        ("vanished", []),
    ]
