"""Which clients count as connecting without TLS, and how many names a fold or others stand for.

An address counts until TLS came from it later and it was quiet for a week, or until it is gone. TLS from one
address says nothing of another: that may be another machine, with its own settings.

What the server's log says counts like a look, so far as it is believed (see there), with one exception: where a
line names an application, what it says of TLS may be that name's own text. Then it settles no address, and only
shows, as TLS from elsewhere does, that the client is able to: it stops counting once it is gone.

What takes one client takes it as it is believed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tlscheck.ledger.belief import believed
from tlscheck.ledger.bounds import BOUNDS, family
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.joining import either
from tlscheck.ledger.unfolding import is_itself

SETTLED = timedelta(days=7)
"""An address that comes with TLS now still counts for this long after it came without."""

_DIGITS = 10
"""Hex digits of a spelling's digest."""


def tls_of(client: Client) -> Trace | None:
    """How it came with TLS, by looks and by the log."""
    return either(client.tls, client.logged_tls)


def plaintext_of(client: Client) -> Trace | None:
    """How it came without TLS, by looks and by the log."""
    return either(client.plaintext, client.logged_plaintext)


def uses_tls(client: Client) -> bool:
    """Whether it ever came with TLS, as long as it is remembered."""
    return client.tls is not None or client.logged_tls is not None


def uses_plaintext(client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None) -> bool:
    """Whether it counts as a client without TLS; `evidence` is how long a gone address must have been missed.

    `family_tls`: when others that its names fold with came with TLS last (see there).
    """
    gone_before = _gone_before(client, now, evidence, family_tls)
    return any(_counts(client, *each, now, gone_before) for each in _moments(plaintext_of(client)))


def tls_clients(clients: Iterable[Client]) -> tuple[Client, ...]:
    """Those of all clients of a database that came with TLS, by their names as far as one is known."""
    came = [client for client in believed(clients).clients if uses_tls(client)]
    return tuple(_without_twins((client, _addresses(tls_of(client))) for client in came))


def plaintext_clients(clients: Iterable[Client], now: datetime, evidence: timedelta) -> tuple[Client, ...]:
    """Those of all clients of a database that count as coming without TLS, by their names as far as known."""
    clients = believed(clients).clients
    with_tls = family_tls(clients)
    found: list[tuple[Client, frozenset[str | None]]] = []
    for client in clients:
        gone_before = _gone_before(client, now, evidence, with_tls.get(family(client.who)))
        moments = _moments(plaintext_of(client))
        if counting := frozenset(at for at, when in moments if _counts(client, at, when, now, gone_before)):
            found.append((client, counting))
    return tuple(_without_twins(found))


def _without_twins(clients: Iterable[tuple[Client, frozenset[str | None]]]) -> Iterator[Client]:
    """The clients, each with the addresses that count, without those that look like one more and need not be.

    A driver may tell its application only once it is in, and PostgreSQL 10 and 11 log none: then the log shows
    another of the same user, database and address, without an application.
    """
    clients = tuple(clients)
    named: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    for client, addresses in clients:
        if client.who.application and (client.tls or client.plaintext):
            named[client.who.user, client.who.name] |= addresses - {None}
    for client, addresses in clients:
        who = client.who
        is_nameless = who.sort is Sort.CLIENT and not who.application and not (client.tls or client.plaintext)
        if not (is_nameless and addresses <= named[who.user, who.name]):
            yield client


def family_tls(clients: Iterable[Client]) -> dict[Who, datetime]:
    """Family to when it came with TLS last, of the families that are folded on either side.

    Beyond its 20th name a client's TLS lies with its family's, whoever of it came without.
    """
    clients = tuple(clients)
    folded = {each.who for each in clients if each.who.sort is Sort.FOLD}
    last: dict[Who, datetime] = {}
    for each in clients:
        tls = tls_of(each)
        if tls and each.who.sort in {Sort.CLIENT, Sort.FOLD} and (of := family(each.who)) in folded:
            last[of] = max(tls.last, last.get(of, tls.last))
    return last


def plaintext_addresses(
    client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None
) -> dict[str, datetime]:
    """Addresses from which it counts as coming without TLS, to when it did last; those that are known by name."""
    gone_before = _gone_before(client, now, evidence, family_tls)
    return {
        address: moment
        for address, moment in _moments(plaintext_of(client))
        if address is not None and _counts(client, address, moment, now, gone_before)
    }


def no_longer_counted(
    client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None
) -> dict[str, datetime]:
    """Addresses that came without TLS and count no more as they are gone, to when they did last.

    Not those that came with TLS themselves since.
    """
    gone_before = _gone_before(client, now, evidence, family_tls)
    return {
        address: moment
        for address, moment in _moments(plaintext_of(client))
        if address is not None and _counts(client, address, moment, now) and gone_before and moment < gone_before
    }


def counts_no_more(client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None) -> bool:
    """Whether it came without TLS from somewhere, known by name or not, that is gone and counts no more."""
    gone_before = _gone_before(client, now, evidence, family_tls)
    return gone_before is not None and any(
        moment < gone_before and _counts(client, address, moment, now)
        for address, moment in _moments(plaintext_of(client))
    )


def count(trace: Trace) -> tuple[int, bool]:
    """How many names a fold's or others' trace stands for, and whether that is exact.

    From the bound on it is an estimate of two digits, by how closely the smallest digests lie; at least one.
    """
    most = BOUNDS.spellings_counted
    known = len(trace.spellings)
    if known >= most:
        share = int(sorted(trace.spellings)[most - 1], 16) / 16**_DIGITS
        estimate = round((most - 1) / share)
        known = round(estimate, 2 - len(str(estimate)))
    return max(known, trace.folded, 1), len(trace.spellings) < most and trace.folded <= 1


def _moments(trace: Trace | None) -> Iterable[tuple[str | None, datetime]]:
    """Each address and its moment; None is whatever is not known by address."""
    if trace is None:
        return
    yield from trace.addresses.items()
    known = max([*trace.addresses.values(), *([trace.elsewhere] if trace.elsewhere else [])], default=None)
    if known is None or known < trace.last:
        yield None, trace.last
    elif trace.elsewhere:
        yield None, trace.elsewhere


def _counts(
    client: Client, address: str | None, moment: datetime, now: datetime, gone_before: datetime | None = None
) -> bool:
    if gone_before and moment < gone_before:
        return False
    settling = _settling(client)
    if address is None or settling is None or not is_itself(client):
        return True
    with_tls = settling.addresses.get(address)
    return with_tls is None or with_tls <= moment or now - moment < SETTLED


def _gone_before(
    client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None
) -> datetime | None:
    """What came without TLS before this moment, and not since, is gone: the client came with TLS then."""
    tls, plaintext = tls_of(client), plaintext_of(client)
    with_tls = [each for each in (tls and tls.last, family_tls) if each]
    if plaintext is None or not with_tls or now - plaintext.last < evidence:
        return None
    last = max(with_tls)
    # Of many under one name nobody knows who came with TLS: it must be later than all that came without.
    return last if is_itself(client) or last > plaintext.last else None


def _settling(client: Client) -> Trace | None:
    """How it came with TLS for certain: no name can have spelled it. A line whose TLS may be a name's text, as one
    is that begins with no names, brings no version."""
    is_certain = not client.who.application and client.logged_tls is not None and client.logged_tls.protocols
    return tls_of(client) if is_certain else client.tls


def _addresses(trace: Trace | None) -> frozenset[str | None]:
    return frozenset(address for address, _ in _moments(trace))
