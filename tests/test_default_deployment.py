"""The template without a parameter: all that AWS's API can tell is found and published, and no server is met."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tlscheck.verdict.check import Status
from tlscheck.verdict.readiness import Verdict

from tests.local_aws.deploy import deploy
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.local_aws.expectations import mismatches
from tests.local_aws.fleet import records
from tests.local_aws.fleet.certificates import Algorithm, regional
from tests.local_aws.fleet.databases import DATABASES, NETWORKS, Behind, Expected, Presented
from tests.local_aws.fleet.fleet import Fleet
from tests.local_aws.fleet.shipper import Shipper
from tests.local_aws.hub_expectations import hub_mismatches
from tests.local_aws.stack import BUILT, Execution, LocalStack

ONLY_THE_SERVER_SAYS = (
    "server-certificate",
    "plaintext-clients",
    "tls-clients",
    "lost-encryption",
    "refusing-clients",
    "not-observed",
)
WITHOUT_AN_ENDPOINT = ("newsletter-dev", "reports-archive")
"""Databases that no probe could look at either."""

VERDICTS = {
    "orders-prod": Verdict.NOT_OBSERVED,
    "orders-eu": Verdict.NOT_OBSERVED,
    "invoices-prod": Verdict.NOT_OBSERVED,
    "analytics-prod": Verdict.NOT_OBSERVED,
    "inventory-prod": Verdict.NOT_OBSERVED,
    "billing-staging": Verdict.FIX_DATABASE,
    "shipping-prod": Verdict.FIX_DATABASE,
    "ledger-aurora-1": Verdict.FIX_DATABASE,
}
"""Where not looking at the server leads to another verdict."""


@pytest.fixture(scope="module")
def swept() -> Iterator[tuple[LocalStack, Execution]]:
    """The built template deployed without a parameter, and a sweep that a person started."""
    fleet = Fleet(ACCOUNT)
    with EmulatedAccount(document(), enforce_iam=True, wait_scale=0.1) as account:
        stack = LocalStack(
            account, fleet, deploy(account, BUILT / "template.yaml"), Shipper(account, fleet.servers)
        )
        yield stack, stack.sweep("by-hand")


def document() -> dict[str, records.Record]:
    """RDS as in the fleet: servers would stand at these ports, and certificates expire when theirs do."""
    now = datetime.now(UTC)
    expired = {each.identifier for each in DATABASES if each.presented is Presented.EXPIRED}
    ports = {each.identifier: 5432 for each in DATABASES if each.behind is not Behind.NO_PORT}
    expiries = {name: now + timedelta(days=-1 if name in expired else 300) for name in ports}
    authorities = {
        region: {
            "rds-ca-rsa2048-g1": regional(region),
            "rds-ca-ecc384-g1": regional(region, Algorithm.ECC384),
        }
        for region in NETWORKS
    }
    return records.document(ACCOUNT, ports, expiries, authorities)


def expected(fleet: Fleet) -> dict[str, Expected]:
    """What is said of the fleet by a deployment that has neither a probe nor the roots of the fleet's own CAs."""
    wanted = dict(fleet.expected)
    for database in DATABASES:
        if database.expected is None:
            continue
        arn, network = fleet.arn(database.identifier), database.network or NETWORKS[database.region]
        unseen = dict.fromkeys(ONLY_THE_SERVER_SAYS, Status.NOT_OBSERVED)
        if database.exports_log:
            # No server stands here, so that nobody made its log group.
            unseen["connection-log"] = Status.INFORMATIONAL
        says = {check: text for check, text in database.expected.says.items() if check not in unseen}
        if database.identifier == "sandbox-aurora-1":
            says["not-observed"] = "it may pause at 0 ACUs"
        elif database.identifier not in WITHOUT_AN_ENDPOINT:
            says["not-observed"] = f"no probe in {network}"
        wanted[arn] = Expected(
            VERDICTS.get(database.identifier, database.expected.verdict),
            {**database.expected.findings, **unseen},
            says,
        )
    for region in NETWORKS:
        arn = f"arn:aws:rds:{region}:{ACCOUNT}:region"
        wanted[arn] = replace(wanted[arn], findings={**wanted[arn].findings, "trust-store": Status.FAILED})
    return wanted


