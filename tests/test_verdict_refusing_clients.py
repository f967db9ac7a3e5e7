"""Who refuses the server's certificate, or is refused, by its log: proof, hints, and what neither is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.ledger.client import Client
from tlscheck.ledger.logged import LockedOut, Logged, Met, Stretch
from tlscheck.log.event import Rejection
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import NOT_ENFORCED, NOW, client, database, evidence, member, trace, who
from tests.logged import DAY, logged, met
from tests.verdicts import ready, says

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
RECENT = met(NOW - 2 * HOUR)
NONE = "no client told the server that it refuses its certificate, nor was one refused as it came without TLS"
UNTOLD = "Who finds another name in it (libpq's verify-full) leaves without a word in any log."
CLEARED = "It stops counting once a look saw TLS from there, or a day after the last time."
VERIFY = (
    "Ask the owners of who comes from there: give the client sslmode=verify-full and the Region's root"
    " certificates, and the name of the endpoint to connect to. Do not turn its verification off."
)
ENCRYPT = (
    "Give whoever is refused sslmode=verify-full and the Region's root certificates: TLS stays enforced. Names"
    " that nobody knows may be a stranger's."
)
ASK = (
    "With sslmode=prefer, its default, libpq comes without TLS once its login with TLS failed, by a wrong password"
    " for one; with allow always. Ask the owner whether it gets in, and give it sslmode=verify-full and the"
    " Region's root certificates."
)
BROKE_OFF = (
    "Only broke off since they came last, if ever, which a health check does too, and a client that refuses"
    " without saying so (Node.js, asyncpg): "
)


def judged(of: Logged | None = None, *clients: Client, **more: Any) -> Finding:
    return says("refusing-clients", evidence(None, None, clients, logged=of or Logged(), **more))


def alert(
    when: Met = RECENT, rejection: Rejection = Rejection.UNKNOWN_CA, address: str = "10.0.1.7"
) -> tuple[Rejection, str, Met]:
    return rejection, address, when


def locked_out(user: str = "billing", when: Met = RECENT, **changes: str) -> tuple[LockedOut, Met]:
    names = {"address": "10.0.1.7", "database": "orders"} | changes
    return LockedOut(user=user, **names), when


def told(finding: Finding) -> tuple[str, str, str]:
    assert not finding.commands
    return finding.status.value, finding.reason, finding.next_step


@pytest.mark.parametrize(
    ("rejection", "why"),
    [
        (Rejection.UNKNOWN_CA, "unknown ca: it does not hold the root of that certificate"),
        (Rejection.CERTIFICATE_EXPIRED, "certificate expired: that certificate had expired by its clock"),
        (
            Rejection.BAD_CERTIFICATE,
            "bad certificate: none of that certificate's names is the one that it connects to; of Go, anything",
        ),
        (
            Rejection.CERTIFICATE_UNKNOWN,
            "certificate unknown: Java's word for a root that it does not hold, and for one that expired",
        ),
        (Rejection.CERTIFICATE_REVOKED, "certificate revoked: it holds that certificate for revoked"),
        (
            Rejection.UNSUPPORTED_CERTIFICATE,
            "unsupported certificate: that certificate is of a kind that it does not take",
        ),
        (Rejection.DECRYPT_ERROR, "decrypt error: a signature did not verify"),
    ],
)
def test_an_alert_is_proof_and_says_what_the_client_lacks(rejection: Rejection, why: str) -> None:
    assert told(judged(logged(rejections=[alert(rejection=rejection)]))) == (
        "FAILED",
        f"1 address refuses the server's certificate: 10.0.1.7 ({why}), last refused on 2026-11-24.",
        f"{VERIFY} {CLEARED}",
    )


def test_who_comes_from_an_address_is_named_for_whom_to_ask() -> None:
    some = [client(name, address="10.0.1.7", last_tls=NOW - 9 * DAY) for name in ("api", "batch", "")]
    reason = judged(logged(rejections=[alert(met(NOW - 2 * HOUR, NOW - 3 * DAY))]), *some).reason
    assert reason.count(" came, first on 2026-11-21, last refused on 2026-11-24") == 1
    assert reason.count("; and 1 more came") == 1
    one = judged(logged(rejections=[alert()]), client("", address="10.0.1.7", last_tls=NOW - 9 * DAY)).reason
    assert one.endswith(
        ', from where a client without an application name as "orders" came, last refused on 2026-11-24.'
    )


@pytest.mark.parametrize("rejection", Rejection)
def test_whatever_a_stranger_says_is_judged(rejection: Rejection) -> None:
    """Any alert can be sent without a password; what the log has of it must cost no database its judgement."""
    assert judged(logged(rejections=[alert(rejection=rejection)])).status is not Status.NOT_OBSERVED


@pytest.mark.parametrize(("age", "status"), [(DAY, "FAILED"), (DAY + MOMENT, "INFORMATIONAL")])
def test_for_a_day_it_is_a_failure_and_then_it_is_told(age: timedelta, status: str) -> None:
    finding = judged(logged(rejections=[alert(met(NOW - age))]))
    assert finding.status == status
    assert ("Before the last day: 10.0.1.7 (unknown ca" in finding.reason) == (status == "INFORMATIONAL")


@pytest.mark.parametrize(("age", "status"), [(35 * DAY, "INFORMATIONAL"), (35 * DAY + MOMENT, "PASSED")])
def test_after_evidence_days_it_is_no_more(age: timedelta, status: str) -> None:
    assert judged(logged(rejections=[alert(met(NOW - age))])).status == status


def test_a_look_that_saw_tls_from_there_later_clears_it() -> None:
    finding = judged(logged(rejections=[alert()]), client("api", address="10.0.1.7", last_tls=NOW - HOUR))
    assert told(finding) == (
        "INFORMATIONAL",
        (
            f"In the last day, {NONE}. Not counted any more, as a look saw TLS from there since: 10.0.1.7 (unknown"
            ' ca: it does not hold the root of that certificate), from where "api" as "orders" came, last refused'
            " on 2026-11-24."
        ),
        "",
    )


@pytest.mark.parametrize(
    "other",
    [
        client(address="10.0.1.8", last_tls=NOW),
        client(address="10.0.1.7", last_tls=NOW - 2 * HOUR),
        client(address="10.0.1.7", last_tls=None, last_plaintext=NOW),
        Client(who(), None, None, trace(NOW, ("10.0.1.7",))),
    ],
    ids=["elsewhere", "at that moment", "without", "by log only"],
)
def test_nothing_else_clears_it(other: Client) -> None:
    assert judged(logged(rejections=[alert()]), other).status is Status.FAILED


def test_whom_enforcement_locks_out_is_named_and_known_names_fail() -> None:
    stranger = judged(logged(locked_out=[locked_out()]))
    assert told(stranger) == (
        "WARNING",
        (
            '1 client is refused as it comes without TLS: "billing" in "orders" from 10.0.1.7, last refused on'
            " 2026-11-24."
        ),
        f"{ENCRYPT} {CLEARED}",
    )
    known = client(who=who(user="billing"), last_tls=NOW - 9 * DAY)
    assert judged(logged(locked_out=[locked_out()]), known).status is Status.FAILED
    elsewhere = client(who=who(user="billing", name="ledger"), last_tls=NOW - 9 * DAY)
    assert judged(logged(locked_out=[locked_out()]), elsewhere).status is Status.WARNING


def test_who_came_with_tls_and_is_refused_without_may_have_failed_with_tls_for_another_reason() -> None:
    """libpq's default, as met at servers of 10 to 18: a wrong password with TLS, and then a try without."""
    names = who(user="billing")
    own = client(who=names, address="10.0.1.7", last_tls=NOW - 9 * DAY)
    assert told(judged(logged(locked_out=[locked_out()]), own)) == (
        "WARNING",
        (
            '1 client came with TLS before, and was refused without it: "billing" in "orders" from 10.0.1.7, last'
            " refused on 2026-11-24."
        ),
        f"{ASK} {CLEARED}",
    )
    by_log = Client(names, None, None, trace(NOW - 9 * DAY, ("10.0.1.7",)))
    assert judged(logged(locked_out=[locked_out()]), by_log).status is Status.WARNING
    elsewhere = client(who=names, address="10.0.1.8", last_tls=NOW - 9 * DAY)
    assert judged(logged(locked_out=[locked_out()]), elsewhere).status is Status.FAILED
    without = client("cron", address="10.0.1.8", last_tls=None, last_plaintext=NOW - 9 * DAY)
    without = replace(without, who=replace(names, application="cron"))
    assert judged(logged(locked_out=[locked_out()]), own, without).status is Status.FAILED
    older = judged(logged(locked_out=[locked_out(when=met(NOW - 3 * DAY))]), own)
    assert older.status is Status.INFORMATIONAL
    assert 'Before the last day: "billing" in "orders"' in older.reason


