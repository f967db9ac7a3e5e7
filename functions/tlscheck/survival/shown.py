"""What handshakes with the real servers change of what was predicted: what was seen counts."""

from collections.abc import Sequence
from dataclasses import replace

from tlscheck.drivers.behaviour import Transport, Verifies
from tlscheck.drivers.server_name import looked_for
from tlscheck.survival.assessment import About, Assessment, Outlook, Scenario, Survival, decided, verdict_of, worst
from tlscheck.survival.client_document import NOT_TRIED, NOT_VERIFIED, Answer, Tried
from tlscheck.survival.hosts import together
from tlscheck.survival.prediction import Cause, Prediction

_REFUSED = {
    "UNKNOWN_ISSUER": Cause.UNTRUSTED,
    "SELF_SIGNED": Cause.UNTRUSTED,
    "INCOMPLETE_CHAIN": Cause.UNTRUSTED,
    "UNTRUSTED": Cause.UNTRUSTED,
    "WRONG_NAME": Cause.WRONG_NAME,
    "EXPIRED": Cause.EXPIRED,
    "NOT_YET_VALID": Cause.EXPIRED,
    "TLS_REFUSED": Cause.NO_TLS,
}
"""What a server showed that this client refuses."""

_CONNECTED = frozenset({"TRUSTED", NOT_VERIFIED})
_NOT_SEEN = frozenset({NOT_TRIED, "UNREACHABLE"})
"""Of a server that was not reached nothing was seen: the words say what they said, and nothing was confirmed."""

_OF_A_NAME = frozenset({Verifies.NAME, Verifies.CHAIN_AND_NAME})

_NOW = (Scenario.TODAY, Scenario.ENFORCED)
"""With the certificate that was seen."""


def names(answer: Answer, tried: Sequence[Tried]) -> dict[str, bool]:
    """Of names that were asked for, whether certificates carry them; none of which two servers showed both."""
    said: dict[str, set[bool]] = {}
    for at, seen in zip(answer.hosts, tried, strict=True):
        if seen.verifies in _OF_A_NAME and seen.outcome in {*_CONNECTED, "WRONG_NAME"}:
            said.setdefault(looked_for(at.connection), set()).add(seen.outcome != "WRONG_NAME")
    return {name: True in found for name, found in said.items() if len(found) == 1}


def shown(answer: Answer, tried: tuple[Tried, ...], about: About) -> Answer:
    """The answer as the handshakes leave it, one for each of its hosts.

    Where a client that was expected to fail does not, the server is not what it was taken for: then what was
    predicted of the rotation is not known either. A client that is refused today does not survive.
    """
    hosts = tuple(_seen(each, seen, about) for each, seen in zip(answer.hosts, tried, strict=True))
    whole = together(answer.assessment.connection, hosts, about)
    if any(each.outcome in _REFUSED for each in tried):
        whole = replace(whole, verdict=worst([whole.verdict, whole.outlook(Scenario.TODAY).verdict]))
    return replace(answer, assessment=whole, hosts=hosts, tried=tried)


def _seen(assessed: Assessment, tried: Tried, about: About) -> Assessment:
    if tried.outcome in _REFUSED:
        outlooks = tuple(_refused(each, tried, assessed) for each in assessed.outlooks)
    elif tried.outcome in _CONNECTED:
        was = assessed.outlook(Scenario.TODAY).verdict
        outlooks = tuple(_connected(each, tried, was) for each in assessed.outlooks)
    elif tried.outcome in _NOT_SEEN:
        if _makes_no_tls(assessed):
            return assessed
        outlooks = tuple(_unconfirmed(each, tried) for each in assessed.outlooks)
    else:
        outlooks = tuple(_failed(each, tried) for each in assessed.outlooks)
    return replace(assessed, outlooks=outlooks, verdict=decided(outlooks, about))


def _refused(outlook: Outlook, tried: Tried, assessed: Assessment) -> Outlook:
    if outlook.scenario not in _NOW:
        return outlook
    cause = _REFUSED[tried.outcome]
    transports = {rule.transport for rule in assessed.rules}
    gives_way = {Transport.TLS_FIRST} | ({Transport.TLS_IF_OFFERED} if cause is Cause.NO_TLS else set())
    if transports <= gives_way and outlook.scenario is Scenario.TODAY:
        prediction = Prediction(True, False, Verifies.NOTHING, (cause,))
        return _told(outlook, prediction, f"Shown: {tried.detail} It goes on in plaintext, silently.")
    return _told(outlook, Prediction(False, False, Verifies.NOTHING, (cause,)), f"Shown: {tried.detail} It fails.")


def _failed(outlook: Outlook, tried: Tried) -> Outlook:
    """The handshake came to nothing, for a reason that this client may or may not share."""
    if outlook.scenario not in _NOW or outlook.verdict is Survival.DOES_NOT:
        return outlook
    unknown = Prediction(None, None, None, (), outlook.prediction.causes)
    return _told(outlook, unknown, f"Not known: the handshake failed. Shown: {tried.detail}")


def _makes_no_tls(assessed: Assessment) -> bool:
    """Whether there is nothing to try: then its words say all."""
    return assessed.connection.is_local or assessed.outlook(Scenario.TODAY).prediction.is_encrypted is False


def _unconfirmed(outlook: Outlook, tried: Tried) -> Outlook:
    """Who asked for a handshake did not want the words alone for an answer: what they promise is not known."""
    if outlook.verdict is not Survival.SURVIVES:
        return outlook
    unknown = Prediction(None, None, None, (), outlook.prediction.causes)
    why = f"Not known: the handshake that was asked for was not made ({tried.detail}). By its words: {outlook.why}"
    return _told(outlook, unknown, why)


def _connected(outlook: Outlook, tried: Tried, was: Survival) -> Outlook:
    if outlook.scenario in _NOW:
        return _told(outlook, Prediction(True, True, tried.verifies, ()), f"Shown: {tried.detail}")
    if was is Survival.DOES_NOT and outlook.verdict is Survival.DOES_NOT:
        unknown = Prediction(None, None, None, (), outlook.prediction.causes)
        why = f"Not known: it was expected to fail today too, and did not: the server is another. {outlook.why}"
        return _told(outlook, unknown, why)
    return outlook


def _told(outlook: Outlook, prediction: Prediction, why: str) -> Outlook:
    return replace(outlook, prediction=prediction, verdict=verdict_of(prediction), why=why, question="")
