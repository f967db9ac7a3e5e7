"""Who sweeps: a stack through its probes, or somebody from here.

By the same rules: only words of what the reader can do differ.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tlscheck.wire.target import LoginChoice


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks AWS and looks at servers, in the words of whoever is told."""

    whose: str
    """Policies decide what it may ask."""

    narrowing: str
    """How it is made to ask others alone."""

    looker: str
    """Who connects to servers."""

    role: str
    """Whose rights count there."""

    network: str
    """From where it connects."""

    untagging: str
    """What takes a secret out of a login."""

    first_read: str
    """What bounds how much of a log Logs Insights counts the first time."""

    reads_no_log: str
    """Why a log is not read where nobody asked for that, as the rest of a sentence."""

    is_here: bool = False
    """Whether somebody asks with a command of their own, and no stack."""

    connects: bool = True
    """Whether servers are connected to; who looks says of each why not."""

    reads_logs: bool = True

    chosen: "LoginChoice | None" = None
    """How every server is logged in to; None: as each database's tag or its IAM authentication has it."""


STACK = Asker(
    whose="Discover's role",
    narrowing="in the parameter Regions",
    looker="the probe",
    role="the probe's role",
    network="the probe's network",
    untagging="remove the tag tlscheck:secret",
    first_read="LogFirstReadGB",
    reads_no_log="LogReading of tlscheck's stack is DISABLED",
)
CALLER = Asker(
    whose="whoever ran this",
    narrowing="with --region",
    looker="this sweep",
    role="whoever ran this",
    network="the network that it ran in",
    untagging="ask again with --login iam",
    first_read="--first-read-gb",
    reads_no_log="this was not asked for (--logs)",
    is_here=True,
)
