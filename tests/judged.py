"""A judgement, and what a table remembers, as a test of the report needs them: given, not made by the checks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tlscheck.inventory.database import Database
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.readiness import Readiness, Verdict
from tlscheck.verdict.remembered import KeptClient, KeptDatabase, KeptLook, Remembered
from tlscheck.wire.observation import Observation

from tests.examples import NOW, ORDERS, database, observation

KEY = "aws:111122223333:us-east-1:db-ORDERS"
DAY = timedelta(days=1)


def trace(last: datetime, address: str = "10.0.1.5", **changes: Any) -> Trace:
    """How a client came from one address, for thirty days until `last`."""
    fields: dict[str, Any] = {"first": last - 30 * DAY, "last": last, "addresses": {address: last}}
    return Trace(**fields | changes)


def client(
    application: str = "orders-api",
    *,
    tls: datetime | None = None,
    plaintext: datetime | None = None,
    address: str = "10.0.1.5",
    sort: Sort = Sort.CLIENT,
    **who: str,
) -> Client:
    """A client of orders-prod, last seen in each way at that moment."""
    names = {"key": KEY, "name": "orders", "user": "orders"} | who
    of = Who(**names, application=application, sort=sort)
    return Client(of, trace(tls, address) if tls else None, trace(plaintext, address) if plaintext else None)


def finding(
    check: str = "ca", status: Status = Status.FAILED, reason: str = "Its CA is retired.", **changes: Any
) -> RememberedFinding:
    """A finding of orders-prod, which stands for three days."""
    found = Finding(KEY, ORDERS, "us-east-1", CheckId(check), status, reason, "")
    fields: dict[str, Any] = {
        "first_observed_at": NOW - 3 * DAY,
        "changed_at": NOW - 3 * DAY,
        "announced_at": NOW - 3 * DAY,
        "observed_at": NOW - DAY,
    }
    return RememberedFinding(found, **fields | changes)


def judged(
    of: Database | None = None,
    seen: Observation | None = None,
    clients: Iterable[Client] = (),
    findings: Iterable[RememberedFinding] = (),
    verdict: str = "CLEAR",
    **changes: Any,
) -> Judgement:
    """The judgement of a database; by default a clear one, where nobody is connected."""
    of = of or database()
    facts = {name: changes.pop(name) for name in ("past", "left_out", "unreadable") if name in changes}
    evidence = Evidence(of, seen or observation(of.arn), tuple(clients), NOW, "tlscheck", **facts)
    readiness = Readiness(Verdict(verdict), "It is so.")
    return Judgement(evidence=evidence, findings=tuple(findings), readiness=readiness, **changes)


def remembered(
    key: str = KEY,
    clients: Iterable[Client] = (),
    findings: Iterable[RememberedFinding] = (),
    look: KeptLook | None = None,
    verdict: str = "",
    **changes: Any,
) -> Remembered:
    """What the table holds of a database."""
    kept = KeptDatabase(key, database(), is_listed=True, verdict=verdict, verdict_reason="It was so.")
    fields = {"database": kept if verdict else None} | changes
    return Remembered(key, tuple(KeptClient(each, 1) for each in clients), tuple(findings), look, **fields)
