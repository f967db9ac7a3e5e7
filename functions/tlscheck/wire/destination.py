"""Where a probe connects to: who may invoke it shall not choose any port of any host of its network."""

from collections.abc import Callable, Iterable

from tlscheck.inventory.names import lies_with_rds

THIS_MACHINE = "localhost"
"""Where tests have their servers; in Lambda nobody else's are there."""


def destination(host: str, aliases: Callable[[str], Iterable[str]]) -> str | None:
    """The name to connect to: the host's own where RDS gave it, else the first of RDS's that it leads to.

    None where it leads to none. `aliases` are the names on the way to an address; not the host itself is connected
    to then, which may lead elsewhere a moment later.
    """
    if host == THIS_MACHINE or lies_with_rds(host):
        return host
    return next((name for name in aliases(host) if lies_with_rds(name)), None)


def elsewhere(host: str) -> str:
    """Why nobody connects to a host."""
    return f"{host} is no endpoint of RDS, and leads to none by its CNAME: it was not connected to."
