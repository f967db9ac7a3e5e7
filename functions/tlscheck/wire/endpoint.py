"""Names of RDS endpoints: which one an IAM token must be signed for.

RDS accepts a token for its own endpoint alone: neither for a name of somebody's DNS that leads there, nor for an
Aurora cluster's custom endpoint.
"""

import re
from collections.abc import Iterable

_ENDPOINT = re.compile(r"[a-z0-9.-]+\.rds\.amazonaws\.[a-z.]{2,12}\Z")
_CUSTOM = ".cluster-custom-"


def is_endpoint(host: str) -> bool:
    """Whether RDS gave this name to a database or cluster, and takes tokens for it."""
    return bool(_ENDPOINT.match(host.lower())) and _CUSTOM not in host.lower()


def is_custom_endpoint(host: str) -> bool:
    """Whether it is a custom endpoint of an Aurora cluster."""
    return bool(_ENDPOINT.match(host.lower())) and _CUSTOM in host.lower()


def endpoint(host: str, aliases: Iterable[str]) -> str | None:
    """The RDS endpoint that a host is, or that the aliases found on the way to its address name."""
    names = (name.rstrip(".").lower() for name in aliases)
    return host if is_endpoint(host) else next((name for name in names if is_endpoint(name)), None)
