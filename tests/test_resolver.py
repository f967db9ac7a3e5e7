"""Names between a host and its address, asked in time."""

import socket
import threading
import time
from typing import Any

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.resolver import aliases
from tlscheck.edges.server.servers import observe
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, PlaintextOutcome
from tlscheck.wire.target import Login, Target, Visit

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.iam_login import IamLogin
from tests.local_aws.fleet.servers import Servers

REGION = "us-east-1"
ENDPOINT = "orders.c9x2example.us-east-1.rds.amazonaws.com"
OWN_NAME = "orders.example.test"
CUSTOM = "readers.cluster-custom-c9x2example.us-east-1.rds.amazonaws.com"


def test_a_name_that_does_not_resolve_has_no_aliases() -> None:
    assert aliases("orders.invalid", Deadline.within(5)) == ()


def test_a_resolver_that_does_not_answer_is_given_up_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda _: over.wait(10))
    start = time.monotonic()
    assert aliases("orders.example", Deadline.within(0.3)) == ()
    assert time.monotonic() - start < 5  # the resolver would have taken 10
    over.set()


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A DNS in which all these names lead to this machine, by way of the endpoint."""
    resolve = socket.getaddrinfo
    ours = {ENDPOINT, OWN_NAME, CUSTOM}

    def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if host in ours else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda host: (ENDPOINT, [host], ["127.0.0.1"]))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


@pytest.mark.parametrize("login", [Login.IAM, Login.NONE])
def test_a_host_of_the_network_that_is_no_endpoint_of_rds_is_not_touched(
    authority: CertificateAuthority, login: Login
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        target = Target("arn:1", "127.0.0.1", listener.getsockname()[1], REGION, login, "tlscheck")
        seen = observe(target, RegionalRoots(authority.root_pem), Deadline.within(8), Visit(plaintext=True))
        with pytest.raises(TimeoutError):
            listener.accept()
    assert seen.handshake.outcome is HandshakeOutcome.NOT_TRIED
    assert seen.handshake.detail.startswith("127.0.0.1 is no endpoint of RDS")
    assert (seen.look.outcome, seen.plaintext.outcome) == (LookOutcome.NOT_TRIED, PlaintextOutcome.NOT_TRIED)


@pytest.mark.usefixtures("names")
def test_a_token_is_signed_for_the_endpoint_that_a_name_of_the_owners_leads_to(
    authority: CertificateAuthority,
) -> None:
    tokens: list[str] = []

    def verify(token: str, _: str) -> None:
        tokens.append(token)

    with Servers() as servers:
        server = servers.start("orders", authority.issue(ENDPOINT, CUSTOM))
        with IamLogin(server, verify) as front:
            for host in (ENDPOINT, OWN_NAME, CUSTOM):
                target = Target("arn:1", host, front.port, REGION, Login.IAM, "tlscheck")
                seen = observe(target, RegionalRoots(authority.root_pem), Deadline.within(10))
                assert seen.handshake.outcome is HandshakeOutcome.TRUSTED, host
                assert seen.look.outcome is LookOutcome.SEEN, host
    assert {token.split("/")[0] for token in tokens} == {f"{ENDPOINT}:{front.port}"}
    assert len(tokens) == 3


@pytest.mark.usefixtures("names")
def test_a_password_is_never_sent_to_what_a_name_merely_leads_to(authority: CertificateAuthority) -> None:
    with Servers() as servers:
        server = servers.start("orders", authority.issue(ENDPOINT))
        target = Target("arn:1", OWN_NAME, server.port, REGION, Login.SECRET, "", "a-secret")
        seen = observe(target, RegionalRoots(authority.root_pem), Deadline.within(10))
    assert seen.handshake.outcome is HandshakeOutcome.WRONG_NAME
    assert seen.look.outcome is LookOutcome.NOT_TRIED


@pytest.mark.usefixtures("names")
def test_a_custom_endpoint_that_leads_to_no_other_is_told_so(
    authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostbyname_ex", lambda host: (host, [], ["127.0.0.1"]))
    with Servers() as servers:
        server = servers.start("orders", authority.issue(CUSTOM))
        target = Target("arn:1", CUSTOM, server.port, REGION, Login.IAM, "tlscheck")
        seen = observe(target, RegionalRoots(authority.root_pem), Deadline.within(10))
    assert seen.look.outcome is LookOutcome.NO_CREDENTIALS
    assert "no IAM token for the custom endpoint" in seen.look.detail
