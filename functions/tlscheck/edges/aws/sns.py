"""Notifications."""

from functools import cache
from typing import TYPE_CHECKING

import boto3

from tlscheck.reporting.message import Notification

if TYPE_CHECKING:
    from mypy_boto3_sns.client import SNSClient


def publish(topic: str, message: Notification) -> None:
    """Sends one message to everybody who subscribed to the topic."""
    _client().publish(TopicArn=topic, Subject=message.subject, Message=message.body)


@cache
def _client() -> "SNSClient":
    return boto3.client("sns")
