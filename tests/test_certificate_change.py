"""What a server's log says of every driver and mode, before and after a real change of its certificate, is true.

The truth is what the server itself saw of each session while it was open, and whether each was let in.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.tally import Tally
from tlscheck.log.event import Connected, Rejected, Rejection
from tlscheck.log.lines import events
from tlscheck.verdict.check import Status

from tests.certificate_change import HERE, Run, Way, run, ways
from tests.driver_workers import Worker
from tests.examples import NOT_ENFORCED, database, evidence, observation
from tests.local_aws.fleet.clients import Driver
from tests.local_aws.fleet.installations import installations
from tests.verdicts import says

RDS = "%t:%r:%u@%d:[%p]:"
"""The log_line_prefix that RDS sets, and so do these servers."""

MAJORS = [name for name in installations() if name in {"10", "13", "18", "default"}]
"""Of the kinds of lines that there are: without names of applications, with them, and with authentication."""

SILENT = (Driver.ASYNCPG, Worker.NODE_POSTGRES)
"""They only break off where they refuse a certificate."""


@pytest.fixture(scope="module", params=MAJORS)
def change(request: pytest.FixtureRequest) -> Run:
    """Every way's tries at a server of this version."""
    return run(installations()[request.param])


def said(change: Run) -> Iterator[Connected | Rejected]:
    """What the log says of all but those who look at it."""
    own = {each.address for each in change.fared}
    for event in events(change.log.splitlines(), RDS):
        assert isinstance(event, Connected | Rejected), event
        if event.origin.address in own:
            yield event


def connected(change: Run, *, after: bool) -> dict[str, list[bool]]:
    """By address, whether each of its connections had TLS."""
    found: dict[str, list[bool]] = {}
    for event in said(change):
        if isinstance(event, Connected) and (event.origin.at > change.changed) == after:
            found.setdefault(event.origin.address, []).append(event.protocol is not None)
    return found


def rejections(change: Run) -> dict[str, Rejection]:
    return {event.origin.address: event.rejection for event in said(change) if isinstance(event, Rejected)}


def addresses(change: Run, *wanted: Way) -> set[str]:
    return {each.address for each in change.fared if each.way in wanted}


def breaking_off(change: Run) -> set[str]:
    """Whoever refuses without a word."""
    return addresses(change, *(way for way in ways() if way.driver in SILENT and way.roots == "old"))


def fallen(change: Run) -> set[str]:
    """Whoever goes on without TLS."""
    return addresses(change, *(way for way in ways() if way.mode == "prefer" and way.roots == "old"))


