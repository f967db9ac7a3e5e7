"""What is concluded of a client that is alone, case by case; and what of its connections counts."""

from dataclasses import replace

import pytest
from tlscheck.drivers.behaviour import Transport, Verifies
from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.attempts import Lane
from tlscheck.rehearsal.conclusion import Conclusion, Encrypts
from tlscheck.rehearsal.contact import Contact, Ended, Hello
from tlscheck.rehearsal.contradictions import several
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.replies import Replies
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.survival.assessment import Scenario, Survival

from tests.imagined_clients import ECC, PRESENT, RSA4096, Imagined, Stage, Style, aim, root

OLD, NEW = root(PRESENT).sha256, root(RSA4096).sha256
HELLO = Hello("orders", (), "shape")
YES, NO, UNKNOWN = Survival.SURVIVES, Survival.DOES_NOT, Survival.UNKNOWN


def concluded(client: Imagined, attempts: int = 40) -> Conclusion:
    stage = Stage(aim())
    for _ in range(attempts):
        stage.comes([client])
        stage.passes(2)
    [conclusion] = stage.direction.conclusions(stage.now)
    return conclusion


def verifying(*held: str, transport: Transport = Transport.TLS, style: Style = Style.TELLING) -> Imagined:
    return Imagined(transport, Verifies.CHAIN, frozenset(held), style)


@pytest.mark.parametrize(
    ("client", "fates"),
    [
        (Imagined(Transport.PLAIN), (YES, YES, NO, NO)),
        (Imagined(Transport.PLAIN_FIRST), (YES, YES, YES, YES)),
        (Imagined(Transport.TLS_FIRST), (YES, YES, YES, YES)),
        (Imagined(Transport.TLS), (YES, YES, YES, YES)),
        (verifying(OLD), (YES, NO, YES, NO)),
        (verifying(NEW), (NO, YES, NO, YES)),
        (verifying(OLD, NEW), (YES, YES, YES, YES)),
        (verifying(OLD, NEW, style=Style.TELLING_1_2), (YES, YES, YES, YES)),
        (verifying(OLD, NEW, style=Style.TELLING_1_3), (YES, YES, YES, YES)),
        (verifying(OLD, transport=Transport.TLS_FIRST), (YES, NO, YES, NO)),
        (verifying(NEW, transport=Transport.TLS_FIRST), (NO, YES, NO, YES)),
        (verifying(OLD, transport=Transport.PLAIN_FIRST), (YES, YES, YES, NO)),
        (verifying(OLD, NEW, style=Style.ALIKE), (UNKNOWN,) * 4),
        (verifying(OLD, NEW, style=Style.SILENT), (UNKNOWN,) * 4),
        (verifying(), (UNKNOWN,) * 4),
    ],
)
def test_what_becomes_of_it(client: Imagined, fates: tuple[Survival, ...]) -> None:
    conclusion = concluded(client)
    assert tuple(conclusion.outlooks[each][0] for each in Scenario) == fates
    assert conclusion.verdict is (NO if NO in fates[1:] else UNKNOWN if UNKNOWN in fates[1:] else YES)


def test_who_falls_back_runs_in_plaintext_today_where_its_store_lacks_the_present_root() -> None:
    conclusion = concluded(verifying(NEW, transport=Transport.TLS_FIRST))
    assert conclusion.outlooks[Scenario.TODAY] == (
        NO,
        f"It verifies, and its store lacks the root of {PRESENT}: it goes on in plaintext, silently.",
    )
    assert conclusion.falls_back.value is True
    assert conclusion.encrypts.value is Encrypts.WHEN_OFFERED


def test_an_elliptic_root_needs_a_client_that_takes_ecc() -> None:
    for takes, fate in ((True, YES), (False, NO)):
        stage = Stage(aim(ECC))
        for _ in range(40):
            stage.comes([replace(Imagined(Transport.TLS), takes_ecc=takes)])
            stage.passes(2)
        [conclusion] = stage.direction.conclusions(stage.now)
        assert (conclusion.takes_ecc.value, conclusion.outlooks[Scenario.ROTATED][0]) == (takes, fate)


def test_who_takes_a_certificate_of_nobody_is_shown_no_forgery() -> None:
    stage = Stage(aim())
    for _ in range(10):
        stage.comes([Imagined(Transport.TLS)])
        stage.passes(2)
    assert {each.shows for each in stage.shown} == {Shows.STRANGER, Shows.NOTHING}


def test_the_most_telling_trials_come_first() -> None:
    stage = Stage(aim())
    for _ in range(4):
        stage.comes([verifying(OLD, NEW)])
        stage.passes(2)
    assert stage.shown == [
        Trial(Shows.STRANGER),
        Trial(Shows.FORGERY, OLD),
        Trial(Shows.FORGERY, NEW, Key.RSA4096),
        Trial(Shows.NOTHING),
    ]
    [conclusion] = stage.direction.conclusions(stage.now)
    assert conclusion.verdict is YES


