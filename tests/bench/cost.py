"""What a month costs: real sweeps of emulated accounts, counted, at the list prices of docs/prices.toml.

The doors' own code runs against an emulated account into which the template was deployed; the state machine is
walked as it stands there. What each door asks of AWS is counted by botocore's events, DynamoDB's units from the
items' sizes, and its seconds are processor time measured here at its share of a vCPU, and waiting times that the
price file names. An hour's four samples are swept and a full sweep: the first sample of an hour writes what is
written hourly.

A thousand PostgreSQL servers do not fit here. So a stand-in answers in the probe's place, and what one look costs
the probe is measured beside it at a real server. 10,000 databases are ten times the counts of 1,000; at 2,000 it
is checked that counts grow in step.

`python -m tests.bench.cost page` also writes docs/price.md and the counts that it rests on.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.wire.request import SIDE_BY_SIDE

from tests.bench.probe import Lookers
from tests.costing import logs, page
from tests.costing.account import ADDRESSES, CLIENTS, account_of
from tests.costing.bill import LINES, Counted, Look, Month, Quantities, by_service, ten_times, usd
from tests.costing.prices import Prices, load
from tests.costing.setting import setting
from tests.costing.sweeps import DoorRun, Order, Swept
from tests.local_aws.emulator.account import ACCOUNT, REGION
from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.crowd import Crowd
from tests.local_aws.fleet.roles import CHECKER, CROWD
from tests.local_aws.fleet.servers import Servers

SMALL, LARGE, LARGER = 50, 1000, 2000
NEAR = 0.1
"""How far from 1 the ratio of two counts may lie that ought to be alike."""

LOOKS = 100
SESSIONS = CLIENTS * ADDRESSES
COUNTS = ("transitions", "express", "writes", "index_writes", "reads", "puts", "gets", "invocations", "logs")
"""What must grow in step with databases: whatever is counted, and not measured."""


def figure(name: str, value: float, unit: str) -> None:
    """One line that others read."""
    print(f"figure cost.{name} {value:.4g} {unit}", flush=True)


def moments(*, whole_hour: bool) -> list[tuple[str, datetime]]:
    """The sweeps: the one that the others build on, an hour's samples or the first of them, and a full one."""
    began = datetime.now(UTC).replace(hour=3, minute=5, second=0, microsecond=0) - timedelta(days=1)
    hour = began.replace(hour=4, minute=0)
    samples = [hour + timedelta(minutes=15 * quarter) for quarter in range(4 if whole_hour else 1)]
    return [("full", began), *(("sample", at) for at in samples), ("full", hour + timedelta(minutes=55))]


def swept(databases: int, *, whole_hour: bool = True) -> Counted:
    """The sweeps of an account with so many databases."""
    sweeps = moments(whole_hour=whole_hour)
    with tempfile.TemporaryDirectory() as folder, account_of(databases, sweeps[0][1], Path(folder)) as deployed:
        order = Order(
            deployed.account.endpoint, deployed.environments, [(depth, at.timestamp()) for depth, at in sweeps]
        )
        environment = os.environ | {
            "AWS_ENDPOINT_URL": deployed.account.endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }
        command = [sys.executable, "-m", "tests.costing.sweeps"]
        ended = subprocess.run(
            command, input=json.dumps(asdict(order)), env=environment, capture_output=True, text=True, check=False
        )
    if ended.returncode:
        raise SystemExit(f"{databases} databases: {ended.stderr}")
    found = [_swept(line) for line in ended.stdout.splitlines()]
    print(f"  swept {databases} databases {len(found)} times", flush=True)
    return Counted(found[:-2], found[-2], found[-1])


def _swept(line: str) -> Swept:
    document = json.loads(line)
    doors = {name: DoorRun(**each) for name, each in document.pop("doors").items()}
    return Swept(**document, doors=doors)


def look() -> Look:
    """Processor time of a look, by the probe's own code at a real server with as many sessions as are assumed.

    It logs in with a password, which costs a little more than to sign a token of IAM.
    """
    authority = regional(REGION)
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = stack.enter_context(Servers())
        server = servers.start("measured", authority.issue("localhost"), trusted=CROWD.name)
        password, store = servers.passwords[CHECKER.name], RegionalRoots(authority.root_pem)
        lookers = Lookers(server, password, store, directory, directory)
        stack.enter_context(Crowd(server.port, SESSIONS))
        lookers.probe()
        began = time.process_time()
        for _ in range(LOOKS):
            lookers.probe()
        return Look((time.process_time() - began) / LOOKS, SIDE_BY_SIDE)


def linearity(month: Month, *accounts: Counted) -> float:
    """Of a small, a large and a larger account: what each database from the large one on adds to a count, against
    what each up to there does. The ratio farthest from 1; none, where one is not near it.
    """
    alike = [Counted(each.samples[:1], each.full, each.delivery) for each in accounts]
    small, large, larger = (month.quantities(each) for each in alike)
    ratios = {
        name: (larger[name] - large[name]) / (LARGER - LARGE) / ((large[name] - small[name]) / (LARGE - SMALL))
        for name in COUNTS
        if large[name] > small[name]
    }
    worst = max(ratios, key=lambda name: abs(ratios[name] - 1))
    if abs(ratios[worst] - 1) > NEAR:
        raise SystemExit(f"counts do not grow in step with databases: {ratios}")
    return ratios[worst]


def show(name: str, quantities: Quantities, prices: Prices) -> None:
    """A table of what a month comes to, the largest first."""
    lines = usd(quantities, prices)
    print(f"  {name}:")
    for each in sorted(lines, key=lambda each: -lines[each]):
        if lines[each] >= 0.005:
            line = LINES[each]
            print(f"    {lines[each]:>8.2f} USD  {line.service}: {quantities[each]:,.0f} {line.what}")


def logs_of_100(prices: Prices) -> None:
    """What 100 servers' logs cost a month, and once for the first reading, in both ways."""
    pages = logs.by_pages(prices, setting(), logs.line_seconds())
    insights = logs.by_insights(prices)
    figure("log_usd_month_100", pages.month, "USD")
    figure("log_usd_month_100_insights", insights.month, "USD")
    figure("log_usd_first_100", pages.first, "USD")
    figure("log_usd_first_100_insights", insights.first, "USD")


def measure(arguments: Sequence[str]) -> None:
    """Print the figures."""
    prices = load()
    logs_of_100(prices)
    month = Month(prices, setting(), look())
    figure("cpu_ms_look", month.look.cpu * 1000, "ms")
    with ThreadPoolExecutor(2) as pool:
        larger = pool.submit(swept, LARGER, whole_hour=False)
        thousand, fifty, none = pool.map(swept, (LARGE, SMALL, 0))
    figure(f"linearity_{LARGER}", linearity(month, fifty, thousand, larger.result()), "x")
    without, small, large = (month.quantities(each) for each in (none, fifty, thousand))
    sizes = {SMALL: small, LARGE: large, 10 * LARGE: ten_times(large, without)}
    figure("fixed_usd_month", sum(usd(without, prices).values()), "USD")
    for size, quantities in sizes.items():
        show(f"{size} databases", quantities, prices)
        for service, each in by_service(usd(quantities, prices)).items():
            figure(f"usd_month_{size}_{service.lower().replace(' ', '_').replace('-', '_')}", each, "USD")
        figure(f"usd_month_{size}", sum(usd(quantities, prices).values()), "USD")
    if "page" in arguments:
        page.record(page.Recorded(f"{datetime.now(UTC):%Y-%m-%d}", {0: without, **sizes}), prices)


if __name__ == "__main__":
    measure(sys.argv[1:])
