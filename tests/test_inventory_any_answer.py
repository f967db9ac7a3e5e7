"""Whatever the API answers, or leaves out: never an exception, and never a guess."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.batch import in_batches
from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Kind
from tlscheck.inventory.described import Described, Values
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.lookups import families_to_read, groups_to_read
from tlscheck.inventory.parameter_group import ParameterGroup, ParameterGroupFamily, Scope

from tests.answers import (
    ACCOUNT,
    LEAF_EXPIRES,
    REGION,
    certificate,
    cluster,
    cluster_group,
    engine_version,
    instance,
    instance_group,
    maintenance,
    member,
    proxy,
    shard_group,
    target,
)

DECIDED = {
    Enforcement.ENFORCED: ("1", {"in-sync"}),
    Enforcement.NOT_ENFORCED: ("0", {"in-sync"}),
    Enforcement.ENFORCED_AFTER_REBOOT: ("1", {"in-sync", "pending-reboot"}),
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: ("0", {"in-sync", "pending-reboot"}),
}
"""The value and the statuses without which a state must not be claimed."""

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=3,
)


def paths(answer: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an answer, as the keys that lead there."""
    inside = (
        list(answer.items())
        if isinstance(answer, dict)
        else list(enumerate(answer))
        if isinstance(answer, list)
        else []
    )
    return [(*path, key) for key, _ in inside] + [
        found for key, value in inside for found in paths(value, (*path, key))
    ]


