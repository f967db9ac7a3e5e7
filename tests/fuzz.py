"""The random search, `make fuzz MINUTES=n`: every property, round after round, never the same examples twice.

It ends with 1 and the falsifying example when a property was broken. What it finds belongs beside the property, as
an `@example`. What a round that is cut short had found is replayed from where hypothesis keeps it.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

LEAVE_SECONDS = 10
"""For a round that is cut short to say what it tried."""

REPLAY_SECONDS = 40
"""For the finds of such a round to be told: with the above less than a minute."""


@dataclass(frozen=True)
class Round:
    code: int
    output: str
    is_cut: bool

    @property
    def tried(self) -> tuple[int, int]:
        """Properties that were tried to the end, and with how many examples."""
        told = re.search(r"hypothesis tried (\d+) properties with (\d+) examples", self.output)
        return (int(told[1]), int(told[2])) if told else (0, 0)


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("minutes", type=float)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args(arguments or None)
    # Where a shell in the background had it ignored, a round would ignore it too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return search(60 * asked.minutes, asked.files or with_properties(), asked.processes)


def with_properties() -> list[Path]:
    """The modules that can hold a property: the others need not even be read."""
    return [path for path in sorted(ROOT.glob("tests/test_*.py")) if "from hypothesis import" in path.read_text()]


def search(seconds: float, files: Sequence[Path], processes: int) -> int:
    """Until something is found or the time is over: 0 nothing was, 1 a property broke, 2 a round could not run."""
    end = time.monotonic() + seconds
    examples, number, last = 0, 0, Round(0, "", is_cut=False)
    while not last.code and not last.is_cut and (left := end - time.monotonic()) > 0:
        number += 1
        begun = time.monotonic()
        last = tried("fuzz", left, files, processes)
        properties, more = last.tried
        examples += more
        how = ", cut at the bound" if last.is_cut else ""
        print(
            f"round {number}: {properties} properties with {more} examples, {time.monotonic() - begun:.0f} s{how}",
            flush=True,
        )
    if last.is_cut:
        last = tried("replay", REPLAY_SECONDS, files, processes)
    print(f"figure fuzz.examples {examples} examples")
    if last.is_cut:
        print(f"what the last round found could not be told within {REPLAY_SECONDS} s: run it again")
        return 1
    if last.code:
        print(last.output)
    return min(last.code, 2)


def tried(profile: str, seconds: float, files: Sequence[Path], processes: int) -> Round:
    """Each property once in this profile, as a process group of its own that ends when the time is over."""
    words = [
        *(sys.executable, "-m", "pytest", "-m", "hypothesis", f"--hypothesis-profile={profile}"),
        *(f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml"), "-q", "--tb=short", "-p", "no:cacheprovider"),
        *(f"--numprocesses={processes}", "--dist=worksteal", *map(str, files)),
    ]
    with tempfile.TemporaryFile("w+") as output:
        started = subprocess.Popen(
            words, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            is_cut = not _ends(started, seconds)
            if is_cut:
                _signal(started, signal.SIGINT)
                _ends(started, LEAVE_SECONDS)
        finally:
            _signal(started, signal.SIGKILL)
            started.wait()
        output.seek(0)
        return Round(started.returncode, output.read(), is_cut)


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


if __name__ == "__main__":
    sys.exit(main())
