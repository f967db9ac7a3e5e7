"""Observe and the probe, each of this version and of the one before: all four pairs understand each other.

The previous version runs from tests/fixtures/previous_version/functions.zip, in a process of its own.
"""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import probe
import pytest
from tlscheck.edges import clock, documents
from tlscheck.edges.aws import probes, session
from tlscheck.edges.aws.client_items import client_item
from tlscheck.version import Edition
from tlscheck.wire.document import document
from tlscheck.wire.observation import (
    HandshakeOutcome,
    LookOutcome,
    Observation,
    Plaintext,
    PlaintextOutcome,
    SessionGroup,
    SessionKind,
)
from tlscheck.wire.target import Login, Target

from tests.examples import observation
from tests.kept import DAY, KEY, addresses, client
from tests.kept import trace as kept_trace

PREVIOUS = Path(__file__).parent / "fixtures" / "previous_version"
CODE = PREVIOUS / "functions.zip" / "functions"
RECORDED: dict[str, Any] = json.loads((PREVIOUS / "answer.json").read_text())
AT = max(datetime.fromisoformat(each["look"]["at"]) for each in RECORDED["observations"])
"""When observe asks: a probe whose clock is wrong by minutes is not believed."""

PROBE = "arn:aws:lambda:eu-west-1:111122223333:function:probe"
NOWHERE = "xx-nowhere-1"
"""A Region without roots: a probe says so, and sends nothing to anybody."""

TARGETS = [
    Target(f"arn:aws:rds:{NOWHERE}:111122223333:db:a", "a.example", 5432, NOWHERE, Login.IAM, "tlscheck"),
    Target(f"arn:aws:rds:{NOWHERE}:111122223333:db:b", "b.example", 5433, NOWHERE, Login.SECRET, "", "tlscheck/b"),
    Target(f"arn:aws:rds:{NOWHERE}:111122223333:db:c", "c.example", 1, NOWHERE, Login.NONE, "", None, "orders"),
]

OBSERVE_BEFORE = """
import io, json, sys
from datetime import datetime
from tlscheck.edges import clock, documents
from tlscheck.edges.aws import probes, session
from tlscheck.wire.target import Target

class Lambda:
    def invoke(self, FunctionName, Payload):
        self.asked = json.loads(Payload)
        return {"Payload": io.BytesIO(json.dumps(given["answer"]).encode())}

given = json.load(sys.stdin)
client = Lambda()
session.client = lambda *_, **__: client
clock.now = lambda: datetime.fromisoformat(given["at"])
targets = documents.from_document(tuple[Target, ...], given["targets"])
looked = probes.look(None, "eu-west-1", given["probe"], targets)
print(json.dumps({"asked": client.asked, "looked": [documents.to_document(each) for each in looked]}))
"""

PROBE_BEFORE = """
import json, sys
import probe

class Invocation:
    def get_remaining_time_in_millis(self):
        return 20000

print(json.dumps(probe.handler(json.load(sys.stdin), Invocation())))
"""


