"""Notifications."""

from tlscheck.edges.aws import refusals, session
from tlscheck.reporting.message import Notification


def publish(topic: str, message: Notification) -> str:
    """Sends one message to everybody who subscribed to the topic; answers why that failed, or an empty text.

    What it tells of is written already, so that nobody has to do that again for its sake.
    """
    try:
        session.client("sns").publish(TopicArn=topic, Subject=message.subject, Message=message.body)
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return refusals.reason(error)
    return ""
