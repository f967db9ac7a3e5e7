"""A whole row of a report: of a database that was looked at, of one that was not, and of what is no server."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.inventory.former import Predecessor
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.trait import Trait
from tlscheck.ledger.client import Client, Sort
from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.reporting.asff import security_finding
from tlscheck.reporting.message import message_of
from tlscheck.reporting.picture import picture_of
from tlscheck.reporting.result import BatchResult, DatabaseResult, probes_of, result_of
from tlscheck.reporting.summary import summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Past
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.version import Edition, Provenance
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.examples import (
    NOW,
    ORDERS,
    REGION,
    cluster,
    database,
    evidence,
    handshake,
    leaf,
    look,
    member,
    observation,
    proxy,
)
from tests.judged import KEY, client, finding, judged, trace

DAY = timedelta(days=1)
PLAN = Plan(Sweep("nightly-1", NOW, Depth.FULL))
OLD, NEW = Edition("0.1.9", ()), Edition("0.2.0", ())


def row(*arguments: Any, **changes: Any) -> DatabaseResult:
    return result_of(judged(*arguments, **changes))


def test_a_whole_row_of_a_server_reads_so() -> None:
    # What comes first in the chain is the server's; the CA above it lives longer.
    chain = (leaf(), leaf(not_after=NOW + 9999 * DAY))
    seen = replace(observation(handshake=handshake(chain=chain)), probe=NEW)
    seen = replace(seen, look=replace(seen.look, at=NOW))
    told = (
        finding("ca", first_observed_at=NOW, announced_at=NOW),
        finding("force-ssl", Status.PASSED, announced_at=NOW),
    )
    whole = row(
        database(traits=(Trait.REPLICA,)),
        seen,
        (client("b", tls=NOW), client("a", tls=NOW), client("c", plaintext=NOW)),
        (*told, finding("babelfish-tls", archived_at=NOW)),
        "FIX_CLIENTS",
        told=told,
        verdict_told=True,
        flapping=True,
    )
    assert {name: value for name, value in asdict(whole).items() if name not in {"findings", "clients"}} == {
        "key": "aws:111122223333:us-east-1:db-ORDERS",
        "arn": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
        "identifier": "orders-prod",
        "region": "us-east-1",
        "kind": "instance",
        "enforcement": "ENFORCED",
        "certificate_authority": "rds-ca-rsa2048-g1",
        "certificate": "TRUSTED to 2027-09-20",
        "certificate_expires": NOW + 300 * DAY,
        "tls_clients": 2,
        "plaintext_clients": 1,
        "predecessors": (),
        "verdict": "FIX_CLIENTS",
        "reason": "It is so.",
        "announced": ("ca", "force-ssl"),
        "worse": ("ca",),
        "verdict_announced": True,
        "flapping": True,
        "traits": ("read-replica",),
        "probe_version": "0.2.0",
        "looked_at": NOW,
        "picture": None,
        "error": "",
    }
    assert [(each.application, each.is_plaintext) for each in whole.clients] == [
        ("c", True),
        ("a", False),
        ("b", False),
    ]
    # The finding of a check that applies no longer was archived: it is none of this sweep's.
    assert [each.check for each in whole.findings] == ["ca", "force-ssl"]


def test_a_row_of_a_server_shows_which_hours_were_covered() -> None:
    # The 24th of November 2026 is a Tuesday.
    looks = (NOW.replace(hour=4) - DAY, NOW.replace(hour=5) - DAY, NOW.replace(hour=1))
    covered = (Stretch(NOW.replace(hour=22) - DAY, NOW),)
    known = replace(evidence(clients=(client(tls=NOW),)), looks=looks, logged=Logged(covered=covered))
    found = picture_of(known)
    assert found is not None
    assert (found.since, found.until) == (NOW.replace(hour=0) - DAY, NOW.replace(hour=0))
    assert (found.looks, found.is_log_complete) == (2, False)
    assert found.week == ("....oo................LL", *[24 * " "] * 6)
    assert found.said.startswith(
        "1 client seen by 2 looks in 1 day; by looks alone a nightly 5-second job would be missed with "
    )
    assert picture_of(replace(known, database=cluster())) is None
    assert picture_of(replace(known, looks=(), logged=Logged())) is None


def test_a_row_names_all_clients_and_all_that_is_remembered_of_each() -> None:
    quiet = replace(
        client("sidekiq # shop", tls=NOW, plaintext=NOW - DAY, sort=Sort.FOLD),
        tls=trace(
            NOW,
            addresses={"10.0.1.7": NOW, "10.0.1.6": NOW - DAY},
            elsewhere=NOW - 2 * DAY,
            protocols={"TLSv1.3": NOW, "TLSv1.2": NOW - DAY},
            spellings=frozenset(f"{number:010x}" for number in range(21)),
        ),
    )
    many = [client(f"job-{number:03}", tls=NOW) for number in range(300)]
    found = row(clients=(*many, quiet)).clients
    assert len(found) == 301
    assert asdict(found[0]) == {
        "application": "sidekiq # shop",
        "user": "orders",
        "name": "orders",
        "sort": "fold",
        "is_plaintext": True,
        "tls": {
            "first": NOW - 30 * DAY,
            "last": NOW,
            "names": 21,
            "names_are_exact": True,
            "addresses": {"10.0.1.6": NOW - DAY, "10.0.1.7": NOW},
            "elsewhere": NOW - 2 * DAY,
            "protocols": {"TLSv1.2": NOW - DAY, "TLSv1.3": NOW},
        },
        "plaintext": {
            "first": NOW - 31 * DAY,
            "last": NOW - DAY,
            "names": 1,
            "names_are_exact": True,
            "addresses": {"10.0.1.5": NOW - DAY},
            "elsewhere": None,
            "protocols": {},
        },
        "logged_tls": None,
        "logged_plaintext": None,
        "doubts": (),
    }
    assert list(found[0].tls.addresses) == ["10.0.1.6", "10.0.1.7"]  # type: ignore[union-attr] # it has one


def test_a_row_tells_what_the_log_says_of_a_client_also_what_is_not_believed() -> None:
    logged = replace(client("nightly", tls=NOW), logged_tls=trace(NOW - DAY), logged_plaintext=trace(NOW))
    (found,) = row(clients=(logged,)).clients
    assert found.logged_tls
    assert found.logged_plaintext
    assert (found.logged_tls.last, found.logged_plaintext.last) == (NOW - DAY, NOW)
    # It refuses those who come without TLS.
    assert (found.is_plaintext, found.doubts) == (False, ("the server refuses it",))


def test_the_clients_of_a_predecessor_stand_under_its_name() -> None:
    before = Predecessor("aws:111122223333:us-east-1:db-OLD", "orders-prod-old", "db-OLD", NOW - DAY)
    (found,) = row(past=(Past(before, (client("legacy", plaintext=NOW - 2 * DAY),)),)).predecessors
    assert (found.key, found.identifier, found.until) == (
        "aws:111122223333:us-east-1:db-OLD",
        "orders-prod-old",
        NOW - DAY,
    )
    assert [(each.application, each.is_plaintext) for each in found.clients] == [("legacy", False)]


BLIND = observation(look=look(outcome=LookOutcome.LOGIN_REFUSED, detail="no pg_monitor"))
GAP = Gap("client#0123", "ValueError")


@pytest.mark.parametrize(
    ("seen", "facts", "known", "tls", "plaintext"),
    [
        (observation(), {}, (), 0, 0),
        (observation(), {}, (client(tls=NOW),), 1, 0),
        (BLIND, {}, (), None, None),
        (BLIND, {}, (client(tls=NOW),), 1, None),
        (BLIND, {}, (client(plaintext=NOW),), None, 1),
        (observation(), {"left_out": 120}, (client(tls=NOW),), 1, None),
        (observation(), {"unreadable": (GAP,)}, (client(tls=NOW),), 1, None),
    ],
)
def test_a_count_that_nobody_could_make_is_none(
    seen: Observation, facts: dict[str, Any], known: tuple[Client, ...], tls: int | None, plaintext: int | None
) -> None:
    found = row(database(), seen, known, **facts)
    assert (found.tls_clients, found.plaintext_clients) == (tls, plaintext)


@pytest.mark.parametrize("of", [cluster(resource_id="cluster-LEDGER"), proxy()])
def test_what_is_no_server_presents_nothing_and_has_no_clients_to_count(of: Any) -> None:
    found = row(of)
    assert (found.certificate, found.tls_clients, found.plaintext_clients) == ("", None, None)


def test_a_member_is_a_server() -> None:
    found = row(member(resource_id="db-LEDGER1"))
    assert (found.certificate, found.tls_clients) == ("TRUSTED to 2027-09-20", 0)


def test_what_could_not_be_kept_is_counted_and_says_why() -> None:
    found = row(error="others wrote it three times")
    assert (found.error, found.tls_clients) == ("others wrote it three times", 0)


def test_a_row_of_a_server_without_a_certificate_says_what_the_wire_showed() -> None:
    seen = observation(handshake=handshake(HandshakeOutcome.UNREACHABLE, "no route", chain=()))
    told = row(database(), seen)
    assert (told.certificate, told.certificate_expires, told.probe_version) == ("UNREACHABLE", None, None)
    undated = row(database(), observation(handshake=handshake(chain=(leaf(not_after=None),))))
    assert (undated.certificate, undated.certificate_expires) == ("TRUSTED", None)
    expired = row(database(), observation(handshake=handshake(HandshakeOutcome.EXPIRED)))
    assert expired.certificate == "EXPIRED to 2027-09-20"


@pytest.mark.parametrize(("length", "shown"), [(1000, "x" * 1000), (1001, "x" * 999 + "…")])
def test_a_verdicts_reason_ends_at_a_thousand_characters(length: int, shown: str) -> None:
    long = judged()
    assert result_of(replace(long, readiness=replace(long.readiness, reason="x" * length))).reason == shown


def test_the_probes_of_a_sweep_are_named_once_each() -> None:
    seen = [replace(observation(), probe=edition) for edition in (NEW, None, OLD, NEW)]
    assert probes_of(seen) == (OLD, NEW)
    results = {"1": BatchResult((), (), probes=(NEW,)), "2": BatchResult((), (), probes=(NEW, OLD))}
    assert summarise(PLAN, results).probes == (OLD, NEW)


def test_regions_that_were_not_listed_whole_are_counted_apart_from_those_of_another_fault() -> None:
    gap = Finding(REGION, REGION, "us-east-1", CheckId("not-observed"), Status.NOT_OBSERVED, "Not listed.", "")
    lacks = replace(gap, check=CheckId("trust-store"), status=Status.FAILED)
    listed = summarise(PLAN, {"1": BatchResult((), (lacks, gap))})
    assert (listed.listings, listed.unlisted) == ((lacks, gap), (gap,))


def test_a_message_says_nothing_of_what_did_not_happen() -> None:
    sent = message_of(summarise(PLAN, {}), "s3://tlscheck/report.json")
    assert sent is not None
    assert sent.body == (
        "0 databases in the full sweep that started at 2026-11-24 03:00 UTC.\n"
        "FIX_DATABASE 0, FIX_CLIENTS 0, NOT_OBSERVED 0, CLEAR 0\n"
        "Report: s3://tlscheck/report.json"
    )


def test_a_message_leaves_a_line_before_it_counts_what_it_does_not_name() -> None:
    names = [f"db-{number:02}" for number in range(27)]
    rows = [row(database(identifier=name, resource_id=name), verdict="NOT_OBSERVED") for name in names]
    sent = message_of(summarise(PLAN, {"1": BatchResult(tuple(rows), ())}), "s3://tlscheck/report.json")
    assert sent is not None
    assert sent.body.endswith("NOT_OBSERVED db-24 in us-east-1\n  It is so.\n\nand 2 more")


def test_the_roots_of_a_finding_are_told_one_after_the_other() -> None:
    found = Finding(KEY, ORDERS, "us-east-1", CheckId("ca"), Status.PASSED, "It is so.", "")
    known = RememberedFinding(found, NOW, NOW, NOW, NOW)
    roots = tuple(Provenance(f"{name}.pem", 2, "b9" * 32, "a package", None) for name in ("aws", "proxy"))
    told = security_finding(known, Edition("0.2.0", (replace(roots[0], taken=date(2026, 11, 24)), roots[1])))
    assert told["ProductFields"]["tlscheck/Roots"] == (
        f"aws.pem: 2 certificates, SHA-256 {'b9' * 32}, taken 2026-11-24 from a package; "
        f"proxy.pem: 2 certificates, SHA-256 {'b9' * 32}, a package"
    )


@pytest.mark.parametrize(("length", "shown"), [(2048, "x" * 2048), (2049, "x" * 2047 + "…")])
def test_a_field_of_the_product_ends_at_2048_characters(length: int, shown: str) -> None:
    # AWS Security Hub user guide: a value of ProductFields is at most 2048 characters.
    found = Finding(KEY, ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "It is so.", "")
    known = RememberedFinding(found, NOW, NOW, NOW, NOW, NOW, "x" * length)
    assert security_finding(known)["ProductFields"]["tlscheck/NotObservedReason"] == shown
    source = "x" * (length - len(f"a.pem: 1 certificates, SHA-256 {'b9' * 32}, "))
    told = security_finding(known, Edition("0.2.0", (Provenance("a.pem", 1, "b9" * 32, source, None),)))
    assert len(told["ProductFields"]["tlscheck/Roots"]) == 2048
