"""What AWS denies a session, call by call and in all its words, whoever made the call and went on without it."""

from collections.abc import Mapping
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import boto3
from botocore.model import OperationModel

from tlscheck.edges.aws import refusals
from tlscheck.inventory.gap import Gap, GapCause

_SIGNED_AS = {"monitoring": "cloudwatch"}
"""Services that IAM knows by another name than the one that requests to them are signed for."""

_noted: WeakKeyDictionary[boto3.Session, list[Gap]] = WeakKeyDictionary()
_one_at_a_time = Lock()


def denials(account: boto3.Session) -> list[Gap]:
    """The list of what clients of this session are denied, each once; of those that are made after the first call.

    It grows meanwhile, in whatever thread a call is made.
    """
    with _one_at_a_time:
        if account not in _noted:
            _noted[account] = []
            # After all retries of a call.
            account.events.register("after-call", _Noting(_noted[account]))
        return _noted[account]


class _Noting:
    """Keeps a list, and no session alive."""

    def __init__(self, found: list[Gap]) -> None:
        self._found = found

    def __call__(self, parsed: Mapping[str, Any], model: OperationModel, **_: object) -> None:
        """Note what came instead of an answer, if it is a denial."""
        error = parsed.get("Error", {})
        code, message = error.get("Code", ""), " ".join(error.get("Message", "").split())
        signed_as = model.service_model.signing_name
        service = _SIGNED_AS.get(signed_as, signed_as)
        gap = Gap(f"{service}:{model.name}", f"{code}: {message}", refusals.cause_of(code, message))
        if gap.cause is GapCause.PERMISSION:
            with _one_at_a_time:
                if gap not in self._found:
                    self._found.append(gap)
