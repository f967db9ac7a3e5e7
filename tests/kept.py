"""What a table remembers of one database, as a test of the table needs it: nouns in hours of one day."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database, Endpoint, Kind
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.logged import Fallback, LockedOut, Logged, Met, Stretch
from tlscheck.log.event import Rejection
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding, Sent
from tlscheck.verdict.heard import Word
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome, Observation

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MEMORY = 90 * DAY
ARN = "arn:aws:rds:us-east-1:111122223333:db:orders-prod"
KEY = "aws:111122223333:us-east-1:db-ORDERS"


def trace(first: int = 0, last: int = 0, **changes: Any) -> Trace:
    """A trace between two hours after noon."""
    return Trace(NOON + first * HOUR, NOON + last * HOUR, **changes)


AT_NOON = trace()


def client(
    application: str = "web", tls: Trace | None = AT_NOON, plaintext: Trace | None = None, key: str = KEY
) -> Client:
    """A client of the database; by default seen at noon with TLS."""
    return Client(Who(key, "orders", "app", application, Sort.CLIENT), tls, plaintext)


def finding(
    check: CheckId = CheckId.CA,
    status: Status = Status.FAILED,
    key: str = KEY,
    announced: int = 0,
    *,
    observed: int = 0,
    sent: int | None = 0,
    **changes: Any,
) -> RememberedFinding:
    """A finding that was announced, observed and sent so many hours after noon."""
    found = Finding(key, ARN, "us-east-1", check, status, "Its CA is retired.", "Change it.")
    at = NOON + observed * HOUR
    handed = None if sent is None else Sent(NOON + sent * HOUR, status, was_failed=status is Status.FAILED)
    fields = {"basis": Basis(at, None), "sent": handed, **changes}
    return RememberedFinding(found, NOON, NOON, NOON + announced * HOUR, at, **fields)


def look(hours: int = 0, key: str = KEY, **changes: Any) -> KeptLook:
    """A look so many hours after noon."""
    at = NOON + hours * HOUR
    shaken = Handshake(HandshakeOutcome.TRUSTED, "", "TLSv1.3")
    observation = Observation(ARN, shaken, Look(LookOutcome.SEEN, "", 170004, at=at))
    word = Word(refuses=True, said="the server refuses a client without TLS", at=at)
    return KeptLook(key, observation, at, **{"word": word} | changes)


def log(hours: int = 0, key: str = KEY, **changes: Any) -> KeptLog:
    """What a log said until so many hours after noon."""
    at = NOON + hours * HOUR
    fields: dict[str, Any] = {
        "covered": (Stretch(NOON - 30 * DAY, at),),
        "rejections": {(Rejection.UNKNOWN_CA, "10.0.0.7"): Met(NOON, at)},
        "locked_out": {LockedOut("10.0.0.8", "app", "orders"): Met(NOON, at)},
        "fallbacks": {Fallback("10.0.0.7", "app", "orders", "web"): Met(NOON, at)},
        "read_at": at,
        "late": {NOON.replace(hour=0): timedelta(seconds=42)},
        "again": timedelta(minutes=15),
    }
    return KeptLog(key, Logged(**fields | changes))


def listed(hours: int = 0, **changes: Any) -> Database:
    """The database as a listing so many hours after noon had it."""
    fields: dict[str, Any] = {
        "arn": ARN,
        "kind": Kind.INSTANCE,
        "identifier": "orders-prod",
        "region": "us-east-1",
        "engine": "postgres",
        "engine_version": "17.4",
        "status": "available",
        "resource_id": "db-ORDERS",
        "cluster": None,
        "network": "vpc-0a1b2c3d",
        "endpoint": Endpoint("orders-prod.c9x2example.us-east-1.rds.amazonaws.com", 5432),
        "iam_authentication": True,
        "secret": None,
        "force_ssl": ForceSsl(Enforcement.ENFORCED, "orders-pg17", "rds.force_ssl is 1"),
        "certificate_authority": CertificateAuthority("rds-ca-2019", Offer.RETIRED_OR_UNKNOWN, "retired"),
        "server_certificate_expires": NOON + 300 * DAY,
        "listed_at": NOON + hours * HOUR,
    }
    return Database(**fields | changes)


def kept(hours: int = 0, *, is_listed: bool = True, **changes: Any) -> KeptDatabase:
    """That database, and a verdict on it."""
    fields: dict[str, Any] = {
        "key": KEY,
        "database": listed(hours),
        "is_listed": is_listed,
        "verdict": "FIX_DATABASE",
        "verdict_reason": "Its CA is retired.",
        "announced_verdict": "FIX_DATABASE",
        "announced_at": NOON,
        "listed_at": NOON + hours * HOUR,
    }
    return KeptDatabase(**fields | changes)


def addresses(*last: str, of: Iterable[int] = ()) -> dict[str, datetime]:
    """Addresses to noon, or to so many hours after it."""
    hours = [*of] or [0] * len(last)
    return {address: NOON + after * HOUR for address, after in zip(last, hours, strict=True)}
