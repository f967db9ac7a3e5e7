"""Notifications."""

from tlscheck.edges.aws import session
from tlscheck.reporting.message import Notification


def publish(topic: str, message: Notification) -> None:
    """Sends one message to everybody who subscribed to the topic."""
    session.client("sns").publish(TopicArn=topic, Subject=message.subject, Message=message.body)
