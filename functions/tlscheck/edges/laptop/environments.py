"""What a template tells the functions of a sweep, where there is no template."""

from dataclasses import replace
from datetime import timedelta

from tlscheck.edges.aws.table import Ledger
from tlscheck.edges.events.environment import DiscoverEnvironment, Looker, ObserveEnvironment
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.log_pace import LogPace
from tlscheck.ledger import retention
from tlscheck.ledger.reading_plan import OVERLAP
from tlscheck.verdict.sending import Publish
from tlscheck.wire.asker import CALLER, Asker

BATCH_SIZE = 5
"""Databases that are judged and told of together: fewer than a stack's, so that who waits sees them come."""

AT_ONCE = 20
"""Batches that are looked at side by side."""


def discovers(ledger: Ledger, terms: SweepTerms) -> DiscoverEnvironment:
    """Discover's."""
    return DiscoverEnvironment(
        table=ledger,
        bucket="",
        regions=(),
        evidence_span=terms.evidence,
        is_security_hub_enabled=False,
        earlier_index=None,
        state_machine="",
        has_default_probe=True,
        max_concurrency=AT_ONCE,
        batch_size=BATCH_SIZE,
        sample_batch_size=BATCH_SIZE,
        log_overlap=_overlap(terms),
        first_read=terms.first_read,
    )


def observes(ledger: Ledger, terms: SweepTerms, looks: Looker, pace: LogPace) -> ObserveEnvironment:
    """Observe's; servers are looked at, and their logs read, by these."""
    return ObserveEnvironment(
        table=ledger,
        bucket="",
        user=terms.user,
        default_probe="",
        client_memory=max(retention.CLIENTS, terms.evidence),
        evidence=terms.evidence,
        publish=Publish.NOTHING,
        log_overlap=_overlap(terms),
        first_read=terms.first_read,
        looks=looks,
        asker=asker_of(terms),
        target=terms.target,
        log_pace=pace,
    )


def asker_of(terms: SweepTerms) -> Asker:
    """Who asks by these terms."""
    return replace(CALLER, connects=terms.connects, reads_logs=terms.reads_logs, chosen=terms.login)


def _overlap(terms: SweepTerms) -> timedelta | None:
    return OVERLAP if terms.reads_logs else None
