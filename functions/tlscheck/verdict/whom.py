"""Whom a change of a server cuts off, as every step that makes one says first: by name, or that it is not known.

Clients first, then the server. Where it is not known who connects, no command is given that would end connections:
what opens the sight of them is said instead.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.engine import engine_named
from tlscheck.inventory.trait import Trait
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.clients import MOST_LISTED, Callers, Named, without_tls
from tlscheck.verdict.clients import callers as as_callers
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.outdated import by_outdated_tls
from tlscheck.verdict.plaintext import plaintext_named
from tlscheck.verdict.predecessors import still_expected
from tlscheck.verdict.sharing import Server
from tlscheck.verdict.visibility import shows_everybody
from tlscheck.wording import counted, joined, listed, plain

MOST_NAMED = 5
"""Databases and members that a step names."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to connect that a change ends."""

    move: str
    """What its clients must do."""

    none: str
    """What is said where all were seen and none came so."""

    how: str
    """How they come, after `who connects`."""

    own: Callable[[Evidence], tuple[Named, ...]]
    of: Callable[[Server], Callers]


def _without_tls(evidence: Evidence) -> tuple[Named, ...]:
    expected = still_expected(evidence)
    here = {client.who for client in evidence.plaintext_clients}
    return (*plaintext_named(evidence), *without_tls(each for each in expected if each.who not in here))


class Way(Enum):
    """The ways to connect that a change of parameters ends."""

    PLAINTEXT = _Way(
        "Move to TLS first",
        "No client was seen without TLS so far: wait until sweeps have covered the rarest job.",
        "without TLS",
        _without_tls,
        lambda server: server.without_tls,
    )
    OUTDATED = _Way(
        "Move to TLSv1.2 or newer first",
        "No client was seen below TLSv1.2 so far: wait until sweeps have covered the rarest job.",
        "below TLSv1.2",
        by_outdated_tls,
        lambda server: server.below_minimum,
    )


_TELLING = {CheckId.PLAINTEXT_CLIENTS: Way.PLAINTEXT, CheckId.TLS_CLIENTS: Way.OUTDATED}


@dataclass(frozen=True, slots=True)
class Ending:
    """A parameter, and the value of it that ends a way to connect."""

    name: str
    value: str
    way: Way


@dataclass(frozen=True, slots=True)
class CutOff:
    """Whom a change would cut off."""

    named: str
    """As sentences: who must move first, and where; never empty."""

    unknown: tuple[str, ...] = ()
    """Of whom it is not known who connects: what must be opened before, each as a sentence."""


def callers(evidence: Evidence, check: CheckId) -> Callers | None:
    """Whom a change of this server would cut off, for the finding of a check that tells it to others."""
    if check not in _TELLING or not evidence.database.kind.is_server:
        return None
    return _own(evidence, _TELLING[check])


def cut_off(evidence: Evidence, way: Way, *, is_here: bool = True, is_shared: bool = True) -> CutOff:
    """Whom a change of the database would cut off: here, and at others on its parameter group."""
    here = tuple(_here(evidence, way)) if is_here else ()
    others = tuple(_at_others(evidence, way)) if is_shared else ()
    named = [_named(here, way.value.move), _named(others, "There too" if _count(here) else way.value.move)]
    unknown = [*_unknown_here(evidence, way, here), *_tds(evidence, way)] if is_here else []
    if is_shared:
        unknown += _unknown_others(evidence, way, others)
    none = "" if unknown or not (here or others) else way.value.none
    return CutOff(joined(*named) or none, tuple(unknown))


def who_comes(evidence: Evidence, way: Way) -> str:
    """Who is known to come so here, as a sentence that says to move them first; empty where nobody is."""
    return _named(_here(evidence, way), way.value.move)


def also_changes(evidence: Evidence) -> str:
    """Who else is on the parameter group, as a sentence; empty where nobody is."""
    sharing = evidence.sharing
    if sharing is None or sharing.is_alone:
        return ""
    names = [*(each.name for each in sharing.others), *sharing.beside.unseen]
    number = len(names) + sharing.unread + sharing.beside.more
    if not number:
        return ""
    told = _some(names, number) if names else counted(number, "database")
    return f"The parameter group {_group(evidence)} is also that of {told}: this changes them all."


def _group(evidence: Evidence) -> str:
    return plain(evidence.database.force_ssl.parameter_group or "?")


