"""A client as an item: as short as can be, since a write costs by the kilobyte, and back.

An address stands in it once, with its last hours with and without TLS: so eight of them, also of IPv6, fit with
names of 63 bytes into 1 KB, which is one write unit. What the server's log says stands in an attribute of its own:
a version that knows of no log reads the rest, and leaves that where it is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from tlscheck.edges.aws.items import Item, epoch, hour_of, hours, without_none
from tlscheck.ledger.client import Client, Sort, Trace, Who

PREFIX = "client#"

ATTRIBUTES: tuple[str, ...] = (
    "name",
    "user",
    "application",
    "sort",
    "tls",
    "plaintext",
    "addresses",
    "log",
    "expires_at",
)
"""All that a client's item may have beside its version."""

_DIGEST = 5
"""Bytes of a spelling's digest."""


def client_item(client: Client, memory: timedelta) -> dict[str, Any]:
    """A client's attributes; it expires when it was not seen for `memory`."""
    who = client.who
    return without_none(
        {
            "name": who.name,
            "user": who.user,
            "application": who.application,
            "sort": None if who.sort is Sort.CLIENT else who.sort.value,
            **_ways(client.tls, client.plaintext),
            "log": _ways(client.logged_tls, client.logged_plaintext) or None,
            "expires_at": epoch(client.last_seen + memory),
        }
    )


def client_of(item: Item) -> Client:
    """The client of an item. Raises one of UNREADABLE when it is none of ours."""
    who = Who(item["pk"], item["name"], item["user"], item["application"], Sort(item.get("sort", Sort.CLIENT)))
    client = Client(who, *_both(item), *_both(item.get("log", {})))
    if not client.traces:
        raise ValueError("a client that was never seen")
    return client


def _ways(tls: Trace | None, plaintext: Trace | None) -> dict[str, Any]:
    """How it came with TLS and without, by looks or by the log."""
    return without_none(
        {"tls": _side(tls), "plaintext": _side(plaintext), "addresses": _addresses(tls, plaintext) or None}
    )


def _both(ways: Item) -> tuple[Trace | None, Trace | None]:
    addresses = [_address(line) for line in ways.get("addresses", "").split("\n") if line]
    return (
        _trace(ways.get("tls"), ((address, with_tls) for address, with_tls, _ in addresses)),
        _trace(ways.get("plaintext"), ((address, without) for address, _, without in addresses)),
    )


def _addresses(tls: Trace | None, plaintext: Trace | None) -> str:
    """A line for each address: its last hours with TLS and without, in hex, `-` where there is none, and itself.

    One text for all of them: as lists of numbers they take most of the time in which a look's items are read.
    """
    with_tls = tls.addresses if tls else {}
    without = plaintext.addresses if plaintext else {}
    return "\n".join(
        f"{_hex(with_tls.get(each))} {_hex(without.get(each))} {quote(each, safe=':.')}"
        for each in sorted({*with_tls, *without})
    )


def _address(line: str) -> tuple[str, int | None, int | None]:
    with_tls, without, address = line.split(" ")
    return unquote(address), _of_hex(with_tls), _of_hex(without)


def _hex(when: datetime | None) -> str:
    return "-" if when is None else f"{hours(when):x}"


def _of_hex(text: str) -> int | None:
    return None if text == "-" else int(text, 16)


def _side(trace: Trace | None) -> dict[str, Any] | None:
    if trace is None:
        return None
    return without_none(
        {
            "first": hours(trace.first),
            "last": hours(trace.last),
            "elsewhere": _hours(trace.elsewhere),
            "protocols": {each: hours(when) for each, when in trace.protocols.items()} or None,
            "spellings": bytes.fromhex("".join(sorted(trace.spellings))) or None,
            "folded": trace.folded or None,
        }
    )


def _trace(side: Item | None, addresses: Iterable[tuple[str, Any]]) -> Trace | None:
    if side is None:
        return None
    spellings = bytes(side.get("spellings", b""))
    return Trace(
        first=hour_of(side["first"]),
        last=hour_of(side["last"]),
        addresses={address: hour_of(when) for address, when in addresses if when is not None},
        elsewhere=hour_of(side["elsewhere"]) if "elsewhere" in side else None,
        protocols={each: hour_of(when) for each, when in side.get("protocols", {}).items()},
        spellings=frozenset(
            spellings[start : start + _DIGEST].hex() for start in range(0, len(spellings), _DIGEST)
        ),
        folded=int(side.get("folded", 0)),
    )


def _hours(when: datetime | None) -> int | None:
    return None if when is None else hours(when)
