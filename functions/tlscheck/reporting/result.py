"""What a batch leaves behind for the report."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.trait import Trait
from tlscheck.verdict.clients import folded
from tlscheck.verdict.enforcement import TlsEnforcement, told_by_api
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.readiness import Readiness, Verdict
from tlscheck.version import Edition, distinct
from tlscheck.wire.observation import Observation
from tlscheck.wire.targeting import not_tried
from tlscheck.wording import cut, day

MOST_REASON = 1000
"""Characters of a verdict's reason in a report; the findings hold the rest."""


@dataclass(frozen=True, slots=True)
class DatabaseResult:
    """One database in one sweep: a row of the report, and its findings."""

    arn: str
    identifier: str
    region: str
    kind: Kind
    enforcement: Enforcement
    certificate_authority: str | None
    certificate: str
    """What the wire showed: `TRUSTED to 2027-01-31`, `EXPIRED`, `NOT_TRIED`; empty for a cluster or proxy."""

    certificate_expires: datetime | None
    """Expiry of the certificate that the server presented."""

    tls_clients: int
    plaintext_clients: int
    """Clients remembered, folded by application, user and datname."""

    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]
    changed: tuple[str, ...]
    """Checks whose finding this sweep changed."""

    traits: tuple[Trait, ...] = ()
    probe_version: str | None = None
    """Of the tlscheck that looked at the server; None where none did, or did not say."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What observe writes for one batch."""

    databases: tuple[DatabaseResult, ...]
    listings: tuple[Finding, ...]
    """Findings of Regions as a whole."""

    vanished: tuple[str, ...] = ()
    """ARNs of databases that are gone, or that their owner excluded: their findings were archived."""

    probes: tuple[Edition, ...] = ()
    """Which tlscheck looked at its servers, so far as it said."""


def result_key(batch_key: str) -> str:
    """S3 key of what observe writes for the batch with this key."""
    return batch_key.replace("/batches/", "/results/")


def probes_of(observations: Iterable[Observation]) -> tuple[Edition, ...]:
    """Which tlscheck made these observations."""
    return distinct([observation.probe for observation in observations])


def result_of(judgement: Judgement) -> DatabaseResult:
    """The row of a database that was judged."""
    evidence = judgement.evidence
    row = _row(evidence.database, evidence.observation, evidence.enforcement, judgement.readiness)
    return replace(
        row,
        tls_clients=len(folded(evidence.tls_clients)),
        plaintext_clients=len(folded(evidence.plaintext_clients)),
        findings=tuple(remembered.finding for remembered in judgement.findings),
        changed=tuple(remembered.finding.check for remembered in judgement.changed),
        probe_version=probe.version if (probe := evidence.observation.probe) else None,
    )


def lost_result(database: Database, reason: str) -> DatabaseResult:
    """The row of a database whose batch left no result: nothing of it was looked at in this sweep."""
    unseen = not_tried(database.arn, reason)
    return _row(database, unseen, told_by_api(database), Readiness(Verdict.NOT_OBSERVED, reason))


def _row(
    database: Database, observation: Observation, enforcement: TlsEnforcement, readiness: Readiness
) -> DatabaseResult:
    chain = observation.handshake.chain
    return DatabaseResult(
        arn=database.arn,
        identifier=database.identifier,
        region=database.region,
        kind=database.kind,
        enforcement=enforcement.state,
        certificate_authority=database.certificate_authority.identifier,
        certificate=_certificate(database, observation),
        certificate_expires=chain[0].not_after if chain else None,
        tls_clients=0,
        plaintext_clients=0,
        verdict=readiness.verdict,
        reason=cut(readiness.reason, MOST_REASON),
        findings=(),
        changed=(),
        traits=database.traits,
    )


def _certificate(database: Database, observation: Observation) -> str:
    if not database.kind.is_server:
        return ""
    handshake = observation.handshake
    expires = handshake.chain[0].not_after if handshake.chain else None
    return f"{handshake.outcome} to {day(expires)}" if expires else handshake.outcome
