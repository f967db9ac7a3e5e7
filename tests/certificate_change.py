"""Every driver and mode of the fleet, before and after a real change of a server's certificate, and its log.

As a program: `python -m tests.certificate_change BINARIES`. It runs in a network of its own, in which each client
has its own address, and prints what every client did, and what the server wrote, as JSON.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg

from tests import driver_workers
from tests.driver_workers import HOST, Account, Worker
from tests.local_aws.fleet import network
from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.clients import Client, Driver, Tls
from tests.local_aws.fleet.drivers import Address, Drivers
from tests.local_aws.fleet.roles import SUPERUSER
from tests.local_aws.fleet.servers import Server, Servers

USER = "orders_app"
ROOT = Path(__file__).parents[1]
PSQL = shutil.which("psql")


HERE: tuple[Driver | Worker, ...] = (*((Driver.PSQL,) if PSQL else ()), *driver_workers.here())
"""Those that not every machine has, as far as this one does, and the Java that the tests bring."""


@dataclass(frozen=True, slots=True)
class Way:
    """A driver in a mode, with roots or without."""

    driver: Driver | Worker
    mode: str
    """libpq's name for it."""

    roots: str = ""
    """`old`: of the CA before the change alone; `both`; empty: none."""

    @property
    def verifies(self) -> bool:
        """Whether it refuses a certificate that none of its roots has signed: libpq does so with any root file."""
        is_libpq = self.driver in {Driver.PSYCOPG, Driver.PSQL}
        return bool(self.roots) and (self.mode.startswith("verify") or (is_libpq and self.mode != "disable"))


@dataclass(frozen=True, slots=True)
class Fared:
    """What a way came to, before the change and after: whether the server saw TLS; None: it was not let in."""

    way: Way
    address: str
    before: bool | None
    after: bool | None


@dataclass(frozen=True, slots=True)
class Run:
    """What came of all of them."""

    fared: tuple[Fared, ...]
    log: str
    began: datetime
    changed: datetime
    """Nobody connects within a second of it."""

    ended: datetime


def ways() -> tuple[Way, ...]:
    """All of them."""
    libpq = [Way(Driver.PSYCOPG, "disable")]
    libpq += [
        Way(Driver.PSYCOPG, mode, roots)
        for mode in ("allow", "prefer", "require")
        for roots in ("", "old", "both")
    ]
    libpq += [
        Way(Driver.PSYCOPG, mode, roots) for mode in ("verify-ca", "verify-full") for roots in ("old", "both")
    ]
    others = [
        Way(driver, mode, roots)
        for driver in (Driver.ASYNCPG, Driver.PG8000, *HERE)
        # Java is told addresses, which the certificate does not carry.
        for verified in ("verify-ca" if driver is Worker.PGJDBC else "verify-full",)
        for mode, roots in (("disable", ""), ("require", ""), (verified, "old"), (verified, "both"))
    ]
    falling = [Way(Driver.PSQL, "prefer", "old")] if Driver.PSQL in HERE else []
    return (*libpq, *others, *falling)


def run(binaries: Path) -> Run:
    """Have a process of its own do it, with this PostgreSQL. Raises RuntimeError with what it said."""
    command = [sys.executable, "-m", "tests.certificate_change", str(binaries)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)
    drivers: dict[str, Driver | Worker] = {each.value: each for each in (*Driver, *Worker)}
    fared = tuple(
        Fared(
            Way(drivers[each["way"]["driver"]], each["way"]["mode"], each["way"]["roots"]),
            each["address"],
            each["before"],
            each["after"],
        )
        for each in told["fared"]
    )
    moments = (datetime.fromisoformat(told[each]) for each in ("began", "changed", "ended"))
    return Run(fared, told["log"], *moments)


@dataclass
class _World:
    servers: Servers
    server: Server
    drivers: Drivers
    roots: dict[str, Path] = field(default_factory=dict)
    workers: dict[Worker, subprocess.Popen[str]] = field(default_factory=dict)


