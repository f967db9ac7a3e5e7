"""The demonstration ends cleanly, however it is ended."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def belonging_to(mark: str) -> list[str]:
    """Command lines of the processes that have the mark in their environment or command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            seen = command + (process / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in seen:
            found.append(command.replace(b"\0", b" ").decode())
    return found


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_ended_half_way_it_leaves_no_process_and_no_file(ending: signal.Signals) -> None:
    with tempfile.TemporaryDirectory(prefix="tlscheck-demo-") as temporary:
        Path(temporary).chmod(0o755)
        demo = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.local_aws.demo"],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": temporary},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert demo.stdout is not None
        line = next(line for line in iter(demo.stdout.readline, "") if "servers with their clients" in line)
        assert " s" in line
        assert len(belonging_to(temporary)) > 3
        demo.send_signal(ending)
        said, _ = demo.communicate(timeout=60)
        assert "everything started was stopped" in said
        assert demo.returncode == 1
        assert belonging_to(temporary) == []
        assert list(Path(temporary).iterdir()) == []
