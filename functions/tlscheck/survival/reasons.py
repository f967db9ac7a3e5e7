"""Predictions in sentences: what holds in every possible case is told as a fact, the rest as perhaps."""

from collections.abc import Sequence

from tlscheck.drivers.behaviour import Rule, Transport, Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.survival.prediction import Cause, Prediction

_OF_ROOTS = {Cause.UNTRUSTED, Cause.NO_ROOTS, Cause.BROKEN_ROOTS}

_OVER_A_SOCKET = (
    "It goes over a unix socket, where there is no TLS: what listens there, a pooler as a rule, has a connection"
    " of its own to the database. Ask about that one."
)


def why(  # noqa: PLR0911 - one return for each kind of outcome
    prediction: Prediction, rules: Sequence[Rule], found: Sequence[str], named: str
) -> str:
    """Why it is predicted so; `found`: what lies where it looks for roots; `named`: whose name it asks for."""
    if not rules:
        return (
            "This mode of this version of the driver is not in the model: what it does was neither run nor read."
        )
    if prediction.connects is False:
        return f"It fails: {_causes(prediction, found, named)}."
    if not prediction.is_known:
        return _unknown(prediction, rules, found, named)
    if prediction.is_encrypted:
        return _encrypted(prediction, found)
    if all(rule.transport is Transport.SOCKET for rule in rules):
        return _OVER_A_SOCKET
    if prediction.causes or prediction.perhaps:
        return f"TLS fails: {_causes(prediction, found, named)}; it goes on in plaintext, silently."
    return "It connects in plaintext."


def _encrypted(prediction: Prediction, found: Sequence[str]) -> str:
    match prediction.verifies:
        case Verifies.NOTHING:
            return "It encrypts and verifies nothing: no certificate breaks it, and no impostor is noticed."
        case Verifies.CHAIN:
            return f"It verifies the chain, not the name{_told(found)}."
        case Verifies.CHAIN_AND_NAME:
            return f"It verifies chain and name{_told(found)}."
        case Verifies.NAME:
            return "It verifies the name alone: any certificate with this name would do, whoever issued it."
        case None:
            return "It encrypts; whether it verifies depends on what is not known."


def not_known(connection: Connection) -> str:
    """Why nothing is predicted of a connection some of whose words are not known."""
    said = ", ".join(connection.unknown)
    return f"Not known: what {connection.driver} does with this was neither run nor read: {said}."


def _causes(prediction: Prediction, found: Sequence[str], named: str) -> str:
    """`certain (what is known of it), perhaps also uncertain (what is known of that)`."""
    certain = _listed(prediction.causes, prediction, found, named)
    perhaps = _listed(prediction.perhaps, prediction, found, named)
    if not perhaps:
        return certain
    if len(prediction.perhaps) > 1:
        perhaps = perhaps.replace(" and ", " or ", len(prediction.perhaps) - 1)
    return f"{certain}; perhaps also {perhaps}" if certain else f"perhaps {perhaps}"


def _listed(causes: Sequence[Cause], prediction: Prediction, found: Sequence[str], named: str) -> str:
    refusal = prediction.refusal
    said = " and ".join(refusal if cause is Cause.NEVER and refusal else str(cause) for cause in causes)
    told = _known_of(causes, found, named)
    return f"{said} ({'; '.join(told)})" if told else said


def _known_of(causes: Sequence[Cause], found: Sequence[str], named: str) -> list[str]:
    told = [each for each in dict.fromkeys(found) if each and _OF_ROOTS & set(causes)]
    return told + [named] * (Cause.WRONG_NAME in causes and bool(named))


def _told(found: Sequence[str]) -> str:
    told = [each for each in dict.fromkeys(found) if each]
    return f": {'; '.join(told)}" if told else ""


def _unknown(prediction: Prediction, rules: Sequence[Rule], found: Sequence[str], named: str) -> str:
    parts = _known_of((*prediction.causes, *prediction.perhaps), found, named)
    ranges = dict.fromkeys(rule.versions for rule in rules if not rule.is_of_none)
    if len(ranges) > 1:
        parts.append(f"the driver's version decides ({'; or '.join(ranges)})")
    elif len(rules) > 1:
        parts.append("what the driver was built with, or runs on, decides")
    return f"Not known: {'; '.join(parts) or 'it depends on what was not said'}."
