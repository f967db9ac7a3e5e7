"""One database in one sweep, judged: from a look and what is remembered to what is remembered next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Kind
from tlscheck.ledger.client import Client
from tlscheck.ledger.sightings import learn, sightings, still_remembered
from tlscheck.verdict import cluster_authority
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.checks import (
    babelfish_tls,
    ca,
    certificate_rotation,
    connection_log,
    force_ssl,
    not_observed,
    password_hashes,
    plaintext_clients,
    proxy_tls,
    server_certificate,
    tls_clients,
    tls_versions,
    upgrade_enforces_tls,
)
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.readiness import Readiness, readiness
from tlscheck.verdict.settle import settle

type Judge = Callable[[Evidence], Finding]

PARAMETERS: tuple[Judge, ...] = (
    force_ssl.judge,
    tls_versions.judge,
    upgrade_enforces_tls.judge,
    password_hashes.judge,
    connection_log.judge,
)

CONTROL_PLANE: Mapping[Kind, tuple[Judge, ...]] = {
    Kind.INSTANCE: (*PARAMETERS, ca.judge, certificate_rotation.judge),
    Kind.MEMBER: (ca.judge, certificate_rotation.judge),
    Kind.CLUSTER: (*PARAMETERS, cluster_authority.judge, babelfish_tls.judge),
    Kind.PROXY: (proxy_tls.judge,),
}
"""Checks of what AWS's API says: a sample asks it nothing, so it does not judge them anew."""

SERVER: tuple[Judge, ...] = (server_certificate.judge, plaintext_clients.judge, tls_clients.judge)
"""Checks of what the server says; nothing connects to a cluster or a proxy."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one sweep makes of one database."""

    evidence: Evidence
    news: tuple[Client, ...]
    """Clients that are new or changed: to be written."""

    settled: tuple[RememberedFinding, ...]
    """Findings that this sweep judged: to be written."""

    findings: tuple[RememberedFinding, ...]
    """Those, and the remembered ones of checks that this sweep did not judge."""

    readiness: Readiness

    @property
    def changed(self) -> tuple[RememberedFinding, ...]:
        """Findings that this sweep changed."""
        return tuple(remembered for remembered in self.settled if remembered.changed_at == self.evidence.at)


def judge(
    evidence: Evidence, remembered: tuple[RememberedFinding, ...], sweep: Sweep, memory: timedelta
) -> Judgement:
    """The judgement of a database by the clients and findings remembered of it before this look."""
    now = sweep.started_at
    known = still_remembered(evidence.clients, now, memory)
    known, news = learn(known, sightings(evidence.database.arn, evidence.observation.look), now)
    evidence = replace(evidence, clients=known, at=now)
    before = {finding.finding.check: finding for finding in remembered}
    settled = tuple(
        settle(before.get(finding.check), finding, now) for finding in findings_of(evidence, sweep.depth)
    )
    after = before | {finding.finding.check: finding for finding in settled}
    findings = tuple(after[check] for check in CheckId if check in after)
    return Judgement(evidence, news, settled, findings, readiness(evidence, findings))


def findings_of(evidence: Evidence, depth: Depth) -> tuple[Finding, ...]:
    """What every check that applies says of a database now."""
    kind = evidence.database.kind
    judges = [*(CONTROL_PLANE[kind] if depth is Depth.FULL else ())]
    judges += SERVER if kind.is_server else ()
    return tuple(judge_one(evidence) for judge_one in (*judges, not_observed.judge))
