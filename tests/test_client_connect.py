"""`tlscheck client --connect` does what the client would do, and its verdict follows what was shown."""

import json
import os
import pwd
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tlscheck.edges.command.main import main
from tlscheck.survival.client_schema import SCHEMA

from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.servers import Servers

ENDPOINT = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


@dataclass(frozen=True)
class Fleet:
    """Servers on loopback by what they present, and the roots of both."""

    good: int
    """By the name localhost, from the right root."""

    misnamed: int
    plain: int
    """Without TLS."""

    right: Path
    wrong: Path


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("connect")
    authority, other = regional("eu-central-1"), regional("eu-central-1")
    (folder / "right.pem").write_bytes(authority.root_pem)
    (folder / "wrong.pem").write_bytes(other.root_pem)
    with Servers() as servers:
        yield Fleet(
            servers.start("orders", authority.issue("localhost")).port,
            servers.start("misnamed", authority.issue(ENDPOINT)).port,
            servers.start("plain", None).port,
            folder / "right.pem",
            folder / "wrong.pem",
        )


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("HOME", str(tmp_path))
    entry = pwd.getpwuid(os.getuid())
    monkeypatch.setattr(pwd, "getpwuid", lambda _: pwd.struct_passwd((*entry[:5], str(tmp_path), entry[6])))

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["client", "--connect", "--json", *words])
        document = json.loads(capsys.readouterr().out)
        jsonschema.validate(document, SCHEMA)
        (client,) = document["clients"]
        return code, client

    return ask


def outcomes(client: Any) -> list[str]:
    return [each["outcome"] for each in client["tried"]]


def test_it_is_verified_with_the_clients_own_store_whatever_was_predicted(ask: Any, fleet: Fleet) -> None:
    """Its private root is right for this server, though it lacks the Region's: a failure was predicted."""
    words = f"host=localhost port={fleet.good} sslmode=verify-full sslrootcert={fleet.right}"
    code, client = ask(words, "--region", "eu-central-1")
    (tried,) = client["tried"]
    assert tried["outcome"] == "TRUSTED"
    assert tried["verifies"] == "chain and name"
    assert "Amazon RDS eu-central-1 Root CA RSA2048 G1" in tried["root"]
    assert "carries the name localhost" in tried["detail"]
    assert client["outlooks"]["today"]["verdict"] == "SURVIVES"
    assert client["outlooks"]["rotated"]["verdict"] == "UNKNOWN"
    assert "expected to fail today too, and did not" in client["outlooks"]["rotated"]["why"]
    assert (code, client["verdict"]) == (3, "UNKNOWN")


@pytest.mark.parametrize(
    ("mode", "outcome", "today", "code"),
    [
        ("verify-full", "UNKNOWN_ISSUER", "DOES_NOT", 1),
        ("verify-ca", "UNKNOWN_ISSUER", "DOES_NOT", 1),
        ("require", "UNKNOWN_ISSUER", "DOES_NOT", 1),
        ("prefer", "UNKNOWN_ISSUER", "DOES_NOT", 1),  # it goes on in plaintext, silently
        ("disable", "NOT_TRIED", "SURVIVES", 1),  # DOES_NOT under enforcement
        ("allow", "NOT_TRIED", "SURVIVES", 1),
    ],
)
def test_a_store_that_lacks_the_root_is_refused_as_the_client_would(  # noqa: PLR0917 - a row of the table
    ask: Any, fleet: Fleet, mode: str, outcome: str, today: str, code: int
) -> None:
    words = f"host=localhost port={fleet.good} sslmode={mode} sslrootcert={fleet.wrong}"
    said, client = ask(words, "--region", "eu-central-1")
    assert (outcomes(client), client["outlooks"]["today"]["verdict"], said) == ([outcome], today, code)


def test_who_verifies_nothing_is_never_told_trusted(ask: Any, fleet: Fleet) -> None:
    code, client = ask(f"host=localhost port={fleet.good} sslmode=require")
    assert (code, outcomes(client)) == (0, ["NOT_VERIFIED"])
    assert client["tried"][0]["root"] is None


def test_without_a_root_nothing_is_tried(ask: Any, fleet: Fleet) -> None:
    code, client = ask(f"host=localhost port={fleet.good} sslmode=verify-full")
    assert (code, outcomes(client)) == (1, ["NOT_TRIED"])
    assert "it has no file of roots to verify with" in client["tried"][0]["detail"]


