"""Deploys a built SAM template into the emulated account, as `sam deploy` would but without its polling.

Each folder that the template points to with CodeUri or ContentUri goes to a bucket as one zip, named by its
content. So does the template, since a request takes no more than 51,200 bytes of one, and is deployed as a stack.
"""

import hashlib
import re
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError

from layers.packaging.zips import zipped

# `sam build` writes one of these a line, and so does a person.
_FOLDER = re.compile(r"^(?P<key>(?P<indent> +)(?:CodeUri|ContentUri): +)(?P<folder>\S+) *$", re.MULTILINE)
_IN_GLOBALS = 4
"""Indent of a CodeUri in Globals, which `sam build` leaves as it was and overrides in every function."""
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"}
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class Account(Protocol):
    """Whoever gives clients of an AWS account."""

    def client(self, service: str, region: str = ..., **options: Any) -> Any:
        """A boto3 client."""


class DeployError(Exception):
    """The stack could not be made; the text names the resources that failed and why."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its outputs, and the physical id of each resource by its logical id."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]


def deploy(
    account: Account,
    template: Path,
    *,
    stack: str = "tlscheck",
    parameters: Mapping[str, str] | None = None,
    region: str = "us-east-1",
    patience: float = 60.0,
) -> Stack:
    """Create the stack, or update it when it is there; raise DeployError when it doesn't become complete."""
    cloudformation = account.client("cloudformation", region)
    url = _upload(account.client("s3", region), region, template)
    request = {
        "StackName": stack,
        "TemplateURL": url,
        "Capabilities": _CAPABILITIES,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in (parameters or {}).items()
        ],
    }
    try:
        if _exists(cloudformation, stack):
            cloudformation.update_stack(**request)
        else:
            cloudformation.create_stack(**request)
    except ClientError as error:
        raise DeployError(f"{template} was refused: {error}") from error
    outputs = _wait(cloudformation, stack, patience)
    listed = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = {
        resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
        for page in listed
        for resource in page["StackResourceSummaries"]
    }
    return Stack(stack, outputs, resources)


def _upload(s3: Any, region: str, template: Path) -> str:
    """Uploads the template, pointing to its folders, which it uploads too; the template's URL."""
    # Lambda reads code from buckets of its own Region only.
    bucket = f"tlscheck-artifacts-{region}"
    uploaded: dict[Path, str] = {}

    def uri(found: re.Match[str]) -> str:
        folder = (template.parent / found["folder"].strip("'\"")).resolve()
        if not folder.is_dir():
            if len(found["indent"]) <= _IN_GLOBALS:
                return found[0]
            raise DeployError(f"{template}: {found['folder']} is not a folder beside it; was it built?")
        if folder not in uploaded:
            # not compressed, as it goes nowhere
            content = zipped(folder, zipfile.ZIP_STORED)
            key = f"{hashlib.sha256(content).hexdigest()}.zip"
            s3.put_object(Bucket=bucket, Key=key, Body=content)
            uploaded[folder] = f"s3://{bucket}/{key}"
        return found["key"] + uploaded[folder]

    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
    s3.create_bucket(Bucket=bucket, **elsewhere)
    body = _FOLDER.sub(uri, template.read_text()).encode()
    key = f"{hashlib.sha256(body).hexdigest()}.template"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return f"https://s3.{region}.amazonaws.com/{bucket}/{key}"


def _exists(cloudformation: Any, stack: str) -> bool:
    try:
        stacks = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise
    return any(one["StackStatus"] != "DELETE_COMPLETE" for one in stacks)


def _wait(cloudformation: Any, stack: str, patience: float) -> dict[str, str]:
    end = time.monotonic() + patience
    while True:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = described["StackStatus"]
        if status in _DONE:
            return {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
        if not status.endswith("IN_PROGRESS"):
            raise DeployError(f"stack {stack} is {status}:\n{_failures(cloudformation, stack)}")
        if time.monotonic() > end:
            raise DeployError(f"stack {stack} is still {status} after {patience:.0f} s")
        time.sleep(0.1)


def _failures(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    return "\n".join(
        f"  {one['LogicalResourceId']} ({one['ResourceType']}): {one.get('ResourceStatusReason', 'no reason')}"
        for one in reversed(failed)
    )
