"""Environment variables, read and checked once, when a function starts."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tlscheck.edges.events.log_terms import first_read, log_overlap
from tlscheck.edges.events.variables import BadEnvironment, is_enabled, needed, one_of, regions, whole
from tlscheck.edges.log_pace import OBSERVES, LogPace
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Depth
from tlscheck.ledger.log_price import FIRST_READ
from tlscheck.reporting.central import Central
from tlscheck.verdict.sending import Publish
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wire.observation import Observation
from tlscheck.wire.request import MOST_SECONDS, most_at_once, visit, within_reason
from tlscheck.wire.target import Target, Visit

if TYPE_CHECKING:
    from tlscheck.edges.aws.table import Table

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DiscoverEnvironment:
    """What discover is told by its template."""

    table: "Table"
    bucket: str
    regions: tuple[str, ...]
    """Regions to list; empty: every enabled one."""

    evidence_span: timedelta
    """How long the database that had a name before stays its predecessor."""

    is_security_hub_enabled: bool
    earlier_index: str | None
    """Index of the table that an earlier version made; None once everything is adopted."""

    state_machine: str
    """ARN of the one that runs the sweeps."""

    has_default_probe: bool
    """Whether some probe reaches every network without one of its own."""

    max_concurrency: int
    """Batches that are looked at at the same time."""

    batch_size: int
    """Databases of a batch."""

    sample_batch_size: int

    log_overlap: timedelta | None = None
    """As observe's, for a preview."""

    first_read: float = FIRST_READ

    def size_of(self, depth: Depth) -> int:
        """Databases of a batch of such a sweep."""
        return self.sample_batch_size if depth is Depth.SAMPLE else self.batch_size


def for_discover() -> DiscoverEnvironment:
    """TABLE, BUCKET, REGIONS, EVIDENCE_DAYS, SECURITY_HUB (ENABLED or DISABLED), EARLIER_INDEX (may be left out),
    STATE_MACHINE, DEFAULT_PROBE (may be empty), MAX_CONCURRENCY, BATCH_SIZE, SAMPLE_BATCH_SIZE, LOG_READING with
    LOG_OVERLAP_MINUTES and LOG_FIRST_READ_GB, and the probe's LOOKS and LOOK_INTERVAL: a batch is never larger
    than what they let a probe look at in its time.

    Raises BadEnvironment.
    """
    most = most_at_once(for_probe())
    return DiscoverEnvironment(
        needed("TABLE"),
        needed("BUCKET"),
        regions("REGIONS"),
        timedelta(days=whole("EVIDENCE_DAYS")),
        one_of("SECURITY_HUB", "ENABLED", "DISABLED") == "ENABLED",
        _optional("EARLIER_INDEX") or None,
        needed("STATE_MACHINE"),
        bool(_optional("DEFAULT_PROBE")),
        whole("MAX_CONCURRENCY"),
        min(whole("BATCH_SIZE"), most),
        min(whole("SAMPLE_BATCH_SIZE"), most),
        log_overlap(),
        first_read(),
    )


def for_probe() -> Visit:
    """LOOKS, LOOK_INTERVAL (seconds) and PLAINTEXT_PROBE (ENABLED or DISABLED), each as usual where it is not set.

    Each may be in range, and both together take longer than a probe has: then the interval is the longest that
    fits, and the log says so. Raises BadEnvironment.
    """
    usual = Visit()
    looks = whole("LOOKS") if "LOOKS" in os.environ else usual.looks
    interval = whole("LOOK_INTERVAL") if "LOOK_INTERVAL" in os.environ else usual.interval
    if (fits := within_reason(looks, interval)) < interval <= MOST_SECONDS:
        told = "%s looks every %s seconds are more than %s seconds in all: they are taken every %.1f seconds"
        log.warning(told, looks, interval, MOST_SECONDS, fits)
        interval = fits
    try:
        return visit({"looks": looks, "interval": interval}, Visit(plaintext=is_enabled("PLAINTEXT_PROBE")))
    except BadRequest as bad:
        raise BadEnvironment(f"the environment variables LOOKS and LOOK_INTERVAL: {bad}") from None


type Looker = Callable[[Sequence[Target]], tuple[Observation, ...]]
"""An observation of each target, in their order."""


