"""A stack of 7d35913 is updated to this release and to the next one, and its table keeps what it remembers.

CloudFormation adds or drops one index in an update, so by_listing comes with this release and by_kind goes with
the next one.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges import adoption, clock
from tlscheck.edges.aws import dynamodb

from tests import storage, template
from tests.local_aws.deploy import deploy
from tests.local_aws.emulator.account import EmulatedAccount
from tests.test_adoption import ARN, KEY, MEMORY, NOW, ORDERS

BEFORE: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "table_of_7d35913.json").read_text())
STACK = "upgraded"


def now() -> dict[str, Any]:
    """The table of this release, without its key, which needs a stack of its own."""
    table: dict[str, Any] = deepcopy(template.load()["Resources"]["Table"]["Properties"])
    del table["SSESpecification"]
    return table


def after() -> dict[str, Any]:
    """That of the next one."""
    table = now()
    table["GlobalSecondaryIndexes"] = [
        each for each in table["GlobalSecondaryIndexes"] if each["IndexName"] != "by_kind"
    ]
    table["AttributeDefinitions"] = [
        each for each in table["AttributeDefinitions"] if each["AttributeName"] != "kind"
    ]
    return table


def indexes(table: dict[str, Any]) -> dict[str, Any]:
    return {each["IndexName"]: each for each in table["GlobalSecondaryIndexes"]}


@pytest.mark.parametrize(
    ("one", "other", "added", "dropped"),
    [(BEFORE["table"], now(), {"by_listing"}, set()), (now(), after(), set(), {"by_kind"})],
)
def test_a_release_changes_one_index(
    one: dict[str, Any], other: dict[str, Any], added: set[str], dropped: set[str]
) -> None:
    earlier, later = indexes(one), indexes(other)
    assert later.keys() - earlier.keys() == added
    assert earlier.keys() - later.keys() == dropped
    assert all(earlier[name] == later[name] for name in earlier.keys() & later.keys())
    assert {**one, "GlobalSecondaryIndexes": [], "AttributeDefinitions": []} == {
        **other,
        "GlobalSecondaryIndexes": [],
        "AttributeDefinitions": [],
    }


@pytest.mark.parametrize("table", [BEFORE["table"], now(), after()])
def test_exactly_the_keys_of_the_table_and_its_indexes_are_declared(table: dict[str, Any]) -> None:
    keys = [table["KeySchema"], *(each["KeySchema"] for each in table["GlobalSecondaryIndexes"])]
    assert {each["AttributeName"] for each in table["AttributeDefinitions"]} == {
        key["AttributeName"] for schema in keys for key in schema
    }


@pytest.fixture
def stack(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAccount]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield account
    account.client("cloudformation").delete_stack(StackName=STACK)


def deployed(account: EmulatedAccount, folder: Path, table: dict[str, Any]) -> str:
    resources = {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": table}}
    path = folder / "template.json"
    path.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}))
    return deploy(account, path, stack=STACK).resources["Table"]


def everything(account: EmulatedAccount, name: str) -> list[dict[str, Any]]:
    pages = storage.client_of(account, "dynamodb").get_paginator("scan").paginate(TableName=name)
    return sorted(
        (item for page in pages for item in page["Items"]), key=lambda each: str((each["pk"], each["sk"]))
    )


def test_both_releases_in_turn_keep_what_is_remembered(stack: EmulatedAccount, tmp_path: Path) -> None:
    # Its reaper goes by the machine's clock, and these items have dates.
    before, present, following = deepcopy(BEFORE["table"]), now(), after()
    for table in (before, present, following):
        del table["TimeToLiveSpecification"]
    name = deployed(stack, tmp_path, before)
    client = storage.client_of(stack, "dynamodb")
    stream = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    for item in BEFORE["items"]:
        client.put_item(TableName=name, Item=item)
    written = everything(stack, name)

    assert deployed(stack, tmp_path, present) == name
    assert everything(stack, name) == written
    known = dynamodb.known(name, "by_kind", NOW)
    assert {each.identifier for each in known.databases} == {"orders-prod", "orders-proxy", "unnamed", "gone"}
    assert dynamodb.known(name, None, NOW).databases == ()
    for each in known.databases:
        adoption.adopt(name, each, MEMORY)
    remembered = dynamodb.read(name, KEY, NOW)
    assert len(remembered.clients) == 3

    assert deployed(stack, tmp_path, following) == name
    assert {each.key for each in dynamodb.known(name, None, NOW).databases} == {
        each.key for each in known.databases
    }
    assert dynamodb.read(name, ORDERS.key, NOW) == remembered
    assert dynamodb.known(name, "by_kind", NOW).unreadable
    assert client.describe_table(TableName=name)["Table"]["LatestStreamArn"] == stream
    assert ARN not in {each["pk"]["S"] for each in everything(stack, name) if "version" in each}