def test_without_tls_nothing_is_tried(ask: Any, fleet: Fleet) -> None:
    _, client = ask(f"host=localhost port={fleet.good} sslmode=disable")
    assert outcomes(client) == ["NOT_TRIED"]
    assert client["tried"][0]["detail"] == "This client makes no TLS with a server that takes it without."


def test_the_name_is_that_of_the_host_and_the_address_is_where_it_goes(ask: Any, fleet: Fleet) -> None:
    at = f"host={ENDPOINT} hostaddr=127.0.0.1 port={fleet.misnamed} sslmode=verify-full sslrootcert={fleet.right}"
    _, client = ask(at)
    assert outcomes(client) == ["TRUSTED"]
    assert f"carries the name {ENDPOINT}" in client["tried"][0]["detail"]
    _, by_address = ask(f"host=127.0.0.1 port={fleet.good} sslmode=verify-full sslrootcert={fleet.right}")
    assert outcomes(by_address) == ["WRONG_NAME"]
    _, any_name = ask(f"host=127.0.0.1 port={fleet.good} sslmode=verify-ca sslrootcert={fleet.right}")
    assert outcomes(any_name) == ["TRUSTED"]
    assert "looks at no name" in any_name["tried"][0]["detail"]


def test_every_host_is_tried_and_all_must_hold(ask: Any, fleet: Fleet) -> None:
    hosts = f"host=localhost,localhost port={fleet.good},{fleet.misnamed}"
    code, client = ask(f"{hosts} sslmode=verify-full sslrootcert={fleet.right}", "--region", "eu-central-1")
    assert outcomes(client) == ["TRUSTED", "WRONG_NAME"]
    assert (code, client["verdict"]) == (1, "DOES_NOT")
    assert [each["port"] for each in client["hosts"]] == [fleet.good, fleet.misnamed]


def test_a_server_without_tls_is_shown_so(ask: Any, fleet: Fleet) -> None:
    code, client = ask(f"host=localhost port={fleet.plain} sslmode=require")
    assert outcomes(client) == ["TLS_REFUSED"]
    assert (code, client["outlooks"]["today"]["verdict"]) == (1, "DOES_NOT")


@pytest.mark.parametrize("about", ["rotation", "enforcement", "both"])
@pytest.mark.parametrize("host", ["localhost port=1", "no-such-host.invalid"])
def test_a_server_that_is_not_reached_is_never_called_survived(ask: Any, host: str, about: str) -> None:
    code, client = ask(f"host={host} sslmode=require", "--about", about)
    today = client["outlooks"]["today"]
    assert (code, client["verdict"], outcomes(client)) == (3, "UNKNOWN", ["UNREACHABLE"])
    assert "the handshake that was asked for was not made" in today["why"]
    assert "By its words: It encrypts and verifies nothing" in today["why"]


def test_what_its_words_refuse_stays_refused_where_no_server_is_reached(ask: Any) -> None:
    code, client = ask("host=localhost port=1 sslmode=disable", "--about", "enforcement")
    assert (code, client["verdict"]) == (1, "DOES_NOT")


def test_who_makes_no_tls_is_answered_by_its_words(ask: Any) -> None:
    code, client = ask("host=localhost port=1 sslmode=disable", "--about", "rotation")
    assert (code, client["verdict"], outcomes(client)) == (0, "SURVIVES", ["NOT_TRIED"])


def test_what_cannot_be_tried_from_here_is_not_known(ask: Any, fleet: Fleet) -> None:
    words = f"host=localhost port={fleet.good} sslmode=require sslnegotiation=direct"
    code, client = ask(words, "--driver-version", "17")
    assert (code, client["verdict"], outcomes(client)) == (3, "UNKNOWN", ["NOT_TRIED"])
    assert "begins TLS without asking" in client["outlooks"]["today"]["why"]


