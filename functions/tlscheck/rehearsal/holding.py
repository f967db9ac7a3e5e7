"""Which roots a client's trust store holds: read from its alerts, calibrated with what it says of a stranger.

"Holds" needs an answer to the forgery that differs from the one to the stranger; "does not hold" needs the
stranger's answer, while the forgery of another root got a different one: of the test root too, which a copy of the
client's store may have been given. TLS 1.2 comes first: pgjdbc tells the two apart in it alone.
"""

from collections.abc import Iterable, Iterator, Sequence

from tlscheck.rehearsal.conclusion import Told
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.replies import Manner, Replies
from tlscheck.rehearsal.root_key import root_key
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.trust.trust_store import Authority, Entry

_NOT_ASKED = "not asked about"
_UNKNOWN_ISSUER = "unknown_ca"
_NONE = (
    "it says of each root that was asked about that it does not know the issuer (unknown_ca): it pins, or brings a"
    " store of its own that holds none of them, unless its TLS library says so of a wrong signature too"
)
_ALIKE = (
    "it refuses each root that was asked about as it refuses a stranger ({alert}): its TLS library may say so of"
    " every certificate, or it pins, or brings a store of its own that holds none of them"
)
_SILENT = "it closes without an alert: it verifies, and does not tell what its store holds"
_TAKES_ALL = "it takes a certificate of nobody, so no root matters to it"


def control(key: Key, tls: Tls) -> Trial:
    """The stranger that forgeries with a key of this kind are compared with: of the same algorithm."""
    return Trial(Shows.STRANGER, key=key if key is Key.P384 else Key.RSA2048, tls=tls)


def forgery(root: Entry | None, tls: Tls, *, is_named: bool = True) -> Trial:
    """A certificate in the name of a root; None is the test root."""
    if root is None:
        return Trial(Shows.OWN_FORGERY, tls=tls, is_named=is_named)
    return Trial(Shows.FORGERY, root.sha256, root_key(root), tls, is_named)


def pair(root: Entry | None, tls: Tls) -> tuple[Trial, Trial]:
    """The stranger, and the forgery that is compared with it."""
    forged = forgery(root, tls)
    return control(forged.key, tls), forged


def holds(goal: Goal, replies: Replies) -> tuple[tuple[Entry, Told[bool]], ...]:
    """Of each root that is asked about, whether the client holds it."""
    return tuple((root, _told(root, goal.roots, replies)) for root in goal.roots)


def brings_own(goal: Goal, held: Sequence[tuple[Entry, Told[bool]]]) -> Told[bool]:
    """Whether it pins, or brings a store of its own: it refuses, and holds none of the roots that a chain of its
    server may hang from."""
    mine = family(goal, Authority.PROXY if goal.is_proxy else None)
    found = [told for root, told in held if root in mine]
    if some := next((told for told in found if told.value), None):
        return Told(False, "", some.attempts)
    if unknown := next((told for told in found if told.value is None), None):
        return Told(None, unknown.why, _numbers(found))
    return Told(True, "", _numbers(found)) if found else Told(None, _NOT_ASKED)


def is_calibrated(roots: Iterable[Entry | None], replies: Replies, tls: Tls) -> bool:
    """Whether some root got another answer than the stranger."""
    return any(differs(root, replies, tls) for root in roots)


def differs(root: Entry | None, replies: Replies, tls: Tls) -> bool | None:
    """Whether the alert that a forgery of the root gets is another than the stranger's; None where not both are
    known."""
    stranger, forged = map(replies.said, pair(root, tls))
    if not (stranger and forged) or {stranger.manner, forged.manner} != {Manner.REFUSED}:
        return None
    # whoever says that it does not know the issuer holds no such root, whatever else it says of a stranger
    return forged.alert not in {stranger.alert, _UNKNOWN_ISSUER}


def family(goal: Goal, authority: Authority | None) -> tuple[Entry, ...]:
    """The roots that a CA's chains may hang from; None is any of the Region's own."""
    return tuple(
        root
        for root in goal.roots
        if root.family is authority or (authority is None and root.family is not Authority.PROXY)
    )


def trusts(roots: Sequence[Entry], held: Sequence[tuple[Entry, Told[bool]]]) -> Told[bool]:
    """Whether the client trusts whatever hangs from one of these roots: what is told of all of them alike."""
    found = [told for root, told in held if root in roots]
    if not found:
        return Told(None, "tlscheck has no root of it to ask about")
    numbers = _numbers(found)
    if unknown := next((told for told in found if told.value is None), None):
        return Told(None, unknown.why, numbers)
    if len({told.value for told in found}) > 1:
        lacks = ", ".join(root.told for root, told in held if root in roots and told.value is False)
        which = "; name the CA: --from today's, --to the next" * (len({root.family for root in roots}) > 1)
        return Told(None, f"it holds some of the roots that may be asked for, and not {lacks}{which}", numbers)
    return Told(found[0].value, "", numbers)


def _told(root: Entry, roots: Sequence[Entry], replies: Replies) -> Told[bool]:
    found = list(_by_version(root, roots, replies))
    values = {told.value for told in found if told.value is not None}
    if len(values) > 1:
        return Told(None, "what it says in TLS 1.2 and in TLS 1.3 contradicts", _numbers(found))
    if values:
        return next(told for told in found if told.value is not None)
    return found[0]


def _numbers(found: Iterable[Told[bool]]) -> tuple[int, ...]:
    return tuple(sorted({number for told in found for number in told.attempts}))


def _by_version(root: Entry, roots: Sequence[Entry], replies: Replies) -> Iterator[Told[bool]]:
    for tls in Tls:
        yield _in(tls, root, roots, replies)


def _in(tls: Tls, root: Entry, roots: Sequence[Entry], replies: Replies) -> Told[bool]:
    stranger, forged = pair(root, tls)
    numbers = replies.numbers(stranger, forged)
    is_other = differs(root, replies, tls)
    if is_other:
        return Told(True, "", numbers)
    if is_other is None:
        return Told(None, _unknown(replies, stranger, forged), numbers)
    is_alike = replies.said(stranger) == replies.said(forged)
    for other in (*roots, None):
        if is_alike and other != root and differs(other, replies, tls):
            return Told(False, "", replies.numbers(stranger, forged, *pair(other, tls)))
    said = replies.said(forged)
    alert = said.alert if said else ""
    return Told(None, _NONE if alert == _UNKNOWN_ISSUER else _ALIKE.format(alert=alert), numbers)


def _unknown(replies: Replies, stranger: Trial, forged: Trial) -> str:
    manners = {said.manner for trial in (stranger, forged) for said in replies.given.get(trial, {})}
    if Manner.STARTED in manners:
        return _TAKES_ALL
    if Manner.SILENT in manners:
        return _SILENT
    if replies.attempts and not replies.asked_tls:
        return "it never asked for TLS"
    if Manner.INCAPABLE in manners:
        return f"it does not speak what a certificate of this kind needs ({stranger.key})"
    return _NOT_ASKED
