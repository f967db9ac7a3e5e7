"""How long the table keeps a finding that no sweep meets any more."""

from datetime import UTC, datetime

from tlscheck.edges.aws.finding_items import finding_item
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding

OBSERVED = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_a_finding_is_kept_for_90_days_as_in_security_hub() -> None:
    finding = Finding(
        "aws:1:eu-central-1:db-1", "arn:1", "eu-central-1", CheckId("force-ssl"), Status.PASSED, "It is 1.", ""
    )
    item = finding_item(RememberedFinding(finding, OBSERVED, OBSERVED, OBSERVED, OBSERVED))
    assert datetime.fromtimestamp(item["expires_at"], UTC) == datetime(2027, 2, 22, 3, tzinfo=UTC)
