"""One target can never take another with it: whatever breaks, is large or odd, is said of that target alone."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges import documents
from tlscheck.edges.aws import probes
from tlscheck.edges.server import crowds, encrypted, servers
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe_all
from tlscheck.edges.stores.x509 import certificate
from tlscheck.wire import document
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import (
    Certificate,
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    Observation,
    SessionGroup,
)
from tlscheck.wire.request import refusal
from tlscheck.wire.sessions import look
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.look_rows import row_of, text_of
from tests.properties import tries
from tests.scripted_postgres import LOGGED_IN, ONE_COLUMN, behind_tls, says
from tests.scripted_server import ScriptedServer
from tests.truth.hostile import END, groups, many, row, shown_by, sorts

REGION = "eu-west-1"
LAMBDAS_MOST = 6 * 1024 * 1024
"""Bytes of an answer (Lambda quotas, "Invocation payload", 6 MB synchronous)."""

ENTRY = ["orders", "app", "web", False, None, "client backend", False, 2, 1, ["10.0.0.7"]]
ANSWER = {
    "version": 170010,
    "hidden": 0,
    "sees_all": True,
    "member": True,
    "kinds": 1,
    "sessions": 2,
    "force_ssl": "on",
    "groups": [ENTRY],
}


def marshalled(answer: object) -> bytes:
    """As Lambda's runtime for Python 3.13 does it (awslambdaric, lambda_runtime_marshaller.py)."""
    return json.dumps(answer, ensure_ascii=False, allow_nan=False).encode("utf-8")


def target(name: str, port: int = 5432, login: Login = Login.NONE) -> Target:
    return Target(f"arn:{name}", "localhost", port, REGION, login, "", "a-secret")


def seen(arn: str, **changes: Any) -> Observation:
    looked = Look(LookOutcome.SEEN, "2 sessions were seen.", 170010, at=datetime.now(UTC))
    return Observation(arn, Handshake(HandshakeOutcome.TRUSTED, "trusted"), replace(looked, **changes))


# ---- exceptions


class Panic(BaseException):
    """As pyo3's PanicException, which is no Exception."""


def raising(error: BaseException) -> Callable[[], Observation]:
    def raise_it() -> Observation:
        raise error

    return raise_it


