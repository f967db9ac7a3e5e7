"""Servers looked at from here: what a probe does where there is one."""

from collections.abc import Sequence
from dataclasses import replace

import boto3

from tlscheck.edges import clock
from tlscheck.edges.aws import refusals
from tlscheck.edges.edition import edition
from tlscheck.edges.events.environment import Looker
from tlscheck.edges.laptop.terms import LoginChoice, SweepTerms
from tlscheck.edges.server.credentials import TokenMaker
from tlscheck.edges.server.regional_roots import installed
from tlscheck.edges.server.servers import observe_all
from tlscheck.wire.iam_token import RoleCredentials, iam_token
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.observation import Observation
from tlscheck.wire.target import Target
from tlscheck.wire.targeting import not_tried

SECONDS = 60.0
"""For a batch of servers: who is reached from here answers in one, and who is not in ten."""

NOT_CONNECTED = "not connected to: this was asked for (--no-connect)"


def looks(terms: SweepTerms, account: boto3.Session) -> Looker:
    """Who looks, with the credentials of this session."""
    if not terms.connects:
        return _nobody
    tokens, this = _tokens(account), edition()

    def looked(targets: Sequence[Target]) -> tuple[Observation, ...]:
        asked = [_as_chosen(each, terms.login) for each in targets]
        seen = observe_all(asked, installed(), SECONDS, tokens=tokens)
        return tuple(replace(each, probe=this) for each in seen)

    return looked


def _nobody(targets: Sequence[Target]) -> tuple[Observation, ...]:
    return tuple(not_tried(each.arn, NOT_CONNECTED) for each in targets)


def _as_chosen(target: Target, choice: LoginChoice | None) -> Target:
    return replace(target, login=choice.login, secret=choice.secret) if choice else target


def _tokens(account: boto3.Session) -> TokenMaker:
    def signed(target: Target) -> Credential | NoCredential:
        try:
            found = account.get_credentials()
            frozen = found.get_frozen_credentials() if found else None
        except refusals.ANY_FAILURE as error:
            return NoCredential(f"No IAM token could be signed: {type(error).__name__}.")
        if frozen is None or not frozen.access_key or not frozen.secret_key:
            return NoCredential("No IAM token could be signed: there are no credentials of AWS.")
        role = RoleCredentials(frozen.access_key, frozen.secret_key, frozen.token)
        return Credential(target.user, iam_token(target, role, clock.now()))

    return signed
