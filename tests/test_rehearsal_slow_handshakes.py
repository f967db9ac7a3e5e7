"""A plaintext retry that is met before the handshake that it follows is over belongs to the same attempt."""

import pytest
from tlscheck.rehearsal.attempts import Lane
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Shows, Trial

STRANGER = Trial(Shows.STRANGER)


@pytest.mark.parametrize("seconds", [0.01, 1.5, 9.0])
def test_plaintext_that_is_met_before_a_slow_alert_is_no_attempt_of_its_own(seconds: float) -> None:
    lane = Lane(lambda _: STRANGER)
    assert lane.asked(0.0) == lane.shown(0.0) == STRANGER
    refused = Contact(1, 0.0, seconds + 0.2, "web", "192.0.2.1", Ended.ALERTED, STRANGER, alert="unknown_ca")
    retry = Contact(2, seconds, seconds + 0.1, "web", "192.0.2.1", Ended.PLAINTEXT)
    lane.met(retry)
    assert lane.attempts(seconds + 0.15) == ()
    lane.met(refused)
    (one,) = lane.attempts(seconds + 5)
    assert (one.number, one.contacts, one.is_whole) == (1, (refused, retry), True)
