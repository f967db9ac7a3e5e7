"""What `tlscheck sweep` shows of given rows, as it is recorded; `python -m tests.sweep_answers` records it again.

A person reads the difference: these are the words that an engineer sees first.
"""

from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

from tlscheck.edges.laptop.answering import Answering, answered
from tlscheck.edges.laptop.sweeping import Swept
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.request import Request
from tlscheck.verdict.readiness import Verdict

from tests.swept import DENIED, FORBIDDEN, client, row, some, summary, swept

FOLDER = Path(__file__).parent / "fixtures" / "sweep_answers"


class Terminal(StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(
    *accounts: Swept, width: int | None = None, environment: Mapping[str, str] | None = None, **changes: Any
) -> tuple[str, int]:
    """What is shown on a terminal so wide, or into a pipe, and the exit code."""
    stream = StringIO() if width is None else Terminal()
    variables = {"COLUMNS": str(width), "NO_COLOR": "1"} if environment is None else environment
    with (
        redirect_stdout(stream),
        redirect_stderr(StringIO()),
        mock.patch.dict("os.environ", variables, clear=True),
    ):
        code = answered(accounts, wanted(**changes))
    return stream.getvalue(), code


def wanted(**changes: Any) -> Answering:
    """An answer on standard output alone; what SweepTerms has is given by name, too."""
    of_terms = {name: changes.pop(name) for name in ("connects", "reads_logs", "remembers") if name in changes}
    request = Request(databases=changes.pop("databases", ()))
    terms = SweepTerms(request, timedelta(days=35), **of_terms)
    fields = {"json": None, "csv": None, "fail_on": Verdict.NOT_OBSERVED} | changes
    return Answering(terms, **fields)


def _one() -> str:
    database = row(
        "orders-prod",
        "FIX_CLIENTS",
        "plaintext-clients",
        "ca",
        clients=(
            client("billing-cron", is_plaintext=True),
            client('"quoted"\x1b]0;title\x07 \u202e[red]'),
            client(" "),
        ),
    )
    return shown(swept(summary([database], narrow=True)), databases=("orders-prod",), width=100)[0]


def _stopped() -> str:
    rows = some()
    rows[5:12] = [replace(each, error="stopped before it was looked at") for each in rows[5:12]]
    return shown(swept(summary(rows), is_stopped=True), width=100)[0]


def _refused() -> str:
    refused = {
        "eu-central-1": DENIED,
        "eu-west-1": DENIED,
        "me-south-1": FORBIDDEN,
        "sa-east-1": Gap("rds:DescribeDBInstances", "no answer", GapCause.UNREACHABLE),
    }
    gaps = [Gap("the ledger", "what is kept of orders-prod is not understood")]
    return shown(swept(summary(some()[:2], refused, gaps, lost="it ran out of time")), width=100)[0]


CASES: Mapping[str, Callable[[], str]] = {
    "in-a-pipe": lambda: shown(swept(summary(some())))[0],
    "60-columns": lambda: shown(swept(summary(some())), width=60)[0],
    "100-columns": lambda: shown(swept(summary(some())), width=100)[0],
    "200-columns": lambda: shown(swept(summary(some())), width=200)[0],
    "one-explained": _one,
    "ended-by-ctrl-c": _stopped,
    "not-whole": _refused,
    "nothing-there": lambda: shown(swept(summary([])), width=100)[0],
    "looked-at-for-half-an-hour": lambda: shown(
        swept(summary(some()[-1:]), passes=31, ended=swept(summary([])).began + timedelta(minutes=30)),
        width=100,
        reads_logs=True,
        remembers=True,
    )[0],
    "by-the-api-alone": lambda: shown(swept(summary(some()[5:7])), width=100, connects=False)[0],
    "two-accounts": lambda: shown(swept(summary(some()[:2])), swept(summary([])), width=100)[0],
}


def main() -> None:
    """Records all of them."""
    for name, case in CASES.items():
        (FOLDER / f"{name}.txt").write_text(case(), encoding="utf-8")


if __name__ == "__main__":
    main()
