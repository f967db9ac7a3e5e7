"""What `tlscheck sweep` shows is what was recorded, and read; no name does harm, and no terminal is too narrow."""

import json
import os
import re
from pathlib import Path
from threading import Thread

import jsonschema
import pytest
from tlscheck.edges.command.main import main
from tlscheck.edges.laptop.answering import answered, check
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.gap import Gap
from tlscheck.verdict.readiness import Verdict

from tests.sweep_answers import CASES, FOLDER, shown, wanted
from tests.swept import DENIED, FORBIDDEN, row, some, summary, swept

REPORT = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parent / "fixtures" / "tlscheck.report.v5.schema.json").read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("name", CASES)
def test_it_shows_what_was_recorded(name: str) -> None:
    assert CASES[name]() == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_nothing_else_is_recorded() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == CASES.keys()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for line in shown(swept(summary(some())), width=width)[0].splitlines():
        # A letter of East Asia takes two columns, and the one emoji too.
        assert len(line) + len(re.findall(r"[^\x00-\u2fff]", line)) <= width, line


def test_colours_are_for_terminals_that_take_them() -> None:
    rows = swept(summary(some()))
    assert "\x1b[31mFIX_DATABASE\x1b[0m" in shown(rows, width=100, environment={})[0]
    assert "\x1b" not in shown(rows, width=100, environment={"NO_COLOR": "1"})[0]
    assert "\x1b" not in shown(rows, width=100, environment={"TERM": "dumb"})[0]
    assert "\x1b" not in shown(rows, environment={})[0]


def test_of_two_thousand_the_terminal_shows_the_most_pressing_and_a_pipe_all() -> None:
    many = [row(f"clear-{number:04}") for number in range(1_500)]
    many += [row(f"blind-{number:04}", "NOT_OBSERVED", "not-observed") for number in range(460)]
    many += [row(f"broken-{number:02}", "FIX_DATABASE", "ca") for number in range(40)]
    told = shown(swept(summary(many)), width=100)[0]
    assert [line.split()[0] for line in told.splitlines()[1:41]] == [f"broken-{number:02}" for number in range(40)]
    assert "and 1,950 more: NOT_OBSERVED 450, CLEAR 1,500" in told
    assert "1. FIX_DATABASE, 40 databases: " in told
    assert len(told.splitlines()) < 70
    assert shown(swept(summary(many)))[0].count("clear-") == 1_500


@pytest.mark.parametrize(
    ("verdicts", "least", "code"),
    [
        (["CLEAR"], "NOT_OBSERVED", 0),
        ([], "NOT_OBSERVED", 0),
        (["CLEAR", "FIX_DATABASE", "NOT_OBSERVED"], "NOT_OBSERVED", 1),
        (["FIX_CLIENTS", "NOT_OBSERVED"], "NOT_OBSERVED", 1),
        (["NOT_OBSERVED", "CLEAR"], "NOT_OBSERVED", 3),
        (["NOT_OBSERVED", "CLEAR"], "FIX_CLIENTS", 0),
        (["FIX_CLIENTS"], "FIX_CLIENTS", 1),
        (["FIX_CLIENTS"], "FIX_DATABASE", 0),
        (["FIX_DATABASE"], "FIX_DATABASE", 1),
    ],
)
def test_the_worst_answer_is_the_exit_code(verdicts: list[str], least: str, code: int) -> None:
    accounts = [swept(summary([row(verdict=each)])) for each in verdicts] or [swept(summary([]))]
    assert shown(*accounts, fail_on=Verdict(least))[1] == code


def test_what_was_not_listed_is_not_known() -> None:
    clear = [row()]
    assert shown(swept(summary(clear, {"eu-west-1": DENIED})))[1] == 3
    assert shown(swept(summary(clear, {"eu-west-1": DENIED})), fail_on=Verdict.FIX_CLIENTS)[1] == 0
    assert shown(swept(summary(clear, gaps=[DENIED])))[1] == 3
    assert shown(swept(summary(clear, lost="it ran out of time")))[1] == 3
    assert shown(swept(summary(clear, {"eu-west-1": FORBIDDEN})))[1] == 0, "the organisation decided so"
    assert shown(swept(summary([], {"eu-west-1": FORBIDDEN})))[1] == 3, "nothing at all is known"


