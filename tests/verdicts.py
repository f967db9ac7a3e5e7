"""What checks say of a database that is given to them whole, and the evidence that tests of them need."""

from datetime import timedelta
from typing import Any

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.client import Client
from tlscheck.verdict.judgement import judge
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.examples import (
    GOOD_SETTINGS,
    NOW,
    database,
    evidence,
    handshake,
    look,
    observation,
)

DAY = timedelta(days=1)


def found(check: str, of: Database, seen: Observation | None = None, *known: Client) -> tuple[str, str, str]:
    judgement = judge(evidence(of, seen, known), (), Sweep("nightly", NOW, Depth.FULL), 90 * DAY)
    (finding,) = (each.finding for each in judgement.findings if each.finding.check == check)
    return finding.status.value, finding.reason, finding.next_step


def state(enforcement: Enforcement, group: str | None = "orders-pg17") -> ForceSsl:
    return ForceSsl(enforcement, group, "the API says so")


def having(**values: str) -> Settings:
    """Good settings with some of them changed; `__` for a dot."""
    return Settings(
        "orders-pg17", GOOD_SETTINGS.values | {name.replace("__", "."): value for name, value in values.items()}
    )


def shaken(outcome: HandshakeOutcome, detail: str = "as it is", **changes: Any) -> Observation:
    return observation(handshake=handshake(outcome, detail, **changes), look=look(outcome=LookOutcome.NOT_TRIED))


def seen(outcome: LookOutcome, detail: str = "as it is") -> Observation:
    return observation(look=look(outcome=outcome, detail=detail))


def until(days: float, **changes: Any) -> Database:
    return database(server_certificate_expires=NOW + days * DAY, **changes)
