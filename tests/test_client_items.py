"""A client's item: it holds all of the client, and of an ordinary one it is one write unit."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.aws.client_items import ATTRIBUTES, client_item, client_of
from tlscheck.ledger.client import Client, Sort, Trace, Who

from tests.kept import DAY, HOUR, KEY, NOON, client, trace

LONG_KEY = "aws-us-gov:111122223333:us-gov-west-1:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def size(value: Any) -> int:
    """Bytes as DynamoDB counts them: developer guide, "DynamoDB item sizes and formats"."""
    match value:
        case bool() | None:
            return 1
        case int() | Decimal():
            digits = str(value).strip("0-").replace(".", "")
            return (len(digits) + 1) // 2 + 1
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case dict():
            return 3 + sum(1 + len(name.encode()) + size(each) for name, each in value.items())
        case list():
            return 3 + sum(1 + size(each) for each in value)
    raise TypeError(value)


def stored(known: Client) -> dict[str, Any]:
    """All attributes of its item."""
    key = {"pk": known.who.key, "sk": f"client#{known.who.digest()}"}
    return {**key, **client_item(known, 400 * DAY), "version": 1_795_000_000_123_456}


def bytes_of(known: Client) -> int:
    return sum(len(name) + size(value) for name, value in stored(known).items())


def test_the_rule_counts_as_the_guide_says() -> None:
    assert [size(each) for each in (27, -27, 498_731, "é", b"abc", None)] == [2, 2, 4, 2, 3, 1]
    assert size({"Day": "Monday", "UnreadEmails": 42}) == 3 + (1 + 3 + 6) + (1 + 12 + 2)


@pytest.mark.parametrize(
    "address", ["2001:0db8:85a3:08d3:1319:8a2e:0370:73{:02}", "::ffff:255.255.255.1{:02}", "10.120.130.1{:02}"]
)
def test_one_with_eight_addresses_and_long_names_is_one_write_unit(address: str) -> None:
    last = {address.format(number): NOON + number * HOUR for number in range(8)}
    tls = trace(addresses=last, elsewhere=NOON, protocols={"TLSv1.2": NOON, "TLSv1.3": NOON})
    plaintext = trace(addresses=last, elsewhere=NOON)
    who = Who(LONG_KEY, "d" * 63, "u" * 63, "a" * 63, Sort.CLIENT)
    assert bytes_of(Client(who, tls, plaintext)) <= 1024


def test_what_a_fold_stands_for_is_kept_short() -> None:
    spellings = frozenset(f"{number:010x}" for number in range(100))
    fold = Client(
        Who(LONG_KEY, "orders", "app", "sidekiq # shop [# of # busy]", Sort.FOLD), trace(spellings=spellings), None
    )
    assert bytes_of(fold) <= 1024
    assert client_of(read_back(fold)) == fold


def read_back(known: Client) -> dict[str, Any]:
    deserialize, serialize = TypeDeserializer().deserialize, TypeSerializer().serialize
    return {name: deserialize(serialize(value)) for name, value in stored(known).items()}


hours = st.integers(-500_000, 500_000).map(lambda hour: NOON + hour * HOUR)
texts = st.text(max_size=63)
traces = st.builds(
    Trace,
    hours,
    hours,
    st.dictionaries(texts, hours, max_size=5),
    st.none() | hours,
    st.dictionaries(st.text(min_size=1, max_size=8), hours, max_size=3),
    st.frozensets(st.from_regex("[0-9a-f]{10}", fullmatch=True), max_size=5),
    st.integers(0, 10**6),
)
sides = st.none() | traces
clients = st.builds(
    Client,
    st.builds(Who, st.just(KEY), texts, texts, texts, st.sampled_from(Sort)),
    sides,
    sides,
    sides,
    sides,
).filter(lambda known: bool(known.traces))


@given(clients)
def test_any_client_survives_its_item(known: Client) -> None:
    assert client_of(read_back(known)) == known
    assert client_item(known, DAY).keys() <= set(ATTRIBUTES)


def test_it_expires_when_it_was_not_seen_for_the_owners_memory() -> None:
    known = client(tls=trace(0, 2), plaintext=trace(0, 5))
    assert client_item(known, 21 * DAY)["expires_at"] == int((NOON + 5 * HOUR + 21 * DAY).timestamp())


def test_one_that_was_never_seen_is_none_of_ours() -> None:
    item = {name: value for name, value in stored(client()).items() if name != "tls"}
    with pytest.raises(ValueError, match="never seen"):
        client_of(item)
