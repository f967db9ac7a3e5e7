"""What happens when a client of a known behaviour meets a server in a known situation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from tlscheck.drivers.behaviour import Grounds, Rule, Transport, Verifies, Without


class Roots(StrEnum):
    """What lies where a driver looks for roots."""

    FOUND = "found"
    NONE = "none"
    """No file is named, and there is none in the default place."""

    MISSING = "missing"
    """A file is named, and it does not exist."""

    BROKEN = "broken"
    """It can't be read, or holds no certificate."""

    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why it fails, or why it fell back to plaintext."""

    UNTRUSTED = "none of its roots issued the server's chain"
    WRONG_NAME = "the certificate does not carry the name that it connects to"
    EXPIRED = "the server's certificate is not in date"
    NO_TLS = "the server offers no TLS"
    PLAINTEXT_REFUSED = "the server refuses connections without TLS"
    NO_ROOTS = "it has no file of roots to verify with"
    BROKEN_ROOTS = "its file of roots can't be used"
    NEVER = "it refuses these settings"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a server is to a client; None: not known."""

    offers_tls: bool | None = True
    enforces_tls: bool | None = False
    is_trusted: bool | None = None
    """Whether a root that this client has, read as its driver reads it, issued the server's chain."""

    is_named: bool | None = True
    """Whether the certificate carries the name that the client connects to."""

    is_in_date: bool | None = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """What happens; None where it depends on what is not known."""

    connects: bool | None
    is_encrypted: bool | None
    """False also when it doesn't connect."""

    verifies: Verifies | None
    causes: tuple[Cause, ...]
    """What is wrong in every case that is possible: which of them a driver names is its own affair."""

    perhaps: tuple[Cause, ...] = ()
    """What is wrong in some of these cases and not in others: no fact."""

    basis: Grounds = Grounds.RUN
    refusal: str = ""
    """The driver's own words, where the settings alone make it refuse."""

    @property
    def is_known(self) -> bool:
        """Whether it is certain that it connects or not, and how."""
        return self.connects is not None and self.is_encrypted is not None


@dataclass(frozen=True, slots=True)
class _Known:
    offers_tls: bool
    enforces_tls: bool
    is_trusted: bool
    is_named: bool
    is_in_date: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    connects: bool
    is_encrypted: bool
    verifies: Verifies
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A rule that may hold, and what its client finds then."""

    rule: Rule
    roots: Roots
    situation: Situation


def predict(cases: Iterable[Case]) -> Prediction:
    """What happens in all of these cases, for every value of what is not known; no case: nothing can be said."""
    tried = tuple(cases)
    outcomes = [
        _meet(case.rule, roots, known)
        for case in tried
        for roots in _possible_roots(case.roots)
        for known in _possible_situations(case.situation)
    ]
    if not outcomes:
        return Prediction(None, None, None, ())
    connects = _one({each.connects for each in outcomes})
    causes = [frozenset(each.causes) for each in outcomes]
    certain = frozenset.intersection(*causes)
    return Prediction(
        connects,
        _one({each.is_encrypted for each in outcomes}),
        _one({each.verifies for each in outcomes}),
        tuple(sorted(certain)),
        tuple(sorted(frozenset.union(*causes) - certain)),
        Grounds.READ if any(case.rule.basis is Grounds.READ for case in tried) else Grounds.RUN,
        next((case.rule.refuses for case in tried if case.rule.refuses), "") if connects is False else "",
    )


def _one[T](values: set[T]) -> T | None:
    return next(iter(values)) if len(values) == 1 else None


def _possible_roots(roots: Roots) -> tuple[Roots, ...]:
    if roots is not Roots.UNKNOWN:
        return (roots,)
    return Roots.FOUND, Roots.NONE, Roots.MISSING


def _possible_situations(situation: Situation) -> Iterator[_Known]:
    facts = (
        situation.offers_tls,
        situation.enforces_tls,
        situation.is_trusted,
        situation.is_named,
        situation.is_in_date,
    )
    for values in product(*((True, False) if fact is None else (fact,) for fact in facts)):
        yield _Known(*values)


def _meet(rule: Rule, roots: Roots, server: _Known) -> _Outcome:  # noqa: PLR0911 - one return for each way it ends
    if rule.refuses:
        return _fails(Cause.NEVER)
    if _without(rule, roots) is Without.REFUSES:
        return _fails(_unusable(roots), *[Cause.NO_TLS] * (not server.offers_tls))
    match rule.transport:
        case Transport.SOCKET:
            return _Outcome(True, False, Verifies.NOTHING, ())
        case Transport.PLAIN:
            return _plain(server)
        case Transport.PLAIN_FIRST:
            plain = _plain(server)
            if plain.connects:
                return plain
            encrypted = _tls(rule, roots, server)
            return encrypted if encrypted.connects else _fails(Cause.PLAINTEXT_REFUSED, *encrypted.causes)
        case Transport.TLS_FIRST:
            encrypted = _tls(rule, roots, server)
            if encrypted.connects:
                return encrypted
            plain = _plain(server, *encrypted.causes)
            return plain if plain.connects else encrypted
        case Transport.TLS_IF_OFFERED if not server.offers_tls:
            return _plain(server, Cause.NO_TLS)
        case _:
            return _tls(rule, roots, server)


def _without(rule: Rule, roots: Roots) -> Without | None:
    place = rule.place
    return {Roots.NONE: place.no_roots, Roots.MISSING: place.missing, Roots.BROKEN: place.broken}.get(roots)


def _unusable(roots: Roots) -> Cause:
    return Cause.BROKEN_ROOTS if roots is Roots.BROKEN else Cause.NO_ROOTS


def _plain(server: _Known, *causes: Cause) -> _Outcome:
    if server.enforces_tls:
        return _fails(Cause.PLAINTEXT_REFUSED)
    return _Outcome(True, False, Verifies.NOTHING, causes)


def _tls(rule: Rule, roots: Roots, server: _Known) -> _Outcome:
    without = _without(rule, roots)
    has_chain = rule.verifies in {Verifies.CHAIN, Verifies.CHAIN_AND_NAME}
    has_name = rule.verifies in {Verifies.NAME, Verifies.CHAIN_AND_NAME}
    is_broken = without is Without.FAILS_TLS and has_chain
    if is_broken or not server.offers_tls:
        return _fails(*[Cause.NO_TLS] * (not server.offers_tls), *[_unusable(roots)] * is_broken)
    if rule.verifies is Verifies.NOTHING or (has_chain and without is Without.GOES_ON):
        return _Outcome(True, True, Verifies.NOTHING, ())
    wrong = (
        (Cause.UNTRUSTED, has_chain and (not server.is_trusted or without is Without.TRUSTS_NOBODY)),
        (Cause.WRONG_NAME, has_name and not server.is_named),
        (Cause.EXPIRED, has_chain and not server.is_in_date),
    )
    if causes := tuple(cause for cause, applies in wrong if applies):
        return _fails(*causes)
    return _Outcome(True, True, rule.verifies, ())


def _fails(*causes: Cause) -> _Outcome:
    return _Outcome(False, False, Verifies.NOTHING, causes)
