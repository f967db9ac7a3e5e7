"""The emulated RDS gives its servers' log files in portions, cut as the service cuts them."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.emulator.account import EmulatedAccount

NAME = "error/postgresql.log.2026-11-24-03"


@pytest.fixture(scope="module")
def emulated() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture
def written(emulated: EmulatedAccount) -> EmulatedAccount:
    """An account of two instances, of which none has written anything."""
    instances = [
        {"DBInstanceIdentifier": "orders", "DBInstanceStatus": "available"},
        {"DBInstanceIdentifier": "new", "DBInstanceStatus": "creating"},
    ]
    emulated.set_rds({"us-east-1": {"DBInstances": instances}})
    return emulated


def append(account: EmulatedAccount, text: str, name: str = NAME) -> Any:
    account.append_db_logs("us-east-1", [{"instance": "orders", "name": name, "text": text}])
    return account.client("rds")


def portions(rds: Any, **request: Any) -> list[str]:
    """All of a file, from its beginning on."""
    found, marker = [], "0"
    while True:
        portion = rds.download_db_log_file_portion(
            DBInstanceIdentifier="orders", LogFileName=NAME, Marker=marker, **request
        )
        found.append(portion["LogFileData"])
        marker = portion["Marker"]
        if not portion["AdditionalDataPending"]:
            return found


def test_files_are_listed_with_their_size_and_their_last_moment(written: EmulatedAccount) -> None:
    before = int(time.time() * 1_000)
    append(written, "ab\n")
    rds = append(written, "é\n", "error/postgresql.log.2026-11-24-04")
    listed = rds.describe_db_log_files(DBInstanceIdentifier="orders")["DescribeDBLogFiles"]
    assert [(each["LogFileName"][-2:], each["Size"]) for each in listed] == [("03", 3), ("04", 3)]
    assert all(before <= each["LastWritten"] <= time.time() * 1_000 for each in listed)

    def names(**request: Any) -> list[str]:
        pages = rds.get_paginator("describe_db_log_files").paginate(DBInstanceIdentifier="orders", **request)
        return [each["LogFileName"][-2:] for page in pages for each in page["DescribeDBLogFiles"]]

    assert names(FilenameContains="24-04") == ["04"]
    assert names(FileLastWritten=int(time.time() * 1_000) + 60_000) == []
    assert names(FileSize=4) == []
    assert names(PaginationConfig={"PageSize": 1}) == ["03", "04"]


def test_a_file_comes_in_portions_of_lines(written: EmulatedAccount) -> None:
    rds = append(written, "".join(f"{number}\n" for number in range(10_001)))
    first, second = portions(rds)
    assert (first[:4], first.count("\n"), second) == ("0\n1\n", 10_000, "10000\n")
    assert len(portions(rds, NumberOfLines=5_000)) == 3
    # what is written meanwhile comes after the last Marker
    portion = rds.download_db_log_file_portion(
        DBInstanceIdentifier="orders", LogFileName=NAME, Marker="0", NumberOfLines=10_000
    )
    append(written, "later\n")
    following = rds.download_db_log_file_portion(
        DBInstanceIdentifier="orders", LogFileName=NAME, Marker=portion["Marker"]
    )
    assert following["LogFileData"] == "10000\nlater\n"


def test_a_line_over_a_megabyte_is_cut_and_its_rest_is_lost(written: EmulatedAccount) -> None:
    half = "x" * (512 * 1024)
    rds = append(written, f"a{half}\nb{half}\nc\n")
    cut, rest = portions(rds)
    assert cut.endswith("xx [Your log message was truncated]\n")
    assert len(cut) == 1024 * 1024 + len(" [Your log message was truncated]\n")
    assert rest == "c\n"


def test_without_a_marker_it_is_the_end_that_comes(written: EmulatedAccount) -> None:
    rds = append(written, "a\nb\x01\nc\n")
    portion = rds.download_db_log_file_portion(DBInstanceIdentifier="orders", LogFileName=NAME, NumberOfLines=2)
    # what XML cannot hold is not in an answer
    assert (portion["LogFileData"], portion["AdditionalDataPending"]) == ("b\ufffd\nc\n", False)


@pytest.mark.parametrize(
    ("instance", "name", "code"),
    [
        ("gone", NAME, "DBInstanceNotFound"),
        ("new", NAME, "DBInstanceNotReady"),
        ("orders", "error/none", "DBLogFileNotFoundFault"),
    ],
)
def test_what_is_not_there_is_refused(written: EmulatedAccount, instance: str, name: str, code: str) -> None:
    rds = append(written, "a\n")
    with pytest.raises(ClientError) as refused:
        rds.download_db_log_file_portion(DBInstanceIdentifier=instance, LogFileName=name)
    assert refused.value.response["Error"]["Code"] == code
