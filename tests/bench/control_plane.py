"""What it costs to know every database of an account: calls, time and memory, beside a bare boto3 loop.

Both sides are measured in processes of their own, in turns, on the same emulated account. The floor asks for the
least from which anyone can say of each database whether TLS is enforced and which CA it has: its listings, each
distinct parameter group once (filtered by name), and the Region's CAs.

The account is emulated by another process, whose answers both sides wait for: wall times hold its time as well, as
they would hold the network's, while CPU times are each side's own.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from tests.answers import ACCOUNT, REGION
from tests.local_aws.account_of_many import GROUPS, many
from tests.local_aws.emulator.account import EmulatedAccount

ROUNDS = 5
THROTTLED = 0.3
MOST_ATTEMPTS = 10
"""As configured in edges/rds.py."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one side: seconds, MiB, and what it learnt."""

    wall: float
    cpu: float
    peak: float
    learnt: int
    digest: str
    calls: dict[str, int]

    @property
    def total(self) -> int:
        """All calls."""
        return sum(self.calls.values())


def bare_loop() -> tuple[int, str]:
    """The floor: the fewest calls that tell rds.force_ssl and the CA of every database."""
    import boto3  # noqa: PLC0415 - each side pays for its own imports, outside what is timed

    client = boto3.client("rds", region_name=REGION)
    engines: Any = [{"Name": "engine", "Values": ["postgres", "aurora-postgresql"]}]
    name: Any = [{"Name": "parameter-name", "Values": ["rds.force_ssl"]}]
    instances = [
        each
        for page in client.get_paginator("describe_db_instances").paginate(Filters=engines)
        for each in page["DBInstances"]
    ]
    clusters = [
        each
        for page in client.get_paginator("describe_db_clusters").paginate(Filters=engines)
        for each in page["DBClusters"]
    ]
    authorities = {each["CertificateIdentifier"] for each in client.describe_certificates()["Certificates"]}
    standalone = [each for each in instances if "DBClusterIdentifier" not in each]
    groups = {each["DBParameterGroups"][0]["DBParameterGroupName"] for each in standalone}
    values = {
        group: client.describe_db_parameters(DBParameterGroupName=group, Filters=name)["Parameters"]
        for group in sorted(groups)
    }
    of_clusters = {
        group: client.describe_db_cluster_parameters(DBClusterParameterGroupName=group, Filters=name)["Parameters"]
        for group in sorted({each["DBClusterParameterGroup"] for each in clusters})
    }
    told = [
        values[each["DBParameterGroups"][0]["DBParameterGroupName"]][0]["ParameterValue"] for each in standalone
    ]
    told += [of_clusters[each["DBClusterParameterGroup"]][0]["ParameterValue"] for each in clusters]
    current = sum(each["CACertificateIdentifier"] in authorities for each in instances)
    return len(instances) + len(clusters), f"{told.count('1')} {current}"


def tlscheck() -> tuple[int, str]:
    """All that discover does between its event and S3: the Region asked, its databases assembled and batched."""
    from tlscheck.edges.aws import rds, security_hub  # noqa: PLC0415 - as above
    from tlscheck.edges.documents import dump  # noqa: PLC0415 - as above
    from tlscheck.inventory.assembly import assemble  # noqa: PLC0415 - as above
    from tlscheck.inventory.batch import in_batches  # noqa: PLC0415 - as above

    with ThreadPoolExecutor(1) as pool:
        hubs = pool.submit(security_hub.describe_regions, [REGION])
        # Of another moment each time: the same result must be the same to the letter.
        described = [replace(each, listed_at=None) for each in rds.describe_regions([REGION])]
    inventory = assemble(ACCOUNT, described)
    gaps = [gap for listing in inventory.listings for gap in listing.gaps]
    assert not gaps, gaps
    written = [dump(batch) for batch in in_batches(inventory.databases, inventory.listings, hubs.result())]
    return len(inventory.databases), str(hash_of(written))


def hash_of(texts: list[str]) -> str:
    """The same for the same texts, in any process."""
    import hashlib  # noqa: PLC0415 - as above

    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


SIDES: dict[str, Callable[[], tuple[int, str]]] = {"bare_loop": bare_loop, "tlscheck": tlscheck}


def one_side(name: str) -> None:
    """In a process of its own: run a side and print what it cost."""
    import boto3  # noqa: F401, PLC0415 - before the clock starts

    if name == "tlscheck":
        pass
    wall, cpu = time.perf_counter(), time.process_time()
    learnt, digest = SIDES[name]()
    cost = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**cost, "peak": peak, "learnt": learnt, "digest": digest}))


def run(account: EmulatedAccount, side: str) -> Run:
    """One run, with the calls that it made."""
    account.take_calls()
    environment = os.environ | {
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT.id,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }
    command = [sys.executable, "-m", "tests.bench.control_plane", side]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{side} failed:\n{ended.stderr}")
    calls = account.take_calls().get(REGION, {})
    return Run(**json.loads(ended.stdout.splitlines()[-1]), calls=calls)


def figure(name: str, value: float, unit: str) -> None:
    """One line that others read."""
    shown = f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    print(f"figure control_plane.{name} {shown} {unit}", flush=True)


def measure() -> None:
    """Print the figures."""
    with EmulatedAccount() as account:
        account.set_rds(many(1000))
        for side in SIDES:
            run(account, side)  # the emulator's own caches
        rounds = [{side: run(account, side) for side in SIDES} for _ in range(ROUNDS)]
        ours, floor = rounds[0]["tlscheck"], rounds[0]["bare_loop"]
        figure("calls_1000", ours.total, "calls")
        figure("calls_1000_floor", floor.total, "calls")
        for operation in sorted(ours.calls):
            name = operation.removeprefix("rds:")
            print(f"  {name:<36}{ours.calls[operation]:>4}   floor {floor.calls.get(operation, 0):>4}")
        figure("wall_ratio_floor", median(each["tlscheck"].wall / each["bare_loop"].wall for each in rounds), "x")
        figure("cpu_ratio_floor", median(each["tlscheck"].cpu / each["bare_loop"].cpu for each in rounds), "x")
        figure("wall_1000", median(each["tlscheck"].wall for each in rounds), "s")
        figure("wall_1000_floor", median(each["bare_loop"].wall for each in rounds), "s")
        figure("peak_mib", max(each["tlscheck"].peak for each in rounds), "MiB")
        figure("peak_mib_floor", max(each["bare_loop"].peak for each in rounds), "MiB")
        throttled(account, ours)
        account.set_rds(many(10_000))
        large = run(account, "tlscheck")
        figure("calls_10000", large.total, "calls")
        pages = large.calls["rds:DescribeDBInstances"] - ours.calls["rds:DescribeDBInstances"]
        assert large.total - ours.total == pages, "calls grow with something else than pages and groups"
        figure("peak_mib_10000", large.peak, "MiB")
    print(f"  {ours.learnt} databases, {GROUPS} custom groups; with 10,000 instances {large.learnt} databases")


def throttled(account: EmulatedAccount, calm: Run) -> None:
    """With 30% of the calls refused the result is the same, and no call is made more than its retries."""
    account.set_rds(many(1000, throttled=THROTTLED))
    refused = run(account, "tlscheck")
    assert refused.digest == calm.digest, "throttling changed the result"
    for operation, calls in refused.calls.items():
        assert calls <= calm.calls[operation] * MOST_ATTEMPTS, operation
    figure("calls_1000_throttled", refused.total, "calls")
    figure("wall_1000_throttled", refused.wall, "s")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one_side(sys.argv[1])
    else:
        measure()
