"""What was left out, folded away or not readable is said with its number, and is never a pass nor CLEAR."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client, Sort
from tlscheck.verdict.check import Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.readiness import Verdict, readiness
from tlscheck.verdict.registry import REGISTRY

from tests.examples import (
    NOT_ENFORCED,
    NOW,
    client,
    cluster,
    database,
    evidence,
    member,
    plaintext_client,
    proxy,
    trace,
    who,
)
from tests.verdicts import findings, having, ready, says

UNREADABLE = (Gap("client#0123", "no such sort"), Gap("finding#ca", "MUTED is no status"))
LEFT_OUT = evidence(clients=[client()], left_out=120)
UNREAD = evidence(clients=[client()], unreadable=UNREADABLE)
LEFT = "The look left out 100 groups of sessions or more."
COULD_NOT = (
    "Not all that is remembered of it could be read back: client#0123: no such sort; finding#ca: MUTED is no "
    "status."
)


@pytest.mark.parametrize(
    ("known", "lack", "reason", "step"),
    [
        (
            LEFT_OUT,
            LEFT,
            "Not looked at: connections: the look left out 100 groups of sessions or more.",
            "Let its clients come under fewer names (application_name, user, database).",
        ),
        (
            UNREAD,
            COULD_NOT,
            (
                "Not looked at: memory: not all that is remembered of it could be read back: client#0123: no such "
                "sort; finding#ca: MUTED is no status."
            ),
            (
                "Deploy the version of tlscheck that wrote what could not be read back, or delete those items of "
                "the table: what they said is lost then."
            ),
        ),
    ],
)
def test_a_picture_with_holes_is_not_observed_and_never_clear(
    known: Evidence, lack: str, reason: str, step: str
) -> None:
    found = says("not-observed", known)
    assert (found.status, found.reason, found.told_step) == (Status.NOT_OBSERVED, reason, step)
    plaintext = says("plaintext-clients", known)
    assert (plaintext.status, plaintext.told_step) == (Status.NOT_OBSERVED, step)
    assert plaintext.reason == (
        f"No client that counts was seen without TLS, but not everybody can have been seen. {lack}"
    )
    assert says("tls-clients", known).reason.endswith(f" {lack}")
    assert (ready(known).verdict, ready(known).reason) == (Verdict.NOT_OBSERVED, reason)
    assert says("upgrade-enforces-tls", known).status is Status.PASSED


@pytest.mark.parametrize("known", [LEFT_OUT, UNREAD])
def test_holes_leave_nobody_without_tls_unsaid(known: Evidence) -> None:
    failed = says("plaintext-clients", replace(known, clients=(plaintext_client(),)))
    assert failed.status is Status.FAILED
    assert failed.reason.startswith('1 client was seen without TLS: "billing-cron" as ')
    assert failed.reason.endswith((LEFT, COULD_NOT))
    assert ready(replace(known, clients=(plaintext_client(),))).verdict is Verdict.FIX_CLIENTS
    assert says("tls-clients", replace(known, clients=())).status is Status.NOT_OBSERVED


@pytest.mark.parametrize("known", [LEFT_OUT, UNREAD])
def test_nobody_is_said_to_have_been_absent_from_what_was_not_all(known: Evidence) -> None:
    loose = replace(
        known, database=database(force_ssl=NOT_ENFORCED, settings=having(ssl_min_protocol_version="TLSv1"))
    )
    for check, how, value in (
        ("force-ssl", "without TLS", "rds.force_ssl=1"),
        ("tls-versions", "below TLSv1.2", "ssl_min_protocol_version=TLSv1.2"),
    ):
        found = says(check, loose)
        assert found.next_step == (
            f"Not everybody who connects {how} could be seen: open that first (see not-observed). No command is "
            f"given until then: {value} cuts off whoever still comes so."
        )
        assert found.commands == ()
    default = replace(NOT_ENFORCED, parameter_group="default.postgres14")
    old = replace(known, database=database(engine_version="14.9", force_ssl=default))
    assert says("upgrade-enforces-tls", old).reason.endswith(
        " No client without TLS is known; whether all were seen, its plaintext-clients says."
    )


def others(sort: Sort, count: int, **sides: bool) -> Client:
    spellings = frozenset(f"{number * 16**10 // (count + 1):010x}" for number in range(1, count + 1))
    side = trace(NOW, spellings=spellings)
    name = who("", "app" if sort is Sort.OTHERS_OF_USER else "", "", sort)
    return Client(name, side if sides.get("tls") else None, side if sides.get("plaintext") else None)


def test_whoever_is_kept_as_others_alone_makes_the_picture_incomplete() -> None:
    known = evidence(
        clients=[client(), others(Sort.OTHERS_OF_USER, 60, tls=True), others(Sort.OTHERS, 50, tls=True)]
    )
    assert says("not-observed", known).reason == (
        "Not looked at: clients: of 100 or more it is only kept as what user they came, and when."
    )
    assert says("not-observed", known).told_step == (
        "Let its clients come under fewer names (application_name, user, database)."
    )
    assert ready(known).verdict is Verdict.NOT_OBSERVED
    assert says("tls-clients", known).reason.startswith(
        "1 client and others, beyond those that are kept by name, were seen with TLS: "
    )


NAMELESS = Gap("rds:DescribeDBInstances", "named no DbiResourceId")


@pytest.mark.parametrize("of", [database, member, cluster, proxy])
def test_what_has_no_resource_id_says_that_its_memory_goes_by_its_name(of: Callable[..., Database]) -> None:
    known = evidence(of(resource_id=NAMELESS))
    assert says("not-observed", known).reason == (
        "Not looked at: memory: what is remembered of it goes by its name, which others may have had: "
        "rds:DescribeDBInstances: named no DbiResourceId."
    )
    assert ready(known).verdict is Verdict.NOT_OBSERVED


def test_a_verdict_is_not_clear_although_no_finding_says_why() -> None:
    # A sample judges nothing of a cluster, so its findings are those of before.
    known = evidence(cluster(), unreadable=UNREADABLE)
    passed = Finding(
        known.database.key, known.database.arn, "us-east-1", REGISTRY[0].check.id, Status.PASSED, "", ""
    )
    verdict = readiness(known, (RememberedFinding(passed, NOW, NOW, NOW, NOW),))
    assert verdict.verdict is Verdict.NOT_OBSERVED
    assert verdict.reason.startswith(
        "Not looked at: memory: not all that is remembered of it could be read back: "
    )


OF_A_SAMPLE = [
    "server-certificate",
    "plaintext-clients",
    "tls-clients",
    "lost-encryption",
    "refusing-clients",
    "not-observed",
]


@pytest.mark.parametrize(
    ("of", "sampled"),
    [
        (database(), OF_A_SAMPLE),
        (member(), OF_A_SAMPLE),
        (cluster(), []),
        (proxy(), []),
    ],
)
def test_a_sample_judges_only_what_it_looks_at(of: Database, sampled: list[str]) -> None:
    known = evidence(of, depth=Depth.SAMPLE)
    assert [each.check.value for each in findings(known)] == sampled


@pytest.mark.parametrize(
    ("of", "check", "applies"),
    [
        (database(), "force-ssl", True),
        (member(), "force-ssl", False),
        (member(), "plaintext-clients", True),
        (cluster(), "plaintext-clients", False),
        (cluster(), "tls-clients", False),
        (proxy(), "plaintext-clients", False),
        (proxy(), "proxy-tls", True),
        (database(), "trust-store", False),
    ],
)
def test_a_check_applies_to_its_kinds_alone(of: Database, check: str, applies: bool) -> None:
    (registered,) = (each for each in REGISTRY if each.check.id.value == check)
    assert registered.applies(evidence(of)) is applies
