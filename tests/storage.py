"""The table and bucket of the template, made in an emulated account for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests import template
from tests.local_aws.emulator.account import EmulatedAccount

_numbers = count(1)


@contextmanager
def table(account: EmulatedAccount) -> Iterator[str]:
    """A table with the template's keys, index and stream; gone after the test."""
    properties = template.load()["Resources"]["Table"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    name = f"tlscheck-{next(_numbers)}"
    client = account.client("dynamodb")
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
    client = account.client("s3")
    client.create_bucket(Bucket=name)
    try:
        yield name
    finally:
        for found in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=found["Key"])
        client.delete_bucket(Bucket=name)
