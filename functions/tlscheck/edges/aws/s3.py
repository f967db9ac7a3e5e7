"""Objects in the bucket: what is too large for a state's payload, and files that are handed out."""

from tlscheck.edges.aws import session


def put(bucket: str, key: str, text: str) -> None:
    """Writes a JSON object; the bucket encrypts it."""
    session.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json")


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
