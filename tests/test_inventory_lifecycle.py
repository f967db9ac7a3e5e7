"""How long AWS supports a database's major version, from answers of the RDS API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from tlscheck.edges import documents
from tlscheck.edges.aws import rds
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.lifecycle import Lifecycle, is_needed, only_engine

from tests.answers import ACCOUNT, REGION, cluster, cluster_group, databases, instance, instance_group, member
from tests.local_aws.emulator.account import EmulatedAccount

STANDARD, EXTENDED = datetime(2027, 2, 28, tzinfo=UTC), datetime(2030, 3, 31, tzinfo=UTC)


def major_version(number: str, engine: str = "postgres", **ends: datetime) -> dict[str, Any]:
    """An element of DescribeDBMajorEngineVersions.DBMajorEngineVersions."""
    cycles = [
        {"LifecycleSupportName": f"open-source-rds-{name}-support", "LifecycleSupportEndDate": end}
        for name, end in ends.items()
    ]
    return {"Engine": engine, "MajorEngineVersion": number, "SupportedEngineLifecycles": cycles}


@pytest.mark.parametrize(
    ("version", "answers", "ends"),
    [
        ("14.18", [major_version("14", standard=STANDARD, extended=EXTENDED)], (STANDARD, EXTENDED)),
        ("14.18", [major_version("14", standard=STANDARD)], (STANDARD, None)),
        ("14.18", [major_version("14", "aurora-postgresql", standard=STANDARD)], (None, None)),
        ("14.18", [major_version("1", standard=STANDARD), major_version("14.1", standard=STANDARD)], (None, None)),
        ("9.6.24", [major_version("9.6", standard=STANDARD)], (STANDARD, None)),
        ("9.6.24", [major_version("9", standard=STANDARD)], (STANDARD, None)),
        ("11.22-rds.20240509", [major_version("11", standard=STANDARD)], (STANDARD, None)),
        ("14.18", [{"Engine": "postgres", "MajorEngineVersion": "14"}], (None, None)),
        ("14.18", [{"Engine": "postgres"}, {}], (None, None)),
        (None, [major_version("14", standard=STANDARD)], (None, None)),
    ],
)
def test_the_ends_of_support_are_those_of_the_major_version(
    version: str | None, answers: list[Mapping[str, Any]], ends: tuple[datetime | None, datetime | None]
) -> None:
    described = Described(REGION, instances=[instance(EngineVersion=version)], major_versions=answers)
    found = databases(described)["orders-prod"].lifecycle
    assert (found.standard_until, found.extended_until) == ends


@pytest.mark.parametrize(
    ("own", "of_the_cluster", "is_extended"),
    [
        ("open-source-rds-extended-support", None, True),
        ("open-source-rds-extended-support-disabled", None, False),
        (None, "open-source-rds-extended-support-disabled", False),
        (None, None, None),
        ("a-lifecycle-of-tomorrow", None, None),
    ],
)
def test_extended_support_of_a_member_is_its_clusters(
    own: str | None, of_the_cluster: str | None, is_extended: bool | None
) -> None:
    """CreateDBInstance: "For Amazon Aurora DB instances, the life cycle type is managed by the DB cluster"."""
    described = Described(
        REGION,
        instances=[member("writer", EngineLifecycleSupport=own)],
        clusters=[cluster(members={"writer": "in-sync"}, EngineLifecycleSupport=of_the_cluster)],
    )
    assert databases(described)["writer"].lifecycle.is_extended is is_extended


def documented(force_ssl: str, **lists: Any) -> dict[str, Any]:
    groups = {
        "orders-pg14": {"family": "postgres14", "parameters": {"rds.force_ssl": {"ParameterValue": force_ssl}}}
    }
    one = instance(group="orders-pg14", EngineVersion="14.18", CertificateDetails=None)
    return {REGION: {"DBInstances": [one], "DBParameterGroups": groups, **lists}}


def test_the_ends_are_asked_for_once_and_of_the_one_engine_in_use(account: EmulatedAccount) -> None:
    account.set_rds(documented("0"))
    described = rds.describe(account.client("rds", REGION))
    assert databases(described)["orders-prod"].lifecycle == Lifecycle(
        datetime(2027, 2, 28, 23, 59, 59, 999000, UTC), datetime(2030, 3, 31, 23, 59, 59, 999000, UTC)
    )
    assert not isinstance(described.major_versions, Gap)
    assert {each["Engine"] for each in described.major_versions} == {"postgres"}
    assert account.take_calls()[REGION]["rds:DescribeDBMajorEngineVersions"] == 1


def test_where_every_group_enforces_tls_no_upgrade_changes_it_and_nobody_asks(account: EmulatedAccount) -> None:
    account.set_rds(documented("1"))
    found = rds.describe(account.client("rds", REGION))
    assert "rds:DescribeDBMajorEngineVersions" not in account.take_calls()[REGION]
    assert databases(found)["orders-prod"].lifecycle.standard_until == Gap("nothing", "not asked")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AccessDenied", Gap("rds:DescribeDBMajorEngineVersions", "AccessDenied: no", GapCause.PERMISSION)),
        ("InternalFailure", Gap("rds:DescribeDBMajorEngineVersions", "InternalFailure: no")),
        # A Region whose API does not have the call yet names no date.
        ("InvalidAction", None),
    ],
)
def test_a_date_that_is_not_told_is_a_reason_and_no_gap_of_the_region(
    account: EmulatedAccount, code: str, told: Gap | None
) -> None:
    refused = {"DescribeDBMajorEngineVersions": {"code": code, "message": "no", "status": 400}}
    account.set_rds(documented("0", Faults=refused))
    described = rds.describe(account.client("rds", REGION))
    assert described.gaps == ()
    (listing,) = assemble(ACCOUNT, [described]).listings
    assert (listing.is_complete, listing.gaps) == (True, ())
    assert databases(described)["orders-prod"].lifecycle == Lifecycle(told)


def test_of_two_engines_all_are_asked_for() -> None:
    one = Described(REGION, instances=[instance()])
    assert only_engine(one) == {"Engine": "postgres"}
    assert only_engine(Described(REGION, instances=[instance(), member("a")], clusters=[cluster()])) == {}
    assert only_engine(Described(REGION)) == {}


@pytest.mark.parametrize(("value", "needed"), [("0", True), (None, True), ("1", False)])
def test_whoever_leaves_the_value_to_the_engine_may_be_changed_by_an_upgrade(
    value: str | None, *, needed: bool
) -> None:
    assert is_needed(Described(REGION, parameters={instance_group(): {"rds.force_ssl": value}})) is needed


def test_an_engine_that_the_call_does_not_know_is_found_among_all(account: EmulatedAccount) -> None:
    unknown = {"code": "InvalidParameterValue", "message": "Unrecognized engine name", "status": 400}
    account.set_rds(documented("0", Faults={"DescribeDBMajorEngineVersions": unknown | {"with": "Engine"}}))
    found = databases(rds.describe(account.client("rds", REGION)))["orders-prod"].lifecycle
    assert found.standard_until == datetime(2027, 2, 28, 23, 59, 59, 999000, UTC)


def test_a_lifecycle_outlives_a_document_and_one_without_it_is_read() -> None:
    described = Described(
        REGION,
        instances=[instance(EngineLifecycleSupport="open-source-rds-extended-support")],
        clusters=[cluster(PreferredMaintenanceWindow="sun:04:00-sun:04:30")],
        parameters={instance_group(): {}, cluster_group(): {}},
        major_versions=[major_version("17", standard=STANDARD)],
    )
    found = databases(described)
    assert found["ledger"].maintenance_window == "sun:04:00-sun:04:30"
    document = documents.to_document(found["orders-prod"])
    assert documents.from_document(Database, document).lifecycle == Lifecycle(STANDARD, None, is_extended=True)
    del document["lifecycle"], document["maintenance_window"]
    before = documents.from_document(Database, document)
    assert (before.lifecycle, before.maintenance_window) == (Lifecycle(), None)