def test_one_that_is_locked_out_is_cleared_by_its_own_tls_alone() -> None:
    own = client(who=who(user="billing"), address="10.0.1.7", last_tls=NOW - HOUR)
    assert judged(logged(locked_out=[locked_out()]), own).status is Status.INFORMATIONAL
    another = client(who=who(user="orders"), address="10.0.1.7", last_tls=NOW - HOUR)
    assert judged(logged(locked_out=[locked_out()]), another).status is Status.WARNING


@pytest.mark.parametrize("user", ["tlscheck", "tlscheck-plaintext", "rdsadmin", "rdsproxyadmin", "rdsrepladmin"])
def test_our_own_tries_and_those_of_rds_are_nobody_s(user: str) -> None:
    assert judged(logged(locked_out=[locked_out(user)])).status is Status.PASSED


def test_the_probe_s_own_user_is_left_out_by_its_name() -> None:
    ours = evidence(user="checker", logged=logged(locked_out=[locked_out("checker")]))
    assert says("refusing-clients", ours).status is Status.PASSED
    theirs = evidence(user="checker", logged=logged(locked_out=[locked_out("tlscheck")]))
    assert says("refusing-clients", theirs).status is Status.WARNING


@pytest.mark.parametrize("how", [Rejection.END_OF_FILE, Rejection.RESET])
def test_who_came_with_tls_and_now_only_breaks_off_may_refuse_it(how: Rejection) -> None:
    finding = judged(
        logged(rejections=[alert(rejection=how)]), client("api", address="10.0.1.7", last_tls=NOW - 3 * HOUR)
    )
    assert told(finding) == (
        "WARNING",
        (
            "1 address may refuse it too: it came with TLS before, and now only breaks off: 10.0.1.7, from where"
            ' "api" as "orders" came, last broke off on 2026-11-24.'
        ),
        f"{VERIFY} {CLEARED}",
    )


