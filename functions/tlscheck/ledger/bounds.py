"""How much is remembered of one database at most, whatever its clients call themselves.

A client is remembered by its names until more than 20 spellings of them fold into one pattern (its family's), or
until 400 spellings are kept: then its family is, as one, until there are 100; then its user, until there are 20;
then all others as one. Each way to come, with TLS and without, is bounded by itself: TLS never displaces
plaintext.

What is kept goes by an order of digests, which only the set of all clients decides; so it does not matter in which
order looks are learnt, nor how often, nor when what is known was bounded in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.folding import pattern
from tlscheck.ledger.joining import bounded, join, without_addresses

type Side = dict[Who, Trace]


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


@lru_cache(maxsize=4096)
def family(who: Who) -> Who:
    """Whom a client's names fold with; others' are themselves."""
    if who.sort not in {Sort.CLIENT, Sort.FOLD}:
        return who
    return Who(who.key, pattern(who.name), pattern(who.user), pattern(who.application), Sort.FOLD)


def ledger_of(clients: Iterable[Client], bounds: Bounds = BOUNDS) -> tuple[Client, ...]:
    """All that clients (sightings too) of one database add up to, bounded, in the order of their digests."""
    tls: Side = {}
    plaintext: Side = {}
    for client in clients:
        if client.tls:
            tls[client.who] = join(tls.get(client.who), client.tls)
        if client.plaintext:
            plaintext[client.who] = join(plaintext.get(client.who), client.plaintext)
    tls, plaintext = _bounded(tls, bounds), _bounded(plaintext, bounds)
    everybody = sorted(tls.keys() | plaintext.keys(), key=Who.digest)
    return tuple(Client(who, tls.get(who), plaintext.get(who)) for who in everybody)


def _bounded(side: Side, bounds: Bounds) -> Side:
    for level in (_spellings, _folds, _users):
        side = _moved(side, level(side, bounds))
    return {
        who: bounded(trace, bounds.addresses, bounds.protocols, bounds.spellings_counted)
        for who, trace in side.items()
    }


def _moved(side: Side, to: Mapping[Who, Who]) -> Side:
    """The side with the traces of some at whom they are kept as."""
    if not to:
        return side
    kept = {who: trace for who, trace in side.items() if who not in to}
    for who, other in to.items():
        kept[other] = join(kept.get(other), _as(side[who], who, other))
    return kept


def _as(trace: Trace, who: Who, other: Who) -> Trace:
    if who.sort is Sort.CLIENT:
        trace = replace(trace, spellings=trace.spellings | {who.spelling()})
    return trace if other.sort is Sort.FOLD else without_addresses(trace)


def _spellings(side: Side, bounds: Bounds) -> dict[Who, Who]:
    """Spellings that are kept as their family: of one that has too many, and of those beyond the bound."""
    families: defaultdict[Who, list[Who]] = defaultdict(list)
    for who in side:
        if who.sort in {Sort.CLIENT, Sort.FOLD}:
            families[family(who)].append(who)
    room = bounds.spellings
    to: dict[Who, Who] = {}
    for of in sorted(families, key=Who.digest):
        members = families[of]
        names = {who.spelling() for who in members if who.sort is Sort.CLIENT}
        fold = side.get(of)
        if fold:
            names |= fold.spellings
        is_many = len(names) > bounds.spellings_of_family or (fold is not None and fold.folded > 0)
        # A family that was folded takes as much room as before: who is kept beside it must not depend on when.
        room -= bounds.spellings_of_family if is_many else len(names)
        if is_many or fold or room < 0:
            to |= {who: of for who in members if who != of}
    return to


def _folds(side: Side, bounds: Bounds) -> dict[Who, Who]:
    return {
        who: Who(who.key, "", who.user, "", Sort.OTHERS_OF_USER) for who in _beyond(side, Sort.FOLD, bounds.folds)
    }


def _users(side: Side, bounds: Bounds) -> dict[Who, Who]:
    return {who: Who(who.key, "", "", "", Sort.OTHERS) for who in _beyond(side, Sort.OTHERS_OF_USER, bounds.users)}


def _beyond(side: Side, sort: Sort, most: int) -> Iterator[Who]:
    """Those of a sort that are not among the smallest digests."""
    yield from sorted((who for who in side if who.sort is sort), key=Who.digest)[most:]
