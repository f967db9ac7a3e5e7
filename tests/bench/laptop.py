"""What a sweep from a laptop costs: 100 databases of an emulated account, behind 20 of them a real server.

Beside it, in the same run and in turns, a bare loop makes the very calls and looks at the very servers that a
sweep did before: the calls as boto3 makes them, on as many threads, none waiting for what another one said; the
looks by what the sweep itself looks with, since that is faster than drivers are (`make bench TOPIC=probe`). So a
ratio of 1 is a sweep that plans, judges, remembers and tells in no time at all.

Each runs in a process of its own, and imports before its clock starts. Exits with 1 where the ratio is missed.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from statistics import median
from typing import Any

from tests.answers import ACCOUNT, REGION
from tests.local_aws.account_of_many import many
from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.certificates import Algorithm, regional
from tests.local_aws.fleet.ports import reserved_port
from tests.local_aws.fleet.roles import CHECKER
from tests.local_aws.fleet.servers import Servers
from tests.local_aws.from_here import environment

DATABASES = 100
SERVERS = 20
ROUNDS = 7
MOST = 1.3
"""Times as long as the bare loop takes."""

REGIONS_AT_ONCE, CALLS_AT_ONCE = 8, 4
"""As a sweep has it; and it looks at so many servers side by side as there are here."""

PATIENCE = 60.0
"""Seconds."""

SECRET = "tlscheck/bench"  # noqa: S105 - a name


def sweep() -> None:
    """The command itself, all of it."""
    from tlscheck.edges.command.main import main  # noqa: PLC0415 - each side pays for its own imports

    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        main(["sweep"])


def bare(recorded: Path) -> None:
    """The floor."""
    from tlscheck.edges.server.regional_roots import installed  # noqa: PLC0415 - as above
    from tlscheck.edges.server.servers import observe_all  # noqa: PLC0415 - as above

    calls, targets = pickle.loads(recorded.read_bytes())  # noqa: S301 - our own
    clients = {key: boto3_client(*key) for key in dict.fromkeys(each[:2] for each in calls)}
    in_region = defaultdict(list)
    for service, region, operation, asked in calls:
        in_region[service if service != "rds" else region].append((clients[service, region], operation, asked))

    def call(each: tuple[Any, str, dict[str, Any]]) -> None:
        client, operation, asked = each
        client._make_api_call(operation, asked)

    def ask(listed: list[Any]) -> None:
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            list(pool.map(call, listed))

    for alone in ("sts", "ec2"):
        ask(in_region.pop(alone))
    with ThreadPoolExecutor(REGIONS_AT_ONCE) as pool:
        list(pool.map(ask, in_region.values()))
    looked = observe_all(targets, installed(), PATIENCE)
    assert sum(each.look.outcome == "SEEN" for each in looked) == SERVERS


def boto3_client(service: str, region: str) -> Any:
    """A client as boto3 makes it."""
    import boto3  # noqa: PLC0415 - as above

    return boto3.client(service, region_name=region)  # type: ignore[call-overload] # known at run time only


def record(recorded: Path) -> None:
    """A sweep, with its calls and its looks written down; secrets are read by looks themselves."""
    from botocore.client import BaseClient  # noqa: PLC0415 - as above
    from tlscheck.edges.laptop import servers  # noqa: PLC0415 - as above

    calls: list[Any] = []
    looks: list[Any] = []
    make, look = (getattr(*each) for each in ((BaseClient, "_make_api_call"), (servers, "observe_all")))

    def making(self: Any, operation: str, asked: dict[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        if service != "secretsmanager":
            calls.append((service, self.meta.region_name, operation, asked))
        return make(self, operation, asked)

    def looking(targets: Any, *rest: Any, **more: Any) -> Any:
        looks.extend(targets)
        return look(targets, *rest, **more)

    # What no hook of botocore's tells as simply.
    setattr(BaseClient, "_make_api_call", making)  # noqa: B010 - its types do not know of it
    setattr(servers, "observe_all", looking)  # noqa: B010 - nor is it the module's own
    sweep()
    assert len(looks) == DATABASES, "not everybody was looked at"
    recorded.write_bytes(pickle.dumps((calls, looks)))


def one_side(name: str, recorded: Path) -> None:
    """In a process of its own: run a side and print what it cost."""
    import boto3  # noqa: F401, PLC0415 - before the clock starts

    if name != "bare":
        from tlscheck.edges.laptop import answering, progress, sweeping  # noqa: F401, PLC0415 - likewise
    else:
        from tlscheck.edges.server import servers  # noqa: F401, PLC0415 - likewise

    sides: dict[str, Callable[[], None]] = {
        "sweep": sweep,
        "bare": lambda: bare(recorded),
        "record": lambda: record(recorded),
    }
    wall, cpu = time.perf_counter(), time.process_time()
    sides[name]()
    cost = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak": peak_mib()}
    print(json.dumps(cost))


def peak_mib() -> float:
    """Of this process alone: what getrusage says may be its parent's."""
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def run(side: str, recorded: Path, variables: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.laptop", side, str(recorded)]
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{side} failed:\n{ended.stderr}")
    cost: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return cost


def figure(name: str, value: float, unit: str) -> None:
    """One line that others read."""
    print(f"figure laptop.{name} {value:.3g} {unit}", flush=True)


def made(stack: ExitStack, account: EmulatedAccount, home: Path) -> dict[str, str]:
    """The account with its databases and their servers; the variables of a process that sweeps it."""
    authority = regional(REGION, Algorithm.ECC384)
    document = many(DATABASES)
    of_region = document[REGION]
    for name in ("DBClusters", "DBProxies", "DBProxyTargets"):
        del of_region[name]
    of_region["DBInstances"] = instances = of_region["DBInstances"][:DATABASES]
    servers = stack.enter_context(Servers())
    for number, each in enumerate(instances):
        endpoint = each["Endpoint"]
        if number % (DATABASES // SERVERS):
            endpoint["Port"] = stack.enter_context(reserved_port())
            continue
        name = each["DBInstanceIdentifier"]
        endpoint["Port"] = servers.start(name, authority.issue(endpoint["Address"])).port
        each["TagList"].append({"Key": "tlscheck:secret", "Value": SECRET})
    account.set_rds(document)
    secret = json.dumps({"username": CHECKER.name, "password": servers.passwords[CHECKER.name]})
    client = account.client("secretsmanager", REGION, aws_access_key_id=ACCOUNT.id)
    client.create_secret(Name=SECRET, SecretString=secret)
    return environment(home, account, authority.root_pem, region=REGION, key=ACCOUNT.id)


def measure() -> bool:
    """Print the figures; whether they are what they must be."""
    with ExitStack() as stack:
        account = stack.enter_context(EmulatedAccount())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        variables = made(stack, account, home)
        recorded = home / "recorded"
        run("record", recorded, variables)  # the emulator's own caches are filled by it, too
        rounds = [
            {side: run(side, recorded, variables) for side in ("sweep", "bare")[:: 1 if number % 2 else -1]}
            for number in range(ROUNDS)
        ]
        print(f"  {len(pickle.loads(recorded.read_bytes())[0])} calls, {SERVERS} of {DATABASES} servers answer")  # noqa: S301
    ratio = median(each["sweep"]["wall"] / each["bare"]["wall"] for each in rounds)
    figure(f"sweep_s_{DATABASES}", median(each["sweep"]["wall"] for each in rounds), "s")
    figure(f"floor_s_{DATABASES}", median(each["bare"]["wall"] for each in rounds), "s")
    figure("wall_ratio_floor", ratio, "x")
    figure("cpu_ratio_floor", median(each["sweep"]["cpu"] / each["bare"]["cpu"] for each in rounds), "x")
    figure("peak_mib", max(each["sweep"]["peak"] for each in rounds), "MiB")
    figure("peak_mib_floor", max(each["bare"]["peak"] for each in rounds), "MiB")
    return ratio <= MOST


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one_side(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit(not measure())
