"""What a client is shown next: the trial that tells most, given what it has shown."""

from collections.abc import Iterator
from hashlib import sha256

from tlscheck.rehearsal.conclusion import Encrypts
from tlscheck.rehearsal.encryption import encrypts
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.holding import control, differs, family, forgery, is_calibrated, pair
from tlscheck.rehearsal.outlooks import is_ecc
from tlscheck.rehearsal.replies import Manner, Replies
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.rehearsal.verification import stranger, trusted
from tlscheck.trust.trust_store import Authority, Entry

NO_TLS = Trial(Shows.NOTHING)


def next_trial(goal: Goal, replies: Replies, seed: str, *, may_refuse: bool = True) -> Trial:
    """The most telling trial; once all is told, an earlier one again, so that a contradiction is noticed.

    Where one answer is not enough, those that are needed next take turns in an order that nobody keeps step with.
    """
    needed = needs(goal, replies, may_refuse=may_refuse)
    if not needed:
        shown = sorted({each.trial for each in replies.attempts}, key=repr)
        needed = tuple(each for each in shown if may_refuse or each.shows is not Shows.NOTHING)
    elif replies.enough == 1:
        return needed[0]
    if not needed:
        return stranger(Tls.V1_2)
    return needed[int.from_bytes(sha256(seed.encode()).digest()[:4]) % min(len(needed), 3)]


def needs(goal: Goal, replies: Replies, *, may_refuse: bool = True) -> tuple[Trial, ...]:
    """The trials that are still needed, as far as what was seen lets one see; () where all is told."""
    wanted = _wanted(goal, replies, may_refuse=may_refuse)
    return tuple(dict.fromkeys(each for each in wanted if not replies.is_answered(each)))


def _wanted(goal: Goal, replies: Replies, *, may_refuse: bool) -> Iterator[Trial]:
    if encrypts(replies).value is Encrypts.NEVER:
        return
    tls = Tls.V1_2
    for tls in Tls:
        yield stranger(tls)
        if not replies.is_answered(stranger(tls)):
            return
        if (said := replies.said(stranger(tls))) and said.manner is not Manner.INCAPABLE:
            break
    else:
        return
    yield from [control(Key.P384, tls)] * any(is_ecc(goal, each) for each in (goal.present, goal.target))
    is_telling = said.manner is Manner.REFUSED
    if is_telling:
        yield from _of_deciding_roots(goal, tls)
    if may_refuse and not replies.is_direct and encrypts(replies).value is None:
        yield NO_TLS
    if is_telling:
        yield from _of_roots(goal, replies, tls)
    if said.manner is Manner.STARTED:
        yield stranger(tls, is_named=False)
    else:
        yield from _of_test_root(goal, replies, tls)
    yield from _in_another_version(goal, replies, said.manner, tls)
    yield control(Key.P384, tls)
    yield from _of_other_roots(goal, replies)
    yield stranger(Tls.V1_3)


def _in_another_version(goal: Goal, replies: Replies, manner: Manner, tls: Tls) -> Iterator[Trial]:
    """Who closes without an alert in TLS 1.2 may send one in 1.3."""
    if manner is Manner.SILENT and tls is Tls.V1_2:
        yield stranger(Tls.V1_3)
        said = replies.said(stranger(Tls.V1_3))
        if said and said.manner is Manner.REFUSED:
            yield from _of_roots(goal, replies, Tls.V1_3)


def _of_roots(goal: Goal, replies: Replies, tls: Tls) -> Iterator[Trial]:
    """Those that decide, then others until one of them is told from a stranger, then the name.

    Of a client that says the same of all of them in TLS 1.2, those that decide in 1.3.
    """
    deciding = (*family(goal, goal.present), *family(goal, goal.target))
    for root in deciding:
        yield from pair(root, tls)
    tried: list[Entry | None] = list(deciding)
    for other in _calibrating(goal):
        if is_calibrated(tried, replies, tls):
            break
        yield from pair(other, tls)
        tried.append(other)
    for root in goal.roots:
        if differs(root, replies, tls):
            yield forgery(root, tls, is_named=False)
            break
    is_answered = all(replies.is_answered(forgery(each, tls)) for each in tried)
    if tls is Tls.V1_2 and is_answered and not is_calibrated(tried, replies, tls):
        for each in (*deciding, *_test_root(goal)):
            yield from pair(each, Tls.V1_3)


def _calibrating(goal: Goal) -> Iterator[Entry | None]:
    """Roots that a client may hold which does not hold those that decide: the test root, the Region's others, and
    one that public stores have."""
    yield from _test_root(goal)
    yield from family(goal, None)
    yield from family(goal, Authority.PROXY)[:1]


def _test_root(goal: Goal) -> tuple[None, ...]:
    return (None,) if goal.test_root else ()


def _of_deciding_roots(goal: Goal, tls: Tls) -> Iterator[Trial]:
    for root in (*family(goal, goal.present), *family(goal, goal.target)):
        yield from pair(root, tls)


def _of_other_roots(goal: Goal, replies: Replies) -> Iterator[Trial]:
    """Each root, where the client tells them from a stranger."""
    for tls in Tls:
        if is_calibrated((*goal.roots, None), replies, tls):
            for root in goal.roots:
                yield from pair(root, tls)
            return


def _of_test_root(goal: Goal, replies: Replies, tls: Tls) -> Iterator[Trial]:
    if not goal.test_root:
        return
    yield trusted(tls)
    said = replies.said(trusted(tls))
    if said and said.manner is Manner.STARTED:
        yield trusted(tls, is_named=False)
        yield trusted(tls, is_in_date=False)
        yield trusted(tls, Key.RSA4096)
        yield trusted(tls, Key.P384)
