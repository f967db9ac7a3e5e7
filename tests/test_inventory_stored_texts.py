"""The words of the inventory as they are stored, sent and shown, and what is meant where a field says nothing."""

from dataclasses import replace
from enum import StrEnum

import pytest
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Kind, Source
from tlscheck.inventory.described import Described
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.names import EndpointKind
from tlscheck.inventory.parameter_group import ParameterGroup, ParameterGroupFamily, Scope
from tlscheck.inventory.region import OfferedAuthority, RegionListing
from tlscheck.inventory.request import Regions, Request
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.trait import Trait

from tests.examples import database


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        # Findings and the memory of earlier sweeps hold these: a changed one is an unknown one there.
        (Kind, ["instance", "member", "cluster", "proxy"]),
        (Scope, ["instance", "cluster"]),
        (Depth, ["full", "sample", "retire"]),
        (Offer, ["OFFERED", "RETIRED_OR_UNKNOWN", "UNKNOWN"]),
        (
            Enforcement,
            ["ENFORCED", "NOT_ENFORCED", "ENFORCED_AFTER_REBOOT", "NOT_ENFORCED_AFTER_REBOOT", "UNKNOWN"],
        ),
        (
            Trait,
            [
                *("serverless-v1", "serverless-v2", "scales-to-zero", "global", "limitless", "babelfish"),
                *("express", "multi-az-cluster", "read-replica"),
            ],
        ),
        # what stands before the account's part of an endpoint: RDS and Aurora User Guides, "endpoints"
        (EndpointKind, ["", "cluster-", "cluster-ro-", "cluster-custom-", "proxy-", "shardgrp-"]),
    ],
)
def test_the_words_of_the_inventory_are_these(words: type[StrEnum], stored: list[str]) -> None:
    assert [each.value for each in words] == stored


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Kind.INSTANCE, True), (Kind.MEMBER, True), (Kind.CLUSTER, False), (Kind.PROXY, False)],
)
def test_instances_and_members_are_servers_of_their_own(kind: Kind, expected: bool) -> None:
    assert kind.is_server is expected


def test_a_gap_tells_its_call_and_its_reason() -> None:
    assert Gap("rds:DescribeDBClusters", "AccessDenied: no").told == "rds:DescribeDBClusters: AccessDenied: no"


def test_a_region_of_which_nothing_was_asked_has_nothing_and_says_so() -> None:
    assert Described("eu-west-1") == Described(
        "eu-west-1",
        instances=(),
        clusters=(),
        certificates=Gap("nothing", "not asked"),
        parameters={},
        defaults={},
        default_authority=None,
        versions={},
        maintenance=Gap("nothing", "not asked"),
        proxies=(),
        targets={},
        shard_groups=Gap("nothing", "not asked"),
        gaps=(),
    )


def test_what_a_request_or_a_listing_leaves_out_is_everything_or_nothing() -> None:
    assert Request() == Request(Depth.FULL, regions=(), databases=(), clusters=(), engines=(), tags=())
    assert Regions(("eu-west-1",)).gaps == ()
    assert Batch("eu-west-1", None, ()).listings == ()
    assert RegionListing("arn:1", "eu-west-1", 0) == RegionListing(
        "arn:1", "eu-west-1", 0, gaps=(), authorities=Gap("nothing", "not asked"), vanished=()
    )


def test_what_the_api_leaves_out_of_a_ca_or_its_rotation_is_not_known() -> None:
    assert CertificateAuthority(None, Offer.UNKNOWN, "why") == CertificateAuthority(
        None, Offer.UNKNOWN, "why", expires=None, pending=None, offered=(), default=None
    )
    offered = OfferedAuthority("rds-ca-rsa2048-g1", None, None)
    assert (offered.override, offered.override_expires) == (False, None)
    assert Rotation() == Rotation(without_restart=None, supported=(), actions=())
    assert MaintenanceAction("a") == MaintenanceAction("a", None, None, None)
    assert Source("a").authority is None
    assert not ForceSsl(Enforcement.UNKNOWN, None, "why").fallback


@pytest.mark.parametrize(
    ("without_restart", "expected"),
    [(True, True), (False, False), (None, None), (Gap("rds:DescribeDBEngineVersions", "no"), None)],
)
def test_a_rotation_spares_a_restart_only_where_the_api_says_so(
    without_restart: bool | Gap | None, expected: bool | None
) -> None:
    assert Rotation(without_restart).is_without_restart is expected


@pytest.mark.parametrize(
    ("name", "engine"),
    [("postgres17", "postgres"), ("postgres9.6", "postgres"), ("aurora-postgresql16", "aurora-postgresql")],
)
def test_a_family_is_of_an_engine(name: str, engine: str) -> None:
    assert ParameterGroupFamily(Scope.INSTANCE, name).engine == engine


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("postgres", "17.4", "postgres17"),
        ("postgres", "10", "postgres10"),
        ("postgres", "100.1", "postgres100"),
        ("postgres", "9.6.24", "postgres9.6"),
        ("postgres", "9.6", "postgres9.6"),
        ("postgres", "9", None),
        ("postgres", "8.4", None),
        ("postgres", "x17.4", None),
        ("", "17.4", None),
        (None, "17.4", None),
    ],
)
def test_a_family_is_named_by_engine_and_major_version(
    engine: str | None, version: str, family: str | None
) -> None:
    expected = None if family is None else ParameterGroupFamily(Scope.CLUSTER, family)
    assert ParameterGroupFamily.of(Scope.CLUSTER, engine, version) == expected


def test_groups_and_families_are_sorted_by_scope_and_then_by_name() -> None:
    groups = [ParameterGroup(scope, name) for scope, name in ((Scope.INSTANCE, "a"), (Scope.CLUSTER, "b"))]
    assert sorted(groups) == groups[::-1]
    families = [ParameterGroupFamily(Scope.CLUSTER, name) for name in ("postgres17", "postgres16")]
    assert sorted(families) == families[::-1]


@pytest.mark.parametrize(("version", "expected"), [("17.4", 17), ("9.6.24", 9), ("", None), ("preview", None)])
def test_a_database_tells_its_major_version(version: str, expected: int | None) -> None:
    assert replace(database(), engine_version=version).major == expected
