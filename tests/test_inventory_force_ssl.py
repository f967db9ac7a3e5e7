"""rds.force_ssl by its effective value, from answers of the RDS API."""

from typing import Any

import pytest
from tlscheck.edges import documents
from tlscheck.inventory.described import Described, Values
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl, Unsaid
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterGroupFamily, Scope

from tests.answers import REGION, cluster, cluster_group, databases, instance, instance_group, member

DENIED = Gap("rds:DescribeDBParameters", "AccessDenied: not authorized")
ON: Values = {"rds.force_ssl": "1"}
OFF: Values = {"rds.force_ssl": "0"}


def of_instance(values: Values | Gap, **changes: Any) -> ForceSsl:
    described = Described(REGION, instances=[instance(**changes)], parameters={instance_group(): values})
    return databases(described)["orders-prod"].force_ssl


def with_status(status: str | None) -> dict[str, Any]:
    group = {"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": status}
    return {"DBParameterGroups": [{name: value for name, value in group.items() if value is not None}]}


@pytest.mark.parametrize(
    ("value", "status", "enforcement"),
    [
        ("1", "in-sync", Enforcement.ENFORCED),
        ("0", "in-sync", Enforcement.NOT_ENFORCED),
        ("1", "pending-reboot", Enforcement.ENFORCED_AFTER_REBOOT),
        ("0", "pending-reboot", Enforcement.NOT_ENFORCED_AFTER_REBOOT),
        ("1", "applying", Enforcement.UNKNOWN),
        ("0", "applying", Enforcement.UNKNOWN),
        ("1", "failed-to-apply", Enforcement.UNKNOWN),
        ("0", "failed-to-apply", Enforcement.UNKNOWN),
        ("1", "pending-database-upgrade", Enforcement.UNKNOWN),
        ("1", "a-status-of-tomorrow", Enforcement.UNKNOWN),
        ("1", None, Enforcement.UNKNOWN),
        ("on", "in-sync", Enforcement.UNKNOWN),
    ],
)
def test_a_value_counts_as_far_as_it_is_applied(value: str, status: str | None, enforcement: Enforcement) -> None:
    state = of_instance({"rds.force_ssl": value}, **with_status(status))
    assert state.enforcement is enforcement
    assert state.parameter_group == "orders-pg17"
    assert f"rds.force_ssl is {value} in orders-pg17" in state.reason


def test_the_reason_of_an_unclear_status_names_status_and_server() -> None:
    assert "failed-to-apply on orders-prod" in of_instance(ON, **with_status("failed-to-apply")).reason


def test_an_unreadable_parameter_group_is_unknown_with_the_reason() -> None:
    state = of_instance(DENIED)
    assert state.enforcement is Enforcement.UNKNOWN
    assert "orders-pg17" in state.reason
    assert "rds:DescribeDBParameters: AccessDenied" in state.reason


@pytest.mark.parametrize(
    ("version", "enforcement"),
    [("17.4", Enforcement.ENFORCED), ("15.2", Enforcement.ENFORCED), ("14.9", Enforcement.NOT_ENFORCED)],
)
def test_an_absent_parameter_without_a_known_default_falls_back_to_our_table_and_says_so(
    version: str, enforcement: Enforcement
) -> None:
    state = of_instance({}, EngineVersion=version)
    assert (state.enforcement, state.fallback) == (enforcement, True)
    assert "only by our own table of versions" in state.reason
    assert "no value for rds.force_ssl" in state.reason


def test_a_parameter_that_is_there_without_a_value_is_absent() -> None:
    assert of_instance({"rds.force_ssl": None}).fallback


@pytest.mark.parametrize(("value", "enforcement"), [("1", Enforcement.ENFORCED), ("0", Enforcement.NOT_ENFORCED)])
def test_an_absent_parameter_has_the_default_that_the_api_says(value: str, enforcement: Enforcement) -> None:
    described = Described(
        REGION,
        instances=[instance()],
        parameters={instance_group(): {}},
        defaults={ParameterGroupFamily(Scope.INSTANCE, "postgres17"): {"rds.force_ssl": value}},
    )
    state = databases(described)["orders-prod"].force_ssl
    assert state.enforcement is enforcement
    assert state.reason == (
        f"rds.force_ssl is {value} by default of postgres17 (orders-pg17 has no value of its own) (in-sync)"
    )


@pytest.mark.parametrize("answer", [Gap("rds:DescribeEngineDefaultParameters", "AccessDenied: no"), {}])
def test_an_unreadable_default_is_only_our_tables(answer: Values | Gap) -> None:
    described = Described(
        REGION,
        instances=[instance()],
        parameters={instance_group(): {}},
        defaults={ParameterGroupFamily(Scope.INSTANCE, "postgres17"): answer},
    )
    state = databases(described)["orders-prod"].force_ssl
    assert state.fallback
    assert "the default of postgres17 is unknown" in state.reason


