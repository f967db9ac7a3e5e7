"""A whole row of a report: of a database that was looked at, of one that was not, and of what is no server."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.trait import Trait
from tlscheck.ledger.client import Who
from tlscheck.reporting.asff import security_finding
from tlscheck.reporting.message import message_of
from tlscheck.reporting.result import BatchResult, lost_result, probes_of, result_of
from tlscheck.reporting.summary import summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.judgement import judge
from tlscheck.version import Edition, Provenance
from tlscheck.wire.observation import HandshakeOutcome, Observation

from tests.examples import (
    NOW,
    ORDERS,
    REGION,
    client,
    cluster,
    database,
    evidence,
    handshake,
    leaf,
    observation,
    plaintext_client,
    proxy,
)

DAY = timedelta(days=1)
SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
OLD, NEW = Edition("0.1.9", ()), Edition("0.2.0", ())


def row(of: Any, seen: Observation | None = None, *known: Any) -> dict[str, Any]:
    judged = asdict(result_of(judge(evidence(of, seen, known), (), SWEEP, 90 * DAY)))
    return {name: value for name, value in judged.items() if name not in {"findings", "changed"}}


def test_a_whole_row_of_a_server_reads_so() -> None:
    # What comes first in the chain is the server's; the CA above it lives longer.
    chain = (leaf(), leaf(not_after=NOW + 9999 * DAY))
    seen = replace(observation(handshake=handshake(chain=chain)), probe=NEW)
    known = (
        client("a"),
        client("b"),
        client(who=Who(ORDERS, "orders", "orders", "b", "10.0.1.6")),
        plaintext_client("c"),
    )
    assert row(database(traits=(Trait.REPLICA,)), seen, *known) == {
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
        "verdict": "FIX_CLIENTS",
        "reason": '1 client connects without TLS: "c" as "orders" in "orders" from 10.0.1.5.',
        "traits": ("read-replica",),
        "probe_version": "0.2.0",
    }


def test_a_row_of_a_server_without_a_certificate_says_what_the_wire_showed() -> None:
    seen = observation(handshake=handshake(HandshakeOutcome.UNREACHABLE, "no route", chain=()))
    told = row(database(), seen)
    assert (told["certificate"], told["certificate_expires"], told["probe_version"]) == ("UNREACHABLE", None, None)
    undated = row(database(), observation(handshake=handshake(chain=(leaf(not_after=None),))))
    assert (undated["certificate"], undated["certificate_expires"]) == ("TRUSTED", None)
    expired = row(database(), observation(handshake=handshake(HandshakeOutcome.EXPIRED)))
    assert expired["certificate"] == "EXPIRED to 2027-09-20"


@pytest.mark.parametrize("of", [cluster(), proxy()])
def test_what_is_no_server_presents_nothing(of: Any) -> None:
    assert row(of)["certificate"] == ""


def test_a_row_of_a_lost_database_has_nothing_but_what_the_api_said() -> None:
    assert asdict(lost_result(database(traits=(Trait.GLOBAL,)), "Its batch failed.")) == {
        "arn": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
        "identifier": "orders-prod",
        "region": "us-east-1",
        "kind": "instance",
        "enforcement": "ENFORCED",
        "certificate_authority": "rds-ca-rsa2048-g1",
        "certificate": "NOT_TRIED",
        "certificate_expires": None,
        "tls_clients": 0,
        "plaintext_clients": 0,
        "verdict": "NOT_OBSERVED",
        "reason": "Its batch failed.",
        "findings": (),
        "changed": (),
        "traits": ("global",),
        "probe_version": None,
    }


@pytest.mark.parametrize(("length", "shown"), [(1000, "x" * 1000), (1001, "x" * 999 + "…")])
def test_a_verdicts_reason_ends_at_a_thousand_characters(length: int, shown: str) -> None:
    assert lost_result(database(), "x" * length).reason == shown


def test_the_probes_of_a_sweep_are_named_once_each() -> None:
    seen = [replace(observation(), probe=edition) for edition in (NEW, None, OLD, NEW)]
    assert probes_of(seen) == (OLD, NEW)
    results = [BatchResult((), (), probes=(NEW,)), BatchResult((), (), probes=(NEW, OLD))]
    assert summarise(SWEEP, results, {}, ()).probes == (OLD, NEW)


def test_regions_that_were_not_listed_whole_are_counted_apart_from_those_of_another_fault() -> None:
    gap = Finding(REGION, "us-east-1", CheckId("not-observed"), Status.NOT_OBSERVED, "Not listed.", "")
    lacks = replace(gap, check=CheckId("trust-store"), status=Status.FAILED)
    listed = summarise(SWEEP, [BatchResult((), (lacks, gap))], {}, ())
    assert (listed.listings, listed.unlisted) == ((lacks, gap), (gap,))


def test_a_message_says_nothing_of_what_did_not_happen() -> None:
    sent = message_of(summarise(SWEEP, (), {}, ()), "s3://tlscheck/report.json")
    assert sent is not None
    assert sent.body == (
        "0 databases in the full sweep that started at 2026-11-24 03:00 UTC.\n"
        "FIX_DATABASE 0, FIX_CLIENTS 0, NOT_OBSERVED 0, CLEAR 0\n"
        "Report: s3://tlscheck/report.json"
    )


def test_a_message_leaves_a_line_before_it_counts_what_it_does_not_name() -> None:
    rows = [lost_result(database(identifier=f"db-{number:02}"), "Not known.") for number in range(27)]
    sent = message_of(summarise(SWEEP, [BatchResult(tuple(rows), ())], {}, ()), "s3://tlscheck/report.json")
    assert sent is not None
    assert sent.body.endswith("NOT_OBSERVED db-24 in us-east-1\n  Not known.\n\nand 2 more")


def test_the_roots_of_a_finding_are_told_one_after_the_other() -> None:
    finding = Finding(ORDERS, "us-east-1", CheckId("ca"), Status.PASSED, "It is so.", "")
    known = RememberedFinding(finding, NOW, NOW, NOW, NOW)
    roots = tuple(Provenance(f"{name}.pem", 2, "b9" * 32, "a package", None) for name in ("aws", "proxy"))
    told = security_finding(known, Edition("0.2.0", (replace(roots[0], taken=date(2026, 11, 24)), roots[1])))
    assert told["ProductFields"]["tlscheck/Roots"] == (
        f"aws.pem: 2 certificates, SHA-256 {'b9' * 32}, taken 2026-11-24 from a package; "
        f"proxy.pem: 2 certificates, SHA-256 {'b9' * 32}, a package"
    )


@pytest.mark.parametrize(("length", "shown"), [(2048, "x" * 2048), (2049, "x" * 2047 + "…")])
def test_a_field_of_the_product_ends_at_2048_characters(length: int, shown: str) -> None:
    # AWS Security Hub user guide: a value of ProductFields is at most 2048 characters.
    finding = Finding(ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "It is so.", "")
    known = RememberedFinding(finding, NOW, NOW, NOW, NOW, NOW, "x" * length)
    assert security_finding(known)["ProductFields"]["tlscheck/NotObservedReason"] == shown
    source = "x" * (length - len(f"a.pem: 1 certificates, SHA-256 {'b9' * 32}, "))
    told = security_finding(known, Edition("0.2.0", (Provenance("a.pem", 1, "b9" * 32, source, None),)))
    assert len(told["ProductFields"]["tlscheck/Roots"]) == 2048
