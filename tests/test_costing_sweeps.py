"""Sweeps of ten databases as the bench counts them: an hour's samples and a full one, by the doors' own code.

The probe is a stand-in; of ten databases eight are servers, with ten clients each.
"""

import pytest

from tests.bench.cost import swept
from tests.costing.bill import Counted


@pytest.fixture(scope="module")
def counted() -> Counted:
    return swept(10)


def test_each_door_is_called_as_the_state_machine_says(counted: Counted) -> None:
    for each in counted.samples:
        assert {door: run.invocations for door, run in each.doors.items()} == {
            # Once more after the wait for its moment.
            "Discover": 2,
            "Observe": 1,
            "Report": 1,
        }
        assert each.doors["Observe"].targets == 8
    # The listings travel in a batch of their own.
    assert counted.full.doors["Observe"].invocations == 2


def test_clients_looks_and_what_rests_on_them_are_written_once_an_hour(counted: Counted) -> None:
    first, *others = (each.doors["Observe"].calls["dynamodb:UpdateItem"] for each in counted.samples)
    # And once, an hour after the full sweep, a step that knows its neighbour by now, which is told and delivered:
    # the first waits that long for its moment.
    assert first > 80 + 8 + 2
    # That the batch is under way, and when it looked.
    assert others == [2, 2, 2]


def test_a_sample_reads_each_database_once(counted: Counted) -> None:
    for each in counted.samples:
        # And what else is under way, and when others looked.
        assert each.doors["Observe"].calls["dynamodb:Query"] == 10 + 2
        assert each.doors["Observe"].calls.get("ssm:GetParameter", 0) <= 1
        assert not [name for name in each.doors["Discover"].calls if name.startswith("rds:")]


def test_what_samples_write_carries_no_key_of_an_index(counted: Counted) -> None:
    assert [each.index_write_units for each in counted.samples] == [0, 0, 0, 0]
    assert counted.full.index_write_units > 0


def test_objects_of_samples_lie_where_they_expire_soon(counted: Counted) -> None:
    assert {top for each in counted.samples for top in each.objects} == {"samples"}
    assert set(counted.full.objects) == {"sweeps"}


def test_steady_databases_announce_nothing(counted: Counted) -> None:
    assert counted.delivery.findings_sent == min(counted.delivery.announced, 500) > 0
    assert all("sns:Publish" not in run.calls for each in counted.samples for run in each.doors.values())
