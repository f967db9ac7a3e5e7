"""The facts that a judgement rests on: what is in hand and what the table holds, of each the newest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import NOBODY
from tlscheck.inventory.succession import carried
from tlscheck.ledger.client import Client
from tlscheck.ledger.log_joining import forgotten, join
from tlscheck.ledger.logged import NOTHING_LOGGED
from tlscheck.ledger.moments import day_begins, merged
from tlscheck.ledger.sightings import learn, sightings, still_remembered
from tlscheck.ledger.watched import united
from tlscheck.verdict.evidence import Evidence, Past
from tlscheck.verdict.finding import Basis
from tlscheck.verdict.heard import Heard, word_of
from tlscheck.verdict.in_hand import InHand, Known, Member
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook, KeptLooks, Remembered, kept_look
from tlscheck.verdict.sharing import Server, Sharing, sharing


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a database is judged by in one sweep."""

    evidence: Evidence
    look: KeptLook | None
    """The newest look; None of what is never connected to."""

    looks: KeptLooks | None
    """When looks of the days before it were; None where there were none."""

    log: KeptLog | None
    """What its log said up to now, beside its clients; None where there is nothing."""

    basis: Basis
    earlier: Evidence | None
    """Where the table holds a newer listing or look than is in hand: what is in hand, without those."""


def facts_of(hand: InHand, known: Known) -> Facts:
    """The facts of a sweep, with what is remembered."""
    database, is_ours = _newest(hand, known.own.database)
    log = _logged(hand, database, known.own.log)
    evidence, look = _evidence(hand, known, database, log)
    basis = Basis(database.listed_at, _moment(hand, known, look))
    earlier = None if is_ours and _is_newest(hand, look) else _overtaken(hand, evidence)
    look, looks = _parted(look, known.own.looks)
    return Facts(evidence, look, looks, log, basis, earlier)


def _newest(hand: InHand, kept: KeptDatabase | None) -> tuple[Database, bool]:
    """The database by the newest listing, and whether that is the one in hand."""
    handed = hand.database
    if kept is None or not kept.is_listed or not isinstance(kept.database, Database):
        return handed, True
    there, here = kept.database.listed_at, handed.listed_at
    if there is not None and (here is None or there > here):
        return kept.database, False
    return carried(handed, kept.database, here or hand.looked_at, hand.rules.evidence), True


def _is_newest(hand: InHand, look: KeptLook | None) -> bool:
    return look is None or look.at == hand.looked_at


def _evidence(
    hand: InHand, known: Known, database: Database, log: KeptLog | None
) -> tuple[Evidence, KeptLook | None]:
    own, rules = known.own, hand.rules
    look = _look(hand, database, own.look)
    moments = (database.listed_at, _moment(hand, known, look))
    at = max((each for each in moments if each), default=hand.looked_at)
    remembered = still_remembered((each.client for each in own.clients), at, rules.memory)
    seen = _seen(hand, database, at) if database.kind.is_server else ()
    members = _members(hand, known, database)
    evidence = Evidence(
        database,
        hand.observation if look is None or _is_newest(hand, look) else look.observation,
        learn(remembered, seen),
        at,
        rules.user,
        heard=Heard(look.word, is_new=bool(look.word and look.word.at == look.at)) if look else Heard(),
        members={name: _heard(each) for name, each in members.items()},
        member_logs={name: each.logged for name, each in members.items()},
        member_clients=tuple(client for each in members.values() for client in each.clients),
        servers={name: Server.of(name, each.findings) for name, each in members.items()},
        sharing=_sharing(hand, known, database),
        past=tuple(_past(known, database, at, hand)),
        depth=hand.sweep.depth,
        left_out=look.left_out if look else 0,
        unreadable=(*own.unreadable, *_unreadable(known)),
        evidence_span=rules.evidence,
        watched=look.watched if look else (),
        looks=look_moments(own, look),
        logged=log.logged if log else NOTHING_LOGGED,
        target=rules.target,
        asker=rules.asker,
    )
    return evidence, look


def _seen(hand: InHand, database: Database, at: datetime) -> Iterable[Client]:
    """Who is new by this sweep's look and its reading of the log, which goes back as far as it will."""
    yield from sightings(database.key, hand.observation.look, hand.looked_at)
    yield from still_remembered(hand.log.clients, at, hand.rules.memory)


def _logged(hand: InHand, database: Database, kept: KeptLog | None) -> KeptLog | None:
    """What was kept of its log, with what this sweep read."""
    if not database.kind.is_server:
        return None
    since = day_begins(hand.looked_at - hand.rules.evidence)
    logged = forgotten(join(kept.logged if kept else NOTHING_LOGGED, hand.log.logged), since)
    return None if logged == NOTHING_LOGGED else KeptLog(database.key, logged, kept.version if kept else None)


