"""An event of the probe, refused in whole sentences: the field, its value, and what is allowed."""

from typing import Any

import pytest
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.wire.request import targets, visit
from tlscheck.wire.target import Visit

TARGET = {"arn": "arn:1", "host": "h", "port": 5432, "region": "eu-west-1", "login": "none"}
KEYS = "the keys arn, host, port, region, login, user, secret, database, cluster"
REQUIRED = "it is required beside arn, host, port, region, login"


def changed(**changes: object) -> dict[str, Any]:
    return {"targets": [TARGET, TARGET | changes]}


@pytest.mark.parametrize(
    ("event", "field", "value", "allowed"),
    [
        (None, "event", "null", "an object with the keys targets, looks, interval"),
        ({"targets": [], "depth": 1}, "event", "'depth'", "the keys targets, looks, interval"),
        ({"looks": 1}, "event.targets", "null", "it is required beside targets"),
        ({"targets": "all"}, "targets", "'all'", "a list of 1 to 100 targets"),
        ({"targets": []}, "targets", "[]", "a list of 1 to 100 targets"),
        ({"targets": [TARGET] * 101}, "targets", "a list of 101", "a list of 1 to 100 targets"),
        ({"targets": [TARGET, None]}, "targets[1]", "null", f"an object with {KEYS}"),
        (changed(password="x"), "targets[1]", "'password'", KEYS),  # noqa: S106 - no secret
        (changed(cluster=""), "targets[1].cluster", "''", "the identifier of a cluster, of 1 to 63 bytes"),
        (changed(login="kerberos"), "targets[1].login", "'kerberos'", "iam, secret, none"),
        (changed(login=None), "targets[1].login", "null", "iam, secret, none"),
        (changed(port="x"), "targets[1].port", "'x'", "a whole number from 1 to 65535"),
        (changed(secret=""), "targets[1].secret", "''", "the name or ARN of a secret, of 1 to 2048 bytes"),
        (changed(login="secret"), "targets[1].secret", "null", "the name or ARN of a secret, of 1 to 2048 bytes"),
        (changed(user=7), "targets[1].user", "7", "the name of the database user, of 1 to 63 bytes"),
        (changed(login="iam"), "targets[1].user", "''", "the name of the database user, of 1 to 63 bytes"),
        (changed(arn=""), "targets[1].arn", "''", "the ARN of a database, of 1 to 2048 bytes"),
        (changed(host="a b"), "targets[1].host", "'a b'", "a host name"),
        (changed(region="x"), "targets[1].region", "'x'", "a Region's name such as eu-central-1"),
        (changed(database=None), "targets[1].database", "null", "the name of a database, of 1 to 63 bytes"),
        *[
            ({"targets": [{key: TARGET[key] for key in TARGET if key != missing}]}, f"targets[0].{missing}",
             "null", REQUIRED)
            for missing in ("arn", "host", "port", "region", "login")
        ],
    ],
)  # fmt: skip
def test_an_event_is_refused_in_a_whole_sentence(event: object, field: str, value: str, allowed: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        targets(event)
    assert str(refusal.value) == f"{field}: {value} is not allowed; allowed: {allowed}"


SECONDS = "seconds from 0 on, 60 in all between the first look and the last"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"looks": 0}, "looks: 0 is not allowed; allowed: a whole number from 1 to 10"),
        ({"looks": "2"}, "looks: '2' is not allowed; allowed: a whole number from 1 to 10"),
        ({"interval": 61}, f"interval: 61 is not allowed; allowed: {SECONDS}"),
        ({"interval": None}, f"interval: null is not allowed; allowed: {SECONDS}"),
        ({"looks": 4, "interval": 20.1}, f"interval: 20.1 is not allowed; allowed: {SECONDS}"),
    ],
)
def test_a_visit_is_refused_in_a_whole_sentence(event: dict[str, object], said: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        visit(event, Visit())
    assert str(refusal.value) == said


def test_looks_and_interval_stand_beside_the_targets() -> None:
    event = {"targets": [TARGET], "looks": 2, "interval": 0.5}
    assert len(targets(event)) == 1
    assert visit(event, Visit(plaintext=True)) == Visit(2, 0.5, plaintext=True)


@pytest.mark.parametrize("name", ["arn", "host", "user", "secret", "database"])
def test_a_name_may_be_of_one_byte(name: str) -> None:
    (target,) = targets({"targets": [TARGET | {name: "x"}]})
    assert getattr(target, name) == "x"