@pytest.mark.parametrize(
    ("host", "server", "outcome", "today"),
    [
        ("localhost", "good", "NOT_VERIFIED", "SURVIVES"),
        ("localhost", "misnamed", "WRONG_NAME", "DOES_NOT"),
        ("127.0.0.1", "good", "WRONG_NAME", "DOES_NOT"),
    ],
)
def test_who_looks_at_the_name_alone_trusts_nobody_and_meets_its_name(  # noqa: PLR0917 - a row of the table
    ask: Any, fleet: Fleet, host: str, server: str, outcome: str, today: str
) -> None:
    factory = "sslfactory=org.postgresql.ssl.NonValidatingFactory"
    _, client = ask(f"jdbc:postgresql://{host}:{getattr(fleet, server)}/d?sslmode=verify-full&{factory}")
    (tried,) = client["tried"]
    assert (tried["outcome"], tried["verifies"], tried["root"]) == (outcome, "name", None)
    assert client["outlooks"]["today"]["verdict"] == today


def test_what_is_refused_is_told_of_the_clients_own_roots_and_name(ask: Any, fleet: Fleet) -> None:
    """The Region's roots and the endpoint's name were not what it asked for."""
    at = f"host=nx.invalid hostaddr=127.0.0.1 port={fleet.good} sslmode=verify-full"
    _, foreign = ask(f"{at} sslrootcert={fleet.wrong}")
    assert "not among the client's own roots" in foreign["tried"][0]["detail"]
    assert "Region" not in foreign["tried"][0]["detail"]
    _, misnamed = ask(f"{at} sslrootcert={fleet.right}")
    assert misnamed["tried"][0]["detail"] == "Verification failed: the certificate does not carry nx.invalid."


def test_a_name_that_was_shown_is_not_asked_for_again(ask: Any, fleet: Fleet) -> None:
    verifying = f"sslmode=verify-full sslrootcert={fleet.right}"
    _, carried = ask(f"host=localhost port={fleet.good} {verifying}")
    assert carried["outlooks"]["rotated"]["question"] == (
        "In which Region does the database lie? Say its endpoint, or the Region."
    )
    _, missed = ask(f"host=localhost port={fleet.misnamed} {verifying}")
    assert missed["outlooks"]["rotated"]["causes"] == ["WRONG_NAME"]
    assert "verify-ca" in missed["fix"]["line"]


def test_two_servers_that_show_both_leave_a_name_open(ask: Any, fleet: Fleet) -> None:
    hosts = f"host=localhost,localhost port={fleet.good},{fleet.misnamed}"
    _, client = ask(f"{hosts} sslmode=verify-full sslrootcert={fleet.right}")
    assert client["outlooks"]["rotated"]["perhaps"] == ["UNTRUSTED", "WRONG_NAME"]


def test_a_handshake_that_fails_for_another_reason_leaves_today_open(ask: Any) -> None:
    def answer(web: socket.socket) -> None:
        with web.accept()[0] as client:
            client.sendall(b"HTTP/1.1 400 Bad Request")

    with socket.create_server(("127.0.0.1", 0)) as web, ThreadPoolExecutor() as pool:
        pool.submit(answer, web)
        code, client = ask(f"host=127.0.0.1 port={web.getsockname()[1]} sslmode=require")
    assert (code, outcomes(client)) == (3, ["NOT_POSTGRESQL"])
    assert client["outlooks"]["today"]["verdict"] == "UNKNOWN"
    assert client["outlooks"]["rotated"]["verdict"] == "SURVIVES"


def test_rusts_native_tls_has_the_first_certificate_of_a_file_alone(
    ask: Any, fleet: Fleet, tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    for first, second, outcome in (
        (fleet.right, fleet.wrong, "TRUSTED"),
        (fleet.wrong, fleet.right, "UNKNOWN_ISSUER"),
    ):
        both.write_bytes(first.read_bytes() + second.read_bytes())
        options = json.dumps({"connector": "native-tls", "ca": str(both)})
        words = f"host=localhost port={fleet.good} sslmode=require"
        _, client = ask("--driver", "tokio-postgres", "--options", options, words)
        assert outcomes(client) == [outcome]


def test_a_root_of_the_system_counts_beside_that_of_the_file(
    ask: Any, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(fleet.right))
    options = json.dumps({"connector": "native-tls", "ca": str(fleet.wrong)})
    words = f"host=localhost port={fleet.good} sslmode=require"
    _, client = ask("--driver", "tokio-postgres", "--options", options, words)
    assert outcomes(client) == ["TRUSTED"]
