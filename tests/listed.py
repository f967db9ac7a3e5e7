"""A whole inventory judged, as a sweep does that connects to no server: what its API answers make of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Kind
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.in_hand import InHand, Known, Member, Rules
from tlscheck.verdict.judgement import Judgement, judge
from tlscheck.verdict.remembered import Remembered
from tlscheck.wire.targeting import not_tried

RULES = Rules("tlscheck", memory=timedelta(days=90), evidence=timedelta(days=35))


def judged_unseen(
    inventory: Inventory, at: datetime, before: Mapping[str, tuple[RememberedFinding, ...]] | None = None
) -> list[Judgement]:
    """Each database of it, clusters after their members; `before`: the findings that are remembered, by key."""
    found: list[Judgement] = []
    members: dict[str | None, dict[str, Member]] = {}
    for database in sorted(inventory.databases, key=lambda each: each.kind is Kind.CLUSTER):
        hand = InHand(
            Sweep(f"{at:%Y-%m-%d}", at, Depth.FULL),
            RULES,
            database,
            not_tried(database.arn, "no probe"),
            at,
            members=members.get(database.identifier, {}) if database.kind is Kind.CLUSTER else {},
        )
        judgement = judge(hand, Known(Remembered(database.key, findings=(before or {}).get(database.key, ()))))
        assert judgement is not None
        found.append(judgement)
        if database.kind is Kind.MEMBER:
            member = Member(judgement.look, judgement.clients, is_absent=False)
            members.setdefault(database.cluster, {})[database.identifier] = member
    return found
