"""The probe's door, from the event to the observations."""

import hashlib
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import probe
import pytest
from tlscheck.edges import documents
from tlscheck.edges.server import regional_roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.iam_login import IamLogin
from tests.local_aws.fleet.servers import Server, Servers
from tests.local_aws.fleet.silent import silent_port

ROOT = Path(__file__).parent.parent
EVENTS = sorted((ROOT / "events").glob("probe_*.json"))
REGION = "us-east-1"


class Invocation:
    """Lambda's context, as far as the probe reads it."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - time.monotonic()) * 1000)


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture
def layer(authority: CertificateAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The layer rds_trust_store, with the root of our own authority in it."""
    package = tmp_path / "rds_trust_store"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "aws.pem").write_bytes(authority.root_pem)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "rds_trust_store", raising=False)
    regional_roots.installed.cache_clear()
    yield
    monkeypatch.delitem(sys.modules, "rds_trust_store", raising=False)
    regional_roots.installed.cache_clear()


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


@pytest.fixture(scope="module")
def server(servers: Servers, authority: CertificateAuthority) -> Server:
    return servers.start("orders", certificate=authority.issue("localhost"))


def target(port: int, name: str = "orders", **changed: str) -> dict[str, Any]:
    arn = f"arn:aws:rds:{REGION}:111122223333:db:{name}"
    return {"arn": arn, "host": "localhost", "port": port, "region": REGION, "login": "none", **changed}


def observed(*targets: dict[str, Any], seconds: float = 20) -> tuple[Observation, ...]:
    answer = probe.handler({"targets": list(targets)}, Invocation(seconds))
    text = json.dumps(answer["observations"])
    return documents.load(tuple[Observation, ...], text)


