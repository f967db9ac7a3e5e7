"""Which clients count as connecting without TLS, and how many names a fold or others stand for.

An address counts until TLS came from it later and it was quiet for a week, or until it is gone. TLS from one
address says nothing of another: that may be another machine, with its own settings.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from tlscheck.ledger.bounds import BOUNDS, family
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.joining import joined

SETTLED = timedelta(days=7)
"""An address that comes with TLS now still counts for this long after it came without."""

_DIGITS = 10
"""Hex digits of a spelling's digest."""


def uses_tls(client: Client) -> bool:
    """Whether it was ever seen with TLS, as long as it is remembered."""
    return client.tls is not None


def uses_plaintext(client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None) -> bool:
    """Whether it counts as a client without TLS; `evidence` is how long a gone address must have been missed.

    `family_tls`: when others that its names fold with came with TLS last (see there).
    """
    gone_before = _gone_before(client, now, evidence, family_tls)
    return any(_counts(client, *each, now, gone_before) for each in _moments(client.plaintext))


def tls_clients(clients: Iterable[Client]) -> tuple[Client, ...]:
    """Those of all clients of a database that were seen with TLS, by their names as far as one is known."""
    return tuple(client for client in unfolded(clients) if uses_tls(client))


def plaintext_clients(clients: Iterable[Client], now: datetime, evidence: timedelta) -> tuple[Client, ...]:
    """Those of all clients of a database that count as coming without TLS, by their names as far as known."""
    clients = unfolded(clients)
    with_tls = family_tls(clients)
    return tuple(each for each in clients if uses_plaintext(each, now, evidence, with_tls.get(family(each.who))))


def family_tls(clients: Iterable[Client]) -> dict[Who, datetime]:
    """Family to when it came with TLS last, of the families that are folded on either side.

    Beyond its 20th name a client's TLS lies with its family's, whoever of it came without.
    """
    clients = tuple(clients)
    folded = {each.who for each in clients if each.who.sort is Sort.FOLD}
    last: dict[Who, datetime] = {}
    for each in clients:
        if each.tls and each.who.sort in {Sort.CLIENT, Sort.FOLD} and (of := family(each.who)) in folded:
            last[of] = max(each.tls.last, last.get(of, each.tls.last))
    return last


def plaintext_addresses(
    client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None
) -> dict[str, datetime]:
    """Addresses from which it counts as coming without TLS, to when it did last; those that are known by name."""
    gone_before = _gone_before(client, now, evidence, family_tls)
    return {
        address: moment
        for address, moment in _moments(client.plaintext)
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
        for address, moment in _moments(client.plaintext)
        if address is not None and _counts(client, address, moment, now) and gone_before and moment < gone_before
    }


def counts_no_more(client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None = None) -> bool:
    """Whether it came without TLS from somewhere, known by name or not, that is gone and counts no more."""
    gone_before = _gone_before(client, now, evidence, family_tls)
    return gone_before is not None and any(
        moment < gone_before and _counts(client, address, moment, now)
        for address, moment in _moments(client.plaintext)
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


def unfolded(clients: Iterable[Client]) -> tuple[Client, ...]:
    """The clients as people read them: a fold of one spelling that is its pattern is the client of that name."""
    known: dict[Who, Client] = {}
    for client in clients:
        each = _as_one(client)
        before = known.get(each.who)
        known[each.who] = joined(before, each) if before else each
    return tuple(known.values())


def _as_one(client: Client) -> Client:
    who = client.who
    if who.sort is not Sort.FOLD:
        return client
    one = Who(who.key, who.name, who.user, who.application)
    traces = [trace for trace in (client.tls, client.plaintext) if trace]
    if any(trace.folded or trace.spellings != {one.spelling()} for trace in traces):
        return client
    tls, plaintext = (trace and replace(trace, spellings=frozenset()) for trace in (client.tls, client.plaintext))
    return Client(one, tls, plaintext)


def _is_itself(client: Client) -> bool:
    return _as_one(client).who.sort is Sort.CLIENT


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
    if address is None or client.tls is None or not _is_itself(client):
        return True
    with_tls = client.tls.addresses.get(address)
    return with_tls is None or with_tls <= moment or now - moment < SETTLED


def _gone_before(
    client: Client, now: datetime, evidence: timedelta, family_tls: datetime | None
) -> datetime | None:
    """What came without TLS before this moment, and not since, is gone: the client came with TLS then."""
    with_tls = [each for each in (client.tls and client.tls.last, family_tls) if each]
    if client.plaintext is None or not with_tls or now - client.plaintext.last < evidence:
        return None
    last = max(with_tls)
    # Of many under one name nobody knows who came with TLS: it must be later than all that came without.
    return last if _is_itself(client) or last > client.plaintext.last else None