def test_it_finds_all_that_the_api_can_tell_and_says_what_needs_a_probe(
    swept: tuple[LocalStack, Execution],
) -> None:
    stack, ended = swept
    assert ended.status == "SUCCEEDED", ended.error
    wanted, report = expected(stack.fleet), stack.object(ended.output["report"])
    assert mismatches(wanted, stack.findings(), report) == []
    assert "Probe" not in stack.stack.outputs


def test_all_of_it_is_published(swept: tuple[LocalStack, Execution]) -> None:
    stack, _ = swept
    assert hub_mismatches(expected(stack.fleet), stack.findings(), stack.wait_for_security_hub()) == []


def test_its_schedules_are_those_that_the_template_names(swept: tuple[LocalStack, Execution]) -> None:
    client = swept[0].account.client("scheduler")
    schedules = [client.get_schedule(Name=each["Name"]) for each in client.list_schedules()["Schedules"]]
    assert {each["ScheduleExpression"] for each in schedules} == {"cron(0 4 * * ? *)", "rate(15 minutes)"}


def test_without_a_probe_a_sample_looks_at_nothing_and_writes_nothing(
    swept: tuple[LocalStack, Execution],
) -> None:
    stack, _ = swept
    before = stack.items()
    ended = stack.sweep("sample-by-hand", {"depth": "sample"})
    assert ended.status == "SUCCEEDED", ended.error
    assert (ended.output["batches"], ended.output["skipped"]) == (
        0,
        "no database that is known lies in a network with a probe",
    )
    assert stack.items() == before
    listed = stack.account.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix="samples/")
    assert listed["KeyCount"] == 0


def test_samples_that_are_switched_off_are_not_started_by_their_schedule(
    swept: tuple[LocalStack, Execution],
) -> None:
    stack, _ = swept
    assert states_of_schedules(stack) == {"full": "ENABLED", "sample": "ENABLED"}
    deploy(stack.account, BUILT / "template.yaml", parameters={"Sampling": "DISABLED"})
    assert states_of_schedules(stack) == {"full": "ENABLED", "sample": "DISABLED"}
    deploy(stack.account, BUILT / "template.yaml", parameters={"Sampling": "ENABLED"})
    assert states_of_schedules(stack) == {"full": "ENABLED", "sample": "ENABLED"}


def states_of_schedules(stack: LocalStack) -> dict[str, str]:
    """By the depth of the sweeps that they start."""
    client = stack.account.client("scheduler")
    schedules = [client.get_schedule(Name=each["Name"]) for each in client.list_schedules()["Schedules"]]
    return {json.loads(each["Target"]["Input"])["depth"]: each["State"] for each in schedules}


def test_its_alarms_and_its_dashboard_bear_the_stacks_name(swept: tuple[LocalStack, Execution]) -> None:
    client = swept[0].account.client("cloudwatch")
    alarms = client.describe_alarms()["MetricAlarms"]
    assert {each["AlarmName"] for each in alarms} == {
        *("tlscheck-SweepFailed", "tlscheck-SweepMissed", "tlscheck-SamplesStopped", "tlscheck-BatchesFailed"),
        *("tlscheck-ServersNotReached", "tlscheck-FunctionErrors", "tlscheck-NotStarted"),
        *("tlscheck-NotPublished", "tlscheck-PublishBehind"),
    }
    topic = swept[0].stack.outputs["Topic"]
    assert {(*each["AlarmActions"], *each["OKActions"]) for each in alarms} == {(topic, topic)}
    shown = json.loads(client.get_dashboard(DashboardName="tlscheck-us-east-1")["DashboardBody"])
    assert shown["widgets"][0]["properties"]["metrics"][0][:4] == [
        *("tlscheck", "DatabasesFixDatabase", "service", "tlscheck")
    ]