@pytest.mark.parametrize(
    "side", [{"last_tls": NOW - 2 * HOUR}, {"last_tls": NOW}, {"last_tls": None, "last_plaintext": NOW}]
)
def test_who_comes_in_as_well_breaks_off_for_reasons_of_its_own(side: dict[str, Any]) -> None:
    of = client("api", address="10.0.1.7", **side)
    assert judged(logged(rejections=[alert(rejection=Rejection.END_OF_FILE)]), of).status is Status.PASSED


def test_who_came_in_by_the_log_breaks_off_for_reasons_of_its_own() -> None:
    of = Client(who(), None, None, trace(NOW - 2 * HOUR, ("10.0.1.7",)))
    assert judged(logged(rejections=[alert(rejection=Rejection.END_OF_FILE)]), of).status is Status.PASSED


def test_who_only_ever_breaks_off_is_told_as_what_it_may_be() -> None:
    both = [alert(rejection=Rejection.END_OF_FILE), alert(met(NOW - 9 * DAY), Rejection.RESET)]
    assert told(judged(logged(rejections=both))) == (
        "INFORMATIONAL",
        f"In the last day, {NONE}. {BROKE_OFF}10.0.1.7, first on 2026-11-15, last broke off on 2026-11-24.",
        "",
    )


def test_one_that_came_without_tls_alone_and_breaks_off_is_a_hint() -> None:
    of = client("api", address="10.0.1.7", last_tls=None, last_plaintext=NOW - 3 * HOUR)
    assert judged(logged(rejections=[alert(rejection=Rejection.RESET)]), of).status is Status.INFORMATIONAL


