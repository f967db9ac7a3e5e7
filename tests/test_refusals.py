"""Which kind of "no" an answer of AWS is, by its code and its words.

The rows are of public reports, the repository and number of which stand beside them, or of documentation: "IAM"
is the IAM user guide's "Troubleshoot access denied error messages", "botocore" its retries/standard.py.
"""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError
from tlscheck.edges.aws import refusals
from tlscheck.inventory.gap import Gap, GapCause

WHO = "User: arn:aws:sts::111122223333:assumed-role/Discover/Discover is not authorized to perform: "
LISTING = f"{WHO}rds:DescribeDBInstances on resource: arn:aws:rds:ap-south-1:111122223333:db:* "
ENCODED = "You are not authorized to perform this operation. " + WHO + "ec2:DescribeInstances "
TOKEN = "The security token included in the request is invalid"  # noqa: S105 - AWS's words
NONE = "because no {} allows the rds:DescribeDBInstances action"

ROWS = [
    # awslabs/aws-well-architected-labs#854: RDS under a policy that denies Regions
    ("AccessDenied", LISTING + "with an explicit deny in a service control policy", "organisation"),
    # ministryofjustice/aws-root-account#1494: the newer form names the policy
    (
        "AccessDenied",
        LISTING + "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-a/"
        "service_control_policy/p-b",
        "organisation",
    ),
    # ekristen/aws-nuke#387, CrowdStrike/cloud-resource-estimator#51: EC2
    ("UnauthorizedOperation", ENCODED + "with an explicit deny in a service control policy", "organisation"),
    (
        "Client.UnauthorizedOperation",
        ENCODED + "with an explicit deny in a service control policy. Encoded authorization failure message: xyz",
        "organisation",
    ),
    # IAM: what no policy of the organisation allows, and resource control policies
    ("AccessDeniedException", WHO + "x " + NONE.format("service control policy"), "organisation"),
    ("AccessDenied", WHO + "kms:Decrypt with an explicit deny in a resource control policy", "organisation"),
    ("AccessDenied", WHO + "x " + NONE.format("resource control policy"), "organisation"),
    ("AccessDenied", WHO + "x\n with an explicit\n deny in a service control policy", "organisation"),
    # IAM; awslabs/pireporter#8, vantage-sh/ec2instances.info#951
    ("AccessDenied", LISTING + NONE.format("identity-based policy"), "permission"),
    ("AccessDenied", LISTING + "with an explicit deny in an identity-based policy", "permission"),
    ("AccessDenied", LISTING + NONE.format("permissions boundary"), "permission"),
    ("AccessDenied", LISTING + "with an explicit deny in a permissions boundary", "permission"),
    ("AccessDenied", LISTING + NONE.format("session policy"), "permission"),
    ("AccessDenied", LISTING + NONE.format("VPC endpoint policy"), "permission"),
    ("AccessDenied", LISTING + NONE.format("resource-based policy"), "permission"),
    # aws-samples/automated-security-helper-pipeline#1: explicit, and nobody says of which policy
    ("AccessDeniedException", WHO + "securityhub:BatchImportFindings with an explicit deny", "permission"),
    # aquasecurity/kube-bench#1294
    ("AccessDeniedException", WHO + "securityhub:BatchImportFindings", "permission"),
    ("AuthorizationError", WHO + "SNS:Publish", "permission"),
    ("AuthorizationErrorException", "no", "permission"),
    # names that somebody chose are no words of AWS's
    ("AccessDenied", LISTING.replace("db:*", "db:service control policy"), "permission"),
    # botocore
    ("Throttling", "Rate exceeded", "throttled"),
    ("ThrottlingException", "Rate exceeded", "throttled"),
    ("ThrottledException", "", "throttled"),
    ("RequestThrottledException", "", "throttled"),
    ("RequestThrottled", "", "throttled"),
    ("RequestLimitExceeded", "Request limit exceeded.", "throttled"),
    ("TooManyRequestsException", "Rate Exceeded.", "throttled"),
    ("ProvisionedThroughputExceededException", "", "throttled"),
    ("BandwidthLimitExceeded", "", "throttled"),
    ("LimitExceededException", "", "throttled"),
    ("SlowDown", "Please reduce your request rate.", "throttled"),
    ("PriorRequestNotComplete", "", "throttled"),
    ("EC2ThrottledException", "", "throttled"),
    # boto/boto3#2381 and ekristen/aws-nuke#774: RDS of a Region that is not enabled
    ("InvalidClientTokenId", TOKEN, "disabled"),
    # ekristen/aws-nuke#774, awslabs/landing-zone-accelerator-on-aws#269: services that speak JSON, SSM among them
    ("UnrecognizedClientException", TOKEN, "disabled"),
    # segmentio/aws-okta#225: EC2
    ("AuthFailure", "AWS was not able to validate the provided access credentials", "disabled"),
    # Amazon EC2 API reference, "Error codes"; AWS's common errors
    ("OptInRequired", "You are not subscribed to this service.", "disabled"),
    ("SubscriptionRequiredException", "The AWS Access Key Id needs a subscription for the service", "disabled"),
    # turbot/steampipe-plugin-aws#1425: RDS of a Region without RDS Proxy
    ("InvalidAction", "DescribeDBProxies is not supported", "not-offered"),
    ("InvalidAction", "Could not find operation DescribeDBProxies for version 2014-10-31", "not-offered"),
    ("UnknownOperationException", "", "not-offered"),
    # cloud-custodian/cloud-custodian#5855, prowler-cloud/prowler#1590
    ("InvalidAccessException", "Account 111122223333 is not subscribed to AWS Security Hub", "not-subscribed"),
    ("InvalidAccess", "Account 111122223333 is not subscribed to AWS Security Hub", "not-subscribed"),
    ("InvalidAccessException", "There is an issue with the account", "other"),
    ("InvalidInputException", "not subscribed", "other"),
    ("DBParameterGroupNotFound", "with an explicit deny in a service control policy", "other"),
    ("InternalFailure", "", "other"),
    ("", "", "other"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "message", "kind"), ROWS)
