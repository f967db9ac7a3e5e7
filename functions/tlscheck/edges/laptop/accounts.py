"""Whose accounts a sweep from a laptop is about: the caller's own, or those of roles that it may take on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)

from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.account import Account
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import Arn

SESSION_NAME = "tlscheck"
"""Of a role that is taken on, as CloudTrail shows it."""


@contextmanager
def signed_in(
    profile: str | None, role: str | None, region: str | None
) -> Iterator[tuple[Account, boto3.Session]]:
    """The account of a profile, or of a role that it may take on; meanwhile all clients of AWS's are its own.

    Without `region` the profile's or the environment's. Raises BadRequest with what AWS, or the profile, lacks.
    """
    try:
        # The AWS CLI and all other SDKs read AWS_REGION, and botocore alone does not.
        found = _session(profile, role, region or os.environ.get("AWS_REGION"))
        if not found.region_name:
            raise BadRequest("no Region: give --region, or set AWS_REGION or a region in the profile")
        caller = found.client("sts").get_caller_identity()
    except refusals.ANY_FAILURE as error:
        raise BadRequest(f"who this is could not be asked (sts:GetCallerIdentity): {_told(error)}") from None
    arn = Arn.parse(caller["Arn"])
    if arn is None:
        raise BadRequest("sts:GetCallerIdentity names nobody that an account could be told from")
    with session.instead(found):
        yield Account(arn.partition, caller["Account"], found.region_name), found


def _session(profile: str | None, role: str | None, region: str | None) -> boto3.Session:
    caller = session.fast(profile)
    if role is None:
        return boto3.Session(botocore_session=caller, region_name=region)
    credentials = caller.get_credentials()
    if credentials is None:
        raise BadRequest("there are no credentials of AWS to take on a role with")
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=caller.create_client,
        source_credentials=credentials,
        role_arn=role,
        extra_args={"RoleSessionName": SESSION_NAME},
    )
    taken_on = session.fast(profile)
    taken_on.register_component("credential_provider", CredentialResolver([_TakenOn(fetcher)]))
    return boto3.Session(botocore_session=taken_on, region_name=region or caller.get_config_variable("region"))


class _TakenOn(CredentialProvider):
    """A role that is taken on again before it runs out: a sweep may last longer than the hour that it is for."""

    METHOD = "assume-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> DeferredRefreshableCredentials:
        """Taken on when they are first asked for."""
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)


def _told(error: Exception) -> str:
    """What to do about it is in botocore's own words: `aws sso login`, a profile that is not there."""
    return refusals.reason(error)
