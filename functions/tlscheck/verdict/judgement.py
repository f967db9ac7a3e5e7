"""One database in one sweep, judged: from a look and what is remembered to what is remembered next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.succession import carried
from tlscheck.ledger.client import Client
from tlscheck.ledger.sightings import learn, sightings, still_remembered
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence, Past
from tlscheck.verdict.finding import Basis, RememberedFinding
from tlscheck.verdict.heard import Heard, word_of
from tlscheck.verdict.in_hand import InHand, Known, Member
from tlscheck.verdict.readiness import Readiness, Verdict, readiness
from tlscheck.verdict.registry import REGISTRY, Registered
from tlscheck.verdict.remembered import KeptDatabase, KeptLook, Remembered, kept_look
from tlscheck.verdict.settle import archived, is_lacking, joined, settle
from tlscheck.verdict.verdict_kept import kept_verdict

UNFINISHED = "Not looked at: no full sweep has judged it to the end yet."


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one sweep makes of one database."""

    evidence: Evidence
    findings: tuple[RememberedFinding, ...]
    """Those that this sweep judged, and the remembered ones of checks that it did not; no archived ones."""

    readiness: Readiness
    told: tuple[RememberedFinding, ...] = ()
    """Findings that others are told now."""

    verdict_told: bool = False
    """Whether people are told the verdict now."""

    flapping: bool = False
    """Whether they are told that it flaps."""

    error: str = ""
    """Why what it says is not what the table says, if so."""

    clients: tuple[Client, ...] = ()
    """All that are remembered now."""

    look: KeptLook | None = None
    """The newest look; None of what is never connected to."""

    settled: tuple[RememberedFinding, ...] = ()
    """What this sweep judged or archived, whether it changed or not."""

    kept: KeptDatabase | None = None

    @property
    def changed(self) -> tuple[RememberedFinding, ...]:
        """Findings that this sweep changed."""
        return tuple(each for each in self.settled if each.changed_at == self.evidence.at and not each.archived_at)

    @property
    def worse(self) -> tuple[CheckId, ...]:
        """Checks that became FAILED, and whose finding is told now."""
        at = self.evidence.at
        return tuple(
            each.finding.check
            for each in self.told
            if each.finding.status is Status.FAILED and (each.first_observed_at == at or at in each.changes)
        )


def judge(hand: InHand, known: Known) -> Judgement | None:
    """The judgement of a database; None where sweeps are not to look at it any more: nothing is to be written."""
    own = known.own
    if _is_gone(hand, own):
        return None
    database, is_ours = _newest(hand, own.database)
    evidence, look = _evidence(hand, known, database)
    basis = Basis(database.listed_at, evidence_moment(hand, look))
    earlier = None if is_ours and _is_newest(hand, look) else _overtaken(hand, evidence)
    before = {each.finding.check: each for each in own.findings}
    applying = [each for each in REGISTRY if each.judge is not None and each.applies(evidence)]
    settled = {
        each.check.id: _settled(each, before.get(each.check.id), evidence, earlier, basis, hand.hub)
        for each in applying
        if hand.sweep.depth is Depth.FULL or _is_sampled(each, evidence, before.get(each.check.id))
    }
    if hand.sweep.depth is Depth.FULL:
        checks = {each.check.id for each in applying}
        ended = (each for each in own.findings if each.finding.check not in checks)
        settled |= {each.finding.check: archived(each, basis, evidence.at) for each in ended}
    after = before | settled
    findings = tuple(after[check] for check in CheckId if check in after and not after[check].archived_at)
    ready = _ready(hand, evidence, findings)
    kept, telling = kept_verdict(own.database, hand, database, ready, evidence.at)
    told = tuple(
        each
        for each in settled.values()
        if each.announced_at == evidence.at and not each.archived_at and not earlier
    )
    return Judgement(
        evidence,
        findings,
        ready,
        told=told,
        verdict_told=telling.is_due and not earlier,
        flapping=telling.flaps or any(each.flaps_told_at == evidence.at for each in told),
        clients=evidence.clients,
        look=look,
        settled=tuple(settled.values()),
        kept=kept,
    )


def _is_gone(hand: InHand, own: Remembered) -> bool:
    """A sample looks only at what is listed still; an older listing does not know what a newer one found gone."""
    kept = own.database
    if hand.sweep.depth is Depth.SAMPLE:
        # Archived first of all: then the others are being archived, or were.
        ended = any(each.finding.check is CheckId.NOT_OBSERVED and each.archived_at for each in own.findings)
        return ended or kept is None or not kept.is_listed
    if kept is None or kept.is_listed or kept.listed_at is None:
        return False
    return hand.database.listed_at is None or hand.database.listed_at <= kept.listed_at


