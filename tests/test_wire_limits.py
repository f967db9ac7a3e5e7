"""How much of what a server, a client or a caller sends is taken: the last that is, and the first that is not."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.wire.document import document, documents
from tlscheck.wire.guard import Guard
from tlscheck.wire.messages import Incoming, ProtocolBroken, startup
from tlscheck.wire.observation import Observation, SessionKind
from tlscheck.wire.request import targets, visit
from tlscheck.wire.scram import OtherHash
from tlscheck.wire.sessions import look, merged, shown
from tlscheck.wire.target import Login, Visit

from tests.examples import handshake, leaf, observation, sessions
from tests.examples import look as a_look
from tests.look_rows import row_of

MIB = 1024 * 1024


def header(length: int) -> bytes:
    return b"D" + length.to_bytes(4, signed=True)


@pytest.mark.parametrize(
    ("kind", "length"), [(b"D", 4), (b"D", 2 * MIB), *((bytes([kind]), 32 * 1024) for kind in b"RKSZTCENAI")]
)
def test_a_row_may_be_as_long_as_two_mebibytes_and_any_other_message_as_32_kibibytes(
    kind: bytes, length: int
) -> None:
    incoming = Incoming()
    incoming.feed(kind + header(length)[1:] + bytes(length - 4))
    message = incoming.next()
    assert message is not None
    assert (message.kind, message.row or len(message.body)) == (kind.decode(), length - 4)
    assert incoming.next() is None


@pytest.mark.parametrize(
    ("kind", "length"),
    [
        *((b"D", length) for length in (-1, 3, 2 * MIB + 1)),
        *((bytes([kind]), 32 * 1024 + 1) for kind in b"RKSZTCENAI"),
    ],
)
def test_a_message_of_any_other_length_is_refused_at_its_header(kind: bytes, length: int) -> None:
    incoming = Incoming()
    incoming.feed(kind + header(length)[1:])
    with pytest.raises(ProtocolBroken, match=f"^the server announced a message of {length} bytes$"):
        incoming.next()


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (b"", "the server closed the connection"),
        (b"D", "the server closed the connection in the middle of a message"),
    ],
)
def test_a_closed_connection_is_told_by_what_was_begun(before: bytes, said: str) -> None:
    incoming = Incoming()
    if before:
        incoming.feed(before)
    with pytest.raises(ProtocolBroken, match=f"^{said}$"):
        incoming.feed(b"")


def test_a_startup_message_is_written_as_the_protocol_wants_it() -> None:
    # PostgreSQL's manual, "Message Formats": Int32 length, Int32 196608, then pairs of texts and a zero.
    assert startup({"user": "a", "database": "b"}) == b"\0\0\0\x1b\0\3\0\0user\0a\0database\0b\0\0"


def asked(iterations: bytes) -> Guard:
    def request(code: int, rest: bytes) -> bytes:
        body = code.to_bytes(4) + rest
        return b"R" + (len(body) + 4).to_bytes(4) + body

    guard = Guard(Login.SECRET)
    guard.feed(request(10, b"SCRAM-SHA-256\0\0"))
    guard.feed(request(11, b"r=abc,s=AAAAAAAAAAAAAAAA,i=" + iterations))
    return guard


@pytest.mark.parametrize("iterations", [4096, 200_000, 600_000, 10_000_000])
def test_scram_may_ask_for_whatever_may_fit_into_the_time(iterations: int) -> None:
    assert asked(b"%d" % iterations).iterations == iterations


@pytest.mark.parametrize(
    ("iterations", "said"),
    [
        (b"0", "0 SCRAM iterations, fewer than 4096"),
        (b"4095", "4095 SCRAM iterations, fewer than 4096"),
        (b"10000001", "10000001 SCRAM iterations, more than the time suffices for"),
        (b"2147483647", "2147483647 SCRAM iterations, more than the time suffices for"),
    ],
)
def test_scram_of_fewer_or_more_iterations_is_refused(iterations: bytes, said: str) -> None:
    with pytest.raises(OtherHash, match=f"^the server asks for {said}$"):
        asked(iterations)


TARGET = {"arn": "arn:1", "host": "h", "port": 5432, "region": "eu-west-1", "login": "none"}


def event(**changes: object) -> dict[str, Any]:
    return {"targets": [TARGET | changes]}


@pytest.mark.parametrize(
    "changes",
    [
        {"port": 1},
        {"port": 65535},
        {"user": "u" * 63},
        {"user": "é" * 31},
        {"database": "d" * 63},
        {"secret": "s" * 2048},
        {"arn": "a" * 2048},
        {"host": "h" * 63},
        {"host": ".".join(["h" * 63] * 3 + ["h" * 61])},
        {"region": "eusc-de-east-1"},
        {"region": "us-gov-west-1"},
    ],
)
def test_the_longest_that_a_target_may_say_is_taken(changes: dict[str, object]) -> None:
    (target,) = targets(event(**changes))
    assert {name: getattr(target, name) for name in changes} == changes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"port": True}, "port"),
        ({"user": "u" * 64}, "user"),
        ({"user": "é" * 32}, "user"),
        ({"user": "", "login": "iam"}, "user"),
        ({"database": "d" * 64}, "database"),
        ({"database": ""}, "database"),
        ({"secret": "s" * 2049}, "secret"),
        ({"secret": ""}, "secret"),
        ({"login": "secret"}, "secret"),
        ({"arn": "a" * 2049}, "arn"),
        ({"arn": ""}, "arn"),
        ({"host": "h" * 64}, "host"),
        ({"host": ".".join(["h" * 63] * 3 + ["h" * 62])}, "host"),
        ({"host": "-h"}, "host"),
        ({"host": "h\n"}, "host"),
        ({"region": "eu-west"}, "region"),
        ({"region": "e-west-1"}, "region"),
        ({"login": "IAM"}, "login"),
    ],
)
def test_the_first_that_a_target_may_not_say_is_refused_by_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(BadRequest, match=rf"^targets\[0\]\.{field}: "):
        targets(event(**changes))


@pytest.mark.parametrize(("count", "refused"), [(0, r"\[\]"), (1, None), (100, None), (101, "a list of 101")])
def test_an_event_names_one_to_a_hundred_targets(count: int, refused: str | None) -> None:
    asked_for = {"targets": [TARGET] * count}
    if refused is None:
        assert len(targets(asked_for)) == count
    else:
        with pytest.raises(
            BadRequest, match=rf"^targets: {refused} is not allowed; allowed: a list of 1 to 100 targets$"
        ):
            targets(asked_for)


@pytest.mark.parametrize(
    ("looks", "interval", "taken"),
    [
        (1, 0, True),
        (10, 0, True),
        (11, 0, False),
        (0, 0, False),
        (True, 0, False),
        (1.5, 0, False),
        (1, 60, True),
        (1, 60.5, False),
        (2, 60, True),
        (3, 30, True),
        (3, 30.5, False),
        (10, -0.1, False),
        (10, False, False),
    ],
)
def test_looks_are_at_most_ten_within_a_minute(looks: Any, interval: Any, taken: bool) -> None:
    wanted = {"looks": looks, "interval": interval}
    if taken:
        assert visit(wanted, Visit(plaintext=True)) == Visit(looks, float(interval), plaintext=True)
    else:
        with pytest.raises(BadRequest):
            visit(wanted, Visit())


def test_a_visit_is_the_usual_one_where_an_event_says_nothing() -> None:
    assert visit({}, Visit(4, 2.5, plaintext=True)) == Visit(4, 2.5, plaintext=True)


@pytest.mark.parametrize("length", [256, 257])
def test_a_name_in_a_session_ends_at_256_characters(length: int) -> None:
    entry = ["d", "u", "x" * length, False, None, None, False, 1, 1, ["y" * length]]
    answer = {"version": 1, "hidden": 0, "sees_all": True, "member": True, "kinds": 1}
    seen = look(row_of(answer | {"sessions": 1, "groups": [entry]}), "u")
    # As long as an IPv6 address can be that ends in one of IPv4.
    assert (seen.sessions[0].application, seen.sessions[0].addresses) == ("x" * 256, ("y" * 45,))


def test_sessions_are_shown_clients_first_then_without_tls_then_of_many_names_and_of_few_places() -> None:
    rds = replace(sessions("rds", tls=False), kind=SessionKind.RDS, names=99)
    hosts = replace(sessions("hosts"), addresses=("10.0.1.5", "10.0.1.6"))
    more_hosts = replace(sessions("a-tls"), more_addresses=2)
    pods = replace(sessions("pods-#"), names=21, more_addresses=99)
    groups = [rds, more_hosts, hosts, sessions("tls"), sessions("tls", name="b"), pods]
    plain = [sessions("plain", tls=False), replace(sessions("copy", tls=False), kind=SessionKind.REPLICATION)]
    seen = replace(a_look(*groups, *plain), kinds=8, detail="9 sessions were seen.")
    assert [(each.application, each.database) for each in shown(seen, 8).sessions] == [
        *(("copy", "orders"), ("plain", "orders"), ("pods-#", "orders"), ("tls", "b"), ("tls", "orders")),
        *(("hosts", "orders"), ("a-tls", "orders"), ("rds", "orders")),
    ]
    assert shown(replace(seen, sessions=seen.sessions[::-1]), 8) == shown(seen, 8)
    assert shown(seen, 8).detail == "9 sessions were seen."
    assert [each.application for each in shown(seen, 2).sessions] == ["copy", "plain"]
    said = "9 sessions were seen. Only 2 of 8 kinds of sessions are shown, those without TLS first."
    assert shown(seen, 2).detail == shown(shown(seen, 3), 2).detail == said


def test_of_several_looks_each_group_counts_with_the_most_sessions_that_it_had() -> None:
    one, two, three = (replace(sessions("a"), sessions=number) for number in (1, 3, 2))
    looks = [a_look(one, sessions("b")), a_look(two), a_look(three, detail="last")]
    together = merged(looks)
    assert {each.application: each.sessions for each in together.sessions} == {"a": 3, "b": 2}
    assert (together.looks, together.kinds, together.detail) == (3, 2, "3 looks. last")
    assert merged(looks[:1]) is looks[0]
    # The first showed two groups of seven: at least five are missing, whatever the others showed.
    assert merged([replace(looks[0], kinds=7), *looks[1:]]).kinds == 7
    assert merged([replace(looks[0], kinds=3), replace(looks[1], kinds=5), looks[2]]).kinds == 6
    assert merged([together, looks[2]]).looks == 4


@pytest.mark.parametrize(("size", "is_whole"), [(196_608, True), (196_609, False)])
def test_an_observation_is_shown_whole_up_to_192_kib(size: int, is_whole: bool) -> None:
    def of(padding: int) -> Observation:
        shown_whole = observation(
            handshake=handshake(detail="x" * padding), look=a_look(sessions("a"), sessions("b"))
        )
        return replace(shown_whole, look=replace(shown_whole.look, kinds=2))

    padding = size - len(json.dumps(document(of(0))))
    (answered,) = documents([of(padding)])
    assert (answered == document(of(padding))) == is_whole
    of_look: Any = answered["look"]
    assert (len(of_look["sessions"]) == 2) == is_whole


def test_a_busy_server_is_shown_within_192_kib_and_a_hundred_of_them_within_five_megabytes() -> None:
    groups = tuple(sessions(f"application-{number:04}-{'x' * 300}") for number in range(400))
    busy = observation(look=replace(a_look(*groups), kinds=400))
    alone = len(json.dumps(documents([busy])[0]))
    assert 160 * 1024 < alone <= 192 * 1024
    crowd = documents([*[busy] * 10, *[observation()] * 90])  # a share is a hundredth, whatever the others take
    assert max(len(json.dumps(each)) for each in crowd) <= 50_000
    assert len(json.dumps(crowd[0])) > 40_000


def test_a_certificate_of_endless_names_is_shown_with_five_of_them() -> None:
    endless = leaf(names=tuple(f"{number:06}.{'x' * 50}" for number in range(4000)))
    (shown_of_it,) = documents([observation(handshake=handshake(chain=(endless,)))])
    of_handshake: Any = shown_of_it["handshake"]
    assert [name[:6] for name in of_handshake["chain"][0]["names"]] == [f"{number:06}" for number in range(5)]
