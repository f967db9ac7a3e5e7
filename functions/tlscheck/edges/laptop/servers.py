"""Servers looked at from here: what a probe does where there is one."""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from threading import Semaphore

import boto3

from tlscheck.edges import clock
from tlscheck.edges.aws import refusals
from tlscheck.edges.edition import edition
from tlscheck.edges.events.environment import Looker
from tlscheck.edges.laptop.crew import TICK_SECONDS, Interruption, begun
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.server.credentials import TokenMaker
from tlscheck.edges.server.regional_roots import installed
from tlscheck.edges.server.servers import observe_all
from tlscheck.wire.iam_token import RoleCredentials, iam_token
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.observation import Observation
from tlscheck.wire.target import Target
from tlscheck.wire.targeting import NOT_CONNECTED, STOPPED, not_tried

SECONDS = 60.0
"""For a server: who is reached from here answers in one, and who is not has fifteen."""

MOST_AT_ONCE = 100
"""Servers: where none is reached all wait for the same fifteen seconds. Each is an open file: macOS allows 256."""


def looks(terms: SweepTerms, account: boto3.Session, interruption: Interruption) -> Looker:
    """Who looks, with the credentials of this session; who is not seen yet when somebody ends it never is."""
    if not terms.connects:
        return _nobody
    tokens, this, roots, places = _tokens(account), edition(), installed(), Semaphore(MOST_AT_ONCE)

    def looked_at(target: Target) -> Observation:
        with places:
            # One by one, so that those who answered are seen though others never do.
            (seen,) = observe_all([target], roots, SECONDS, tokens=tokens)
        return replace(seen, probe=this)

    def looked(targets: Sequence[Target]) -> tuple[Observation, ...]:
        under_way = begun({each: partial(looked_at, each) for each in targets}, max(1, len(targets)))
        while not interruption.over.is_set() and not all(each.done() for each in under_way.values()):
            wait(under_way.values(), TICK_SECONDS)
        seen = {each: _seen(each, under_way[each]) for each in targets}
        interruption.missed |= {each.arn for each in targets if seen[each] is None}
        return tuple(found or not_tried(each.arn, STOPPED) for each, found in seen.items())

    return looked


def _seen(target: Target, look: Future[Observation]) -> Observation | None:
    """What was seen, or why it broke; None: it is not over."""
    if not look.done():
        return None
    if (error := look.exception()) is not None:
        return not_tried(target.arn, f"the look failed: {type(error).__name__}")
    return look.result()


def _nobody(targets: Sequence[Target]) -> tuple[Observation, ...]:
    return tuple(not_tried(each.arn, NOT_CONNECTED) for each in targets)


def _tokens(account: boto3.Session) -> TokenMaker:
    def signed(target: Target) -> Credential | NoCredential:
        try:
            found = account.get_credentials()
            frozen = found.get_frozen_credentials() if found else None
        except refusals.ANY_FAILURE as error:
            return NoCredential(f"No IAM token could be signed: {refusals.reason(error)}")
        if frozen is None or not frozen.access_key or not frozen.secret_key:
            return NoCredential("No IAM token could be signed: there are no credentials of AWS.")
        role = RoleCredentials(frozen.access_key, frozen.secret_key, frozen.token)
        return Credential(target.user, iam_token(target, role, clock.now()))

    return signed
