"""How much processor time the command takes to answer, beside the imports that no answer can do without."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

from tests.client_words.forms import HOST

TLSCHECK = str(Path(sys.executable).parent / "tlscheck")
ANSWER = [TLSCHECK, "client", f"host={HOST} sslmode=require"]
FLOOR = [sys.executable, "-c", "import ssl, cryptography.x509"]
RUNS = 15


def measure() -> None:
    """By turns, so that whatever else runs here slows both; the medians."""
    for command in (ANSWER, FLOOR):
        _cpu_ms(command)  # what is compiled once is compiled now
    pairs = [(_cpu_ms(ANSWER), _cpu_ms(FLOOR)) for _ in range(RUNS)]
    answer, floor = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"figure client_words.startup_cpu_ms {answer:.0f} ms")
    print(f"figure client_words.startup_floor_cpu_ms {floor:.0f} ms")
    print(f"figure client_words.startup_ratio {statistics.median(a / f for a, f in pairs):.2f} times")


def _cpu_ms(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env={})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
