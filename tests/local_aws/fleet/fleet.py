"""The whole fleet: servers, clients, and the records, secrets and roots that an account holds of them.

with Fleet(account="000000000000") as fleet:
    fleet.emulator = "http://127.0.0.1:4566"    # who is asked whether an IAM token is good
    fleet.rds_document()                        # by Region, as RDS's API describes it
    fleet.secrets                               # {"tlscheck/orders-prod": {"username": ..., "password": ...}}
    fleet.roots_pem                             # to be added to the trust store
    fleet.expected                              # {ARN: Expected}
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from tlscheck.verdict.check import Status

from tests.local_aws.fleet import records
from tests.local_aws.fleet.certificates import (
    Algorithm,
    CertificateAuthority,
    ServerCertificate,
    regional,
    retired,
)
from tests.local_aws.fleet.clients import Client, Tls
from tests.local_aws.fleet.databases import (
    CLUSTERS,
    DATABASES,
    EMPTY_REGIONS,
    NETWORKS,
    PROXIES,
    REGIONS,
    Behind,
    Database,
    Expected,
    Presented,
    Visitor,
)
from tests.local_aws.fleet.drivers import Address, Drivers
from tests.local_aws.fleet.iam_login import IamLogin, ask_emulator
from tests.local_aws.fleet.ports import reserved_port
from tests.local_aws.fleet.relay import relayed
from tests.local_aws.fleet.roles import SUPERUSER
from tests.local_aws.fleet.servers import Server, Servers
from tests.local_aws.fleet.silent import silent_port


class Fleet:
    """A context manager: entered, every database of `databases.DATABASES` stands and its clients are connected.

    `binaries` is the `bin` directory of the PostgreSQL to run; see Servers. Nothing is left after exit.
    """

    def __init__(self, account: str = "000000000000", binaries: Path | None = None) -> None:
        self.account = account
        self.servers = Servers(binaries)
        self.emulator: str | None = None
        """Endpoint of the emulated account that IAM tokens are checked by; without one, all are refused."""

        self.ports: dict[str, int] = {}
        """By identifier; 127.0.0.1."""

        self.fronts: dict[str, IamLogin] = {}
        """By identifier, of databases with IAM authentication: each counts the connections to its endpoint."""

        self._expiries: dict[str, datetime] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            with ThreadPoolExecutor(thread_name_prefix="fleet") as workers:
                making = workers.submit(self._make_authorities)
                stack.enter_context(self.servers)
                making.result()
                self._write_roots()
                _all(workers.map(lambda database: self._serve(stack, database), DATABASES))
                # On top of the stack: clients go before their servers do.
                drivers = stack.enter_context(Drivers(self._psql()))
                _all(workers.map(lambda database: self._connect(stack, drivers, database), DATABASES))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def roots_pem(self) -> bytes:
        """The Regions' private roots; the retired CA's is not among them."""
        return b"".join(self._roots_of(region) for region in NETWORKS)

    @property
    def secrets(self) -> dict[str, dict[str, str]]:
        """By name, as Secrets Manager would hold them, each in its database's Region."""
        return {
            database.secret: {
                "username": database.user,
                "password": self.servers.passwords[database.user],
                **database.named_in_secret,
            }
            for database in DATABASES
            if database.secret
        }

    @property
    def expected(self) -> Mapping[str, Expected]:
        """What a sweep must say of each database, cluster, proxy and Region, by ARN; of no other anything."""
        account = self.account
        expected: dict[str, Expected | None] = {self.arn(each.identifier): each.expected for each in DATABASES}
        expected |= {
            records.cluster_arn(account, each.region, each.identifier): each.expected for each in CLUSTERS
        }
        expected |= {records.proxy_arn(account, each.region, each.identifier): each.expected for each in PROXIES}
        of_regions = dict.fromkeys(("not-observed", "trust-store", "default-ca"), Status.PASSED)
        expected |= {
            f"arn:aws:rds:{region}:{account}:region": Expected(None, {**of_regions, **differs})
            for region, differs in REGIONS.items()
        }
        expected |= {f"arn:aws:rds:{region}:{account}:region": Expected(None, {}) for region in EMPTY_REGIONS}
        return {arn: wanted for arn, wanted in expected.items() if wanted is not None}

    def arn(self, identifier: str) -> str:
        """ARN of an instance."""
        region = next(database.region for database in DATABASES if database.identifier == identifier)
        return records.instance_arn(self.account, region, identifier)

    def rds_document(self) -> dict[str, records.Record]:
        """What RDS's API answers, by Region; times are ISO 8601 texts."""
        return records.document(self.account, self.ports, self._expiries, self._authorities)

    def roots_file(self, region: str) -> Path:
        """PEM file of a Region's roots, for clients."""
        return self.servers.workplace.directory / f"{region}.pem"

    def _make_authorities(self) -> None:
        # RDS offers an RSA4096 one as well; its key would take longer than all the rest.
        self._authorities = {
            region: {
                "rds-ca-rsa2048-g1": regional(region),
                "rds-ca-ecc384-g1": regional(region, Algorithm.ECC384),
            }
            for region in NETWORKS
        }
        self._retired = retired("us-east-1")

    def _roots_of(self, region: str) -> bytes:
        return b"".join(authority.root_pem for authority in self._authorities[region].values())

    def _write_roots(self) -> None:
        for region in NETWORKS:
            self.servers.workplace.write(self.roots_file(region), self._roots_of(region), mode=0o644)
        self._stale_roots = self.servers.workplace.directory / "stale.pem"
        self.servers.workplace.write(self._stale_roots, self._retired.root_pem, mode=0o644)

    def _psql(self) -> Path | None:
        own = self.servers.binaries / "psql"
        found = own if own.exists() else shutil.which("psql")
        return Path(found) if found else None

    def _serve(self, stack: ExitStack, database: Database) -> None:
        certificate = self._certificate(database)
        expiry = certificate.leaf.not_valid_after_utc if certificate else datetime.now(UTC) + timedelta(days=300)
        match database.behind:
            case Behind.NO_PORT:
                return
            case Behind.CLOSED:
                port = stack.enter_context(reserved_port())
            case Behind.SILENT:
                port = stack.enter_context(silent_port())
            case Behind.SERVER:
                port = self._start(stack, database, certificate).port
            case Behind.IAM_LOGIN:
                server = self._start(stack, database, certificate)
                port = self._front(stack, database, server)
        self.ports[database.identifier] = port
        self._expiries[database.identifier] = expiry

    def _start(self, stack: ExitStack, database: Database, certificate: ServerCertificate | None) -> Server:
        settings = "".join(f"{name} = '{value}'\n" for name, value in database.log_settings.items())
        server = self.servers.start(
            database.identifier, certificate, enforced=database.enforced, settings=settings
        )
        # RDS itself is connected to every server, and no concern of anybody's.
        stack.enter_context(
            psycopg.connect(
                host=str(server.socket_directory),
                port=server.port,
                user=SUPERUSER,
                dbname="postgres",
                application_name="rds-host-manager",
            )
        )
        return server

    def _front(self, stack: ExitStack, database: Database, server: Server) -> int:
        def verify(token: str, user: str) -> str | None:
            if self.emulator is None:
                return "there is no emulated account to ask"
            return ask_emulator(
                self.emulator,
                token,
                host=database.host,
                port=front.port,
                user=user,
                region=database.region,
                account=self.account,
            )

        front = self.fronts[database.identifier] = stack.enter_context(IamLogin(server, verify))
        return front.port

    def _certificate(self, database: Database) -> ServerCertificate | None:
        authority: CertificateAuthority = self._authorities[database.region]["rds-ca-rsa2048-g1"]
        names = [database.host]
        names += [
            cluster.host(role)
            for cluster in CLUSTERS
            if cluster.identifier == database.cluster
            for role in ("cluster", "cluster-ro")
        ]
        match database.presented:
            case Presented.GOOD:
                return authority.issue(*names)
            case Presented.RETIRED:
                return self._retired.issue(*names)
            case Presented.OTHER_NAME:
                return authority.issue(database.host.replace(database.identifier, "elsewhere"))
            case Presented.EXPIRED:
                yesterday = datetime.now(UTC) - timedelta(days=1)
                return authority.issue(*names, not_before=yesterday - timedelta(days=365), not_after=yesterday)
            case Presented.NONE:
                return None

    def _connect(self, stack: ExitStack, drivers: Drivers, database: Database) -> None:
        for client in database.clients:
            if not drivers.can_open(client):
                continue
            for _ in range(client.sessions):
                stack.enter_context(self._session(drivers, database, client))

    def visit(self) -> None:
        """Let every visitor come and go again, one after the other; RuntimeError when one fares otherwise."""
        with Drivers(self._psql()) as drivers:
            for database in DATABASES:
                for visitor in database.visitors:
                    self._come_and_go(drivers, database, visitor)

    def _come_and_go(self, drivers: Drivers, database: Database, visitor: Visitor) -> None:
        if not drivers.can_open(visitor.client):
            return
        is_in = True
        try:
            with self._session(drivers, database, visitor.client):
                pass
        except psycopg.OperationalError:
            is_in = False
        if is_in != visitor.is_let_in:
            raise RuntimeError(f"{visitor.client} was {'' if is_in else 'not '}let in by {database.identifier}")

    def visited(self, drivers: Drivers, identifier: str, client: Client) -> AbstractContextManager[None]:
        """A session of one client more at the database of this name."""
        (database,) = (each for each in DATABASES if each.identifier == identifier)
        return self._session(drivers, database, client)

    @contextmanager
    def _session(self, drivers: Drivers, database: Database, client: Client) -> Iterator[None]:
        roots = self._stale_roots if client.tls is Tls.PREFERRED else self.roots_file(database.region)
        port = self.ports[database.identifier]
        with relayed(client.address, port) if client.address != "127.0.0.1" else nullcontext(port) as door:
            address = Address(database.host, door, roots)
            with drivers.session(client, address, self.servers.passwords[client.user]):
                yield


def _all(results: Iterable[None]) -> None:
    for _ in results:
        pass
