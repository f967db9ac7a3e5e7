"""Hands on a report that is written: to the stack's own topic, and to the organisation's topic and bucket."""

from tlscheck.edges.aws import s3, sns
from tlscheck.reporting.central import Central, addressed, attributes, with_failures
from tlscheck.reporting.message import message_of
from tlscheck.reporting.summary import Summary


def tell(summary: Summary, report: str, where: str, topic: str, central: Central) -> tuple[str, ...]:
    """Sends the report (its text, and the s3:// address that it has) to whom it may concern.

    Answers what of that failed and why, a sentence each. None of it makes a sweep fail; the stack's own message
    says it.
    """
    failures: list[str] = []
    if central.takes(summary) and (reason := s3.put_elsewhere(central.bucket, central.key, report)):
        failures.append(f"Not written to s3://{central.bucket}/{central.key}: {reason}")
    message = message_of(summary, where)
    if message is None:
        return tuple(failures)
    message = addressed(message, central)
    if central.topic and (reason := sns.publish(central.topic, message, attributes(summary, central))):
        failures.append(f"Not sent to {central.topic}: {reason}")
    if reason := sns.publish(topic, with_failures(message, failures)):
        failures.append(f"Not sent to {topic}: {reason}")
    return tuple(failures)
