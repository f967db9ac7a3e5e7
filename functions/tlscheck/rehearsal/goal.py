"""What a rehearsal is to find out."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.trust.trust_store import Authority, Entry


@dataclass(frozen=True, slots=True)
class Goal:
    """Whose server is played, and what becomes of it."""

    names: tuple[str, ...]
    """Of the server, as its clients name it; the endpoint first."""

    region: str
    present: Authority
    target: Authority
    roots: Sequence[Entry] = ()
    """Which a client may hold, in the order in which they are asked about: the present CA's, the target's, the
    Region's others, RDS Proxy's."""

    test_root: bool = False
    """Clients were given a root of ours to trust beside their own: name, date and key become conclusive."""
