"""Connections as they come make attempts: which belong together, and where one attempt ends."""

import pytest
from tlscheck.rehearsal.attempts import Lane
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Shows, Trial

STRANGER = Trial(Shows.STRANGER)


class Came:
    """A lane, and the connections that come to it."""

    def __init__(self, *, is_of_one: bool = True) -> None:
        self.trials: list[Trial] = []
        self.lane = Lane(self.choose, is_of_one=is_of_one)

    def choose(self, _: float) -> Trial:
        """Another one each time, as far as a root's name makes it another."""
        self.trials.append(Trial(Shows.FORGERY, str(len(self.trials))))
        return self.trials[-1]

    def tls(self, at: float, lasts: float = 0.01) -> None:
        self.end(at, lasts, self.lane.asked(at))

    def end(self, at: float, lasts: float, trial: Trial | None) -> None:
        ended = Ended.ALERTED if trial else Ended.PLAINTEXT
        alert = "unknown_ca" if trial else ""
        number = round(at * 1000)  # in the order of accept
        self.lane.met(Contact(number, at, at + lasts, "web", "192.0.2.1", ended, trial, alert=alert))

    def plain(self, at: float) -> None:
        self.end(at, 0.001, None)

    def made(self, at: float) -> list[tuple[int, str, bool]]:
        """Of each attempt its number, T or P of each connection, and whether it is whole."""
        return [
            (each.number, "".join("T" if one.trial else "P" for one in each.contacts), each.is_whole)
            for each in self.lane.attempts(at)
        ]


def test_one_client_that_asks_again_after_it_has_answered_makes_another_attempt() -> None:
    came = Came()
    for turn in range(3):
        came.tls(turn * 0.05)
    assert [each.root for each in came.trials] == ["0", "1", "2"]
    # of those that another followed without a pause it is whole when no plaintext came in its time
    assert came.made(0.2) == [(1, "T", False), (2, "T", False)]
    assert came.made(1.12) == [(1, "T", True), (2, "T", True), (3, "T", True)]


def test_on_a_shared_port_it_goes_on_until_there_is_a_pause() -> None:
    came = Came(is_of_one=False)
    for turn in range(3):
        came.tls(turn * 0.05)
    assert came.made(1.2) == [(1, "TTT", True)]


def test_a_retry_in_plaintext_belongs_to_the_refusal_before_it() -> None:
    came = Came()
    for turn in range(3):
        came.tls(turn * 0.05)
        came.plain(turn * 0.05 + 0.02)
    assert came.made(1.2) == [(1, "TP", True), (2, "TP", True), (3, "TP", True)]


def test_who_begins_in_plaintext_begins_again_with_it() -> None:
    came = Came()
    for turn in range(3):
        came.plain(turn * 0.05)
        came.tls(turn * 0.05 + 0.01)
    assert came.made(1.2) == [(1, "PT", True), (2, "PT", True), (3, "PT", True)]


def test_a_pool_whose_retries_come_after_its_next_request_loses_none_of_them() -> None:
    came = Came()
    first = came.lane.asked(0.0)
    came.end(0.0, 0.01, first)
    second = came.lane.asked(0.02)
    came.plain(0.03)
    came.end(0.02, 0.02, second)
    came.plain(0.05)
    # it is not known of the first whether the plaintext was its own; of the second it is
    assert came.made(5) == [(1, "T", False), (2, "TPP", True)]


def test_who_never_asks_for_tls_is_known_although_it_makes_no_pause() -> None:
    came = Came()
    for turn in range(80):
        came.plain(turn * 0.05)
    assert came.made(4.2) == [(1, "P" * 61, True)]


@pytest.mark.parametrize("is_of_one", [False, True])
def test_a_connection_is_not_counted_to_the_attempt_before_that_was_shown_the_same(*, is_of_one: bool) -> None:
    lane = Lane(lambda _: STRANGER, is_of_one=is_of_one)
    for turn in range(5):
        at = turn * 1.2
        assert lane.asked(at + 0.003) == STRANGER
        lane.met(Contact(turn, at, at + 0.01, "", "192.0.2.1", Ended.ALERTED, STRANGER, alert="unknown_ca"))
    assert [len(each.contacts) for each in lane.attempts(20)] == [1] * 5


def test_so_many_attempts_without_a_pause_are_told_apart_and_no_more() -> None:
    came = Came()
    for turn in range(300):
        came.tls(turn * 0.01)
    assert len(came.trials) == 100
