"""What AWS may be expected to answer instead of an answer: which kind of "no" it is, and how that reads.

Sources: botocore's retries/standard.py for the codes of throttling; the IAM user guide, "Troubleshoot access
denied error messages", for who denied; for the others public reports, named beside the rows of
tests/test_refusals.py.
"""

import re
import socket
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError

from tlscheck.inventory.gap import Gap, GapCause

UNREACHABLE = (HTTPClientError, NoConnection, ResponseParserError)
"""No connection, no answer in time, or none that is AWS's, as a proxy's page is not; after all retries."""

REFUSED = ClientError
"""The service answered with an error: access denied, throttled after all retries, gone, out of order."""

FILTER_REFUSED = frozenset({"InvalidParameterValue", "InvalidParameterCombination"})
"""Codes of an API that does not know a filter, or an engine by which is filtered: "Unrecognized engine name"."""

ANY_FAILURE = (ClientError, BotoCoreError, ResponseParserError)
"""Whatever a call may end with instead of an answer, for what must not fail with it."""

_CAUSES = {
    GapCause.PERMISSION: (
        *("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized", "Unauthorized"),
    ),
    GapCause.THROTTLED: (
        *("Throttling", "Throttled", "EC2Throttled", "RequestThrottled", "TooManyRequests", "SlowDown"),
        *("RequestLimitExceeded", "LimitExceeded", "BandwidthLimitExceeded", "PriorRequestNotComplete"),
        "ProvisionedThroughputExceeded",
    ),
    # The Query protocol (RDS, CloudWatch) says InvalidClientTokenId, EC2 AuthFailure, JSON UnrecognizedClient.
    GapCause.DISABLED: (
        *("InvalidClientTokenId", "UnrecognizedClient", "AuthFailure"),
        *("OptInRequired", "SubscriptionRequired"),
    ),
    GapCause.NOT_OFFERED: ("InvalidAction", "UnknownOperation"),
}
"""Codes, without the word Exception that some services end theirs with."""

_BY_CODE = {code: cause for cause, codes in _CAUSES.items() for code in codes}

_OF_THE_ORGANISATION = re.compile(r"(with an explicit deny in a|because no) (service|resource) control policy")

_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})
"""How a resolver says that there is no such name; of one that gives no answer it says EAI_AGAIN."""


def code(error: ClientError) -> str:
    """The error code of an answer: `AccessDenied`."""
    return error.response.get("Error", {}).get("Code", "")


def reason(error: Exception) -> str:
    """One line: `AccessDenied: User ... is not authorized to perform: rds:DescribeDBInstances`."""
    if isinstance(error, ClientError):
        text = f"{code(error)}: {error.response.get('Error', {}).get('Message', '')}"
    elif isinstance(error, ResponseParserError):
        # Its own words repeat what came, whatever that was.
        text = f"{type(error).__name__}: what came is no answer of AWS's, as a page of a proxy is not"
    else:
        text = f"{type(error).__name__}: {error}"
    line = " ".join(text.split())
    if len(line) > _ROOM:
        # Who asked is a role of ours; which policy it was that denied it stands at the end.
        line = _WHO.sub("", line)
    return line if len(line) <= 300 else f"{line[:297]}..."


_ROOM = 250
"""Beside the call, of what a reason may take where it is told."""

_WHO = re.compile(r"User: \S+ is not authorized to perform: ")


def cause(error: Exception) -> GapCause:
    """Which kind of "no" one of REFUSED or UNREACHABLE is."""
    if isinstance(error, ClientError):
        return cause_of(code(error), error.response.get("Error", {}).get("Message", ""))
    if isinstance(error, UNREACHABLE):
        names = (each for each in _chain(error) if isinstance(each, socket.gaierror))
        return GapCause.NOT_OFFERED if any(each.errno in _NO_SUCH_NAME for each in names) else GapCause.UNREACHABLE
    return GapCause.OTHER


def cause_of(code: str, message: str) -> GapCause:
    """The same, of an error's code and message: also of one among several in an answer."""
    short = code.removeprefix("Client.").removesuffix("Exception")
    found = _BY_CODE.get(short, GapCause.OTHER)
    if found is GapCause.PERMISSION and _OF_THE_ORGANISATION.search(" ".join(message.split())):
        return GapCause.ORGANISATION
    if short == "InvalidAccess" and "not subscribed" in message:
        return GapCause.NOT_SUBSCRIBED
    return found


def gap(operation: str, error: Exception) -> Gap:
    """What stands in the place of an answer of this call, such as `rds:DescribeDBInstances`."""
    return Gap(operation, reason(error), cause(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what it was raised from: botocore keeps urllib3's own in `kwargs`."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = getattr(error, "kwargs", {}).get("error")
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
