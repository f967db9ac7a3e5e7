"""`tlscheck client --connect` does what the client would do, and its verdict follows what was shown."""

import json
import os
import pwd
from collections.abc import Iterator
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


def test_a_server_that_is_not_reached_changes_nothing(ask: Any) -> None:
    code, client = ask("host=localhost port=1 sslmode=require")
    assert (code, outcomes(client), client["outlooks"]["today"]["verdict"]) == (0, ["UNREACHABLE"], "SURVIVES")
