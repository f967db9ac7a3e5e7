"""Stands in for the PAM module with which an RDS server checks an IAM database token.

ministack verifies such tokens only for the MySQL containers that it starts itself. Here a test's PostgreSQL
server asks: is the token signed by a principal of this account for this endpoint and user, does the database
take IAM authentication, and, with IAM enforcement on, may the principal rds-db:connect as that user?

ministack gives the session of a function's role no end, and then refuses every token that it signs; on AWS such
a session ends, so it gets one here.
"""

import time
from dataclasses import dataclass
from typing import Any

from ministack import app
from ministack.core import iam_evaluator, rds_iam
from ministack.core.responses import request_scope
from ministack.services import sts

from tests.local_aws.emulator.gaps.rds import state

type Record = dict[str, Any]

_SESSION_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class _Login:
    """A token, and all that it is bound to."""

    token: str
    host: str
    port: int
    user: str
    region: str
    account: str


def fill() -> None:
    """Let the sessions of functions' roles end."""
    register = sts.register_session

    def register_with_end(access_key: str, session: Record) -> None:
        register(access_key, {"Expiration": time.time() + _SESSION_SECONDS, **session})

    sts.register_session = register_with_end


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Answer {token, host, port, user, region, account} with {"allowed": true} or false and the "reason"."""
    reason = _refusal(_Login(**request))
    return {"allowed": True} if reason is None else {"allowed": False, "reason": reason}


def _refusal(login: _Login) -> str | None:
    database = _database(login)
    if database is None:
        return f"no database of {login.region} has the endpoint {login.host}:{login.port}"
    if not database.get("IAMDatabaseAuthenticationEnabled"):
        return "IAM database authentication is not enabled"
    verified = rds_iam.verify_rds_iam_token(
        login.token,
        hostname=login.host,
        port=login.port,
        db_user=login.user,
        region=login.region,
        account_id=login.account,
    )
    if isinstance(verified, rds_iam.RdsIamTokenError):
        return str(verified.code)
    if not app.AUTH:
        return None
    resource_id = database.get("DbClusterResourceId") or database["DbiResourceId"]
    resource = f"arn:aws:rds-db:{login.region}:{login.account}:dbuser:{resource_id}/{login.user}"
    with request_scope(login.account, login.region):
        return _denied(verified, resource, login)


def _database(login: _Login) -> Record | None:
    """The instance of this endpoint, or the cluster that it belongs to, whose settings then count."""
    known = state.region(login.region)
    for instance in known.records("DBInstances"):
        endpoint = instance.get("Endpoint", {})
        if (endpoint.get("Address"), endpoint.get("Port")) == (login.host, login.port):
            clusters = known.records("DBClusters")
            name = instance.get("DBClusterIdentifier")
            return next((one for one in clusters if one["DBClusterIdentifier"] == name), instance)
    return None


def _denied(verified: Any, resource: str, login: _Login) -> str | None:
    principal = iam_evaluator.resolve_principal(verified.access_key_id, login.account)
    if isinstance(principal, iam_evaluator.AuthError):
        return "InvalidCredentials"
    if principal.policies is None:
        return None
    decision = iam_evaluator.evaluate(
        iam_evaluator.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=login.account,
            action="rds-db:connect",
            resource_arn=resource,
            region=login.region,
            principal_keys=principal.keys,
        ),
        principal.policies,
        *principal.limits,
    ).decision
    return None if decision == "Allow" else f"{principal.arn} is not authorized to rds-db:connect on {resource}"