@st.composite
def broken(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """An answer in the right shape, of which some members are missing and others are something else."""
    answer = deepcopy(whole)
    for path in draw(st.lists(st.sampled_from(paths(whole)), max_size=6, unique=True)):
        place: Any = answer
        try:
            for key in path[:-1]:
                place = place[key]
            if draw(st.booleans()):
                place[path[-1]] = draw(anything)
            else:
                del place[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return answer


PARAMETERS = [
    *("rds.force_ssl", "ssl", "ssl_min_protocol_version", "ssl_max_protocol_version", "ssl_ciphers"),
    *("password_encryption", "rds.accepted_password_auth_method", "log_connections", "log_line_prefix"),
    *("rds.babelfish_status", "babelfishpg_tds.tds_ssl_encrypt"),
]
values: st.SearchStrategy[Values | Gap] = st.one_of(
    st.builds(Gap, st.just("rds:DescribeDBParameters"), st.just("AccessDenied: no")),
    st.dictionaries(st.sampled_from(PARAMETERS), st.sampled_from(["0", "1", "", "on", "2", None])),
)
refused = st.just(Gap("rds:DescribeAnything", "AccessDenied: no"))
VERSIONS = [("postgres", "17.4"), ("aurora-postgresql", "16.6")]
GROUPS = [instance_group(), cluster_group(), instance_group("default.aurora-postgresql16")]
FAMILIES = [
    ParameterGroupFamily(Scope.INSTANCE, "postgres17"),
    ParameterGroupFamily(Scope.CLUSTER, "aurora-postgresql16"),
]
STATUSES = st.sampled_from(["in-sync", "pending-reboot", "applying", "failed-to-apply", "of-tomorrow"])


@st.composite
def regions(draw: st.DrawFn) -> Described:
    group = {"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": draw(STATUSES)}
    members = {"ledger-1": draw(STATUSES), "ledger-2": draw(STATUSES)}
    return Described(
        REGION,
        instances=draw(
            st.tuples(
                broken(instance(DBParameterGroups=[group])), broken(member("ledger-1")), broken(member("ledger-2"))
            )
        ),
        clusters=draw(st.tuples(broken(cluster(members=members)))),
        certificates=draw(
            st.just(Gap("rds:DescribeCertificates", "AccessDenied: no"))
            | st.lists(broken(certificate()) | broken(certificate("rds-ca-ecc384-g1")), max_size=2)
        ),
        parameters=draw(st.dictionaries(st.sampled_from(GROUPS), values)),
        defaults=draw(st.dictionaries(st.sampled_from(FAMILIES), values)),
        versions=draw(st.dictionaries(st.sampled_from(VERSIONS), refused | broken(engine_version()))),
        maintenance=draw(refused | st.lists(broken(maintenance("ledger-1")), max_size=2)),
        proxies=draw(st.tuples(broken(proxy()))),
        targets=draw(st.dictionaries(st.just("orders-proxy"), refused | st.lists(broken(target()), max_size=2))),
        shard_groups=draw(refused | st.lists(broken(shard_group()), max_size=2)),
    )


def told(answers: Mapping[Any, Values | Gap]) -> set[str]:
    """Every value of rds.force_ssl that any group or family really has."""
    told = [answer.get("rds.force_ssl") for answer in answers.values() if not isinstance(answer, Gap)]
    return {value for value in told if value is not None}


def everything_in(answer: object) -> list[object]:
    if isinstance(answer, dict):
        return [found for value in answer.values() for found in everything_in(value)]
    if isinstance(answer, list | tuple):
        return [found for value in answer for found in everything_in(value)]
    return [answer]


@given(regions())
def test_a_state_is_never_claimed_without_the_value_and_the_status_that_it_needs(described: Described) -> None:
    for database in assemble(ACCOUNT, [described]).databases:
        state = database.force_ssl
        assert state.reason
        if state.enforcement is Enforcement.UNKNOWN or state.fallback:
            continue
        value, statuses = DECIDED[state.enforcement]
        assert value in told(described.parameters) | told(described.defaults)
        assert statuses & {
            each for each in everything_in([described.instances, described.clusters]) if isinstance(each, str)
        }
        scope = Scope.INSTANCE if database.kind is Kind.INSTANCE else Scope.CLUSTER
        assert state.parameter_group is not None
        assert isinstance(described.parameters[ParameterGroup(scope, state.parameter_group)], Mapping)


@given(regions())
def test_a_ca_is_never_retired_nor_offered_without_a_list_of_cas(described: Described) -> None:
    listed = [] if isinstance(described.certificates, Gap) else described.certificates
    names = {name for each in listed if isinstance(name := each.get("CertificateIdentifier"), str) and name}
    for database in assemble(ACCOUNT, [described]).databases:
        authority = database.certificate_authority
        expected = Offer.UNKNOWN
        if names and authority.identifier:
            expected = Offer.OFFERED if authority.identifier in names else Offer.RETIRED_OR_UNKNOWN
        assert authority.offer is expected
        assert authority.expires is None or authority.offer is Offer.OFFERED


@given(regions())
def test_every_moment_told_is_one_that_the_api_told(described: Described) -> None:
    given_moments = {
        each
        for each in everything_in([described.instances, described.clusters])
        if isinstance(each, datetime) and each.tzinfo is not None
    }
    for database in assemble(ACCOUNT, [described]).databases:
        expires = database.server_certificate_expires
        assert expires is None or (expires in given_moments and expires.tzinfo is UTC)


@given(regions())
def test_whatever_is_left_out_of_the_inventory_leaves_a_gap(described: Described) -> None:
    inventory = assemble(ACCOUNT, [described])
    (listing,) = inventory.listings
    in_scope = [
        each
        for each in (*described.instances, *described.clusters)
        if each.get("Engine") in ("postgres", "aurora-postgresql") or not isinstance(each.get("Engine"), str)
    ]
    if len(inventory.databases) < len(
        {str(each.get("DBInstanceArn", each.get("DBClusterArn"))) for each in in_scope}
    ):
        assert listing.gaps


@given(regions())
def test_what_is_asked_for_and_batched_never_trips_either(described: Described) -> None:
    groups = groups_to_read(described.instances, described.clusters)
    assert len(groups) == len(set(groups))
    assert set(families_to_read(described)) <= {
        ParameterGroupFamily(scope, f"{engine}{major}")
        for scope in Scope
        for engine in ("postgres", "aurora-postgresql")
        for major in (17, 16)
    }
    inventory = assemble(ACCOUNT, [described])
    assert sum(len(each.databases) for each in in_batches(inventory.databases)) == len(inventory.databases)


@given(st.lists(st.dictionaries(st.text(max_size=5), anything, max_size=4), max_size=4))
def test_answers_of_no_shape_at_all_make_no_database(answers: list[dict[str, Any]]) -> None:
    described = Described(REGION, instances=answers, clusters=answers, certificates=answers)
    assert assemble(ACCOUNT, [described]).databases == ()


def test_the_answers_that_are_broken_here_are_whole_to_begin_with() -> None:
    members = {"ledger-1": "in-sync", "ledger-2": "in-sync"}
    described = Described(
        REGION,
        instances=[instance(), member("ledger-1"), member("ledger-2")],
        clusters=[cluster(members=members)],
        certificates=[certificate()],
        parameters={group: {"rds.force_ssl": "1"} for group in GROUPS},
    )
    databases = assemble(ACCOUNT, [described]).databases
    assert {each.force_ssl.enforcement for each in databases} == {Enforcement.ENFORCED}
    assert {each.server_certificate_expires for each in databases} == {LEAF_EXPIRES, None}