def test_one_that_came_with_tls_and_broke_off_long_ago_is_told() -> None:
    of = client("api", address="10.0.1.7", last_tls=NOW - 9 * DAY)
    finding = judged(logged(rejections=[alert(met(NOW - 2 * DAY), Rejection.RESET)]), of)
    assert finding.status is Status.INFORMATIONAL
    assert BROKE_OFF in finding.reason


def test_few_are_named_those_that_were_first_come_first_and_texts_are_harmless() -> None:
    many = [alert(met(NOW - at * HOUR), address=f"10.0.2.{at}") for at in range(1, 8)]
    spoilt = alert(met(NOW - MOMENT), Rejection.BAD_CERTIFICATE, "\x1b[31m" + "x" * 900)
    reason = judged(logged(rejections=[*many, spoilt])).reason
    assert reason.startswith("8 addresses refuse the server's certificate: 10.0.2.7 (unknown ca")
    assert [at for at in range(1, 8) if f"10.0.2.{at} " in reason] == [3, 4, 5, 6, 7]
    assert reason.endswith("; and 3 more.")
    assert judged(logged(rejections=[spoilt])).reason.isprintable()
    assert len(judged(logged(rejections=[spoilt])).reason) < 300


@pytest.mark.parametrize("rejection", [Rejection.UNKNOWN_CA, Rejection.END_OF_FILE])
def test_what_comes_again_every_day_is_told_once(rejection: Rejection) -> None:
    since = NOW - 3 * DAY
    before, again, other = (
        judged(logged(rejections=[alert(Met(first, last), rejection)]))
        for first, last in ((since, NOW - 20 * HOUR), (since, NOW - 2 * HOUR), (since - DAY, NOW - 2 * HOUR))
    )
    assert before.reason != again.reason
    assert before.digest() == again.digest() != other.digest()


def test_none_is_a_pass_only_where_the_log_covers_all_of_evidence_days() -> None:
    assert told(judged(logged())) == ("PASSED", f"In 35 days of its log, {NONE}. {UNTOLD}", "")
    part = judged(
        logged(covered=[Stretch(NOW - 3 * DAY, NOW)], holes=[(Stretch(NOW - 9 * DAY, NOW - 3 * DAY), "expired")])
    )
    assert told(part) == (
        "INFORMATIONAL",
        (
            f"In the last day, as far as its log was read, {NONE}. Its log covers nothing before 2026-11-21: "
            "expired."
        ),
        "",
    )
    assert told(judged()) == (
        "NOT_OBSERVED",
        "Its log was not read. Who refuses its certificate, or is refused, is not known.",
        "Let tlscheck read its log (see connection-log).",
    )


def test_a_member_is_judged_by_its_own_log_and_its_clients_are_to_be_fixed() -> None:
    known = evidence(member(), logged=logged(rejections=[alert()]))
    assert says("refusing-clients", known).status is Status.FAILED
    verdict = ready(evidence(logged=logged(rejections=[alert()])))
    assert verdict.verdict is Verdict.FIX_CLIENTS
    assert verdict.reason.startswith("1 address refuses the server's certificate")


def test_what_may_be_refused_is_mended_at_the_clients_and_not_at_the_database() -> None:
    """Names that nobody knows may be a stranger's, or of a client that is refused as it comes without TLS."""
    strange = logged(locked_out=[locked_out()])
    known = evidence(logged=strange)
    assert says("refusing-clients", known).status is Status.WARNING
    verdict = ready(known)
    assert verdict.verdict is Verdict.FIX_CLIENTS
    assert verdict.reason.startswith("1 client is refused as it comes without TLS")
    # What is the database's own goes before it, and names both.
    both = ready(evidence(database(force_ssl=NOT_ENFORCED), logged=strange))
    assert both.verdict is Verdict.FIX_DATABASE
    assert "1 client is refused as it comes without TLS" in both.reason
