"""Whose accounts a sweep from a laptop is about: the caller's own, or those of roles that it may take on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import ClientError, NoCredentialsError

from tlscheck.edges.aws import refusals, session
from tlscheck.edges.laptop.credentials import UNSIGNED, Given, Renewed, why_none
from tlscheck.inventory.account import Account
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import PARTITIONS, Arn, partition_of
from tlscheck.reporting.denied import lacking_statements

SESSION_NAME = "tlscheck"
"""Of a role that is taken on, as CloudTrail shows it."""

_SOON = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
"""Somebody waits for it."""


@contextmanager
def signed_in(
    profile: str | None, role: str | None, region: str | None
) -> Iterator[tuple[Account, boto3.Session]]:
    """The account of a profile, or of a role that it may take on; meanwhile all clients of AWS's are its own.

    Without `region` the profile's or the environment's, else the partition's own. Raises BadRequest with what AWS,
    or the profile, lacks.
    """
    try:
        found = _session(profile, role, region)
        caller = found.client("sts", config=_SOON).get_caller_identity()
    except (*refusals.ANY_FAILURE, ValueError) as error:  # ValueError: of an endpoint that is no URL
        raise BadRequest(_told(error, profile)) from None
    arn = Arn.parse(caller["Arn"])
    if arn is None:
        raise BadRequest("sts:GetCallerIdentity names nobody that an account could be told from")
    with session.instead(found):
        yield Account(arn.partition, caller["Account"], found.region_name), found


def _session(profile: str | None, role: str | None, region: str | None) -> boto3.Session:
    caller = session.fast(profile)
    # The AWS CLI and all other SDKs read AWS_REGION, and botocore alone does not.
    home = region or os.environ.get("AWS_REGION") or caller.get_config_variable("region") or _home(caller, role)
    if partition_of(home) is None:
        raise BadRequest(
            f"{home!a} is no Region's name: give --region, or mend AWS_REGION or the profile's region"
        )
    own = caller.get_credentials()
    if own is None:
        raise NoCredentialsError
    if role is not None:
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=partial(caller.create_client, region_name=home, config=_SOON),
            source_credentials=own,
            role_arn=role,
            extra_args={"RoleSessionName": SESSION_NAME},
        )
        # A sweep may last longer than the hour that a role is taken on for.
        own = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    signing = session.fast(profile)
    signing.register_component("credential_provider", CredentialResolver([Given(Renewed(own, profile))]))
    return boto3.Session(botocore_session=signing, region_name=home)


def _home(caller: botocore.session.Session, role: str | None) -> str:
    """The Region of a partition that stands for it where nobody names one: us-east-1 of `aws`."""
    arn = Arn.parse(role or "")
    name = arn.partition if arn else PARTITIONS[0].name
    known = caller.get_component("data_loader").load_data("partitions")["partitions"]
    return next((each["outputs"]["implicitGlobalRegion"] for each in known if each["id"] == name), "")


def _told(error: Exception, profile: str | None) -> str:
    """What could not be asked, and what to do about it."""
    call = error.operation_name if isinstance(error, ClientError) else "GetCallerIdentity"
    is_asked = isinstance(error, (ClientError, *refusals.UNREACHABLE)) and call != UNSIGNED
    begun = f"who this is could not be asked (sts:{call})" if is_asked else "nothing can be asked of AWS"
    mended = lacking_statements([refusals.gap(f"sts:{call}", error)]) if isinstance(error, ClientError) else ()
    return ". ".join((f"{begun}: {why_none(error, profile)}", *(each.told for each in mended)))
