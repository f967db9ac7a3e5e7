"""What the servers' logs told, for whoever reaches no server: who came without TLS, and which logs are mute."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from tlscheck.reporting.explained import ExplainedLine, client_told
from tlscheck.reporting.result import DatabaseResult
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.wording import MOST_QUOTED, counted, listed, plain

MOST_CLIENTS = 20
MOST_NAMES = 10
MOST_STEPS = 3
MOST_WORDS = 900


def by_log(databases: Sequence[DatabaseResult], span: timedelta) -> Iterator[ExplainedLine]:
    """Who came without TLS so far back, of whom that is all, and what would have the other logs tell it."""
    days = counted(span.days, "day")
    told = [
        f"{_name(each)}: {client_told(client)}"
        for each in databases
        for client in each.clients
        if client.is_plaintext and client.logged_plaintext
    ]
    if told:
        yield ExplainedLine(f"Without TLS in {days}, by the servers' logs:", tone=Status.FAILED)
        yield from (ExplainedLine(each, 1) for each in told[:MOST_CLIENTS])
        if (rest := len(told) - MOST_CLIENTS) > 0:
            yield ExplainedLine(f"and {counted(rest, 'more client')}: --json FILE has them, and --database ID", 1)
    whole = [each for each in databases if each.picture and each.picture.is_log_complete]
    if whole:
        has_any = any(client.logged_plaintext for each in databases for client in each.clients)
        nobody = "" if has_any else f"Nobody came without TLS in {days}, by the logs that were read. "
        yield ExplainedLine(f"{nobody}All who opened a connection are known by the log of: {_names(whole)}.")
    yield from _without(databases)


def _without(databases: Sequence[DatabaseResult]) -> Iterator[ExplainedLine]:
    """Those whose log does not tell who connects, by what would have it do so."""
    steps: dict[str, list[tuple[DatabaseResult, Finding]]] = defaultdict(list)
    for each in databases:
        for finding in each.findings:
            if finding.check is CheckId.CONNECTION_LOG and finding.status is not Status.PASSED:
                steps[finding.next_step].append((each, finding))
    if not steps:
        return
    yield ExplainedLine("Logs that do not tell who connects:", tone=Status.NOT_OBSERVED)
    ordered = sorted(steps.values(), key=len, reverse=True)
    for some in ordered[:MOST_STEPS]:
        each, finding = some[0]
        yield ExplainedLine(f"{counted(len(some), 'database')} ({_names([row for row, _ in some])})", 1)
        yield ExplainedLine(plain(f"{_name(each)}: {finding.reason}", MOST_WORDS), 2)
        if finding.next_step:
            yield ExplainedLine(plain(finding.next_step, MOST_WORDS), 2)
    if (rest := len(ordered) - MOST_STEPS) > 0:
        yield ExplainedLine(f"and {counted(rest, 'more step')}", 1)
    yield ExplainedLine("--database ID has the commands for each.", 1)


def _name(database: DatabaseResult) -> str:
    return plain(database.identifier, MOST_QUOTED)


def _names(databases: Sequence[DatabaseResult]) -> str:
    return listed(map(_name, databases), MOST_NAMES)
