"""Who sweeps from here: profiles, roles and sessions as the SDK knows them, and what is said where they fail."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.request import Request, urlopen

import boto3
import botocore.session
import pytest
from botocore.credentials import CredentialResolver, RefreshableCredentials
from botocore.exceptions import (
    BotoCoreError,
    CredentialRetrievalError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from tlscheck.edges.aws import rds, regions, session
from tlscheck.edges.laptop.credentials import Given, Renewed
from tlscheck.inventory.gap import Gap

from tests.answers import instance
from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount
from tests.local_aws.from_here import environment

COMMAND = "import sys; from tlscheck.edges.command.main import main; sys.exit(main())"
OTHER = "444455556666"


class Laptop:
    """A home, and the command run in it."""

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        self.home, self.variables = home, variables

    def config(self, text: str) -> None:
        """Writes ~/.aws/config."""
        (self.home / ".aws").mkdir(exist_ok=True)
        (self.home / ".aws" / "config").write_text(text)

    def runs(self, words: str, **variables: str) -> tuple[int, str, str]:
        """Exit code, standard output and error of `tlscheck sweep`."""
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, "sweep", *shlex.split(words)],
            env=self.variables | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def swept(self, words: str = "", **variables: str) -> list[str]:
        """ARNs of the databases of a sweep of the API alone."""
        report = self.home / "report.json"
        code, out, err = self.runs(f"--no-connect --json {report} {words}", **variables)
        assert code in {0, 1, 3}, (out, err)
        return [each["arn"] for each in json.loads(report.read_text())["databases"]]

    def refused(self, words: str = "", **variables: str) -> str:
        """The one line that is said of what is lacking."""
        code, out, err = self.runs(words, **variables)
        assert (code, out, err.count("\n")) == (2, "", 1), (code, out, err)
        return err.removeprefix("tlscheck: ").rstrip()


@pytest.fixture
def laptop(account: EmulatedAccount, tmp_path: Path) -> Laptop:
    described = [instance("orders", DBParameterGroups=[])]
    account.set_rds(json.loads(json.dumps({REGION: {"DBInstances": described}}, default=datetime.isoformat)))
    return Laptop(tmp_path, environment(tmp_path, account, b"", key=ACCOUNT))


def without(laptop: Laptop, *names: str) -> Laptop:
    """The same without these variables, or those that begin so."""
    left = {name: value for name, value in laptop.variables.items() if not name.startswith(names)}
    return Laptop(laptop.home, left)


KEYS = ("AWS_ACCESS", "AWS_SECRET")
PROFILE = f"[profile audit]\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = test\nregion = {REGION}\n"


def test_a_profile_says_who_and_where(laptop: Laptop) -> None:
    laptop.config(PROFILE)
    bare = without(laptop, *KEYS, "AWS_REGION")
    assert len(bare.swept("--profile audit")) == 1
    assert len(bare.swept(AWS_PROFILE="audit")) == 1


def test_without_any_region_the_partitions_own_is_asked(laptop: Laptop) -> None:
    assert len(without(laptop, "AWS_REGION").swept()) == 1


@pytest.mark.parametrize("how", ["--role-arn", "profile"])
def test_a_role_is_taken_on(laptop: Laptop, how: str) -> None:
    role = f"arn:aws:iam::{OTHER}:role/audit"
    laptop.config(f"{PROFILE}[profile other]\nrole_arn = {role}\nsource_profile = audit\nregion = {REGION}\n")
    words = f"--profile audit --role-arn {role}" if how == "--role-arn" else "--profile other"
    code, out, err = without(laptop, *KEYS).runs(f"--no-connect {words} --save {laptop.home}/l-{{account}}.db")
    assert code in {0, 1, 3}, (out, err)
    assert (laptop.home / f"l-{OTHER}.db").exists()


def test_accounts_are_swept_one_after_the_other_each_with_its_ledger(laptop: Laptop) -> None:
    roles = [f"arn:aws:iam::{number}:role/audit" for number in (ACCOUNT, OTHER)]
    words = " ".join(f"--role-arn {each}" for each in roles)
    code, out, err = laptop.runs(f"--no-connect {words} --save {laptop.home}/l-{{account}}.db")
    assert (code, err) == (3, "") or code == 1
    assert out.index(f"Account {ACCOUNT}") < out.index(f"Account {OTHER}")
    assert {each.name for each in laptop.home.glob("l-*.db")} == {f"l-{ACCOUNT}.db", f"l-{OTHER}.db"}


def test_no_credentials_are_said_soon_and_with_what_to_do(laptop: Laptop) -> None:
    began = time.monotonic()
    said = without(laptop, *KEYS).refused()
    assert "there are no credentials of AWS: name a profile with --profile, or run aws configure" in said
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("words", "variables", "told"),
    [
        ("--profile nobody", {}, "ProfileNotFound: The config profile (nobody) could not be found"),
        ("--profile half", {}, "PartialCredentialsError"),
        ("--profile corp", {}, "the SSO session is over, or was never begun: aws sso login --profile corp"),
        ("", {"AWS_PROFILE": "corp"}, "aws sso login --profile corp"),
        ("--profile vault", {}, "what the profile runs for its credentials failed"),
        ("--profile lost", {}, "'nowhere' is no Region's name: give --region"),
        ("", {"AWS_ENDPOINT_URL": "garbage", "AWS_PROFILE": "audit"}, "Invalid endpoint: garbage"),
        (
            "",
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_PROFILE": "audit"},
            "Could not connect to the endpoint",
        ),
    ],
)
def test_what_a_profile_lacks_is_said_in_one_line(
    laptop: Laptop, words: str, variables: dict[str, str], told: str
) -> None:
    laptop.config(
        f"{PROFILE}[profile half]\naws_access_key_id = x\nregion = {REGION}\n"
        f"[profile corp]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = a\nregion = {REGION}\n"
        f"[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = {REGION}\n"
        f"[profile vault]\ncredential_process = false\nregion = {REGION}\n"
        f"[profile lost]\nregion = nowhere\naws_access_key_id = x\naws_secret_access_key = y\n"
    )
    assert told in without(laptop, *KEYS, "AWS_REGION").refused(words, **variables)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CredentialRetrievalError(provider="vault", error_msg="locked"), "CredentialRetrievalError: Error when"),
        (
            UnauthorizedSSOTokenError(),
            "UnauthorizedSSOTokenError: the SSO session is over, or was never begun: aws",
        ),
        (TokenRetrievalError(provider="sso", error_msg="expired"), "aws sso login --profile corp"),
    ],
)
def test_credentials_that_end_in_the_middle_are_a_reason(error: BotoCoreError, told: str) -> None:
    def renewed() -> dict[str, str]:
        raise error

    over = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    metadata = {"access_key": "a", "secret_key": "b", "token": "c", "expiry_time": over}
    ending = RefreshableCredentials.create_from_metadata(metadata, renewed, "sso")
    signing = botocore.session.Session()
    signing.register_component("credential_provider", CredentialResolver([Given(Renewed(ending, "corp"))]))
    with session.instead(boto3.Session(botocore_session=signing, region_name=REGION)):
        gap = regions.enabled(REGION)
        (described,) = rds.describe_regions([REGION])
    assert isinstance(gap, Gap)
    assert told in gap.reason
    assert described.gaps
    assert all(told in each.reason for each in described.gaps)


class _Relay(BaseHTTPRequestHandler):
    """A proxy for http, that notes what goes through it."""

    seen: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Passes it on."""
        self.seen.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "proxy-connection"}
        with urlopen(Request(self.path, body, headers, method="POST"), timeout=30) as answer:  # noqa: S310 - http
            content = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def proxy() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Relay) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_proxy_is_gone_through(laptop: Laptop, proxy: str) -> None:
    assert len(laptop.swept(HTTP_PROXY=proxy, http_proxy=proxy, NO_PROXY="", no_proxy="")) == 1
    assert _Relay.seen


def test_nothing_is_logged_unless_it_is_asked_for(laptop: Laptop) -> None:
    _, out, err = laptop.runs("--no-connect")
    assert (err, '"level"' in out) == ("", False)
    code, _, err = laptop.runs("--no-connect", TLSCHECK_LOG="LOUD")
    assert code == 2
    assert "TLSCHECK_LOG: 'LOUD' is not allowed; allowed: DEBUG, INFO, WARNING" in err
    assert os.environ.get("TLSCHECK_LOG") is None
