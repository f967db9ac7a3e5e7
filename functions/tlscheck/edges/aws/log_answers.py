"""An answer of FilterLogEvents as its body has it, not walked member by member through botocore's model.

Of some 5,000 lines a page botocore makes 25,000 values anew, each after its shape, in four times what it takes to
read the JSON; what comes of them is equal: a moment is a number of milliseconds in that model, all else a text.
botocore lets whoever reads `before-parse` change the answer that it parses, and add members to what comes of it:
it does both itself (botocore/handlers.py, `_map_oauth2_errors` and `handle_expires_header`). Errors are its own.
"""

import json
from typing import Any

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

READING = "before-parse.cloudwatch-logs.FilterLogEvents"
"""botocore's event of an answer that is about to be parsed."""

NOT_ITS_OWN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What comes of an answer that lacks what it must have, or has it in another shape."""

_TAKEN = ("events", "nextToken")
_OK = 200


def take(
    operation_model: OperationModel,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    """The events and the token of the next page, into what comes of the call. Raises ResponseParserError, which
    says nothing of the answer, where it has no list of events."""
    if response_dict["status_code"] != _OK or operation_model.service_model.resolved_protocol != "json":
        return
    answer = _object(response_dict["body"])
    if not isinstance(answer.get("events"), list):
        raise ResponseParserError("the answer has no list of events")
    customized_response_dict.update({name: answer[name] for name in _TAKEN if answer.get(name) is not None})
    response_dict["body"] = b""


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body.decode())
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
