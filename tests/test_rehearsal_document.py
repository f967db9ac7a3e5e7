"""A rehearsal's document keeps to its schema, names whom it speaks for or nobody, and holds no hostile text."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.edition import edition
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.rehearsal import spoken_for
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.contact import Ended, Hello, Startup
from tlscheck.rehearsal.document import Rehearsed, document
from tlscheck.rehearsal.document_schema import SCHEMA
from tlscheck.rehearsal.spoken_for import SpokenFor
from tlscheck.rehearsal.trial import Shows, Trial
from tlscheck.survival.assessment import Survival
from tlscheck.wording import harmless

from tests.rehearsing.concluded import ATTEMPTS, GOAL, HOST, OLD, concluded, contact

MOMENT = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
DONE = Rehearsed(GOAL, MOMENT, MOMENT, is_command=False, speaks_for=None)
SAID = SpokenFor("orders", "app", "web", is_given=True)


def made(*conclusions: Conclusion, done: Rehearsed = DONE) -> Any:
    read = json.loads(json.dumps(document(done, conclusions, edition())))
    jsonschema.validate(read, SCHEMA)
    return read


def test_it_tells_what_was_tried_and_concluded() -> None:
    told = made(concluded())
    (client,) = told["clients"]
    assert told["schema"] == "tlscheck.rehearsal.v2"
    assert told["began_at"] == "2026-11-27T07:00:00+00:00"
    assert told["server"] == {
        "names": [HOST],
        "region": "eu-central-1",
        "present_ca": "rds-ca-rsa2048-g1",
        "target_ca": "rds-ca-rsa4096-g1",
        "test_root": False,
    }
    assert (told["verdict"], client["verdict"], client["verifies"]["value"]) == ("DOES_NOT", "DOES_NOT", "chain")
    assert client["holds"][0] == {
        "name": "Amazon RDS eu-central-1 Root CA RSA2048 G1",
        "sha256": OLD.sha256,
        "ca": "rds-ca-rsa2048-g1",
        "region": "eu-central-1",
        "owners": False,
        "value": True,
        "why": None,
        "attempts": [1, 2],
    }
    assert client["brings_own_store"] == {"value": None, "why": "not tried yet", "attempts": []}
    assert [each["trial"]["shows"] for each in client["attempts"]] == ["STRANGER", "FORGERY", "FORGERY", "NOTHING"]
    assert client["attempts"][1]["connections"][0]["alert"] == "decrypt_error"
    assert client["seen_as"] == [{"user": "app", "database": "orders", "application": "web"}]


def test_the_schema_is_one_and_takes_no_other_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    told = made(concluded())
    told["clients"][0]["password"] = "x"  # noqa: S105 - a key that must not be there
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, SCHEMA)


def test_without_a_client_nothing_is_known() -> None:
    told = made()
    assert (told["verdict"], told["clients"]) == ("UNKNOWN", [])


def test_it_speaks_for_whom_it_was_said_to() -> None:
    (client,) = made(concluded(), done=replace(DONE, speaks_for=replace(SAID, application="")))["clients"]
    assert client["speaks_for"] == {"database": "orders", "user": "app", "application": None, "basis": "given"}
    assert client["unassigned"] is None


def test_without_that_for_whom_its_startup_message_names() -> None:
    (client,) = made(concluded())["clients"]
    assert client["speaks_for"] == {
        "database": "orders",
        "user": "app",
        "application": "web",
        "basis": "its StartupMessage",
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"users": ()}, "it never sent a StartupMessage, and nobody named it"),
        (
            {"users": (("a", "b", ""), ("c", "b", ""))},
            "it came as 2 users, databases or applications, and nobody named it",
        ),
        ({"several": "several clients here", "verdict": Survival.UNKNOWN}, "it is more than one client"),
    ],
)
def test_without_either_it_speaks_for_nobody(changes: dict[str, Any], why: str) -> None:
    (client,) = made(concluded(**changes))["clients"]
    assert (client["speaks_for"], client["unassigned"]) == (None, why)


def test_of_several_that_came_the_name_of_one_is_nobodys() -> None:
    told = made(concluded(), concluded(client="job"), done=replace(DONE, speaks_for=SAID))
    assert {(each["speaks_for"], each["unassigned"]) for each in told["clients"]} == {
        (None, "one client was named, and several came")
    }


@pytest.mark.parametrize("user", ["app", "other"])
def test_who_names_itself_otherwise_is_not_whom_it_was_said_to_be(user: str) -> None:
    (client,) = made(
        concluded(users=((user, "orders", "web"),)),
        done=replace(DONE, speaks_for=replace(SAID, application="job")),
    )["clients"]
    why = "it named itself in its StartupMessage, and not as it was named here"
    assert (client["speaks_for"], client["unassigned"]) == (None, why)


def test_of_the_names_that_it_came_by_one_was_said() -> None:
    users = (("other", "orders", "web"), ("app", "orders", "web"))
    (client,) = made(concluded(users=users), done=replace(DONE, speaks_for=SAID))["clients"]
    assert (client["speaks_for"]["user"], client["speaks_for"]["basis"]) == ("app", "given")


def test_words_that_name_a_client() -> None:
    assert spoken_for.given(["user=app", "database=orders", "application=web=1"]) == replace(
        SAID, application="web=1"
    )
    assert spoken_for.given(["database=orders", "user=app"]).application == ""


@pytest.mark.parametrize(
    "words",
    [["user=app"], ["database=x"], ["database=", "user=app"], ["database=a", "user=b", "user=c"], ["db=x"]],
)
def test_words_that_name_none_are_refused(words: list[str]) -> None:
    with pytest.raises(BadRequest, match="--client"):
        spoken_for.given(words)


strange = st.text(max_size=400) | st.just("\x1b[31m\u202e\ud800")


@given(strange, strange)
def test_words_of_strangers_are_bounded_harmless_and_can_be_sent(one: str, other: str) -> None:
    trial = Trial(Shows.STRANGER)
    came = contact(
        1,
        Ended.STARTED,
        trial,
        address=one,
        hello=Hello(other, (one,), other),
        startup=Startup(one, other, one),
        why=other,
    )
    attempts = (Attempt(1, trial, (came,)), *ATTEMPTS[1:])
    told = made(concluded(client=one, users=((one, other, one),), attempts=attempts, several=other))
    json.dumps(told, ensure_ascii=False).encode()
    texts = [told["clients"][0]["client"], *told["clients"][0]["seen_as"][0].values()]
    assert [each for each in texts if each and (harmless(each) != each or len(each) > 300)] == []
