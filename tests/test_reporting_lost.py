"""What is still known of a batch that was not observed: what the table holds, with the error, and no pass."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.batch import Batch
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.region import RegionListing
from tlscheck.reporting.lost import lost_batch, remembered_result
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.heard import Word
from tlscheck.verdict.remembered import KeptLook

from tests.examples import NOT_ENFORCED, NOW, REGION, cluster, database, member, observation
from tests.judged import KEY, client, finding, remembered

DAY = timedelta(days=1)
ERROR = "Sandbox.Timedout: Task timed out after 300.00 seconds"
KEPT = KeptLook(KEY, observation(), NOW - DAY)


@pytest.mark.parametrize("verdict", ["FIX_DATABASE", "FIX_CLIENTS"])
def test_what_was_wrong_stays_wrong_with_its_findings_and_the_error(verdict: str) -> None:
    row = remembered_result(database(), remembered(findings=[finding()], look=KEPT, verdict=verdict), ERROR)
    assert (row.verdict, row.error) == (verdict, ERROR)
    assert row.reason == (
        "It was not judged in this sweep: Sandbox.Timedout: Task timed out after 300.00 seconds. "
        f"On 2026-11-23 it was {verdict}. It was so."
    )
    assert [(each.check, each.status) for each in row.findings] == [("ca", "FAILED")]
    assert (row.certificate, row.looked_at) == ("TRUSTED to 2027-09-20", NOW - DAY)
    assert (row.announced, row.worse, row.verdict_announced, row.flapping) == ((), (), False, False)


def test_a_long_error_leaves_room_for_what_is_known() -> None:
    error = f"AccessDenied: {'x' * 400}"
    row = remembered_result(database(), remembered(findings=[finding()], verdict="FIX_CLIENTS"), error)
    assert row.error == error
    assert len(row.reason) < 200
    assert row.reason.startswith("It was not judged in this sweep: AccessDenied: xxx")
    assert row.reason.endswith("… On 2026-11-23 it was FIX_CLIENTS. It was so.")


@pytest.mark.parametrize("verdict", ["CLEAR", "NOT_OBSERVED"])
def test_what_was_clear_is_not_known_to_be_so_still(verdict: str) -> None:
    row = remembered_result(database(), remembered(findings=[finding()], verdict=verdict), ERROR)
    assert row.verdict == "NOT_OBSERVED"
    assert row.reason.endswith(f"On 2026-11-23 it was {verdict}. It was so.")


def test_nothing_remembered_is_said_and_counts_nobody() -> None:
    row = remembered_result(database(), remembered(), "no error was left (time-out or abort)")
    assert row.reason == (
        "It was not judged in this sweep: no error was left (time-out or abort). No verdict on it is remembered."
    )
    assert (row.verdict, row.certificate, row.looked_at) == ("NOT_OBSERVED", "NOT_TRIED", None)
    assert (row.tls_clients, row.plaintext_clients, row.clients) == (None, None, ())


def test_clients_that_are_remembered_are_counted_and_named_and_none_is_not_nobody() -> None:
    known = [client("legacy", plaintext=NOW - DAY), client("web", tls=NOW - DAY)]
    row = remembered_result(database(), remembered(clients=known, look=KEPT), ERROR)
    assert (row.tls_clients, row.plaintext_clients) == (1, 1)
    assert [(each.application, each.is_plaintext) for each in row.clients] == [("legacy", True), ("web", False)]
    some = remembered_result(database(), remembered(clients=known[1:], look=KEPT), ERROR)
    assert (some.tls_clients, some.plaintext_clients) == (1, None)


def test_a_client_is_not_cleared_by_the_time_in_which_nobody_looked() -> None:
    """Its address is gone for 34 days as of the newest look: of the days since then nothing is known."""
    gone = client("legacy", tls=NOW - DAY, address="10.0.1.9")
    gone = replace(gone, plaintext=client("legacy", plaintext=NOW - 35 * DAY).plaintext)
    row = remembered_result(database(), remembered(clients=[gone]), ERROR, span=35 * DAY)
    assert row.plaintext_clients == 1
    later = replace(gone, tls=client("legacy", tls=NOW + DAY, address="10.0.1.9").tls)
    assert (
        remembered_result(database(), remembered(clients=[later]), ERROR, span=35 * DAY).plaintext_clients is None
    )


def test_what_could_not_be_read_back_is_said() -> None:
    gap = Gap("dynamodb:Query", "AccessDeniedException: no")
    row = remembered_result(database(), remembered(unreadable=(gap,)), ERROR)
    assert row.reason.endswith(
        "What is remembered of it could not be read whole: dynamodb:Query: AccessDeniedException: no."
    )


def test_a_finding_that_was_archived_is_none() -> None:
    row = remembered_result(database(), remembered(findings=[finding(archived_at=NOW)]), ERROR)
    assert row.findings == ()


def test_a_lost_batch_has_all_its_databases_each_with_what_is_known_of_it() -> None:
    other = database(identifier="other", arn=f"{database().arn}-2", resource_id="db-OTHER")
    batch = Batch("us-east-1", "vpc-1", (database(), other), hubs={"us-east-1": Hub(None)})
    result = lost_batch(batch, {KEY: remembered(verdict="FIX_CLIENTS")}, ERROR)
    assert [(each.identifier, each.verdict) for each in result.databases] == [
        ("orders-prod", "FIX_CLIENTS"),
        ("other", "NOT_OBSERVED"),
    ]
    assert (result.lost, result.hubs) == (ERROR, {"us-east-1": Hub(None)})


def test_a_lost_cluster_whose_member_took_plaintext_does_not_enforce_tls() -> None:
    of = cluster(resource_id="cluster-LEDGER", member_authorities={"ledger-1": None})
    one = member(resource_id="db-LEDGER1")
    word = Word(refuses=False, said="the server accepts a client without TLS", at=NOW - DAY)
    known = {one.key: remembered(one.key, look=replace(KEPT, key=one.key, word=word))}
    states = {each.identifier: each.enforcement for each in lost_batch(batch_of(of, one), known, ERROR).databases}
    assert states["ledger"] == "NOT_ENFORCED"
    # Nothing is known of its member: that says nothing of the cluster.
    states = {each.identifier: each.enforcement for each in lost_batch(batch_of(of, one), {}, ERROR).databases}
    assert states["ledger"] == "UNKNOWN"


def test_what_a_lost_server_said_last_counts() -> None:
    word = Word(refuses=False, said="the server accepts a client without TLS", at=NOW - DAY)
    row = remembered_result(database(), remembered(look=replace(KEPT, word=word)), ERROR)
    assert row.enforcement == "NOT_ENFORCED"


def test_what_the_api_said_of_a_lost_database_is_told() -> None:
    (row,) = lost_batch(batch_of(database(force_ssl=NOT_ENFORCED)), {}, ERROR).databases
    assert row.enforcement == "NOT_ENFORCED"


def test_regions_whose_listing_was_lost_are_not_listed() -> None:
    left_out = RegionListing(f"{REGION}-3", "eu-west-3", 0, is_left_out=True)
    listings = (RegionListing(REGION, "us-east-1", 3), RegionListing(f"{REGION}-2", "eu-west-1", 0), left_out)
    roots = Finding(REGION, REGION, "us-east-1", CheckId("trust-store"), Status.FAILED, "A root is missing.", "")
    stale = replace(roots, check=CheckId("not-observed"), status=Status.PASSED)
    other = replace(roots, check=CheckId("default-ca"))
    known = [replace(finding(), finding=of) for of in (roots, stale)]
    known.append(replace(finding(archived_at=NOW), finding=other))
    result = lost_batch(
        Batch("us-east-1", None, (), listings), {REGION: remembered(REGION, findings=known)}, "BadRequest: no"
    )
    assert [(each.region, each.check, each.status) for each in result.listings] == [
        ("us-east-1", "trust-store", "FAILED"),
        ("us-east-1", "not-observed", "NOT_OBSERVED"),
        ("eu-west-1", "not-observed", "NOT_OBSERVED"),
    ]
    assert result.listings[1].reason == "What this sweep listed of the Region was not judged: BadRequest: no."


def batch_of(*databases: object) -> Batch:
    return Batch("us-east-1", "vpc-1", databases)  # type: ignore[arg-type] # they are databases


def test_what_a_lost_batch_had_only_to_tell_of_is_told() -> None:
    listing = RegionListing(REGION, "us-east-1", 0, (Gap("rds:DescribeDBInstances", "AccessDenied: no"),))
    batch = Batch("us-east-1", None, (), (listing,), unlisted=(database(),))
    (row,) = lost_batch(batch, {KEY: remembered(verdict="FIX_CLIENTS")}, ERROR).databases
    assert (row.key, row.verdict, row.error) == (KEY, "FIX_CLIENTS", ERROR)
