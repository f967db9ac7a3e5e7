"""Which name an IAM token must be signed for.

RDS accepts a token for its own endpoint alone: neither for a name of somebody's DNS that leads there, nor for an
Aurora cluster's custom endpoint.
"""

from collections.abc import Iterable

from tlscheck.inventory.names import endpoint_name


def takes_tokens(host: str) -> bool:
    """Whether RDS gave this name to a database or cluster, and takes tokens for it."""
    named = endpoint_name(host)
    return named is not None and named.takes_tokens


def is_refused(host: str) -> bool:
    """Whether RDS gave this name, and takes no tokens for it."""
    named = endpoint_name(host)
    return named is not None and not named.takes_tokens


def token_name(host: str, aliases: Iterable[str]) -> str | None:
    """The RDS endpoint that a host is, or that the aliases found on the way to its address name."""
    names = (name.rstrip(".").lower() for name in aliases)
    return host if takes_tokens(host) else next((name for name in names if takes_tokens(name)), None)
