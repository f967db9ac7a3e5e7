"""A ledger in a file: whose it is, who may read it, what becomes of it when something ends amid a write."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tlscheck.edges import ledger_file
from tlscheck.edges.condition import Condition
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.ledger_place import LedgerError
from tlscheck.inventory.account import Account
from tlscheck.inventory.bad_request import BadRequest

from tests.kept import NOON

OURS = Account("aws", "111122223333", "us-east-1")
PLACE = ("aws:111122223333:us-east-1:db-ORDERS", "look")

FIRST_FORM = (
    "CREATE TABLE account (partition TEXT NOT NULL, id TEXT NOT NULL)",
    """
    CREATE TABLE items (
        pk TEXT NOT NULL, sk TEXT NOT NULL, item TEXT NOT NULL, listed TEXT, expires_at INTEGER,
        PRIMARY KEY (pk, sk)
    )
    """,
    "CREATE INDEX by_listing ON items (listed) WHERE listed IS NOT NULL",
)
"""As ledgers of the first form have it, wherever they lie by now."""


def opened(path: Path, account: Account = OURS) -> LedgerFile:
    return LedgerFile(account, path, NOON)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with opened(tmp_path / "ledger") as ledger:
        ledger.change(PLACE, {"version": 1, "said": "kept"}, (), None)
    return tmp_path / "ledger"


def said(path: Path) -> str:
    with opened(path) as ledger:
        (item,) = ledger.items_of(*PLACE)
        return str(item["said"])


def test_what_was_written_is_there_for_the_next_and_leaves_one_file_alone(path: Path) -> None:
    assert said(path) == "kept"
    assert [each.name for each in path.parent.iterdir()] == ["ledger"]
    assert mode_of(path) == 0o600


def test_what_lies_beside_it_while_it_is_open_is_its_owners_too(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(tmp_path / "ledger") as ledger:
            ledger.change(PLACE, {"version": 1}, (), None)
            assert {each.name: mode_of(each) for each in tmp_path.iterdir()} == {
                "ledger": 0o600,
                "ledger-wal": 0o600,
                "ledger-shm": 0o600,
            }
    finally:
        os.umask(before)


def test_others_lose_their_rights_to_a_ledger_and_to_nothing_else(path: Path, tmp_path: Path) -> None:
    path.chmod(0o644)
    beside = tmp_path / "ledger-wal"
    beside.touch(0o644)
    assert said(path) == "kept"
    assert mode_of(path) == 0o600
    other = tmp_path / "notes.txt"
    other.write_text("not ours" * 1000)
    other.chmod(0o644)
    with pytest.raises(BadRequest, match="a file of another program"):
        opened(other)
    assert (mode_of(other), other.read_text()) == (0o644, "not ours" * 1000)


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def nobodys_link(path: Path) -> None:
    path.symlink_to(path.parent / "no" / "such")


def round_link(path: Path) -> None:
    path.symlink_to(path)


def text(path: Path) -> None:
    path.write_text("DATABASE_URL=postgres://")


def database_of_another(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE items (id)")
    file.close()


def numbered_by_another(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA application_id = 7")
    file.close()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (folder, "no regular file: name one, or one that is not there yet"),
        (pipe, "no regular file: name one, or one that is not there yet"),
        (nobodys_link, "its folder is not there: make it first"),
        (round_link, "no ledger can be there: Too many levels of symbolic links"),
        (text, "a file of another program, and no ledger of tlscheck: name another, or a new one"),
        (database_of_another, "a file of another program, and no ledger of tlscheck: name another, or a new one"),
        (numbered_by_another, "a file of another program, and no ledger of tlscheck: name another, or a new one"),
    ],
)
def test_what_is_no_ledger_is_refused_by_name_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    place = tmp_path / "ledger"
    make(place)
    before = place.read_bytes() if place.is_file() else None
    with pytest.raises(BadRequest) as refused:
        opened(place)
    assert str(refused.value) == f"{place}: {why}"
    assert [each.name for each in tmp_path.iterdir()] == ["ledger"]
    assert before is None or place.read_bytes() == before


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="/no/ledger: its folder is not there: make it first"):
        opened(tmp_path / "no" / "ledger")
    assert list(tmp_path.iterdir()) == []


def test_a_link_leads_to_the_ledger_and_an_empty_file_becomes_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    assert said(link) == "kept"
    empty, lone = tmp_path / "empty", tmp_path / "lone"
    empty.touch(0o666)
    lone.symlink_to(tmp_path / "made")
    for each in (empty, lone):
        opened(each).close()
        assert mode_of(each) == 0o600
    assert (tmp_path / "made").is_file()


@pytest.mark.parametrize("name", [":memory:", "file:x?mode=memory", "a b%20#?&=.db", "é\n", "caf\udce9"])
def test_a_name_is_a_files_whatever_it_would_be_to_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(Path(name)) as ledger:
        ledger.change(PLACE, {"said": "kept"}, (), None)
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert said(Path(name)) == "kept"


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (Account("aws", "444455556666", "us-east-1"), "of account 111122223333, and this is account 444455556666"),
        (
            Account("aws-cn", "111122223333", "cn-north-1"),
            "of account 111122223333, and this is account 111122223333 of aws-cn",
        ),
    ],
)
def test_it_is_one_accounts(path: Path, account: Account, why: str) -> None:
    before = path.read_bytes()
    with pytest.raises(BadRequest) as refused:
        opened(path, account)
    assert str(refused.value) == f"{path}: the ledger {why}: name another"
    assert path.read_bytes() == before
    with opened(path, Account("aws", "111122223333", "eu-west-1")) as ledger:
        assert ledger.items_of(*PLACE)


def test_one_of_a_later_tlscheck_is_left_as_it_is(path: Path) -> None:
    file = sqlite3.connect(path)
    file.execute("PRAGMA user_version = 2")
    file.close()
    before = path.read_bytes()
    with pytest.raises(
        BadRequest, match=r"a ledger of a later tlscheck \(its form is 2, 1 is known here\): update"
    ):
        opened(path)
    assert path.read_bytes() == before


def test_one_of_the_first_form_is_read(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "ledger", isolation_level=None)
    for statement in (*FIRST_FORM, "PRAGMA application_id = 1953264483", "PRAGMA user_version = 1"):
        file.execute(statement)
    file.execute("INSERT INTO account VALUES ('aws', '111122223333')")
    item = json.dumps(
        {name: {"S": value} for name, value in zip(("pk", "sk", "said"), (*PLACE, "kept"), strict=True)}
    )
    file.execute("INSERT INTO items VALUES (?, ?, ?, NULL, NULL)", (*PLACE, item))
    file.close()
    assert said(tmp_path / "ledger") == "kept"


def test_one_of_an_earlier_form_is_brought_up_and_keeps_what_it_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "ALTER TABLE items ADD COLUMN seen TEXT", "CREATE INDEX by_seen ON items (seen)"
    monkeypatch.setattr(ledger_file, "FORMS", (FIRST_FORM, later))
    for _ in range(2):
        assert said(path) == "kept"
    monkeypatch.undo()
    with pytest.raises(BadRequest, match="its form is 2, 1 is known here"):
        opened(path)


def test_one_that_cannot_be_brought_up_stays_of_its_form(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "ALTER TABLE items ADD COLUMN seen TEXT", "CREATE INDEX of nothing"
    monkeypatch.setattr(ledger_file, "FORMS", (FIRST_FORM, broken))
    with pytest.raises(LedgerError):
        opened(path)
    monkeypatch.undo()
    assert said(path) == "kept"


@pytest.mark.parametrize("left", [0.3, 0.5, 0.9])
def test_a_truncated_one_says_so_and_what_to_do(path: Path, left: float) -> None:
    with opened(path) as ledger:
        for number in range(200):
            ledger.change((PLACE[0], f"client#{number}"), {"said": "x" * 900}, (), None)
    os.truncate(path, int(path.stat().st_size * left) // 4096 * 4096)
    with pytest.raises(LedgerError) as refused, opened(path) as ledger:
        ledger.items_of(PLACE[0])
    assert str(refused.value).startswith(f"{path}: it is damaged (")
    assert str(refused.value).endswith("): move it away, and a new one is begun")


def test_any_damage_costs_a_word_and_no_traceback(path: Path) -> None:
    with opened(path) as ledger:
        for number in range(40):
            ledger.change((PLACE[0], f"client#{number}"), {"said": "x" * 900, "listed": "database"}, (), None)
    whole = path.read_bytes()
    told = set()
    for at in range(0, len(whole), 397):
        path.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 40]) + whole[at + 40 :])
        try:
            with opened(path) as ledger:
                ledger.items_of(PLACE[0])
                ledger.items_in("listed", "database")
                ledger.change(PLACE, {"said": "again"}, (), None)
        except (BadRequest, LedgerError) as error:
            told.add((type(error), str(error).startswith(f"{path}: ")))
    assert told == {(BadRequest, True), (LedgerError, True)}


def test_a_lock_that_nobody_gives_back_is_waited_for_and_then_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_file, "PATIENCE", 1.0)
    with opened(path) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert ledger.items_of(*PLACE)
        began = time.monotonic()
        with pytest.raises(LedgerError) as refused:
            ledger.change(PLACE, {"said": "again"}, (), None)
        assert 1.0 <= time.monotonic() - began < 10
        assert refused.value.strerror == "others have been writing to it for 1 s: run it again once they are done"
        with pytest.raises(LedgerError, match="others have been writing"):
            opened(path)
        other.execute("ROLLBACK")
        assert ledger.change(PLACE, {"said": "again"}, (), None)
        other.close()


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_is_heard_while_another_writes(path: Path) -> None:
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    with opened(path) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            ledger.change(PLACE, {"said": "again"}, (), None)
        assert time.monotonic() - began < 10
        other.execute("ROLLBACK")
        other.close()
        assert ledger.change(PLACE, {"said": "again"}, (), None)


def test_threads_lose_no_change(path: Path) -> None:
    with opened(path) as ledger, ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: raised(ledger, 25), range(8))) == 200
        (item,) = ledger.items_of(PLACE[0], "count")
    assert item["version"] == 200


def raised(ledger: LedgerFile, times: int) -> int:
    """Raises a number over the one that was read, as a sweep writes over a version; how often it did."""
    done = 0
    while done < times:
        found = ledger.items_of(PLACE[0], "count")
        over = found[0]["version"] if found else None
        unless = (
            Condition("attribute_not_exists(version)")
            if over is None
            else Condition("version = :over", {":over": over})
        )
        done += ledger.change((PLACE[0], "count"), {"version": (over or 0) + 1}, (), unless)
    return done


WRITER = """
import sys
from pathlib import Path
from tests.test_ledger_file import opened, raised
with opened(Path(sys.argv[1])) as ledger:
    print("began", flush=True)
    sys.exit(raised(ledger, int(sys.argv[2])) != int(sys.argv[2]))
