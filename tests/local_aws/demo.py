"""`make demo`: a whole sweep on an emulated account and real PostgreSQL servers, shown as a person reads it.

Ends with 1 when the sweep, or Security Hub CSPM, says of any database something else than what it is.
"""

import json
import signal
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.local_aws.expectations import mismatches
from tests.local_aws.hub_expectations import hub_mismatches
from tests.local_aws.stack import LocalStackError, local_stack

REPORT: Final = Path(__file__).parents[2] / ".local" / "report.json"
COLUMNS: Final = ("DATABASE", "TLS ENFORCED", "CA", "SERVER CERTIFICATE", "TLS", "PLAIN", "VERDICT")
WIDTH: Final = 110
"""Characters of a line of a reason; what is longer goes on in the next."""

PAGES: Final = (
    ("each field", "docs/report.md"),
    ("each check", "docs/findings.md"),
    ("your own account", 'README.md, "Deploy it", and docs/install.md'),
    ("a client's owner", "docs/clients.md"),
)
"""What next, and where it is said."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, and when it is done how long it took."""
    again = "\r" if sys.stdout.isatty() else "\n"
    print(f"  {what} ...", end="", flush=True)
    begin = time.monotonic()
    yield
    print(f"{again}  {what:<62}{time.monotonic() - begin:6.1f} s", flush=True)


def main() -> int:
    """Run the demonstration; 0 when every finding is the one that its database must have."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM; everything started was stopped"))
    begin = time.monotonic()
    print("tlscheck on this machine: no AWS account, nothing but loopback\n")
    with local_stack(step=step) as stack:
        with step("the schedule starts a sweep, and the sweep ends"):
            ended = stack.wait_for_scheduled_sweep()
        if ended.status != "SUCCEEDED":
            print(f"\nthe sweep {ended.status}: {ended.error}")
            return 1
        with step("findings arrive in Security Hub CSPM"):
            arrived = stack.wait_for_security_hub()
        report, findings = stack.object(ended.output["report"]), stack.findings()
        show(report, findings, arrived)
        wrong = mismatches(stack.fleet.expected, findings, report)
        wrong += hub_mismatches(stack.fleet.expected, findings, arrived)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nreport   {REPORT.relative_to(Path.cwd()) if REPORT.is_relative_to(Path.cwd()) else REPORT}")
    print(f"next     {'; '.join(f'{what}: {page}' for what, page in PAGES)}")
    print(f"took     {time.monotonic() - begin:.1f} s, and nothing of it is left running")
    for line in wrong:
        print(f"WRONG    {line}")
    if not wrong:
        print(f"right    every finding of all {len(stack.fleet.expected)} resources is the one it must have")
    return 1 if wrong else 0


def show(
    report: Mapping[str, Any],
    findings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    arrived: Mapping[str, list[dict[str, Any]]],
) -> None:
    """Print a table of the databases, each with its reason and what to do next, then what arrived where."""
    rows = [_cells(row) for row in report["databases"]]
    widths = [max(len(line[column]) for line in (COLUMNS, *rows)) for column in range(len(COLUMNS))]
    print()
    print(_line(COLUMNS, widths))
    for row, cells in zip(report["databases"], rows, strict=True):
        print(_line(cells, widths))
        print(_wrapped(_printable(row["reason"])))
        for words, *commands in _next_steps(row):
            print(f"    next: {_printable(words)}".rstrip())
            for place, command in enumerate(commands, start=1):
                # Neither wrapped nor cut: it is pasted as it stands.
                print(f"      {_printable(command)}{' &&' * (place < len(commands))}")
    for line in by_log_alone(report):
        print(line)
    statuses = Counter(item["status"] for checks in findings.values() for item in checks.values())
    hubs = ", ".join(f"{len(found)} in {region}" for region, found in sorted(arrived.items()) if found)
    print(f"\nDynamoDB {', '.join(f'{count} {status}' for status, count in statuses.most_common())}")
    print(f"Sec. Hub {hubs}")


def by_log_alone(report: Mapping[str, Any]) -> list[str]:
    """Who came without TLS and was met by no look, below a line that says so; nothing where there is nobody."""
    found = [
        (row["identifier"], client["application"], client["user"], address)
        for row in report["databases"]
        for client in row["clients"]
        if client["logged_plaintext"] and not client["tls"] and not client["plaintext"]
        for address in client["logged_plaintext"]["addresses"]
    ]
    told = [f'    {where}: "{name}" as "{user}" from {address}' for where, name, user, address in sorted(found)]
    return (
        ["", "Without TLS, and met by no look (from the servers' logs):", *map(_printable, told)] if told else []
    )


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    def count(clients: int | None) -> str:
        return "-" if clients is None else str(clients)

    return (
        row["identifier"],
        row["enforcement"],
        row["certificate_authority"] or "-",
        row["certificate"] or "-",
        count(row["tls_clients"]),
        count(row["plaintext_clients"]),
        row["verdict"],
    )


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _next_steps(row: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The words and the commands of the findings that the verdict's reason is made of; of several once."""
    of_verdict = (each for each in row["findings"] if each["reason"] and each["reason"] in row["reason"])
    told = ((each["next_step"], *each["commands"]) for each in of_verdict)
    return [each for each in dict.fromkeys(told) if any(each)]


def _printable(text: str) -> str:
    # A reason quotes what clients call themselves: nothing of it may steer this terminal.
    return "".join(character if character.isprintable() else "?" for character in text)


def _wrapped(text: str) -> str:
    indent = " " * 4
    wrapper = textwrap.TextWrapper(WIDTH, indent, indent, break_long_words=False, break_on_hyphens=False)
    return wrapper.fill(text)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nended by Ctrl-C; everything started was stopped")
    except LocalStackError as error:
        sys.exit(f"\n{error}")
