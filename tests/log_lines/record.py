"""Has servers of PostgreSQL 10 to 18 write their logs, and keeps them: python -m tests.log_lines.record.

Needs `make postgresql`. Takes about a minute.
"""

import csv
import io
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.installations import MAJORS, binaries
from tests.local_aws.fleet.servers import Server, Servers
from tests.log_lines.attempts import (
    DATABASES,
    STATEMENTS,
    USERS,
    Attempt,
    Broken,
    Happened,
    Place,
    Says,
    attempts,
    foreign_attempts,
)
from tests.log_lines.dialogue import Dialogue
from tests.log_lines.recorded import PREFIXES, Line, Record, write

ACCESS = """
local all all trust
host all barred all reject
host all locked all scram-sha-256
host all +let_in all trust
host replication +let_in all trust
hostssl all all all trust
"""
SETTINGS = """
listen_addresses = '127.0.0.1,::1'
log_statement = all
lc_messages = 'C'
"""
CSV = """
logging_collector = on
log_destination = 'stderr,csvlog'
log_directory = 'log'
log_filename = 'server.log'
log_rotation_size = 0
"""
SECONDS = 10
SUPERUSER = {"user": b"rdsadmin", "database": b"postgres"}


def main() -> int:
    """The exit code."""
    authority = regional("us-east-1")
    expired = datetime.now(UTC) - timedelta(days=1)
    outdated = authority.issue("server.example", not_before=expired - timedelta(days=9), not_after=expired)
    for major in MAJORS:
        with Servers(binaries(major)) as servers:
            roots = servers.workplace.room("roots") / "roots.pem"
            servers.workplace.write(roots, authority.root_pem)
            for name, (prefix, majors) in PREFIXES.items():
                if major not in majors:
                    continue
                settings = f"{SETTINGS}{CSV if name == 'csv' else ''}log_line_prefix = '{prefix}'\n"
                server = servers.start(name, authority.issue("server.example"), settings=settings)
                log = server.data / "log" / "server.csv" if name == "csv" else server.log
                prepared = _prepare(server)
                place = Place(major, server.port, f"{server.socket_directory}/.s.PGSQL.{server.port}", roots)
                happened = [prepared, *(_awaited(each, place, log) for each in attempts())]
                servers.workplace.write(server.data / "server.crt", outdated.chain_pem)
                server.process.send_signal(signal.SIGHUP)
                time.sleep(0.3)
                late = (Broken(f"expired, {tls}", "certificate expired", "verify", tls=tls) for tls in _TLS)
                happened += [_awaited(each, place, log) for each in late]
                time.sleep(0.3)
                server.stop()
                texts = _texts(log.read_text(errors="replace"), is_csv=name == "csv")
                lines = tuple(_matched(texts, happened, is_csv=name == "csv"))
                write(Record(major, name, prefix, lines))
                print(f"{major} {name}: {len(lines)} lines", flush=True)
    _record_languages(authority)
    return 0