BROKEN: dict[str, tuple[Callable[[], Observation], str]] = {
    "a library's error": (raising(TypeError("oid must be ...")), "TypeError"),
    "no memory": (raising(MemoryError()), "MemoryError"),
    "a panic": (raising(Panic("called `unwrap()`")), "Panic"),
    "an end of the process": (raising(SystemExit(1)), "SystemExit"),
    "too deep": (raising(RecursionError()), "RecursionError"),
    "no number": (lambda: seen("arn:b", kinds=float("nan")), "ValueError"),
    "endless": (lambda: seen("arn:b", server_version=float("inf")), "ValueError"),
    "what no answer can hold": (lambda: seen("arn:b", detail=b"bytes"), "TypeError"),
    "too large a number for a text": (lambda: seen("arn:b", server_version=10**5000), "ValueError"),
    "no look": (lambda: replace(seen("arn:b"), look=None), "AttributeError"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("broken", "kind"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_at_one_target_is_said_of_it_and_the_others_are_seen(
    monkeypatch: pytest.MonkeyPatch, broken: Callable[[], Observation], kind: str
) -> None:
    def observe(given: Target, *_: object) -> Observation:
        return broken() if given.arn == "arn:b" else seen(given.arn)

    monkeypatch.setattr(servers, "_observe", observe)
    first, second, third = observe_all([target("a"), target("b"), target("c")], RegionalRoots(), 20)
    assert (first.look.outcome, third.look.outcome) == (LookOutcome.SEEN, LookOutcome.SEEN)
    assert (second.arn, second.handshake.outcome, second.look.outcome) == (
        *("arn:b", HandshakeOutcome.NOT_TRIED),
        LookOutcome.NOT_TRIED,
    )
    assert second.handshake.detail == second.look.detail == f"the probe failed at it: {kind}"
    answered = json.loads(marshalled(document.documents([first, second, third])))
    assert [each["arn"] for each in answered] == ["arn:a", "arn:b", "arn:c"]


# ---- texts and sizes

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@given(ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=3), st.none() | ANY_TEXT)
def test_whatever_a_server_writes_the_answer_marshals(
    text: str, name: str, addresses: list[str], protocol: str | None
) -> None:
    group = SessionGroup(name, text, name, tuple(addresses), 0, False, protocol, 1)
    shown = Certificate(text, name, None, None, tuple(addresses), text, text, False, text, name)
    told = Handshake(HandshakeOutcome.UNTRUSTED, text, text, name, (shown,), protocol)
    observed = Observation("arn:a", told, Look(LookOutcome.FAILED, text, sessions=(group,), kinds=1))
    (read,) = json.loads(marshalled(document.documents([observed])))
    assert documents.from_document(Observation, read).handshake.outcome is HandshakeOutcome.UNTRUSTED


@pytest.mark.parametrize("servers_at_once", [1, 25, 100])
@pytest.mark.parametrize("letter", ["x", "\u00e9", "\U0001f600", "\0", '"', "\ud800"])
def test_an_answer_of_all_that_servers_may_send_fits_into_lambdas(servers_at_once: int, letter: str) -> None:
    shown = Certificate(letter * 512, letter * 512, None, None, (letter * 512,) * 50, "a" * 40, "b" * 64, False)
    group = SessionGroup(letter * 256, letter * 256, letter * 256, (letter * 45,) * 32, 9, True, "TLSv1.3", 1)
    hostile = Observation(
        "arn:" + "a" * 2044,
        Handshake(HandshakeOutcome.TRUSTED, letter * 400, "TLSv1.3", "x", (shown,) * 10),
        Look(LookOutcome.SEEN, letter * 400, 170004, (group,) * 60, 5000),
    )
    answered = document.documents([hostile] * servers_at_once)
    assert len(marshalled(answered)) < LAMBDAS_MOST
    assert len(json.dumps(answered)) <= 5_100_000
    read = documents.from_document(Observation, answered[0])
    assert read.handshake.outcome is HandshakeOutcome.TRUSTED
    assert len(read.handshake.chain) >= 1


# ---- what cannot be true


@pytest.mark.parametrize(
    "changed",
    [
        *({"version": each} for each in (True, 0, -1, 10_000_000, 1e5)),
        *({"hidden": each} for each in (True, -1, 262_144, 0.5)),
        *({"kinds": each} for each in (True, -1, 262_144)),
        *({"sessions": each} for each in (True, -1, 262_144)),
        *({"groups": [[*ENTRY[:7], each, *ENTRY[8:]]]} for each in (True, 0, -1, 262_144, 1e3, "1")),
        *({"groups": [[*ENTRY[:8], each, ENTRY[9]]]} for each in (True, -1, 262_144)),
        {"groups": [[*ENTRY[:9], [7]]]},
        {"groups": [ENTRY] * 5001},
        {"groups": [[]] * 10_002},
        {"groups": [{}, {}]},
        {"groups": [[*ENTRY[:9], ["10.0.0.7"] * 190_000]]},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_a_count_that_cannot_be_true_is_no_answer(changed: dict[str, Any]) -> None:
    assert look(row_of(ANSWER | changed), "tlscheck").outcome is LookOutcome.FAILED


def test_the_largest_counts_that_can_be_true_are_an_answer() -> None:
    """PostgreSQL, MAX_BACKENDS: 18 bits."""
    entry = [*ENTRY[:7], 262_143, 262_143, ENTRY[9]]
    counted = {"hidden": 262_143, "kinds": 262_143, "sessions": 262_143, "version": 9_999_999}
    read = look(row_of(ANSWER | counted | {"groups": [entry]}), "tlscheck")
    assert (read.outcome, read.kinds, read.sessions[0].sessions) == (LookOutcome.SEEN, 262_143, 262_143)
    assert read.sessions[0].more_addresses == 262_142


@pytest.mark.parametrize("name", ['"' * 63, "\\" * 63, "[" * 63, "{" * 63, "," * 63, '\\"[{,'])
def test_clients_cannot_hide_all_by_names_that_look_like_json(name: str) -> None:
    entries = [[name, f"{number}", name, *ENTRY[3:9], ["10.0.0.7"] * 32] for number in range(1200)]
    read = look(row_of(ANSWER | {"kinds": 1200, "groups": entries}), "tlscheck")
    assert (read.outcome, len(read.sessions), read.sessions[0].database) == (LookOutcome.SEEN, 1200, name)


@pytest.mark.parametrize(
    "text",
    [many("[]"), many('{"":0}'), many("1e1"), many('""'), "[" * 1_500_000, groups(12_000)],
    ids=["lists", "objects", "numbers", "texts", "nested", "12,000 groups"],
)
def test_what_would_take_much_to_read_is_refused_unread(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def loads(*_: object, **__: object) -> object:
        raise AssertionError("it was read")

    told = json.dumps(ANSWER)[:-1] + f', "groups": {text}}}'
    answer = [[text_of(told.encode())]]
    monkeypatch.setattr(json, "loads", loads)
    assert look(answer, "tlscheck").outcome is LookOutcome.FAILED


# ---- one at a time


def test_large_answers_are_read_one_at_a_time_and_small_ones_beside_them() -> None:
    with crowds.alone(1_000_000, Deadline.within(20)):
        with crowds.alone(1000, Deadline.within(20)):
            pass
        with pytest.raises(TimeoutError), crowds.alone(1_000_000, Deadline.within(0.05)):
            raise AssertionError
    with crowds.alone(1_000_000, Deadline.within(20)):
        pass


def test_what_breaks_while_it_is_read_lets_the_next_one_in() -> None:
    with pytest.raises(ZeroDivisionError), crowds.alone(1_000_000, Deadline.within(20)):
        raise ZeroDivisionError
    with crowds.alone(1_000_000, Deadline.within(0.05)):
        pass


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """So long that only what should end a wait does."""
    monkeypatch.setattr(crowds, "GIVING_WAY_SECONDS", 60.0)


def giving_way(seconds: float) -> Thread:
    thread = Thread(target=crowds.give_way, args=(Deadline.within(seconds),), daemon=True)
    thread.start()
    return thread


def ended(thread: Thread) -> bool:
    thread.join(20)
    return not thread.is_alive()


@pytest.mark.usefixtures("patient")
def test_a_large_answer_waits_for_the_small_looks_that_are_under_way() -> None:
    with crowds.under_way():
        large = giving_way(60)
        large.join(0.1)
        assert large.is_alive()
    assert ended(large)


@pytest.mark.usefixtures("patient")
def test_it_waits_no_longer_than_its_deadline_and_for_no_look_that_broke() -> None:
    with crowds.under_way():
        assert ended(giving_way(0.05))
    with pytest.raises(ZeroDivisionError), crowds.under_way():
        raise ZeroDivisionError
    assert ended(giving_way(60))


@pytest.mark.usefixtures("patient")
def test_large_looks_do_not_wait_for_themselves_nor_for_one_another() -> None:
    def large() -> None:
        with crowds.under_way():
            both_are_under_way.wait(20)
            crowds.give_way(Deadline.within(60))

    both_are_under_way = Barrier(2)
    looks = [Thread(target=large, daemon=True) for _ in range(2)]
    for each in looks:
        each.start()
    assert all(map(ended, looks))


def test_a_look_gives_way_once_when_more_than_64_kibibytes_arrived(
    authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Deadline] = []
    monkeypatch.setattr(encrypted, "give_way", given.append)
    monkeypatch.setattr(servers, "secret_credential", lambda _: Credential("tlscheck", "hunter2"))
    issued = authority.issue("localhost")
    for sort, after, times in (("honest", HONEST, 0), ("long groups", sorts()["long groups"], 1)):
        given.clear()
        with ScriptedServer(behind_tls(issued, after)) as server:
            (seen,) = observe_all([target(sort, server.port, Login.SECRET)], RegionalRoots(authority.root_pem), 20)
        assert (seen.look.outcome, len(given)) == (LookOutcome.SEEN, times)


# ---- hostile servers

SAID = {
    "65,535 columns": "the server announced a message of 1638381 bytes",
    "empty notices": "the server sent 1001 messages of 5005 bytes beside its answer",
    "large notices": "bytes beside its answer",
    "parameters": "the server sent 1001 messages of 9009 bytes beside its answer",
    "error of two mebibytes": "the server announced a message of 2097151 bytes",
    "error of many fields": "The look failed (no SQLSTATE)",
    "lists": "something else than was asked for",
    "objects": "something else than was asked for",
    "numbers": "something else than was asked for",
    "nested": "something else than was asked for",
    "one wide character": "something else than was asked for",
    "12,000 groups": "something else than was asked for",
    "long groups": "5000 sessions were seen. Only ",
    "many addresses": "5000 sessions were seen. Only ",
    "rows without an end": "type D in the middle of an answer",
    "crumbs": " pieces",
    "iterations": "broke off",
    "a chain of a hundred kibibytes": "something else than was asked for",
}
"""Of each sort that does not wait for the deadline."""

HONEST = says(LOGGED_IN, ONE_COLUMN + row(text_of(json.dumps(ANSWER).encode()).encode()) + END)


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture
def crowd(authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Target]]:
    """Each hostile sort beside an honest server."""
    monkeypatch.setattr(servers, "secret_credential", lambda _: Credential("tlscheck", "hunter2"))
    issued, hostile = authority.issue("localhost"), sorts()
    before = sys.getswitchinterval()
    with ExitStack() as stack:
        targets = []
        for sort in SAID:
            for name, after in ((sort, hostile[sort]), (f"honest beside {sort}", HONEST)):
                server = stack.enter_context(ScriptedServer(behind_tls(shown_by(name, issued), after)))
                targets.append(target(name, server.port, Login.SECRET))
        yield targets
    sys.setswitchinterval(before)


def test_each_hostile_server_is_named_for_what_it_does_and_every_honest_one_answers(
    authority: CertificateAuthority, crowd: list[Target]
) -> None:
    observed = observe_all(crowd, RegionalRoots(authority.root_pem), 100)
    assert len(marshalled(document.documents(observed))) < LAMBDAS_MOST
    told = {each.arn.removeprefix("arn:"): each for each in observed}
    for sort, said in SAID.items():
        assert said in told[sort].look.detail, sort
        honest = told[f"honest beside {sort}"].look
        assert (honest.outcome, [each.application for each in honest.sessions]) == (LookOutcome.SEEN, ["web"])


# ---- certificates


@settings(max_examples=tries(300))
@given(st.integers(0, 2), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=3))
def test_a_certificate_changed_anywhere_becomes_text_that_marshals(
    which: int, changes: list[tuple[int, int]]
) -> None:
    der = bytearray(_CERTIFICATES[which])
    for place, value in changes:
        der[place % len(der)] = value
    shown = certificate(bytes(der))
    told = Handshake(HandshakeOutcome.UNTRUSTED, "", chain=(shown,))
    (answered,) = json.loads(
        marshalled(document.documents([Observation("arn:a", told, Look(LookOutcome.NOT_TRIED, ""))]))
    )
    assert documents.from_document(Observation, answered).handshake.chain == (shown,)


def _some_certificates() -> list[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - once

    made = regional(REGION)
    chain = (made.issue("orders.example", "10.0.0.7", "db.example").leaf, made.subordinate, made.root)
    return [each.public_bytes(Encoding.DER) for each in chain]


_CERTIFICATES = _some_certificates()


# ---- the caller's side


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": ""},
        {"secret": "tlscheck/orders\u00a0"},
        {"secret": "s" * 2049},
        {"database": "d" * 64},
        {"host": "orders/../"},
        {"port": 0},
        {"user": "u" * 64},
        {"region": "nowhere"},
    ],
    ids=str,
)
def test_a_target_that_a_probe_refuses_is_not_asked_of_it_and_the_others_are(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    odd = replace(target("odd", login=Login.SECRET), **changes)
    asked: list[Target] = []

    def answer(_: str, targets: list[Target]) -> dict[str, Observation]:
        asked.extend(targets)
        return {each.arn: seen(each.arn) for each in targets}

    monkeypatch.setattr(probes, "_find", lambda *_: "arn")
    monkeypatch.setattr(probes, "_ask", answer)
    fine, not_asked = probes.look("vpc-0a1b2c3d", REGION, "", [target("fine"), odd])
    assert [each.arn for each in asked] == ["arn:fine"]
    assert fine.look.outcome is LookOutcome.SEEN
    assert not_asked.handshake.outcome is HandshakeOutcome.NOT_TRIED
    assert not_asked.look.detail.startswith(f"no probe takes it: target.{next(iter(changes))}: ")


def test_a_usual_target_is_taken() -> None:
    assert refusal(documents.to_document(replace(target("a"), secret=None))) is None
