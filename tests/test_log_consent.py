"""Who is asked before logs are read for a price: at a real terminal, and where there is none."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from tlscheck.edges.command.log_consent import consents
from tlscheck.inventory.database import Database
from tlscheck.ledger.log_price import LogEstimate
from tlscheck.ledger.reading_price import reading_price
from tests.examples import database
GB = 1024**3
usd, above, agrees = float(sys.argv[1]), float(sys.argv[2]), len(sys.argv) > 3
estimate = LogEstimate(database(), "group", True, usd / 0.005 * GB, 9, usd / 0.005 * GB, 0.0)
print(consents(reading_price([estimate], (), 35, is_kept=True), above, agrees=agrees))
"""
COMMAND = [sys.executable, "-c", PROGRAM]
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("words", "reads"), [(("0.5", "1"), True), (("2", "1"), False), (("2", "3"), True), (("2", "1", "yes"), True)]
)
def test_without_a_terminal_only_who_agreed_before_pays(words: tuple[str, ...], reads: bool) -> None:
    ended = subprocess.run(
        [*COMMAND, *words], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True
    )
    assert ended.stdout.strip() == str(reads), ended.stderr
    assert f"{float(words[0]):g} USD at 0.005 for a GB" in ended.stderr
    assert ("Nobody can be asked here: --yes agrees to it." in ended.stderr) is not reads


@pytest.mark.parametrize(
    ("answer", "reads"), [("y", True), ("yes", True), ("", False), ("n", False), ("no", False)]
)
def test_at_a_terminal_it_is_asked_and_nothing_is_no(answer: str, reads: bool) -> None:
    ours, its = pty.openpty()
    process = subprocess.Popen([*COMMAND, "2", "1"], cwd=ROOT, stdin=its, stderr=its, stdout=subprocess.PIPE)
    os.close(its)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(ours, 4096)
    os.write(ours, f"{answer}\n".encode())
    out, _ = process.communicate(timeout=20)
    os.close(ours)
    assert b"That may be more than 1 USD (--ask-above)." in shown
    assert out.decode().strip() == str(reads)


def test_a_price_that_is_not_known_is_not_told_as_a_high_one() -> None:
    program = PROGRAM.replace("[estimate], ()", '[Gap("logs:DescribeLogGroups", "denied")], ()').replace(
        "GB = 1024**3", "from tlscheck.inventory.gap import Gap\nGB = 1024**3"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "0", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    assert ended.stdout == "False\n"
    assert "The whole price is not known. Nobody can be asked here: --yes agrees to it." in ended.stderr
    assert "more than" not in ended.stderr
