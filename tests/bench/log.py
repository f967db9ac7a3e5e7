"""A server's log: how fast answers of the log service add up to clients, and in how much memory."""

import json
import os
import random
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from tlscheck.edges import observing  # noqa: F401 - what the function imports counts in its peak
from tlscheck.edges.aws import cloudwatch_logs, session
from tlscheck.edges.aws.cloudwatch_logs import Page
from tlscheck.ledger.logged import Reading, Stretch
from tlscheck.ledger.tally import Tally
from tlscheck.log.lines import events

REAL_LINES = 600
SPOOFED_LINES = 50
"""That read as TLS: of fewer, none that is wrong says little."""

LINES_PER_S = 60_000
PEAK_MIB = 120
LINES = 10_000_000
NAMES = 200_000
PAGE = 5_000
"""Events: a page of the service has 1 MB at most."""

TIMED_PAGES = 400
"""Each of the names comes some seven times."""

PREFIX = "%t:%r:%u@%d:[%p]:"
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
SPAN = Stretch(BEGIN, BEGIN + timedelta(days=35))
TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"


SIZE = struct.Struct("!I")
"""Of an answer, in bytes."""


def figure(name: str, value: float, unit: str) -> None:
    """One line that others read."""
    print(f"figure log.{name} {value:.9g} {unit}".rstrip(), flush=True)


def application(number: int) -> str:
    """One of many names: of busy workers, of Pods, and words of random letters, which nothing can fold."""
    chance = random.Random(number)  # noqa: S311 - no secret
    if number % 3 == 0:
        return f"sidekiq 7.3.{chance.randrange(9)} shop [{chance.randrange(10**6)} of 99 busy]"
    if number % 3 == 1:
        return f"orders-{chance.getrandbits(40):010x}-{chance.getrandbits(20):05x}"
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=10))


def line(number: int, chance: random.Random) -> str:
    """One of a mix: of 20, 15 are of clients (3 without TLS), two RDS's own, and three refusals or statements."""
    at = f"{BEGIN + timedelta(seconds=number * 35 * 86400 // LINES):%Y-%m-%d %H:%M:%S} UTC"
    where = f"10.0.{number % 40}.{number % 7}({32768 + number % 28000})"
    nobody = f"{at}:{where}:[unknown]@[unknown]:[{number % 32768}]:LOG:  "
    known = f"{at}:{where}:orders@shop:[{number % 32768}]:"
    match number % 20:
        case 0 | 1:
            return (
                f"{at}:[local]:rdsadmin@rdsadmin:[99]:LOG:  connection authorized: user=rdsadmin database=rdsadmin"
            )
        case 2:
            reason = chance.choice(("tlsv1 alert unknown ca", "EOF detected"))
            return f"{nobody}could not accept SSL connection: {reason}"
        case 3:
            host = f'host "{where[:-7]}", user "orders", database "shop"'
            return f"{known}FATAL:  no pg_hba.conf entry for {host}, no encryption"
        case 4:
            return f"{known}ERROR:  syntax error\n\tSTATEMENT:  select 'connection authorized: user=a database=b'"
    name = application(chance.randrange(NAMES))
    return f"{known}LOG:  connection authorized: user=orders database=shop application_name={name}" + (
        "" if number % 20 < 8 else TLS
    )


