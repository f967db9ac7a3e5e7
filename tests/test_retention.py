"""How long the table keeps what no sweep meets any more."""

from datetime import UTC, datetime

from tlscheck.edges.aws.items import finding_item
from tlscheck.ledger import retention
from tlscheck.verdict.finding import Finding, RememberedFinding, Status

OBSERVED = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_a_finding_is_kept_for_90_days_as_in_security_hub() -> None:
    finding = Finding("arn:1", "eu-central-1", "force-ssl", Status.PASSED, "It is 1.", "")
    item = finding_item(RememberedFinding(finding, OBSERVED, OBSERVED, OBSERVED, OBSERVED))
    assert datetime.fromtimestamp(item["expires_at"], UTC) == datetime(2027, 2, 22, 3, tzinfo=UTC)


def test_a_database_is_kept_for_30_days() -> None:
    expires = OBSERVED + retention.DATABASES
    assert expires.isoformat() == "2026-12-24T03:00:00+00:00"