def test_a_store_of_roots_that_nobody_asks_about_is_told_apart_by_the_test_root_right_after_what_decides() -> None:
    stage = Stage(aim(test_root=True))
    for _ in range(24):
        stage.comes([replace(verifying(), trusts_test_root=True)])
        stage.passes(2)
    own = Trial(Shows.OWN_FORGERY)
    assert stage.shown.index(own) == 4
    [conclusion] = stage.direction.conclusions(stage.now)
    assert (conclusion.brings_own.value, conclusion.needed) == (True, ())
    assert {told.value for _, told in conclusion.holds} == {False}
    assert tuple(conclusion.outlooks[each][0] for each in Scenario) == (UNKNOWN, NO, UNKNOWN, NO)


def test_who_takes_a_certificate_of_nobody_and_refuses_a_forgery_of_the_test_root_is_two() -> None:
    contacts = [
        Contact(1, 1, 1.1, "", "192.0.2.7", Ended.STARTED, Trial(Shows.STRANGER), hello=HELLO),
        Contact(
            2, 9, 9.1, "", "192.0.2.7", Ended.ALERTED, Trial(Shows.OWN_FORGERY), hello=HELLO, alert="unknown_ca"
        ),
    ]
    found = several(
        Replies([Attempt(each.number, each.trial or Trial(Shows.NOTHING), (each,)) for each in contacts])
    )
    assert "one takes a certificate of nobody and one refuses such a one" in found


@pytest.mark.parametrize("alert", ["protocol_version", "handshake_failure", "insufficient_security"])
def test_an_alert_about_the_protocol_says_nothing_of_a_certificate(alert: str) -> None:
    direction = Direction(aim())
    shown = []
    for turn in range(6):
        at = turn * 5.0
        if direction.offers_tls("orders", "192.0.2.7", at):
            trial = direction.trial("orders", "192.0.2.7", HELLO, at)
            shown.append(trial.tls)
            direction.met(
                Contact(turn, at, at, "orders", "192.0.2.7", Ended.ALERTED, trial, hello=HELLO, alert=alert)
            )
    [conclusion] = direction.conclusions(100)
    assert shown[:2] == [Tls.V1_2, Tls.V1_3]
    assert conclusion.verifies.value is None
    assert conclusion.verdict is UNKNOWN
    assert conclusion.speaks == ()


def test_a_connection_that_is_still_open_is_waited_for_and_not_lost() -> None:
    direction = Direction(aim())
    assert direction.offers_tls("orders", "192.0.2.7", 0)
    trial = direction.trial("orders", "192.0.2.7", HELLO, 0.1)
    direction.met(Contact(2, 0.2, 0.3, "orders", "192.0.2.7", Ended.PLAINTEXT))
    assert direction.conclusions(5) == ()
    alerted = Contact(1, 0, 6, "orders", "192.0.2.7", Ended.ALERTED, trial, hello=HELLO, alert="unknown_ca")
    direction.met(alerted)
    [conclusion] = direction.conclusions(8)
    assert conclusion.falls_back.value is True
    assert conclusion.encrypts.value is Encrypts.WHEN_OFFERED


def test_each_start_of_a_command_is_an_attempt_of_its_own() -> None:
    direction = Direction(aim())
    shown = []
    for turn in range(3):
        at = turn * 0.1
        assert direction.offers_tls("it", "192.0.2.7", at)
        trial = direction.trial("it", "192.0.2.7", HELLO, at)
        shown.append(trial)
        direction.met(
            Contact(turn, at, at, "it", "192.0.2.7", Ended.ALERTED, trial, hello=HELLO, alert="unknown_ca")
        )
        direction.next_run(at + 0.05)
    assert shown == [Trial(Shows.STRANGER), Trial(Shows.FORGERY, OLD), Trial(Shows.FORGERY, NEW, Key.RSA4096)]
    [conclusion] = direction.conclusions(0.3)
    assert [each.number for each in conclusion.attempts] == [1, 2, 3]


@pytest.mark.parametrize("ended", [Ended.ALERTED, Ended.PLAINTEXT])
def test_a_connection_is_of_the_start_in_which_it_was_accepted_though_it_says_something_later(
    ended: Ended,
) -> None:
    lane = Lane(lambda _: Trial(Shows.STRANGER))
    for number, accepted in ((1, 0.0), (2, 0.3)):
        # the second is accepted right after the start, and takes its time to ask for TLS
        asked = accepted + 0.2 * (number - 1)
        trial = lane.asked(asked) if ended is Ended.ALERTED or number == 1 else None
        lane.met(
            Contact(number, accepted, asked + 0.1, "it", "192.0.2.7", ended if trial else Ended.PLAINTEXT, trial)
        )
        lane.close(asked + 0.15)
    assert [[each.number for each in attempt.contacts] for attempt in lane.attempts(100)] == [[1], [2]]


