"""A sweep from a laptop as a test of what it shows needs it: rows that are given, not judged."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tlscheck.edges.laptop.sweeping import Swept
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.ledger.client import Sort
from tlscheck.reporting.client_row import ClientRow, TraceRow
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.reporting.summary import Summary, summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import ACCOUNT, NOW

REASONS = {
    "ca": "Its CA is rds-ca-2019, which the Region does not offer any more.",
    "force-ssl": "rds.force_ssl is 0 in orders-pg17 (in-sync).",
    "plaintext-clients": '2 clients were seen without TLS: "billing-cron" as "billing" in "orders".',
    "not-observed": "Not looked at: server: no answer within 5 seconds.",
}
STEPS = {
    "ca": (
        "This replaces rds-ca-2019. First have its TLS clients trust the new root. Then:",
        ("aws rds one", "aws rds two"),
    ),
    "force-ssl": ("Move every client to TLS first.", ()),
    "plaintext-clients": ("Give them sslmode=verify-full.", ()),
    "not-observed": ("Let the probe's security group reach it.", ()),
}
BAD = {
    "FIX_DATABASE": Status.FAILED,
    "FIX_CLIENTS": Status.FAILED,
    "NOT_OBSERVED": Status.NOT_OBSERVED,
}


def finding(check: str, status: Status, identifier: str = "orders-prod", region: str = "us-east-1") -> Finding:
    """A finding, with a step where it is bad."""
    arn = f"arn:aws:rds:{region}:{ACCOUNT}:db:{identifier}"
    if status in {Status.PASSED, Status.INFORMATIONAL}:
        return Finding(arn, arn, region, CheckId(check), status, "It is as it should be.", "")
    words, commands = STEPS[check]
    return Finding(arn, arn, region, CheckId(check), status, REASONS[check], words, commands)


def row(identifier: str = "orders-prod", verdict: str = "CLEAR", *checks: str, **changes: Any) -> DatabaseResult:
    """A row whose verdict rests on these checks."""
    region = changes.pop("region", "us-east-1")
    found = [finding(check, BAD[verdict], identifier, region) for check in checks]
    arn = f"arn:aws:rds:{region}:{ACCOUNT}:db:{identifier}"
    fields: dict[str, Any] = {
        "key": arn,
        "arn": arn,
        "identifier": identifier,
        "region": region,
        "kind": Kind.INSTANCE,
        "enforcement": Enforcement.ENFORCED,
        "certificate_authority": "rds-ca-rsa2048-g1",
        "certificate": "TRUSTED to 2027-09-20",
        "certificate_expires": datetime.fromisoformat("2027-09-20T03:00:00+00:00"),
        "tls_clients": 12,
        "plaintext_clients": 0,
        "clients": (),
        "predecessors": (),
        "verdict": Verdict(verdict),
        "reason": " ".join(REASONS[check] for check in checks) or "Nothing known stands in the way.",
        "findings": (*found, finding("tls-versions", Status.PASSED, identifier, region)),
        "looked_at": NOW,
    }
    return DatabaseResult(**fields | changes)


def client(application: str = "orders-api", *, is_plaintext: bool = False, **changes: Any) -> ClientRow:
    """Who connects, by looks alone: with TLS, or without."""
    came = TraceRow(
        first=NOW - timedelta(days=3),
        last=NOW,
        names=1,
        names_are_exact=True,
        addresses={"10.0.1.5": NOW},
        elsewhere=None,
        protocols={} if is_plaintext else {"TLSv1.3": NOW},
    )
    tls, plaintext = (None, came) if is_plaintext else (came, None)
    fields = {"logged_tls": None, "logged_plaintext": None, "doubts": ()} | changes
    return ClientRow(application, "orders", "orders", Sort.CLIENT, is_plaintext, tls, plaintext, **fields)


def some() -> list[DatabaseResult]:
    """Two Regions, every verdict, every kind, and names that strangers chose."""
    hostile = "\x1b[31m[bold red]evil[/]\u202eexe.\r\nnext"
    nothing: dict[str, Any] = {
        "certificate_authority": None,
        "certificate": "",
        "certificate_expires": None,
        "tls_clients": None,
        "plaintext_clients": None,
        "looked_at": None,
    }
    blind: dict[str, Any] = {"certificate": "UNREACHABLE", "tls_clients": None, "plaintext_clients": None}
    not_enforced = {"enforcement": Enforcement.NOT_ENFORCED}
    return [
        row("orders-prod", "FIX_DATABASE", "ca", certificate_authority="rds-ca-2019", tls_clients=1204),
        row("orders-replica", "FIX_DATABASE", "ca", certificate_authority="rds-ca-2019"),
        row("ledger", "FIX_DATABASE", "force-ssl", **nothing | not_enforced, kind=Kind.CLUSTER),
        row(
            "ledger-1",
            "FIX_DATABASE",
            reason="Its cluster's TLS enforcement: off.",
            kind=Kind.MEMBER,
            **not_enforced,
        ),
        row(
            "billing", "FIX_CLIENTS", "plaintext-clients", region="eu-west-1", plaintext_clients=2, **not_enforced
        ),
        *(row(f"private-{number}", "NOT_OBSERVED", "not-observed", **blind) for number in range(1, 8)),
        row(hostile, "NOT_OBSERVED", "not-observed", **blind),
        row("データベース-本番-😀", "CLEAR", region="ap-northeast-1"),
        row("w" * 63, "CLEAR", enforcement=Enforcement.NOT_ENFORCED_AFTER_REBOOT),
        row("front", "CLEAR", kind=Kind.PROXY, **nothing),
    ]


def summary(
    rows: Iterable[DatabaseResult],
    refused: dict[str, Gap] | None = None,
    gaps: Iterable[Gap] = (),
    lost: str = "",
    *,
    narrow: bool = False,
) -> Summary:
    """What comes of a sweep with these rows."""
    plan = Plan(Sweep("laptop-1", NOW, Depth.FULL, narrow=narrow))
    listings = tuple(finding_of_region(region, gap) for region, gap in (refused or {}).items())
    result = BatchResult(tuple(rows), listings, refused=refused or {}, lost=lost)
    return summarise(plan, {"sweeps/laptop-1/batches/0001.json": result}, gaps=gaps)


def finding_of_region(region: str, gap: Gap) -> Finding:
    """That a Region was not listed."""
    arn = f"arn:aws:rds:{region}:{ACCOUNT}:region"
    return Finding(arn, arn, region, CheckId.NOT_OBSERVED, Status.NOT_OBSERVED, f"Not listed: {gap.told}", "")


def swept(of: Summary, **changes: Any) -> Swept:
    """The same, once looked at."""
    fields: dict[str, Any] = {
        "summary": of,
        "passes": 1,
        "began": NOW,
        "ended": NOW + timedelta(seconds=12),
        "is_stopped": False,
        "account": Account("aws", ACCOUNT, "us-east-1"),
    }
    return Swept(**fields | changes)


DENIED = Gap("rds:DescribeDBInstances", "AccessDenied: no identity-based policy allows it", GapCause.PERMISSION)
FORBIDDEN = Gap("rds:DescribeDBInstances", "AccessDenied: with an explicit deny", GapCause.ORGANISATION)
