"""Whose observations a cluster is judged by, and what each server's word on enforcement reads like."""

from dataclasses import replace
from typing import Any

import pytest
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.verdict.enforcement import TlsEnforcement, enforcement
from tlscheck.verdict.evidence import Evidence, members_of
from tlscheck.wire.observation import Observation, Plaintext, PlaintextOutcome

from tests.examples import NOT_ENFORCED, NOW, UNKNOWN_ENFORCEMENT, cluster, database, look, member, observation

SEEN = {each: observation(each) for each in ("1", "2", "3", "4", "5")}
ACCEPTS = replace(observation(), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, ""))
REFUSES = replace(observation(), plaintext=Plaintext(PlaintextOutcome.REFUSED, ""))
RUNS_WITHOUT = observation(look=replace(look(), force_ssl=False))
RUNS_WITH = observation(look=replace(look(), force_ssl=True))
API = "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"


def test_a_clusters_members_are_those_of_its_name_in_its_region() -> None:
    databases = (
        member(arn="1", identifier="ledger-1"),
        member(arn="2", identifier="ledger-2"),
        member(arn="3", identifier="ledger-3", region="eu-west-1"),
        member(arn="4", identifier="other-1", cluster="other"),
        database(arn="5", identifier="alone", cluster="ledger"),
        cluster(arn="1"),
    )
    assert members_of(cluster(), databases, SEEN) == {"ledger-1": SEEN["1"], "ledger-2": SEEN["2"]}
    assert members_of(cluster(region="eu-west-1"), databases, SEEN) == {"ledger-3": SEEN["3"]}
    assert members_of(cluster(identifier="other"), databases, SEEN) == {"other-1": SEEN["4"]}


def test_what_is_no_cluster_has_no_members() -> None:
    # An instance may have a cluster's name.
    namesake = database(identifier="ledger")
    assert members_of(namesake, (member(arn="1"), namesake), SEEN) == {}


def of_server(seen: Observation, **changes: Any) -> tuple[str, str]:
    known = enforcement(database(**changes), seen, {}, Depth.FULL)
    return known.state.value, known.reason


@pytest.mark.parametrize(
    ("seen", "state", "says"),
    [
        (REFUSES, "ENFORCED", f"the server refuses a client without TLS; {API}"),
        (ACCEPTS, "NOT_ENFORCED", f"the server accepts a client without TLS; {API}"),
        (RUNS_WITH, "ENFORCED", f"the server runs with rds.force_ssl on; {API}"),
        (RUNS_WITHOUT, "NOT_ENFORCED", f"the server runs with rds.force_ssl off; {API}"),
        (observation(), "ENFORCED", "rds.force_ssl is 1 in orders-pg17 (in-sync)"),
        # A deed goes before a word.
        (replace(RUNS_WITHOUT, plaintext=REFUSES.plaintext), "ENFORCED", REFUSES),
        (replace(RUNS_WITH, plaintext=ACCEPTS.plaintext), "NOT_ENFORCED", ACCEPTS),
    ],
)
def test_a_server_is_quoted_before_the_api(seen: Observation, state: str, says: str | Observation) -> None:
    assert of_server(seen) == (state, says if isinstance(says, str) else of_server(says)[1])


@pytest.mark.parametrize(
    ("api", "refused", "accepted"),
    [
        ("ENFORCED", "ENFORCED", "NOT_ENFORCED"),
        ("UNKNOWN", "ENFORCED", "NOT_ENFORCED"),
        ("ENFORCED_AFTER_REBOOT", "ENFORCED", "ENFORCED_AFTER_REBOOT"),
        ("NOT_ENFORCED", "NOT_ENFORCED_AFTER_REBOOT", "NOT_ENFORCED"),
        ("NOT_ENFORCED_AFTER_REBOOT", "NOT_ENFORCED_AFTER_REBOOT", "NOT_ENFORCED"),
    ],
)
def test_what_a_server_does_and_what_is_configured_make_one_state(api: str, refused: str, accepted: str) -> None:
    told = replace(NOT_ENFORCED, enforcement=Enforcement(api))
    assert of_server(REFUSES, force_ssl=told)[0] == refused
    assert of_server(ACCEPTS, force_ssl=told)[0] == accepted
    assert of_server(observation(), force_ssl=told) == (api, "rds.force_ssl is 0 in orders-pg17 (in-sync)")


def test_evidence_without_members_is_of_no_cluster() -> None:
    assert Evidence(database(), observation(), (), NOW, "tlscheck").members == {}


def test_what_the_api_says_of_its_own_is_made_harmless_once_it_is_quoted() -> None:
    told = replace(NOT_ENFORCED, reason="The API\nsays so")
    assert of_server(ACCEPTS, force_ssl=told) == (
        "NOT_ENFORCED",
        "the server accepts a client without TLS; AWS's API: the API says so",
    )


def of_cluster(members: dict[str, Observation], *names: str, **changes: Any) -> TlsEnforcement:
    known = cluster(member_authorities=dict.fromkeys(names, "rds-ca-rsa2048-g1"), **changes)
    return enforcement(known, observation(), members, Depth.FULL)


def test_members_that_all_refuse_are_told_together() -> None:
    known = of_cluster({"b": RUNS_WITH, "a": REFUSES}, "a", "b", force_ssl=UNKNOWN_ENFORCEMENT)
    assert (known.state.value, known.by_server, known.absent) == ("ENFORCED", True, ())
    assert known.reason == (
        "every member refuses a client without TLS; AWS's API: rds:DescribeDBParameters: AccessDenied"
    )


def test_every_member_that_accepts_is_named_and_no_other() -> None:
    known = of_cluster({"c": ACCEPTS, "b": REFUSES, "a": RUNS_WITHOUT}, "a", "b", "c", "d")
    assert (known.state.value, known.by_server, known.absent) == ("NOT_ENFORCED", True, ())
    assert known.reason == (
        "a: the server runs with rds.force_ssl off; c: the server accepts a client without TLS; " + API
    )


@pytest.mark.parametrize(
    ("names", "who"),
    [
        (("a", "b"), "b, a member of the cluster"),
        (("c", "a", "b"), "b; c, members of the cluster"),
    ],
)
def test_members_that_were_not_looked_at_are_named(names: tuple[str, ...], who: str) -> None:
    known = of_cluster({"a": REFUSES}, *names)
    assert (known.state.value, known.by_server, known.absent) == ("UNKNOWN", False, tuple(sorted(names)[1:]))
    assert known.reason == f"this sweep did not look at {who}; {API}"


@pytest.mark.parametrize(("count", "tail"), [(15, ""), (16, "; and 1 more")])
def test_fifteen_members_are_named_and_the_others_counted(count: int, tail: str) -> None:
    names = [f"m{number:02}" for number in range(count)]
    told = "; ".join(f"{name}: the server accepts a client without TLS" for name in names[:15])
    assert of_cluster(dict.fromkeys(names, ACCEPTS), *names).reason == f"{told}{tail}; {API}"
    absent = of_cluster({}, *names).reason
    assert absent == f"this sweep did not look at {'; '.join(names[:15])}{tail}, members of the cluster; {API}"


def test_a_cluster_of_which_no_member_is_known_has_the_apis_word_alone() -> None:
    known = of_cluster({})
    assert (known.state.value, known.reason, known.by_server) == (
        "ENFORCED",
        "rds.force_ssl is 1 in orders-pg17 (in-sync)",
        False,
    )