def main(binaries: Path) -> None:
    """Print what came of it."""
    tried = [(way, f"10.{1 + number}.0.7") for number, way in enumerate(ways())]
    network.enter(address for _, address in tried)
    old, new = regional("us-east-1"), regional("us-east-1")
    with Servers(binaries) as servers:
        settings = "listen_addresses = '*'\nlog_connections = on\n"
        server = servers.start("orders", old.issue(HOST), settings=settings)
        with Drivers(Path(PSQL) if PSQL else None) as drivers, contextlib.ExitStack() as ending:
            world = _World(servers, server, drivers, _roots(servers, old, new))
            for worker, command in driver_workers.commands(servers.workplace.directory).items():
                world.workers[worker] = ending.enter_context(driver_workers.started(command))
            began = datetime.now(UTC)
            before = [_tried(world, *each) for each in tried]
            time.sleep(1.1)
            changed = datetime.now(UTC)
            servers.change_certificate(server, new.issue(HOST))
            time.sleep(1.1)
            after = [_tried(world, *each) for each in tried]
            ended = datetime.now(UTC)
        log = server.log.read_text()
    fared = [Fared(way, address, *both) for (way, address), *both in zip(tried, before, after, strict=True)]
    told = {"fared": [asdict(each) for each in fared], "log": log}
    print(json.dumps(told | {"began": str(began), "changed": str(changed), "ended": str(ended)}))


def _roots(servers: Servers, old: CertificateAuthority, new: CertificateAuthority) -> dict[str, Path]:
    folder = servers.workplace.directory
    contents = {"old": old.root_pem, "both": old.root_pem + new.root_pem}
    for name, content in contents.items():
        servers.workplace.write(folder / f"{name}.pem", content, mode=0o644)
    return {name: folder / f"{name}.pem" for name in ("", *contents)}


def _tried(world: _World, way: Way, address: str) -> bool | None:
    if isinstance(way.driver, Worker):
        account = Account(USER, world.servers.passwords[USER], address, world.server.port)
        roots = world.roots[way.roots] if way.roots else None
        return driver_workers.connect(world.workers[way.driver], way.driver, account, way.mode, roots)
    opened: dict[Driver, Callable[[], contextlib.AbstractContextManager[object]]] = {
        Driver.PSYCOPG: partial(_libpq, world, way, address),
        Driver.ASYNCPG: partial(_other, world, way.driver, way, address),
        Driver.PG8000: partial(_other, world, way.driver, way, address),
        Driver.PSQL: partial(_other, world, way.driver, way, address),
    }
    try:
        with opened[way.driver]():
            return _seen(world, address)
    except (OSError, psycopg.OperationalError):
        # ssl.SSLError is an OSError too
        return None
    except RuntimeError as error:
        if not str(error).startswith("psql: "):
            raise
        return None


def _libpq(world: _World, way: Way, address: str) -> contextlib.AbstractContextManager[object]:
    return psycopg.connect(
        host=HOST,
        hostaddr=address,
        port=world.server.port,
        user=USER,
        password=world.servers.passwords[USER],
        dbname="postgres",
        sslmode=way.mode,
        sslrootcert=str(world.roots[way.roots].with_suffix(".pem" if way.roots else ".none")),
    )


@contextlib.contextmanager
def _other(world: _World, driver: Driver, way: Way, address: str) -> Iterator[None]:
    client = Client("", USER, driver, Tls(way.mode))
    where = Address(HOST, world.server.port, world.roots[way.roots], address)
    with world.drivers.session(client, where, world.servers.passwords[USER]):
        yield


def _seen(world: _World, address: str) -> bool:
    """Whether the server sees TLS in the session from this address, of which there is one."""
    with psycopg.connect(
        host=str(world.server.socket_directory), port=world.server.port, user=SUPERUSER, dbname="postgres"
    ) as looking:
        question = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr = %s"
        ((tls,),) = looking.execute(question, (address,)).fetchall()
        return bool(tls)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
