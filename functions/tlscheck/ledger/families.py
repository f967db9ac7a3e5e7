"""Sessions whose names change with each process or container, folded: a thousand pods are one group.

A look is folded by the function that folds what is remembered, so that both name them alike.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.wire.observation import Look, SessionGroup, SessionKind
from tlscheck.wire.sessions import addresses_of

MOST_SPELLINGS = 20
"""Of a family, with TLS or without: each is shown by itself. From the next one on all of them are one group."""

type _Names = tuple[str, str, str]
type _Family = tuple[SessionKind, bool, _Names]


def folded(look: Look) -> Look:
    """The look with each family of many spellings as one group a protocol; folding twice changes nothing."""
    groups = look.sessions
    if len(groups) <= MOST_SPELLINGS and all(group.names == 1 for group in groups):
        return look
    # Only a crowd pays for its regular expressions.
    from tlscheck.ledger.folding import pattern  # noqa: PLC0415 - a quiet server's look does not wait for it

    families: dict[_Family, list[SessionGroup]] = defaultdict(list)
    for group in groups:
        database, user, application = map(pattern, group.called)
        families[group.kind, group.tls, (database, user, application)].append(group)
    fewer = tuple(shown for (_, _, names), family in families.items() for shown in _as_one(names, family))
    return replace(look, sessions=fewer, kinds=len(fewer) + look.left_out)


def _as_one(names: _Names, family: list[SessionGroup]) -> Iterator[SessionGroup]:
    if all(group.names == 1 for group in family) and len({group.called for group in family}) <= MOST_SPELLINGS:
        yield from family
        return
    by_protocol: dict[str | None, list[SessionGroup]] = defaultdict(list)
    for group in family:
        by_protocol[group.protocol].append(group)
    for alike in by_protocol.values():
        # What an earlier look folded may stand for those of this one, or for others: there are so many at least.
        spellings = {group.called for group in alike if group.names == 1}
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
