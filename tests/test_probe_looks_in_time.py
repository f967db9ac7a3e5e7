"""Several looks on one connection: as many as the visit asks for, or as its deadline leaves time for."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.target import Login, Target, Visit

from tests.local_aws.fleet.certificates import CertificateAuthority, ServerCertificate, regional
from tests.look_rows import text_of
from tests.scripted_postgres import LOGGED_IN, ONE_COLUMN, READY, message
from tests.scripted_server import Conversation, ScriptedServer

REGION = "eu-west-1"
SESSION = ["orders", "app", "nightly", False, None, "client backend", False, 1, 1, ["10.0.1.5"]]
ANSWER = {
    "version": 170004,
    "hidden": 0,
    "workers": 0,
    "sees_all": True,
    "member": True,
    "kinds": 1,
    "sessions": 1,
    "groups": [SESSION],
}


SHOWN = text_of(json.dumps(ANSWER).encode()).encode()
ROW = (1).to_bytes(2) + len(SHOWN).to_bytes(4) + SHOWN
LOOK = ONE_COLUMN + message(b"D", ROW) + message(b"C", b"SELECT 1\0") + READY


@dataclass(frozen=True)
class Quarters(Deadline):
    """A second that every answer takes a quarter of, however fast this machine is."""

    answers: list[bytes]

    def left(self) -> float:
        return 1.0 - 0.25 * len(self.answers)

    def timeout(self) -> float:
        return 10.0


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def certificate(authority: CertificateAuthority) -> ServerCertificate:
    return authority.issue("localhost")


type Looked = Callable[[Visit, float, int | None], Look]


@pytest.fixture
def looked(authority: CertificateAuthority, certificate: ServerCertificate) -> Looked:
    """A visit of a server that answers every question, or falls silent after so many. 0 seconds: Quarters."""

    def visit_it(visit: Visit, seconds: float, most: int | None) -> Look:
        answers: list[bytes] = []

        def script(conversation: Conversation) -> None:
            conversation.receive(8)
            conversation.send(b"S")
            assert conversation.start_tls(certificate)
            conversation.receive()
            conversation.send(LOGGED_IN)
            while conversation.receive().startswith(b"Q"):
                if most is None or len(answers) < most:
                    answers.append(LOOK)
                    conversation.send(LOOK)

        with ScriptedServer(script) as server:
            target = Target("arn:1", "localhost", server.port, REGION, Login.SECRET, "", "a-secret")
            context = RegionalRoots(authority.root_pem).context(REGION)
            assert context
            _, connection = open_verified("localhost", server.port, context, Deadline.within(seconds or 10.0))
            assert connection
            if not seconds:
                connection.deadline = Quarters(0.0, answers)
            with connection:
                return look_at_sessions(connection, target, Credential("tlscheck", "x"), visit)

    return visit_it


@pytest.mark.parametrize(("looks", "said"), [(1, "1 sessions were seen."), (3, "3 looks. 1 sessions were seen.")])
def test_there_are_as_many_looks_as_the_visit_asks_for(looked: Looked, looks: int, said: str) -> None:
    seen = looked(Visit(looks=looks, interval=0.0), 10.0, None)
    assert (seen.outcome, seen.looks, seen.detail) == (LookOutcome.SEEN, looks, said)


def test_looks_end_before_one_would_begin_at_the_deadline(looked: Looked) -> None:
    # After the third, as much is left as the interval takes: the fourth would begin when its time is up.
    seen = looked(Visit(looks=8, interval=0.25), 0.0, None)
    assert (seen.outcome, seen.looks) == (LookOutcome.SEEN, 3)
    assert seen.detail == "3 looks. 1 sessions were seen."


def test_what_was_seen_before_a_look_broke_off_is_kept_and_the_end_told(looked: Looked) -> None:
    seen = looked(Visit(looks=5, interval=0.0), 1.0, 2)
    assert (seen.outcome, seen.looks) == (LookOutcome.SEEN, 2)
    assert seen.detail == (
        "2 looks. 1 sessions were seen. Then: The look broke off: the server did not answer in time."
    )
    assert [group.application for group in seen.sessions] == ["nightly"]


def test_a_visit_waits_between_its_looks_and_nowhere_else() -> None:
    assert Visit().seconds == 0
    assert Visit(looks=1, interval=7.0).seconds == 0
    assert Visit(looks=5, interval=0.5).seconds == 2.0
