"""Servers looked at side by side, each from the first packet to the last, each within its deadline."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from tlscheck.edges.credentials import iam_credential
from tlscheck.edges.deadline import Deadline
from tlscheck.edges.postgres import look_at_sessions
from tlscheck.edges.secrets_manager import secret_credential
from tlscheck.edges.tls import open_verified
from tlscheck.edges.trust_store import TrustStore
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome, Observation
from tlscheck.wire.target import Login, Target

AT_ONCE = 16
"""Servers at a time. A look is mostly waiting; its CPU is the handshake and SCRAM."""

SERVER_SECONDS = 15.0
"""For one server, from the connection to the last row."""

LEAST_SECONDS = 1.0
"""With less time left no server is started on."""

GRACE_SECONDS = 0.5
"""For looks that end at the deadline to say so."""


def observe_all(targets: Sequence[Target], trust_store: TrustStore, seconds: float) -> list[Observation]:
    """One observation for each target, in their order, within `seconds`: what did not fit is NOT_TRIED."""
    deadline = Deadline.within(seconds)
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="look")
    looks = [pool.submit(observe, target, trust_store, deadline) for target in targets]
    wait(looks, timeout=max(0.0, deadline.left()) + GRACE_SECONDS)
    # Only a resolver, or a secret, that takes its time still holds a thread now: it is left behind.
    pool.shutdown(wait=False, cancel_futures=True)
    return [_result(target, look) for target, look in zip(targets, looks, strict=True)]


def observe(target: Target, trust_store: TrustStore, deadline: Deadline) -> Observation:
    """What one server shows: its handshake, and its sessions when it is trusted and there is a way to log in."""
    if deadline.left() < LEAST_SECONDS:
        return _did_not_fit(target)
    context = trust_store.context(target.region)
    if context is None:
        reason = f"No root certificate of {target.region} is at hand: nothing was sent."
        return _without_look(target, Handshake(HandshakeOutcome.NO_ROOTS, reason))
    soon = deadline.or_within(SERVER_SECONDS)
    shown, connection = open_verified(target.host, target.port, context, soon)
    if connection is None:
        return _without_look(target, shown)
    with connection:
        if target.login is Login.NONE:
            return Observation(target.arn, shown, Look(LookOutcome.NOT_TRIED, "No login was asked for."))
        credential = _credential(target)
        if isinstance(credential, NoCredential):
            return Observation(target.arn, shown, Look(LookOutcome.NO_CREDENTIALS, credential.reason))
        return Observation(target.arn, shown, look_at_sessions(connection, target, credential))


def _credential(target: Target) -> Credential | NoCredential:
    if target.login is Login.IAM:
        return iam_credential(target)
    return secret_credential(target.secret or "", target.region)


def _result(target: Target, look: Future[Observation]) -> Observation:
    if look.cancelled():
        return _did_not_fit(target)
    if not look.done():
        reason = "It was not over in time: its name was not resolved, or its secret not read."
        return _without_look(target, Handshake(HandshakeOutcome.TIMED_OUT, reason))
    return look.result()


def _did_not_fit(target: Target) -> Observation:
    reason = "It did not fit into the probe's time: the next sweep tries again."
    handshake = Handshake(HandshakeOutcome.NOT_TRIED, reason)
    return Observation(target.arn, handshake, Look(LookOutcome.NOT_TRIED, reason))


def _without_look(target: Target, shown: Handshake) -> Observation:
    reason = f"No credential is sent over a connection that is not verified: {shown.outcome}."
    return Observation(target.arn, shown, Look(LookOutcome.NOT_TRIED, reason))