class Invocation:
    """Lambda's context, as far as a probe reads it."""

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def before(program: str, given: object) -> Any:
    """What a program answers that runs the previous version."""
    first = f"import sys; sys.path.insert(0, {str(CODE)!r}); import tlscheck; assert '.zip' in tlscheck.__file__"
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ran = subprocess.run(
        [sys.executable, "-c", f"{first}\n{program}"],
        input=json.dumps(given),
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def observe_before(answer: object, targets: list[Target]) -> Any:
    """What observe of the previous version asks of a probe, and what it makes of this answer."""
    told = [documents.to_document(each) for each in targets]
    return before(OBSERVE_BEFORE, {"probe": PROBE, "targets": told, "answer": answer, "at": AT.isoformat()})


def observe_now(
    monkeypatch: pytest.MonkeyPatch, answer: object, targets: list[Target]
) -> tuple[Any, tuple[Observation, ...]]:
    """The same of this version."""
    asked: list[Any] = []

    class Lambda:
        def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
            assert FunctionName == PROBE
            asked.append(json.loads(Payload))
            return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    monkeypatch.setattr(session, "client", lambda *_, **__: Lambda())
    monkeypatch.setattr(clock, "now", lambda: AT)
    looked = probes.look(None, "eu-west-1", PROBE, targets)
    return asked[0], looked


def known_to_both(said: Any, other: Any) -> Any:
    """What one version says, without the names that the other does not know."""
    if isinstance(said, dict) and isinstance(other, dict):
        return {name: known_to_both(each, other[name]) for name, each in said.items() if name in other}
    if isinstance(said, list) and isinstance(other, list):
        return [known_to_both(each, beside) for each, beside in zip(said, other, strict=True)]
    return said


def names(said: Any) -> set[str]:
    """Every name in a document."""
    if isinstance(said, dict):
        return set(said).union(*map(names, said.values()))
    return set().union(*map(names, said)) if isinstance(said, list) else set()


def probe_now(event: dict[str, Any]) -> Any:
    return json.loads(json.dumps(probe.handler(event, Invocation())))


def target_of(arn: str) -> Target:
    return Target(arn, "localhost", 5432, "eu-west-1", Login.NONE, "")


RECORDED_TARGETS = [target_of(each["arn"]) for each in RECORDED["observations"]]


def test_what_was_recorded_shows_many_ends() -> None:
    seen = {(each["handshake"]["outcome"], each["look"]["outcome"]) for each in RECORDED["observations"]}
    assert seen == {
        *(
            ("TRUSTED", end)
            for end in ("SEEN", "NEEDS_PG_MONITOR", "LOGIN_REFUSED", "NO_CREDENTIALS", "NOT_TRIED")
        ),
        *(
            (end, "NOT_TRIED")
            for end in ("UNKNOWN_ISSUER", "WRONG_NAME", "TLS_REFUSED", "TIMED_OUT", "UNREACHABLE", "NO_ROOTS")
        ),
    }
    assert RECORDED["tlscheck"]["version"] == "0.6.0"


def test_observe_before_and_probe_before() -> None:
    """So the fixtures are what they say, and the two ends of them fit."""
    told = observe_before(RECORDED, RECORDED_TARGETS)
    assert [each["arn"] for each in told["looked"]] == [each["arn"] for each in RECORDED["observations"]]
    assert {each["handshake"]["outcome"] for each in told["looked"]} == {
        *("TRUSTED", "UNKNOWN_ISSUER", "WRONG_NAME", "TLS_REFUSED", "TIMED_OUT", "UNREACHABLE", "NO_ROOTS")
    }
    asked = observe_before({"observations": []}, TARGETS)["asked"]
    answer = before(PROBE_BEFORE, asked)
    assert [each["handshake"]["outcome"] for each in answer["observations"]] == ["NO_ROOTS"] * 3


def test_observe_now_reads_what_the_probe_before_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    _, looked = observe_now(monkeypatch, RECORDED, RECORDED_TARGETS)
    assert [each.probe.version for each in looked if each.probe] == ["0.6.0"] * 13
    read_before = observe_before(RECORDED, RECORDED_TARGETS)["looked"]
    read_now = [documents.to_document(each) for each in looked]
    assert known_to_both(read_now, read_before) == known_to_both(read_before, read_now)
    assert names(read_now) == names(read_before)
    assert {each.look.left_out for each in looked} == {0}
    (seen,) = (each for each in looked if each.arn.endswith(":seen"))
    assert (seen.handshake.authority, seen.look.server_version) == ("rds-ca-rsa2048-g1", 170010)
    assert {group.application for group in seen.look.sessions} >= {"crowd-0", "crowd-1"}


def test_the_probe_before_takes_what_observe_now_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, _ = observe_now(monkeypatch, {"observations": []}, TARGETS)
    answer = before(PROBE_BEFORE, asked)
    _, looked = observe_now(monkeypatch, answer, TARGETS)
    assert [(each.arn, each.handshake.outcome) for each in looked] == [
        (each.arn, HandshakeOutcome.NO_ROOTS) for each in TARGETS
    ]


def test_a_probe_is_asked_again_without_what_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of before 0.4.0 does not know `cluster`: that secrets are bound to servers holds from then on."""
    clusters = [replace(TARGETS[1], cluster="orders"), TARGETS[0]]
    asked: list[Any] = []

    class Lambda:
        def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
            assert FunctionName == PROBE
            asked.append(json.loads(Payload))
            if any("cluster" in each for each in asked[-1]["targets"]):
                refusal = {"errorType": "BadRequest", "errorMessage": "targets[0]: 'cluster' is not allowed"}
                return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(refusal).encode())}
            return {"Payload": io.BytesIO(json.dumps(before(PROBE_BEFORE, asked[-1])).encode())}

    monkeypatch.setattr(session, "client", lambda *_, **__: Lambda())
    looked = probes.look(None, "eu-west-1", PROBE, clusters)
    assert [each.get("cluster") for event in asked for each in event["targets"]] == ["orders", None, None, None]
    assert [(each.arn, each.handshake.outcome) for each in looked] == [
        (each.arn, HandshakeOutcome.NO_ROOTS) for each in clusters
    ]


def test_the_probe_now_takes_what_observe_before_asks_and_is_read_by_it() -> None:
    asked = observe_before({"observations": []}, TARGETS)["asked"]
    answer = probe_now(asked)
    assert answer["tlscheck"]["version"]
    looked = observe_before(answer, TARGETS)["looked"]
    assert [(each["arn"], each["handshake"]["outcome"]) for each in looked] == [
        (each.arn, "NO_ROOTS") for each in TARGETS
    ]
    assert {each["handshake"]["detail"] for each in looked} == {
        f"No root certificate of {NOWHERE} is at hand: nothing was sent."
    }


def test_observe_now_and_probe_now(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, _ = observe_now(monkeypatch, {"observations": []}, TARGETS)
    answer = probe_now(asked)
    _, looked = observe_now(monkeypatch, answer, TARGETS)
    assert [each.handshake.outcome for each in looked] == [HandshakeOutcome.NO_ROOTS] * 3
    named = {each.probe for each in looked}
    assert [(each.version, each.roots[0].bundle) for each in named if each] == [("0.7.0", "aws.pem")]


def every_end() -> list[Observation]:
    """One for each way in which a handshake, a look or a try without TLS may end, and each kind of session."""
    seen = observation()
    group = SessionGroup("orders", "app", "web", ("10.0.0.7", "10.0.0.8"), 5, True, "TLSv1.3", 2)
    found = [
        *(replace(seen, handshake=replace(seen.handshake, outcome=each)) for each in HandshakeOutcome),
        *(replace(seen, look=replace(seen.look, outcome=each)) for each in LookOutcome),
        *(replace(seen, plaintext=Plaintext(each, "as it went")) for each in PlaintextOutcome),
        *(replace(seen, look=replace(seen.look, sessions=(replace(group, kind=each),))) for each in SessionKind),
    ]
    return [replace(each, arn=f"arn:aws:rds:eu-west-1:111122223333:db:{n}") for n, each in enumerate(found)]


def test_observe_before_reads_every_end_that_the_probe_now_can_tell() -> None:
    """An end that it does not know would cost it the whole answer: then the probe must tell old askers another."""
    ends = every_end()
    answer = {"observations": [document(each) for each in ends], "tlscheck": {"version": "9.9.9", "roots": []}}
    looked = observe_before(answer, [target_of(each.arn) for each in ends])["looked"]
    said = [documents.to_document(each) for each in ends]
    for each, its in zip(looked, said, strict=True):
        # Who looked and when, it adds to each.
        assert each.pop("probe")["version"] == "9.9.9"
        assert its.pop("probe") is None
        assert datetime.fromisoformat(each["look"].pop("at")) == AT
        assert its["look"].pop("at") is None
    assert known_to_both(looked, said) == known_to_both(said, looked)
    assert names(said) == names(looked)
    of_groups = [group["addresses"] for each in looked for group in each["look"]["sessions"]]
    assert of_groups == [["10.0.0.7", "10.0.0.8"]] * len(SessionKind)


@pytest.mark.parametrize(
    "named", [None, "0.3.0", {"version": 3}, {"version": "0.3.0"}, {"version": "0.3.0", "roots": 5}]
)
def test_an_edition_that_is_named_in_another_way_costs_no_observation(
    monkeypatch: pytest.MonkeyPatch, named: object
) -> None:
    seen = observation()
    _, looked = observe_now(
        monkeypatch, {"observations": [document(seen)], "tlscheck": named}, [target_of(seen.arn)]
    )
    assert [replace(each, look=replace(each.look, at=None)) for each in looked] == [seen]


def test_an_edition_of_later_with_more_to_say_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = observation()
    named = {"version": "0.3.0", "roots": [], "built": "2027-01-01"}
    _, (looked,) = observe_now(
        monkeypatch, {"observations": [document(seen)], "tlscheck": named}, [target_of(seen.arn)]
    )
    assert looked.probe == Edition("0.3.0", ())


CLIENT_BEFORE = """
import json, sys
from datetime import timedelta
from tlscheck.edges import documents
from tlscheck.edges.aws import client_items

client = client_items.client_of(json.load(sys.stdin))
item = client_items.client_item(client, timedelta(days=90))
print(json.dumps({"item": item, "attributes": client_items.ATTRIBUTES}))
"""


def test_the_version_before_reads_a_client_without_what_the_log_says_and_leaves_that_where_it_is() -> None:
    looks = client(tls=kept_trace(0, 2, addresses=addresses("10.0.0.7")), plaintext=kept_trace())
    logged = replace(looks, logged_plaintext=kept_trace(3, 3, addresses=addresses("10.0.0.8", of=[3])))
    key = {"pk": KEY, "sk": "client#1"}
    read = before(CLIENT_BEFORE, key | client_item(logged, 90 * DAY))
    assert read["item"] == client_item(looks, 90 * DAY)
    assert set(client_item(logged, 90 * DAY)) - set(read["attributes"]) == {"log"}
