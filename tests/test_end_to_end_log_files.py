"""A deployed stack that may download log files does so, by the rights of its own role and for no exported log."""

import time
from collections.abc import Iterator

import pytest

from tests.local_aws.deploy import deploy
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.local_aws.fleet.fleet import Fleet
from tests.local_aws.fleet.shipper import Shipper
from tests.local_aws.stack import BUILT, LocalStack
from tests.test_default_deployment import document

NAME = "crm-prod"


@pytest.fixture(params=["ENABLED", "DISABLED"])
def stack(request: pytest.FixtureRequest) -> Iterator[tuple[LocalStack, bool]]:
    fleet = Fleet(ACCOUNT)
    with EmulatedAccount(document(), enforce_iam=True, wait_scale=0.1) as account:
        made = deploy(account, BUILT / "template.yaml", parameters={"LogFileDownload": request.param})
        yield LocalStack(account, fleet, made, Shipper(account, fleet.servers)), request.param == "ENABLED"


def test_who_came_is_told_from_files_only_by_the_owners_leave(stack: tuple[LocalStack, bool]) -> None:
    deployed, is_allowed = stack
    at = time.gmtime(time.time() - 60)
    text = (
        f"{time.strftime('%Y-%m-%d %H:%M:%S', at)} UTC:10.0.0.9(50123):app@crm:[77]:LOG:  connection authorized:"
        " user=app database=crm application_name=from-a-file\n"
    )
    name = time.strftime("error/postgresql.log.%Y-%m-%d-%H", at)
    deployed.account.append_db_logs("us-east-1", [{"instance": NAME, "name": name, "text": text}])
    deployed.account.take_calls()
    assert deployed.sweep("by-hand").status == "SUCCEEDED"
    asked = deployed.account.take_calls()["us-east-1"]
    assert bool(asked.get("rds:DownloadDBLogFilePortion")) is is_allowed
    findings = deployed.findings()[deployed.fleet.arn(NAME)]
    assert ("from-a-file" in str(findings)) is is_allowed
