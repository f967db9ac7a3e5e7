"""A newcomer's path: the wheel, an empty home, and the keys of a user with the policy that `iam-policy` prints."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.local_aws.emulator.account import REGION
from tests.local_aws.stack import standing
from tests.pythons import pythons
from tests.test_package import ROOT, UV, environment, uv, wheel_in

RESOLVER = ROOT / "tests" / "local_aws" / "emulator" / "worker" / "names.py"
"""Leads RDS's names to this machine, where the fleet's servers listen."""

NO_SDK = (
    "tlscheck: sweep needs the AWS SDK: install tlscheck with its extra `aws`, as in a checkout"
    " uvx --from '.[aws]' tlscheck sweep does\n"
)


@dataclass(frozen=True)
class Newcomer:
    """Keys of an account as variables, and the roots of its Regions."""

    variables: dict[str, str]
    roots: bytes


@dataclass(frozen=True)
class Laptop:
    """A newcomer's machine with a `tlscheck`."""

    command: Path
    home: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """What the command does; whatever is asked, it leaves nothing in the home."""
        ran = subprocess.run(
            [self.command, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=self.environment,
            timeout=120,
        )
        assert "Traceback" not in ran.stderr
        assert list(self.home.iterdir()) == []
        return ran


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_in(tmp_path_factory.mktemp("wheel"))


def installed(what: str, folder: Path) -> Laptop:
    """A machine with it in a fresh environment."""
    uv("venv", "--python", sys.executable, folder / "env", folder=folder)
    uv("pip", "install", "--python", folder / "env" / "bin" / "python", what, folder=folder)
    return with_home(folder)


def with_home(folder: Path) -> Laptop:
    """A machine whose home is empty, with the environment in that folder."""
    home = folder / "home"
    home.mkdir()
    return Laptop(folder / "env" / "bin" / "tlscheck", home, {"HOME": str(home)})


def in_its_network(bare: Laptop, newcomer: Newcomer) -> Laptop:
    """The machine where the account's servers can be reached and verified, with its keys."""
    (packages,) = (bare.home.parent / "env").glob("lib/python*/site-packages")
    shutil.copy(RESOLVER, packages / "names_of_a_vpc.py")
    (packages / "names_of_a_vpc.pth").write_text("import names_of_a_vpc; names_of_a_vpc.only_this_machine()\n")
    trusted = packages / "rds_trust_store" / "aws.pem"
    trusted.write_bytes(trusted.read_bytes() + newcomer.roots)
    return replace(bare, environment=bare.environment | newcomer.variables)


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """With the extra, and without credentials."""
    return installed(f"{wheel}[aws]", tmp_path_factory.mktemp("laptop"))


@pytest.fixture(scope="module")
def newcomer(bare: Laptop) -> Iterator[Newcomer]:
    """A user of an account of real servers, with no more rights than tlscheck says that a sweep needs."""
    with standing() as (account, fleet, _):
        iam = account.client("iam")
        iam.create_user(UserName="newcomer")
        policy = bare.run("iam-policy", "sweep", "probe", "logs").stdout
        iam.put_user_policy(UserName="newcomer", PolicyName="sweep", PolicyDocument=policy)
        key = iam.create_access_key(UserName="newcomer")["AccessKey"]
        variables = {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": account.endpoint,
        }
        yield Newcomer(variables, fleet.roots_pem)


@pytest.fixture(scope="module")
def laptop(bare: Laptop, newcomer: Newcomer) -> Laptop:
    return in_its_network(bare, newcomer)


def test_the_first_thing_to_do_is_the_right_one(laptop: Laptop) -> None:
    """Of three databases no client of theirs needs to be seen for what comes first."""
    swept = laptop.run("sweep")
    assert swept.returncode == 1
    _, _, steps = swept.stdout.partition("\nWhat to do first:\n")
    first, named, *_ = steps.splitlines()
    assert first == (
        "  1. FIX_DATABASE, 3 databases: Give the clients the new root certificate, then change the database's CA."
    )
    assert named.strip() == "catalog-multiaz; crm-prod; orders-replica"
    rows = dict(re.findall(r"^(\S+) .* (\S+)$", swept.stdout, re.MULTILINE))
    assert (rows["orders-prod"], rows["shipping-prod"], rows["hr-prod"]) == (
        "CLEAR",
        "FIX_CLIENTS",
        "NOT_OBSERVED",
    )


def test_what_the_readme_shows_is_what_is_said(laptop: Laptop) -> None:
    """All but some databases and steps, in the same order."""
    readme = (ROOT / "README.md").read_text()
    (command,) = re.findall(r"^uvx --from '\.\[aws\]' tlscheck (sweep .+)$", readme, re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(35 days of logs .+?)^```$", readme, re.MULTILINE | re.DOTALL)
    swept = laptop.run(*command.split())
    assert swept.returncode == 1
    said = iter((swept.stderr + swept.stdout).splitlines())
    assert [line for line in shown.splitlines() if line not in said] == []


def test_its_logs_name_a_client_that_no_look_met(laptop: Laptop) -> None:
    told = laptop.run("sweep", "--no-connect", "--logs", "--database", "billing-staging").stdout
    assert re.search(r'^ +"month-export" as "reports" in "postgres": by the log without TLS', told, re.MULTILINE)


def test_the_oldest_of_what_it_needs_will_do_on_the_oldest_python(
    newcomer: Newcomer, wheel: Path, tmp_path: Path
) -> None:
    environment(wheel, min(pythons()), "lowest-direct", tmp_path)
    told = in_its_network(with_home(tmp_path), newcomer).run("sweep")
    assert told.returncode == 1, told.stderr
    assert re.search(r"^orders-prod .* TRUSTED .* 3/0 +CLEAR$", told.stdout, re.MULTILINE)
    assert re.search(r"^crm-prod .* UNKNOWN_ISSUER .* FIX_DATABASE$", told.stdout, re.MULTILINE)


def test_without_the_extra_a_sweep_says_what_to_install_and_all_else_is_as_before(
    wheel: Path, tmp_path: Path
) -> None:
    lacking = installed(str(wheel), tmp_path)
    refused = lacking.run("sweep")
    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", NO_SDK)
    host = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
    for asked in (
        ("--help",),
        ("--version",),
        ("sweep", "--help"),
        ("iam-policy", "sweep", "logs"),
        ("client", f"host={host} sslmode=require"),
        ("rehearse", "--schema"),
        ("trust-store", "show", str(next((tmp_path / "env").glob("lib/*/site-packages/rds_trust_store/aws.pem")))),
    ):
        done = lacking.run(*asked)
        assert (done.returncode, done.stderr) == (0, ""), asked


def test_what_it_says_to_install_is_enough(tmp_path: Path) -> None:
    """Its own words, in the checkout; there are no credentials, so AWS cannot be asked who this is."""
    (words,) = re.findall(r"uvx (--from '\.\[aws\]' tlscheck sweep)", NO_SDK)
    source, *command = words.replace("--from ", "").replace("'", "").split()
    ran = subprocess.run(
        [UV, "--quiet", "tool", "run", "--python", sys.executable, "--from", source, *command],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        | {"AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("tlscheck: nothing can be asked of AWS: there are no credentials of AWS: ")


WITHOUT = {"boto3", "botocore", "rich", "aws_lambda_powertools", "sqlite3", "tlscheck.edges.laptop.sweeping"}
"""What a sweep alone needs: half a second of imports."""


@pytest.mark.parametrize(
    "asked", [["--help"], ["client", "host=db.example.com sslmode=require"], ["sweep", "--help"]], ids=" ".join
)
def test_nobody_else_waits_for_what_a_sweep_imports(asked: list[str]) -> None:
    program = f"""
import json, sys
from tlscheck.edges.command.main import main
try:
    main({asked!r})
except SystemExit:
    pass
print(json.dumps(sorted({WITHOUT!r} & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
