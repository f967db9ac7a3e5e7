"""Queues that a person reads."""

import json
from typing import Any

from tlscheck.edges.aws import refusals, session


def send(queue: str, message: dict[str, Any]) -> str:
    """Puts a JSON object into the queue with this URL; answers why that failed, or an empty text."""
    try:
        session.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(message, ensure_ascii=False))
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return refusals.reason(error)
    return ""
