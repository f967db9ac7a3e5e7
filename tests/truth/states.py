"""States of an account of which a check says that something fails: databases on groups, and who connects there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests import answers
from tests.truth.effects import Record, moment

GROUPS = {"": "DBParameterGroups", "cluster": "DBClusterParameterGroups"}
ROOT = "Amazon RDS eu-central-1 Root CA {} G1"
PRESENT = "rds-ca-rsa2048-g1"


@dataclass(slots=True)
class Client:
    """A client of one server, and how its owner configured it."""

    name: str
    server: str
    tls: bool = True
    protocol: str = "TLSv1.3"
    """The newest that it speaks."""

    trusts: tuple[str, ...] | None = None
    """Subjects of the roots that it verifies by; None: it does not verify."""


@dataclass(frozen=True, slots=True)
class State:
    """What an account holds, and what is to be mended there."""

    name: str
    document: Record
    check: str
    of: str
    """The database that the check fails of."""

    clients: tuple[Client, ...]
    is_enforcing: bool = False
    """Whether its remedy ends a way to connect: then its clients are real ones, of real servers."""

    is_verified: bool = True
    """Whether all that AWS does there is said by a page of AWS's."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A database with its servers, on a group of its own or on a default one."""

    name: str
    engine: str
    version: str
    servers: tuple[str, ...]
    group: str
    family: str

    @property
    def is_cluster(self) -> bool:
        """Whether its group is a cluster's."""
        return self.servers != (self.name,)

    def document(self, status: str = "in-sync", kinds: Record | None = None, **values: str) -> Record:
        """The account with this database alone, and these values in its group: `__` for a dot."""
        named = {name.replace("__", "."): value for name, value in values.items()}
        parameters = {name: {"ParameterValue": value, **(kinds or {})} for name, value in named.items()}
        of = {"EngineVersion": self.version, "Engine": self.engine}
        details = {"CAIdentifier": PRESENT, "ValidTill": moment(300)}
        own: Record = {} if self.group.startswith("default.") else {self.group: self._group(parameters)}
        if not self.is_cluster:
            instance = answers.instance(self.name, self.group, CertificateDetails=details, **of)
            instance["DBParameterGroups"][0]["ParameterApplyStatus"] = status
            return {"DBInstances": [instance], "DBParameterGroups": own}
        of_member = {"CertificateDetails": details, **of}
        members = [answers.member(each, self.name, **of_member) for each in self.servers]
        for each in members:
            each["DBParameterGroups"][0]["DBParameterGroupName"] = f"default.{self.family}"
        cluster = answers.cluster(self.name, self.group, dict.fromkeys(self.servers, status), **of)
        return {"DBInstances": members, "DBClusters": [cluster], "DBClusterParameterGroups": own}

    def _group(self, parameters: Record) -> Record:
        return {"family": self.family, "parameters": parameters}


ORDERS = Shape("orders", "postgres", "17.4", ("orders",), "orders-pg17", "postgres17")
OLD = Shape("billing", "postgres", "14.17", ("billing",), "default.postgres14", "postgres14")
LEDGER = Shape(
    "ledger", "aurora-postgresql", "16.8", ("ledger-1", "ledger-2"), "ledger-aurora16", "aurora-postgresql16"
)
_DEFAULT = "default.aurora-postgresql16"
STOCK = Shape("stock", "aurora-postgresql", "16.8", ("stock-1",), _DEFAULT, "aurora-postgresql16")
CATALOG = Shape("catalog", "postgres", "16.8", ("catalog-1", "catalog-2"), "catalog-pg16", "postgres16")
SHOP = Shape("shop", "postgres", "14.17", ("shop-1",), "default.postgres14", "postgres14")
OWN = (ORDERS, LEDGER, CATALOG)
ALL = (*OWN, OLD, STOCK, SHOP)

STATIC = {"ApplyType": "static"}
CLEARTEXT = (
    ("without anybody", ()),
    ("with a client without TLS", ("nightly-export",)),
)


def states() -> Iterator[State]:
    """All of them, each under a name of its own."""
    yield from _enforcing()
    yield from _parameters()
    yield from _authorities()
    yield from _others()


def _with(shape: Shape, *plaintext: str, **changes: Any) -> tuple[Client, ...]:
    """A client with TLS at each server, which verifies by its present root, and these without at the first."""
    trusting = tuple(
        Client(f"app-of-{each}", each, trusts=(ROOT.format("RSA2048"),), **changes) for each in shape.servers
    )
    return (*trusting, *(Client(each, shape.servers[0], tls=False) for each in plaintext))


def _enforcing() -> Iterator[State]:
    for shape in ALL:
        for who, plaintext in CLEARTEXT:
            for kind, kinds in (("dynamic", {}), ("static", STATIC)):
                if kinds and shape.group.startswith("default."):
                    continue
                name = f"{shape.name}: {kind} rds.force_ssl is 0, {who}"
                document = shape.document(kinds=kinds, rds__force_ssl="0")
                yield State(name, document, "force-ssl", shape.name, _with(shape, *plaintext), is_enforcing=True)
    document = ORDERS.document(rds__force_ssl="0")
    document["DBInstances"] += replace(ORDERS, name="crm", servers=("crm",)).document()["DBInstances"]
    clients = (*_with(ORDERS, "nightly-export"), Client("mailer", "crm", tls=False))
    yield State("orders and crm share a group", document, "force-ssl", "orders", clients, is_enforcing=True)
    for shape in OWN:
        document = shape.document("pending-reboot", rds__force_ssl="1")
        clients = _with(shape, "nightly-export")
        name = f"{shape.name}: rds.force_ssl is 1 after the next reboot"
        yield State(name, document, "force-ssl", shape.name, clients, is_enforcing=True)


