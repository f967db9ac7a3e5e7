"""From the lines that real servers wrote to what is said of their clients: PostgreSQL 13 and 17, psql."""

from datetime import timedelta

import pytest
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.tally import Tally
from tlscheck.log.lines import events
from tlscheck.verdict.evidence import Evidence

from tests.examples import KEY, NOT_ENFORCED, NOW, database, evidence
from tests.verdicts import says

PREFIX = "%t:%r:%u@%d:[%p]:"
FELL_BACK = {
    13: (
        "2026-11-24 02:32:27 UTC:127.0.0.1(53854):[unknown]@[unknown]:[12643]:LOG:  could not accept SSL "
        "connection: tlsv1 alert unknown ca\n"
        "2026-11-24 02:32:27 UTC:127.0.0.1(53864):app@postgres:[12644]:LOG:  connection authorized: user=app "
        "database=postgres application_name=billing app;v1.2"
    ),
    17: (
        "2026-11-24 02:32:31 UTC:127.0.0.1(51740):[unknown]@[unknown]:[12880]:LOG:  could not accept SSL "
        "connection: tlsv1 alert unknown ca\n"
        "2026-11-24 02:32:31 UTC:127.0.0.1(51746):app@postgres:[12881]:LOG:  connection authorized: user=app "
        "database=postgres application_name=billing app;v1.2"
    ),
}
LOCKED_OUT = (
    "2026-11-24 02:40:00 UTC:10.0.1.9(51750):app@postgres:[12883]:FATAL:  no pg_hba.conf entry for host "
    '"10.0.1.9", '
    'user "app", database "postgres", no encryption'
)
OURS = LOCKED_OUT.replace("app@", "tlscheck-plaintext@").replace('"app"', '"tlscheck-plaintext"')


def judged(*lines: str) -> Evidence:
    """What is known once these lines were read."""
    tally = Tally(KEY, Stretch(NOW - timedelta(days=1), NOW))
    tally.add(events(lines, PREFIX))
    reading = tally.reading([Stretch(NOW - timedelta(days=1), NOW)])
    return evidence(database(force_ssl=NOT_ENFORCED), clients=reading.clients, logged=reading.logged)


@pytest.mark.parametrize("major", FELL_BACK)
def test_a_client_that_fell_back_is_found_in_the_lines_that_a_server_wrote(major: int) -> None:
    known = judged(*FELL_BACK[major].split("\n"))
    assert says("lost-encryption", known).reason.startswith(
        "1 client came in without TLS within seconds of an alert by which the same address refused the server's "
        'certificate, says its log: "billing app;v1.2" as "app" in "postgres" from 127.0.0.1, last seen '
        "without TLS "
        "on 2026-11-24."
    )
    assert says("refusing-clients", known).reason.startswith(
        "1 address refuses the server's certificate: 127.0.0.1 (unknown ca: it does not hold the root of that "
        'certificate), from where "billing app;v1.2" as "app" came, last refused on 2026-11-24.'
    )


def test_who_is_locked_out_is_found_and_our_own_try_is_not() -> None:
    assert says("refusing-clients", judged(LOCKED_OUT, OURS)).reason.startswith(
        '1 client is refused as it comes without TLS: "app" in "postgres" from 10.0.1.9, last refused on '
        "2026-11-24."
    )
    assert says("refusing-clients", judged(OURS)).status in {"INFORMATIONAL", "NOT_OBSERVED"}
