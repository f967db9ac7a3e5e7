"""What AWS may be expected to answer instead of an answer, and how that reads."""

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

UNREACHABLE = (HTTPClientError, NoConnection)
"""No connection or no answer in time, after all retries."""

THROTTLED = frozenset({"Throttling", "ThrottlingException", "RequestLimitExceeded", "RequestThrottled"})
"""Codes of a call that came too soon after others, also after all retries."""

REFUSED = ClientError
"""The service answered with an error: access denied, throttled after all retries, gone, out of order."""


def code(error: ClientError) -> str:
    """The error code of an answer: `AccessDenied`."""
    return error.response.get("Error", {}).get("Code", "")


def reason(error: Exception) -> str:
    """One line: `AccessDenied: User ... is not authorized to perform: rds:DescribeDBInstances`."""
    if isinstance(error, ClientError):
        text = f"{code(error)}: {error.response.get('Error', {}).get('Message', '')}"
    else:
        text = f"{type(error).__name__}: {error}"
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:297]}..."
