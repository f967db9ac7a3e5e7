"""Check upgrade-enforces-tls: would a major-version upgrade turn TLS enforcement on, and whom would it cut off?"""

from tlscheck.inventory.database import Kind
from tlscheck.inventory.engine import ENGINES, Engine, engine_named, major
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.verdict.check import BEST_PRACTICES, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import named, without_tls
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.predecessors import still_expected
from tlscheck.verdict.visibility import shows_everybody
from tlscheck.wording import plain, sentence

_FORCED_FROM = " and ".join(f"{engine.title} {engine.forced_from}" for engine in ENGINES)

CHECK = Check(
    CheckId.UPGRADE,
    title="A major-version upgrade does not turn TLS enforcement on unforeseen",
    why=f"From {_FORCED_FROM} on the default is to refuse clients without TLS.",
    remedy="Move the clients to TLS before the upgrade.",
    documentation=TLS_PAGE,
    type=BEST_PRACTICES,
    severities={Status.WARNING: Severity.MEDIUM},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster. The version from which it holds is our table's, and said to be."""
    database = evidence.database
    known, number = evidence.enforcement, database.major
    state = known.by_table or known.state
    engine = engine_named(database.engine)
    if state is Enforcement.UNKNOWN or number is None or engine is None:
        why = plain(known.reason) if state is Enforcement.UNKNOWN else "its version is not known to us"
        reason = sentence(f"What an upgrade would change is not known: {why}")
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, "See force-ssl.")
    if state not in {Enforcement.NOT_ENFORCED, Enforcement.NOT_ENFORCED_AFTER_REBOOT}:
        reason = f"No upgrade turns it on: {FORCE} already. {sentence(plain(known.reason))}"
        if known.by_table:
            return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, "See force-ssl.")
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    return _judge_unenforced(evidence, engine, number)


def _judge_unenforced(evidence: Evidence, engine: Engine, number: int) -> Finding:
    group = evidence.database.force_ssl.parameter_group
    if not group:
        reason = "What an upgrade would change is not known: the API names no parameter group of it."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, "See force-ssl.")
    if not group.startswith("default."):
        reason = f"Its group {plain(group)} is its own: the next version's group decides."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    if engine.is_forced_by_default(number):
        reason = f"Its version is {number} already, from which on the default group enforces TLS."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    return evidence.finding(CHECK.id, *_announcement(evidence, engine))


FORCE = "rds.force_ssl is or will be 1"


def _announcement(evidence: Evidence, engine: Engine) -> tuple[Status, str, str]:
    database = evidence.database
    target = f"{engine.title} {engine.forced_from}"
    pending = database.pending_version
    upgrade = major(pending)
    waits = upgrade is not None and engine.is_forced_by_default(upgrade)
    when = f"The upgrade to {plain(pending)} that waits" if waits and pending else "An upgrade"
    reason = (
        f"{when} {'turns' if waits else f'to {target} or later turns'} TLS enforcement on: from {target} on the "
        f"default group has rds.force_ssl=1 (by our table of versions). {_cut_off(evidence)}"
    )
    step = (
        f"Before the upgrade move every client to TLS, or give {database.identifier} a parameter group of its own "
        "of the new family with rds.force_ssl=0 until they have moved."
    )
    return Status.WARNING if waits else Status.INFORMATIONAL, reason, step


def _cut_off(evidence: Evidence) -> str:
    if evidence.database.kind is Kind.CLUSTER:
        return "Whom that would cut off, its members' plaintext-clients say."
    if clients := evidence.plaintext_clients:
        return f"It would cut off {named(without_tls(clients))}."
    if still_expected(evidence):
        return "It would cut off clients that plaintext-clients names, if they come."
    if shows_everybody(evidence):
        return "No client without TLS was seen so far."
    if evidence.seen:
        return "No client without TLS was seen so far, but not everybody could be seen."
    return "Who connects without TLS was not seen."
