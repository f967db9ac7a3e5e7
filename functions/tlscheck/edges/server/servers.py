"""Servers looked at side by side, each from the first packet to the last, each within its deadline."""

import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache, partial

from tlscheck.edges import clock
from tlscheck.edges.aws.secrets_manager import secret_credential
from tlscheck.edges.server.credentials import TokenMaker, iam_credential
from tlscheck.edges.server.crowds import alone, under_way
from tlscheck.edges.server.deadline import Deadline, bounded
from tlscheck.edges.server.encrypted import ServerSocket
from tlscheck.edges.server.places import begun
from tlscheck.edges.server.plaintext import try_plaintext
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.resolver import aliases
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.bound_secret import is_kept_by_rds, not_from_a_tag
from tlscheck.wire.destination import destination, elsewhere
from tlscheck.wire.document import fitted, share
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.observation import (
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    Observation,
    Plaintext,
    PlaintextOutcome,
)
from tlscheck.wire.proven_name import proven_name
from tlscheck.wire.request import SERVER_SECONDS
from tlscheck.wire.target import Login, Target, Visit
from tlscheck.wire.token_name import is_refused

RESOLVE_SECONDS = 3.0
"""For the names on the way to an endpoint."""

LEAST_SECONDS = 1.0
"""With less time left no server is started on."""

GRACE_SECONDS = 0.5
"""For looks that end at the deadline to say so."""

TURN_SECONDS = 0.0005
"""How long one thread computes while others wait: Python's 5 ms would come upon each packet of a quiet server when
a crowded one is read beside it."""

USUAL_GROUP, USUAL_ADDRESS = 100, 15
"""Characters, by which it is guessed how large an observation is."""


@dataclass(frozen=True, slots=True)
class _Means:
    """What every server of a crowd is looked at with."""

    trust_store: RegionalRoots
    visit: Visit
    tokens: TokenMaker


def observe_all(
    targets: Sequence[Target],
    trust_store: RegionalRoots,
    seconds: float,
    visit: Visit = Visit(),  # noqa: B008 - frozen
    tokens: TokenMaker = iam_credential,
) -> list[Observation]:
    """One observation for each target, in their order, within `seconds`: what did not fit is NOT_TRIED.

    Each is as large as an answer of all of them has room for: more is never held. One that broke says so itself.
    """
    deadline, most, means = Deadline.within(seconds), share(len(targets)), _Means(trust_store, visit, tokens)
    sys.setswitchinterval(TURN_SECONDS)
    pool = ThreadPoolExecutor(max_workers=max(1, len(targets)), thread_name_prefix="look")
    looks = begun(pool, (partial(_fitted, target, means, deadline, most) for target in targets))
    wait(looks, timeout=max(0.0, deadline.left()) + GRACE_SECONDS)
    # Only PBKDF2 of many iterations may still hold a thread now: it is left behind.
    pool.shutdown(wait=False, cancel_futures=True)
    return [_result(target, look) for target, look in zip(targets, looks, strict=True)]


def observe(
    target: Target,
    trust_store: RegionalRoots,
    deadline: Deadline,
    visit: Visit = Visit(),  # noqa: B008 - frozen
    tokens: TokenMaker = iam_credential,
) -> Observation:
    """What one server shows: its handshake, and its sessions when it is trusted and there is a way to log in.

    The moment of the look is that of its query; where there was none, when this began.
    """
    return _dated(target, _Means(trust_store, visit, tokens), deadline)


def _dated(target: Target, means: _Means, deadline: Deadline) -> Observation:
    if deadline.left() < LEAST_SECONDS:
        return _did_not_fit(target)
    at = clock.now()
    seen = _observe(target, means, deadline)
    return seen if seen.look.at else replace(seen, look=replace(seen.look, at=at))


def _fitted(target: Target, means: _Means, deadline: Deadline, most: int) -> Observation:
    with under_way():
        seen = _dated(target, means, deadline)
    characters = sum(USUAL_GROUP + USUAL_ADDRESS * len(each.addresses) for each in seen.look.sessions)
    with alone(characters, deadline):
        return fitted(seen, most)


