"""The name that a server must prove before anything is sent to it."""

from collections.abc import Callable, Iterable

from tlscheck.wire.target import Login, Target
from tlscheck.wire.token_name import takes_tokens, token_name


def proven_name(target: Target, aliases: Callable[[str], Iterable[str]]) -> str:
    """The target's host, or the endpoint that it leads to; `aliases` are the names on the way to an address.

    A token opens nothing but the endpoint that it is signed for, so the name that leads to an endpoint may be
    anybody's; a password would open whatever it leads to.
    """
    if target.login is not Login.IAM or takes_tokens(target.host):
        return target.host
    return token_name(target.host, aliases(target.host)) or target.host
