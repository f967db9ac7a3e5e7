"""The probe's event, checked before anything is looked at."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.wire.request import targets, visit
from tlscheck.wire.target import Login, Target, Visit

ORDERS = {
    "arn": "arn:aws:rds:eu-west-1:123456789012:db:orders",
    "host": "orders.c9x2example.eu-west-1.rds.amazonaws.com",
    "port": 5432,
    "region": "eu-west-1",
    "login": "iam",
    "user": "tlscheck",
}


def orders(**changed: object) -> dict[str, Any]:
    return {"targets": [{**ORDERS, **changed}]}


def test_an_event_becomes_its_targets_in_their_order() -> None:
    first, second = targets({"targets": [ORDERS, {**ORDERS, "arn": "arn:2", "login": "none"}]})
    host = "orders.c9x2example.eu-west-1.rds.amazonaws.com"
    arn = "arn:aws:rds:eu-west-1:123456789012:db:orders"
    assert first == Target(arn, host, 5432, "eu-west-1", Login.IAM, "tlscheck", None, "postgres")
    assert second == Target("arn:2", host, 5432, "eu-west-1", Login.NONE, "tlscheck", None, "postgres")


def test_what_a_look_does_not_need_may_be_left_out() -> None:
    (target,) = targets(
        {"targets": [{key: ORDERS[key] for key in ("arn", "host", "port", "region")} | {"login": "none"}]}
    )
    assert (target.user, target.secret, target.database) == ("", None, "postgres")


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (None, r"event: null is not allowed; allowed: an object with the keys targets"),
        ([], r"event: \[\]"),
        ({}, r"event.targets: null is not allowed; allowed: it is required"),
        ({"targets": [], "depth": "full"}, r"event: 'depth' is not allowed; allowed: the keys targets"),
        ({"targets": {}}, r"targets: {}"),
        ({"targets": []}, r"targets: \[\] is not allowed; allowed: a list of 1 to 100"),
        ({"targets": [ORDERS] * 101}, r"targets: a list of 101 is not allowed; allowed: a list of 1 to 100"),
        ({"targets": ["orders"]}, r"targets\[0\]: 'orders'"),
        (
            {"targets": [ORDERS, {**ORDERS, "password": "x"}]},
            r"targets\[1\]: 'password' is not allowed; allowed: the",
        ),
        (
            orders(port="5432"),
            r"targets\[0\].port: '5432' is not allowed; allowed: a whole number from 1 to 65535",
        ),
        (orders(port=0), r"targets\[0\].port: 0"),
        (orders(port=65536), r"targets\[0\].port: 65536"),
        (orders(port=True), r"targets\[0\].port: true"),
        (orders(port=5432.0), r"targets\[0\].port: 5432.0"),
        (orders(login="password"), r"targets\[0\].login: 'password' is not allowed; allowed: iam, secret, none"),
        (orders(login=["iam"]), r'targets\[0\].login: \["iam"\]'),
        (orders(region="Frankfurt"), r"targets\[0\].region: 'Frankfurt'"),
        (orders(region="eu-west-1\n"), r"targets\[0\].region"),
        (orders(host="two words"), r"targets\[0\].host: 'two words'"),
        (orders(host=""), r"targets\[0\].host: ''"),
        (orders(host="a" * 64), r"targets\[0\].host"),
        (orders(host=".".join(["a" * 60] * 5)), r"targets\[0\].host"),
        (orders(host="orders.example\x00.evil"), r"targets\[0\].host"),
        (orders(user=""), r"targets\[0\].user: '' is not allowed; allowed: the name of the database user"),
        (orders(user="u" * 64), r"targets\[0\].user"),
        (orders(user="tls\x00check"), r"targets\[0\].user"),
        (orders(user="\ud800"), r"targets\[0\].user: '\\ud800'"),
        (orders(login="none", user=0), r"targets\[0\].user: 0"),
        (
            orders(login="secret"),
            r"targets\[0\].secret: null is not allowed; allowed: the name or ARN of a secret",
        ),
        (orders(secret=7), r"targets\[0\].secret: 7"),
        (orders(database=""), r"targets\[0\].database"),
        (orders(arn=None), r"targets\[0\].arn: null"),
    ],
)
def test_a_wrong_event_is_told_which_field_which_value_and_what_is_allowed(event: object, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        targets(event)


def test_the_value_of_an_unknown_key_is_never_repeated() -> None:
    with pytest.raises(BadRequest) as refused:
        targets({"targets": [{**ORDERS, "password": "hunter2"}]})
    assert "hunter2" not in str(refused.value)


def test_a_long_value_is_cut_in_the_error() -> None:
    with pytest.raises(BadRequest) as refused:
        targets(orders(host="x" * 100_000))
    assert len(str(refused.value)) < 300


def test_as_many_targets_as_a_batch_may_hold_are_taken() -> None:
    assert len(targets({"targets": [ORDERS] * 100})) == 100


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from([*ORDERS]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*ORDERS, "secret", "database"]), ANYTHING))
def test_an_event_of_any_shape_is_taken_or_refused_with_words(changed: dict[str, Any]) -> None:
    try:
        (target,) = targets(orders(**changed))
    except BadRequest:
        return
    assert target.host == ORDERS["host"] or isinstance(changed["host"], str)
    target.user.encode()


@given(ANYTHING)
def test_anything_at_all_is_refused_with_words(event: object) -> None:
    with pytest.raises(BadRequest):
        targets(event)


@pytest.mark.parametrize(
    ("event", "looks", "interval"),
    [({}, 2, 5.0), ({"looks": 10}, 10, 5.0), ({"looks": 1, "interval": 60}, 1, 60.0), ({"interval": 0.5}, 2, 0.5)],
)
def test_an_event_may_ask_for_several_looks(event: dict[str, Any], looks: int, interval: float) -> None:
    assert visit(event, Visit(2, 5.0, plaintext=True)) == Visit(looks, interval, plaintext=True)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"looks": 0}, "looks"),
        ({"looks": 11}, "looks"),
        ({"looks": 1.5}, "looks"),
        ({"looks": True}, "looks"),
        ({"looks": "2"}, "looks"),
        ({"looks": None}, "looks"),
        ({"interval": -1}, "interval"),
        ({"interval": 61}, "interval"),
        ({"interval": float("nan")}, "interval"),
        ({"looks": 4, "interval": 21}, "interval"),
    ],
)
def test_looks_that_take_too_long_are_refused(event: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequest, match=field):
        visit(event, Visit())
