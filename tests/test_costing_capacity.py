"""DynamoDB's units by the rules of its developer guide: "item sizes and formats", "read and write operations"."""

import pytest

from tests.costing.capacity import Item, read_units, size, write_units

SIZES: list[tuple[Item, int]] = [
    ({}, 0),
    # Names count as their values do, in UTF-8.
    ({"pk": {"S": "abc"}}, 5),
    ({"ä": {"S": "ö€"}}, 2 + 5),
    # A number: a byte for two significant digits, and one more; zeros before and behind are none.
    ({"n": {"N": "0"}}, 1 + 1),
    ({"n": {"N": "7"}}, 1 + 2),
    ({"n": {"N": "12345"}}, 1 + 4),
    ({"n": {"N": "1200000"}}, 1 + 2),
    ({"n": {"N": "-12.5"}}, 1 + 4),
    ({"n": {"N": "0.0001"}}, 1 + 2),
    ({"n": {"N": "1764288000123456"}}, 1 + 9),
    ({"b": {"B": b"\x00\x01\x02"}}, 1 + 3),
    # As it lies in JSON.
    ({"b": {"B": "AAEC"}}, 1 + 3),
    ({"t": {"BOOL": True}}, 1 + 1),
    ({"t": {"NULL": True}}, 1 + 1),
    # Three bytes for a list or map, one beside each of its members.
    ({"l": {"L": []}}, 1 + 3),
    ({"l": {"L": [{"S": "ab"}, {"S": "c"}]}}, 1 + 3 + (1 + 2) + (1 + 1)),
    ({"m": {"M": {"last": {"N": "490081"}}}}, 1 + 3 + (1 + 4 + 4)),
]


@pytest.mark.parametrize(("item", "expected"), SIZES)
def test_the_size_of_an_item(item: Item, expected: int) -> None:
    assert size(item) == expected


@pytest.mark.parametrize(("bytes_", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (3000, 3), (3073, 4)])
def test_a_write_costs_a_unit_for_each_kilobyte_begun(bytes_: int, units: int) -> None:
    assert write_units(bytes_) == units


@pytest.mark.parametrize(
    ("sizes", "consistent", "units"),
    [
        ([], True, 1),
        ([], False, 0.5),
        ([4096], True, 1),
        ([4097], True, 2),
        ([4097], False, 1),
        # Rounded once for all that a query finds, not for each item.
        ([1000] * 4, True, 1),
        ([1000] * 17, True, 5),
        ([1000] * 17, False, 2.5),
    ],
)
def test_a_query_costs_a_unit_for_four_kilobytes_begun(sizes: list[int], consistent: bool, units: float) -> None:
    assert read_units(sizes, consistent=consistent) == units


def test_a_type_that_no_item_of_ours_has_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="SS"):
        size({"s": {"SS": ["a"]}})
