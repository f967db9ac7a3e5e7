"""The random search, `make fuzz MINUTES=n`: every property, round after round, never the same examples twice.

It ends with 1 and the falsifying example when a property was broken. What it finds belongs beside the property, as
an `@example`. A round that is cut short may have found what it had no time to tell: that is replayed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import properties

ROOT = Path(__file__).parent.parent

LEAVE_SECONDS = 5
"""For what is cut short to take down what it started."""

REPLAY_SECONDS = 40
"""For finds to be told after the bound: with leaving twice, less than a minute."""


@dataclass(frozen=True)
class Round:
    code: int
    """Of pytest: 1 when a property was broken."""

    output: str
    is_cut: bool
    examples: tuple[int, ...]
    """Of each property that was tried to the end."""

    found: tuple[str, ...]
    """What pytest says of each property that was broken, the falsifying example with it."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("minutes", type=float)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args(arguments)
    # Where a shell in the background had it ignored, a round would ignore it too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return search(60 * asked.minutes, asked.files or with_properties(), asked.processes)


def with_properties() -> list[Path]:
    """The modules that can hold a property: the others need not even be read."""
    return [path for path in sorted(ROOT.glob("tests/test_*.py")) if "from hypothesis import" in path.read_text()]


def search(seconds: float, files: Sequence[Path], processes: int) -> int:
    """Until something is found or the time is over: 0 nothing was, 1 a property broke, 2 a round could not run."""
    end = time.monotonic() + seconds
    rounds: list[Round] = []
    while (left := end - time.monotonic()) > 0 and not (rounds and (rounds[-1].code or rounds[-1].is_cut)):
        begun = time.monotonic()
        rounds.append(tried("fuzz", left, files, processes))
        last, took = rounds[-1], time.monotonic() - begun
        print(
            f"round {len(rounds)}: {len(last.examples)} properties with {sum(last.examples)} examples,"
            f" {took:.0f} s{', cut at the bound' if last.is_cut else ''}",
            flush=True,
        )
    if rounds and rounds[-1].is_cut and not rounds[-1].found and any(properties.FINDS.rglob("*/*")):
        rounds.append(tried("replay", REPLAY_SECONDS, files, processes))
    found = [each for one in rounds for each in one.found]
    for each in found:
        print(each)
    print(f"figure fuzz.examples {sum(sum(each.examples) for each in rounds)} examples")
    return _code(rounds, found)


def _code(rounds: Sequence[Round], found: Sequence[str]) -> int:
    if found:
        return 1
    if rounds and rounds[-1].is_cut and len(rounds) > 1 and rounds[-2].is_cut:
        print(f"something was found but not told within {REPLAY_SECONDS} s: the next search begins with it")
        return 1
    if rounds and rounds[-1].code and not rounds[-1].is_cut:
        print(rounds[-1].output)
        return 2
    return 0


def tried(profile: str, seconds: float, files: Sequence[Path], processes: int) -> Round:
    """Each property once in this profile, as a process group of its own that ends when the time is over."""
    words = [
        *(sys.executable, "-m", "pytest", "-p", "tests.fuzz", "-m", "hypothesis"),
        *(f"--hypothesis-profile={profile}", f"--numprocesses={processes}", "--dist=worksteal"),
        *(f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml"), "-q", "--tb=short", "-p", "no:cacheprovider"),
        *map(str, files),
    ]
    with tempfile.TemporaryFile("w+") as output, tempfile.NamedTemporaryFile("r") as tally:
        started = subprocess.Popen(
            words,
            cwd=ROOT,
            env={**os.environ, "FUZZ_TALLY": tally.name},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            is_cut = not _ends(started, seconds)
            if is_cut:
                _signal(started, signal.SIGINT)
                _ends(started, LEAVE_SECONDS)
        finally:
            _signal(started, signal.SIGKILL)
            code = started.wait()
        output.seek(0)
        told = [json.loads(line) for line in tally if line.endswith("\n")]
        found = tuple(each["found"] for each in told if each["found"])
        return Round(code, output.read(), is_cut, tuple(each["examples"] for each in told), found)


def _ends(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the whole group: a round's workers, and what their tests started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


# ---------------------------------------------------------------------- as a plugin of the pytest that it starts


class Tally:
    """Writes down each property as soon as it is done: a round that is cut short has told what it did."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and not report.failed:
            return
        examples = sum(int(str(value)) for name, value in report.user_properties if name == properties.EXAMPLES)
        found = f"{report.nodeid}\n{report.longreprtext}" if report.failed else ""
        with self._path.open("a") as file:
            file.write(json.dumps({"examples": examples, "found": found}) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """Where the reports of all workers arrive."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(Path(os.environ["FUZZ_TALLY"])))


if __name__ == "__main__":
    sys.exit(main())
