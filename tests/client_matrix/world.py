"""Servers of every kind that a client may meet, and the files and homes in which it may have roots."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from tlscheck.survival.prediction import Situation

from tests.local_aws.fleet.certificates import Algorithm, ServerCertificate, regional
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
    ECC = "P-384, TLS 1.3"
    ECC_TLS12 = "P-384, TLS 1.2"

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
    """What lies on a client's machine: .postgresql/root.crt in two homes, a root added to the system's store."""

    home: Trusts = Trusts.NOBODY
    """In the folder that $HOME names."""

    account: Trusts = Trusts.NOBODY
    """In the home directory that the account has in /etc/passwd."""

    system: Trusts = Trusts.NOBODY


_ACCOUNT = 'mount --bind "$0" /etc/passwd && exec "$@"'
_DEBIAN_STORE = Path("/etc/ssl/certs/ca-certificates.crt")
"""The system's roots for those that ask no SSL_CERT_FILE, such as pgbouncer."""

_BOTH = f'mount --bind "$1" {_DEBIAN_STORE} && shift && {_ACCOUNT}'


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

    def within(self, surroundings: Surroundings) -> list[str]:
        """What stands before a command so that its account has that home; nothing where that can't be done."""
        if not may_change_the_account():
            return []
        passwd = self.directory / f"passwd-{surroundings.account}"
        others = [line for line in Path("/etc/passwd").read_text().splitlines() if line.split(":")[2] != "0"]
        mine = f"root:x:0:0:root:{self.home(surroundings.account)}:/bin/sh"
        passwd.write_text("\n".join([mine, *others, ""]))
        if surroundings.system is Trusts.RIGHT and _DEBIAN_STORE.exists():
            return [*_UNSHARE, "sh", "-c", _BOTH, str(passwd), self.file(File.RIGHT)]
        return [*_UNSHARE, "sh", "-c", _ACCOUNT, str(passwd)]


_UNSHARE = ("unshare", "--mount", *(() if os.getuid() == 0 else ("--map-root-user",)))


@cache
def may_change_the_account() -> bool:
    """Whether a process here may be given an /etc/passwd of its own (Linux: a mount namespace)."""
    try:
        command = [*_UNSHARE, "mount", "--bind", "/etc/passwd", "/etc/passwd"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def stand_in() -> World:
    """A world that does not run, with the same paths and ports everywhere: what recorded words are written for."""
    return World(dict.fromkeys(Kind, 5432), "password", Path("/world"))


@contextmanager
def world() -> Iterator[World]:
    """A server of each kind and the roots; all gone afterwards."""
    right, wrong, other = (regional("eu-central-1") for _ in range(3))
    ecc = regional("eu-central-1", Algorithm.ECC384)
    now = datetime.now(UTC)
    certificates: dict[Kind, ServerCertificate | None] = {
        Kind.GOOD: right.issue(HOST),
        Kind.WRONG_NAME: right.issue("other.example"),
        Kind.EXPIRED: right.issue(HOST, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1)),
        Kind.OTHER_CA: other.issue(HOST),
        Kind.OFF: None,
        Kind.ENFORCED: right.issue(HOST),
        Kind.ECC: ecc.issue(HOST),
        Kind.ECC_TLS12: ecc.issue(HOST),
    }
    older = "ssl_max_protocol_version = 'TLSv1.2'\n"
    with tempfile.TemporaryDirectory(prefix="tlscheck-clients-") as name, Servers() as servers:
        directory = Path(name)
        directory.chmod(0o755)  # pgbouncer, which refuses to be root, reads them too
        (directory / "right.pem").write_bytes(right.root_pem + ecc.root_pem)
        (directory / "wrong.pem").write_bytes(wrong.root_pem)
        (directory / "broken.pem").write_text("no certificate is in here\n")
        for trusts in Trusts:
            room = directory / f"home-{trusts}" / ".postgresql"
            room.mkdir(parents=True)
            if trusts is not Trusts.NOBODY:
                (room / "root.crt").write_bytes((directory / f"{trusts}.pem").read_bytes())
        ports = {
            kind: servers.start(
                kind.name.lower(),
                certificate,
                enforced=kind is Kind.ENFORCED,
                settings=older if kind is Kind.ECC_TLS12 else "",
            ).port
            for kind, certificate in certificates.items()
        }
        yield World(ports, servers.passwords[USER], directory)
