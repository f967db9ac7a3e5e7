"""What hostile servers cost a probe and the honest servers beside them, measured.

The probe's door runs in a process of its own, on the roots of an authority of ours and with the content of a
secret in place of what Secrets Manager would say. 32 honest targets are a real PostgreSQL server; 32 hostile ones,
each sort at least once, are those of tests.truth.hostile. Two rounds: the honest alone, then both by turns. At
last the worst order: 32 that do not end before their deadline, and the honest behind them.

How long an honest look lasts (the slowdown) is from its own first packet to its last. From the beginning of the
call it is longer: twice the targets take twice the processor, and 32 are begun with at a time.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.local_aws.fleet.certificates import ServerCertificate, regional
from tests.local_aws.fleet.roles import CHECKER
from tests.local_aws.fleet.servers import Servers

ROOT = Path(__file__).parents[2]
REGION = "us-east-1"
HONEST = HOSTILE = 32
ROUNDS = 2
SECONDS = 118
SLOW = "drips"
"""The sort that lasts until its deadline."""

# What a look of an invocation does not tell: how long a target's own took, and when it was over.
PROBE = """
import json, re, sys, time
from pathlib import Path
import probe
from tlscheck.edges.server import servers
from tlscheck.wire.login import Credential

told = json.load(sys.stdin)
servers.secret_credential = lambda target: Credential(told["user"], told["password"])
observe, taken, over = servers.observe, {}, {}

def timed(target, *more):
    began = time.perf_counter()
    try:
        return observe(target, *more)
    finally:
        ended = time.perf_counter()
        taken[target.arn], over[target.arn] = ended - began, ended

servers.observe = timed

class Context:
    def get_remaining_time_in_millis(self):
        return told["seconds"] * 1000

def invoke(targets):
    begun = time.perf_counter()
    # As Lambda's runtime for this Python writes an answer (awslambdaric, lambda_runtime_marshaller.py).
    answer = json.dumps(probe.handler({"targets": targets}, Context()), ensure_ascii=False).encode()
    answered = json.loads(answer)["observations"]
    seen = {each["arn"]: " ".join((each["handshake"]["outcome"], each["look"]["outcome"], each["look"]["detail"]))
            for each in answered}
    return {"bytes": len(answer), "seen": seen, "taken": {arn: taken[arn] for arn in seen},
            "over": {arn: over[arn] - begun for arn in seen}}

invoke(told["rounds"][0][:1])
rounds = [invoke(each) for each in told["rounds"]]
high = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(json.dumps({"kib": int(high), "rounds": rounds}))
"""


def target(port: int, name: str) -> dict[str, Any]:
    """One that the probe logs in to."""
    return {
        "arn": f"arn:aws:rds:{REGION}:111122223333:db:{name}",
        "host": "localhost",
        "port": port,
        "region": REGION,
        "login": "secret",
        "secret": "tlscheck/crowd",
    }


def hostile_ports(stack: ExitStack, certificate: ServerCertificate) -> dict[str, list[int]]:
    """So many ports of each sort of hostile servers, while the stack lasts."""
    serving = stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-m", "tests.truth.hostile"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    )
    stack.callback(serving.terminate)
    assert serving.stdin
    assert serving.stdout
    certified = {"chain": certificate.chain_pem.decode(), "key": certificate.key_pem.decode(), "copies": HOSTILE}
    print(json.dumps(certified), file=serving.stdin, flush=True)
    ports: dict[str, list[int]] = json.loads(serving.stdout.readline())
    return ports


def probed(root: bytes, password: str, rounds: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """What a probe that knows this root says and takes."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "rds_trust_store"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "aws.pem").write_bytes(root)
        told = {"user": CHECKER.name, "password": password, "seconds": SECONDS, "rounds": rounds}
        ended = subprocess.run(
            [sys.executable, "-c", PROBE],
            cwd=ROOT / "functions",
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'functions'}:{folder}"},
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
        )
    if ended.returncode:
        raise SystemExit(f"the probe failed: {ended.stderr}")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def measure() -> None:
    """Print the figures; none, where an honest server did not answer."""
    authority = regional(REGION)
    certificate = authority.issue("localhost")
    with ExitStack() as stack:
        servers = stack.enter_context(Servers())
        server = servers.start("honest", certificate, settings="max_connections = 100\n")
        honest = [target(server.port, f"honest-{number}") for number in range(HONEST)]
        ports = hostile_ports(stack, certificate)
        each_once_first = [(sort, ports[sort][copy]) for copy in range(HOSTILE) for sort in ports][:HOSTILE]
        hostile = [target(port, f"{sort} {number}") for number, (sort, port) in enumerate(each_once_first)]
        slow = [target(port, f"{SLOW} {number}") for number, port in enumerate(ports[SLOW])]
        together = [each for pair in zip(hostile, honest, strict=True) for each in pair]
        rounds = [honest, together] * ROUNDS + [slow + honest]
        found = probed(authority.root_pem, servers.passwords[CHECKER.name], rounds)
    tell(found)


def tell(found: dict[str, Any]) -> None:
    """Print what the rounds come to. Raises SystemExit where an honest server did not answer."""
    for each in found["rounds"]:
        for arn, seen in each["seen"].items():
            if ":honest-" in arn and not seen.startswith("TRUSTED SEEN"):
                raise SystemExit(f"{arn}: {seen}")
    *by_turns, behind = found["rounds"]
    for arn, seen in by_turns[-1]["seen"].items():
        if ":honest-" not in arn:
            print(f"  {arn.rpartition(':')[2]}, {by_turns[-1]['taken'][arn]:.1f} s: {seen[:120]}")
    alone, beside = (_median(by_turns[first::2], "taken") for first in (0, 1))
    print(f"  from its own first packet an honest look took {alone:.2f} s alone, {beside:.2f} s beside the others")
    first, second, last = (_median(each, "over") for each in (by_turns[0::2], by_turns[1::2], [behind]))
    print(f"  from the beginning of the call it was over in {first:.2f} s alone, in {second:.2f} s by turns with")
    print(f"  the others, and in {last:.2f} s behind {HOSTILE} that take all their time")
    print(f"figure truth.crowd_mib {found['kib'] / 1024:.0f} MiB", flush=True)
    print(f"figure truth.crowd_honest_slowdown {beside / alone:.2f} x", flush=True)
    print(f"figure truth.crowd_held_up {last - first:.2f} s", flush=True)


def _median(rounds: list[dict[str, Any]], of: str) -> float:
    """Seconds, of the honest targets."""
    found: list[float] = [seconds for each in rounds for arn, seconds in each[of].items() if ":honest-" in arn]
    return statistics.median(found)
