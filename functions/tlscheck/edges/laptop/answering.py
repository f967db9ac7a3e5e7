"""What a sweep from a laptop answers: files, a table or explanations, what to do first, and the exit code."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from tlscheck.edges.command.sweep_words import ACCOUNT
from tlscheck.edges.command.terminal import say
from tlscheck.edges.laptop import answer_files
from tlscheck.edges.laptop.prose import tell
from tlscheck.edges.laptop.sweeping import Swept
from tlscheck.edges.laptop.table import lay_out
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.reporting.by_log import by_log
from tlscheck.reporting.explained import ExplainedLine, explained
from tlscheck.reporting.first_steps import first_steps, shortened
from tlscheck.reporting.footing import Footing, nothing_found
from tlscheck.reporting.message import not_whole
from tlscheck.reporting.result import DatabaseResult
from tlscheck.reporting.worst_answer import WorstAnswer, is_nothing_known, worst_answer
from tlscheck.verdict.readiness import Verdict
from tlscheck.wire.asker import CALLER
from tlscheck.wire.targeting import STOPPED
from tlscheck.wording import counted

MOST_STEPS = 5
MOST_EXPLAINED = 20
_EXIT = {WorstAnswer.CLEAR: 0, WorstAnswer.TO_FIX: 1, WorstAnswer.NOT_KNOWN: 3}


@dataclass(frozen=True, slots=True)
class Answering:
    """How the answer is wanted."""

    terms: SweepTerms
    json: Path | None
    """Where the report goes, `{account}` for each account's; `-`: to standard output, and all else beside it."""

    csv: Path | None
    fail_on: Verdict
    """The least pressing verdict that the exit code tells."""


def answered(swept: Sequence[Swept], how: Answering) -> int:
    """Writes and shows it. The exit code. Raises BadRequest once all is shown, if a file could not be written."""
    failure = _written(swept, how)
    stream = sys.stderr if answer_files.STANDARD_OUTPUT in {how.json, how.csv} else sys.stdout
    if stream is not None:
        for each in swept:
            _show(each, how, stream, is_one=len(swept) == 1)
        stream.flush()
    if failure:
        raise failure
    return _EXIT[worst_answer([each.summary for each in swept], how.fail_on)]


def check(how: Answering, accounts: int) -> None:
    """Raises BadRequest for files that could not be written, before anything is looked at."""
    if accounts > 1 and how.json is not None and ACCOUNT not in str(how.json):
        raise BadRequest(f"--json: each account has a report of its own: write {ACCOUNT} into the file's name")
    answer_files.check((how.json, how.csv))


def _written(swept: Sequence[Swept], how: Answering) -> BadRequest | None:
    """Each file for itself; of those that could not be written, why."""
    json, csv = how.json, how.csv
    writes: list[Callable[[], None]] = []
    if json is not None:
        writes += [
            partial(answer_files.write_report, Path(str(json).replace(ACCOUNT, each.account.id)), each.summary)
            for each in swept
        ]
    if csv is not None:
        writes.append(partial(answer_files.write_sheet, csv, [each.summary for each in swept]))
    why = []
    for write in writes:
        try:
            write()
        except BadRequest as failure:
            why.append(str(failure))
    return BadRequest("; ".join(why)) if why else None


def _show(swept: Swept, how: Answering, stream: TextIO, *, is_one: bool) -> None:
    databases = swept.summary.databases
    if databases and not is_one:
        say(f"Account {swept.account.id}", stream=stream)
    if not databases:
        is_whole = not is_nothing_known(swept.summary)
        nothing = nothing_found(swept.account.id, is_narrow=swept.summary.sweep.narrow, is_whole=is_whole)
        tell(nothing, stream)
    elif how.terms.request.databases and len(databases) <= MOST_EXPLAINED:
        _explain(databases, stream)
    else:
        lay_out(databases, stream)
        _say_first(databases, stream)
        if how.terms.reads_logs and (lines := tuple(by_log(databases, how.terms.evidence))):
            _say_each(lines, stream)
            say("", stream=stream)
    for line in (*not_whole(swept.summary, CALLER), *swept.notes):
        tell(line, stream, tone=Verdict.NOT_OBSERVED)
    if databases:
        tell(_footing(swept, how).told, stream)


def _explain(databases: Sequence[DatabaseResult], stream: TextIO) -> None:
    for each in databases:
        _say_each(explained(each), stream)
        say("", stream=stream)


def _say_each(lines: Iterable[ExplainedLine], stream: TextIO) -> None:
    for line in lines:
        if line.is_command:
            say(f"{'  ' * line.depth}{line.text}", stream=stream)
        else:
            tell(line.text, stream, line.depth, line.tone)


def _say_first(databases: Sequence[DatabaseResult], stream: TextIO) -> None:
    steps = first_steps(databases)
    say("", stream=stream)
    if steps:
        say("What to do first:", stream=stream)
    shown = shortened(steps, MOST_STEPS)
    for place, each in enumerate(shown, start=1):
        tell(f"{place}. {each.told}", stream, 1)
        tell(each.named, stream, 3)
    if rest := len(steps) - len(shown):
        tell(f"and {counted(rest, 'more step')}", stream, 1)
    if steps:
        tell("--database ID explains one: each check, each client, and commands that can be pasted.", stream)
        say("", stream=stream)


def _footing(swept: Swept, how: Answering) -> Footing:
    terms = how.terms
    return Footing(
        swept.passes,
        swept.ended - swept.began,
        terms.connects,
        terms.evidence if terms.reads_logs else None,
        terms.remembers,
        sum(STOPPED in f"{each.error} {each.reason}" for each in swept.summary.databases)
        if swept.is_stopped
        else None,
    )
