"""Notifications."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.names import Arn
from tlscheck.reporting.message import Notification

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

_PATIENCE = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 3})


def publish(topic: str, message: Notification, attributes: Mapping[str, str | int] | None = None) -> str:
    """Sends one message to everybody who subscribed to the topic; answers why that failed, or an empty text.

    What it tells of is written already, so that nobody has to do that again for its sake. A topic is asked in its
    own Region, whichever that is (SNS refuses an ARN of another).
    """
    where: session.ClientOptions = {"config": _PATIENCE}
    if arn := Arn.parse(topic):
        where["region"] = arn.region
    client = session.client("sns", **where)
    typed = {name: _typed(value) for name, value in (attributes or {}).items()}
    try:
        client.publish(TopicArn=topic, Subject=message.subject, Message=message.body, MessageAttributes=typed)
    except refusals.ANY_FAILURE as error:
        return refusals.reason(error)
    return ""


def _typed(value: str | int) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String" if isinstance(value, str) else "Number", "StringValue": str(value)}