"""


def writer(path: Path, times: int, **terms: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, path, str(times)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **terms,
    )


def test_processes_at_once_lose_no_change_also_where_all_of_them_make_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    processes = [writer(path, 300) for _ in range(3)]
    ended = [(each.communicate(timeout=120)[1], each.returncode) for each in processes]
    assert ended == [("", 0)] * 3
    with opened(path) as ledger:
        (item,) = ledger.items_of(PLACE[0], "count")
    assert item["version"] == 900
    assert [each.name for each in tmp_path.iterdir()] == ["ledger"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_process_that_is_ended_amid_its_writes_leaves_a_whole_ledger(
    tmp_path: Path, how: signal.Signals
) -> None:
    path, before = tmp_path / "ledger", 0
    for times in range(2):
        process = writer(
            path, 1_000_000, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)
        )
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.05 + 0.07 * times)
        process.send_signal(how)
        process.communicate(timeout=60)
        with opened(path) as ledger:
            (item,) = ledger.items_of(PLACE[0], "count")
            assert item["version"] > before
            before = item["version"]
        file = sqlite3.connect(path)
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        file.close()
        assert {mode_of(each) for each in tmp_path.iterdir()} == {0o600}


FILLER = """
import resource, signal, sys
from pathlib import Path
from tests.test_ledger_file import PLACE, opened
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with opened(Path(sys.argv[1])) as ledger:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    written = 0
    try:
        while True:
            ledger.change((PLACE[0], f"client#{written:05}"), {"said": "x" * 5000}, (), None)
            written += 1
    except OSError as error:
        print(type(error).__name__, written, len(ledger.items_of(PLACE[0])), error, sep="|")
