"""One database of a sweep, explained: the verdict and its reason, every check, every client, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tlscheck.ledger.client import Sort
from tlscheck.reporting.client_row import ClientRow, TraceRow
from tlscheck.reporting.result import DatabaseResult
from tlscheck.verdict.check import CheckId, Severity, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict
from tlscheck.verdict.registry import CHECKS
from tlscheck.wording import counted, harmless, joined, listed, plain, quoted, sentence

MOST_TEXT = 4_000
MOST_ADDRESSES = 5
_STATUSES = (Status.FAILED, Status.WARNING, Status.NOT_OBSERVED, Status.INFORMATIONAL, Status.PASSED)
_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A line of it."""

    text: str
    depth: int = 0
    """How far in it stands."""

    tone: Verdict | Status | None = None
    """What it says, where it says one thing."""

    is_command: bool = False
    """Whether it is pasted: it is never broken, nor cut."""


def explained(database: DatabaseResult) -> Iterator[ExplainedLine]:
    """What a person reads who has to do something about it: the gravest first."""
    name = f"{plain(database.identifier)} in {database.region} ({database.kind})"
    yield ExplainedLine(f"{database.verdict} {name}", tone=database.verdict)
    yield ExplainedLine(plain(database.reason, MOST_TEXT), 1)
    if database.error and database.error not in database.reason:
        yield ExplainedLine(plain(database.error, MOST_TEXT), 1)
    yield ExplainedLine(_facts(database), 1)
    if database.picture and database.picture.said:
        yield ExplainedLine(plain(database.picture.said, MOST_TEXT), 1)
    told: dict[str, CheckId] = {}
    for each in sorted(database.findings, key=_order):
        yield ExplainedLine(f"{each.status} {each.check}: {plain(each.reason, MOST_TEXT)}", 1, each.status)
        if each.told_step in told:
            yield ExplainedLine(f"Next: as for {told[each.told_step]}", 2)
        elif each.told_step:
            told[each.told_step] = each.check
            yield from _next(each)
    if database.clients:
        order = ", those without TLS first" if database.clients[0].is_plaintext else ""
        yield ExplainedLine(f"{counted(len(database.clients), 'client')}{order}:", 1)
        yield from (ExplainedLine(client_told(each), 2) for each in database.clients)
    for past in database.predecessors:
        who = listed(map(_who, past.clients), MOST_ADDRESSES)
        was = f"before it, until {_hour(past.until)}: {plain(past.identifier)}: {who}"
        yield ExplainedLine(was.rstrip(": "), 1)


def _facts(database: DatabaseResult) -> str:
    facts = [f"TLS {database.enforcement}"]
    if database.certificate_authority:
        facts.append(f"CA {plain(database.certificate_authority)}")
    if database.certificate:
        facts.append(f"certificate {plain(database.certificate)}")
    if database.looked_at:
        facts.append(f"looked at {_minute(database.looked_at)}")
    return ", ".join(facts)


def _next(finding: Finding) -> Iterator[ExplainedLine]:
    """The words, and below them each command on a line of its own: pasted together, they end where one fails."""
    yield ExplainedLine(f"Next: {plain(finding.next_step, MOST_TEXT)}".rstrip(), 2)
    for place, each in enumerate(finding.commands, start=1):
        yield ExplainedLine(f"{harmless(each)}{' &&' * (place < len(finding.commands))}", 3, is_command=True)


def client_told(client: ClientRow) -> str:
    """How one client came, in a sentence or two."""
    came = [
        _came("without TLS", client.plaintext),
        _came("with TLS", client.tls),
        _came("by the log without TLS", client.logged_plaintext),
        _came("by the log with TLS", client.logged_tls),
    ]
    doubts = sentence(f"The log is doubted: {listed(client.doubts, len(client.doubts))}") if client.doubts else ""
    return joined(sentence(f"{_who(client)}: {'; '.join(filter(None, came))}"), doubts)


def _came(how: str, trace: TraceRow | None) -> str:
    if trace is None:
        return ""
    versions = f" ({', '.join(map(plain, trace.protocols))})" if trace.protocols else ""
    addresses = [plain(each) for each in trace.addresses] + ["elsewhere"] * (trace.elsewhere is not None)
    places = f" from {listed(addresses, MOST_ADDRESSES)}" if addresses else ""
    return f"{how}{versions}, last {_hour(trace.last)}{places}"


def _who(client: ClientRow) -> str:
    match client.sort:
        case Sort.OTHERS:
            return "others"
        case Sort.OTHERS_OF_USER:
            return f"others as {quoted(client.user)}"
    application = (
        quoted(client.application) if client.application.strip() else "a client without an application name"
    )
    return f"{application} as {quoted(client.user)} in {quoted(client.name)}"


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H h} UTC"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _order(finding: Finding) -> tuple[int, int, str]:
    severity = CHECKS[finding.check].severity(finding.status)
    return _STATUSES.index(finding.status), -_SEVERITIES.index(severity), finding.check
