"""A rehearsed command finds the rehearsal by the server's names, and nothing else."""

import asyncio
import os
import re
import socket
from pathlib import Path

import pytest
from tlscheck.edges.rehearsal.isolation import isolated
from tlscheck.inventory.bad_request import BadRequest

from tests.rehearsing.staged import NAME, READER, on_stage, python

_CONNECT = """
import socket, sys
def tried(family, place):
    with socket.socket(family) as client:
        client.settimeout(30)
        try:
            client.connect(place)
            return client.recv(100).decode()
        except OSError as error:
            return type(error).__name__
"""


def test_each_name_leads_to_the_rehearsal_on_its_real_port() -> None:
    script = f"{_CONNECT}\nfor place in {[(NAME, 5432), (READER, 5432), (NAME, 6432)]}: print(tried(2, place))"
    happened = on_stage(python(script), (NAME, READER), (5432, 6432), greets=True)
    assert happened.printed.splitlines() == [
        "hello from 192.0.2.1:5432",
        "hello from 192.0.2.1:5432",
        "hello from 192.0.2.1:6432",
    ]


def test_a_name_that_is_asked_for_with_a_wish_for_configured_addresses_is_found() -> None:
    script = (
        "import socket\n"
        "for family in (socket.AF_UNSPEC, socket.AF_INET):\n"
        f"    print(socket.getaddrinfo('{NAME}', 5432, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)[0][4])"
    )
    assert on_stage(python(script)).printed.splitlines() == ["('192.0.2.1', 5432)"] * 2


def test_nothing_else_can_be_reached(tmp_path: Path) -> None:
    beside = tmp_path / ".s.PGSQL.5432"
    with (
        socket.create_server(("127.0.0.1", 0)) as database,
        socket.socket(socket.AF_UNIX) as local,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        local.bind(str(beside))
        local.listen()
        abstract.bind("\0rehearsed " + tmp_path.name)
        abstract.listen()
        places = [
            (socket.AF_INET, database.getsockname()),
            (socket.AF_INET, ("198.51.100.7", 5432)),
            (socket.AF_INET, ("other.c9x2example.eu-central-1.rds.amazonaws.com", 5432)),
            (socket.AF_UNIX, str(beside)),
            (socket.AF_UNIX, abstract.getsockname().decode()),
        ]
        for family, place in places[:1] + places[3:]:
            with socket.socket(family) as reached:
                reached.connect(place)  # as long as it is not isolated
        script = (
            f"{_CONNECT}\nfor place in {[(int(family), place) for family, place in places]}: print(tried(*place))"
        )
        printed = on_stage(python(script)).printed.splitlines()
    assert printed == [
        "ConnectionRefusedError",
        "OSError",
        "gaierror",
        "ConnectionRefusedError",
        "ConnectionRefusedError",
    ]


def test_who_runs_it_and_where_stay_as_they_were(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    script = "import os, sys; print(os.getuid(), os.getgid(), os.getcwd(), os.environ['HOME'], sys.warnoptions)"
    printed = on_stage(python(script)).printed.strip()
    assert printed == f"{os.getuid()} {os.getgid()} {tmp_path} {tmp_path}/home ['ignore']"


def test_it_gains_no_capability_and_loses_those_that_lead_out() -> None:
    def bits(status: str) -> dict[str, int]:
        fields = (line.split(":") for line in status.splitlines() if line.startswith("Cap"))
        return {name: int(value, 16) for name, value in fields}

    outside = bits(Path("/proc/self/status").read_text())
    inside = bits(on_stage(["cat", "/proc/self/status"]).printed)
    leads_out = 1 << 12 | 1 << 19 | 1 << 21  # CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN of linux/capability.h
    assert inside["CapBnd"] == outside["CapBnd"] & ~leads_out
    assert inside["CapEff"] == inside["CapPrm"] == outside["CapEff"] & ~leads_out
    assert inside["CapInh"] == inside["CapAmb"] == 0


@pytest.mark.parametrize(("ends", "code"), [("raise SystemExit(7)", 7), ("os.kill(os.getpid(), 9)", -9)])
def test_how_it_ended_is_told(ends: str, code: int) -> None:
    assert on_stage(python(f"import os\n{ends}")).code == code


def test_what_it_reads_is_what_we_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "given"
    given.write_text("a line")
    before = os.dup(0)
    with capfd.disabled(), given.open() as stream:
        os.dup2(stream.fileno(), 0)
        try:
            printed = on_stage(["cat"]).printed
        finally:
            os.dup2(before, 0)
            os.close(before)
    assert printed == "a line"


_LEAVES = """
import os, signal, sys, time
main = os.getpid()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while {ends} and os.path.exists(f"/proc/{{main}}"):
            time.sleep(0.01)
        os.write(1, f"left {{os.getpid()}}\\n".encode())  # in one piece, since the other one prints too
        time.sleep(600)
    os._exit(0)
{then}
"""


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("os.wait()", 0),
        ("time.sleep(600)", -15),
        ("signal.signal(signal.SIGTERM, lambda *_: sys.exit(5)); os.write(1, b'ready\\n'); time.sleep(600)", 5),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(1, b'ready\\n'); time.sleep(600)", -9),
    ],
)
def test_all_that_it_started_ends_when_it_is_stopped(then: str, code: int) -> None:
    def is_there(printed: str) -> bool:
        return "left" in printed and ("ready" in printed or "ready" not in then)

    # who ends by itself is told as that: the stop comes when it is gone, and is for what it left
    happened = on_stage(python(_LEAVES.format(then=then, ends=code == 0)), stop_when=is_there)
    assert happened.code == code
    left = re.search(r"left (\d+)", happened.printed)
    assert left, happened.printed
    assert not Path(f"/proc/{left[1]}").exists()


def test_a_program_that_is_not_there_is_bad_input() -> None:
    with pytest.raises(BadRequest, match=r"cannot be started: .*no-such-program"):
        on_stage(["no-such-program"])


def test_nothing_is_changed_outside() -> None:
    files = [
        Path("/etc/hosts"),
        Path("/etc/nsswitch.conf"),
        Path("/etc/resolv.conf"),
        Path("/proc/self/mountinfo"),
    ]

    def read() -> list[bytes]:
        return [path.read_bytes() for path in files if path.exists()]

    async def seen() -> tuple[list[bytes], list[bytes]]:
        stage = await isolated([NAME], [5432])
        during = read()
        await stage.close()
        return during, read()

    assert asyncio.run(seen()) == (read(), read())


def test_a_second_rehearsal_on_the_same_port_is_another_world() -> None:
    async def places() -> list[tuple[str, int]]:
        stages = [await isolated([NAME], [5432]) for _ in range(2)]
        found = [each.getsockname() for stage in stages for each in stage.listening]
        for stage in stages:
            await stage.close()
        return found

    assert asyncio.run(places()) == [("192.0.2.1", 5432)] * 2