def test_a_no_is_of_one_kind_by_its_code_and_words(code: str, message: str, kind: str) -> None:
    assert refusals.cause_of(code, message).value == kind
    error = ClientError({"Error": {"Code": code, "Message": message}}, "DescribeDBInstances")
    assert refusals.gap("rds:X", error) == Gap("rds:X", refusals.reason(error), GapCause(kind))
    assert len(refusals.reason(error)) <= 300


def test_of_a_long_no_which_policy_says_so_is_not_cut_off() -> None:
    """The longest name of an instance, and of a role that CloudFormation made."""
    role = "assumed-role/tlscheck-ObserveRole-1A2B3C4D5E6F/tlscheck-Observe"
    group = (
        f"arn:aws:logs:ap-southeast-2:111122223333:log-group:/aws/rds/instance/{63 * 'a'}/postgresql:log-stream:"
    )
    why = "with an explicit deny in a service control policy"
    message = (
        f"User: arn:aws:sts::111122223333:{role} is not authorized to perform: logs:FilterLogEvents on resource: "
        f"{group} {why}"
    )
    error = ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, "FilterLogEvents")
    said = refusals.reason(error)
    assert said == (f"AccessDeniedException: logs:FilterLogEvents on resource: {group} {why}")
    assert len(f"logs:FilterLogEvents: {said}") <= 300


def test_an_error_without_a_code_is_of_no_kind() -> None:
    assert refusals.cause(ClientError({}, "DescribeHub")).value == "other"
    assert refusals.cause(ValueError("no error of AWS's")).value == "other"


def unanswered(url: str) -> Exception:
    """What a call to a service at this address raises."""
    config = Config(connect_timeout=0.2, read_timeout=0.2, retries={"total_max_attempts": 1})
    client = boto3.client(
        "securityhub",
        "eu-west-1",
        endpoint_url=url,
        aws_access_key_id="a",
        aws_secret_access_key="b",  # noqa: S106 - no secret
        config=config,
    )
    with pytest.raises((HTTPClientError, NoConnection)) as raised:
        client.describe_hub()
    return raised.value


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (socket.EAI_NONAME, "not-offered"),
        (socket.EAI_NODATA, "not-offered"),
        (socket.EAI_AGAIN, "unreachable"),
        (socket.EAI_FAIL, "unreachable"),
    ],
)
def test_a_service_without_a_name_is_not_there_and_a_resolver_without_an_answer_says_nothing(
    told: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in is the resolver alone: botocore and urllib3 raise what they raise."""

    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(told, "it says so")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert refusals.cause(unanswered("http://securityhub.xx-west-1.amazonaws.com")).value == kind


def test_a_port_where_nobody_listens_and_a_server_that_is_silent_are_out_of_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        silent = unanswered(url)
    assert isinstance(silent, ReadTimeoutError)
    closed = unanswered(url)
    assert [refusals.cause(each).value for each in (silent, closed)] == ["unreachable", "unreachable"]


class Portal(BaseHTTPRequestHandler):
    """What answers to everything with a page, as proxies and the networks of hotels do."""

    def do_POST(self) -> None:
        """Says that somebody has to log in."""
        page = b"<html><body>Please log in, secret-of-a-proxy<br></body>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parameter's name
        """Nothing."""


def test_a_page_of_a_proxy_is_no_answer_and_is_not_repeated() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        client = boto3.client(
            "rds",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id="key",
            aws_secret_access_key="secret",  # noqa: S106 - of nobody
            config=Config(retries={"total_max_attempts": 1}),
        )
        with pytest.raises(ResponseParserError) as met:
            client.describe_db_instances()
        server.shutdown()
    told = refusals.gap("rds:DescribeDBInstances", met.value)
    assert told.cause is GapCause.UNREACHABLE
    assert told.reason == "ResponseParserError: what came is no answer of AWS's, as a page of a proxy is not"
