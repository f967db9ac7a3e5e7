"""The one question whose answer would settle what is not known of a client."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tlscheck.survival.prediction import Case, Prediction, Roots, predict
from tlscheck.survival.roots import Seen

VERSION = "Which version has the driver? Say it as the driver's version."
ENDPOINT = "What is the database's own endpoint? Say it as the endpoint, or try it with a handshake (--connect)."
REGION = "In which Region does the database lie? Say its endpoint, or the Region."
STORE = "Which roots does it have? Give its file of roots as the trust store."
TARGET = "To which CA is it rotated? Say the CA."
PRESENT = "Which CA does it have today? Say the present CA."

_EITHER = (True, False)


@dataclass(frozen=True, slots=True)
class _Gap:
    asks: str
    filled: tuple[tuple[Case, ...], ...]
    """The cases for each answer that may be given."""


def question(cases: Sequence[Case], found: Sequence[Seen]) -> str:
    """What to ask; "" where all is known, or nobody's answer would help.

    The first is taken that settles it whatever is answered, else that settles it for some answer, else any.
    """
    gaps = [gap for gap in _gaps(cases, found) if gap.asks]
    for settles in (all, any):
        for gap in gaps:
            if settles(_is_settled(predict(each)) for each in gap.filled):
                return gap.asks
    return gaps[0].asks if gaps else ""


def _is_settled(prediction: Prediction) -> bool:
    return prediction.is_known and not prediction.perhaps


def _gaps(cases: Sequence[Case], found: Sequence[Seen]) -> Iterable[_Gap]:
    versions = {case.rule.versions for case in cases}
    if len(versions) > 1 and len({predict([case]) for case in cases}) > 1:
        yield _Gap(VERSION, tuple((case,) for case in cases))
    is_open = any(case.roots is Roots.UNKNOWN or case.situation.is_trusted is None for case in cases)
    if is_open and (asks := next((seen.asks for seen in found if seen.asks), "")):
        yield _Gap(asks, tuple(tuple(_with_roots(case, is_trusted=it) for case in cases) for it in _EITHER))
    if any(case.situation.is_named is None for case in cases):
        yield _Gap(ENDPOINT, tuple(tuple(_with_name(case, is_named=it) for case in cases) for it in _EITHER))


def _with_roots(case: Case, *, is_trusted: bool) -> Case:
    roots = Roots.FOUND if case.roots is Roots.UNKNOWN else case.roots
    return replace(case, roots=roots, situation=replace(case.situation, is_trusted=is_trusted))


def _with_name(case: Case, *, is_named: bool) -> Case:
    return replace(case, situation=replace(case.situation, is_named=is_named))