def test_ways_fare_as_libpq_and_the_others_are_known_to(change: Run) -> None:
    """Otherwise nothing below would be a test."""
    for each in change.fared:
        way = each.way
        assert each.before == (way.mode not in {"disable", "allow"}), way
        refuses = way.verifies and way.roots == "old" and each.before
        assert each.after == ((False if way.mode == "prefer" else None) if refuses else each.before), way
    assert {way.mode for way in ways() if way.driver is Driver.PSYCOPG} == {
        *("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
    }
    assert {way.driver for way in ways()} >= {Worker.PGJDBC, *HERE}
    assert len(fallen(change)) == 1 + (Driver.PSQL in HERE)


def test_who_came_with_tls_and_who_without_is_said_truly(change: Run) -> None:
    for after in (False, True):
        fared = {each.address: each.after if after else each.before for each in change.fared}
        assert connected(change, after=after) == {who: [tls] for who, tls in fared.items() if tls is not None}


def test_nobody_refuses_before_and_an_alert_is_of_who_verifies(change: Run) -> None:
    for event in said(change):
        if isinstance(event, Rejected):
            assert event.origin.at > change.changed, event
    alerts = {who for who, rejection in rejections(change).items() if rejection.is_alert}
    stale = addresses(change, *(way for way in ways() if way.verifies and way.roots == "old"))
    # It never comes to TLS where plaintext is let in.
    stale -= addresses(change, Way(Driver.PSYCOPG, "allow", "old"))
    assert alerts == stale - breaking_off(change)
    (java,) = addresses(change, Way(Worker.PGJDBC, "verify-ca", "old"))
    told = dict.fromkeys(alerts, Rejection.UNKNOWN_CA) | {java: Rejection.CERTIFICATE_UNKNOWN}
    assert {who: rejections(change)[who] for who in alerts} == told


def test_what_a_driver_does_not_say_is_a_hint_and_no_proof(change: Run) -> None:
    hints = {who: rejections(change)[who] for who in breaking_off(change)}
    assert hints == dict.fromkeys(breaking_off(change), Rejection.END_OF_FILE)
    assert not Rejection.END_OF_FILE.is_alert


def test_of_who_goes_on_with_tls_nobody_can_tell_whether_he_verifies(change: Run) -> None:
    """With the new root and without any, the lines are the same but for where they are from."""
    verifying = addresses(change, *(way for way in ways() if way.verifies and way.roots == "both"))
    lax = addresses(change, *(way for way in ways() if way.mode == "require" and not way.roots))
    for after in (False, True):
        found = connected(change, after=after)
        # libpq's allow does not begin with TLS
        assert {tuple(found[who]) for who in lax} == {(True,)} <= {tuple(found[who]) for who in verifying}
    assert not (verifying | lax) & rejections(change).keys()


def test_what_the_log_adds_up_to_is_true(change: Run) -> None:
    """By address: who came how, who refused, and who came back without TLS; nothing is said of anybody else."""
    tally = Tally("arn:db", Stretch(change.began, change.ended))
    tally.add(said(change))
    reading = tally.reading([Stretch(change.began, change.ended)])
    for has_tls in (True, False):
        traces = [each.logged_tls if has_tls else each.logged_plaintext for each in reading.clients]
        met = {address for trace in traces if trace for address in trace.addresses}
        assert met == {each.address for each in change.fared if has_tls in (each.before, each.after)}
    assert {address for _, address in reading.logged.rejections} == rejections(change).keys()
    assert {(each.address, each.user, each.database) for each in reading.logged.fallbacks} == {
        (who, "orders_app", "postgres") for who in fallen(change)
    }
    assert not reading.logged.unread


def test_what_is_judged_of_each_is_true_and_what_cannot_be_known_is_not_said(change: Run) -> None:
    span = Stretch(change.began, change.ended)
    tally = Tally("arn:db", span)
    tally.add(said(change))
    reading = tally.reading([span])
    open_to_all = database(force_ssl=NOT_ENFORCED)
    # What came last may be on its way: it is judged once the hour has passed.
    at = change.ended + timedelta(hours=2)
    known = replace(evidence(open_to_all, observation(), reading.clients, logged=reading.logged), at=at)
    lost, refusing = says("lost-encryption", known), says("refusing-clients", known)
    assert (lost.status, named(lost.reason)) == (Status.FAILED, fallen(change))
    proven = {who for who, rejection in rejections(change).items() if rejection.is_alert}
    # It spells some of them out, and counts all.
    assert (refusing.status, named(refusing.reason) - proven) == (Status.FAILED, set())
    assert refusing.reason.startswith(f"{len(proven)} addresses refuse the server's certificate: ")
    # of those who only broke off nothing is claimed
    assert breaking_off(change).isdisjoint(proven)
    assert says("plaintext-clients", known).status is Status.FAILED
    with_tls = says("tls-clients", known)
    assert with_tls.status is Status.INFORMATIONAL
    assert with_tls.reason.endswith("Whether they verify the server cannot be seen.")


def named(reason: str) -> set[str]:
    """The clients' addresses in it."""
    return set(re.findall(r"10\.\d+\.0\.7", reason))


def test_who_fell_back_is_in_the_log_twice(change: Run) -> None:
    for fell in fallen(change):
        found = [event for event in said(change) if event.origin.address == fell]
        assert [type(event) for event in found] == [Connected, Rejected, Connected]
        rejected, back = found[1:]
        assert (back.origin.at - rejected.origin.at).total_seconds() <= 2
        assert rejected.origin.port != back.origin.port