def _record_languages(authority: CertificateAuthority) -> None:
    """What Debian's PostgreSQL 15 says in all its languages; where it is not, what was recorded stays."""
    if not (DEBIANS / "postgres").exists():
        print(f"no languages: there is no {DEBIANS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        room.chmod(0o755)
        (room / "bin").mkdir()
        for name in LANGUAGES:
            command = ("localedef", "-i", name, "-f", "UTF-8", room / f"{name}.UTF-8")
            subprocess.run(command, check=False, capture_output=True)
        for ctype in CTYPES:
            for program in ("postgres", "initdb"):
                script = room / "bin" / program
                where = f"unset LC_ALL\nexport LOCPATH={room} LC_CTYPE={ctype}"
                script.write_text(f'#!/bin/sh\n{where}\nexec {DEBIANS / program} "$@"\n')
                script.chmod(0o755)
            with Servers(room / "bin") as servers:
                for name in LANGUAGES:
                    lines = _foreign(servers, name, authority)
                    write(Record(15, name if ctype != "C" else f"{name}-c", PREFIXES["rds"][0], lines))
                    print(f"15 {name} {ctype}: {len(lines)} lines", flush=True)


def _foreign(servers: Servers, name: str, authority: CertificateAuthority) -> tuple[Line, ...]:
    settings = f"lc_messages = '{name}.UTF-8'\nlisten_addresses = '127.0.0.1,::1'\n"
    server = servers.start(name, authority.issue("server.example"), settings=settings)
    _prepare(server)
    place = Place(15, server.port, f"{server.socket_directory}/.s.PGSQL.{server.port}", server.data / "server.crt")
    happened = []
    for attempt in foreign_attempts():
        happened.append(attempt.happens(place))
        time.sleep(0.2)
    server.stop()
    return tuple(_in_order(_texts(server.log.read_text(errors="replace"), is_csv=False), happened))


def _in_order(texts: Iterable[str], happened: Iterable[Happened]) -> Iterator[Line]:
    """Each text with what it says: of an attempt, the last line that names its port is in another language, unless
    it is in English all the same."""
    texts = list(texts)
    says = dict[int, Line]()
    for each in happened:
        says_of = each.says or {}
        last = max(at for at, text in enumerate(texts) if f"({says_of['port']})" in text)
        is_english = texts[last].endswith((f":LOG:  {each.message}", f":日志:  {each.message}"))
        says[last] = Line(texts[last], says_of if is_english else {"what": "unread"}, each.name)
    for at, text in enumerate(texts):
        is_preparing = ":[local]:rdsadmin@" in text
        yield says.get(at) or Line(text, PREPARING.says if is_preparing else None, is_hostile=is_preparing)


LANGUAGES = ("de_DE", "es_ES", "fr_FR", "it_IT", "ja_JP", "ka_GE", "ko_KR", "ru_RU", "sv_SE", "uk_UA", "zh_CN")
CTYPES = ("de_DE.UTF-8", "C")
"""Where it is C, PostgreSQL transliterates what it says of a session that is not yet in a database."""

DEBIANS = Path("/usr/lib/postgresql/15/bin")
_TLS = ("TLSv1.2", "TLSv1.3")


def _prepare(server: Server) -> Happened:
    (server.data / "pg_hba.conf").write_text(ACCESS)
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    with Dialogue.local(f"{server.socket_directory}/.s.PGSQL.{server.port}") as dialogue:
        dialogue.log_in(SUPERUSER)
        dialogue.ask("CREATE ROLE let_in")
        dialogue.ask("CREATE ROLE locked LOGIN")
        for user in USERS:
            if user not in {"rdsadmin", "tlscheck"}:
                dialogue.ask(f'CREATE ROLE "{user}" LOGIN REPLICATION')
            dialogue.ask(f'GRANT let_in TO "{user}"')
        for database in DATABASES:
            dialogue.ask(f'CREATE DATABASE "{database}" TEMPLATE postgres')
        dialogue.leave()
    time.sleep(0.2)
    return PREPARING


_NAMES: Says = {"user": "rdsadmin", "database": "postgres", "application": "", "protocol": None}
PREPARING = Happened(
    "preparing",
    "connection authorized: user=rdsadmin database=postgres",
    {"what": "connected", "address": "", "port": 0, **_NAMES, "kind": "RDS", "doubtful": False},
)


def _awaited(attempt: Attempt, place: Place, log: Path) -> Happened:
    before = len(log.read_bytes())
    happened = attempt.happens(place)
    written = happened.message.replace("\n", "\n\t")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        said = log.read_bytes()[before:].decode(errors="replace")
        if written in said.replace('""', '"').replace("\n\t", "\n").replace("\n", "\n\t") if written else said:
            break
        time.sleep(0.005)
    else:
        raise AssertionError(f"PostgreSQL {place.major}, {attempt.name}: no line says {written!r} in {said!r}")
    time.sleep(0.03)
    return happened


def _texts(log: str, *, is_csv: bool) -> list[str]:
    """Lines, each with those that go on with it."""
    if is_csv:
        lines = log.split("\n")
        reader = csv.reader(io.StringIO(log, newline=""))
        ends = [0, *(reader.line_num for _ in reader)]
        return ["\n".join(lines[start:end]) for start, end in pairwise(ends)]
    texts: list[str] = []
    for line in log.removesuffix("\n").split("\n"):
        if line.startswith("\t") and texts:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def _matched(texts: Iterable[str], happened: Iterable[Happened], *, is_csv: bool) -> Iterator[Line]:
    """Each text with what it says: the next attempt's message is in the next line that has it."""
    waiting = [each for each in happened if each.says]
    for text in texts:
        message = next(csv.reader([text.replace("\n", "\r\n")]))[13] if is_csv else text
        if waiting and _is_of(message, waiting[0], is_csv=is_csv):
            found = waiting.pop(0)
            yield Line(text, found.says, found.name, found.is_hostile)
        else:
            yield Line(text, None)
    if waiting:
        raise AssertionError(f"no line of {waiting[0]}")


def _is_of(message: str, happened: Happened, *, is_csv: bool) -> bool:
    wanted = happened.message.replace("\n", "\n\t")
    if is_csv:
        wanted, message = happened.message, message.replace("\r\n", "\n")
    return (message.endswith(wanted) or (wanted.endswith(": ") and wanted in message)) and not any(
        each[:30] in message for each in STATEMENTS
    )


if __name__ == "__main__":
    sys.exit(main())