@dataclass(frozen=True, slots=True)
class ObserveEnvironment:
    """What observe is told by its template."""

    table: "Table"
    bucket: str
    user: str
    """Database user of an IAM login."""

    default_probe: str
    """ARN of the probe that reaches every network without one of its own, or "" for none."""

    client_memory: timedelta
    """At least as long as `evidence`."""

    evidence: timedelta
    """How long nothing without TLS must have been seen before it counts as none."""

    master_secrets: bool = False
    """Whether the owner lets the secret that RDS keeps for a master user stand in for a login."""

    earlier_index: str | None = None
    """As discover's."""

    publish: Publish = Publish.FAILURES
    """What goes to Security Hub."""

    wakes_paused: bool = False
    """Whether the owner lets a full sweep wake a database that pauses at 0 ACUs."""

    log_overlap: timedelta | None = None
    """How much of a server's log is read again for what came late; None: logs are not read."""

    first_read: float = FIRST_READ
    """Bytes of an older log that Logs Insights may scan."""

    downloads_log_files: bool = False
    """Whether the owner lets logs that are not exported be read through RDS's API."""

    looks: Looker | None = None
    """Who looks at servers; None: the probe of their network."""
    asker: Asker = STACK
    target: str | None = None
    """The CA that changes of CA go to, where a database can have it; None: the one that clients notice least."""

    log_pace: LogPace = OBSERVES


@dataclass(frozen=True, slots=True)
class DeliverEnvironment:
    """What deliver is told by its template."""

    table: str
    queue: str
    """URL of the queue that keeps what a hub refused for good."""

    is_security_hub_enabled: bool


@dataclass(frozen=True, slots=True)
class ReportEnvironment:
    """What report is told by its template."""

    table: str
    bucket: str
    topic: str
    evidence: timedelta
    central: Central
    """Where an organisation gathers what its accounts report."""


def for_observe() -> ObserveEnvironment:
    """TABLE, BUCKET, DATABASE_USER, DEFAULT_PROBE, CLIENT_MEMORY_DAYS, EVIDENCE_DAYS, MASTER_USER_SECRETS,
    EARLIER_INDEX, SECURITY_HUB (ENABLED or DISABLED), PUBLISH (FAILURES or EVERYTHING), WAKE_PAUSED_DATABASES and
    LOG_READING with LOG_OVERLAP_MINUTES, LOG_FIRST_READ_GB and LOG_FILE_DOWNLOAD.

    Raises BadEnvironment.
    """
    memory = timedelta(days=whole("CLIENT_MEMORY_DAYS"))
    evidence = timedelta(days=whole("EVIDENCE_DAYS"))
    return ObserveEnvironment(
        needed("TABLE"),
        needed("BUCKET"),
        needed("DATABASE_USER"),
        _optional("DEFAULT_PROBE"),
        # Forgotten is not gone: whoever came without TLS is known for as long as that counts.
        max(memory, evidence),
        evidence,
        is_enabled("MASTER_USER_SECRETS"),
        _optional("EARLIER_INDEX") or None,
        _publish(),
        is_enabled("WAKE_PAUSED_DATABASES"),
        log_overlap(),
        first_read(),
        is_enabled("LOG_FILE_DOWNLOAD"),
    )


def for_deliver() -> DeliverEnvironment:
    """TABLE, QUEUE and SECURITY_HUB (ENABLED or DISABLED). Raises BadEnvironment."""
    is_on = one_of("SECURITY_HUB", "ENABLED", "DISABLED") == "ENABLED"
    return DeliverEnvironment(needed("TABLE"), needed("QUEUE"), is_on)


def for_report() -> ReportEnvironment:
    """TABLE, BUCKET, TOPIC, EVIDENCE_DAYS, and what may be left out or empty: CENTRAL_TOPIC, CENTRAL_BUCKET, and
    without both of them CENTRAL_FOLDER.

    Raises BadEnvironment.
    """
    evidence = timedelta(days=whole("EVIDENCE_DAYS"))
    names = ("CENTRAL_TOPIC", "CENTRAL_BUCKET", "CENTRAL_FOLDER")
    topic, bucket, folder = (os.environ.get(name, "").strip() for name in names)
    central = Central(topic, bucket, needed("CENTRAL_FOLDER") if topic or bucket else folder)
    return ReportEnvironment(needed("TABLE"), needed("BUCKET"), needed("TOPIC"), evidence, central)


def log_level() -> str:
    """POWERTOOLS_LOG_LEVEL, by which Powertools itself goes; INFO where it is not set. Raises BadEnvironment."""
    if "POWERTOOLS_LOG_LEVEL" not in os.environ:
        return "INFO"
    return one_of("POWERTOOLS_LOG_LEVEL", "DEBUG", "INFO")


def _publish() -> Publish:
    if "SECURITY_HUB" in os.environ and not is_enabled("SECURITY_HUB"):
        return Publish.NOTHING
    return Publish(one_of("PUBLISH", "FAILURES", "EVERYTHING")) if "PUBLISH" in os.environ else Publish.FAILURES


def _optional(name: str) -> str:
    return os.environ.get(name, "").strip()
