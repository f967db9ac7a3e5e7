"""Check tls-versions: does the server take an outdated version of TLS?"""

from tlscheck.inventory.database import Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import CIPHERS, NEWEST_PROTOCOL, OLDEST_PROTOCOL, SSL
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import named
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.outdated import OUTDATED, below, by_outdated_tls
from tlscheck.verdict.parameters import unknown
from tlscheck.verdict.remedies import setting
from tlscheck.verdict.visibility import shows_everybody
from tlscheck.wording import joined, plain

CHECK = Check(
    CheckId.TLS_VERSIONS,
    title="The server takes no outdated version of TLS",
    why="TLS 1.0 and 1.1 are broken, and RFC 8996 forbids them.",
    remedy="Set ssl_min_protocol_version to TLSv1.2 in the parameter group.",
    documentation=TLS_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster: which protocol versions and ciphers the server takes."""
    settings = evidence.database.settings
    if isinstance(settings, Gap):
        return unknown(evidence, CHECK.id, settings)
    group, values = plain(settings.parameter_group or "?"), settings.values
    if values.get(SSL) == "0":
        step = setting(evidence.database, SSL, "1")
        return evidence.finding(CHECK.id, Status.FAILED, f"{SSL} is 0 in {group}: the server speaks no TLS.", step)
    newest, oldest = values.get(NEWEST_PROTOCOL), values.get(OLDEST_PROTOCOL)
    if newest in OUTDATED:
        reason = f"The newest version that the server speaks is {newest} ({NEWEST_PROTOCOL} in {group})."
        step = setting(evidence.database, NEWEST_PROTOCOL, "TLSv1.3")
        return evidence.finding(CHECK.id, Status.FAILED, reason, step)
    if oldest in OUTDATED:
        reason = f"The server still takes {oldest} ({OLDEST_PROTOCOL} in {group})."
        step = setting(evidence.database, OLDEST_PROTOCOL, "TLSv1.2", _first(evidence))
        return evidence.finding(CHECK.id, Status.WARNING, reason, step)
    ciphers = f"; {CIPHERS} is {plain(values[CIPHERS])}" if values.get(CIPHERS) else ""
    if not oldest:
        reason = (
            f"{group} leaves {OLDEST_PROTOCOL} to the engine, whose own default the API does not tell{ciphers}."
        )
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, joined(reason, below(evidence)), _raise(evidence))
    to = f" to {plain(newest)}" if newest else " up to the newest that it knows"
    reason = f"The server takes {plain(oldest)}{to} ({group}{ciphers}).".replace(";", ",")
    return evidence.finding(CHECK.id, Status.PASSED, joined(reason, below(evidence)))


def _raise(evidence: Evidence) -> Advice | str:
    """Whoever came below it is proof enough that the server took it, whatever its engine's default is now."""
    if not by_outdated_tls(evidence):
        return ""
    return setting(evidence.database, OLDEST_PROTOCOL, "TLSv1.2", _first(evidence))


def _first(evidence: Evidence) -> str:
    # A higher minimum cuts off every client that cannot speak it.
    if clients := by_outdated_tls(evidence):
        return f"Move to TLSv1.2 or newer: {named(clients)};"
    if evidence.database.kind is Kind.CLUSTER:
        return "Move the clients that its members' tls-clients findings name as below TLSv1.2,"
    if shows_everybody(evidence):
        return "None was seen below TLSv1.2 so far; wait until sweeps have covered the rarest job,"
    return "Not everybody who connects could be seen: open that first (see not-observed),"