def _look(hand: InHand, database: Database, kept: KeptLook | None) -> KeptLook | None:
    """The newest look, with the newest word of the server."""
    if not database.kind.is_server:
        return None
    at = hand.looked_at
    look = kept_look(database.key, hand.observation, at, word_of(hand.observation, at))
    if kept is None:
        return replace(look, looks=merged(at, look.looks, hand.noted))
    newer, older = (look, kept) if at >= kept.at else (kept, look)
    words = [each.word for each in (newer, older) if each.word]
    word = max(words, key=lambda each: each.at or at) if words else None
    looks = merged(newer.at, look.looks, kept.looks, hand.noted)
    return replace(newer, word=word, watched=united(look.watched, kept.watched), looks=looks, version=kept.version)


def look_moments(own: Remembered, look: KeptLook | None) -> tuple[datetime, ...]:
    """When all the looks were that showed everybody, up to the newest."""
    if look is None:
        return ()
    return merged(look.at, look.looks, own.looks.moments if own.looks else ())


def _parted(look: KeptLook | None, kept: KeptLooks | None) -> tuple[KeptLook | None, KeptLooks | None]:
    """The look with the moments of its own day, and what is kept with those of the days before."""
    if look is None:
        return None, kept
    today = day_begins(look.at)
    before = [at for at in look.looks if at < today]
    parted = replace(look, looks=tuple(at for at in look.looks if at >= today))
    if kept is None:
        return parted, KeptLooks(look.key, tuple(before)) if before else None
    if set(before) <= {*kept.moments}:
        return parted, kept
    return parted, replace(kept, moments=merged(look.at, before, kept.moments))


def _moment(hand: InHand, known: Known, look: KeptLook | None) -> datetime | None:
    """The moment of the newest look that a judgement rests on; of a cluster, of those at its members."""
    if look is not None:
        return look.at
    if hand.members:
        looks = (_newest_of(ours, known.members.get(name)).look for name, ours in hand.members.items())
        return max((each.at for each in looks if each), default=None)
    # None was looked at: it rests on what the table says of them, which is no older than what is remembered of it.
    kept = [each.look.at for each in known.members.values() if each.look]
    return max([*kept, *(at for each in known.own.findings if (at := each.basis.looked_at))], default=None)


def _members(hand: InHand, known: Known, database: Database) -> dict[str, Member]:
    if database.kind is not Kind.CLUSTER:
        return {}
    names = sorted({*database.member_authorities, *hand.members})
    return {name: _member(hand.members.get(name), known.members.get(name)) for name in names}


def _member(ours: Member | None, remembered: Remembered | None) -> Member:
    return _absent(remembered) if ours is None else _newest_of(ours, remembered)


def _newest_of(ours: Member, remembered: Remembered | None) -> Member:
    """A member as this sweep judged it, with what another wrote of it since."""
    if remembered is None:
        return ours
    looks = (each for each in (ours.look, remembered.look) if each)
    clients = learn(ours.clients, (each.client for each in remembered.clients))
    logged = join(ours.logged, remembered.log.logged) if remembered.log else ours.logged
    return replace(ours, look=max(looks, key=lambda each: each.at, default=None), clients=clients, logged=logged)


def _absent(remembered: Remembered | None) -> Member:
    if remembered is None:
        return Member(None, (), is_absent=True)
    clients = tuple(each.client for each in remembered.clients)
    logged = remembered.log.logged if remembered.log else NOTHING_LOGGED
    return Member(remembered.look, clients, is_absent=True, findings=remembered.findings, logged=logged)


def _sharing(hand: InHand, known: Known, database: Database) -> Sharing | None:
    if hand.group is None:
        return None if database.beside == NOBODY else Sharing(beside=database.beside)
    told = known.sharing
    if isinstance(told, Mapping):
        told = {**told, **hand.judged}
    owner = database.cluster if database.kind is Kind.MEMBER else database.identifier
    return sharing(owner or "", hand.group, told)


def _heard(member: Member) -> Heard:
    look = member.look
    if look is None:
        return Heard(is_absent=member.is_absent)
    is_new = not member.is_absent and look.word is not None and look.word.at == look.at
    return Heard(look.word, is_new=is_new, is_absent=member.is_absent)


def _past(known: Known, database: Database, at: datetime, hand: InHand) -> Iterable[Past]:
    for predecessor in database.predecessors:
        if predecessor.key in known.past:
            clients = (each.client for each in known.past[predecessor.key].clients)
            yield Past(predecessor, learn(still_remembered(clients, at, hand.rules.memory), ()))


def _unreadable(known: Known) -> Iterable[Gap]:
    """What could not be read back of who connected to predecessors."""
    return (gap for past in known.past.values() for gap in past.unreadable if gap.operation.startswith("client#"))


def _overtaken(hand: InHand, evidence: Evidence) -> Evidence:
    """What the judgement would have rested on if the table held nothing newer."""
    word = word_of(hand.observation, hand.looked_at)
    moments = (hand.database.listed_at, hand.looked_at if hand.database.kind.is_server else None)
    return replace(
        evidence,
        database=hand.database,
        observation=hand.observation,
        # By the newest: what it does not believe of the log was never more than that.
        clients=evidence.belief.clients,
        at=max((each for each in moments if each), default=hand.looked_at),
        heard=Heard(word, is_new=word is not None),
        left_out=hand.observation.look.left_out,
    )
