"""Check tls-clients: who connects with TLS?"""

from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Status
from tlscheck.verdict.clients import MOST_LISTED, named, were_seen, with_tls
from tlscheck.verdict.completeness import how_complete
from tlscheck.verdict.doubted import doubted_tls
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.outdated import below
from tlscheck.verdict.predecessors import told_with_tls
from tlscheck.verdict.visibility import (
    complete,
    lacks_memory,
    lacks_sessions,
    show_sessions,
    unseen_sessions,
)
from tlscheck.wording import joined, listed, plain

CHECK = Check(
    CheckId.TLS_CLIENTS,
    title="Clients that connect with TLS",
    why="Those that verify the server need a new CA's root in time, and a server cannot see which do.",
    remedy="Ask the owner of each client which root certificates it trusts before the CA is changed.",
    documentation=ROTATION_PAGE,
    type=BEST_PRACTICES,
    severities={},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member: never good or bad, only who must be asked."""
    lacks = joined(lacks_sessions(evidence), lacks_memory(evidence))
    rest = joined(lacks, doubted_tls(evidence), told_with_tls(evidence), _behind_proxies(evidence))
    if known := with_tls(evidence.tls_clients):
        reason = f"{were_seen(known)} with TLS: {named(known)}. Whether they verify the server cannot be seen."
        step = "Before the CA is changed, ask their owners which root certificates they trust."
        said = joined(reason, below(evidence), how_complete(evidence), rest)
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, said, step)
    if not evidence.seen:
        reason = f"Who is connected was not seen: {unseen_sessions(evidence)}"
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, joined(reason, rest), show_sessions(evidence))
    reason = "No client was seen with TLS so far."
    if lacks:
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, joined(reason, rest), complete(evidence))
    return evidence.finding(CHECK.id, Status.INFORMATIONAL, joined(reason, how_complete(evidence), rest))


def _behind_proxies(evidence: Evidence) -> str:
    if not evidence.database.proxies:
        return ""
    proxies = listed((plain(each) for each in evidence.database.proxies), most=MOST_LISTED)
    return f"Clients of the proxy {proxies} are hidden behind it (see its proxy-tls)."
