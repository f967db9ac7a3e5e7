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


@pytest.fixture(scope="module")
def laptop(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """With the extra, in the network of an account's servers, and with keys of that account."""
    bare = installed(f"{wheel}[aws]", tmp_path_factory.mktemp("laptop"))
    (packages,) = (bare.home.parent / "env").glob("lib/python*/site-packages")
    shutil.copy(RESOLVER, packages / "names_of_a_vpc.py")
    (packages / "names_of_a_vpc.pth").write_text("import names_of_a_vpc; names_of_a_vpc.only_this_machine()\n")
    with standing() as (account, fleet, _):
        trusted = packages / "rds_trust_store" / "aws.pem"
        trusted.write_bytes(trusted.read_bytes() + fleet.roots_pem)
        iam = account.client("iam")
        iam.create_user(UserName="newcomer")
        policy = bare.run("iam-policy", "sweep", "probe", "logs").stdout
        iam.put_user_policy(UserName="newcomer", PolicyName="sweep", PolicyDocument=policy)
        key = iam.create_access_key(UserName="newcomer")["AccessKey"]
        credentials = {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": account.endpoint,
        }
        yield replace(bare, environment=bare.environment | credentials)


def test_its_servers_are_looked_at(laptop: Laptop) -> None:
    told = laptop.run("sweep").stdout
    assert re.search(r"^CLEAR +orders-prod\b", told, re.MULTILINE)
    assert re.search(r"^FIX_CLIENTS +shipping-prod .*warehouse-scanner", told, re.MULTILINE)


def test_its_logs_tell_of_clients_that_no_look_met(laptop: Laptop) -> None:
    told = laptop.run("sweep", "--no-connect", "--logs").stdout
    assert re.search(r"^FIX_CLIENTS +billing-staging .*month-export", told, re.MULTILINE)


def test_the_oldest_of_what_it_needs_will_do_on_the_oldest_python(
    laptop: Laptop, wheel: Path, tmp_path: Path
) -> None:
    environment(wheel, min(pythons()), "lowest-direct", tmp_path)
    old = with_home(tmp_path)
    told = replace(old, environment=laptop.environment | {"HOME": str(old.home)}).run("sweep", "--no-connect")
    assert re.search(r"^FIX_DATABASE +crm-prod\b", told.stdout, re.MULTILINE), told.stderr


def test_without_the_extra_a_sweep_says_what_to_install_and_all_else_is_as_before(
    wheel: Path, tmp_path: Path
) -> None:
    bare = installed(str(wheel), tmp_path)
    refused = bare.run("sweep")
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
        done = bare.run(*asked)
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
    assert ran.stderr.startswith("tlscheck: no Region: ")


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
