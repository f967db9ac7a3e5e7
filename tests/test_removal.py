"""docs/operations.md, *Remove it*: each command runs as it stands there, in the emulated account, in its order."""

import json
import re
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
    while json.loads(run(account, re.findall(r"\$\((.*)\)", empty)[0]))["Objects"]:
        run(account, empty)
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
