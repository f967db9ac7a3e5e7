"""Servers of every kind that a client may meet, and the files and homes in which it may have roots."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from tlscheck.survival.prediction import Situation

from tests.local_aws.fleet.certificates import ServerCertificate, regional
from tests.local_aws.fleet.roles import CHECKER
from tests.local_aws.fleet.servers import Servers

HOST = "localhost"
USER = CHECKER.name


class Kind(StrEnum):
    """What a server is to a client that trusts the right root."""

    GOOD = "good"
    WRONG_NAME = "wrong name"
    EXPIRED = "expired"
    OTHER_CA = "other CA"
    OFF = "ssl off"
    ENFORCED = "enforced"

    def situation(self, trusts: "Trusts") -> Situation:
        """This server to a client that trusts so much."""
        return Situation(
            offers_tls=self is not Kind.OFF,
            enforces_tls=self is Kind.ENFORCED,
            is_trusted=trusts is Trusts.RIGHT and self is not Kind.OTHER_CA,
            is_named=self is not Kind.WRONG_NAME,
            is_in_date=self is not Kind.EXPIRED,
        )


class Trusts(StrEnum):
    """Whose root a client has."""

    NOBODY = "none"
    RIGHT = "right"
    WRONG = "wrong"


class File(StrEnum):
    """What a client's connection string names as its file of roots."""

    NONE = "no root"
    RIGHT = "right root"
    WRONG = "wrong root"
    MISSING = "missing file"
    BROKEN = "broken file"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies on a client's machine: ~/.postgresql/root.crt, and a root that was added to the system's store."""

    home: Trusts = Trusts.NOBODY
    system: Trusts = Trusts.NOBODY


@dataclass(frozen=True, slots=True)
class World:
    """The running servers by kind, and where roots lie."""

    ports: Mapping[Kind, int]
    password: str
    directory: Path

    def file(self, file: File) -> str:
        """What sslrootcert is; "" for none."""
        if file in {File.NONE, File.SYSTEM}:
            return "" if file is File.NONE else "system"
        return str(self.directory / f"{file.name.lower()}.pem")

    def home(self, home: Trusts) -> Path:
        """A home directory with that root in it."""
        return self.directory / f"home-{home}"

    def environment(self, surroundings: Surroundings) -> dict[str, str]:
        """What makes a process find these surroundings; HOME for all that ask it."""
        added = {"SSL_CERT_FILE": self.file(File.RIGHT), "NODE_EXTRA_CA_CERTS": self.file(File.RIGHT)}
        return {"HOME": str(self.home(surroundings.home))} | (added if surroundings.system is Trusts.RIGHT else {})


@contextmanager
def world() -> Iterator[World]:
    """Six servers and the roots; all gone afterwards."""
    right, wrong, other = (regional("eu-central-1") for _ in range(3))
    now = datetime.now(UTC)
    certificates: dict[Kind, ServerCertificate | None] = {
        Kind.GOOD: right.issue(HOST),
        Kind.WRONG_NAME: right.issue("other.example"),
        Kind.EXPIRED: right.issue(HOST, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1)),
        Kind.OTHER_CA: other.issue(HOST),
        Kind.OFF: None,
        Kind.ENFORCED: right.issue(HOST),
    }
    with tempfile.TemporaryDirectory(prefix="tlscheck-clients-") as name, Servers() as servers:
        directory = Path(name)
        (directory / "right.pem").write_bytes(right.root_pem)
        (directory / "wrong.pem").write_bytes(wrong.root_pem)
        (directory / "broken.pem").write_text("no certificate is in here\n")
        for trusts in Trusts:
            room = directory / f"home-{trusts}" / ".postgresql"
            room.mkdir(parents=True)
            if trusts is not Trusts.NOBODY:
                (room / "root.crt").write_bytes((directory / f"{trusts}.pem").read_bytes())
        ports = {
            kind: servers.start(kind.name.lower(), certificate, enforced=kind is Kind.ENFORCED).port
            for kind, certificate in certificates.items()
        }
        yield World(ports, servers.passwords[USER], directory)
