"""What is said of a parameter group itself: where its values come from, and which call would tell the rest."""

import pytest
from tlscheck.inventory.described import Described
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl, Unsaid, agreed, force_ssl, unknown
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterGroup, ParameterGroupFamily, ParameterKind, Scope
from tlscheck.inventory.settings import settings

from tests.answers import REGION, databases, instance, instance_group


@pytest.mark.parametrize(
    ("family", "source"),
    [
        # one that is none of the table's, and one without a number
        ("mysql8", "mysql8"),
        ("postgres", "postgres"),
    ],
)
def test_the_table_of_versions_says_nothing_of_what_it_does_not_have(family: str, source: str) -> None:
    described = Described(REGION, parameters={instance_group(): {}})
    found = force_ssl(
        described,
        instance_group(),
        ParameterGroupFamily(Scope.INSTANCE, family),
        [Applied("orders-prod", "in-sync")],
    )
    assert found == ForceSsl(
        Enforcement.UNKNOWN,
        "orders-pg17",
        f"orders-pg17 has no value for rds.force_ssl, and the default of {source} is unknown: nothing: not asked",
        unsaid=Unsaid.UNREAD,
    )


def test_a_family_whose_defaults_leave_the_parameter_out_is_told() -> None:
    family = ParameterGroupFamily(Scope.INSTANCE, "postgres15")
    described = Described(REGION, parameters={instance_group(): {}}, defaults={family: {"rds.force_ssl": None}})
    found = force_ssl(described, instance_group(), family, [Applied("orders-prod", "in-sync")])
    assert (found.enforcement, found.fallback) == (Enforcement.ENFORCED, True)
    assert found.reason == (
        "rds.force_ssl is 1 only by our own table of versions (orders-pg17 has no value for rds.force_ssl, and "
        "the default of postgres15 is unknown: engine defaults: postgres15 has none for rds.force_ssl) (in-sync)"
    )


def test_groups_that_agree_are_told_by_the_first_and_one_without_a_name_is_marked() -> None:
    one, other = (ForceSsl(Enforcement.ENFORCED, name, f"{name} says 1") for name in ("a", "b"))
    assert agreed([one, other]) is one
    assert agreed([one, unknown("why")]) == ForceSsl(
        Enforcement.UNKNOWN, "a, ?", "its parameter groups disagree: a says 1; why", unsaid=Unsaid.DISAGREE
    )


def test_groups_that_cannot_be_read_are_not_taken_to_say_the_same() -> None:
    groups = [{"DBParameterGroupName": name, "ParameterApplyStatus": "in-sync"} for name in ("a", "b")]
    denied = Gap("rds:DescribeDBParameters", "AccessDenied: no")
    parameters = {instance_group("a"): denied, instance_group("b"): denied}
    found = databases(Described(REGION, instances=[instance(DBParameterGroups=groups)], parameters=parameters))
    assert found["orders-prod"].settings == Gap("rds:DescribeDBParameters", "its parameter groups a, b disagree")


@pytest.mark.parametrize(
    ("scope", "parameters", "listing"),
    [
        (Scope.INSTANCE, "rds:DescribeDBParameters", "rds:DescribeDBInstances"),
        (Scope.CLUSTER, "rds:DescribeDBClusterParameters", "rds:DescribeDBClusters"),
    ],
)
def test_what_is_not_known_of_a_group_names_the_call_that_would_tell(
    scope: Scope, parameters: str, listing: str
) -> None:
    group = ParameterGroup(scope, "g")
    empty, full = (Described(REGION, parameters={group: values}) for values in ({}, {"ssl": "1"}))
    assert settings(empty, group, [Applied("a", "in-sync")]) == Gap(
        parameters, "g names none of the parameters asked for"
    )
    assert settings(full, group, []) == Gap(listing, "the cluster lists no member that says whether g is applied")
    assert settings(full, group, [Applied("a", "applying"), Applied("b", "in-sync"), Applied("c", None)]) == Gap(
        listing, "of g the API says: applying on a, nothing on c"
    )
    assert settings(Described(REGION), group, []) == Gap(
        "nothing", "parameter group g could not be read: nothing: not asked"
    )


@pytest.mark.parametrize(
    ("allowed", "value", "may"),
    [
        ("0-262143", "0", True),
        ("0-262143", "262143", True),
        ("0-262143", "262144", False),
        ("-1-10", "-1", True),
        ("-1-10", "-2", False),
        ("0,1", "1", True),
        ("0,1", "2", False),
        ("TLSv1.2, TLSv1.3", "TLSv1.3", True),
        (None, "anything", True),
    ],
)
def test_what_a_parameter_may_become(allowed: str | None, value: str, may: bool) -> None:
    assert ParameterKind(is_modifiable=True, allowed=allowed).may_become(value) is may
    assert not ParameterKind(is_modifiable=False, allowed=allowed).may_become(value)
