"""Check connection-log: does the server log who connects and how?"""

from datetime import timedelta

from tlscheck.inventory.database import Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import LC_MESSAGES, LOG_CONNECTIONS, LOG_LINE_PREFIX
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.lateness import within
from tlscheck.ledger.log_place import EXPORT, NOT_EXPORTED
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Severity, Status
from tlscheck.verdict.commands import rds
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.log_cover import (
    foreign_language,
    how_late,
    lacks_log,
    not_understood,
    of_members,
    reads_log,
)
from tlscheck.verdict.log_stopped import log_stopped, open_log
from tlscheck.verdict.log_volume import is_list, log_volume
from tlscheck.verdict.parameters import told, unknown
from tlscheck.verdict.remedies import setting
from tlscheck.wording import clause, counted, joined, plain

CHECK = Check(
    CheckId.CONNECTION_LOG,
    title="The server logs who connects and how",
    why="A look shows only its moment; the log shows the clients in between.",
    remedy="Set log_connections in the parameter group.",
    documentation=f"{GUIDE}/USER_LogAccess.Concepts.PostgreSQL.html",
    type=BEST_PRACTICES,
    severities={Status.WARNING: Severity.LOW},
)

DOWNLOAD = (
    "Or deploy tlscheck with LogFileDownload=ENABLED: nothing is paid for the log then, but Observe may download "
    "all instances' log files, statements in them too, and takes of RDS's API and of the instance for it; files "
    "are kept for some days only."
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster: only told; with it, clients between two looks leave a trace."""
    settings = evidence.database.settings
    if isinstance(settings, Gap):
        return unknown(evidence, CHECK.id, settings)
    wrong, step = _by_parameters(evidence, settings)
    if wrong:
        return _informational(evidence, wrong, step)
    logged = f"Connections are logged ({LOG_CONNECTIONS} in {_group(settings)})."
    if unread := _unexported(evidence, "The log is not"):
        return _informational(evidence, joined(logged, unread), _export(evidence))
    return _by_member(evidence, logged) if evidence.database.kind is Kind.CLUSTER else _by_log(evidence, logged)


def _by_log(evidence: Evidence, logged: str) -> Finding:
    if unread := _unread(evidence):
        return _informational(evidence, joined(logged, unread), open_log(evidence))
    told = joined(logged, not_understood(evidence), how_late(evidence))
    if evidence.logged.comes_too_late(evidence.at):
        return evidence.finding(CHECK.id, Status.WARNING, told, _read_more_again(evidence))
    return evidence.finding(CHECK.id, Status.PASSED, told)


def _by_member(evidence: Evidence, logged: str) -> Finding:
    """Each member writes a log of its own."""
    members = of_members(evidence)
    if not any(each.logged.read_at for each in members.values()):
        return evidence.finding(CHECK.id, Status.PASSED, logged)
    told = joined(logged, *(_of_member(name, members[name]) for name in sorted(members)))
    if unread := [each for each in members.values() if _unread(each)]:
        return _informational(evidence, told, joined(*dict.fromkeys(map(open_log, unread))))
    if late := [each for each in members.values() if each.logged.comes_too_late(each.at)]:
        slowest = max(late, key=lambda each: each.logged.lag(each.at) or timedelta())
        return evidence.finding(CHECK.id, Status.WARNING, told, _read_more_again(slowest))
    return evidence.finding(CHECK.id, Status.PASSED, told)


def _of_member(name: str, of: Evidence) -> str:
    span = counted(of.evidence_span.days, "day")
    return f"{plain(name)}: {clause(_unread(of) or lacks_log(of)) or f'its log covers all of the last {span}.'}"


def _unread(evidence: Evidence) -> str:
    """That nothing of its log is known, or no more, and why, as sentences; empty where that is not so."""
    is_without = bool(evidence.logged.holes) and not reads_log(evidence)
    return lacks_log(evidence) if is_without else log_stopped(evidence)


def _read_more_again(evidence: Evidence) -> str:
    lag = evidence.logged.lag(evidence.at)
    enough = within(lag) if lag else None
    if evidence.asker.is_here:
        return "Ask again later: each run reads the newest two days again. Or find out why its lines come so late."
    if enough is None:
        return "Find out why its lines come so late: LogOverlapMinutes reads a day again at most."
    return f"Set LogOverlapMinutes of tlscheck's stack to {enough // timedelta(minutes=1)} or more."


def _by_parameters(evidence: Evidence, settings: Settings) -> tuple[str, Advice | str]:
    """By which of them the log does not tell who connects, and what mends it; empty texts where it does."""
    group, values = _group(settings), settings.values
    connections, prefix = (values.get(name, "") for name in (LOG_CONNECTIONS, LOG_LINE_PREFIX))
    if not settings.logs_connections:
        reason = f"{LOG_CONNECTIONS} is {told(connections)} in {group}: clients between two looks leave no trace."
        return joined(reason, _unexported(evidence, "Nor is the log")), _log(evidence)
    if prefix and not {"%r", "%h"} & {prefix[at : at + 2] for at in range(len(prefix))}:
        reason = (
            f"Connections are logged, but {LOG_LINE_PREFIX} in {group} ({plain(prefix)}) names no client address."
        )
        return reason, setting(evidence, LOG_LINE_PREFIX, "%t:%r:%u@%d:[%p]:")
    if language := foreign_language(evidence):
        reason = (
            f"Connections are logged, but {LC_MESSAGES} in {group} is {plain(language)}: tlscheck understands the "
            "server's words in English alone."
        )
        return reason, setting(evidence, LC_MESSAGES, "C")
    return "", ""


def _group(settings: Settings) -> str:
    return plain(settings.parameter_group or "?")


def _informational(evidence: Evidence, reason: str, step: Advice | str) -> Finding:
    return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason, step)


def _log(evidence: Evidence) -> Advice:
    """`authorization` alone tells TLS (PostgreSQL 18, log_connections)."""
    value = "authorization" if is_list(evidence.database) else "1"
    return setting(evidence, LOG_CONNECTIONS, value, f"{log_volume(evidence)} See that there is room for them,")


def _unexported(evidence: Evidence, lead: str) -> str:
    """That nobody can read the log where it lies, as a sentence; empty where that is not so, or not known."""
    exports = evidence.database.log_exports
    if exports is None or EXPORT in exports or any(map(reads_log, (evidence, *of_members(evidence).values()))):
        return ""
    lacks = f"{lead} copied to CloudWatch Logs, where tlscheck would read it (its exports lack {EXPORT})."
    return joined(lacks, *sorted({lacks_log(each) for each in _refused(evidence)}))


def _refused(evidence: Evidence) -> list[Evidence]:
    """Servers of which the owner lets a log that is not exported be read, by what was said of it."""
    logs = (evidence, *of_members(evidence).values())
    return [
        each for each in logs if each.logged.holes and NOT_EXPORTED not in {hole.why for hole in each.logged.holes}
    ]


def _export(evidence: Evidence) -> Advice:
    """The change is made at once, whatever else waits for the window stays there (ModifyDBInstance)."""
    database = evidence.database
    what = "cluster" if database.kind is Kind.CLUSTER else "instance"
    line = rds(
        database,
        f"modify-db-{what}",
        f"--db-{what}-identifier",
        database.identifier,
        "--cloudwatch-logs-export-configuration",
        f"EnableLogTypes={EXPORT}",
        "--no-apply-immediately",
    )
    words = f"{log_volume(evidence)} All else that the server logs is copied too."
    other = "" if _refused(evidence) else DOWNLOAD
    return Advice(joined(words, other, "To copy it:" if other else "Then:"), (line,))
