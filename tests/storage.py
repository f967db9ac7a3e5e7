"""What one test needs of an emulated account: the template's table, a bucket, an empty Security Hub."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

from tests import template
from tests.local_aws.emulator.account import REGION, EmulatedAccount

_numbers = count(1)


@cache
def client_of(account: EmulatedAccount, service: str, region: str = REGION) -> Any:
    """The account's own client, made once: a new one reads the service's whole model again."""
    return account.client(service, region)


@cache
def _table_of_the_template() -> dict[str, Any]:
    properties: dict[str, Any] = template.load()["Resources"]["Table"]["Properties"]
    return properties


@contextmanager
def table(account: EmulatedAccount) -> Iterator[str]:
    """A table with the template's keys, index and stream; gone after the test."""
    properties = _table_of_the_template()
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    name = f"tlscheck-{next(_numbers)}"
    client = client_of(account, "dynamodb")
    client.create_table(
        TableName=name,
        StreamSpecification={"StreamEnabled": True, **properties["StreamSpecification"]},
        **{key: properties[key] for key in wanted},
    )
    try:
        yield name
    finally:
        client.delete_table(TableName=name)


@contextmanager
def bucket(account: EmulatedAccount) -> Iterator[str]:
    """An empty bucket; gone after the test with what lies in it."""
    name = f"tlscheck-{next(_numbers)}"
    client = client_of(account, "s3")
    client.create_bucket(Bucket=name)
    try:
        yield name
    finally:
        for found in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=found["Key"])
        client.delete_bucket(Bucket=name)


def empty_hub(account: EmulatedAccount, region: str) -> Any:
    """Security Hub of a Region, enabled and without findings: the client to read it with."""
    client = client_of(account, "securityhub", region)
    client.enable_security_hub()
    client.disable_security_hub()
    client.enable_security_hub()
    return client
