"""Check lost-encryption: did a client refuse the server's certificate and come in without TLS instead?"""

from collections.abc import Iterable

from tlscheck.ledger.client import Sort
from tlscheck.ledger.counting import SETTLED
from tlscheck.ledger.logged import Fallback, LeftOut, Met
from tlscheck.verdict.check import DATA_EXPOSURE, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import MOST_LISTED
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.log_cover import READ_LOG, lacks_log, left_out, reads_log
from tlscheck.wording import MOST_QUOTED, counted, day, joined, listed, plain, quoted

CHECK = Check(
    CheckId.LOST_ENCRYPTION,
    title="No client falls back to a connection without TLS",
    why="A client that verifies and then goes on in the clear tells nobody: it looks as if all were well.",
    remedy="Give the client sslmode=verify-full and the Region's root certificates.",
    documentation=TLS_PAGE,
    type=DATA_EXPOSURE,
    severities={Status.FAILED: Severity.CRITICAL},
)

type _Told = tuple[Fallback, Met]


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member. None is a pass only where its log covers all of EvidenceDays."""
    known = sorted(_of_evidence_days(evidence), key=_place)
    is_refused = evidence.enforcement.is_enforced
    standing = [] if is_refused else [each for each in known if not _is_settled(evidence, *each)]
    lacks = joined(lacks_log(evidence), left_out(evidence, LeftOut.FALLBACKS, LeftOut.COUNTED))
    rest = [each for each in known if each not in standing]
    settled = _refused(rest) if is_refused else _settled(rest)
    if standing:
        who = counted(len(standing), "client")
        reason = (
            f"{who} came in without TLS within seconds of an alert by which the same address refused the server's "
            f"certificate, says its log: {_named(standing)}."
        )
        said = joined(reason, _certificate(evidence, standing), settled, lacks)
        return evidence.finding(CHECK.id, Status.FAILED, said, _mend(evidence))
    if not reads_log(evidence):
        reason = joined(lacks, "Whether a client fell back to a connection without TLS is not known.", settled)
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, READ_LOG)
    none = "no client that refused the server's certificate came in without TLS within seconds"
    if lacks:
        reason = f"As far as its log was read, {none}."
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, joined(reason, settled, lacks))
    if settled:
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, settled)
    span = counted(evidence.evidence_span.days, "day")
    reason = f"In {span} of its log, {none}."
    return evidence.finding(CHECK.id, Status.PASSED, reason)


def _of_evidence_days(evidence: Evidence) -> Iterable[_Told]:
    since = evidence.at - evidence.evidence_span
    return ((each, met) for each, met in evidence.logged.fallbacks.items() if met.last >= since)


def _place(told: _Told) -> tuple[object, ...]:
    fallback, met = told
    return met.first, fallback.address, fallback.user, fallback.database, fallback.application


def _is_settled(evidence: Evidence, fallback: Fallback, met: Met) -> bool:
    """Whether a look saw it with TLS from there since, and it did not fall back for a week.

    The log's word that it came with TLS is not enough: that may be the client's own text.
    """
    called = fallback.database, fallback.user, fallback.application
    return evidence.at - met.last >= SETTLED and any(
        each.tls is not None and each.tls.addresses.get(fallback.address, met.last) > met.last
        for each in evidence.clients
        if each.who.sort is Sort.CLIENT and (each.who.name, each.who.user, each.who.application) == called
    )


def _named(known: list[_Told]) -> str:
    return listed((_told(*each) for each in known[:MOST_LISTED]), MOST_LISTED, of=len(known))


def _told(fallback: Fallback, met: Met) -> str:
    application = fallback.application
    what = quoted(application) if application.strip() else "a client without an application name"
    where = plain(fallback.address, MOST_QUOTED)
    since = f", first on {day(met.first)}" if day(met.first) != day(met.last) else ""
    return (
        f"{what} as {quoted(fallback.user)} in {quoted(fallback.database)} from {where}{since}, last seen without "
        f"TLS on {day(met.last)}"
    )


def _certificate(evidence: Evidence, known: list[_Told]) -> str:
    """What is known of the certificate that was refused: the newest look's, or that it was an earlier one."""
    handshake = evidence.observation.handshake
    leaf = handshake.chain[0] if handshake.chain else None
    if leaf is None or leaf.not_before is None or leaf.not_after is None:
        return ""
    of = f" of {plain(handshake.authority)}" if handshake.authority else ""
    now = f"a certificate{of}, valid from {day(leaf.not_before)} to {day(leaf.not_after)}"
    if leaf.not_before > max(met.last for _, met in known):
        return f"What was refused was an earlier certificate: by now the server presents {now}."
    return f"By now the server presents {now}."


def _settled(known: list[_Told]) -> str:
    if not known:
        return ""
    return (
        f"Not counted any more: {_named(known)}; since then each was seen with TLS from there. Whether it would "
        "fall back again cannot be seen."
    )


def _refused(known: list[_Told]) -> str:
    if not known:
        return ""
    return (
        f"Not counted, as the server refuses connections without TLS: {_named(known)}. It came in before that, or "
        "somebody who was refused made the line up. What comes so now fails (see refusing-clients)."
    )


def _mend(evidence: Evidence) -> str:
    return (
        "Give each of these clients sslmode=verify-full and the Region's root certificates: then it fails and says"
        " why, where it goes on in the clear now. Do not turn its verification off. If many share the address, one"
        " of them may have refused and another come without TLS: mend both. An address stops counting once a look"
        " saw the client with TLS from there, and then no fallback came for seven days; else after "
        f"{counted(evidence.evidence_span.days, 'day')}."
    )