def _ready(hand: InHand, evidence: Evidence, findings: tuple[RememberedFinding, ...]) -> Readiness:
    """The verdict: never CLEAR where no full sweep wrote its findings to the last, as nothing is known by then."""
    ready = readiness(evidence, findings)
    is_whole = hand.sweep.depth is Depth.FULL or any(
        each.finding.check is CheckId.NOT_OBSERVED for each in findings
    )
    return ready if is_whole or ready.verdict is not Verdict.CLEAR else Readiness(Verdict.NOT_OBSERVED, UNFINISHED)


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


def _evidence(hand: InHand, known: Known, database: Database) -> tuple[Evidence, KeptLook | None]:
    own, rules = known.own, hand.rules
    look = _look(hand, database, own.look)
    moments = (database.listed_at, evidence_moment(hand, look))
    at = max((each for each in moments if each), default=hand.looked_at)
    remembered = still_remembered((each.client for each in own.clients), at, rules.memory)
    seen = sightings(database.key, hand.observation.look, hand.looked_at) if database.kind.is_server else ()
    members = _members(hand, known, database)
    evidence = Evidence(
        database,
        hand.observation if look is None or _is_newest(hand, look) else look.observation,
        learn(remembered, seen),
        at,
        rules.user,
        heard=Heard(look.word, is_new=bool(look.word and look.word.at == look.at)) if look else Heard(),
        members={name: _heard(each) for name, each in members.items()},
        member_clients=tuple(client for each in members.values() for client in each.clients),
        past=tuple(_past(known, database, at, hand)),
        depth=hand.sweep.depth,
        left_out=look.left_out if look else 0,
        unreadable=(*own.unreadable, *_unreadable(known)),
        evidence_span=rules.evidence,
    )
    return evidence, look


def _look(hand: InHand, database: Database, kept: KeptLook | None) -> KeptLook | None:
    """The newest look, with the newest word of the server."""
    if not database.kind.is_server:
        return None
    at = hand.looked_at
    look = kept_look(database.key, hand.observation, at, word_of(hand.observation, at))
    if kept is None:
        return look
    newer, older = (look, kept) if at >= kept.at else (kept, look)
    words = [each.word for each in (newer, older) if each.word]
    word = max(words, key=lambda each: each.at or at) if words else None
    return replace(newer, word=word, version=kept.version)


def evidence_moment(hand: InHand, look: KeptLook | None) -> datetime | None:
    """The moment of the newest look that a judgement rests on; of a cluster, of those at its members."""
    if look is not None:
        return look.at
    return max((each.look.at for each in hand.members.values() if each.look), default=None)


def _members(hand: InHand, known: Known, database: Database) -> dict[str, Member]:
    if database.kind is not Kind.CLUSTER:
        return {}
    names = sorted({*database.member_authorities, *hand.members})
    return {name: hand.members.get(name) or _absent(known.absent.get(name)) for name in names}


def _absent(remembered: Remembered | None) -> Member:
    if remembered is None:
        return Member(None, (), is_absent=True)
    return Member(remembered.look, tuple(each.client for each in remembered.clients), is_absent=True)


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
        at=max((each for each in moments if each), default=hand.looked_at),
        heard=Heard(word, is_new=word is not None),
        left_out=hand.observation.look.left_out,
    )


def _is_sampled(registered: Registered, evidence: Evidence, before: RememberedFinding | None) -> bool:
    """A sample says something new of what a full sweep made, and never brings back what one archived."""
    return before is not None and before.archived_at is None and registered.in_samples(evidence)


def _settled(
    registered: Registered,
    before: RememberedFinding | None,
    evidence: Evidence,
    earlier: Evidence | None,
    basis: Basis,
    hub: Hub | Gap,
) -> RememberedFinding:
    finding = registered.judge(evidence)  # type: ignore[misc]  # those without one do not come here
    if earlier is not None and finding.status is Status.NOT_OBSERVED:
        late = _late(registered, before, earlier)
        if before is not None and late is not before:
            # What it says now is not looked at: no later fact says otherwise.
            basis = joined(basis, before.basis)
        before = late
    return settle(before, finding, basis, evidence.at, is_lacking=is_lacking(before, hub))


def _late(registered: Registered, before: RememberedFinding | None, earlier: Evidence) -> RememberedFinding | None:
    """What is remembered, with what an overtaken look could judge and the newest could not."""
    finding = registered.judge(earlier)  # type: ignore[misc]
    if finding.status is Status.NOT_OBSERVED:
        return before
    if before is None:
        return settle(None, finding, Basis(), earlier.at)
    if before.concluded_at is not None and before.concluded_at >= earlier.at:
        return before
    changed_at = before.changed_at if finding == before.finding else earlier.at
    return replace(
        before,
        finding=finding,
        changed_at=changed_at,
        concluded_at=earlier.at,
        not_observed_since=None,
        not_observed_reason="",
    )
