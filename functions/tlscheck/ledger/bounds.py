"""How much is remembered of one database at most, whatever its clients call themselves.

A client is remembered by its names until more than 20 spellings of them fold into one pattern (its family's), or
until 400 spellings are kept: then its family is, as one, until there are 100; then its user, until there are 20;
then all others as one. Each way to come, with TLS and without, and each as looks and as the log say it, is bounded
by itself: TLS never displaces plaintext, nor the log a look.

What is kept goes by an order of digests, which only the set of all clients decides; so it does not matter in which
order looks are learnt, nor how often, nor when what is known was bounded in between.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.folding import pattern
from tlscheck.ledger.joining import bounded, join_all

type Side = defaultdict[Who, list[Trace]]
"""One way to come, by looks or by the log: who came so, and all that is to be joined of it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """At most so many, of one database and one way to come; `folds * spellings_of_family >= spellings`."""

    spellings_of_family: int = 20
    spellings: int = 400
    folds: int = 100
    users: int = 20
    addresses: int = 32
    protocols: int = 8
    spellings_counted: int = 100


BOUNDS = Bounds()

HAS_ADDRESSES = {Sort.CLIENT, Sort.FOLD}
"""Of others, from where one came says nothing of the rest."""


@lru_cache(maxsize=4096)
def family(who: Who) -> Who:
    """Whom a client's names fold with; others' are themselves."""
    if who.sort not in HAS_ADDRESSES:
        return who
    return Who(who.key, pattern(who.name), pattern(who.user), pattern(who.application), Sort.FOLD)


def ledger_of(clients: Iterable[Client], bounds: Bounds = BOUNDS) -> tuple[Client, ...]:
    """All that clients (sightings too) of one database add up to, bounded, in the order of their digests."""
    tls: Side = defaultdict(list)
    plaintext: Side = defaultdict(list)
    logged_tls: Side = defaultdict(list)
    logged_plaintext: Side = defaultdict(list)
    for client in clients:
        if client.tls:
            tls[client.who].append(client.tls)
        if client.plaintext:
            plaintext[client.who].append(client.plaintext)
        if client.logged_tls:
            logged_tls[client.who].append(client.logged_tls)
        if client.logged_plaintext:
            logged_plaintext[client.who].append(client.logged_plaintext)
    kept = [_bounded(side, bounds) for side in (tls, plaintext, logged_tls, logged_plaintext)]
    everybody = sorted(set().union(*kept), key=Who.digest)
    return tuple(Client(who, *(side.get(who) for side in kept)) for who in everybody)


def _bounded(side: Side, bounds: Bounds) -> dict[Who, Trace]:
    for level in (_fold_spellings, _fold_folds, _fold_users):
        level(side, bounds)
    return {
        who: bounded(
            join_all(traces),
            bounds.addresses if who.sort in HAS_ADDRESSES else 0,
            bounds.protocols,
            bounds.spellings_counted,
        )
        for who, traces in side.items()
    }


def _fold_spellings(side: Side, bounds: Bounds) -> None:
    """Keep as their family: spellings of one that has too many, and those that come too late for the bound."""
    families: defaultdict[Who, list[Who]] = defaultdict(list)
    for who in side:
        if who.sort in HAS_ADDRESSES:
            families[family(who)].append(who)
    room = bounds.spellings
    for of in sorted(families, key=Who.digest):
        members = families[of]
        names = {who.spelling() for who in members if who.sort is Sort.CLIENT}
        folds = side.get(of, [])
        for fold in folds:
            names |= fold.spellings
        is_many = len(names) > bounds.spellings_of_family or any(fold.folded for fold in folds)
        # A family that was folded takes as much room as before: who is kept beside it must not depend on when.
        room -= bounds.spellings_of_family if is_many else len(names)
        if is_many or folds or room < 0:
            for who in members:
                if who.sort is Sort.CLIENT:
                    _move(side, who, of)


def _fold_folds(side: Side, bounds: Bounds) -> None:
    for who in _beyond(side, Sort.FOLD, bounds.folds):
        _move(side, who, Who(who.key, "", who.user, "", Sort.OTHERS_OF_USER))


def _fold_users(side: Side, bounds: Bounds) -> None:
    for who in _beyond(side, Sort.OTHERS_OF_USER, bounds.users):
        _move(side, who, Who(who.key, "", "", "", Sort.OTHERS))


def _beyond(side: Side, sort: Sort, most: int) -> list[Who]:
    """Those of a sort that are not among the smallest digests."""
    found = [who for who in side if who.sort is sort]
    return sorted(found, key=Who.digest)[most:] if len(found) > most else []


def _move(side: Side, who: Who, to: Who) -> None:
    traces = side.pop(who)
    if who.sort is Sort.CLIENT:
        name = frozenset({who.spelling()})
        traces = [replace(trace, spellings=trace.spellings | name) for trace in traces]
    side[to] += traces
