"""The registry: which checks there are, and of which kind of resource each is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.verdict.check import Check, CheckId
from tlscheck.verdict.checks import (
    babelfish_tls,
    ca,
    certificate_rotation,
    connection_log,
    default_ca,
    force_ssl,
    lost_encryption,
    not_observed,
    password_hashes,
    plaintext_clients,
    proxy_tls,
    refusing_clients,
    server_certificate,
    tls_clients,
    tls_versions,
    trust_store,
    upgrade_enforces_tls,
)
from tlscheck.verdict.evidence import Evidence, RegionEvidence
from tlscheck.verdict.finding import Finding

SERVERS = (Kind.INSTANCE, Kind.MEMBER)
"""What is connected to, and has a certificate of its own."""

OWN_PARAMETERS = (Kind.INSTANCE, Kind.CLUSTER)
"""What has parameters of its own; a member's are its cluster's."""


def never(_evidence: Evidence) -> bool:
    """Of a check of what AWS's API says, or of no more than its kinds."""
    return False


def by_look(evidence: Evidence) -> bool:
    """Of a check of what a look shows: a sample says nothing new of what it does not look at."""
    return evidence.database.kind.is_server


def with_past(evidence: Evidence) -> bool:
    """Of a check of who connects, which a cluster has where its members, or what it replaced, are gone."""
    database = evidence.database
    return database.kind is Kind.CLUSTER and bool(evidence.past or database.predecessors_beyond)


def by_server(evidence: Evidence) -> bool:
    """Of a check of both, where a server says now whether TLS is enforced, or where its step cuts clients off and
    who connects was seen now: no command of a full sweep outlasts the sight of whom it does not name."""
    return evidence.enforcement.by_server or (force_ssl.names_callers(evidence) and _was_seen(evidence))


def by_old_versions(evidence: Evidence) -> bool:
    """The same of a check of what AWS's API says."""
    return tls_versions.names_callers(evidence) and _was_seen(evidence)


def by_callers(evidence: Evidence) -> bool:
    """Of a check that names whom an upgrade would cut off."""
    known = evidence.enforcement
    is_named = (known.by_table or known.state) not in {Enforcement.ENFORCED, Enforcement.UNKNOWN}
    return known.by_server or (is_named and (by_look(evidence) or _has_members(evidence)))


def _was_seen(evidence: Evidence) -> bool:
    return evidence.seen or _has_members(evidence)


def _has_members(evidence: Evidence) -> bool:
    """Whether this sweep looked at a member of the cluster."""
    return any(not each.is_absent for each in evidence.members.values())


@dataclass(frozen=True, slots=True)
class Registered:
    """One check and what it is judged of."""

    check: Check
    judge: Callable[[Evidence], Finding] | None = None
    of: tuple[Kind, ...] = ()
    and_of: Callable[[Evidence], bool] = never
    """What else it is judged of, by what is known of it."""

    in_samples: Callable[[Evidence], bool] = never
    """Whether it says something new without AWS's API, which a sample asks nothing."""

    judge_region: Callable[[RegionEvidence], Finding] | None = None
    """The judge of a Region as a whole."""

    def applies(self, evidence: Evidence) -> bool:
        """Whether it is judged of this database: a finding of one that is not is archived."""
        return self.judge is not None and (evidence.database.kind in self.of or self.and_of(evidence))


REGISTRY = (
    Registered(force_ssl.CHECK, force_ssl.judge, OWN_PARAMETERS, in_samples=by_server),
    Registered(ca.CHECK, ca.judge, (*SERVERS, Kind.CLUSTER)),
    Registered(server_certificate.CHECK, server_certificate.judge, SERVERS, in_samples=by_look),
    Registered(plaintext_clients.CHECK, plaintext_clients.judge, SERVERS, and_of=with_past, in_samples=by_look),
    Registered(tls_clients.CHECK, tls_clients.judge, SERVERS, in_samples=by_look),
    Registered(lost_encryption.CHECK, lost_encryption.judge, SERVERS, in_samples=by_look),
    Registered(refusing_clients.CHECK, refusing_clients.judge, SERVERS, in_samples=by_look),
    Registered(certificate_rotation.CHECK, certificate_rotation.judge, SERVERS),
    Registered(tls_versions.CHECK, tls_versions.judge, OWN_PARAMETERS, in_samples=by_old_versions),
    Registered(upgrade_enforces_tls.CHECK, upgrade_enforces_tls.judge, OWN_PARAMETERS, in_samples=by_callers),
    Registered(babelfish_tls.CHECK, babelfish_tls.judge, (Kind.CLUSTER,)),
    Registered(password_hashes.CHECK, password_hashes.judge, OWN_PARAMETERS),
    Registered(connection_log.CHECK, connection_log.judge, OWN_PARAMETERS),
    Registered(proxy_tls.CHECK, proxy_tls.judge, (Kind.PROXY,)),
    Registered(trust_store.CHECK, judge_region=trust_store.judge),
    Registered(default_ca.CHECK, judge_region=default_ca.judge),
    Registered(
        not_observed.CHECK,
        not_observed.judge,
        tuple(Kind),
        in_samples=by_look,
        judge_region=not_observed.judge_region,
    ),
)

CHECKS: Mapping[CheckId, Check] = {each.check.id: each.check for each in REGISTRY}
