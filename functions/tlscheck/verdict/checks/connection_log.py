"""Check connection-log: does the server log who connects and how?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import LOG_CONNECTIONS, LOG_LINE_PREFIX
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.parameters import told, unknown
from tlscheck.verdict.remedies import setting
from tlscheck.wording import plain

CHECK = Check(
    CheckId.CONNECTION_LOG,
    title="The server logs who connects and how",
    why="A look shows only its moment; the log shows the clients in between.",
    remedy="Set log_connections in the parameter group.",
    documentation=f"{GUIDE}/USER_LogAccess.Concepts.PostgreSQL.html",
    type=BEST_PRACTICES,
    severities={},
)

LOGGED = frozenset({"1", "on", "true", "yes", "all", "authorization"})
"""Values of log_connections, alone or in the list that it is from PostgreSQL 18 on, that log who logged in how."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster: only told; with it, clients between two looks leave a trace."""
    settings = evidence.database.settings
    if isinstance(settings, Gap):
        return unknown(evidence, CHECK.id, settings)
    group = plain(settings.parameter_group or "?")
    connections, prefix = (settings.values.get(name, "") for name in (LOG_CONNECTIONS, LOG_LINE_PREFIX))
    if not logs_connections(connections):
        reason = f"{LOG_CONNECTIONS} is {told(connections)} in {group}: clients between two looks leave no trace."
        step = _log(evidence)
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason, step)
    if prefix and not {"%r", "%h"} & {prefix[at : at + 2] for at in range(len(prefix))}:
        reason = (
            f"Connections are logged, but {LOG_LINE_PREFIX} in {group} ({plain(prefix)}) names no client address."
        )
        step = setting(evidence, LOG_LINE_PREFIX, "%t:%r:%u@%d:[%p]:")
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason, step)
    return evidence.finding(CHECK.id, Status.PASSED, f"Connections are logged ({LOG_CONNECTIONS} in {group}).")


def logs_connections(value: str) -> bool:
    """Whether a value of log_connections, a boolean before PostgreSQL 18 and a list since, logs who logged in."""
    return bool(LOGGED & {part.strip() for part in value.lower().split(",")})


def _log(evidence: Evidence) -> Advice:
    """From 18 on it is a list, of which `authorization` alone tells TLS (PostgreSQL 18, log_connections).

    A boolean before: a line when a connection is received, one when it is authorized, and from 14 on one between.
    """
    is_list = evidence.database.major is not None and evidence.database.major >= 18
    lines = "a line" if is_list else "two or three lines"
    return setting(
        evidence,
        LOG_CONNECTIONS,
        "authorization" if is_list else "1",
        f"It writes {lines} into the log for each new connection: see that there is room for them,",
    )
