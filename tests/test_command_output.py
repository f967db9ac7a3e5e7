"""What the command does when its answer cannot be written: never exit code 1, which means "does not survive"."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tlscheck.drivers import recognition
from tlscheck.edges.command.main import main

BUNDLE = Path(__file__).parent.parent / "layers" / "rds_trust_store" / "python" / "rds_trust_store" / "aws.pem"
TLSCHECK = str(Path(sys.executable).parent / "tlscheck")
SURVIVES = "host=orders.c9x2example.eu-central-1.rds.amazonaws.com sslmode=require sslrootcert=/nowhere/root.crt"
DOES_NOT = "host=orders.c9x2example.eu-central-1.rds.amazonaws.com sslmode=disable"
COMMANDS = {
    "version": ["--version"],
    "help": ["--help"],
    "help of a command": ["trust-store", "build", "--help"],
    "schema": ["client", "--schema"],
    "schema of a rehearsal": ["rehearse", "--schema"],
    "client": ["client", SURVIVES],
    "a client that does not survive": ["client", DOES_NOT],
    "client as JSON": ["client", SURVIVES, "--json"],
    "a client as JSON that does not survive": ["client", DOES_NOT, "--json"],
    "show": ["trust-store", "show", str(BUNDLE)],
    "show as JSON": ["trust-store", "show", str(BUNDLE), "--json"],
    "build": ["trust-store", "build", "--output", "built"],
}
every_command = pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)


@every_command
def test_a_full_disk_is_a_line_and_exit_code_2(arguments: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        ran = subprocess.run(
            [TLSCHECK, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=tmp_path,
            env={},
        )
    assert (ran.returncode, ran.stderr) == (2, "tlscheck: standard output: No space left on device\n")


@every_command
def test_a_reader_that_has_had_enough_is_told_no_verdict(arguments: list[str], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [TLSCHECK, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False, cwd=tmp_path, env={}
        )
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (2, b"")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--version"], 0), (["client", SURVIVES, "--json"], 0), (["client", DOES_NOT], 1), (["client", "bad"], 2)],
)
def test_without_a_standard_output_the_exit_code_is_the_answer(arguments: list[str], code: int) -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", TLSCHECK, *arguments], stderr=subprocess.PIPE, check=False, env={}
    )
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr


def test_bad_input_stays_exit_code_2_where_nobody_can_be_told() -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        ran = subprocess.run([TLSCHECK, "client", "bad"], stdout=full, stderr=full, check=False, env={})
    assert ran.returncode == 2


def test_a_standard_input_that_is_closed_is_bad_input() -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", TLSCHECK, "client", "-"],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert (ran.returncode, ran.stderr) == (2, "tlscheck: connection: standard input cannot be read\n")


def test_a_fault_of_ours_is_a_line_and_exit_code_2_without_a_word_of_the_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: object) -> None:
        raise LookupError("hunter2 was in the input")

    monkeypatch.setattr(recognition, "recognised", fails)
    assert main(["client", "host=orders.example.com password=hunter2"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(
        r"tlscheck: a fault of tlscheck, not of your input: LookupError in drivers/recognition\.py, line \d+\."
        r" Nothing is answered; please report it with this line\n",
        told.err,
    )


def test_without_a_standard_error_nothing_of_it_goes_to_standard_output() -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", TLSCHECK, "client", "bad"],
        stdout=subprocess.PIPE,
        check=False,
        env={},
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
