"""The names that lie between a host name and its address."""

import socket

from tlscheck.edges.server.deadline import Deadline, bounded


def aliases(host: str, deadline: Deadline) -> tuple[str, ...]:
    """Every name of the host's chain of CNAMEs; empty when it does not resolve, or not in time."""
    try:
        canonical, others, _ = bounded(lambda: socket.gethostbyname_ex(host), deadline)
    except (OSError, UnicodeError):
        return ()
    return (*others, canonical)