def test_an_unknown_engine_version_has_no_default() -> None:
    state = of_instance({}, EngineVersion="nineteen-preview")
    assert state.enforcement is Enforcement.UNKNOWN
    assert "no family that we know" in state.reason


@pytest.mark.parametrize(
    ("version", "family"),
    [
        ("17.4", "postgres17"),
        ("18", "postgres18"),
        ("9.6.24", "postgres9.6"),
        ("10.23-R1", "postgres10"),
        ("17beta1", None),
        ("", None),
        (None, None),
    ],
)
def test_the_family_of_an_engine_version(version: str | None, family: str | None) -> None:
    assert ParameterGroupFamily.of(Scope.INSTANCE, "postgres", version) == (
        family and ParameterGroupFamily(Scope.INSTANCE, family)
    )


def test_two_groups_on_one_instance_count_when_they_agree() -> None:
    groups = [
        {"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": "in-sync"},
        {"DBParameterGroupName": "orders-pg18", "ParameterApplyStatus": "in-sync"},
    ]
    answers = [instance(DBParameterGroups=groups)]
    both_on = {instance_group("orders-pg17"): ON, instance_group("orders-pg18"): ON}
    one_on = {instance_group("orders-pg17"): ON, instance_group("orders-pg18"): OFF}
    agreeing = databases(Described(REGION, instances=answers, parameters=both_on))["orders-prod"].force_ssl
    disagreeing = databases(Described(REGION, instances=answers, parameters=one_on))["orders-prod"].force_ssl
    assert agreeing.enforcement is Enforcement.ENFORCED
    assert disagreeing.enforcement is Enforcement.UNKNOWN
    assert "disagree" in disagreeing.reason


@pytest.mark.parametrize("groups", [[], None, "orders-pg17", [{}], [None]])
def test_an_instance_that_names_no_group_is_unknown(groups: object) -> None:
    assert of_instance(ON, DBParameterGroups=groups).enforcement is Enforcement.UNKNOWN


def aurora(values: Values | Gap, **statuses: str) -> dict[str, ForceSsl]:
    """A cluster `ledger` whose members have these statuses, and the state of each of them."""
    described = Described(
        REGION,
        instances=[member(name) for name in statuses],
        clusters=[cluster(members=statuses)],
        parameters={
            cluster_group(): values,
            # the members' own group, of whatever value, has no say
            instance_group("default.aurora-postgresql16"): OFF,
        },
    )
    return {name: each.force_ssl for name, each in databases(described).items()}


def test_members_are_judged_by_the_cluster_group_and_their_own_status_in_it() -> None:
    states = aurora(ON, writer="in-sync", reader="pending-reboot")
    assert states["writer"].enforcement is Enforcement.ENFORCED
    assert states["writer"].parameter_group == "ledger-aurora16"
    assert states["reader"].enforcement is Enforcement.ENFORCED_AFTER_REBOOT


@pytest.mark.parametrize(
    ("value", "statuses", "enforcement"),
    [
        ("1", {"a": "in-sync", "b": "in-sync"}, Enforcement.ENFORCED),
        ("0", {"a": "in-sync", "b": "in-sync"}, Enforcement.NOT_ENFORCED),
        ("1", {"a": "in-sync", "b": "pending-reboot"}, Enforcement.ENFORCED_AFTER_REBOOT),
        ("0", {"a": "pending-reboot", "b": "pending-reboot"}, Enforcement.NOT_ENFORCED_AFTER_REBOOT),
        # Of one that takes plaintext for certain nothing is taken away by another that waits.
        ("0", {"a": "pending-reboot", "b": "in-sync"}, Enforcement.NOT_ENFORCED),
        ("0", {"a": "applying", "b": "in-sync"}, Enforcement.NOT_ENFORCED),
        ("0", {"a": "applying", "b": "pending-reboot"}, Enforcement.UNKNOWN),
        ("1", {"a": "in-sync", "b": "applying"}, Enforcement.UNKNOWN),
        ("1", {"a": "pending-reboot", "b": "failed-to-apply"}, Enforcement.UNKNOWN),
        ("1", {}, Enforcement.UNKNOWN),
    ],
)
def test_a_cluster_is_as_far_as_its_last_member(
    value: str, statuses: dict[str, str], enforcement: Enforcement
) -> None:
    assert aurora({"rds.force_ssl": value}, **statuses)["ledger"].enforcement is enforcement