def _some(names: Iterable[str], number: int) -> str:
    """At most MOST_NAMED of the names of so many."""
    first = [plain(each) for each in names][:MOST_NAMED]
    return listed(first, len(first), of=number)


@dataclass(frozen=True, slots=True)
class _At:
    """A server, and whom the change would cut off there."""

    name: str
    """`ledger-1`; empty for the database itself."""

    callers: Callers


def _own(evidence: Evidence, way: Way) -> Callers:
    return as_callers(way.value.own(evidence), are_all=shows_everybody(evidence))


def _here(evidence: Evidence, way: Way) -> Iterator[_At]:
    if evidence.database.kind is not Kind.CLUSTER:
        yield _At("", _own(evidence, way))
        return
    for name, server in sorted(evidence.servers.items()):
        yield _At(name, way.value.of(server))
    if expected := way is Way.PLAINTEXT and still_expected(evidence):
        yield _At("", as_callers(without_tls(expected), are_all=True))


def _at_others(evidence: Evidence, way: Way) -> Iterator[_At]:
    sharing = evidence.sharing
    for other in sharing.others if sharing and sharing.is_read else ():
        for server in other.servers:
            name = other.name if len(other.servers) == 1 else f"{other.name} ({server.name})"
            yield _At(name, way.value.of(server))


def _named(at: Iterable[_At], move: str) -> str:
    """At most MOST_LISTED clients, each where it was seen."""
    at = tuple(at)
    told = [f"at {plain(each.name)}, {name}" if each.name else name for each in at for name in each.callers.names]
    number = _count(at)
    return f"{move}: {listed(told[:MOST_LISTED], MOST_LISTED, of=number)}." if number else ""


def _count(at: Iterable[_At]) -> int:
    return sum(each.callers.count for each in at)


def _lacks(at: Iterable[_At]) -> list[str]:
    return [plain(each.name) for each in at if not each.callers.are_all]


def _unknown_here(evidence: Evidence, way: Way, here: tuple[_At, ...]) -> Iterator[str]:
    how = way.value.how
    if evidence.database.kind is Kind.CLUSTER:
        names = [name for name in _lacks(here) if name]
        if names:
            told = _some(names, len(names))
            yield f"Not everybody who connects to {told} {how} could be seen: open that first (see not-observed)."
        elif not evidence.servers:
            yield f"Who connects {how} is not known, as the API names no member of the cluster."
    elif _lacks(here):
        is_part = evidence.seen or _count(here)
        who = f"Not everybody who connects {how} could" if is_part else f"Who connects {how} could not"
        yield f"{who} be seen: open that first (see not-observed)."


def _tds(evidence: Evidence, way: Way) -> Iterator[str]:
    database = evidence.database
    if way is Way.PLAINTEXT and Trait.BABELFISH in database.traits and is_of_tds_too(database):
        yield f"It ends plaintext on Babelfish's TDS listener too. {SEE_TDS_CLIENTS}"


def is_of_tds_too(database: Database) -> bool:
    """Whether rds.force_ssl holds, or of an unknown version may hold, for a TDS listener: by the documentation."""
    engine = engine_named(database.engine)
    first = engine.tds_forced_from if engine else None
    return first is not None and (database.major is None or database.major >= first)


SEE_TDS_CLIENTS = (
    "tlscheck does not see who connects there: ask sys.dm_exec_connections of that listener, whose encrypt_option"
    " says it of each connection, for as long as the rarest job takes to come."
)


def _unknown_others(evidence: Evidence, way: Way, others: tuple[_At, ...]) -> Iterator[str]:
    sharing = evidence.sharing
    if sharing is None or sharing.is_alone or not sharing.is_read:
        return
    how = way.value.how
    names = _lacks(others)
    if sharing.gap is not None:
        yield f"Who connects {how} to the others could not be read: {plain(sharing.gap.told)}."
    elif names:
        told = _some(names, len(names))
        yield f"Not known is who connects {how} to {told}: open that first (see their not-observed)."
    if unseen := sharing.beside.unseen:
        told = _some(unseen, len(unseen) + sharing.beside.more)
        yield f"No sweep looks at {told}, excluded or not listed: have them looked at first."
    if sharing.unread:
        yield f"Who connects {how} to {counted(sharing.unread, 'other')} on it was not read, so it is not known."
    if sharing.beside.gap is not None:
        why = plain(sharing.beside.gap.told)
        yield f"Who else is on {_group(evidence)} is not known ({why})."
