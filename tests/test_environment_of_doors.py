"""Environment variables of observe, publish and report."""

from datetime import timedelta

import pytest
from tlscheck.edges.events import environment
from tlscheck.edges.events.environment import (
    DeliverEnvironment,
    ObserveEnvironment,
    ReportEnvironment,
)
from tlscheck.edges.events.variables import BadEnvironment
from tlscheck.reporting.central import Central

PROBE = "arn:aws:lambda:us-east-1:111122223333:function:tlscheck-probe-1"


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TABLE": "table",
        "BUCKET": "bucket",
        "TOPIC": "topic",
        "QUEUE": "queue",
        "DATABASE_USER": "tlscheck",
        "DEFAULT_PROBE": "",
        "CLIENT_MEMORY_DAYS": "90",
        "EVIDENCE_DAYS": "35",
        "SECURITY_HUB": "ENABLED",
    }.items():
        monkeypatch.setenv(name, value)


def test_every_door_reads_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    days, evidence = timedelta(days=90), timedelta(days=35)
    assert environment.for_observe() == ObserveEnvironment("table", "bucket", "tlscheck", "", days, evidence)
    assert environment.for_deliver() == DeliverEnvironment("table", "queue", is_security_hub_enabled=True)
    assert environment.for_report() == ReportEnvironment("table", "bucket", "topic", evidence, Central())
    monkeypatch.setenv("DEFAULT_PROBE", PROBE)
    monkeypatch.setenv("SECURITY_HUB", "DISABLED")
    assert environment.for_observe().default_probe == PROBE
    assert not environment.for_deliver().is_security_hub_enabled


def test_paused_databases_are_woken_only_where_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not environment.for_observe().wakes_paused
    monkeypatch.setenv("WAKE_PAUSED_DATABASES", "DISABLED")
    assert not environment.for_observe().wakes_paused
    monkeypatch.setenv("WAKE_PAUSED_DATABASES", "ENABLED")
    assert environment.for_observe().wakes_paused
    monkeypatch.setenv("WAKE_PAUSED_DATABASES", "yes")
    with pytest.raises(BadEnvironment, match="WAKE_PAUSED_DATABASES is 'yes'; allowed: ENABLED, DISABLED"):
        environment.for_observe()


def test_logs_are_read_only_where_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.for_observe().log_overlap is None
    monkeypatch.setenv("LOG_READING", "ENABLED")
    with pytest.raises(BadEnvironment, match="LOG_OVERLAP_MINUTES"):
        environment.for_observe()
    monkeypatch.setenv("LOG_OVERLAP_MINUTES", "15")
    assert environment.for_observe().log_overlap == timedelta(minutes=15)
    assert environment.for_observe().first_read == 20 * 1024**3
    monkeypatch.setenv("LOG_FIRST_READ_GB", "7")
    assert environment.for_observe().first_read == 7 * 1024**3
    monkeypatch.setenv("LOG_READING", "DISABLED")
    assert environment.for_observe().log_overlap is None


def test_nobody_is_forgotten_while_what_they_did_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENT_MEMORY_DAYS", "7")
    assert environment.for_observe().client_memory == timedelta(days=35)


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "ninety", "100000"])
def test_a_memory_that_is_no_number_of_days_is_named(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("CLIENT_MEMORY_DAYS", days)
    with pytest.raises(BadEnvironment, match=f"CLIENT_MEMORY_DAYS is '{days}'"):
        environment.for_observe()


def test_a_switch_that_is_neither_on_nor_off_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_HUB", "on")
    with pytest.raises(BadEnvironment, match="SECURITY_HUB is 'on'; allowed: ENABLED, DISABLED"):
        environment.for_deliver()


@pytest.mark.parametrize(
    ("topic", "bucket"), [("arn:aws:sns:eu-west-1:1:reports", ""), ("", "reports"), (" ", " ")]
)
def test_report_knows_where_an_organisation_gathers_reports(
    monkeypatch: pytest.MonkeyPatch, topic: str, bucket: str
) -> None:
    monkeypatch.setenv("CENTRAL_TOPIC", topic)
    monkeypatch.setenv("CENTRAL_BUCKET", bucket)
    if not (topic + bucket).strip():
        assert environment.for_report().central == Central("", "", "")
        monkeypatch.setenv("CENTRAL_FOLDER", "111122223333/us-east-1")
        assert environment.for_report().central == Central("", "", "111122223333/us-east-1")
        return
    with pytest.raises(BadEnvironment, match="CENTRAL_FOLDER"):
        environment.for_report()
    monkeypatch.setenv("CENTRAL_FOLDER", "111122223333/us-east-1")
    central = environment.for_report().central
    assert central == Central(topic, bucket, "111122223333/us-east-1")
    assert central.key == "111122223333/us-east-1/latest.json"
