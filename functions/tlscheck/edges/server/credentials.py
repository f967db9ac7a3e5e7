"""The credentials that a database login is made with: of whoever runs this, for an IAM token."""

import os
from collections.abc import Callable

from tlscheck.edges import clock
from tlscheck.wire.iam_token import RoleCredentials, iam_token
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.target import Target

type TokenMaker = Callable[[Target], Credential | NoCredential]
"""Who makes the user and token of an IAM login."""


def iam_credential(target: Target) -> Credential | NoCredential:
    """User and token, signed now with the role's credentials, which Lambda puts into the environment."""
    try:
        role = RoleCredentials(
            os.environ["AWS_ACCESS_KEY_ID"],
            os.environ["AWS_SECRET_ACCESS_KEY"],
            os.environ.get("AWS_SESSION_TOKEN"),
        )
    except KeyError as missing:
        return NoCredential(f"No IAM token could be signed: the environment holds no {missing.args[0]}.")
    return Credential(target.user, iam_token(target, role, clock.now()))
