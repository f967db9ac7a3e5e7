"""Clients as a reason names them."""

from collections.abc import Iterable

from tlscheck.ledger.client import Client
from tlscheck.wording import counted, listed, plain, quoted

MOST_LISTED = 5
"""Clients that a reason names; the table holds all of them."""


def folded(clients: Iterable[Client]) -> dict[tuple[str, str, str], list[str]]:
    """Application, user and datname to the addresses they come from: what people call one client."""
    names: dict[tuple[str, str, str], list[str]] = {}
    for client in clients:
        names.setdefault((client.who.application, client.who.user, client.who.name), []).append(client.who.address)
    return names


def connecting(clients: Iterable[Client]) -> str:
    """Their number as the beginning of a sentence: `3 clients connect`."""
    count = len(folded(clients))
    return f"{counted(count, 'client')} {'connects' if count == 1 else 'connect'}"


def named(clients: Iterable[Client]) -> str:
    """The clients by name, at most MOST_LISTED of them."""
    return listed(
        (_name(*client, addresses) for client, addresses in sorted(folded(clients).items())), most=MOST_LISTED
    )


def _name(application: str, user: str, name: str, addresses: list[str]) -> str:
    # One address and no number: a reason that changes with every new container would be news each time.
    first = plain(min(addresses))
    where = f" from {first}{' and others' if len(addresses) > 1 else ''}" if first else ""
    what = quoted(application) if application.strip() else "a client without an application name"
    return f"{what} as {quoted(user)} in {quoted(name)}{where}"
