"""Observations as JSON documents, small enough to be a function's answer."""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum

from tlscheck.wire.observation import Handshake, HandshakeOutcome, Observation, SessionGroup
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


def documents(observations: Sequence[Observation]) -> list[dict[str, object]]:
    """One document for each observation. A larger one than its share shows fewer addresses, then fewer sessions.

    Either is said.
    """
    share = min(MOST_BYTES_EACH, MOST_BYTES // max(1, len(observations)))
    return [_within(share, observation) for observation in observations]


def document(observation: Observation) -> dict[str, object]:
    """The observation's fields by name: datetimes in ISO 8601, enums by value, tuples as lists.

    Which tlscheck looked is not among them: an answer says that once.
    """
    told = (field.name for field in fields(observation) if field.name != "probe")
    return {name: _plain(getattr(observation, name)) for name in told}


def _within(most: int, observation: Observation) -> dict[str, object]:
    whole = document(observation)
    excess = _size(whole) - most
    if excess <= 0:
        return whole
    for addresses in FEWER_ADDRESSES:
        observation = _with_fewer_addresses(observation, addresses)
        whole = document(observation)
        excess = _size(whole) - most
        if excess <= 0:
            return whole
    # Groups differ in size, so first fewer than fit on average, then ever fewer.
    room = len(observation.look.sessions) * most // (excess + most)
    while room and excess > 0:
        room = room * 19 // 20
        whole = document(replace(observation, look=shown(observation.look, room)))
        excess = _size(whole) - most
    if excess <= 0:
        return whole
    chain = tuple(replace(each, names=each.names[:MOST_NAMES]) for each in observation.handshake.chain)
    handshake = replace(observation.handshake, chain=chain)
    return document(replace(observation, handshake=handshake, look=shown(observation.look, 0)))


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


def _size(whole: object) -> int:
    return len(json.dumps(whole))


def _plain(value: object) -> object:
    if isinstance(value, SessionGroup):
        # There may be hundreds: what is as usual goes without saying.
        told = {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != field.default
        }
        return told | {
            "address": next(iter(value.addresses), ""),
            "cipher": None,
        }  # what an observe of before 0.3.0 asks for
    if is_dataclass(value):
        told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return told | _ending(value) if isinstance(value, Handshake) else told
    match value:
        case tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return value


def _ending(handshake: Handshake) -> dict[str, str]:
    known = KNOWN_AS.get(handshake.outcome)
    return {"outcome": known.value, "ending": handshake.outcome.value} if known else {}
