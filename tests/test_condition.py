"""A condition read on this machine holds where DynamoDB's own holds."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tlscheck.edges.aws import table as items
from tlscheck.edges.condition import Condition

from tests import properties, storage
from tests.local_aws.emulator.account import EmulatedAccount

NAMES = ("version", "sent_at", "expires_at", "delivered_at")
VALUES = {":over": 2, ":now": 1_764_000_000, ":sent_at": "2026-11-24T12:00:00.000000+00:00", ":number": "N"}
_numbers = count(1)

names = st.sampled_from(NAMES)
stored = st.sampled_from(
    [
        *(Decimal(2), Decimal("2.0"), Decimal(3), Decimal(-1), Decimal(1_764_000_000), Decimal(1_764_000_001)),
        *("2", "N", "", "2026-11-24T12:00:00.000000+00:00", "2026-11-24T12:00:00.000001+00:00"),
        *(True, None, b"2", [Decimal(2)], {"a": Decimal(2)}),
    ]
)
kept = st.dictionaries(names, stored)
compared = st.one_of(
    st.builds(
        "{} {} {}".format, names, st.sampled_from(["=", "<=", "<", ">", ">="]), st.sampled_from([":over", ":now"])
    ),
    st.builds("{} = {}".format, names, st.just(":sent_at")),
    st.builds(
        "{}({})".format,
        st.sampled_from(["attribute_exists", "attribute_not_exists"]),
        st.sampled_from([*NAMES, "pk"]),
    ),
    st.builds("attribute_type({}, :number)".format, names),
)
expressions = st.recursive(
    compared,
    lambda inner: st.one_of(
        *(
            # Parentheses that change nothing are refused by DynamoDB.
            st.builds(form.format, inner, inner)
            for form in (
                "{} AND {}",
                "{} OR {}",
                "NOT {} AND {}",
                "NOT ({} OR {})",
                "({} OR {}) AND version = :over",
            )
        )
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def table(emulator: EmulatedAccount) -> Iterator[str]:
    with storage.table(emulator) as name:
        yield name


def condition(expression: str) -> Condition:
    """With the values that it names, as DynamoDB wants them."""
    words = expression.replace("(", " ").replace(")", " ").split()
    return Condition(expression, {name: value for name, value in VALUES.items() if name in words})


@pytest.mark.usefixtures("account")
@settings(max_examples=properties.tries(120), suppress_health_check=properties.FIXTURE_MAY_LAST)
@example(item={}, expression="NOT version = :over AND attribute_exists(pk) OR attribute_exists(pk)")
@example(item={"version": True}, expression="attribute_type(version, :number)")
@example(item={}, expression="NOT expires_at <= :now")
@given(item=kept, expression=expressions)
def test_it_holds_where_dynamodbs_own_holds(table: str, item: dict[str, Any], expression: str) -> None:
    place = f"item-{next(_numbers)}", "item"
    if item:
        items.change(table, place, item)
    there = next(items.items_of(table, *place), {})
    asked = condition(expression)
    assert asked.holds(there) == items.change(table, place, {"written": True}, (), asked)


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        # What is missing, or of another type, is neither equal nor less, and not more either.
        *((f"missing {sign} :over", False) for sign in ("=", "<", "<=", ">", ">=")),
        *((f"text {sign} :over", False) for sign in ("=", "<", "<=", ">", ">=")),
        *((f"yes {sign} :over", False) for sign in ("=", "<", "<=", ">", ">=")),
        ("missing = missing", False),
        ("NOT missing = :over", True),
        ("NOT missing <= :now", True),
        ("version = :over", True),
        ("version <= :now", True),
        # NOT binds closer than AND, and AND closer than OR.
        ("NOT version = :over AND version = :now", False),
        ("NOT (version = :over AND version = :now)", True),
        ("version = :over OR version = :over AND version = :now", True),
        ("(version = :over OR version = :over) AND version = :now", False),
        ("version = :now AND version = :over OR version = :over", True),
        ("NOT NOT version = :over", True),
        ("attribute_exists(nothing)", True),
        ("attribute_not_exists(nothing)", False),
        ("attribute_exists(missing)", False),
        ("attribute_type(yes, :number)", False),
        ("attribute_type(nothing, :number)", False),
        ("attribute_type(missing, :number)", False),
        (" version = :over ", True),
    ],
)
def test_what_the_developer_guide_says_of_it(expression: str, holds: bool) -> None:
    item = {"version": Decimal(2), "text": "2", "yes": True, "nothing": None}
    assert condition(expression).holds(item) is holds


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "",
            "version",
            "version =",
            "version = :over AND",
            "(version = :over",
            "version = :over)",
            "version ! :over",
        ),
        *("version = :over version = :over", "size(version) = :over", "version BETWEEN :over AND :now", "NOT"),
        *(
            "attribute_exists version",
            "attribute_type(version :number)",
            "version IN (:over)",
            "= = =",
            ") = :over",
        ),
        "version = :nowhere",
    ],
)
def test_what_is_not_understood_is_said_and_never_taken_for_no(expression: str) -> None:
    with pytest.raises(ValueError, match=r"not understood|is missing"):
        condition(expression).holds({"version": Decimal(2)})


@pytest.mark.usefixtures("account")
def test_what_dynamodb_refuses_as_no_condition_is_refused_here(table: str) -> None:
    for expression in ("version =", "(version = :over", "version = :over AND"):
        with pytest.raises(ClientError, match="ValidationException"):
            items.change(table, ("refused", "item"), {"written": True}, (), condition(expression))
