"""An IAM authentication token for RDS, signed without any call to AWS.

Source: AWS Signature Version 4, presigned URL for the service `rds-db`, as botocore's generate_db_auth_token
makes it. A token holds 15 minutes and opens exactly one user on one host and port.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from tlscheck.wire.target import Target

_ALGORITHM = "AWS4-HMAC-SHA256"
_NO_BODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """Credentials of the role that signs. Only the key's id may be seen."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def iam_token(target: Target, credentials: RoleCredentials, at: datetime) -> str:
    """The password that the target's user, a member of rds_iam, logs in with; `at` is an aware datetime in UTC."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{target.region}/rds-db/aws4_request"
    query = {
        "Action": "connect",
        "DBUser": target.user,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": "900",
        "X-Amz-SignedHeaders": "host",
    }
    if credentials.session_token is not None:
        query["X-Amz-Security-Token"] = credentials.session_token
    netloc = f"{target.host}:{target.port}"
    signed_host = (target.host if target.port == 443 else netloc).lower()
    canonical_query = urlencode(sorted(query.items()), quote_via=quote, safe="-_.~")
    canonical = "\n".join(("GET", "/", canonical_query, f"host:{signed_host}\n", "host", _NO_BODY))
    to_sign = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.new(_signing_key(credentials, scope), to_sign.encode(), "sha256").hexdigest()
    return f"{netloc}/?{urlencode(query, quote_via=quote, safe='-_.~')}&X-Amz-Signature={signature}"


def _signing_key(credentials: RoleCredentials, scope: str) -> bytes:
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key
