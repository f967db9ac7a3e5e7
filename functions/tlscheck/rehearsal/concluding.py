"""What a client has shown -> what it is."""

from collections.abc import Iterable

from tlscheck.rehearsal.advice import advice
from tlscheck.rehearsal.conclusion import Conclusion, Told
from tlscheck.rehearsal.contradictions import several
from tlscheck.rehearsal.encryption import encrypts, falls_back
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.holding import brings_own, family, holds, trusts
from tlscheck.rehearsal.outlooks import Habits, outlooks
from tlscheck.rehearsal.replies import Manner, Opening, Replies
from tlscheck.rehearsal.schedule import needs
from tlscheck.rehearsal.trial import Tls
from tlscheck.rehearsal.verification import looks_at_dates, speaks, stranger, takes_ecc, takes_rsa4096, verifies
from tlscheck.survival.assessment import Scenario, Survival, worst
from tlscheck.wording import counted, plain

_MOST_USERS = 20
_DECIDING = (Scenario.ROTATED, Scenario.ENFORCED, Scenario.BOTH)


def conclude(goal: Goal, client: str, replies: Replies, *, may_refuse: bool = True, more: str = "") -> Conclusion:
    """All that can be told of one client; of several, nothing but that (`more`: where it is known already)."""
    if why := more or several(replies):
        return _nothing(goal, client, why, replies)
    held = holds(goal, replies)
    habits = Habits(
        encrypts(replies),
        verifies(goal, replies),
        _takes_chain(replies),
        falls_back(replies),
        takes_ecc(replies),
        _begins_in_plaintext(replies),
        trusts(family(goal, goal.present), held),
        trusts(family(goal, goal.target), held),
        any(told.value for _, told in held),
    )
    fates = outlooks(goal, habits)
    verdict = worst([fates[each][0] for each in _DECIDING])
    return Conclusion(
        client,
        "",
        habits.encrypts,
        habits.verifies,
        habits.falls_back,
        held,
        habits.takes_ecc,
        speaks(replies),
        fates,
        verdict,
        advice(goal, habits, verdict),
        _needed(goal, replies, may_refuse=may_refuse),
        _users(replies),
        tuple(replies.attempts),
        looks_at_dates(replies),
        takes_rsa4096(replies),
        brings_own(goal, held),
    )


def _takes_chain(replies: Replies) -> bool | None:
    for tls in Tls:
        said = replies.said(stranger(tls))
        if said and said.manner is not Manner.INCAPABLE:
            return said.manner is Manner.STARTED
    return None


def _begins_in_plaintext(replies: Replies) -> bool:
    return len(replies.first.get(Opening.PLAINTEXT, ())) >= replies.enough


def _needed(goal: Goal, replies: Replies, *, may_refuse: bool) -> tuple[str, ...]:
    missing = needs(goal, replies, may_refuse=may_refuse)
    if not missing:
        return ()
    return (f"at least {counted(len(missing), 'more attempt')}", *dict.fromkeys(each.shows for each in missing))


def _users(replies: Replies) -> tuple[tuple[str, str, str], ...]:
    found: Iterable[tuple[str, str, str]] = (
        (plain(said.user), plain(said.database), plain(said.application))
        for each in replies.contacts
        if (said := each.startup)
    )
    return tuple(dict.fromkeys(found))[:_MOST_USERS]


def _nothing(goal: Goal, client: str, why: str, replies: Replies) -> Conclusion:
    return Conclusion(
        client,
        why,
        Told(None, why),
        Told(None, why),
        Told(None, why),
        tuple((root, Told(None, why)) for root in goal.roots),
        Told(None, why),
        (),
        dict.fromkeys(Scenario, (Survival.UNKNOWN, f"Not known: {why}.")),
        Survival.UNKNOWN,
        "Give each client a port of its own, and rehearse again.",
        (),
        _users(replies),
        tuple(replies.attempts),
        Told(None, why),
        Told(None, why),
        Told(None, why),
    )
