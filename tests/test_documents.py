"""Nouns as JSON documents, there and back."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tlscheck.edges.documents import dump, from_document, load, to_document
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.wire.observation import Observation

from tests.properties import tries

moments = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - `timezones` adds it
st.register_type_strategy(datetime, moments)

named = st.builds(Database, resource_id=st.text(min_size=1) | st.builds(Gap))
"""Until 0.2.0 an empty text stood for a resource id that the API left out."""

st.register_type_strategy(Database, named)


@settings(max_examples=tries(30))  # a batch holds many databases
@given(st.builds(Batch))
def test_a_batch_comes_back_as_it_was(batch: Batch) -> None:
    assert load(Batch, dump(batch)) == batch
    assert from_document(Batch, to_document(batch)) == batch


@given(named)
def test_a_database_comes_back_as_it_was(database: Database) -> None:
    assert load(Database, dump(database)) == database


@given(st.builds(Observation))
def test_an_observation_comes_back_as_it_was(observation: Observation) -> None:
    assert from_document(Observation, json.loads(dump(observation))) == observation


def test_a_document_holds_plain_values_only() -> None:
    sweep = Sweep("nightly-1", datetime(2026, 11, 24, 3, tzinfo=UTC), Depth.FULL)
    assert to_document(sweep) == {
        "id": "nightly-1",
        "started_at": "2026-11-24T03:00:00Z",
        "depth": "full",
        "narrow": False,
    }
    assert dump((Gap("rds:DescribeDBClusters", "AccessDenied: no"),)) == (
        '[{"operation":"rds:DescribeDBClusters","reason":"AccessDenied: no","cause":"other"}]'
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"arn": "a", "region": "r", "databases": "1"}',
        '{"arn": "a", "region": "r", "databases": null}',
    ],
)
def test_a_document_that_is_no_whole_noun_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        load(RegionListing, text)
