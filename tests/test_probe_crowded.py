"""A look at a crowded server: who connects is what is counted, from wherever and under however many names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.document import documents
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup
from tlscheck.wire.target import Login, Target, Visit

from tests.examples import observation
from tests.imagined_sessions import SETTINGS, ImaginedSessions
from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.installations import installations
from tests.local_aws.fleet.servers import Servers

REGION = "eu-west-1"
NIGHTLY = "SELECT 'orders', 'reports', 'nightly', '10.9.9.9'::inet, false"
SEEN_NIGHTLY = SessionGroup("orders", "reports", "nightly", ("10.9.9.9",), 0, False, None, 1)


@dataclass(frozen=True, slots=True)
class Crowded:
    """A server, and the sessions that it says it has."""

    sessions: ImaginedSessions
    port: int
    password: str
    trust_store: RegionalRoots

    def look(self, visit: Visit = Visit()) -> Look:  # noqa: B008 - frozen
        context = self.trust_store.context(REGION)
        assert context
        target = Target("arn:1", "localhost", self.port, REGION, Login.SECRET, "", "a-secret")
        _, connection = open_verified(target.host, target.port, context, Deadline.within(20))
        assert connection
        with connection:
            return look_at_sessions(connection, target, Credential("tlscheck", self.password), visit)


@pytest.fixture(scope="module", params=installations().items(), ids=lambda item: item[0])
def crowded(request: pytest.FixtureRequest) -> Iterator[Crowded]:
    _, binaries = request.param
    assert isinstance(binaries, Path)
    authority = regional(REGION)
    with Servers(binaries) as servers:
        server = servers.start("crowded", authority.issue("localhost"), settings=SETTINGS)
        sessions = ImaginedSessions(server)
        yield Crowded(sessions, server.port, servers.passwords["tlscheck"], RegionalRoots(authority.root_pem))


def test_hosts_of_one_application_hide_nobody(crowded: Crowded) -> None:
    hosts = (
        "SELECT 'orders', 'orders_app', 'orders-api', '10.0.0.0'::inet + n % 520, true"
        " FROM generate_series(1, 1040) n"
    )
    crowded.sessions.become(hosts, NIGHTLY)
    seen = crowded.look()
    assert seen.sessions[0] == SEEN_NIGHTLY
    (application,) = seen.sessions[1:]
    assert (application.application, application.tls, application.sessions) == ("orders-api", True, 1040)
    # The first 32 of 520 as texts: what they are is the same in every look.
    assert application.addresses[:4] == ("10.0.0.0", "10.0.0.1", "10.0.0.10", "10.0.0.100")
    assert (len(application.addresses), application.more_addresses) == (32, 488)
    assert (seen.kinds, seen.left_out) == (2, 0)


def test_pods_of_one_application_are_one_group_whatever_each_calls_itself(crowded: Crowded) -> None:
    pods = (
        "SELECT 'orders', 'orders_app', 'orders-7d9c5b6f4-' || translate(lpad(n::text, 5, '0'), '0123456789',"
        " 'bcdfghjklm'), '10.0.0.0'::inet + n, true FROM generate_series(1, 1000) n"
    )
    crowded.sessions.become(pods, NIGHTLY)
    seen = crowded.look()
    assert seen.sessions[0] == SEEN_NIGHTLY
    (application,) = seen.sessions[1:]
    assert (application.application, application.names, application.sessions) == ("orders-#", 1000, 1000)
    assert (len(application.addresses), application.more_addresses) == (32, 968)
    assert (seen.kinds, seen.left_out, seen.detail) == (2, 0, "1001 sessions were seen.")


def test_what_four_hundred_groups_do_not_hold_is_counted_and_none_of_it_is_without_tls(crowded: Crowded) -> None:
    crowded.sessions.become(
        "SELECT 'orders', 'app', 'works' || word(n), '10.0.0.1'::inet, n > 300 FROM generate_series(1, 6000) n"
    )
    seen = crowded.look()
    assert (seen.outcome, len(seen.sessions), seen.kinds, seen.left_out) == (LookOutcome.SEEN, 400, 6000, 5600)
    assert [group.tls for group in seen.sessions] == [False] * 300 + [True] * 100
    assert seen.detail == (
        "6000 sessions were seen. Only 400 of 6000 kinds of sessions are shown, those without TLS first."
    )
    assert crowded.look().sessions == seen.sessions


def test_names_of_any_size_fit_into_the_answer(crowded: Crowded) -> None:
    # Each of these 63 characters takes six bytes of JSON: 5,000 groups would take 4 MB.
    crowded.sessions.become(
        "SELECT name, name, 'x', '2001:db8::'::inet + n, n % 2 = 0"
        " FROM (SELECT n, rpad(word(n), 63, chr(1))::name AS name FROM generate_series(1, 5000) n) AS endless"
    )
    seen = crowded.look()
    assert (seen.outcome, seen.kinds, seen.left_out) == (LookOutcome.SEEN, 5000, 4600)
    assert not any(group.tls for group in seen.sessions)


def test_several_looks_at_a_crowd_are_one_that_still_says_what_is_missing(crowded: Crowded) -> None:
    crowded.sessions.become(
        "SELECT 'orders', 'app', 'works' || word(n), '10.0.0.1'::inet, true FROM generate_series(1, 450) n"
    )
    seen = crowded.look(Visit(looks=3))
    assert (seen.looks, len(seen.sessions), seen.kinds, seen.left_out) == (3, 400, 450, 50)
    assert {group.sessions for group in seen.sessions} == {1}


def test_four_hundred_groups_of_the_longest_names_are_all_shown(crowded: Crowded) -> None:
    crowded.sessions.become(
        "SELECT name, name, name, '2001:db8:aaaa:bbbb:cccc::'::inet + n + 99999 * m, true"
        " FROM (SELECT n, rpad(word(n), 63, 'xyz ')::name AS name FROM generate_series(1, 400) n) AS long,"
        " generate_series(1, 32) m"
    )
    seen = crowded.look()
    assert (len(seen.sessions), seen.left_out) == (400, 0)
    answered = documents([observation(look=seen)] * 25)
    of_look = answered[0]["look"]
    assert isinstance(of_look, dict)
    assert (len(of_look["sessions"]), of_look["kinds"]) == (400, 400)
    assert {len(each["addresses"]) + each["more_addresses"] for each in of_look["sessions"]} == {32}


def test_a_session_without_a_user_is_nobodys(crowded: Crowded) -> None:
    crowded.sessions.become("SELECT 'orders', NULL, '', '10.0.0.1'::inet, false", NIGHTLY)
    seen = crowded.look()
    assert (seen.outcome, seen.sessions) == (LookOutcome.SEEN, (SEEN_NIGHTLY,))
    assert seen.kinds == 1
