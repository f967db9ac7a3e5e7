"""A log of which nothing of the last day is known: nobody says of today what it said before."""

from datetime import timedelta

import pytest
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.logged import Hole, Logged, Stretch
from tlscheck.verdict.finding import Finding

from tests.examples import NOT_ENFORCED, NOW, database, evidence, handshake, observation
from tests.logged import DAY
from tests.verdicts import says

HOUR = timedelta(hours=1)
DENIED = (
    "logs:FilterLogEvents: AccessDeniedException: logs:FilterLogEvents on resource: "
    "arn:aws:logs:us-east-1:111122223333:log-group:/aws/rds/instance/orders/postgresql:log-stream: with an "
    "explicit deny in a service control policy"
)
LOGS = database(
    force_ssl=NOT_ENFORCED, settings=Settings("orders", {"log_connections": "1"}), log_exports=("postgresql",)
)


def judged(check: str, quiet: timedelta, why: str = DENIED) -> Finding:
    """Of a log that was covered until so long ago, and then not for this reason."""
    last = NOW - quiet
    log = Logged(covered=(Stretch(NOW - 40 * DAY, last),), holes=(Hole(Stretch(last, NOW), why),), read_at=NOW)
    return says(check, evidence(LOGS, observation(handshake=handshake(chain=())), (), logged=log))


@pytest.mark.parametrize(("quiet", "is_known"), [(DAY - HOUR, True), (DAY, False), (10 * DAY, False)])
def test_after_a_day_without_a_word_nobody_says_that_nobody_was_refused(
    quiet: timedelta, *, is_known: bool
) -> None:
    found = judged("refusing-clients", quiet)
    assert ("no client told the server that it refuses" in found.reason) is is_known
    assert found.status == ("INFORMATIONAL" if is_known else "NOT_OBSERVED")


def test_since_when_and_why_is_said_to_the_end_and_where_to_mend_it() -> None:
    found = judged("refusing-clients", 3 * DAY)
    assert found.reason == (
        f"Of its log nothing is known since 2026-11-21: {DENIED}. Who refuses its certificate, or is refused, is "
        "not known."
    )
    assert found.next_step == "Let tlscheck read its log (see connection-log)."
    told = judged("connection-log", 3 * DAY)
    assert (told.status, told.next_step) == (
        "INFORMATIONAL",
        "Open what the reason names, so that tlscheck can read the log.",
    )
    assert "a service control policy." in told.reason


def test_of_a_log_that_fell_silent_it_is_told_to_see_whether_lines_come() -> None:
    told = judged("connection-log", 3 * DAY, "no line of any connection in that time")
    assert told.next_step == (
        "See whether lines of connections still reach its log group: RDS connects to each server itself."
    )


def test_of_one_that_was_heard_of_today_no_word_is_lost() -> None:
    assert judged("connection-log", HOUR).status == "PASSED"
