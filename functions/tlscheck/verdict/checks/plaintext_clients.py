"""Check plaintext-clients: who connects without TLS?"""

from tlscheck.inventory.database import Kind
from tlscheck.ledger.client import Sort
from tlscheck.ledger.counting import counts_no_more, no_longer_counted, plaintext_of, tls_of
from tlscheck.verdict.check import DATA_EXPOSURE, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import named, were_seen, without_tls
from tlscheck.verdict.completeness import how_complete
from tlscheck.verdict.doubted import doubted_plaintext, doubted_tls
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.plaintext import addresses, plaintext_named
from tlscheck.verdict.predecessors import still_expected, told_without_tls
from tlscheck.verdict.visibility import (
    complete,
    lacks_memory,
    lacks_past,
    lacks_sessions,
    show_sessions,
    unseen_sessions,
)
from tlscheck.wording import counted, joined, plain

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
    if evidence.database.kind is Kind.CLUSTER:
        return _of_cluster(evidence)
    lacks = [lacks_sessions(evidence), lacks_memory(evidence), lacks_past(evidence)]
    past = joined(doubted_tls(evidence), doubted_plaintext(evidence), told_without_tls(evidence))
    gone = _gone(evidence)
    if evidence.plaintext_clients:
        known = plaintext_named(evidence)
        reason = f"{were_seen(known)} without TLS: {named(known)}."
        return evidence.finding(CHECK.id, Status.FAILED, joined(reason, *lacks, past, gone), _move(evidence))
    if not evidence.seen:
        reason = f"Who is connected was not seen: {unseen_sessions(evidence)}"
        said = joined(reason, *lacks, past, gone)
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, said, show_sessions(evidence))
    if any(lacks) or still_expected(evidence):
        reason = "No client that counts was seen without TLS, but not everybody can have been seen."
        step = _await(evidence) if still_expected(evidence) else complete(evidence)
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, joined(reason, *lacks, past, gone), step)
    if evidence.enforcement.is_enforced:
        why = plain(evidence.enforcement.reason)
        reason = f"The server refuses connections without TLS ({why}), and {_none(evidence)} was seen."
        return evidence.finding(CHECK.id, Status.PASSED, joined(reason, past, gone))
    who = _none(evidence).replace("none", "No client")
    how = how_complete(evidence)
    rest = f". {how}" if how else ", and a look shows only its moment."
    reason = f"{who} was seen without TLS, but the server may accept one{rest}"
    return evidence.finding(CHECK.id, Status.INFORMATIONAL, joined(reason, past, gone))


def _of_cluster(evidence: Evidence) -> Finding:
    """Its clients are its members'; those of one that is gone come to the others."""
    lacks = joined(lacks_memory(evidence), lacks_past(evidence))
    past = told_without_tls(evidence)
    if still_expected(evidence):
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, joined(past, lacks), _await(evidence))
    if lacks:
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, joined(lacks, past))
    reason = (
        "Its clients are its members'. Whoever came without TLS to what is gone was seen here since, or did so "
        f"more than {_days(evidence)} ago."
    )
    return evidence.finding(CHECK.id, Status.INFORMATIONAL, joined(reason, past))


def _none(evidence: Evidence) -> str:
    """Whoever is remembered to have come without TLS was seen, also where that counts no more."""
    return "none that counts" if any(map(plaintext_of, evidence.clients)) else "none"


def _gone(evidence: Evidence) -> str:
    """Who counts no more from where they came, although they were never seen with TLS from there."""
    left, is_gone = addresses(evidence, no_longer_counted), addresses(evidence, counts_no_more)
    gone = without_tls((client for client in evidence.belief.clients if is_gone[client.who]), left)
    if not gone:
        return ""
    # Others that its name folds with may be those who came with TLS.
    own = all(
        each.client.who.sort is Sort.CLIENT and (tls := tls_of(each.client)) and tls.last > each.last
        for each in gone
    )
    who = "each" if own else "each, or another name of its pattern,"
    return (
        f"Not counted any more: {named(gone)}; since then {who} was seen with TLS from elsewhere, and for "
        f"{_days(evidence)} not without."
    )


def _move(evidence: Evidence) -> str:
    return (
        "Give each of these clients sslmode=verify-full and the Region's root certificates. An address stops "
        "counting once it was seen with TLS, and then not without for seven days. If it is gone, or if the name "
        "stands for many clients, it stops counting once the client was seen with TLS, and then not without for "
        f"{_days(evidence)}."
    )


def _await(evidence: Evidence) -> str:
    return (
        "See that each of those clients comes here with TLS. One that is gone stands in the way for "
        f"{_days(evidence)} after it was last seen without."
    )


def _days(evidence: Evidence) -> str:
    return counted(evidence.evidence_span.days, "day")