"""


def test_a_disk_without_room_says_so_and_keeps_what_was_written(path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FILLER, path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.stderr, ended.returncode) == ("", 0)
    kind, written, read, words = ended.stdout.strip().split("|")
    assert kind == "LedgerError"
    assert words.startswith(f"{path}: ")
    assert words.endswith(": what it held is as it was")
    assert int(read) == int(written) + 1
    with opened(path) as ledger:
        assert len(ledger.items_of(PLACE[0])) == int(read)
        assert ledger.change(PLACE, {"said": "again"}, (), None)


NOBODY = """
import os, sys
from pathlib import Path
from tests.test_ledger_file import opened
from tlscheck.inventory.bad_request import BadRequest
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    opened(Path(sys.argv[1]))
except BadRequest as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("mode", "of_folder", "name", "why"),
    [
        (0o400, 0o755, "ledger", "it may not be read and written by you: name another, or change its rights"),
        (0o600, 0o555, "another", "no ledger can be made there: Permission denied"),
    ],
)
def test_what_may_not_be_written_is_refused_by_name(
    path: Path, mode: int, of_folder: int, name: str, why: str
) -> None:
    with TemporaryDirectory() as named:
        folder = Path(named)
        (folder / "ledger").write_bytes(path.read_bytes())
        (folder / "ledger").chmod(mode)
        folder.chmod(of_folder)
        ended = subprocess.run(
            [sys.executable, "-c", NOBODY, folder / name],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        folder.chmod(0o755)
    assert (ended.stderr, ended.stdout) == ("", f"{folder / name}: {why}\n")


def test_what_has_expired_is_taken_away_when_it_is_opened_and_only_that(tmp_path: Path) -> None:
    path, now = tmp_path / "ledger", int(NOON.timestamp())
    with opened(path) as ledger:
        for sort, until in {
            "over": now,
            "not yet": now + 1,
            "never": None,
            "no number": "soon",
            "far off": Decimal(10) ** 30,
        }.items():
            ledger.change((PLACE[0], sort), {} if until is None else {"expires_at": until}, (), None)
        assert len(ledger.items_of(PLACE[0])) == 5
    with opened(path) as ledger:
        left = [each["sk"] for each in ledger.items_of(PLACE[0])]
        assert left == ["far off", "never", "no number", "not yet"]
    with LedgerFile(OURS, path, NOON + timedelta(seconds=1)) as ledger:
        assert [each["sk"] for each in ledger.items_of(PLACE[0])] == ["far off", "never", "no number"]


@pytest.mark.parametrize(
    "said", ["a\0b", "\ud800", "\ufffe\U0001f511", "x" * 3_000_000, "'; DROP TABLE items; --"]
)
def test_any_text_comes_back_as_it_was(tmp_path: Path, said: str) -> None:
    path = tmp_path / "ledger"
    values = {"said": said, "map": {said[:100]: [said, {"bytes": b"\xff\0"}, True, None, Decimal("1.50")]}}
    with opened(path) as ledger:
        assert ledger.change((PLACE[0], "client#a\0b"), values, (), None)
    with opened(path) as ledger:
        (item,) = ledger.items_of(PLACE[0], "client#a\0b")
        assert (item["said"], item["map"][said[:100]][0]) == (said, said)
        assert ledger.items_of(PLACE[0], "client#a") == []


def test_keys_are_in_the_order_of_dynamodb_which_is_that_of_their_bytes(tmp_path: Path) -> None:
    names = ["", "a", "a\0", "a ", "B", "é", "\uffff", "\U0001f511"]
    with opened(tmp_path / "ledger") as ledger:
        for each in reversed(names):
            ledger.change((PLACE[0], f"x{each}"), {"said": each}, (), None)
        ordered = sorted((f"x{each}" for each in names), key=lambda each: each.encode())
        assert [each["sk"] for each in ledger.items_of(PLACE[0])] == ordered
        assert [each["sk"] for each in ledger.items_since(PLACE[0], "xa ")] == ordered[ordered.index("xa ") :]


def test_a_ledger_that_is_closed_takes_nothing_more_and_says_so(path: Path) -> None:
    ledger = opened(path)
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.change(PLACE, {"said": "again"}, (), None)
    assert said(path) == "kept"


def test_what_waits_for_others_does_not_keep_it_open(path: Path) -> None:
    ledger = opened(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(ledger.change, PLACE, {"said": "again"}, (), None)
        time.sleep(0.1)
        began = time.monotonic()
        ledger.close()
        assert time.monotonic() - began < 10
        assert isinstance(waits.exception(timeout=10), LedgerError)
    other.close()
    assert said(path) == "kept"
