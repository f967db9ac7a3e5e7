"""The emulated account starts alone, sees nothing of this machine, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount, EmulatorError

ROOT = Path(__file__).parents[1]
OWNER = """
    import os, sys, time
    from tests.local_aws.emulator.account import EmulatedAccount
    with EmulatedAccount() as account:
        print(account.endpoint, account.log.parent, flush=True)
        time.sleep(60)
"""


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


def processes_of(folder: str) -> list[str]:
    """Command lines of processes that have the folder in their environment or command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            seen = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue  # gone, or another user's
        if folder.encode() in seen and process.name != str(os.getpid()):
            found.append(process.name)
    return found


def wait_until_gone(folder: str) -> None:
    end = time.monotonic() + 10
    while processes_of(folder) or Path(folder).exists():
        assert time.monotonic() < end, f"left behind: {processes_of(folder)} {folder}"
        time.sleep(0.05)


def test_the_account_is_the_one_of_the_documentation(account: EmulatedAccount) -> None:
    assert account.client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_three_regions_are_enabled_one_is_opted_in_and_one_is_not(account: EmulatedAccount) -> None:
    regions = account.client("account").list_regions()["Regions"]
    assert [region["RegionOptStatus"] for region in regions].count("ENABLED_BY_DEFAULT") == 3
    enabled = account.client("account").list_regions(RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])
    answered = account.client("ec2").describe_regions()["Regions"]
    assert {region["RegionName"] for region in enabled["Regions"]} == {one["RegionName"] for one in answered}
    everything = account.client("ec2").describe_regions(AllRegions=True)["Regions"]
    assert len(everything) == len(answered) + 1


def test_it_listens_on_loopback_only(account: EmulatedAccount) -> None:
    port = int(account.endpoint.rsplit(":", 1)[1])
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_nothing_is_left_after_it(tmp_path: Path) -> None:
    with EmulatedAccount(log=tmp_path / "log") as account:
        folder = str(account.home)
        assert processes_of(folder)
    wait_until_gone(folder)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_its_owner_dies(ending: signal.Signals) -> None:
    program = textwrap.dedent(OWNER)
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as owner:
        assert owner.stdout is not None
        _, folder = owner.stdout.readline().split()
        owner.send_signal(ending)
        owner.wait(10)
    wait_until_gone(folder)


def test_a_missing_environment_is_named_with_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="make emulator"), EmulatedAccount(python=tmp_path / "python"):
        pass


def test_an_emulator_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module named ministack\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(EmulatorError, match="no module named ministack"), EmulatedAccount(python=broken):
        pass


def test_with_iam_enforced_a_wrong_key_is_refused() -> None:
    with EmulatedAccount(enforce_iam=True) as account:
        stranger = account.client("rds", aws_access_key_id="AKIAXXXXXXXXXXXXXXXX")
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            stranger.describe_db_instances()
