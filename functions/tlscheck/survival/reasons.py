"""Predictions in sentences."""

from collections.abc import Sequence

from tlscheck.drivers.behaviour import Rule, Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.survival.prediction import Cause, Prediction


def why(  # noqa: PLR0911, C901 - one return for each kind of outcome
    prediction: Prediction, rules: Sequence[Rule], found: Sequence[str], named: str
) -> str:
    """Why it is predicted so; `found`: what lies where it looks for roots; `named`: whose name it asks for."""
    if not rules:
        return (
            "This mode of this version of the driver is not in the model: what it does was neither run nor read."
        )
    causes = _causes(prediction.causes, prediction.refusal)
    if prediction.connects is False:
        return f"It fails: {causes}{_behind(prediction, found, named)}."
    if not prediction.is_known:
        return _unknown(prediction, rules, found, named)
    if not prediction.is_encrypted:
        if prediction.causes:
            return (
                f"TLS fails, since {causes}{_behind(prediction, found, named)}; it goes on in plaintext, silently."
            )
        return "It connects in plaintext."
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


def _causes(causes: Sequence[Cause], refusal: str) -> str:
    return " and ".join(refusal if cause is Cause.NEVER and refusal else str(cause) for cause in causes)


def _behind(prediction: Prediction, found: Sequence[str], named: str) -> str:
    """What is known of a cause, in brackets."""
    told = [each for each in dict.fromkeys(found) if each and _is_about_roots(prediction.causes)]
    told += [named] * (Cause.WRONG_NAME in prediction.causes and bool(named))
    return f" ({'; '.join(told)})" if told else ""


def _is_about_roots(causes: Sequence[Cause]) -> bool:
    return bool({Cause.UNTRUSTED, Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(causes))


def _told(found: Sequence[str]) -> str:
    told = [each for each in dict.fromkeys(found) if each]
    return f": {'; '.join(told)}" if told else ""


def _unknown(prediction: Prediction, rules: Sequence[Rule], found: Sequence[str], named: str) -> str:
    parts = [each for each in dict.fromkeys(found) if each and _is_about_roots(prediction.causes)]
    parts += [named] * (Cause.WRONG_NAME in prediction.causes and bool(named))
    if len(rules) > 1:
        parts.append(f"the driver's version decides ({' or '.join(rule.versions for rule in rules)})")
    return f"Not known: {'; '.join(parts) or 'it depends on what was not said'}."
