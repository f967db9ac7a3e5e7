"""What a probe is asked to look at."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tlscheck.wire.asker import CALLER, STACK, Asker

DATABASE = "postgres"
"""The database that every server has, whatever its engine is called."""


class Login(StrEnum):
    """How the probe logs in once the server's certificate is verified."""

    IAM = "iam"
    """An IAM authentication token, signed by the probe itself with its role's credentials."""

    SECRET = "secret"  # noqa: S105 - the name of a way to log in, not a password
    """A Secrets Manager secret (JSON with username and password), read by the probe."""

    NONE = "none"
    """No credentials: the handshake alone is looked at."""


@dataclass(frozen=True, slots=True)
class LoginChoice:
    """How every server is logged in to, whatever its tags say."""

    login: Login
    secret: str | None = None
    """Of a login by one: its name or ARN."""


@dataclass(frozen=True, slots=True)
class Target:
    """One server to look at: a name that its certificate must carry, and how to log in."""

    arn: str
    host: str
    port: int
    region: str
    login: Login
    user: str
    """Database user of an IAM login; a secret brings its own."""

    secret: str | None = None
    """Name or ARN of the secret of a login by one; with none, of one that must not be used, which is then said."""

    database: str = DATABASE
    cluster: str | None = None
    """Identifier of the cluster that the server is a member of, where a secret may name that."""

    asker: ClassVar[Asker] = STACK
    """Who looks at it, for words of what the reader can do."""


@dataclass(frozen=True, slots=True)
class TargetFromHere(Target):
    """One that somebody looks at with a command of their own."""

    asker: ClassVar[Asker] = CALLER


@dataclass(frozen=True, slots=True)
class Visit:
    """What is done at each server, beside the handshake."""

    looks: int = 1
    """On one connection: each shows only its moment."""

    interval: float = 0.0
    """Seconds between two looks."""

    plaintext: bool = False
    """Whether to try, on a connection of its own, how the server meets a client without TLS."""

    @property
    def seconds(self) -> float:
        """What waiting between looks takes."""
        return (self.looks - 1) * self.interval
