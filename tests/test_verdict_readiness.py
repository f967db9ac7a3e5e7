"""The verdict on a database: the first that applies, with the sentence it rests on."""

from datetime import timedelta

import pytest
from tlscheck.inventory.database import Database, Proxy
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.ledger.client import Client
from tlscheck.verdict.readiness import Readiness, Verdict
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    NOT_ENFORCED,
    NOW,
    ORDERS,
    RETIRED_CA,
    UNKNOWN_ENFORCEMENT,
    client,
    cluster,
    database,
    evidence,
    handshake,
    leaf,
    look,
    member,
    observation,
    plaintext_client,
    proxy,
)
from tests.verdicts import ready

PENDING = ForceSsl(Enforcement.ENFORCED_AFTER_REBOOT, "orders-pg17", "rds.force_ssl becomes 1 with a reboot")
WRONG_NAME = observation(handshake=handshake(HandshakeOutcome.WRONG_NAME))
EXPIRING = observation(handshake=handshake(chain=(leaf(not_after=NOW + timedelta(days=9)),)))
HIDDEN = observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR))
UNREACHABLE = observation(
    handshake=handshake(HandshakeOutcome.UNREACHABLE), look=look(outcome=LookOutcome.NOT_TRIED)
)


def verdict(of: Database, seen: Observation | None = None, *known: Client) -> Readiness:
    return ready(evidence(of, seen, known))


@pytest.mark.parametrize(
    ("of", "seen", "known", "expected"),
    [
        (database(), observation(), [client()], Verdict.CLEAR),
        (database(certificate_authority=RETIRED_CA), observation(), [], Verdict.FIX_DATABASE),
        (database(), WRONG_NAME, [plaintext_client()], Verdict.FIX_DATABASE),
        # Enforcing TLS would cut these clients off, so they come first.
        (database(force_ssl=NOT_ENFORCED), observation(), [plaintext_client()], Verdict.FIX_CLIENTS),
        (database(force_ssl=PENDING), observation(), [plaintext_client()], Verdict.FIX_CLIENTS),
        (database(), EXPIRING, [plaintext_client()], Verdict.FIX_CLIENTS),
        (database(force_ssl=NOT_ENFORCED), observation(), [client()], Verdict.FIX_DATABASE),
        (database(force_ssl=PENDING), observation(), [], Verdict.FIX_DATABASE),
        (database(), EXPIRING, [], Verdict.FIX_DATABASE),
        (database(), HIDDEN, [], Verdict.NOT_OBSERVED),
        (database(), UNREACHABLE, [], Verdict.NOT_OBSERVED),
        (database(force_ssl=UNKNOWN_ENFORCEMENT), observation(), [], Verdict.NOT_OBSERVED),
        (database(), not_tried(ORDERS, "its status is stopped"), [plaintext_client()], Verdict.FIX_CLIENTS),
        (member(), None, [], Verdict.CLEAR),
        (member(force_ssl=NOT_ENFORCED), None, [], Verdict.FIX_DATABASE),
        (member(force_ssl=UNKNOWN_ENFORCEMENT), None, [], Verdict.NOT_OBSERVED),
        (cluster(), None, [], Verdict.CLEAR),
        (cluster(force_ssl=NOT_ENFORCED), None, [], Verdict.FIX_DATABASE),
        (cluster(force_ssl=UNKNOWN_ENFORCEMENT), None, [], Verdict.NOT_OBSERVED),
        (proxy(), None, [], Verdict.CLEAR),
        (proxy(proxy=Proxy(False, ("orders-prod",))), None, [], Verdict.FIX_DATABASE),
        (proxy(proxy=Proxy(None, ())), None, [], Verdict.NOT_OBSERVED),
    ],
)
def test_a_verdict_is_the_first_that_applies(
    of: Database, seen: Observation | None, known: list[Client], expected: Verdict
) -> None:
    assert verdict(of, seen, *known).verdict is expected


def test_clear_still_asks_the_owners_of_tls_clients() -> None:
    clear = verdict(database(), None, client("a"), client("b"))
    assert clear.reason == (
        "Nothing known stands in the way. Before the CA is changed, ask the owners of 2 TLS clients: "
        "whether a client verifies the server cannot be seen."
    )


def test_a_lack_of_enforcement_says_when_its_clients_were_not_seen() -> None:
    loose = verdict(database(force_ssl=NOT_ENFORCED), not_tried(ORDERS, "no probe in vpc-0a1b2c3d"))
    assert loose.verdict is Verdict.FIX_DATABASE
    assert "Who is connected was not seen: no probe in vpc-0a1b2c3d." in loose.reason
