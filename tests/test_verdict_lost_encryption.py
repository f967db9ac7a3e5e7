"""Who refused the server's certificate and came in without TLS instead, word for word: never a guess."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.ledger.client import Client, Sort
from tlscheck.ledger.logged import LeftOut, Logged, Stretch
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import (
    NOT_ENFORCED,
    NOW,
    database,
    evidence,
    handshake,
    leaf,
    member,
    observation,
    trace,
    who,
)
from tests.logged import DAY, fallback, logged, met
from tests.verdicts import having, ready, says

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
LOST = (
    "1 client came in without TLS within seconds of an alert by which the same address refused the server's "
    'certificate, says its log: "billing-cron" as "billing" in "orders" from 10.0.1.7, last seen without TLS on '
    "2026-11-22."
)
MEND = (
    "Give each of these clients sslmode=verify-full and the Region's root certificates: then it fails and says"
    " why, where it goes on in the clear now. Do not turn its verification off. If many share the address, one of"
    " them may have refused and another come without TLS: mend both. An address stops counting once a look saw the"
    " client with TLS from there, and then no fallback came for seven days; else after 35 days."
)
NO_LOG = Logged()
NONE = "no client that refused the server's certificate came in without TLS within seconds"


def judged(of: Logged = NO_LOG, *clients: Client, **more: Any) -> Finding:
    """The finding; the look saw no certificate, where no other is given."""
    seen = more.pop("seen", observation(handshake=handshake(chain=())))
    return says("lost-encryption", evidence(database(force_ssl=NOT_ENFORCED), seen, clients, logged=of, **more))


def told(finding: Finding) -> tuple[str, str, str]:
    assert not finding.commands
    return finding.status.value, finding.reason, finding.next_step


def test_a_client_that_fell_back_is_named_with_the_days_on_which_it_did() -> None:
    assert told(judged(logged((fallback(), met())))) == ("FAILED", LOST, MEND)
    since = judged(logged((fallback(), met(NOW - 2 * DAY, NOW - 9 * DAY))))
    assert "from 10.0.1.7, first on 2026-11-15, last seen without TLS on 2026-11-22." in since.reason


def test_it_is_named_also_where_the_log_covers_little_and_what_is_not_covered_is_said() -> None:
    part = Stretch(NOW - 3 * DAY, NOW)
    finding = judged(logged((fallback(), met()), covered=[part]))
    assert finding.status is Status.FAILED
    assert finding.reason == f"{LOST} Its log covers nothing before 2026-11-21."
    assert judged(logged((fallback(), met()), covered=[])).status is Status.FAILED


@pytest.mark.parametrize(("age", "status"), [(35 * DAY, "FAILED"), (35 * DAY + MOMENT, "PASSED")])
def test_it_counts_for_as_long_as_evidence_days_are(age: timedelta, status: str) -> None:
    assert judged(logged((fallback(), met(NOW - age)))).status == status


def test_those_who_fell_back_first_come_first_and_few_are_named() -> None:
    many = [(fallback(application=f"job-{at}"), met(NOW - at * HOUR)) for at in range(1, 9)]
    reason = judged(logged(*many)).reason
    names = [f"job-{at}" for at in range(1, 9) if f'"job-{at}"' in reason]
    assert names == ["job-4", "job-5", "job-6", "job-7", "job-8"]
    assert reason.startswith("8 clients came in")
    assert "; and 3 more." in reason
    assert reason.index("job-8") < reason.index("job-7") < reason.index("job-4")


def test_what_strangers_wrote_is_escaped_and_cut() -> None:
    spoilt = fallback(
        application='a"b\x1b[31m\n\u202ec' + "x" * 500, user="", database="d" * 200, address="e" * 900
    )
    reason = judged(logged((spoilt, met()))).reason
    assert reason.isprintable()
    assert "\"a'b [31m c" in reason
    assert len(reason) < 500


def test_one_without_an_application_name_is_said_to_have_none() -> None:
    assert 'certificate, says its log: a client without an application name as "billing" in' in (
        judged(logged((fallback(application=" "), met()))).reason
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            datetime(2026, 11, 23, tzinfo=UTC),
            (
                "What was refused was an earlier certificate: by now the server presents a certificate of "
                "rds-ca-rsa2048-g1, valid from 2026-11-23 to 2027-11-23."
            ),
        ),
        (
            datetime(2026, 11, 1, tzinfo=UTC),
            "By now the server presents a certificate of rds-ca-rsa2048-g1, valid from 2026-11-01 to 2027-11-23.",
        ),
    ],
)
def test_the_certificate_is_told_as_far_as_it_is_known(made: datetime, said: str) -> None:
    of = leaf(not_before=made, not_after=datetime(2027, 11, 23, tzinfo=UTC))
    seen = observation(handshake=handshake(chain=(of,), authority="rds-ca-rsa2048-g1"))
    assert judged(logged((fallback(), met())), seen=seen).reason == f"{LOST} {said}"
    nameless = observation(handshake=handshake(chain=(of,), authority=None))
    assert judged(logged((fallback(), met())), seen=nameless).reason == (
        f"{LOST} {said}".replace(" of rds-ca-rsa2048-g1", "")
    )
    unread = observation(handshake=handshake(chain=(replace(of, not_before=None),)))
    assert judged(logged((fallback(), met())), seen=unread).reason == LOST


def came_with_tls(at: datetime, address: str = "10.0.1.7", **names: Any) -> Client:
    of = who(**{"user": "billing", "application": "billing-cron", **names})
    return Client(of, trace(at, (address,)), None)


OLD = met(NOW - 8 * DAY)


def test_it_counts_no_more_once_a_look_saw_it_with_tls_and_a_week_was_quiet() -> None:
    finding = judged(logged((fallback(), OLD)), came_with_tls(NOW - 7 * DAY))
    assert told(finding) == (
        "INFORMATIONAL",
        (
            'Not counted any more: "billing-cron" as "billing" in "orders" from 10.0.1.7, last seen without TLS '
            "on 2026-11-16; since then each was seen with TLS from there. Whether it would fall back again cannot "
            "be seen."
        ),
        "",
    )


@pytest.mark.parametrize(("quiet", "status"), [(7 * DAY, "INFORMATIONAL"), (7 * DAY - MOMENT, "FAILED")])
def test_the_week_is_seven_days_whole(quiet: timedelta, status: str) -> None:
    assert judged(logged((fallback(), met(NOW - quiet))), came_with_tls(NOW)).status == status


@pytest.mark.parametrize(
    "other",
    [
        came_with_tls(NOW - DAY, "10.0.1.8"),
        came_with_tls(NOW - 8 * DAY),
        came_with_tls(NOW - 9 * DAY),
        came_with_tls(NOW - DAY, application="billing-api"),
        came_with_tls(NOW - DAY, user="orders"),
        came_with_tls(NOW - DAY, name="ledger"),
        came_with_tls(NOW - DAY, sort=Sort.FOLD),
        Client(who(user="billing", application="billing-cron"), None, None, trace(NOW - DAY, ("10.0.1.7",))),
    ],
    ids=[
        "elsewhere",
        "at that moment",
        "before",
        "another",
        "as another",
        "in another",
        "one of many",
        "by log only",
    ],
)
def test_nothing_else_settles_it(other: Client) -> None:
    assert judged(logged((fallback(), OLD)), other).status is Status.FAILED


def test_one_that_is_settled_is_told_beside_one_that_is_not() -> None:
    both = logged((fallback(), OLD), (fallback(address="10.0.1.9"), met()))
    finding = judged(both, came_with_tls(NOW - DAY))
    assert finding.status is Status.FAILED
    assert finding.reason.startswith("1 client came in")
    assert 'Not counted any more: "billing-cron" as "billing" in "orders" from 10.0.1.7' in finding.reason


def test_none_is_a_pass_only_where_the_log_covers_all_of_evidence_days() -> None:
    assert told(judged(logged())) == ("PASSED", f"In 35 days of its log, {NONE}.", "")


SINCE, UNTIL = NOW - 35 * DAY, NOW - 2 * HOUR


@pytest.mark.parametrize(
    ("covered", "status"),
    [
        ([Stretch(SINCE, UNTIL)], "PASSED"),
        ([Stretch(SINCE + MOMENT, UNTIL)], "INFORMATIONAL"),
        ([Stretch(SINCE, UNTIL - MOMENT)], "INFORMATIONAL"),
        ([Stretch(NOW - 9 * DAY, UNTIL), Stretch(SINCE, NOW - 9 * DAY)], "PASSED"),
        ([Stretch(SINCE, NOW - 9 * DAY - MOMENT), Stretch(NOW - 9 * DAY, UNTIL)], "INFORMATIONAL"),
        ([Stretch(SINCE, NOW), Stretch(SINCE + DAY, SINCE + 2 * DAY)], "PASSED"),
        ([Stretch(SINCE - DAY, SINCE)], "NOT_OBSERVED"),
        ([Stretch(UNTIL, NOW)], "INFORMATIONAL"),
        ([], "NOT_OBSERVED"),
    ],
)
def test_whatever_is_not_covered_is_not_known(covered: list[Stretch], status: str) -> None:
    assert judged(logged(covered=covered)).status == status


def test_what_is_missing_is_said_with_its_reasons() -> None:
    long_ago = (Stretch(NOW - 50 * DAY, NOW - 36 * DAY), "it was long ago")
    denied = (Stretch(NOW - 35 * DAY, NOW - 9 * DAY), "logs:FilterLogEvents: AccessDenied\x1b[0m")
    again = (Stretch(NOW - 8 * DAY, NOW - 7 * DAY), "logs:FilterLogEvents: AccessDenied\x1b[0m")
    silent = (Stretch(NOW - 5 * DAY, NOW - 4 * DAY), "no line of any connection")
    part = logged(covered=[Stretch(NOW - 4 * DAY, NOW)], holes=[long_ago, denied, again, silent])
    assert told(judged(part)) == (
        "INFORMATIONAL",
        (
            f"As far as its log was read, {NONE}. Its log covers nothing before 2026-11-20: "
            "logs:FilterLogEvents: AccessDenied [0m; no line of any connection."
        ),
        "",
    )
    none = logged(covered=[], holes=[denied])
    assert told(judged(none)) == (
        "NOT_OBSERVED",
        (
            "Its log was not read: logs:FilterLogEvents: AccessDenied [0m. Whether a client fell back to a "
            "connection without TLS is not known."
        ),
        "Let tlscheck read its log (see connection-log).",
    )
    assert judged().reason == (
        "Its log was not read. Whether a client fell back to a connection without TLS is not known."
    )


GAP = Stretch(NOW - 3 * DAY, NOW - 2 * DAY)
MADE = (Stretch(NOW - 35 * DAY, NOW - HOUR / 2), "its log group was made on 2026-11-24")
NO_LINE = "no line of any connection in that time"
CUT = "not read yet: this sweep had no time left"
PART, NO_HOUR = "covers a part of the last 35 days only", "covers no hour of the last 35 days"
OFF = "no line of any connection in that time: log_connections was off when it was read"


@pytest.mark.parametrize(
    ("covered", "holes", "why"),
    [
        ([Stretch(UNTIL, NOW)], [MADE], "covers nothing before 2026-11-24: its log group was made on 2026-11-24."),
        ([Stretch(SINCE, GAP.since), Stretch(GAP.until, NOW)], [(GAP, NO_LINE)], f"{PART}: {NO_LINE}."),
        ([], [(Stretch(SINCE, NOW), NO_LINE)], f"{NO_HOUR}: {NO_LINE}."),
        ([], [(Stretch(SINCE, NOW), OFF)], f"{NO_HOUR}: {OFF}."),
        ([], [(Stretch(SINCE, NOW), CUT)], f"{NO_HOUR}: {CUT}."),
    ],
)
def test_beside_what_the_log_proves_nobody_says_that_it_was_not_read(
    covered: list[Stretch], holes: list[tuple[Stretch, str]], why: str
) -> None:
    reason = judged(logged((fallback(), met()), covered=covered, holes=holes)).reason
    assert reason == f"{LOST} Its log {why}"


def test_of_a_log_that_was_silent_nobody_says_that_it_was_not_read() -> None:
    silent = judged(logged(covered=[], holes=[(Stretch(SINCE, NOW), NO_LINE)]))
    assert silent.status is Status.NOT_OBSERVED
    assert silent.reason.startswith(f"Its log {NO_HOUR}: {NO_LINE}. Whether")
    before = judged(logged(covered=[], holes=[(Stretch(SINCE - DAY, SINCE), NO_LINE), MADE]))
    assert before.reason.startswith("Its log was not read: its log group was made on 2026-11-24. Whether")


def test_the_day_since_when_it_is_covered_is_no_news() -> None:
    keeps = (Stretch(SINCE, NOW - 3 * DAY), "its log group keeps 3 days")
    one, next_day = (
        judged(logged((fallback(), met()), covered=[Stretch(NOW - days * DAY, NOW)], holes=[keeps]))
        for days in (3, 2)
    )
    assert one.reason != next_day.reason
    assert one.digest() == next_day.digest()


def test_what_could_not_be_understood_or_kept_is_no_pass() -> None:
    unread = judged(logged(unread={"it was cut": NOW - 34 * DAY, "a language": NOW, "a zone": NOW - 35 * DAY}))
    assert (unread.status.value, unread.reason) == (
        "INFORMATIONAL",
        (
            f"As far as its log was read, {NONE}. Its log has lines that may tell of clients and were not "
            "understood; of such a line: a language; it was cut."
        ),
    )
    foreign = says(
        "lost-encryption", evidence(database(settings=having(lc_messages="zh_CN.UTF-8")), logged=logged())
    )
    assert (foreign.status.value, foreign.reason) == (
        "INFORMATIONAL",
        (
            f"As far as its log was read, {NONE}. The server writes its log in the language of lc_messages, "
            "zh_CN.UTF-8, and tlscheck understands English alone."
        ),
    )


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            LeftOut.FALLBACKS,
            (
                "More came in without TLS after an alert than are kept (100), or their lines came too late to be "
                "told apart: the log group has the others."
            ),
        ),
        (
            LeftOut.COUNTED,
            (
                "Where connections are so many that Logs Insights only counts them by the hour, an address "
                "refused the certificate and came in without TLS around the same hour; whether it did so within "
                "seconds, a count does not tell: see that address's lines in the log group."
            ),
        ),
        (LeftOut.REFUSALS, ""),
    ],
)
def test_what_is_left_out_is_said_as_long_as_it_counts(what: LeftOut, said: str) -> None:
    left_out = judged(logged(left_out={what: NOW - 34 * DAY}))
    assert left_out.reason == (
        f"As far as its log was read, {NONE}. {said}" if said else f"In 35 days of its log, {NONE}."
    )
    assert judged(logged(left_out={what: NOW - 35 * DAY})).status is Status.PASSED


def test_a_member_of_a_cluster_is_judged_by_its_own_log() -> None:
    known = evidence(member(force_ssl=NOT_ENFORCED), logged=logged((fallback(), met())))
    assert says("lost-encryption", known).status is Status.FAILED


def test_whom_it_names_is_to_be_fixed_first() -> None:
    known = evidence(database(force_ssl=NOT_ENFORCED), logged=logged((fallback(), met())))
    verdict = ready(known)
    assert verdict.verdict is Verdict.FIX_CLIENTS
    assert verdict.reason.startswith("1 client came in without TLS within seconds of an alert")


def test_where_the_server_refuses_plaintext_nobody_goes_on_without_tls() -> None:
    finding = says("lost-encryption", evidence(database(), logged=logged((fallback(), met()))))
    assert (finding.status, finding.next_step) == (Status.INFORMATIONAL, "")
    assert finding.reason == (
        'Not counted, as the server refuses connections without TLS: "billing-cron" as "billing" in "orders" from '
        "10.0.1.7, last seen without TLS on 2026-11-22. It came in before that, or somebody who was refused "
        "made the line up. What comes so now fails (see refusing-clients)."
    )


def test_a_log_that_is_not_read_keeps_no_database_from_being_clear() -> None:
    assert ready(evidence()).verdict is Verdict.CLEAR
