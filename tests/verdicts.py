"""What checks say of a database that is given to them whole, and the evidence that tests of them need."""

from datetime import timedelta
from typing import Any

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.client import Client
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.readiness import Readiness, readiness
from tlscheck.verdict.registry import REGISTRY
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
    finding = says(check, evidence(of, seen, known))
    return finding.status.value, finding.reason, finding.told_step


def says(check: str, known: Evidence) -> Finding:
    (finding,) = (each for each in findings(known) if each.check == check)
    return finding


def findings(known: Evidence) -> tuple[Finding, ...]:
    """What every check that applies says; in a sample, of what it looks at."""
    return tuple(
        each.judge(known)
        for each in REGISTRY
        if each.judge and each.applies(known) and (known.depth is Depth.FULL or each.in_samples(known))
    )


def ready(known: Evidence, *before: RememberedFinding) -> Readiness:
    """The verdict by these findings alone, but for those that are given: as they stand."""
    standing = {each.finding.check for each in before}
    new = (RememberedFinding(each, NOW, NOW, NOW, NOW) for each in findings(known) if each.check not in standing)
    return readiness(known, (*before, *new))


def state(enforcement: Enforcement, group: str | None = "orders-pg17") -> ForceSsl:
    return ForceSsl(enforcement, group, "the API says so")


def having(**values: str) -> Settings:
    """Good settings with some of them changed; `__` for a dot."""
    return Settings(
        "orders-pg17", GOOD_SETTINGS.values | {name.replace("__", "."): value for name, value in values.items()}
    )


WITHOUT_CHAIN = frozenset(
    {
        *(HandshakeOutcome.UNREACHABLE, HandshakeOutcome.TIMED_OUT, HandshakeOutcome.CLOSED),
        *(HandshakeOutcome.NOT_POSTGRESQL, HandshakeOutcome.NO_ROOTS, HandshakeOutcome.NO_COMMON_TLS),
        *(HandshakeOutcome.FAILED, HandshakeOutcome.NOT_TRIED),
    }
)
"""The outcomes that mostly come before a server has shown its certificate."""


def shaken(outcome: HandshakeOutcome, detail: str = "as it is", **changes: Any) -> Observation:
    if outcome in WITHOUT_CHAIN:
        changes = {"chain": (), **changes}
    return observation(handshake=handshake(outcome, detail, **changes), look=look(outcome=LookOutcome.NOT_TRIED))


def seen(outcome: LookOutcome, detail: str = "as it is") -> Observation:
    return observation(look=look(outcome=outcome, detail=detail))


def until(days: float, **changes: Any) -> Database:
    return database(server_certificate_expires=NOW + days * DAY, **changes)
