"""What a client verifies of a server's certificate, whether it takes ECC, and which versions of TLS it speaks."""

from collections.abc import Callable, Iterator, Sequence

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.conclusion import Told
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.holding import control, differs, forgery
from tlscheck.rehearsal.replies import Manner, Replies
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.trust.trust_store import Entry

_NAME = "the name cannot be told"


def stranger(tls: Tls, *, is_named: bool = True) -> Trial:
    """A certificate of nobody, with the most common kind of key."""
    return Trial(Shows.STRANGER, tls=tls, is_named=is_named)


def trusted(tls: Tls, key: Key = Key.RSA2048, *, is_named: bool = True, is_in_date: bool = True) -> Trial:
    """A certificate of the test root."""
    return Trial(Shows.TRUSTED, key=key, tls=tls, is_named=is_named, is_in_date=is_in_date)


def verifies(goal: Goal, replies: Replies) -> Told[Verifies]:
    """What it verifies, from how it met a stranger."""
    for tls in Tls:
        said = replies.said(stranger(tls))
        numbers = replies.numbers(stranger(tls))
        match said.manner if said else None:
            case Manner.STARTED:
                return _without_chain(replies, tls)
            case Manner.REFUSED | Manner.SILENT:
                return _with_chain(goal, replies, numbers)
            case _:
                continue
    return Told(None, _not_yet(replies))


def _not_yet(replies: Replies) -> str:
    if not replies.asked_tls:
        return "it never asked for TLS"
    if any(said.manner is Manner.INCAPABLE for given in replies.given.values() for said in given):
        return "no TLS version, cipher and signature were found that it speaks too"
    return "it has not been shown a certificate often enough"


def _without_chain(replies: Replies, tls: Tls) -> Told[Verifies]:
    unnamed = stranger(tls, is_named=False)
    numbers = replies.numbers(stranger(tls), unnamed)
    said = replies.said(unnamed)
    if said is None:
        return Told(
            None, "it takes a certificate of nobody; whether it looks at the name was not tried yet", numbers
        )
    return Told(Verifies.NOTHING if said.manner is Manner.STARTED else Verifies.NAME, "", numbers)


def _with_chain(goal: Goal, replies: Replies, numbers: tuple[int, ...]) -> Told[Verifies]:
    for named, unnamed, is_same_open in _pairs(goal.roots, replies):
        said, other = replies.said(named), replies.said(unnamed)
        if said is None or other is None:
            continue
        rests = tuple(sorted({*numbers, *replies.numbers(named, unnamed)}))
        if said != other:
            return Told(Verifies.CHAIN_AND_NAME, "", rests)
        if not is_same_open:
            return Told(Verifies.CHAIN, "", rests)
    return Told(Verifies.CHAIN, _NAME, numbers)


def _pairs(roots: Sequence[Entry], replies: Replies) -> Iterator[tuple[Trial, Trial, bool]]:
    """Trials that differ in the name alone, and whether the same reply to both says nothing."""
    for tls in Tls:
        right = replies.said(trusted(tls))
        if right and right.manner is Manner.STARTED:
            yield trusted(tls), trusted(tls, is_named=False), False
    for tls in Tls:
        for root in roots:
            if differs(root, replies, tls):
                yield forgery(root, tls), forgery(root, tls, is_named=False), True


def takes_ecc(replies: Replies) -> Told[bool]:
    """Whether it comes as far as a certificate with a key of P-384, as it does with one of RSA."""
    for tls in Tls:
        own = replies.said(trusted(tls, Key.P384))
        if own and own.manner is Manner.STARTED:
            return Told(True, "", replies.numbers(trusted(tls, Key.P384)))
        elliptic, plain = control(Key.P384, tls), control(Key.RSA2048, tls)
        said, usual = replies.said(elliptic), replies.said(plain)
        if said is None or usual is None:
            continue
        numbers = replies.numbers(elliptic, plain)
        if said == usual and said.manner in {Manner.STARTED, Manner.REFUSED}:
            return Told(True, "", numbers)
        if said.manner is Manner.INCAPABLE and usual.manner is not Manner.INCAPABLE:
            return Told(False, "", numbers)
        if said.manner is Manner.SILENT:
            return Told(None, "it closes without an alert", numbers)
        return Told(
            None, f"it replies to a certificate of P-384 in another way: {said.alert or said.manner}", numbers
        )
    return Told(None, "not tried yet" if replies.asked_tls else "it never asked for TLS")


def looks_at_dates(replies: Replies) -> Told[bool]:
    """Whether it refuses a certificate of the test root for its date alone."""
    return _beside_trusted(replies, lambda tls: trusted(tls, is_in_date=False), started=False)


def takes_rsa4096(replies: Replies) -> Told[bool]:
    """Whether it takes a certificate of the test root with such a key."""
    return _beside_trusted(replies, lambda tls: trusted(tls, Key.RSA4096), started=True)


def _beside_trusted(replies: Replies, other: Callable[[Tls], Trial], *, started: bool) -> Told[bool]:
    for tls in Tls:
        right, said = replies.said(trusted(tls)), replies.said(other(tls))
        if right and right.manner is not Manner.STARTED:
            why = "it refuses what the test root signed: is that in its store?"
            return Told(None, why, replies.numbers(trusted(tls)))
        if right and said:
            is_started = said.manner is Manner.STARTED
            return Told(is_started is started, "", replies.numbers(trusted(tls), other(tls)))
    return Told(None, "no certificate of a test root was tried that it takes")


def speaks(replies: Replies) -> tuple[str, ...]:
    """Versions of TLS in which a handshake came as far as the certificate."""
    return tuple(tls.value for tls in Tls if _came(replies, tls))


def _came(replies: Replies, tls: Tls) -> bool:
    return any(
        trial.tls is tls and any(said.manner is not Manner.INCAPABLE for said in given)
        for trial, given in replies.given.items()
    )