@pytest.mark.parametrize(
    ("value", "statuses", "waits_on", "reason"),
    [
        ("1", {"a": "in-sync"}, (), "is 1 in ledger-aurora16 (in-sync)"),
        (
            "1",
            {"a": "in-sync", "b": "pending-reboot", "c": "in-sync"},
            ("b",),
            "is 1 in ledger-aurora16, in effect on a, c, but changes of the group wait for a reboot of b",
        ),
        (
            "0",
            {"a": "pending-reboot", "b": "applying", "c": "in-sync"},
            ("a",),
            (
                "is 0 in ledger-aurora16, in effect on c, but changes of the group wait for a reboot of a,"
                " and the API says of the group: applying on b"
            ),
        ),
        (
            "0",
            {"a": "pending-reboot"},
            ("a",),
            "is 0 in ledger-aurora16, but changes of the group wait for a reboot of a",
        ),
    ],
)
def test_a_cluster_says_of_each_member_what_is_known_of_it(
    value: str, statuses: dict[str, str], waits_on: tuple[str, ...], reason: str
) -> None:
    found = aurora({"rds.force_ssl": value}, **statuses)["ledger"]
    assert found.applied == tuple(Applied(name, status) for name, status in statuses.items())
    assert found.waits_on == waits_on
    assert found.reason == f"rds.force_ssl {reason}"


def test_a_group_that_is_applied_by_an_upgrade_is_told_as_that() -> None:
    found = of_instance(ON, **with_status("pending-database-upgrade"))
    assert (found.enforcement, found.configured) == (Enforcement.UNKNOWN, "1")
    assert found.waits_for_upgrade_on == ("orders-prod",)


def test_a_document_of_before_names_no_server() -> None:
    document = documents.to_document(of_instance(ON))
    del document["applied"]
    assert documents.from_document(ForceSsl, document).applied == ()


def test_a_cluster_waiting_for_a_reboot_names_the_members_that_wait() -> None:
    assert "wait for a reboot of reader" in aurora(ON, writer="in-sync", reader="pending-reboot")["ledger"].reason


def test_a_member_of_a_cluster_that_was_not_listed_is_unknown() -> None:
    described = Described(
        REGION, instances=[member("writer")], parameters={instance_group("default.aurora-postgresql16"): ON}
    )
    state = databases(described)["writer"].force_ssl
    assert state.enforcement is Enforcement.UNKNOWN
    assert "its cluster ledger was not listed" in state.reason


def test_an_aurora_instance_that_names_no_cluster_is_still_no_standalone_instance() -> None:
    described = Described(
        REGION,
        instances=[member("writer", DBClusterIdentifier=None)],
        parameters={instance_group("default.aurora-postgresql16"): ON},
    )
    assert databases(described)["writer"].force_ssl.enforcement is Enforcement.UNKNOWN


def test_a_member_that_its_cluster_does_not_list_is_unknown() -> None:
    described = Described(
        REGION,
        instances=[member("newcomer")],
        clusters=[cluster(members={"writer": "in-sync"})],
        parameters={cluster_group(): ON},
    )
    assert databases(described)["newcomer"].force_ssl.enforcement is Enforcement.UNKNOWN


def test_a_multi_az_cluster_is_judged_like_an_aurora_cluster() -> None:
    described = Described(
        REGION,
        instances=[instance("writer", "default.postgres17", DBClusterIdentifier="ledger")],
        clusters=[
            cluster(group="ledger-pg17", members={"writer": "in-sync"}, Engine="postgres", EngineVersion="17.4")
        ],
        parameters={cluster_group("ledger-pg17"): ON, instance_group("default.postgres17"): OFF},
    )
    assert {name: each.force_ssl.enforcement for name, each in databases(described).items()} == {
        "writer": Enforcement.ENFORCED,
        "ledger": Enforcement.ENFORCED,
    }


def test_instance_and_cluster_groups_of_one_name_are_two_groups() -> None:
    described = Described(
        REGION,
        instances=[instance(group="platform"), member("writer")],
        clusters=[cluster(group="platform", members={"writer": "in-sync"})],
        parameters={instance_group("platform"): OFF, cluster_group("platform"): ON},
    )
    states = {name: each.force_ssl.enforcement for name, each in databases(described).items()}
    assert states == {
        "orders-prod": Enforcement.NOT_ENFORCED,
        "writer": Enforcement.ENFORCED,
        "ledger": Enforcement.ENFORCED,
    }


def test_the_default_aurora_group_is_read_like_any_other() -> None:
    described = Described(
        REGION,
        instances=[member("writer")],
        clusters=[cluster(group="default.aurora-postgresql16", members={"writer": "in-sync"})],
        parameters={cluster_group("default.aurora-postgresql16"): OFF},
    )
    assert databases(described)["ledger"].force_ssl.enforcement is Enforcement.NOT_ENFORCED


def test_a_cluster_that_names_no_group_is_unknown() -> None:
    described = Described(REGION, clusters=[cluster(DBClusterParameterGroup=None, members={"writer": "in-sync"})])
    assert databases(described)["ledger"].force_ssl.enforcement is Enforcement.UNKNOWN


def test_why_nothing_is_said_as_documents_between_two_versions_hold_it() -> None:
    assert [each.value for each in Unsaid] == [
        "unread",
        "unnamed",
        "no-family",
        "no-server",
        "applying",
        "failed",
        "odd-value",
        "disagree",
    ]
