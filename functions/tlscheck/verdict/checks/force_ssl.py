"""Check force-ssl: does the server refuse a connection without TLS?"""

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.enforcement import MOST_MEMBERS
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.predecessors import still_expected
from tlscheck.verdict.remedies import setting
from tlscheck.verdict.visibility import shows_everybody
from tlscheck.wording import listed, plain

CHECK = Check(
    CheckId.FORCE_SSL,
    title="TLS is enforced by rds.force_ssl",
    why="Without enforcement a client can send its password and data in the clear, and nobody notices.",
    remedy="Once no client connects without TLS, set rds.force_ssl to 1 in the parameter group.",
    documentation=TLS_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)

STATUSES = {
    Enforcement.ENFORCED: Status.PASSED,
    Enforcement.NOT_ENFORCED: Status.FAILED,
    Enforcement.ENFORCED_AFTER_REBOOT: Status.WARNING,
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: Status.WARNING,
    Enforcement.UNKNOWN: Status.NOT_OBSERVED,
}


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster; a member's parameter is its cluster's."""
    known = evidence.enforcement
    step: Advice | str
    if known.absent:
        named = listed(map(plain, known.absent), MOST_MEMBERS)
        step = f"Have {named} listed and not excluded, so that a sweep looks at it too."
    elif known.is_old:
        step = "Have it looked at again (see not-observed): by what AWS's API says, rds.force_ssl is on by now."
    else:
        step = _next_step(evidence, known.by_table or known.state)
    return evidence.finding(CHECK.id, STATUSES[known.state], plain(known.reason), step)


def _next_step(evidence: Evidence, enforcement: Enforcement) -> Advice | str:
    database = evidence.database
    if evidence.enforcement.is_set_already:
        return (
            "Setting rds.force_ssl again mends nothing. See whether what answers at the endpoint is this"
            " database's own server; if it is, ask AWS Support why it does not do what its parameter group says."
        )
    match enforcement:
        case Enforcement.NOT_ENFORCED:
            return setting(database, "rds.force_ssl", "1", _first(evidence))
        case Enforcement.ENFORCED_AFTER_REBOOT:
            return Advice(f"{_first(evidence)} then:", commands.reboot(database))
        case Enforcement.NOT_ENFORCED_AFTER_REBOOT:
            since = "" if evidence.depth is Depth.FULL else ", unless that was changed since"
            return setting(database, "rds.force_ssl", "1", f"Keep it enforced after the reboot{since},")
        case Enforcement.UNKNOWN:
            return "Open what keeps tlscheck from reading the parameter group, as the reason says."
        case Enforcement.ENFORCED:
            return ""


def _first(evidence: Evidence) -> str:
    # Enforcing TLS cuts off every client that connects without it.
    if evidence.database.kind is Kind.CLUSTER:
        return "Move the clients that its members' plaintext-clients findings name to TLS,"
    if evidence.plaintext_clients or still_expected(evidence):
        return "Move the clients that plaintext-clients names to TLS,"
    if shows_everybody(evidence):
        return "None was seen without TLS so far; wait until sweeps have covered the rarest job,"
    if evidence.seen:
        return "Not everybody who connects could be seen: open that first (see not-observed),"
    return "Who connects without TLS could not be seen: open that first (see not-observed),"
