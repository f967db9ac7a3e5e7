"""Observations as JSON documents, small enough to be a function's answer."""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum

from tlscheck.wire.observation import Certificate, Handshake, HandshakeOutcome, Observation, SessionGroup
from tlscheck.wire.sessions import shown

MOST_BYTES = 5_000_000
"""Of an answer: Lambda takes 6 MB."""

MOST_BYTES_EACH = 192 * 1024
"""As many as 25 of them have room for, a batch: 400 groups of the longest names fit."""

FEWER_ADDRESSES = (8, 4, 2, 1)
"""Of a group, in an observation that is too large: before a group is left out, which makes a look incomplete."""

KNOWN_AS = {
    HandshakeOutcome.INCOMPLETE_CHAIN: HandshakeOutcome.UNKNOWN_ISSUER,
    **dict.fromkeys(
        (
            *(HandshakeOutcome.UNPROVEN, HandshakeOutcome.BELOW_BAR, HandshakeOutcome.OUTDATED),
            *(HandshakeOutcome.NO_COMMON_TLS, HandshakeOutcome.FAILED),
        ),
        HandshakeOutcome.CLOSED,
    ),
}
"""What an observe of before 0.5.0 is told of outcomes that it does not know: one of them would cost it the whole
answer. `ending` has the outcome itself."""

MOST_NAMES = 5
"""Of a certificate in an observation that is too large all the same."""

LONGEST_TEXT = 100
"""Characters of each text of the leaf, in an observation that is too large even so: nothing else is shown then."""


def share(observations: int) -> int:
    """Bytes of JSON that each of so many observations of one answer may take."""
    return min(MOST_BYTES_EACH, MOST_BYTES // max(1, observations))


def documents(observations: Sequence[Observation]) -> list[dict[str, object]]:
    """One document for each observation. A larger one than its share shows fewer addresses, then fewer sessions.

    Either is said.
    """
    most = share(len(observations))
    return [document(fitted(observation, most)) for observation in observations]


def document(observation: Observation) -> dict[str, object]:
    """The observation's fields by name: datetimes in ISO 8601, enums by value, tuples as lists.

    Which tlscheck looked is not among them: an answer says that once.
    """
    told = (field.name for field in fields(observation) if field.name != "probe")
    return {name: _plain(getattr(observation, name)) for name in told}


def fitted(observation: Observation, most: int) -> Observation:
    """The observation, or as much of it as so many bytes of JSON hold, each character beyond ASCII as an escape.

    Raises ValueError or TypeError for what no answer can hold.
    """
    if _size(observation) <= most:
        return observation
    bare = replace(observation, look=shown(observation.look, 0))
    return _with_fewer_sessions(observation, most) if _size(bare) <= most else _with_less_of_its_chain(bare, most)


def _with_fewer_sessions(observation: Observation, most: int) -> Observation:
    """What fits, where it fits without any session."""
    excess = 0
    for addresses in FEWER_ADDRESSES:
        observation = _with_fewer_addresses(observation, addresses)
        if (excess := _size(observation) - most) <= 0:
            return observation
    # Groups differ in size, so first fewer than fit on average, then ever fewer.
    fewer, room = observation, len(observation.look.sessions) * most // (excess + most)
    while excess > 0:
        room = room * 19 // 20
        fewer = replace(observation, look=shown(observation.look, room))
        excess = _size(fewer) - most
    return fewer


def _with_less_of_its_chain(bare: Observation, most: int) -> Observation:
    chain = tuple(replace(each, names=each.names[:MOST_NAMES]) for each in bare.handshake.chain)
    fewer = replace(bare, handshake=replace(bare.handshake, chain=chain))
    if _size(fewer) <= most:
        return fewer
    # What a hostile server's texts take in escapes: its neighbours' answers need their room.
    return replace(bare, handshake=replace(bare.handshake, chain=tuple(map(_cut, chain[:1]))))


def _cut(certificate: Certificate) -> Certificate:
    return replace(
        certificate,
        subject=certificate.subject[:LONGEST_TEXT],
        issuer=certificate.issuer[:LONGEST_TEXT],
        names=tuple(name[:LONGEST_TEXT] for name in certificate.names),
    )


def _with_fewer_addresses(observation: Observation, most: int) -> Observation:
    look = observation.look
    groups = tuple(
        replace(
            each, addresses=each.addresses[:most], more_addresses=each.more_addresses + len(each.addresses) - most
        )
        if len(each.addresses) > most
        else each
        for each in look.sessions
    )
    return replace(observation, look=replace(look, sessions=groups))


def _size(observation: Observation) -> int:
    # Lambda's runtime escapes nothing (awslambdaric, lambda_runtime_marshaller.py), which is never longer.
    return len(json.dumps(document(observation), allow_nan=False))


def _plain(value: object) -> object:
    if isinstance(value, SessionGroup):
        # There may be hundreds: what is as usual goes without saying.
        told = {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != field.default
        }
        return told | {
            "address": _plain(next(iter(value.addresses), "")),
            "cipher": None,
        }  # what an observe of before 0.3.0 asks for
    if is_dataclass(value):
        told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return told | _ending(value) if isinstance(value, Handshake) else told
    match value:
        case tuple():
            plain: object = [_plain(item) for item in value]
        case datetime():
            plain = value.isoformat()
        case Enum():
            plain = value.value
        case str() if not value.isascii():
            # Half a surrogate pair is no UTF-8, in which Lambda's runtime answers: it would cost the whole answer.
            plain = value.encode("utf-8", "replace").decode()
        case _:
            plain = value
    return plain


def _ending(handshake: Handshake) -> dict[str, str]:
    known = KNOWN_AS.get(handshake.outcome)
    return {"outcome": known.value, "ending": handshake.outcome.value} if known else {}
