"""The random search, `make fuzz MINUTES=n`: every property, round after round, never the same examples twice.

It ends with 1 and the falsifying example when a property was broken; with 0 when nothing was found in at least
one whole round; with 2 when it could not run; with 3 when the time did not suffice for one round. What it finds
belongs beside the property, as an `@example`. A round that is cut short may have found what it had no time to
tell: that is replayed.
"""

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import properties

ROOT = Path(__file__).parent.parent

IN_ORDER = ("--dist=load", "--maxschedchunk=1")
"""How properties are shared out, so that the last of all processes begin last."""

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
    examples: Mapping[str, int]
    """Of each property that was tried to the end, by its node id."""

    properties: int
    """That there are; 0 when the round was cut before it knew."""

    found: tuple[str, ...]
    """What pytest says of each property that was broken, the falsifying example with it."""

    @property
    def is_whole(self) -> bool:
        """Whether it has tried every property."""
        return not self.code and not self.is_cut

    def __str__(self) -> str:
        every = f"{self.properties} properties" if self.properties else "the properties, not yet counted,"
        return f"{len(self.examples)} of {every} with {sum(self.examples.values())} examples"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("minutes", type=_minutes)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args(arguments)
    # Where a shell in the background had it ignored, a round would ignore it too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return search(60 * asked.minutes, asked.files or with_properties(), asked.processes)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 < 60 * minutes < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; allowed: a positive, finite number")
    return minutes


def with_properties() -> list[Path]:
    """The modules that can hold a property: the others need not even be read."""
    return [path for path in sorted(ROOT.glob("tests/test_*.py")) if "from hypothesis import" in path.read_text()]


def search(seconds: float, files: Sequence[Path], processes: int) -> int:
    """Until something is found or the time is over; the exit code."""
    end = time.monotonic() + seconds
    rounds: list[Round] = []
    tries: Counter[str] = Counter()
    while (left := end - time.monotonic()) > 0 and not (rounds and not rounds[-1].is_whole):
        begun = time.monotonic()
        rounds.append(tried("fuzz" if rounds else "glance", left, files, processes, tries))
        last, took = rounds[-1], time.monotonic() - begun
        tries.update(last.examples.keys())
        print(
            f"round {len(rounds)}: {last}, {took:.0f} s{', cut at the bound' if last.is_cut else ''}", flush=True
        )
    replay = None
    if rounds and rounds[-1].is_cut and not rounds[-1].found and any(properties.FINDS.rglob("*/*")):
        replay = tried("replay", REPLAY_SECONDS, files, processes, tries)
    done = [*rounds, replay] if replay else rounds
    found = [each for one in done for each in one.found]
    for each in found:
        print(each)
    print(f"figure fuzz.properties {len(tries)} properties")
    print(f"figure fuzz.examples {sum(sum(each.examples.values()) for each in done)} examples")
    return _code(rounds, replay, found)


def _code(rounds: Sequence[Round], replay: Round | None, found: Sequence[str]) -> int:
    if found:
        return 1
    if replay and replay.is_cut:
        print(f"something was found but not told within {REPLAY_SECONDS} s: the next search begins with it")
        return 1
    last = replay or (rounds[-1] if rounds else None)
    if last and last.code and not last.is_cut:
        print(last.output)
        return 2
    if not any(each.is_whole for each in rounds):
        print("the time did not suffice for one whole round: there are properties that were not tried")
        return 3
    return 0


def tried(profile: str, seconds: float, files: Sequence[Path], processes: int, tries: Mapping[str, int]) -> Round:
    """Each property once in this profile, as a process group of its own that ends when the time is over.

    Those come first that were tried in fewest rounds.
    """
    words = [
        *(sys.executable, "-m", "pytest", "-p", "tests.fuzz", "-m", "hypothesis"),
        *(f"--hypothesis-profile={profile}", f"--numprocesses={processes}", *IN_ORDER),
        *(f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml"), "-q", "--tb=short", "-p", "no:cacheprovider"),
        *map(str, files),
    ]
    with (
        tempfile.TemporaryFile("w+") as output,
        tempfile.NamedTemporaryFile("r") as tally,
        tempfile.NamedTemporaryFile("w") as before,
    ):
        json.dump(tries, before)
        before.flush()
        started = subprocess.Popen(
            words,
            cwd=ROOT,
            env={**os.environ, "FUZZ_TALLY": tally.name, "FUZZ_TRIES": before.name},
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
        counted = next((each["properties"] for each in told if "properties" in each), 0)
        ended = [each for each in told if "name" in each]
        found = tuple(each["found"] for each in ended if each["found"])
        examples = {each["name"]: each["examples"] for each in ended}
        return Round(code, output.read(), is_cut, examples, counted, found)


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
        self._write({"name": report.nodeid, "examples": examples, "found": found})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Each process collects all of them."""
        self._write({"properties": len(ids)})

    def _write(self, told: Mapping[str, object]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(told) + "\n")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In each process the same order, or they could not be shared out."""
    tries = json.loads(Path(os.environ["FUZZ_TRIES"]).read_text())
    items.sort(key=lambda item: tries.get(item.nodeid, 0))


def pytest_configure(config: pytest.Config) -> None:
    """Where the reports of all workers arrive."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(Path(os.environ["FUZZ_TALLY"])))


if __name__ == "__main__":
    sys.exit(main())
