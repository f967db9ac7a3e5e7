"""docs/laptop.md tells each option of `tlscheck sweep`, and its commands are understood."""

import argparse
import json
import re
import shlex
from pathlib import Path

import pytest
from tlscheck.edges.command import sweep
from tlscheck.edges.command.main import main
from tlscheck.edges.command.sweep_words import asked

PAGE = (Path(__file__).parent.parent / "docs" / "laptop.md").read_text()
COMMANDS = [shlex.split(line) for line in PAGE.splitlines() if line.startswith("uvx ")]


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="tlscheck")
    sweep.add_parser(whole.add_subparsers())
    return whole


def test_every_option_has_its_row_and_every_row_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", "--help"])
    offered = set(re.findall(r"^  (?:-h, )?(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)) - {"--help"}
    assert set(re.findall(r"^\| `(--[a-z-]+)", PAGE, re.MULTILINE)) == offered


@pytest.mark.parametrize("words", [each for each in COMMANDS if each[4] == "sweep"], ids=" ".join)
def test_a_sweep_that_it_shows_can_be_asked_for(words: list[str]) -> None:
    assert words[:4] == ["uvx", "--from", ".[aws]", "tlscheck"]
    asked(parser().parse_args(words[4:]))


@pytest.mark.parametrize("words", [each for each in COMMANDS if each[4] == "iam-policy"], ids=" ".join)
def test_a_policy_that_it_shows_is_printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert words[:4] == ["uvx", "--from", ".", "tlscheck"]
    assert main(words[4:]) == 0
    assert json.loads(capsys.readouterr().out)["Statement"]


def test_there_is_no_other_command() -> None:
    assert {words[4] for words in COMMANDS} == {"sweep", "iam-policy"}
