"""Stands in for an organisation of several accounts, and for what its policies open to them.

ministack makes every account an organisation of its own; reads code and templates from buckets of the account that
asks alone, whatever a bucket's policy says; and takes `${aws:PrincipalAccount}` in a policy for its own text.
Here three accounts are one organisation, any other one is of none, and a bucket's policy decides of code too.
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import s3

ORGANISATION = "o-exampleorgid"
MEMBERS = frozenset({"111122223333", "222233334444", "999988887777"})
_PRINCIPAL = "${aws:PrincipalAccount}"


def fill() -> None:
    """Let policies know the organisation, and buckets of others be read as they say."""
    own_data, evaluate = s3._get_object_data, iam_evaluator.evaluate_resource_policy

    def get_object_data(bucket: str, key: str, version_id: str | None = None) -> bytes | None:
        owner, asks = s3._bucket_owner_account(bucket), get_account_id()
        is_theirs = owner not in {None, asks} and s3._foreign_bucket_allows(owner, bucket, key, "GET", {}, asks)
        with request_scope(owner if is_theirs else asks, get_region()):
            data: bytes | None = own_data(bucket, key, version_id)
        return data

    def evaluate_resource_policy(policy: Any, context: Any, **how: Any) -> Any:
        text = policy.replace(_PRINCIPAL, context.principal_account) if isinstance(policy, str) else policy
        return evaluate(text, context, **how)

    s3._get_object_data = get_object_data
    iam_evaluator.evaluate_resource_policy = evaluate_resource_policy
    iam_evaluator._principal_org_id = lambda account: ORGANISATION if account in MEMBERS else None
