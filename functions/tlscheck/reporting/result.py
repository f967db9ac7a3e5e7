"""What a batch leaves behind for the report."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.trait import Trait
from tlscheck.reporting.client_row import ClientRow, PastRow, client_rows, past_row
from tlscheck.reporting.picture import Picture, picture_of
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.readiness import Readiness, Verdict
from tlscheck.version import Edition, distinct
from tlscheck.wire.observation import Observation
from tlscheck.wire.sight import Sight, sight_of
from tlscheck.wording import cut, day

MOST_REASON = 1000
"""Characters of a verdict's reason in a report; the findings hold the rest."""


@dataclass(frozen=True, slots=True)
class DatabaseResult:
    """One database in one sweep: a row of the report, and its findings."""

    key: str
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

    tls_clients: int | None
    plaintext_clients: int | None
    """How many of `clients` were seen with TLS, and how many count as connecting without; None where that is not
    known: nobody could look and none is remembered, or it is no server."""

    clients: tuple[ClientRow, ...]
    predecessors: tuple[PastRow, ...]
    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]
    announced: tuple[str, ...] = ()
    """Checks whose finding this sweep announced."""

    worse: tuple[str, ...] = ()
    """Of those, the ones that became FAILED."""

    verdict_announced: bool = False
    """Whether the verdict is news."""

    flapping: bool = False
    """Whether this sweep is the one that tells that its verdict comes and goes."""

    traits: tuple[Trait, ...] = ()
    probe_version: str | None = None
    """Of the tlscheck that looked at the server; None where none did, or did not say."""

    looked_at: datetime | None = None
    """When the server was looked at that this rests on; None: it never was, or the probe did not say."""

    picture: Picture | None = None
    """How complete `clients` are; None: it is no server, or no day is over since somebody looked."""

    error: str = ""
    """Why it was not judged in this sweep, so that the row is what earlier ones left; or why what it says could
    not be kept."""


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

    hubs: Mapping[str, Hub | Gap] = field(default_factory=dict)
    """Of a full sweep: its batch's Regions to their Security Hubs."""

    refused: Mapping[str, Gap] = field(default_factory=dict)
    """Region to why nothing of it could be listed, where that has one cause."""

    lost: str = ""
    """Why the batch was not observed: then this is what is still known."""

    sights: Mapping[Sight, int] = field(default_factory=dict)
    """How many of its servers tlscheck came how far with; empty of a batch that was lost, and before 0.4.0."""

    sweep_started_at: datetime | None = None
    """When the sweep that it is of started: after 90 days another execution may have the same name, and its
    results lie under the same keys. None before 0.4.0."""

    retired: int = 0
    """Findings that it handed on as archived, where that was asked for."""

    unretired: tuple[Gap, ...] = ()
    """Keys of which not all could be, and why."""


def result_key(batch_key: str) -> str:
    """S3 key of what observe writes for the batch with this key."""
    return batch_key.replace("/batches/", "/results/")


def probes_of(observations: Iterable[Observation]) -> tuple[Edition, ...]:
    """Which tlscheck made these observations."""
    return distinct([observation.probe for observation in observations])


def sights_of(databases: Iterable[Database], observations: Mapping[str, Observation]) -> Mapping[Sight, int]:
    """How many of the servers among the databases were come how far with; `observations` by ARN."""
    return Counter(
        sight
        for each in databases
        if each.arn in observations and (sight := sight_of(each, observations[each.arn])) is not None
    )


def result_of(judgement: Judgement) -> DatabaseResult:
    """The row of a database that was judged."""
    return replace(
        row(judgement.evidence, judgement.findings, judgement.readiness),
        announced=tuple(each.finding.check for each in judgement.told),
        worse=judgement.worse,
        verdict_announced=judgement.verdict_told,
        flapping=judgement.flapping,
        error=judgement.error,
    )


def row(
    evidence: Evidence, findings: Iterable[RememberedFinding], readiness: Readiness, error: str = ""
) -> DatabaseResult:
    """A row of a report, by all that is known of a database; `error` is why it was not judged in this sweep."""
    database, observation = evidence.database, evidence.observation
    chain = observation.handshake.chain
    plaintext = evidence.plaintext_clients
    return DatabaseResult(
        key=database.key,
        arn=database.arn,
        identifier=database.identifier,
        region=database.region,
        kind=database.kind,
        enforcement=evidence.enforcement.state,
        certificate_authority=database.certificate_authority.identifier,
        certificate=_certificate(evidence),
        certificate_expires=chain[0].not_after if chain else None,
        tls_clients=_count(len(evidence.tls_clients), evidence, error),
        plaintext_clients=_count(len(plaintext), evidence, error),
        clients=client_rows(evidence.clients, plaintext, evidence.belief.doubted),
        predecessors=tuple(past_row(past) for past in evidence.past),
        verdict=readiness.verdict,
        reason=cut(readiness.reason, MOST_REASON),
        findings=tuple(each.finding for each in findings if each.archived_at is None),
        traits=database.traits,
        probe_version=probe.version if (probe := observation.probe) else None,
        looked_at=observation.look.at,
        picture=picture_of(evidence),
        error=error,
    )


def _count(found: int, evidence: Evidence, error: str) -> int | None:
    """A count of none is one only where a look showed everybody."""
    if not evidence.database.kind.is_server:
        return None
    is_whole = evidence.seen and not evidence.left_out and not evidence.unreadable and not error
    return found if found or is_whole else None


def _certificate(evidence: Evidence) -> str:
    if not evidence.database.kind.is_server:
        return ""
    handshake = evidence.observation.handshake
    expires = handshake.chain[0].not_after if handshake.chain else None
    return f"{handshake.outcome} to {day(expires)}" if expires else handshake.outcome