@pytest.mark.parametrize("least", ["FIX_DATABASE", "FIX_CLIENTS", "NOT_OBSERVED"])
@pytest.mark.parametrize("cause", [DENIED, FORBIDDEN])
def test_an_account_of_which_nothing_is_known_is_never_well(least: str, cause: Gap) -> None:
    blind = swept(summary([], {"us-east-1": cause}))
    told, code = shown(blind, fail_on=Verdict(least))
    assert code == 3
    assert "no PostgreSQL database of RDS or Aurora was seen, and not all could be listed." in told
    assert shown(swept(summary([row()])), blind, fail_on=Verdict(least))[1] == 3


def test_the_report_is_the_deployed_sweeps_and_the_sheet_has_every_row(tmp_path: Path) -> None:
    report, sheet = tmp_path / "report.json", tmp_path / "sheet.csv"
    assert shown(swept(summary(some())), json=report, csv=sheet)[1] == 1
    document = json.loads(report.read_text(encoding="utf-8"))
    REPORT.validate(document)
    assert len(document["databases"]) == len(some())
    assert len(sheet.read_bytes().split(b"\r\n")) == len(some()) + 2
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "sheet.csv"}, "nothing beside them"


def test_each_account_has_a_report_of_its_own(tmp_path: Path) -> None:
    how = wanted(json=tmp_path / "{account}.json")
    check(how, 2)
    shown(swept(summary([])), json=how.json)
    assert [path.name for path in tmp_path.iterdir()] == ["111122223333.json"]
    with pytest.raises(BadRequest, match="each account has a report of its own"):
        check(wanted(json=tmp_path / "report.json"), 2)


def test_a_report_on_standard_output_stands_there_alone(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert answered([swept(summary(some()))], wanted(json=Path("-"))) == 1
    written = capsysbinary.readouterr()
    REPORT.validate(json.loads(written.out))
    assert b"What to do first:" in written.err


def test_a_file_that_cannot_be_written_is_named_once_all_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(BadRequest, match="taken"):
        answered([swept(summary(some()))], wanted(csv=tmp_path / "taken"))
    assert "What to do first:" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_device_that_is_full_is_named_and_stays_a_device(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BadRequest, match=r"^/dev/full: No space left on device$"):
        answered([swept(summary(some()))], wanted(csv=Path("/dev/full")))
    assert "What to do first:" in capsys.readouterr().out
    assert Path("/dev/full").is_char_device()


def test_a_file_that_cannot_be_written_takes_no_other_with_it(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"^/dev/full: No space left on device$"):
        shown(swept(summary([row()])), json=Path("/dev/full"), csv=tmp_path / "sheet.csv")
    assert (tmp_path / "sheet.csv").read_bytes().count(b"\r\n") == 2


def test_an_answer_for_a_closed_standard_output_is_refused_before_anything_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(BadRequest, match="standard output is closed"):
        check(wanted(csv=Path("-")), 1)


def test_a_pipe_with_a_name_gets_what_a_file_would(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    check(wanted(csv=pipe), 1)
    shown(swept(summary([row()])), csv=pipe)
    reader.join(10)
    assert [each.count(b"\r\n") for each in got] == [2]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["no-folder/report.json", "folder", "nul\0.json"])
def test_what_could_not_be_written_is_said_before_anything_is_looked_at(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadRequest, match=name.partition("\0")[0]):
        check(wanted(json=tmp_path / name), 1)


def test_standard_output_takes_one_file() -> None:
    with pytest.raises(BadRequest, match="one of them"):
        check(wanted(json=Path("-"), csv=Path("-")), 1)


def test_a_link_still_leads_where_it_led_and_a_file_has_the_mode_that_its_owner_wants(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("earlier", encoding="utf-8")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    shown(swept(summary([])), json=tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text(encoding="utf-8").startswith("{")
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / "real.json").stat().st_mode == plain.stat().st_mode


def test_the_screen_has_no_character_that_could_steer_a_terminal() -> None:
    hostile = "\x1b]0;owned\x07\x9b31m\u202e\u2066[link=http://x]x[/link]:smile:\x00\r\n" + "w" * 5000
    told = shown(swept(summary([row(hostile, "NOT_OBSERVED", "not-observed")])), width=80)[0]
    assert not set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", told))
    assert "[link=http://x]" in told, "what looks like markup is shown as it is"
    assert len(told) < 2_000


def test_the_page_and_the_help_have_the_same_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", "--help"])
    told = re.findall(r"[:,] (\d+) ", capsys.readouterr().out.partition("exit codes")[2].replace("\n", " "))
    page = (Path(__file__).parent.parent / "docs" / "sweep.md").read_text(encoding="utf-8")
    assert told == re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == ["0", "1", "2", "3", "130"]