def bodies(count: int) -> Iterator[bytes]:
    """Answers of FilterLogEvents as they come over the wire, made by a process of their own.

    So neither its memory nor what it leaves in the processor's caches is measured.
    """
    command = [sys.executable, "-m", "tests.bench.log", "bodies", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as made:
        if made.stdout is None:
            raise ValueError("no pipe")
        while head := made.stdout.read(SIZE.size):
            yield made.stdout.read(*SIZE.unpack(head))
    if made.returncode:
        raise SystemExit(f"no answers: {made.returncode}")


def write_bodies(count: int) -> None:
    """What `bodies` reads: the length of each, and itself."""
    chance = random.Random(14)  # noqa: S311 - no secret
    for page in range(count):
        found = [
            {
                "logStreamName": "orders.0",
                "timestamp": 1_790_000_000_000 + number,
                "message": line(number, chance),
                "ingestionTime": 1_790_000_000_500 + number,
                "eventId": f"{number:056d}",
            }
            for number in range(page * PAGE, (page + 1) * PAGE)
        ]
        body = json.dumps({"events": found, "searchedLogStreams": [], "nextToken": "f" * 60}).encode()
        sys.stdout.buffer.write(SIZE.pack(len(body)) + body)


class _Raw:
    """What botocore reads an answer from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._body


def read(answers: Iterator[bytes]) -> tuple[Reading, float]:
    """What they add up to, read as the product reads them; and the processor's seconds that it took."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    waiting: list[bytes] = []

    def answer(**_: object) -> AWSResponse:
        headers = HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.1"})
        return AWSResponse("https://logs", 200, headers, _Raw(waiting.pop()))

    # Clients that are made from here on answer so.
    hooks: Any = session.own().events
    hooks.register("before-send.cloudwatch-logs.FilterLogEvents", answer)
    tally, spent = Tally("aws:111122223333:us-east-1:db-ORDERS", SPAN), 0.0
    for body in answers:
        waiting.append(body)
        start = time.process_time()
        page = cloudwatch_logs.page("us-east-1", "/aws/rds/instance/orders/postgresql", "orders.", SPAN)
        if not isinstance(page, Page):
            raise SystemExit(f"no page: {page}")
        tally.add(events(page.texts, PREFIX, "tlscheck"))
        spent += time.process_time() - start
    start = time.process_time()
    reading = tally.reading([SPAN])
    return reading, spent + time.process_time() - start


def speed() -> float:
    """Lines a second on one core, beside what json.loads takes for the same bytes."""
    floor = 0.0

    def timed() -> Iterator[bytes]:
        nonlocal floor
        for body in bodies(TIMED_PAGES):
            start = time.process_time()
            json.loads(body)
            floor += time.process_time() - start
            yield body

    _, spent = read(timed())
    lines = TIMED_PAGES * PAGE
    figure("json_loads_lines_per_s", round(lines / floor), "lines/s")
    figure("lines_per_s", round(lines / spent), "lines/s")
    return lines / spent


def peak() -> None:
    """In a process of its own: the most memory that many lines take."""
    reading, _ = read(bodies(LINES // PAGE))
    print(json.dumps({"peak": most_resident(), "clients": len(reading.clients)}))


def most_resident() -> float:
    """MiB that this process had at most. Not ru_maxrss: that begins with what its parent had (Linux, vfork)."""
    (kibibytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(kibibytes) / 1024


def memory() -> float:
    """MiB."""
    command = [sys.executable, "-m", "tests.bench.log", "peak"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    cost = json.loads(ended.stdout.splitlines()[-1])
    figure("clients_of_200000_names", cost["clients"], "clients")
    figure("peak_mib", round(cost["peak"], 1), "MiB")
    return float(cost["peak"])


def truth() -> bool:
    """Whether the lines that real servers wrote are many and read right, and without statements."""
    from tests.log_lines import figures  # noqa: PLC0415 - the peak counts what is imported above

    lines, kept = figures.real_lines(), figures.statement_bytes_kept()
    figure("real_lines", lines, "lines")
    figure("statement_bytes_kept", kept, "")
    return lines >= REAL_LINES and kept == 0


def main() -> int:
    """1 where a bound is missed."""
    from tests.bench.spoofed import spoofed  # noqa: PLC0415 - as above

    missed = []
    if not truth():
        missed.append("real_lines or statement_bytes_kept")
    sessions, lines, wrong = spoofed()
    figure("spoofed_sessions", sessions, "sessions")
    figure("spoofed_lines", lines, "lines")
    figure("spoofed_wrong", wrong, "")
    if wrong or lines < SPOOFED_LINES:
        missed.append("spoofed_wrong")
    if speed() < LINES_PER_S:
        missed.append("lines_per_s")
    if memory() >= PEAK_MIB:
        missed.append("peak_mib")
    for each in missed:
        print(f"missed: {each}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        peak()
    elif sys.argv[1:2] == ["bodies"]:
        write_bodies(int(sys.argv[2]))
    else:
        sys.exit(main())
