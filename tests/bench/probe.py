"""What a look costs: the probe beside psycopg 3 and psql, on the same server, in the same run.

All three connect by TCP, verify the server against a bundle of RDS's size with our root in it, log in by SCRAM,
run the same statement, and close. They take turns, and medians are compared: this machine may have other things to
do.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import LookOutcome
from tlscheck.wire.statement import STATEMENT
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import Algorithm, CertificateAuthority, regional
from tests.local_aws.fleet.crowd import Crowd
from tests.local_aws.fleet.roles import CHECKER, CROWD
from tests.local_aws.fleet.servers import Server, Servers

ROOT = Path(__file__).parents[2]
BUILD = ROOT / ".aws-sam" / "local" / "build"
TRUST_STORE = ROOT / "layers" / "rds_trust_store"
BUNDLE = TRUST_STORE / "python" / "rds_trust_store" / "aws.pem"
BUNDLE_ROOTS = 108
REGION = "us-east-1"

ROUNDS = 60
LOOKS = 200
THREADED_ROUNDS = 5
STARTS = 21

READY = {
    "probe": "import probe; probe.handler",
    # What the first look of a process still has to import: cryptography and pg8000.
    "first look": "import probe; import tlscheck.edges.stores.x509; import tlscheck.edges.server.postgres",
    "boto3": (
        "import boto3; from aws_lambda_powertools import Logger, Metrics; "
        "boto3.client('rds', region_name='us-east-1'); Logger(service='x'); Metrics(namespace='x', service='x')"
    ),
}

type Action = Callable[[], object]


def figure(name: str, value: float, unit: str) -> None:
    print(f"figure probe.{name} {value:.3g} {unit}", flush=True)


class Lookers:
    """The three ways to take one look at a server."""

    def __init__(self, server: Server, password: str, store: RegionalRoots, bundle: Path, psql: Path) -> None:
        self._target = Target("arn:x", "localhost", server.port, REGION, Login.SECRET, "", "x")
        self._credential = Credential(CHECKER.name, password)
        self._store = store
        self._port = server.port
        self._bundle = bundle
        self._psql = psql

    def probe(self) -> None:
        context = self._store.context(REGION)
        assert context
        shown, connection = open_verified("localhost", self._port, context, Deadline.within(30))
        assert connection, shown
        with connection:
            assert look_at_sessions(connection, self._target, self._credential).outcome is LookOutcome.SEEN

    def psycopg(self) -> None:
        with psycopg.connect(
            host="localhost",
            port=self._port,
            user=self._credential.user,
            password=self._credential.password,
            dbname="postgres",
            application_name="tlscheck",
            sslmode="verify-full",
            sslrootcert=str(self._bundle),
        ) as connection:
            connection.execute(STATEMENT.encode()).fetchall()

    def psql(self) -> None:
        conninfo = (
            f"host=localhost port={self._port} user={self._credential.user} dbname=postgres "
            f"application_name=tlscheck sslmode=verify-full sslrootcert={self._bundle}"
        )
        subprocess.run(
            [self._psql, "-XAtq", "-c", STATEMENT, conninfo],
            env=os.environ | {"PGPASSWORD": self._credential.password},
            stdout=subprocess.DEVNULL,
            check=True,
        )


def in_turn(rounds: int, *actions: Action) -> list[float]:
    """Median milliseconds of each, all of them taking turns; the first round warms up."""
    taken: list[list[float]] = [[] for _ in actions]
    for number in range(rounds + 1):
        for action, times in zip(actions, taken, strict=True):
            start = time.perf_counter()
            action()
            if number:
                times.append((time.perf_counter() - start) * 1000)
    return [statistics.median(times) for times in taken]


def looks_a_second(pool: ThreadPoolExecutor, action: Action) -> float:
    start = time.perf_counter()
    for _ in pool.map(lambda _: action(), range(LOOKS)):
        pass
    return LOOKS / (time.perf_counter() - start)


def measure_looks(lookers: Lookers) -> None:
    ours, libpq, psql = in_turn(ROUNDS, lookers.probe, lookers.psycopg, lookers.psql)
    figure("ms_per_look", ours, "ms")
    figure("ms_ratio_psycopg", ours / libpq, "x")
    figure("ms_ratio_psql", ours / psql, "x")
    start = time.process_time()
    for _ in range(ROUNDS):
        lookers.probe()
    figure("cpu_ms_per_look", (time.process_time() - start) * 1000 / ROUNDS, "ms")


def measure_throughput(lookers: Lookers) -> None:
    for threads in (4, 16):
        with ThreadPoolExecutor(threads) as pool:
            pairs = [
                (looks_a_second(pool, lookers.probe), looks_a_second(pool, lookers.psycopg))
                for _ in range(THREADED_ROUNDS)
            ]
        ours, libpq = (statistics.median(each) for each in zip(*pairs, strict=True))
        name = "throughput_ratio_psycopg" if threads == 4 else f"throughput_ratio_psycopg_{threads}"
        figure(name, ours / libpq, "x")


def measure_start() -> None:
    """A fresh interpreter until the handler is ready, from what sam build made."""
    probe = [BUILD / "Probe", BUILD / "ProbeDependencies" / "python", TRUST_STORE / "python"]
    layers = {"probe": probe, "first look": probe, "boto3": [BUILD / "Dependencies" / "python"]}
    interpreter = str(getattr(sys, "_base_executable", sys.executable))

    def start(name: str) -> Action:
        environment = {"PYTHONPATH": ":".join(map(str, layers[name])), "PATH": os.defpath, "LANG": "C.UTF-8"}
        return lambda: subprocess.run([interpreter, "-c", READY[name]], env=environment, check=True)

    ours, first_look, boto3 = in_turn(STARTS, *(start(name) for name in READY))
    figure("init_ms", ours, "ms")
    figure("init_ratio_boto3", ours / boto3, "x")
    figure("first_look_import_ms", first_look - ours, "ms")


def measure_layer() -> None:
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for layer in (BUILD / "ProbeDependencies", TRUST_STORE):
                for path in sorted(path for path in layer.rglob("*") if path.is_file()):
                    archive.write(path, path.relative_to(layer))
        figure("layer_mib", file.tell() / 2**20, "MiB")


def bundle_with(authority: CertificateAuthority) -> bytes:
    """RDS's roots and ours, filled up to as many as the newest bundle of AWS holds."""
    bundle = BUNDLE.read_bytes() + authority.root_pem
    missing = BUNDLE_ROOTS - bundle.count(b"BEGIN CERTIFICATE")
    fillers = (regional(f"xx-filler-{number}", Algorithm.ECC384).root_pem for number in range(missing))
    return bundle + b"".join(fillers)


def main() -> None:
    authority = regional(REGION)
    bundle = bundle_with(authority)
    print(
        f"{bundle.count(b'BEGIN CERTIFICATE')} roots, Python {sys.version.split()[0]}, {os.cpu_count()} processors"
    )
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = directory / "bundle.pem"
        file.write_bytes(bundle)
        servers = stack.enter_context(Servers())
        server = servers.start(
            "measured", authority.issue("localhost"), settings="max_connections = 1100\n", trusted=CROWD.name
        )
        password = servers.passwords[CHECKER.name]
        lookers = Lookers(server, password, RegionalRoots(bundle), file, servers.binaries / "psql")
        measure_looks(lookers)
        measure_throughput(lookers)
        with Crowd(server.port, 1000):
            ours, libpq = in_turn(ROUNDS // 2, lookers.probe, lookers.psycopg)
        figure("ms_ratio_psycopg_1000", ours / libpq, "x")
    measure_start()
    measure_layer()


if __name__ == "__main__":
    main()
