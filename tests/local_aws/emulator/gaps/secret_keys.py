"""Stands in for the KMS key that a secret is under: who reads the secret must be allowed to decrypt by the key.

ministack hands out the value to whoever may secretsmanager:GetSecretValue. On AWS, Secrets Manager decrypts for
its caller (user guide, "Secret encryption and decryption"): with a key of the customer's he needs kms:Decrypt,
which KMS sees come through Secrets Manager and for this secret. The key's own policy is not modelled: it counts as
one that leaves all to IAM.
"""

import json
from typing import Any

from ministack import app
from ministack.core import iam_evaluator, responses, router
from ministack.services import secretsmanager

from tests.local_aws.emulator.gaps.registration import Response

_SERVED = secretsmanager.handle_request


def fill() -> None:
    """Ask for kms:Decrypt before a secret with a key is read, where IAM is enforced at all."""
    app.SERVICE_HANDLERS["secretsmanager"] = _handle


async def _handle(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
) -> Response:
    answer: Response = await _SERVED(method, path, headers, body, query)
    reads = headers.get("x-amz-target", "").endswith(".GetSecretValue") and answer[0] == 200
    if app.AUTH and reads and not _may_decrypt(json.loads(answer[2])["ARN"], headers, query):
        refusal: Response = responses.error_response_json(
            "AccessDeniedException", "Access to KMS is not allowed", 400
        )
        return refusal
    return answer


def _may_decrypt(arn: str, headers: dict[str, str], query: dict[str, list[str]]) -> bool:
    _, secret = secretsmanager._resolve(arn)
    key = secret.get("KmsKeyId")
    if not key:
        return True
    region, account = responses.get_region(), responses.get_account_id()
    principal = iam_evaluator.resolve_principal(router.extract_access_key_id(headers, query) or "", account)
    if isinstance(principal, iam_evaluator.AuthError):
        return False
    if principal.policies is None:
        return True
    named = key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"
    seen: dict[str, Any] = {
        "kms:viaservice": f"secretsmanager.{region}.amazonaws.com",
        "kms:encryptioncontext:secretarn": arn,
    }
    asked = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=account,
        action="kms:Decrypt",
        resource_arn=named,
        region=region,
        service_context=seen,
        principal_keys=principal.keys,
    )
    evaluated = iam_evaluator.evaluate(asked, principal.policies, *principal.limits)
    return bool(evaluated.decision == "Allow")
