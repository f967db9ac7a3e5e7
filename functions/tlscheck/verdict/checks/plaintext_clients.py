"""Check plaintext-clients: who connects without TLS?"""

from tlscheck.verdict.check import DATA_EXPOSURE, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import connecting, named
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.visibility import show_sessions, unseen_sessions
from tlscheck.wording import plain

CHECK = Check(
    CheckId.PLAINTEXT_CLIENTS,
    title="No client connects without TLS",
    why="What these clients send can be read on the way, and enforcing TLS would cut them off.",
    remedy="Give the client sslmode=verify-full and the Region's root certificates.",
    documentation=TLS_PAGE,
    type=DATA_EXPOSURE,
    severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member. Nobody seen is a pass only where the server refuses plaintext."""
    if plaintext := evidence.plaintext_clients:
        reason = f"{connecting(plaintext)} without TLS: {named(plaintext)}."
        step = (
            "Give each of them sslmode=verify-full and the Region's root certificates. It counts until it was "
            "seen with TLS, and then for seven days not without."
        )
        return evidence.finding(CHECK.id, Status.FAILED, reason, step)
    if not evidence.seen:
        reason = f"Who is connected was not seen: {unseen_sessions(evidence)}"
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, show_sessions(evidence))
    if evidence.enforcement.is_enforced:
        why = plain(evidence.enforcement.reason)
        reason = f"The server refuses connections without TLS ({why}), and none was seen."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    reason = "No client was seen without TLS, but the server may accept one, and a look shows only its moment."
    return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason)