@pytest.mark.parametrize("event", EVENTS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("layer")
def test_every_event_for_the_console_is_answered(event: Path) -> None:
    """Its databases lie in a Region that the layer has no root of here: nothing leaves this machine."""
    asked = json.loads(event.read_text())
    answer = probe.handler(asked, Invocation(20))
    assert [each["arn"] for each in answer["observations"]] == [each["arn"] for each in asked["targets"]]
    assert [each["handshake"]["outcome"] for each in answer["observations"]] == ["NO_ROOTS"]


@pytest.mark.usefixtures("layer")
def test_an_answer_and_the_log_name_the_version_and_the_roots_that_servers_were_verified_with(
    authority: CertificateAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        answer = probe.handler(json.loads(EVENTS[0].read_text()), Invocation(20))
    assert caplog.messages[0].startswith("tlscheck 0.7.0 | roots: aws.pem: 1 certificates, SHA-256 ")
    assert answer["tlscheck"] == {
        "version": "0.7.0",
        "roots": [
            {
                "bundle": "aws.pem",
                "certificates": 1,
                "sha256": hashlib.sha256(authority.root_pem).hexdigest(),
                "source": "not known: provenance.json does not tell (FileNotFoundError)",
                "taken": None,
            }
        ],
    }


@pytest.mark.usefixtures("layer")
def test_who_looks_at_one_server_from_the_console_is_shown_how_its_certificate_is_made(server: Server) -> None:
    event = json.loads((ROOT / "events" / "probe_handshake_alone.json").read_text())
    event["targets"][0] |= {"host": "localhost", "port": server.port, "region": REGION}
    (answered,) = probe.handler(event, Invocation(20))["observations"]
    shown = answered["handshake"]
    assert shown["outcome"] == "TRUSTED"
    assert (shown["protocol"], shown["cipher"]) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384")
    assert shown["direct_tls"] in {True, False}
    assert (shown["chain"][0]["key"], shown["chain"][0]["signature"]) == ("RSA 2048", "SHA256")
    assert shown["chain"][0]["self_issued"] is False


@pytest.mark.usefixtures("layer")
def test_a_console_event_with_a_mistake_looks_at_nothing(server: Server) -> None:
    connections = server.log.read_text().count("connection received")
    with pytest.raises(BadRequest, match=r"targets\[1\].port: 0 is not allowed; allowed: a whole number from 1"):
        probe.handler({"targets": [target(server.port), target(0)]}, Invocation(20))
    assert server.log.read_text().count("connection received") == connections


@pytest.mark.usefixtures("layer")
def test_a_database_with_a_secret_is_looked_at(account: EmulatedAccount, server: Server, servers: Servers) -> None:
    content = {"username": "tlscheck", "password": servers.passwords["tlscheck"]}
    account.client("secretsmanager").create_secret(Name="tlscheck/orders", SecretString=json.dumps(content))
    (seen,) = observed(target(server.port, login="secret", secret="tlscheck/orders"))  # noqa: S106 - a secret's name
    assert seen.handshake.outcome is HandshakeOutcome.TRUSTED
    assert seen.look.outcome is LookOutcome.SEEN


@pytest.mark.usefixtures("layer", "account")
def test_a_secret_that_cannot_be_read_leaves_the_handshake_seen(server: Server) -> None:
    (seen,) = observed(target(server.port, login="secret", secret="missing"))  # noqa: S106 - a secret's name
    assert seen.handshake.outcome is HandshakeOutcome.TRUSTED
    assert seen.look.outcome is LookOutcome.NO_CREDENTIALS
    assert "ResourceNotFoundException" in seen.look.detail


@pytest.mark.usefixtures("layer")
def test_databases_are_looked_at_side_by_side_and_answered_in_their_order(server: Server) -> None:
    start = time.monotonic()
    with silent_port() as silent:
        quick = [target(server.port, f"quick-{number}") for number in range(6)]
        slow = [target(silent, f"slow-{number}") for number in range(6)]
        asked = [each for pair in zip(slow, quick, strict=True) for each in pair]
        answered = observed(*asked, seconds=4)
    assert time.monotonic() - start < 4
    assert [each.arn for each in answered] == [each["arn"] for each in asked]
    assert {each.handshake.outcome for each in answered[0::2]} == {HandshakeOutcome.TIMED_OUT}
    assert {each.handshake.outcome for each in answered[1::2]} == {HandshakeOutcome.TRUSTED}


@pytest.mark.usefixtures("layer")
def test_what_does_not_fit_into_the_functions_time_comes_back_as_not_tried() -> None:
    start = time.monotonic()
    with silent_port() as silent:
        answered = observed(*(target(silent, f"db-{number}") for number in range(32 + 5)), seconds=4)
    assert time.monotonic() - start < 4
    outcomes = [each.handshake.outcome for each in answered]
    assert outcomes == [HandshakeOutcome.TIMED_OUT] * 32 + [HandshakeOutcome.NOT_TRIED] * 5
    assert {each.look.outcome for each in answered} == {LookOutcome.NOT_TRIED}


HANGS = "hangs.c9x2example.us-east-1.rds.amazonaws.com"


@pytest.mark.usefixtures("layer")
def test_a_name_that_is_never_resolved_does_not_hold_the_others_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    resolve = socket.getaddrinfo

    def resolve_or_hang(host: str, *arguments: Any, **options: Any) -> Any:
        if host == HANGS:
            over.wait(20)
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_or_hang)
    hangs, fine = observed(target(5432, "hangs", host=HANGS), target(server.port), seconds=4)
    over.set()
    assert hangs.handshake.outcome is HandshakeOutcome.UNREACHABLE
    assert "no answer from the resolver in time" in hangs.handshake.detail
    assert fine.handshake.outcome is HandshakeOutcome.TRUSTED


@pytest.mark.usefixtures("layer")
def test_every_look_bears_a_moment_between_the_question_and_the_answer(server: Server) -> None:
    asked = datetime.now(UTC)
    with silent_port() as silent:
        answered = observed(
            target(server.port),
            target(silent, "silent"),
            target(server.port, "elsewhere", region="eu-west-1"),
            seconds=4,
        )
    assert [each.handshake.outcome for each in answered] == [
        *(HandshakeOutcome.TRUSTED, HandshakeOutcome.TIMED_OUT, HandshakeOutcome.NO_ROOTS)
    ]
    for each in answered:
        assert each.look.at
        assert asked <= each.look.at <= datetime.now(UTC)


@pytest.mark.usefixtures("layer")
def test_a_function_that_is_almost_over_tries_nothing(server: Server) -> None:
    (seen,) = observed(target(server.port), seconds=1)
    assert (seen.handshake.outcome, seen.look.outcome) == (HandshakeOutcome.NOT_TRIED, LookOutcome.NOT_TRIED)


@pytest.mark.usefixtures("layer")
def test_nothing_that_is_logged_or_answered_holds_a_secret(  # noqa: PLR0917 - they are fixtures
    account: EmulatedAccount,
    server: Server,
    servers: Servers,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    password = servers.passwords["tlscheck"]
    account.client("secretsmanager").create_secret(
        Name="tlscheck/quiet", SecretString=json.dumps({"username": "tlscheck", "password": password})
    )
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "IQoJb3JpZ2lu")
    tokens: list[str] = []

    def refuse(token: str, _: str) -> str:
        tokens.append(token)
        return "no"

    caplog.set_level(logging.INFO)
    with IamLogin(server, refuse) as front:
        answered = observed(
            target(server.port, "a", login="secret", secret="tlscheck/quiet"),  # noqa: S106 - a secret's name
            target(front.port, "b", login="iam", user="tlscheck"),
            target(server.port, "c", login="iam", user="tlscheck"),
        )
    assert [each.look.outcome for each in answered] == [
        LookOutcome.SEEN,
        LookOutcome.LOGIN_REFUSED,
        LookOutcome.LOGIN_REFUSED,
    ]
    shown = caplog.text + "".join(capfd.readouterr()) + repr(answered)
    assert "look LOGIN_REFUSED" in shown
    assert tokens
    for secret in (password, "wJalrXUtnFEMI", "IQoJb3JpZ2lu", "X-Amz-Signature", *tokens):
        assert secret not in shown


def test_the_probe_starts_without_the_sdk_and_without_pydantic() -> None:
    heavy = ["boto3", "botocore", "pydantic", "aws_lambda_powertools", "aws_xray_sdk", "jmespath"]
    code = f"import sys, probe; print([name for name in {heavy} if name in sys.modules])"
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "functions", capture_output=True, text=True, check=True
    )
    assert started.stdout.strip() == "[]"
    assert started.stderr == ""
