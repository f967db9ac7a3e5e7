"""The whole of tlscheck on this machine: an emulated account, the fleet behind its RDS records, the template.

with local_stack() as stack:
    ended = stack.wait_for_scheduled_sweep()
    stack.findings()        # {ARN: {check: item}} as DynamoDB holds them
"""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tests.local_aws.deploy import Stack, deploy
from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount
from tests.local_aws.fleet.databases import DATABASES, NETWORKS
from tests.local_aws.fleet.fleet import Fleet
from tests.local_aws.fleet.shipper import Shipper
from tests.local_aws.hub_expectations import about, about_what

KEYS_ACCOUNT: Final = "999999999999"
"""Whose KMS keys the fleet's secrets are under: an account that keeps keys for others."""

BUILT: Final = Path(__file__).parents[2] / ".aws-sam" / "local" / "build"
SWEEP_PATIENCE: Final = 90.0
type Step = Callable[[str], AbstractContextManager[None]]


class LocalStackError(Exception):
    """The local stack could not be made, or did not do what was waited for."""


@dataclass(frozen=True, slots=True)
class Execution:
    """A sweep that ended: its status in Step Functions, its output, and its error where it failed."""

    name: str
    status: str
    output: dict[str, Any]
    error: str


@dataclass(frozen=True, slots=True)
class LocalStack:
    """tlscheck, deployed: what tests and the demonstration ask of it."""

    account: EmulatedAccount
    fleet: Fleet
    stack: Stack
    shipper: Shipper

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.stack.outputs["Table"]

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return self.stack.outputs["Bucket"]

    @property
    def state_machine(self) -> str:
        """ARN of Sweep."""
        return self.stack.outputs["StateMachine"]

    def start(self, name: str, request: dict[str, Any] | None = None) -> str:
        """Start a sweep as a person would from the console; its execution's ARN."""
        started = self.account.client("stepfunctions").start_execution(
            stateMachineArn=self.state_machine, name=name, input=json.dumps(request or {})
        )
        return str(started["executionArn"])

    def sweep(self, name: str, request: dict[str, Any] | None = None) -> Execution:
        """Start a sweep and wait until it has ended, well or badly."""
        return self.wait(self.start(name, request))

    def wait(self, execution: str) -> Execution:
        """Wait until an execution has ended. Raises LocalStackError when it does not."""
        client = self.account.client("stepfunctions")
        end = time.monotonic() + SWEEP_PATIENCE
        while time.monotonic() < end:
            seen = client.describe_execution(executionArn=execution)
            if seen["status"] != "RUNNING":
                error = " ".join(seen.get(key, "") for key in ("error", "cause")).strip()
                return Execution(seen["name"], seen["status"], json.loads(seen.get("output") or "{}"), error)
            time.sleep(0.1)
        raise LocalStackError(f"{execution} is still running after {SWEEP_PATIENCE:.0f} s")

    def wait_for_scheduled_sweep(self) -> Execution:
        """Wait for the full sweep that the schedule starts, and for its end."""
        client = self.account.client("stepfunctions")
        end = time.monotonic() + SWEEP_PATIENCE
        while time.monotonic() < end:
            listed = client.list_executions(stateMachineArn=self.state_machine)["executions"]
            for each in listed:
                described = client.describe_execution(executionArn=each["executionArn"])
                if json.loads(described["input"]).get("depth") == "full":
                    return self.wait(each["executionArn"])
            time.sleep(0.2)
        raise LocalStackError("the schedule started no full sweep")

    def items(self) -> list[dict[str, Any]]:
        """All that the table holds, as plain values."""
        pages = self.account.client("dynamodb").get_paginator("scan").paginate(TableName=self.table)
        return [_plain(item) for page in pages for item in page["Items"]]

    def findings(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Findings in DynamoDB: ARN -> check -> item; of an ARN that two had, the present one's."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for item in sorted(self.items(), key=lambda item: "archived_at" not in item):
            if item["sk"].startswith("finding#"):
                found.setdefault(item["resource"], {})[item["check"]] = item
        return found

    def security_hub(self, region: str) -> list[dict[str, Any]]:
        """Findings in a Region's Security Hub."""
        pages = self.account.client("securityhub", region).get_paginator("get_findings").paginate()
        return [finding for page in pages for finding in page["Findings"]]

    def wait_for_security_hub(self) -> dict[str, list[dict[str, Any]]]:
        """By Region, once all that the table sent has arrived; what is there when patience ends."""
        end = time.monotonic() + 30
        while True:
            sent = {
                about(arn, check): _milliseconds(item["sent_at"])
                for arn, checks in self.findings().items()
                for check, item in checks.items()
                if "sent_at" in item
            }
            arrived = {region: self.security_hub(region) for region in self.regions()}
            held = {
                about_what(region, each): _milliseconds(each["UpdatedAt"])
                for region, found in arrived.items()
                for each in found
            }
            if held.items() >= sent.items() or time.monotonic() > end:
                return arrived
            time.sleep(0.2)

    def regions(self) -> list[str]:
        """Enabled Regions of the account."""
        return sorted(region["RegionName"] for region in self.account.client("ec2").describe_regions()["Regions"])

    def object(self, key: str) -> Any:
        """A JSON object of the bucket."""
        return json.load(self.account.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"])


def quietly(_: str) -> AbstractContextManager[None]:
    """A step that nobody is told of."""
    return nullcontext()


@contextmanager
def standing(
    *, step: Step = quietly, enforce_iam: bool = True, log: Path | None = None
) -> Iterator[tuple[EmulatedAccount, Fleet, Shipper]]:
    """An account with the fleet, its clients and its logs, in which nothing of tlscheck is deployed."""
    with ExitStack() as stack:
        with step("emulated account and PostgreSQL servers with their clients"), ThreadPoolExecutor() as pool:
            account = EmulatedAccount(enforce_iam=enforce_iam, wait_scale=0.1, log=log)
            fleet = Fleet(ACCOUNT)
            starting = [pool.submit(stack.enter_context, each) for each in (account, fleet)]
            for each in starting:
                each.result()
        fleet.emulator = account.endpoint
        account.set_rds(fleet.rds_document())
        _put_secrets(account, fleet)
        shipper = stack.enter_context(Shipper(account, fleet.servers))
        with step("clients that come and go before anybody looks"):
            fleet.visit()
            shipper.ship()
        yield account, fleet, shipper


@contextmanager
def local_stack(
    *, step: Step = quietly, enforce_iam: bool = True, log: Path | None = None
) -> Iterator[LocalStack]:
    """Start account and fleet side by side, deploy into both Regions, and end everything again.

    Full sweeps are due at once: one begins as soon as the stack is there. No sample is, which would look at a
    random moment of an hour.
    """
    if not (BUILT / "template.yaml").exists():
        raise LocalStackError(f"{BUILT} is missing: make it with `make local-build`")
    with standing(step=step, enforce_iam=enforce_iam, log=log) as (account, fleet, shipper):
        with step("this template deployed into two Regions"):
            built = _with_private_roots(BUILT, account.home / "build", fleet.roots_pem)
            for region in [region for region in NETWORKS if region != REGION]:
                deploy(account, built, region=region, parameters=_network(region) | {"Role": "probe-only"})
            schedules = {"SweepSchedule": "rate(1 day)", "SampleSchedule": "cron(0 0 1 1 ? *)"}
            deployed = deploy(account, built, parameters=_network(REGION) | schedules)
        yield LocalStack(account, fleet, deployed, shipper)


def _network(region: str) -> dict[str, str]:
    return {
        "ProbeVpcId": NETWORKS[region],
        "ProbeSubnetIds": "subnet-0a1b2c3d,subnet-0b1c2d3e",
        "ProbeSecurityGroupIds": "sg-0a1b2c3d",
    }


def _with_private_roots(built: Path, copy: Path, roots: bytes) -> Path:
    """The built template again, with a trust store that holds the roots of the fleet's private CA as well.

    `sam build` leaves that layer where it is, since there is nothing to build, and points to it.
    """
    shutil.copytree(built, copy)
    template = copy / "template.yaml"
    text = template.read_text()
    (pointed_to,) = re.findall(r"ContentUri: (\S+/rds_trust_store)$", text, re.MULTILINE)
    trust_store = copy / "RdsTrustStore"
    shutil.copytree(built / pointed_to, trust_store)
    template.write_text(text.replace(pointed_to, trust_store.name))
    trusted = trust_store / "python" / "rds_trust_store" / "aws.pem"
    trusted.write_bytes(trusted.read_bytes() + roots)
    return template


def _put_secrets(account: EmulatedAccount, fleet: Fleet) -> None:
    for database in DATABASES:
        if database.secret:
            client = account.client("secretsmanager", database.region)
            client.create_secret(
                Name=database.secret,
                SecretString=json.dumps(fleet.secrets[database.secret]),
                KmsKeyId=f"arn:aws:kms:{database.region}:{KEYS_ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab",
            )


def _milliseconds(moment: str) -> str:
    return datetime.fromisoformat(moment).isoformat(timespec="milliseconds")


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    def value(typed: dict[str, Any]) -> Any:
        ((kind, content),) = typed.items()
        match kind:
            case "N":
                return float(content)
            case "L":
                return [value(each) for each in content]
            case "B":
                return bytes(content).hex()
            case "M":
                return _plain(content)
            case "NULL":
                return None
        return sorted(content) if kind == "SS" else content

    return {name: value(typed) for name, typed in item.items()}