def _observe(target: Target, means: _Means, deadline: Deadline) -> Observation:
    visit = means.visit
    context = means.trust_store.context(target.region)
    if context is None:
        reason = f"No root certificate of {target.region} is at hand: nothing was sent."
        return _without_look(target, Handshake(HandshakeOutcome.NO_ROOTS, reason))
    soon = deadline.or_within(SERVER_SECONDS + visit.seconds)
    known = cache(lambda host: aliases(host, soon.or_within(RESOLVE_SECONDS)))
    host = destination(target.host, known)
    if host is None:
        return _without_look(target, Handshake(HandshakeOutcome.NOT_TRIED, elsewhere(target.host)))
    name = proven_name(target, known)
    shown, connection = open_verified(host, target.port, context, soon, name)
    if connection is None:
        seen = _without_look(target, shown)
    else:
        with connection:
            seen = Observation(target.arn, shown, _look(connection, target, name, soon, means))
    if visit.plaintext and shown.outcome is not HandshakeOutcome.UNREACHABLE:
        return replace(seen, plaintext=try_plaintext(host, target.port, soon))
    return seen


def _look(connection: ServerSocket, target: Target, name: str, deadline: Deadline, means: _Means) -> Look:
    if target.login is Login.NONE:
        if target.secret and is_kept_by_rds(target.secret):
            return Look(LookOutcome.NO_CREDENTIALS, not_from_a_tag(target.secret, target.asker))
        return Look(LookOutcome.NOT_TRIED, "No login was asked for.")
    credential = _credential(target, name, deadline, means.tokens)
    if isinstance(credential, NoCredential):
        return Look(LookOutcome.NO_CREDENTIALS, credential.reason)
    # pg8000's import takes longer than a look: only a probe that logs in pays for it, once.
    from tlscheck.edges.server.postgres import look_at_sessions  # noqa: PLC0415 - see above

    return look_at_sessions(connection, target, credential, means.visit)


def _credential(target: Target, name: str, deadline: Deadline, tokens: TokenMaker) -> Credential | NoCredential:
    if target.login is Login.IAM:
        if is_refused(name):
            return NoCredential(
                f"RDS takes no IAM token for the custom endpoint {name}, and it leads to no other."
            )
        return tokens(replace(target, host=name))
    try:
        return bounded(lambda: secret_credential(target), deadline)
    except TimeoutError:
        return NoCredential(f"secretsmanager:GetSecretValue {target.secret}: no answer in time")


def _result(target: Target, look: Future[Observation]) -> Observation:
    if look.cancelled():
        return _did_not_fit(target)
    if not look.done():
        return _without_look(target, Handshake(HandshakeOutcome.TIMED_OUT, "It was not over in time."))
    # Whatever it is, a MemoryError or a panic of a library's among them: it is this target's, and no other's.
    if (error := look.exception()) is not None:
        return _broke(target, error)
    return look.result()


def _broke(target: Target, error: BaseException) -> Observation:
    reason = f"{target.asker.looker} failed at it: {type(error).__name__}"
    return Observation(
        target.arn,
        Handshake(HandshakeOutcome.NOT_TRIED, reason),
        Look(LookOutcome.NOT_TRIED, reason),
        Plaintext(PlaintextOutcome.NOT_TRIED, reason),
    )


def _did_not_fit(target: Target) -> Observation:
    reason = "It did not fit into the probe's time: the next sweep tries again."
    handshake = Handshake(HandshakeOutcome.NOT_TRIED, reason)
    return Observation(
        target.arn,
        handshake,
        Look(LookOutcome.NOT_TRIED, reason),
        Plaintext(PlaintextOutcome.NOT_TRIED, reason),
    )


def _without_look(target: Target, shown: Handshake) -> Observation:
    too_old = shown.outcome in {HandshakeOutcome.BELOW_BAR, HandshakeOutcome.OUTDATED}
    over = "TLS that is out of use" if too_old else "a connection that is not verified"
    reason = f"No credential is sent over {over}: {shown.outcome}."
    return Observation(target.arn, shown, Look(LookOutcome.NOT_TRIED, reason))
