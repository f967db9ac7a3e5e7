"""An account with databases and clients, emulated: the template deployed, and a probe that answers in its place.

Of ten databases six are instances, and four are two clusters with a member each, so that there are eight servers.
Each has ten clients from three addresses each; every fifth does not enforce TLS, and two of its clients come
without it.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tlscheck.edges.documents import to_document
from tlscheck.wire.observation import Observation

from tests import answers
from tests.examples import handshake, leaf, look, observation, sessions
from tests.local_aws.deploy import Stack, deploy
from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount
from tests.local_aws.stack import BUILT
from tests.standin_probe import StandinProbe, registered

CLIENTS = 10
ADDRESSES = 3
PLAINTEXT_CLIENTS = 2
EVERY = 5
"""Of which one does not enforce TLS."""

OF_A_NETWORK = 250
"""Databases."""

DOORS = ("Discover", "Observe", "Report", "Deliver")


@dataclass(frozen=True, slots=True)
class Deployed:
    """The stack, and the variables of its functions."""

    account: EmulatedAccount
    stack: Stack
    environments: dict[str, dict[str, str]]


@contextmanager
def account_of(databases: int, at: datetime, folder: Path) -> Iterator[Deployed]:
    """An account with so many databases, as many weeks before their certificates end as is usual."""
    with ExitStack() as entered:
        account = entered.enter_context(EmulatedAccount(rds(databases, at)))
        stack = deploy(account, BUILT / "template.yaml", parameters=_parameters())
        _end_what_starts_by_itself(account, stack)
        probe = entered.enter_context(StandinProbe(account, folder))
        probe.behave(usual=[to_document(each) for each in observations(at)])
        for number in range(networks(databases)):
            entered.enter_context(registered(account, network(number), probe.arn))
        functions = account.client("lambda")
        environments = {
            door: functions.get_function_configuration(FunctionName=stack.resources[door])["Environment"][
                "Variables"
            ]
            for door in DOORS
        }
        yield Deployed(account, stack, environments)


def rds(databases: int, at: datetime) -> dict[str, Any]:
    """The emulator's document of the one Region that has databases."""
    tens = range(-(-databases // 10))
    instances = [_instance(10 * ten + number, at) for ten in tens for number in range(6)]
    clusters = [f"ledger-{10 * ten + number}" for ten in tens for number in (6, 8)]
    document = {
        "DBInstances": instances
        + [
            answers.member(f"{name}-1", name, EngineVersion="16.6", **_of_number(_number(name), at))
            for name in clusters
        ],
        "DBClusters": [
            answers.cluster(name, f"ledger-{_enforces(_number(name)):d}", {f"{name}-1": "in-sync"})
            for name in clusters
        ],
        "DBParameterGroups": {
            f"{name}-{enforced}": {
                "family": family,
                "parameters": {"rds.force_ssl": {"ParameterValue": str(enforced)}},
            }
            for name, family in (("orders", "postgres17"), ("ledger", "aurora-postgresql16"))
            for enforced in (0, 1)
        },
    }
    text = json.dumps(document, default=datetime.isoformat)
    found: dict[str, Any] = json.loads(text.replace(answers.ACCOUNT.id, ACCOUNT).replace(answers.REGION, REGION))
    return {REGION: found}


def observations(at: datetime) -> list[Observation]:
    """What the stand-in says, in turn, of servers."""
    certificate = leaf(not_before=at - timedelta(days=65), not_after=at + timedelta(days=300))
    shaken = handshake(chain=(certificate, replace(certificate, subject=certificate.issuer)))
    return [
        observation(
            "",
            shaken,
            look(*(_group(client, tls=tls or client >= PLAINTEXT_CLIENTS) for client in range(CLIENTS))),
        )
        for tls in [False] + [True] * (EVERY - 1)
    ]


def network(number: int) -> str:
    """The id of a VPC."""
    return f"vpc-{number:08x}"


def networks(databases: int) -> int:
    """How many there are."""
    return -(-databases // OF_A_NETWORK)


def _group(client: int, *, tls: bool) -> Any:
    addresses = tuple(f"10.0.{client}.{number}" for number in range(ADDRESSES))
    return replace(sessions(f"service-{client}", tls=tls, user=f"service_{client}"), addresses=addresses)


def _instance(number: int, at: datetime) -> dict[str, Any]:
    return answers.instance(f"orders-{number}", f"orders-{_enforces(number):d}", **_of_number(number, at))


def _of_number(number: int, at: datetime) -> dict[str, Any]:
    return {
        "DBSubnetGroup": {
            "DBSubnetGroupName": f"private-{number // OF_A_NETWORK}",
            "VpcId": network(number // OF_A_NETWORK),
            "Subnets": [],
        },
        "CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": at + timedelta(days=300)},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": f"sg-{number % 9:08x}", "Status": "active"}],
        "TagList": [{"Key": key, "Value": f"{key}-{number % 13}"} for key in ("team", "stage", "service")],
    }


def _enforces(number: int) -> bool:
    return number % EVERY != 0


def _number(name: str) -> int:
    return int(name.rsplit("-", 1)[1])


def _parameters() -> dict[str, str]:
    return {
        "ProbeVpcId": "vpc-ffffffff",
        "ProbeSubnetIds": "subnet-0a1b2c3d,subnet-0b1c2d3e",
        "ProbeSecurityGroupIds": "sg-0a1b2c3d",
        "NotificationEmail": "somebody@example.com",
        "SecurityHub": "ENABLED",
        # Counted by itself (logs.py): here there is no log to be read.
        "LogReading": "DISABLED",
    }


def _end_what_starts_by_itself(account: EmulatedAccount, stack: Stack) -> None:
    """Its schedules, and what hands its stream to Deliver: here each is called when its turn comes."""
    schedules = account.client("scheduler")
    for each in schedules.list_schedules()["Schedules"]:
        schedules.delete_schedule(Name=each["Name"])
    account.client("lambda").delete_event_source_mapping(UUID=stack.resources["FindingsStream"])
