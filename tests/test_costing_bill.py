"""The arithmetic of a month, on sweeps that were made up, and what of it is the template's."""

from dataclasses import replace

import pytest

from tests.bench.cost import linearity
from tests.costing.bill import GB, LINES, Counted, Look, Month, by_service, ten_times, usd
from tests.costing.prices import load
from tests.costing.setting import Setting, setting
from tests.costing.sweeps import DoorRun, Swept

PRICES = replace(
    load(),
    days=30,
    usd=dict.fromkeys({line.price for line in LINES.values()}, 1.0),
    waits={"dynamodb": 0.01, "s3": 0.1, "lambda": 0.05, "look": 0.2, "stepfunctions": 0.05, "other": 1.0},
    assumed={
        "functions_full_vcpu_mb": 1000,
        "initialisation_cpu_seconds": 0.0,
        "probe_initialisation_cpu_seconds": 0.0,
        "platform_log_bytes": 0,
        "probe_log_bytes_a_server": 0,
        "started_transitions": 1,
        "express_gb": 0.0625,
        "kms_requests_an_hour": 10,
        "announcements": 2,
        "mails": 40,
    },
)
SETTING = Setting(
    memory={"Discover": 1024, "Observe": 512, "Report": 1024, "Deliver": 512, "Probe": 512},
    traced=frozenset(),
    alarm_metrics=8,
    dashboards=1,
    keys=1,
    log_days=60,
    kept_days={"sweeps": 100, "samples": 10},
    logs_every_state=False,
    batch_concurrency=10,
)


def sample(**changes: object) -> Swept:
    """A sample of one batch with 64 servers, whose children are Express."""
    observe = DoorRun(1, 0.512, {"dynamodb:Query": 100, "s3:GetObject": 2, "lambda:Invoke": 1}, 0, 64)
    fields = {
        "doors": {"Observe": observe},
        "machine": {"standard_executions": 1, "standard_states": 4, "express_executions": 1, "event_bytes": GB},
        "objects": {"samples": 1024},
        "metrics": ["Hourly"],
    }
    return Swept("sample", **(fields | changes))  # type: ignore[arg-type]  # each is of its field


def full() -> Swept:
    """A full sweep that does nothing but send two metrics."""
    return Swept("full", metrics=["Daily", "Hourly"], objects={"sweeps": 2048}, table_bytes=GB)


def month(counted: Counted, of: Setting = SETTING) -> dict[str, float]:
    """Of quantities."""
    return Month(PRICES, of, Look(0.0128, 32)).quantities(counted)


def test_seconds_are_processor_time_at_its_share_and_waiting() -> None:
    found = month(Counted([sample()], full(), Swept("delivery")))
    # 512 MB are 0.512 of a processor here. The probe: 64 servers at 12.8 ms, and two turns of 0.2 s.
    probe = 64 * 0.0128 / 0.512 + 2 * 0.2
    observe = 0.512 / 0.512 + 100 * 0.01 + 2 * 0.1 + 0.05 + probe
    assert found["probe"] == pytest.approx(2880 * probe / 2)
    assert found["observe"] == pytest.approx(2880 * observe / 2)
    # 4.25 s and the way there: 4.3 s of 64 MB.
    assert found["express_time"] == pytest.approx(2880 * 4.3 / 16)
    assert found["express"] == 2880
    assert found["transitions"] == 2880 * 5
    assert found["invocations"] == 2880 * 2
    assert found["traces"] == 2880 * 2


def test_an_hour_of_samples_is_their_mean() -> None:
    hour = [sample(write_units=100), *[sample(write_units=2)] * 3]
    assert month(Counted(hour, full(), Swept("delivery")))["writes"] == 24 * 30 * 106


def test_a_metric_is_paid_for_the_hours_in_which_it_is_sent() -> None:
    assert month(Counted([sample()], full(), Swept("delivery")))["metrics"] == pytest.approx(1 + 1 / 24)


def test_what_is_kept_is_all_that_has_not_expired_yet() -> None:
    found = month(Counted([sample()], full(), Swept("delivery")))
    assert found["objects"] * GB == pytest.approx(96 * 10 * 1024 + 100 * 2048)
    assert found["table"] == found["recovery"] == 1


def test_a_log_of_every_state_is_paid_when_written_and_while_it_is_kept() -> None:
    loud = month(Counted([sample()], full(), Swept("delivery")), replace(SETTING, logs_every_state=True))
    quiet = month(Counted([sample()], full(), Swept("delivery")))
    assert (quiet["logs"], loud["logs"], loud["kept_logs"]) == (0, 2880, 2 * 2880)


def test_what_is_sent_is_counted_by_what_was_sent_and_how_much_there_is() -> None:
    sent = Swept("delivery", announced=1000, findings_sent=500, write_units=600)
    found = month(Counted([sample()], full(), sent))
    # All thousand twice a month, of which half was done.
    assert (found["findings"], found["writes"]) == (2000, 4 * 600)


def test_ten_times_the_databases_is_not_ten_times_what_is_there_without_any() -> None:
    none, thousand = dict.fromkeys(LINES, 1.0), dict.fromkeys(LINES, 3.0)
    found = ten_times(thousand, none)
    assert found["writes"] == found["transitions"] == 21.0
    # There are as many of these as with a thousand.
    assert found["metrics"] == found["alarms"] == found["keys"] == 3.0


def test_each_line_has_a_price_and_a_service() -> None:
    prices = load()
    lines = usd(dict.fromkeys(LINES, 1.0), prices)
    assert lines["transitions"] == 0.000025
    assert lines["writes"] == lines["index_writes"] == 0.000000625
    assert sum(by_service(lines).values()) == pytest.approx(sum(lines.values()))
    assert {line.price for line in LINES.values()} == set(prices.usd) - {
        "logs_insights_gb"
    }  # tests/costing/logs.py's


def test_what_the_template_sets_that_costs() -> None:
    found = setting()
    # A trace of each sweep, and not of each function beside it.
    assert found.traced == frozenset()
    assert not found.logs_every_state
    assert found.keys == 1
    # Samples' objects: SampleRetentionDays, and a day until what expired is gone.
    assert found.kept_days["samples"] == 15
    assert found.kept_days["sweeps"] == 430
    assert found.memory["Observe"] == 512
    assert found.batch_concurrency == 10


def test_counts_that_do_not_grow_in_step_are_no_figure() -> None:
    of = Month(PRICES, SETTING, Look(0.0128, 32))
    fifty, thousand, alike, steep = (
        Counted([sample(write_units=writes)], full(), Swept("delivery")) for writes in (55, 1005, 2005, 2305)
    )
    assert linearity(of, fifty, thousand, alike) == pytest.approx(1)
    with pytest.raises(SystemExit, match=r"do not grow in step with databases: .*'writes': 1\.3"):
        linearity(of, fifty, thousand, steep)
