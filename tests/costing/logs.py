"""What it costs to read the logs of 100 servers: by FilterLogEvents, and by Logs Insights.

How much of a log is read, and in how many calls, is the plan's own (tlscheck.ledger.reading_plan), walked through
a day of samples and a full sweep. What a line costs in processor time is measured. In both ways the table is asked
what is known of a log, and told what it says, in each sweep, and of each client once an hour.
"""

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.ledger.reading_plan import LogGroup, Rhythm, reach, windows
from tlscheck.ledger.stretches import united
from tlscheck.ledger.tally import Tally
from tlscheck.log.lines import events

from tests.costing.account import CLIENTS
from tests.costing.prices import Prices
from tests.costing.setting import Setting

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MB, GB = 1024**2, 1024**3
EVIDENCE, OVERLAP, SAMPLES = 35 * DAY, 15 * MINUTE, 15 * MINUTE
"""The template's defaults."""

LINES = 50_000


@dataclass(frozen=True, slots=True)
class Repeated:
    """How a day's log is read by a day's sweeps."""

    days: float
    """Of log, for each day that passes."""

    windows: int
    """Each is a call at least."""


@dataclass(frozen=True, slots=True)
class Cost:
    """USD of 100 servers."""

    month: float
    first: float
    """For the first reading of EvidenceDays, once."""


def repeated() -> Repeated:
    """A day's samples and its full sweep, once all is known that came before."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    logged = Logged(covered=(Stretch(now - 2 * EVIDENCE, now),))
    group, hours, count = LogGroup("", True, None, None, 0), timedelta(), 0
    for number in range(int(DAY / SAMPLES) + 1):
        is_full = number == 0
        now += timedelta() if is_full else SAMPLES
        read = windows(logged, reach(now, EVIDENCE, group), Rhythm(OVERLAP, is_full=is_full))
        hours += sum((each.until - each.since for each in read), timedelta())
        count += len(read)
        logged = Logged(covered=united([*logged.covered, *read]))
    return Repeated(hours / DAY, count)


def line_seconds() -> float:
    """Processor time of a line, from its text to what it adds up to."""
    since = datetime(2026, 11, 24, tzinfo=UTC)
    texts = [
        f"2026-11-24 {number % 24:02d}:00:00 UTC:10.0.{number % 7}.{number % 200}(50123):app@orders:[77]:LOG:  "
        f"connection authorized: user=app database=orders application_name=service-{number % 40} SSL enabled "
        "(protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
        for number in range(LINES)
    ]
    tally, span = Tally("measured", Stretch(since, since + DAY)), Stretch(since, since + DAY)
    began = time.process_time()
    tally.add(events(texts, "%t:%r:%u@%d:[%p]:"))
    tally.reading([span])
    return (time.process_time() - began) / LINES


def by_pages(prices: Prices, setting: Setting, seconds_a_line: float) -> Cost:
    """FilterLogEvents itself asks no price: what is paid is the time that Observe reads and waits."""
    again, assumed = repeated(), prices.assumed
    memory = setting.memory["Observe"]
    share = min(1.0, memory / float(assumed["functions_full_vcpu_mb"]))
    gb_second = prices.usd["lambda_gb_second"] * memory / 1024

    def usd(days: float, calls: float) -> float:
        found = 0.0
        for servers, rate in assumed["log_connections_a_second"]:
            lines = rate * DAY.total_seconds() * days
            pages = math.ceil(lines * assumed["log_line_bytes"] / MB)
            seconds = lines * seconds_a_line / share + (pages + calls) * prices.waits["logs"]
            found += servers * seconds * gb_second
        return found

    month = prices.days * (usd(again.days, again.windows) + _table(prices))
    return Cost(month, usd(EVIDENCE / DAY, EVIDENCE / DAY))


def by_insights(prices: Prices) -> Cost:
    """What is paid is each byte that it scans: all of the log, whatever else is written there."""
    a_day = sum(
        servers * rate * DAY.total_seconds() * prices.assumed["log_bytes_a_connection"] / GB
        for servers, rate in prices.assumed["log_connections_a_second"]
    )
    price = prices.usd["logs_insights_gb"] * a_day
    return Cost(prices.days * (repeated().days * price + _table(prices)), EVIDENCE / DAY * price)


def _table(prices: Prices) -> float:
    """USD a day for what is kept of logs."""
    assumed, write = prices.assumed, prices.usd["dynamodb_write_unit"]
    servers = sum(servers for servers, _ in assumed["log_connections_a_second"])
    sweeps = DAY / SAMPLES + 1
    of_logs = sweeps * (prices.usd["dynamodb_read_unit"] + write) * assumed["log_item_units"]
    return float(servers * (of_logs + 24 * CLIENTS * write))
