"""CheckClient, opened with the files of events/ and with bad ones: no account needed, none touched."""

import importlib
import json
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores.pem import write
from tlscheck.survival.client_schema import SCHEMA

from tests import template

EVENTS = sorted((Path(__file__).parent.parent / "events").glob("check_client_*.json"))
CONTEXT = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "gEhEiMnIs"  # noqa: S105 - what must never be seen again
FRANKFURT = write((root.subject, root.der) for root in roots() if root.region == "eu-central-1").decode()


@pytest.fixture(scope="module", autouse=True)
def logged_as_tlscheck() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck")
        importlib.reload(importlib.import_module("check_client"))
        yield


def door(event: object) -> dict[str, Any]:
    answer: dict[str, Any] = importlib.import_module("check_client").handler(event, CONTEXT)
    jsonschema.validate(answer, SCHEMA)
    assert len(json.dumps(answer)) < 6 * 1024 * 1024
    return answer


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_each_event_is_answered_as_the_schema_says(path: Path) -> None:
    answer = door(json.loads(path.read_text()))
    assert answer["region"] in {"eu-central-1", None}
    assert all(each["outlooks"]["today"]["why"] for each in answer["clients"])


def test_the_clients_store_decides_over_the_target() -> None:
    event = {"connection": f"host={HOST} sslmode=verify-full sslrootcert=/r.pem", "trust_store": FRANKFURT}
    ready = door(event | {"target_ca": "rds-ca-rsa4096-g1"})
    assert ready["verdict"] == "SURVIVES"
    nothing = {"line": None, "trust_store": None, "where": None, "host": None}
    assert ready["clients"][0]["fix"] == {"needed": False, **nothing}
    american = event["connection"].replace("eu-central-1", "us-east-1")
    elsewhere = door(event | {"connection": american})
    assert elsewhere["verdict"] == "DOES_NOT"
    assert elsewhere["clients"][0]["outlooks"]["rotated"]["causes"] == ["UNTRUSTED"]
    unseen = door({key: value for key, value in event.items() if key != "trust_store"})
    assert unseen["verdict"] == "UNKNOWN"
    assert "give it as trust_store" in unseen["clients"][0]["outlooks"]["rotated"]["why"]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ({}, "connection: missing"),
        ([SECRET], "event: not allowed"),
        ({SECRET: 1}, "event: not allowed"),
        ({"connection": [SECRET]}, "connection: not allowed .its value is not repeated."),
        ({"options": SECRET}, "options: not allowed"),
        ({"environment": {"PGPASSWORD": [SECRET]}}, "not allowed"),
        ({"connection": "host=h", "driver": SECRET}, "driver: it is none of"),
        ({"connection": "host=h", "version": SECRET}, "version: not allowed"),
        ({"connection": f"postgresql://u:{SECRET}@h"}, "driver: missing"),
        ({"connection": "host=h", "target_ca": "rds-ca-2019"}, "target_ca: not allowed.*rds-ca-ecc384-g1"),
        ({"connection": "host=h", "trust_store": SECRET}, "trust_store: no trust store that tlscheck knows"),
        ({"connection": "host=h", "region": SECRET}, "region: not allowed"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused_and_not_repeated(event: object, what: str) -> None:
    with pytest.raises(BadRequest, match=what) as refused:
        door(event)
    assert SECRET not in str(refused.value)


def test_the_text_of_a_file_is_answered_where_it_stands_and_what_is_refused_is_told() -> None:
    servers = {"1": {"Host": HOST, "SSLMode": "require"}, "2": {"Service": SECRET}}
    event = {"connection": json.dumps({"Servers": servers}), "file_name": "C:\\tools\\servers.json"}
    answer = door(event)
    assert [each["found_at"]["path"] for each in answer["clients"]] == ["server 1"]
    assert [each["found_at"] for each in answer["refused"]] == [
        {"file": "C:\\tools\\servers.json", "path": "server 2", "line": 1}
    ]
    del servers["1"]
    with pytest.raises(BadRequest, match=r"servers\.json: server 2 \(line 1\): it names"):
        door(event | {"connection": json.dumps({"Servers": servers})})


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
_KEYS = [*("connection", "driver", "version", "options", "environment", "service_file", "region"), "trust_store"]


@given(event=st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=4), _VALUES, max_size=5))
def test_any_event_is_answered_or_refused(event: dict[str, object]) -> None:
    try:
        door(event)
    except BadRequest:
        return


def test_it_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it connects")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert door({"connection": f"host={HOST} sslmode=require"})["verdict"] == "UNKNOWN"


def test_its_password_is_nowhere_in_its_log(capsys: pytest.CaptureFixture[str]) -> None:
    answer = door({"driver": "psql", "connection": f"postgresql://u:{SECRET}@{HOST}/db", "home_root": False})
    assert SECRET not in json.dumps(answer) + "".join(capsys.readouterr())


def test_it_may_do_nothing_in_the_account() -> None:
    (policy,) = template.load()["Resources"]["CheckClient"]["Properties"]["Policies"]
    assert [(each["Effect"], each["Action"]) for each in policy["Statement"]] == [("Deny", "logs:CreateLogGroup")]
