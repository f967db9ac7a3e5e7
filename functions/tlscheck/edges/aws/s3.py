"""Objects in the bucket: what is too large for a state's payload, and files that are handed out."""

from botocore.config import Config

from tlscheck.edges.aws import refusals, session

_ELSEWHERE = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})
"""A bucket of somebody else's may cost a minute, never the function's time."""


def put(bucket: str, key: str, text: str) -> None:
    """Writes a JSON object; the bucket encrypts it."""
    session.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json")


def put_elsewhere(bucket: str, key: str, text: str) -> str:
    """Writes a JSON object into a bucket of another account or Region; why that failed, or an empty text."""
    client = session.client("s3", config=_ELSEWHERE)
    try:
        client.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json")
    except refusals.ANY_FAILURE as error:
        return refusals.reason(error)
    return ""


def put_bytes(bucket: str, key: str, content: bytes) -> None:
    """Writes an object of any content; the bucket encrypts it."""
    session.client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType="application/octet-stream")


def get(bucket: str, key: str) -> str | None:
    """A JSON object's text; None when there is no such object (the role must be allowed to list the bucket)."""
    client = session.client("s3")
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    except client.exceptions.NoSuchKey:
        return None
