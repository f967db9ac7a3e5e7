"""Credentials of whoever sweeps from here, which may run out or be renewed while it does.

In a function of AWS's they cannot: there a call fails with an answer, and never for want of a signature.
"""

import os
import shlex
from typing import Any

from botocore.credentials import CredentialProvider, Credentials, ReadOnlyCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    LoginError,
    NoCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from tlscheck.edges.aws import refusals

UNSIGNED = "GetCredentials"
"""Stands for the call of an answer that is ours."""

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
"""Codes by which AWS says that temporary credentials are over."""


class Renewed:
    """Credentials that say why they could not be renewed as AWS says no: as an answer, which becomes a reason."""

    def __init__(self, credentials: Credentials, profile: str | None) -> None:
        self._credentials, self._profile = credentials, profile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._credentials, name)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Those of this moment. Raises ClientError."""
        try:
            return self._credentials.get_frozen_credentials()
        except BotoCoreError as error:
            code, message = type(error).__name__, why_none(error, self._profile)
            raise ClientError({"Error": {"Code": code, "Message": message}}, UNSIGNED) from error


class Given(CredentialProvider):
    """Provides the credentials that it was given."""

    METHOD = "given"

    def __init__(self, credentials: Renewed) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Renewed:
        """They are."""
        return self._credentials


def why_none(error: Exception, profile: str | None) -> str:
    """Why there are no credentials, or why they open nothing, with what to do about it where that is known."""
    named = profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    at = f" --profile {shlex.quote(named)}" if named else ""
    reason = refusals.reason(error)
    if isinstance(error, NoCredentialsError):
        return f"there are no credentials of AWS: name a profile with --profile, or run aws configure{at}"
    if isinstance(error, CredentialRetrievalError):
        return f"{reason}; what the profile runs for its credentials failed"
    if isinstance(error, SSOError | TokenRetrievalError):
        return f"the SSO session is over, or was never begun: aws sso login{at}"
    if isinstance(error, LoginError):
        return f"the login is over, or was never begun: aws login{at}"
    if isinstance(error, ClientError) and refusals.code(error) in EXPIRED:
        return f"{reason}; the credentials have expired: get new ones"
    return reason
