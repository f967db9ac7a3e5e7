"""docs/operations.md, *Remove it*: each command runs as it stands there, in the emulated account, in its order."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests import template
from tests.aws_command import run
from tests.local_aws.deploy import deploy
from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.stack import BUILT

PAGE = (Path(__file__).parent.parent / "docs" / "operations.md").read_text()
EXAMPLES = {
    "Table": "tlscheck-Table-1A2B3C4D5E6F",
    "Bucket": "tlscheck-bucket-1a2b3c4d5e6f",
    "Key": "1234abcd-12ab-34cd-56ef-1234567890ab",
}
"""Names of what stays, as the page has them: whoever removes a stack puts in their own."""


def commands(section: str) -> list[str]:
    """The lines of a section's blocks."""
    (text,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


LOOP = re.compile(r"^while versions=\$\((aws .*)\) && .*; do (aws .*) \|\| break; done$")
"""How a bucket is emptied: what lists versions, and what deletes them."""

STAND_IN = """\
#!{python}
import json, pathlib, sys
state = pathlib.Path(__file__).with_name("left")
left = int(state.read_text())
if "list-object-versions" in sys.argv:
    count = min(left, int(sys.argv[sys.argv.index("--max-keys") + 1]))
    # The longest that there is: an execution's name has 80 characters.
    each = {{"Key": "sweeps/" + 80 * "n" + "/results/00001.json", "VersionId": 32 * "v"}}
    print(json.dumps({{"Objects": count * [each], "Quiet": True}}, indent=4))
else:
    (deleted,) = [json.loads(each)["Objects"] for each in sys.argv if each.startswith("{{")]
    assert 0 < len(deleted) <= 1000
    state.write_text(str(left - len(deleted)))
"""
"""An `aws` that has versions, prints them as the CLI does, and deletes those that it is told, as S3 does."""


@pytest.fixture
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount(wait_scale=0) as started:
        yield started


def test_a_stack_is_retired_deleted_and_what_stays_is_purged(account: EmulatedAccount) -> None:
    stack = deploy(account, BUILT / "template.yaml")
    build, silence, *rest = commands("Remove it")
    # Else the next sample would send again what is archived.
    assert (build, silence.split(" ")[1:]) == (
        "make build",
        ["deploy", "--parameter-overrides", "SecurityHub=DISABLED"],
    )
    retire, list_what_stays, delete, wait, drop, empty, drop_bucket, drop_key = rest
    started = json.loads(run(account, retire))["executionArn"]
    asked = account.client("stepfunctions").describe_execution(executionArn=started)["input"]
    assert json.loads(asked) == {"retire": True}
    # Versions, and the marker of one that was deleted, stay in the bucket too.
    s3, bucket = account.client("s3"), stack.outputs["Bucket"]
    for key in ("sweeps/a/report.json", "sweeps/a/report.json", "sweeps/b/report.json"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    s3.delete_object(Bucket=bucket, Key="sweeps/b/report.json")
    stays = dict(line.split("\t") for line in run(account, list_what_stays).splitlines())
    assert stays == {name: stack.resources[name] for name in EXAMPLES}
    run(account, delete)
    run(account, wait)
    s3.head_bucket(Bucket=bucket)
    purge = [drop, empty, drop_bucket, drop_key]
    for name, example in EXAMPLES.items():
        assert any(example in line for line in purge), name
        purge = [line.replace(example, stays[name]) for line in purge]
    drop, empty, drop_bucket, drop_key = purge
    run(account, drop)
    (listing, deleting) = LOOP.findall(empty)[0]
    while "VersionId" in (versions := run(account, listing)):
        run(account, deleting.replace('"$versions"', shlex.quote(versions)))
    run(account, drop_bucket)
    run(account, drop_key)
    assert account.client("dynamodb").list_tables()["TableNames"] == []
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket=bucket)
    key = account.client("kms").describe_key(KeyId=stays["Key"])["KeyMetadata"]
    assert key["KeyState"] == "PendingDeletion"


def test_after_an_upgrade_one_sees_its_version_and_starts_a_sweep(account: EmulatedAccount) -> None:
    deploy(account, BUILT / "template.yaml")
    version, sweep = commands("Upgrade")
    assert run(account, version) == template.load()["Outputs"]["Version"]["Value"]
    started = json.loads(run(account, sweep))["executionArn"]
    assert account.client("stepfunctions").describe_execution(executionArn=started)["input"] == "{}"


@pytest.mark.parametrize("versions", [0, 1, 400, 2345])
def test_a_bucket_is_emptied_however_much_lies_in_it(versions: int, tmp_path: Path) -> None:
    """In a real shell, where one argument may have 128 KiB (execve(2), MAX_ARG_STRLEN); S3 is a stand-in."""
    *_, empty, _, _ = commands("Remove it")
    (tmp_path / "left").write_text(str(versions))
    (tmp_path / "aws").write_text(STAND_IN.format(python=sys.executable))
    (tmp_path / "aws").chmod(0o755)
    command = ["bash", "-euc", empty]
    ran = subprocess.run(
        command, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "left").read_text() == "0"
