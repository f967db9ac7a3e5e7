"""Servers that were not reached at a public address say so, and no others."""

import errno
import socket
from typing import Any

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.inventory.database import Database
from tlscheck.verdict.reaching import reach
from tlscheck.wire.observation import HandshakeOutcome
from tlscheck.wire.public_address import unreached
from tlscheck.wire.target import Login, Target

from tests.examples import database, evidence, handshake, observation
from tests.local_aws.fleet.certificates import regional

PEERING = "from another VPC, enable DNS resolution support on the peering connection"
ENDPOINT = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com:5432"
LED = "the name resolved to the public address"
ROUTE = "see that the probe's subnets have a route to it for IPv6"


@pytest.mark.parametrize(
    ("tried", "why"),
    [
        (["54.93.12.7"], f"the name resolved to the public address 54.93.12.7: {PEERING}"),
        (["10.0.1.5"], ""),
        (["172.31.4.4"], ""),
        (["192.168.0.9"], ""),
        (["100.64.0.1"], ""),
        (["169.254.1.1"], ""),
        (["127.0.0.1"], ""),
        (["198.18.0.1"], ""),
        (["fd12:3456::1"], ""),
        (["fe80::1%eth0"], ""),
        (["::1"], ""),
        (["::ffff:10.0.0.7"], ""),
        (["::ffff:54.93.12.7"], f"the name resolved to the public address 54.93.12.7: {PEERING}"),
        (["64:ff9b::a00:7"], ""),
        (["64:ff9b::365d:c07"], f"the name resolved to the public address 54.93.12.7: {PEERING}"),
        (["2600:1f18::5"], f"the name resolved to the public address 2600:1f18::5: {ROUTE}"),
        # A private database of two stacks has a public address of IPv6 as well; its IPv4 says more.
        (["2600:1f18::5", "54.93.12.7"], f"the name resolved to the public address 54.93.12.7: {PEERING}"),
        (["2600:1f18::5", "10.0.1.5"], f"the name resolved to the public address 2600:1f18::5: {ROUTE}"),
        (["10.0.1.5", "54.93.12.7"], f"the name resolved to the public address 54.93.12.7: {PEERING}"),
        (["/run/socket"], ""),
        ([], ""),
    ],
)
def test_only_a_public_address_is_a_reason(tried: list[str], why: str) -> None:
    assert unreached(tried) == why


@pytest.mark.parametrize(
    ("of", "why", "step"),
    [
        (
            database(publicly_accessible=True),
            PEERING,
            "Have orders-prod.c9x2example.us-east-1.rds.amazonaws.com:5432 ",
        ),
        (
            database(publicly_accessible=None),
            PEERING,
            "Have orders-prod.c9x2example.us-east-1.rds.amazonaws.com:5432 ",
        ),
        # Its VPC uses a range that is public elsewhere.
        (database(publicly_accessible=False), PEERING, f"Let the probe's security group reach {ENDPOINT}"),
        (database(publicly_accessible=True), ROUTE, f"Let the probe's security group reach {ENDPOINT}"),
    ],
)
def test_the_next_step_is_the_names_where_the_database_may_be_public(of: Database, why: str, step: str) -> None:
    unreachable = handshake(HandshakeOutcome.UNREACHABLE, f"No TCP connection in time: {why}.", chain=())
    assert reach(evidence(of, observation(of.arn, unreachable))).startswith(step)


def test_the_next_step_names_the_vpc_and_the_two_ways() -> None:
    of = database(publicly_accessible=True)
    unreachable = handshake(HandshakeOutcome.UNREACHABLE, f"No TCP connection in time: {PEERING}.", chain=())
    assert reach(evidence(of, observation(of.arn, unreachable))) == (
        f"Have {ENDPOINT} resolve to its private address where the probe runs: enable DNS resolution support on "
        "the peering connection with vpc-0a1b2c3d, or DNS support on the transit gateway's attachment. "
        "Or deploy this template with Role=probe-only there."
    )


class Lost(socket.socket):
    """A socket whose packets nobody answers, as those to a public address from an isolated subnet."""

    error: OSError

    def connect(self, _address: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("addresses", "error", "detail"),
    [
        (
            ["54.93.12.7"],
            TimeoutError("timed out"),
            f"No TCP connection in time: the name resolved to the public address 54.93.12.7: {PEERING}.",
        ),
        (
            ["2600:1f18::5", "54.93.12.7"],
            TimeoutError("timed out"),
            f"No TCP connection in time: the name resolved to the public address 54.93.12.7: {PEERING}.",
        ),
        (
            ["54.93.12.7"],
            OSError(errno.ENETUNREACH, "Network is unreachable"),
            f"No TCP connection: Network is unreachable: {LED} 54.93.12.7: {PEERING}.",
        ),
        (
            ["10.0.1.5", "10.0.2.5"],
            TimeoutError("timed out"),
            "No TCP connection in time: a security group, network ACL or route drops it.",
        ),
        (["10.0.1.5"], OSError(errno.EHOSTUNREACH, "No route to host"), "No TCP connection: No route to host."),
        # Somebody answered there: no peering is in the way.
        (
            ["54.93.12.7"],
            ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
            "Nothing listens on the port: the connection was refused.",
        ),
    ],
)
def test_the_probe_says_to_which_address_it_was_led(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], error: OSError, detail: str
) -> None:
    """That packets to a public address are lost is modelled: the sockets raise what the system would."""
    found = [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 5432))
        for each in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda host: (host, [], addresses))
    monkeypatch.setattr(Lost, "error", error, raising=False)
    monkeypatch.setattr(socket, "socket", Lost)
    target = Target("arn:1", "orders.c9x2example.us-east-1.rds.amazonaws.com", 5432, "us-east-1", Login.NONE, "")
    seen = observe(target, RegionalRoots(regional("us-east-1").root_pem), Deadline.within(5))
    assert (seen.handshake.outcome, seen.handshake.detail) == (HandshakeOutcome.UNREACHABLE, detail)
