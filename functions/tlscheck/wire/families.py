"""Sessions whose names change with each process or container, folded: a thousand pods are one group.

By the ledger's own function, so that a look and what is remembered name them alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tlscheck.wire.observation import SessionGroup, SessionKind
from tlscheck.wire.statement import MOST_ADDRESSES

MOST_SPELLINGS = 20
"""Of a family, with TLS or without: each is shown by itself. From the next one on all of them are one group."""

type _Names = tuple[str, str, str]
type _Family = tuple[SessionKind, bool, _Names]


def folded(groups: Sequence[SessionGroup]) -> tuple[SessionGroup, ...]:
    """The groups, those of a family of many spellings as one for each protocol; folding twice changes nothing."""
    if len(groups) <= MOST_SPELLINGS and all(group.names == 1 for group in groups):
        return tuple(groups)
    # Only a crowd pays for its regular expressions.
    from tlscheck.ledger.folding import pattern  # noqa: PLC0415 - a cold start does not wait for it

    families: dict[_Family, list[SessionGroup]] = defaultdict(list)
    for group in groups:
        database, user, application = map(pattern, names_of(group))
        families[group.kind, group.tls, (database, user, application)].append(group)
    return tuple(shown for (_, _, names), family in families.items() for shown in _as_one(names, family))


def names_of(group: SessionGroup) -> _Names:
    """What it is called by."""
    return group.database, group.user, group.application


def addresses_of(groups: Iterable[SessionGroup]) -> tuple[tuple[str, ...], int]:
    """Some of the addresses of all of them, and how many others there are at least: 0 only if there is none."""
    known: set[str] = set()
    there = 0
    for group in groups:
        known.update(group.addresses)
        there = max(there, len(group.addresses) + group.more_addresses)
    named = tuple(sorted(known)[:MOST_ADDRESSES])
    return named, max(there, len(known)) - len(named)


def _as_one(names: _Names, family: list[SessionGroup]) -> Iterator[SessionGroup]:
    if all(group.names == 1 for group in family) and len({*map(names_of, family)}) <= MOST_SPELLINGS:
        yield from family
        return
    by_protocol: dict[str | None, list[SessionGroup]] = defaultdict(list)
    for group in family:
        by_protocol[group.protocol].append(group)
    for alike in by_protocol.values():
        # What an earlier look folded may stand for those of this one, or for others: there are so many at least.
        spellings = {names_of(group) for group in alike if group.names == 1}
        number = max(len(spellings), *(group.names for group in alike))
        if number == 1:
            yield from alike
            continue
        database, user, application = names
        addresses, more = addresses_of(alike)
        yield replace(
            alike[0],
            database=database,
            user=user,
            application=application,
            addresses=addresses,
            more_addresses=more,
            sessions=sum(group.sessions for group in alike),
            names=number,
        )
