"""Whose observations a cluster is judged by, and what each server's word on enforcement reads like."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.verdict.checks import force_ssl
from tlscheck.verdict.enforcement import TlsEnforcement, enforcement
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.heard import Heard, Word, word_of
from tlscheck.wire.observation import Observation, Plaintext, PlaintextOutcome

from tests.examples import NOT_ENFORCED, NOW, UNKNOWN_ENFORCEMENT, cluster, database, evidence, look, observation

ACCEPTS = replace(observation(), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, ""))
REFUSES = replace(observation(), plaintext=Plaintext(PlaintextOutcome.REFUSED, ""))
RUNS_WITHOUT = observation(look=replace(look(), force_ssl=False))
RUNS_WITH = observation(look=replace(look(), force_ssl=True))
API = "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"


def heard(seen: Observation) -> Heard:
    return Heard(word_of(seen, NOW), is_new=True)


def of_server(seen: Observation, **changes: Any) -> tuple[str, str]:
    known = enforcement(database(**changes), heard(seen), {}, Depth.FULL)
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


def of_cluster(members: Mapping[str, Observation | Heard], *names: str, **changes: Any) -> TlsEnforcement:
    known = cluster(member_authorities=dict.fromkeys(names, "rds-ca-rsa2048-g1"), **changes)
    told = {name: seen if isinstance(seen, Heard) else heard(seen) for name, seen in members.items()}
    return enforcement(known, Heard(), told, Depth.FULL)


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


ON_THE_2ND = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
REFUSED = Heard(Word(refuses=True, said="the server refuses a client without TLS", at=ON_THE_2ND))
ACCEPTED = Heard(Word(refuses=False, said="the server accepts a client without TLS", at=ON_THE_2ND))
RAN_WITHOUT = Heard(Word(refuses=False, said="the server runs with rds.force_ssl off", at=None))
IT_REFUSED = "on 2026-11-02 the server refused a client without TLS, and it was not heard since"
IT_ACCEPTED = "on 2026-11-02 the server accepted a client without TLS, and it was not heard since"


@pytest.mark.parametrize(
    ("word", "says"),
    [
        (ACCEPTED, IT_ACCEPTED),
        (
            RAN_WITHOUT,
            "at an earlier look the server ran with rds.force_ssl off, and it was not heard since",
        ),
    ],
)
def test_that_a_server_accepted_plaintext_stands_until_it_is_heard_again(word: Heard, says: str) -> None:
    known = enforcement(database(), word, {}, Depth.FULL)
    assert (known.state.value, known.reason) == ("NOT_ENFORCED", f"{says}; {API}")
    # Nothing of it is new, so a sample does not say it again, and it may have been mended since.
    assert (known.by_server, known.is_set_already, known.is_old) == (False, False, True)
    off = enforcement(database(force_ssl=NOT_ENFORCED), word, {}, Depth.FULL)
    assert (off.state.value, off.is_old) == ("NOT_ENFORCED", False)


@pytest.mark.parametrize(
    ("api", "state", "reason"),
    [
        (database().force_ssl, "ENFORCED", f"{IT_REFUSED}; {API}"),
        (NOT_ENFORCED, "NOT_ENFORCED", "rds.force_ssl is 0 in orders-pg17 (in-sync)"),
        (UNKNOWN_ENFORCEMENT, "UNKNOWN", "rds:DescribeDBParameters: AccessDenied"),
        (replace(database().force_ssl, fallback=True), "UNKNOWN", "rds.force_ssl is 1 in orders-pg17 (in-sync)"),
    ],
)
def test_that_a_server_refused_plaintext_counts_only_beside_an_api_that_says_so(
    api: ForceSsl, state: str, reason: str
) -> None:
    known = enforcement(database(force_ssl=api), REFUSED, {}, Depth.FULL)
    assert (known.state.value, known.reason, known.by_server) == (state, reason, False)


ABSENT = replace(REFUSED, is_absent=True)


@pytest.mark.parametrize(
    ("members", "state", "reason", "by_server"),
    [
        # An absent member counts with its last word, and the date of it.
        ({"a": heard(REFUSES), "b": ABSENT}, "ENFORCED", f"b: {IT_REFUSED}; {API}", False),
        ({"a": heard(observation()), "b": ABSENT}, "ENFORCED", f"b: {IT_REFUSED}; {API}", False),
        (
            {"a": heard(REFUSES), "b": replace(ACCEPTED, is_absent=True)},
            "NOT_ENFORCED",
            f"b: {IT_ACCEPTED}; {API}",
            False,
        ),
        (
            {"a": heard(ACCEPTS), "b": ACCEPTED},
            "NOT_ENFORCED",
            f"a: the server accepts a client without TLS; b: {IT_ACCEPTED}; {API}",
            True,
        ),
        # One of which nothing is known is not enforced, whatever the others say.
        (
            {"a": heard(REFUSES), "b": Heard(is_absent=True)},
            "UNKNOWN",
            f"this sweep did not look at b, a member of the cluster; {API}",
            False,
        ),
        # A member that the listing did not name is one all the same.
        (
            {"a": heard(REFUSES), "b": heard(REFUSES), "z": ACCEPTED},
            "NOT_ENFORCED",
            f"z: {IT_ACCEPTED}; {API}",
            False,
        ),
        (
            {"a": heard(REFUSES), "b": heard(REFUSES), "z": Heard(is_absent=True)},
            "UNKNOWN",
            f"this sweep did not look at z, a member of the cluster; {API}",
            False,
        ),
    ],
)
def test_a_cluster_counts_each_member_with_its_last_word(
    members: dict[str, Heard], state: str, reason: str, by_server: bool
) -> None:
    known = of_cluster(members, "a", "b")
    assert (known.state.value, known.reason, known.by_server) == (state, reason, by_server)


def test_an_earlier_refusal_of_one_member_is_no_word_of_its_cluster_where_the_api_says_nothing() -> None:
    known = of_cluster({"a": heard(REFUSES), "b": ABSENT}, "a", "b", force_ssl=UNKNOWN_ENFORCEMENT)
    assert (known.state.value, known.reason) == ("UNKNOWN", "rds:DescribeDBParameters: AccessDenied")


def test_what_accepted_plaintext_before_its_parameter_was_set_is_to_be_looked_at_again() -> None:
    finding = force_ssl.judge(evidence(database(), heard=ACCEPTED))
    assert (finding.status.value, finding.reason) == ("FAILED", f"{IT_ACCEPTED}; {API}")
    assert finding.told_step == (
        "Have it looked at again (see not-observed): by what AWS's API says, rds.force_ssl is on by now."
    )