def test_who_begins_with_tls_itself_is_never_shown_that_there_is_none() -> None:
    direction = Direction(aim())
    for turn in range(30):
        at = turn * 5.0
        assert direction.trial("it", "192.0.2.7", HELLO, at).shows is not Shows.NOTHING
        trial = direction.trial("it", "192.0.2.7", HELLO, at)
        direction.met(Contact(turn, at, at, "it", "192.0.2.7", Ended.STARTED, trial, is_direct=True, hello=HELLO))
    [conclusion] = direction.conclusions(1000)
    assert conclusion.encrypts.value is Encrypts.ALWAYS
    assert conclusion.verdict is YES


@pytest.mark.parametrize(
    ("ends", "given"),
    [
        ("AAC", {("refuses", "unknown_ca")}),
        ("ACC", {("refuses", "unknown_ca"), ("closes without an alert", "")}),
        ("AC", {("refuses", "unknown_ca"), ("closes without an alert", "")}),
        ("CAA", {("refuses", "unknown_ca"), ("closes without an alert", "")}),
        ("CC", {("closes without an alert", "")}),
    ],
)
def test_who_is_stopped_in_the_middle_of_a_handshake_is_no_other_client(
    ends: str, given: set[tuple[str, str]]
) -> None:
    trial = Trial(Shows.STRANGER)
    contacts = tuple(
        Contact(
            number,
            number,
            number + 0.5,
            "orders",
            "192.0.2.7",
            Ended.ALERTED if end == "A" else Ended.CLOSED,
            trial,
            hello=HELLO,
            alert="unknown_ca" if end == "A" else "",
        )
        for number, end in enumerate(ends, 1)
    )
    together = Replies([Attempt(1, trial, contacts)])
    apart = Replies([Attempt(each.number, trial, (each,)) for each in contacts])
    for replies in (together, apart):
        assert {(each.manner.value, each.alert) for each in replies.given[trial]} == given


def test_what_is_told_of_encryption_has_no_reason_against_it() -> None:
    for transport, value in ((Transport.TLS, Encrypts.ALWAYS), (Transport.TLS_IF_OFFERED, Encrypts.WHEN_OFFERED)):
        said = concluded(Imagined(transport)).encrypts
        assert (said.value, said.why) == (value, "")


def test_who_never_asks_for_tls_is_refused_under_enforcement() -> None:
    assert concluded(Imagined(Transport.PLAIN)).outlooks[Scenario.ENFORCED] == (
        NO,
        "It never asks for TLS, and the server refuses whoever comes without.",
    )


def test_the_roots_that_decide_are_asked_about_first() -> None:
    families = [each.family for each in aim(RSA4096, ECC).roots]
    assert families[:3] == [ECC, RSA4096, PRESENT]


def test_two_addresses_of_a_shared_port_are_two_clients() -> None:
    stage = Stage(aim(), port="")
    for address in ("192.0.2.7", "192.0.2.8"):
        stage.comes([Imagined(Transport.PLAIN)], address=address)
    stage.passes(2)
    names = [each.client for each in stage.direction.conclusions(stage.now)]
    assert names == ["192.0.2.7, without TLS", "192.0.2.8, without TLS"]


@pytest.mark.parametrize(
    ("runs", "silences"),
    [
        # a pooler that is stopped at the end of each of its runs
        (("AAC", "AAC"), 0),
        (("AAC", "AA"), 0),
        (("AAC", "CAA"), 2),
        # whose only reply is silence means it: its store may hold what it was shown
        (("A", "A", "C", "A"), 1),
        (("CC", "CC"), 4),
    ],
)
def test_silence_with_which_a_run_of_many_connections_ends_says_nothing(
    runs: tuple[str, ...], silences: int
) -> None:
    trial = Trial(Shows.STRANGER)
    lane = Lane(lambda _: trial, is_of_one=True)
    number, at = 0, 0.0
    for run in runs:
        for end in run:
            number, at = number + 1, at + 0.1
            lane.asked(at)
            ended = Ended.ALERTED if end == "A" else Ended.CLOSED
            alert = "unknown_ca" if end == "A" else ""
            lane.met(Contact(number, at, at + 0.05, "pool", "192.0.2.7", ended, trial, hello=HELLO, alert=alert))
        at += 0.1
        lane.close(at)
    replies = Replies(lane.attempts(at + 20))
    assert sum(len(each.contacts) for each in replies.attempts) == number
    silent = [said for said in replies.given[trial] if said.manner.value == "closes without an alert"]
    assert len(silent) == bool(silences)
    assert sum(len(replies.given[trial][said]) for said in silent) == silences