def _parameters() -> Iterator[State]:
    for shape in OWN:
        outdated = (*_with(shape), Client("old-jdbc", shape.servers[0], protocol="TLSv1.1"))
        document = shape.document(rds__force_ssl="1", ssl_min_protocol_version="TLSv1.1")
        yield State(
            f"{shape.name}: takes TLSv1.1", document, "tls-versions", shape.name, outdated, is_enforcing=True
        )
        document = shape.document(rds__force_ssl="1", ssl="1", ssl_max_protocol_version="TLSv1.1")
        yield State(f"{shape.name}: speaks TLSv1.1 at most", document, "tls-versions", shape.name, _with(shape))
    for shape in ALL:
        document = shape.document(rds__force_ssl="1", log_connections="0")
        yield State(f"{shape.name}: logs nobody", document, "connection-log", shape.name, _with(shape))
    for shape in OWN:
        document = shape.document(rds__force_ssl="1", log_connections="1", log_line_prefix="%t [%p]")
        yield State(f"{shape.name}: logs no address", document, "connection-log", shape.name, _with(shape))
        document = shape.document(rds__force_ssl="1", log_connections="1")
        yield State(f"{shape.name}: copies no log", document, "connection-log", shape.name, _with(shape))
        document = shape.document(rds__force_ssl="1", log_connections="1", lc_messages="de_DE.UTF-8")
        yield State(f"{shape.name}: logs in German", document, "connection-log", shape.name, _with(shape))


def _authorities() -> Iterator[State]:
    for shape in (ORDERS, LEDGER):
        server = shape.servers[0]
        for name, present, days in (("retired", "rds-ca-2019", 300), ("expired", PRESENT, -2)):
            document = shape.document(rds__force_ssl="1")
            _give(document, server, present, days)
            check, clients = "ca" if name == "retired" else "certificate-rotation", _with(shape)
            if name == "retired":
                clients[0].trusts = ("Amazon RDS Root 2019 CA",)
            yield State(f"{server}: its certificate is {name}", document, check, server, clients)
        document = shape.document(rds__force_ssl="1")
        _wait(document, server, "server-certificate-rotation")
        yield State(f"{server}: its renewal waits", document, "certificate-rotation", server, _with(shape))
        document = shape.document(rds__force_ssl="1")
        _give(document, server, "rds-ca-rsa4096-g1", 300, of_certificate=PRESENT)
        yield State(f"{server}: a change of CA awaits a restart", document, "ca", server, _with(shape))
    for shape in (ORDERS, LEDGER):
        server = shape.servers[0]
        document = shape.document(rds__force_ssl="1")
        _give(document, server, "rds-ca-2019", 300)
        for each in (*document["DBInstances"], *document.get("DBClusters", ())):
            each["DBInstanceStatus" if "DBInstanceStatus" in each else "Status"] = "stopped"
        clients = _with(shape)
        clients[0].trusts = ("Amazon RDS Root 2019 CA",)
        yield State(f"{server}: it is stopped, and its certificate is retired", document, "ca", server, clients)
    for shape, is_verified in ((LEDGER, True), (CATALOG, False)):
        document = shape.document(rds__force_ssl="1")
        _give(document, shape.servers[1], "rds-ca-ecc384-g1", 300)
        clients = _with(shape)
        clients[1].trusts = (ROOT.format("ECC384"),)
        name = f"{shape.name}: its members have several CAs"
        yield State(name, document, "ca", shape.name, clients, is_verified=is_verified)


def _others() -> Iterator[State]:
    document = ORDERS.document(rds__force_ssl="1")
    document["DefaultCertificateForNewLaunches"] = "rds-ca-2019"
    yield State("the default CA is not offered", document, "default-ca", "", _with(ORDERS))
    for shape in (ORDERS, LEDGER):
        document = shape.document(rds__force_ssl="1")
        for each in (*document["DBInstances"], *document.get("DBClusters", ())):
            each["IAMDatabaseAuthenticationEnabled"] = False
        name = f"{shape.name}: the probe cannot log in"
        yield State(name, document, "not-observed", shape.servers[0], _with(shape))


def _give(document: Record, server: str, authority: str, days: float, of_certificate: str = "") -> None:
    for each in document["DBInstances"]:
        if each["DBInstanceIdentifier"] == server:
            each["CACertificateIdentifier"] = authority
            each["CertificateDetails"] = {"CAIdentifier": of_certificate or authority, "ValidTill": moment(days)}


def _wait(document: Record, server: str, action: str) -> None:
    arn = answers.arn("db", server)
    details = {"Action": action, "Description": "Rotation of the server certificate"}
    document["PendingMaintenanceActions"] = [
        {"ResourceIdentifier": arn, "PendingMaintenanceActionDetails": [details]}
    ]
