"""What a client is, as far as it has shown."""

from dataclasses import dataclass
from enum import StrEnum

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.trust.trust_store import Entry


class Encrypts(StrEnum):
    """When it uses TLS."""

    NEVER = "never"
    WHEN_REFUSED = "when plaintext is refused"
    WHEN_OFFERED = "when it is offered"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Told[T]:
    """Something about a client; None where it cannot be told, and `why` says why not."""

    value: T | None
    why: str = ""
    attempts: tuple[int, ...] = ()
    """The numbers of the attempts that it rests on."""


NOT_TRIED: Told[bool] = Told(None, "not tried yet")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One client. Where `several` says why it is more than one, nothing else is told."""

    client: str
    """The name of its port, the command, or what tells it from the others of a shared port."""

    several: str
    encrypts: Told[Encrypts]
    verifies: Told[Verifies]
    """CHAIN where the chain is verified and the name cannot be told; then `why` says so."""

    falls_back: Told[bool]
    """It goes on in plaintext after it refused a certificate: whoever sits between can make it."""

    holds: tuple[tuple[Entry, Told[bool]], ...]
    """Of each root that was asked about, whether what the client trusts holds it."""

    takes_ecc: Told[bool]
    speaks: tuple[str, ...]
    """TLS versions in which a handshake came as far as the certificate."""

    outlooks: dict[Scenario, tuple[Survival, str]]
    """Of each of survival's scenarios what happens and why, as the client's own trials show."""

    verdict: Survival
    advice: str
    needed: tuple[str, ...] = ()
    """What is still to be tried before all that can be told is told: "two more attempts", ..."""

    users: tuple[tuple[str, str, str], ...] = ()
    """User, database and application that were seen in its own StartupMessages."""

    attempts: tuple[Attempt, ...] = ()
    """All of its attempts, which `Told.attempts` numbers."""

    looks_at_dates: Told[bool] = NOT_TRIED
    """It refuses a certificate that has expired; known with a test root alone."""

    takes_rsa4096: Told[bool] = NOT_TRIED
    """Known with a test root alone."""

    brings_own: Told[bool] = NOT_TRIED
    """It pins, or brings a store of its own: it refuses, and holds none of the roots that a chain of its server
    may hang from."""
