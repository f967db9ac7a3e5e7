"""How a client connects, in whatever words it says so: the one noun that all of them become."""

import re
from dataclasses import dataclass, field

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.written import Written
from tlscheck.inventory.bad_request import BadRequest

DIRECT = " sslnegotiation=direct"
"""What a mode gets appended when TLS begins without asking the server first (PostgreSQL 17)."""

NEEDS_17 = "sslnegotiation=direct needs a server of PostgreSQL 17 or later."
"""The note of a client in such a mode."""

SYSTEM = " sslrootcert=system"
"""What libpq's mode gets appended when it names the system's store."""

IN_CODE = "(in the code)"
"""The root of a client whose program brings the roots itself."""

LONGEST_INPUT = 1_000_000
"""Characters of a connection string or file of a tool; a longer one is none."""

_HOST = re.compile(
    r"[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9.])?|\[?[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]{1,15})?\]?"
)
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+(%\w+)?\]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Host:
    """One of several hosts of a connection."""

    host: str
    port: int = 5432
    address: str = ""
    """As Connection.address."""

    @property
    def is_local(self) -> bool:
        """As Connection.is_local."""
        return self.host.startswith(("/", "@"))

    @property
    def is_address(self) -> bool:
        """As Connection.is_address."""
        return bool(_ADDRESS.fullmatch(self.host))


@dataclass(frozen=True, slots=True)
class Connection:
    """One way to connect. It holds no password: whatever looked like one was dropped when it was read."""

    driver: Driver
    host: str = ""
    """The name that is connected to, which verifying clients look for in the certificate; "" if not said."""

    port: int = 5432
    mode: str = ""
    """What decides about TLS, as the table of behaviour names it; "" is the driver's default."""

    root: str = ""
    """The file of roots that it names, or `system`; "" when it names none."""

    version: tuple[int, ...] = ()
    """Of the driver (of libpq, for all that link it); () when not known."""

    address: str = ""
    """Where it connects to when that is not the host's own address (libpq's hostaddr); "" if not said."""

    expected_name: str = ""
    """The name that it looks for in the certificate, where that is not the host (node's servername)."""

    others: tuple[Host, ...] = ()
    """Further hosts, in the order in which it tries them: all of them must be survived."""

    framework: str = ""
    """What stood before the driver and said its words: sqlalchemy, django, sequelize; "" for none."""

    is_url: bool = False
    """Whether it was said as a URL, into whose query a fix is written."""

    said: frozenset[str] = frozenset()
    """Which words that a fix writes or drops stand in its own."""

    label: str = ""
    """Which of several connections of one file it is."""

    unknown: tuple[str, ...] = ()
    """Names of its words that tlscheck does not know, or can't: its answer is UNKNOWN because of them."""

    ignored: tuple[str, ...] = ()
    """Names of words that this driver is known to ignore: they decide nothing, and its owner is told."""

    notes: tuple[str, ...] = ()
    """What its owner should know of how it was read."""

    written: Written = field(default_factory=Written, compare=False)
    """Where it stands in its document; nothing for words that were given by themselves."""

    inline_roots: str = field(default="", repr=False)
    """The roots themselves, as PEM, where they stand in its words: `root` is IN_CODE then."""

    @property
    def is_local(self) -> bool:
        """Whether it goes over a unix socket, where there is no TLS."""
        return self.host.startswith(("/", "@"))

    @property
    def is_address(self) -> bool:
        """Whether it connects to an IP address: RDS's certificates carry names only."""
        return bool(_ADDRESS.fullmatch(self.host))


def cannot_be_read(kind: str, why: str) -> BadRequest:
    """The error for words that are no connection. Never with the words themselves: a password may be in them."""
    return BadRequest(f"connection: cannot be read as {kind}: {why} (nothing of it is repeated here)")


class NotSaidError(Exception):
    """A word that decides has a value which nobody said; the message names it: `sslmode, which ${MODE} says`."""


def host_of(text: str, kind: str) -> str:
    """A host as it may be repeated: a name, an address, or a unix socket's directory; "" for one that is not said.

    Raises BadRequest.
    """
    text = text.strip()
    if marked(text):
        return ""
    if text.startswith(("/", "@")):
        return "/"
    if text and not _HOST.fullmatch(text):
        raise cannot_be_read(
            kind, "what stands for the host is no host's name; encode @ : / ? # of a password as %XX"
        )
    return text


def port_of(text: str, kind: str) -> int:
    """A port, 5432 when there is none. Raises BadRequest."""
    text = text.strip()
    if not text or marked(text):
        return 5432
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 1 <= int(text) <= 65535:
        raise cannot_be_read(kind, "what stands for the port is no number from 1 to 65535")
    return int(text)


def first_of(text: str) -> str:
    """The first of several hosts, ports or addresses with commas between."""
    return text.partition(",")[0]


def mode_of(text: str, allowed: tuple[str, ...], kind: str) -> str:
    """A mode that the driver knows. Raises BadRequest with those that it knows, as the driver would itself."""
    _said("the mode", text)
    if text not in allowed:
        raise cannot_be_read(kind, f"its mode is none of {', '.join(allowed)}")
    return text


def path_of(text: str, kind: str) -> str:
    """A path as it may be opened and repeated. Raises BadRequest for what no path can be."""
    _said("the file of roots", text)
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text) or len(text) > 4096:
        raise cannot_be_read(kind, "what stands for the file of roots is no path")
    return text


def _said(what: str, text: str) -> None:
    if names := marked(text):
        raise NotSaidError(f"{what}, which {' and '.join(names)} says")


def not_marked(what: str, value: object) -> object:
    """A value that decides, which somebody said. Raises NotSaidError."""
    if isinstance(value, str):
        _said(what, value)
    return value
