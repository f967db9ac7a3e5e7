"""Checks of the parameters beside rds.force_ssl: tls-versions, password-hashes and connection-log."""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import (
    ACCEPTED_HASHES,
    CIPHERS,
    LOG_CONNECTIONS,
    LOG_LINE_PREFIX,
    NEWEST_PROTOCOL,
    OLDEST_PROTOCOL,
    PASSWORD_HASH,
    SSL,
)
from tlscheck.verdict import commands
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wording import plain, sentence

OUTDATED = ("TLSv1", "TLSv1.0", "TLSv1.1")
"""Versions that RFC 8996 ended in 2021."""

LOGGED = frozenset({"1", "on", "true", "yes", "all", "authorization"})
"""Values of log_connections, alone or in the list that it is from PostgreSQL 18 on, that log who logged in how."""


def judge_versions(evidence: Evidence) -> Finding:
    """Check tls-versions, of an instance or cluster: which protocol versions and ciphers the server takes."""
    check, settings = CheckId.TLS_VERSIONS, evidence.database.settings
    if isinstance(settings, Gap):
        return _unknown(evidence, check, settings)
    group, values = plain(settings.parameter_group or "?"), settings.values
    if values.get(SSL) == "0":
        step = commands.set_parameter(evidence.database, SSL, "1")
        return evidence.finding(check, Status.FAILED, f"{SSL} is 0 in {group}: the server speaks no TLS.", step)
    newest, oldest = values.get(NEWEST_PROTOCOL), values.get(OLDEST_PROTOCOL)
    if newest in OUTDATED:
        reason = f"The newest version that the server speaks is {newest} ({NEWEST_PROTOCOL} in {group})."
        step = commands.set_parameter(evidence.database, NEWEST_PROTOCOL, "TLSv1.3")
        return evidence.finding(check, Status.FAILED, reason, step)
    if oldest in OUTDATED:
        reason = f"The server still takes {oldest} ({OLDEST_PROTOCOL} in {group})."
        step = (
            "See in tls-clients which clients still need it, then: "
            f"{commands.set_parameter(evidence.database, OLDEST_PROTOCOL, 'TLSv1.2')}"
        )
        return evidence.finding(check, Status.WARNING, reason, step)
    ciphers = f"; {CIPHERS} is {plain(values[CIPHERS])}" if values.get(CIPHERS) else ""
    if not oldest:
        reason = (
            f"{group} leaves {OLDEST_PROTOCOL} to the engine, whose own default the API does not tell{ciphers}."
        )
        return evidence.finding(check, Status.INFORMATIONAL, reason)
    to = f" to {plain(newest)}" if newest else " up to the newest that it knows"
    return evidence.finding(
        check, Status.PASSED, f"The server takes {plain(oldest)}{to} ({group}{ciphers}).".replace(";", ",")
    )


def judge_hashes(evidence: Evidence) -> Finding:
    """Check password-hashes: only told, since no change of a CA hangs on it."""
    check, settings = CheckId.PASSWORD_HASHES, evidence.database.settings
    if isinstance(settings, Gap):
        return _unknown(evidence, check, settings)
    group = plain(settings.parameter_group or "?")
    stored, accepted = (settings.values.get(name, "") for name in (PASSWORD_HASH, ACCEPTED_HASHES))
    told = f"{PASSWORD_HASH} is {_told(stored)} and {ACCEPTED_HASHES} {_told(accepted)} in {group}."
    if stored == "scram-sha-256" and accepted == "scram":
        return evidence.finding(check, Status.PASSED, told)
    step = (
        "Let every user of a password set it anew under scram-sha-256, then: "
        f"{commands.set_parameter(evidence.database, ACCEPTED_HASHES, 'scram')}"
    )
    return evidence.finding(
        check, Status.INFORMATIONAL, told, step if "md5" in {stored, *accepted.split("+")} else ""
    )


def judge_log(evidence: Evidence) -> Finding:
    """Check connection-log: only told; with it, clients between two looks leave a trace."""
    check, settings = CheckId.CONNECTION_LOG, evidence.database.settings
    if isinstance(settings, Gap):
        return _unknown(evidence, check, settings)
    group = plain(settings.parameter_group or "?")
    connections, prefix = (settings.values.get(name, "") for name in (LOG_CONNECTIONS, LOG_LINE_PREFIX))
    if not logs_connections(connections):
        reason = f"{LOG_CONNECTIONS} is {_told(connections)} in {group}: clients between two looks leave no trace."
        # The boolean that it was before 18 is a word of the list that it is now.
        step = commands.set_parameter(evidence.database, LOG_CONNECTIONS, _on(evidence))
        return evidence.finding(check, Status.INFORMATIONAL, reason, step)
    if prefix and not {"%r", "%h"} & {prefix[at : at + 2] for at in range(len(prefix))}:
        reason = (
            f"Connections are logged, but {LOG_LINE_PREFIX} in {group} ({plain(prefix)}) names no client address."
        )
        step = commands.set_parameter(evidence.database, LOG_LINE_PREFIX, "'%t:%r:%u@%d:[%p]:'")
        return evidence.finding(check, Status.INFORMATIONAL, reason, step)
    return evidence.finding(check, Status.PASSED, f"Connections are logged ({LOG_CONNECTIONS} in {group}).")


def logs_connections(value: str) -> bool:
    """Whether a value of log_connections, a boolean before PostgreSQL 18 and a list since, logs who logged in."""
    return bool(LOGGED & {part.strip() for part in value.lower().split(",")})


def _on(evidence: Evidence) -> str:
    return "all" if evidence.database.major is not None and evidence.database.major >= 18 else "1"


def _told(value: str) -> str:
    return plain(value) or "left to the engine"


def _unknown(evidence: Evidence, check: CheckId, gap: Gap) -> Finding:
    reason = sentence(f"Its parameters are not known: {plain(gap.reason)}")
    step = "Let tlscheck read the parameter group, or let its changes be applied, as the reason says."
    return evidence.finding(check, Status.NOT_OBSERVED, reason, step)
