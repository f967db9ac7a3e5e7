"""A name that passed to another database, and a member that is gone: were their clients seen here yet?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.former import Predecessor
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client, Sort, Who
from tlscheck.verdict.evidence import Evidence, Past
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import (
    NOT_ENFORCED,
    NOW,
    client,
    cluster,
    database,
    evidence,
    look,
    member,
    observation,
    plaintext_client,
    proxy,
    trace,
    who,
)
from tests.verdicts import findings, ready, says

DAY = timedelta(days=1)
UNTIL = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
OLD = Predecessor("aws:111122223333:us-east-1:db-OLD", "orders-prod", "db-OLD", UNTIL)
MEMBER = Predecessor("aws:111122223333:us-east-1:db-LEDGER2", "ledger-2", "db-LEDGER2", UNTIL)
THERE = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
"""When they were seen at the predecessor last."""

BEFORE = (
    "Until 2026-11-02 (db-OLD, then under this name) 1 client was seen without TLS, and not here yet: "
    '"billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-01.'
)
STEP = (
    "See that each of those clients comes here with TLS. One that is gone stands in the way for 35 days after it "
    "was last seen without."
)


def known(
    *here: Client, of: Database | None = None, before: Predecessor = OLD, there: tuple[Client, ...]
) -> Evidence:
    old = tuple(replace(each, who=replace(each.who, key=before.key)) for each in there)
    return evidence(of, clients=here, past=(Past(before, old),))


def plaintext(of: Evidence) -> Finding:
    return says("plaintext-clients", of)


def test_a_predecessors_client_without_tls_keeps_its_successor_from_clear() -> None:
    of = known(there=(plaintext_client(last_plaintext=THERE),))
    found = plaintext(of)
    assert found.status == "NOT_OBSERVED"
    assert (
        found.reason
        == f"No client that counts was seen without TLS, but not everybody can have been seen. {BEFORE}"
    )
    assert found.told_step == STEP
    assert says("not-observed", of).reason == (
        "Not looked at: clients: 1 client of its predecessors may still come (see plaintext-clients)."
    )
    verdict = ready(of)
    assert verdict.verdict is Verdict.NOT_OBSERVED
    assert "may still come" in verdict.reason


@pytest.mark.parametrize("here", [client("billing-cron"), client("billing-cron", last_tls=THERE)])
def test_it_is_clear_once_that_client_was_seen_here(here: Client) -> None:
    of = known(here, there=(plaintext_client(last_plaintext=THERE),))
    assert plaintext(of).status == "PASSED"
    assert "Before" not in plaintext(of).reason
    assert ready(of).verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    ("age", "status"), [(35 * DAY - timedelta(hours=1), "NOT_OBSERVED"), (35 * DAY, "PASSED")]
)
def test_it_stands_in_the_way_for_35_days_and_is_told_for_longer(age: timedelta, status: str) -> None:
    found = plaintext(known(there=(plaintext_client(last_plaintext=NOW - age),)))
    assert found.status == status
    assert " and not here yet: " in found.reason


def test_one_that_had_moved_to_tls_there_is_but_to_be_asked() -> None:
    moved = client("billing-cron", last_tls=THERE, last_plaintext=THERE - 20 * DAY)
    of = known(there=(moved,))
    assert plaintext(of).status == "PASSED"
    assert says("tls-clients", of).reason == (
        "No client was seen with TLS so far. Until 2026-11-02 (db-OLD, then under this name) 1 client was seen "
        'with TLS, and not here yet: "billing-cron" as "orders" in "orders" from 10.0.1.5, last seen with TLS on '
        "2026-11-01."
    )


def test_the_clients_of_its_own_without_tls_come_first() -> None:
    found = plaintext(known(plaintext_client("own"), there=(plaintext_client(last_plaintext=THERE),)))
    assert found.status == "FAILED"
    assert found.reason == (
        '1 client was seen without TLS: "own" as "orders" in "orders" from 10.0.1.5, last seen without TLS on '
        f"2026-11-24. {BEFORE}"
    )


def test_it_is_told_where_nobody_could_look() -> None:
    of = known(there=(plaintext_client(last_plaintext=THERE),))
    blind = replace(
        of, observation=observation(look=look(outcome=of.observation.look.outcome.FAILED, detail="lost"))
    )
    assert plaintext(blind).status == "NOT_OBSERVED"
    assert plaintext(blind).reason == f"Who is connected was not seen: lost. {BEFORE}"


FOLDED = who("report-#", sort=Sort.FOLD)


@pytest.mark.parametrize(
    ("here", "is_awaited"),
    [
        # Of a name that was folded here it is known which ones it stands for.
        (client(who=FOLDED, tls=trace(NOW, spellings=frozenset({who("report-12").spelling()}))), False),
        (client(who=FOLDED, tls=trace(NOW, spellings=frozenset({who("report-13").spelling()}))), True),
        (client(who=FOLDED, plaintext=trace(NOW, spellings=frozenset({who("report-12").spelling()}))), False),
        (client("report-13"), True),
        (client(who=who("report-12", user="other")), True),
        (client(who=who("report-12", name="other")), True),
    ],
)
def test_a_client_was_seen_here_only_under_its_own_names(here: Client, is_awaited: bool) -> None:
    found = plaintext(known(here, there=(plaintext_client("report-12", last_plaintext=THERE),)))
    assert ("and not here yet" in found.reason) == is_awaited


def test_many_names_that_were_folded_there_are_awaited_as_such() -> None:
    digests = frozenset(f"{number:010x}" for number in range(21))
    there = plaintext_client(who=FOLDED, plaintext=trace(THERE, spellings=digests))
    for spelt in ("report-1", "report-#"):
        assert plaintext(known(client(spelt), there=(there,))).status == "NOT_OBSERVED"
    assert '"report-#" as "orders" in "orders" (20 names or more) from' in plaintext(known(there=(there,))).reason
    assert (
        plaintext(known(client(who=FOLDED, tls=trace(NOW, spellings=digests)), there=(there,))).status == "PASSED"
    )


def test_others_of_before_are_awaited_without_a_name() -> None:
    others = plaintext_client(who=Who(OLD.key, "", "app", "", Sort.OTHERS_OF_USER), last_plaintext=THERE)
    of = known(there=(others,))
    assert (
        "(db-OLD, then under this name) others, beyond those that are kept by name, were seen without TLS, and "
        'not here yet: others as "app" (1 name or more), last seen without TLS on 2026-11-01.'
    ) in plaintext(of).reason
    assert "clients of its predecessors may still come" in says("not-observed", of).reason


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (OLD, "(db-OLD, then under this name)"),
        (replace(OLD, resource_id=Gap("rds:X", "it named none")), "(orders-prod, then under this name)"),
        (replace(OLD, identifier="orders-blue"), "(db-OLD, then orders-blue)"),
    ],
)
def test_a_predecessor_is_told_by_its_id_and_the_name_that_it_had(before: Predecessor, told: str) -> None:
    reason = plaintext(known(before=before, there=(plaintext_client(last_plaintext=THERE),))).reason
    assert f" Until 2026-11-02 {told} 1 client was " in reason


def test_each_predecessor_is_told_by_itself_the_newest_first() -> None:
    older = replace(OLD, key="older", resource_id="db-OLDER", until=UNTIL - 9 * DAY)
    one = known(there=(plaintext_client("a", last_plaintext=THERE),)).past
    other = known(before=older, there=(plaintext_client("b", last_plaintext=THERE - 9 * DAY),)).past
    reason = plaintext(evidence(past=(*one, *other))).reason
    assert reason.index("Until 2026-11-02 (db-OLD,") < reason.index("Until 2026-10-24 (db-OLDER,")


def of_cluster(*others: Client, there: Client) -> Evidence:
    return replace(known(of=cluster(), before=MEMBER, there=(there,)), member_clients=others)


def test_a_member_that_is_gone_leaves_its_clients_to_its_cluster() -> None:
    of = of_cluster(there=plaintext_client(last_plaintext=THERE))
    found = plaintext(of)
    assert (found.status, found.told_step) == ("NOT_OBSERVED", STEP)
    assert found.reason == (
        "Until 2026-11-02 (ledger-2, a member that is gone) 1 client was seen without TLS, and not here yet: "
        '"billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-01.'
    )
    assert ready(of).verdict is Verdict.NOT_OBSERVED


def test_a_client_of_a_member_that_is_gone_may_come_to_any_other() -> None:
    of = of_cluster(client("billing-cron"), there=plaintext_client(last_plaintext=THERE))
    found = plaintext(of)
    assert (found.status, found.told_step) == ("INFORMATIONAL", "")
    assert found.reason == (
        "Its clients are its members'. Whoever came without TLS to what is gone was seen here since, or did so "
        "more than 35 days ago."
    )
    assert ready(of).verdict is Verdict.CLEAR


def test_a_cluster_whose_memory_could_not_be_read_back_does_not_say_that_all_were_seen() -> None:
    of = of_cluster(client("billing-cron"), there=plaintext_client(last_plaintext=THERE))
    found = plaintext(replace(of, unreadable=(Gap("client#0123", "no such sort"),)))
    assert (found.status, found.reason) == (
        "NOT_OBSERVED",
        "Not all that is remembered of it could be read back: client#0123: no such sort.",
    )


def test_a_proxy_says_nothing_of_clients_whatever_was_before_it() -> None:
    of = known(of=proxy(), there=(plaintext_client(last_plaintext=THERE),))
    assert [each.check.value for each in findings(of)] == ["proxy-tls", "not-observed"]


def test_a_cluster_that_lost_no_member_says_nothing_of_clients() -> None:
    assert "plaintext-clients" not in {each.check for each in findings(evidence(cluster()))}
    assert "plaintext-clients" in {each.check for each in findings(evidence(member()))}


def test_an_upgrade_that_enforces_tls_would_cut_off_the_clients_of_before() -> None:
    loose = replace(NOT_ENFORCED, parameter_group="default.postgres14")
    of = known(
        of=database(engine_version="14.9", force_ssl=loose), there=(plaintext_client(last_plaintext=THERE),)
    )
    assert says("upgrade-enforces-tls", of).reason.endswith(
        " It would cut off clients that plaintext-clients names, if they come."
    )


def test_enforcing_tls_is_not_advised_before_the_clients_of_before_have_moved() -> None:
    of = known(of=database(force_ssl=NOT_ENFORCED), there=(plaintext_client(last_plaintext=THERE),))
    assert says("force-ssl", of).told_step.startswith(
        'Move to TLS first: "billing-cron" as "orders" in "orders" from '
    )


def test_more_predecessors_than_are_remembered_keep_it_from_clear_as_long_as_they_may_matter() -> None:
    beyond = (
        "So many others had its name, or were its members, that those until 2026-11-02 are not remembered "
        "with it, nor who connected to them."
    )
    of = evidence(database(predecessors_beyond=UNTIL))
    assert (plaintext(of).status, plaintext(of).reason) == (
        "NOT_OBSERVED",
        f"No client that counts was seen without TLS, but not everybody can have been seen. {beyond}",
    )
    assert plaintext(of).told_step == "Nothing: 35 days after that day they stand aside."
    assert says("not-observed", of).reason == f"Not looked at: clients: s{beyond[1:]}"
    assert ready(of).verdict is Verdict.NOT_OBSERVED
    gone = evidence(cluster(predecessors_beyond=UNTIL))
    assert (plaintext(gone).status, plaintext(gone).reason) == ("NOT_OBSERVED", beyond)
    assert ready(gone).verdict is Verdict.NOT_OBSERVED
    assert ready(evidence(database(predecessors_beyond=NOW - 36 * DAY))).verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    "here",
    [
        client("billing-cron", last_tls=NOW - 300 * DAY),
        client("billing-cron", last_tls=THERE - timedelta(hours=1)),
        # Another machine says nothing of that one.
        client("billing-cron", address="10.0.9.9"),
    ],
)
@pytest.mark.parametrize("of_member", [False, True])
def test_one_that_was_here_before_or_from_another_address_is_awaited_all_the_same(
    here: Client, of_member: bool
) -> None:
    there = plaintext_client(last_plaintext=THERE)
    of = of_cluster(here, there=there) if of_member else known(here, there=(there,))
    assert plaintext(of).status == "NOT_OBSERVED"
    assert plaintext(of).reason.endswith(
        '1 client was seen without TLS, and not here since from the same address: "billing-cron" as "orders" in '
        '"orders" from 10.0.1.5, last seen without TLS on 2026-11-01.'
    )
    assert ready(of).verdict is Verdict.NOT_OBSERVED


def test_of_several_addresses_those_are_told_from_which_it_was_not_seen_here() -> None:
    there = plaintext_client(plaintext=trace(THERE, ["10.0.1.5", "10.0.1.7"]))
    assert "from 10.0.1.7, last seen" in plaintext(known(client("billing-cron"), there=(there,))).reason
    both = client("billing-cron", tls=trace(NOW, ["10.0.1.5", "10.0.1.7"]))
    assert plaintext(known(both, there=(there,))).status == "PASSED"


def test_from_an_address_that_is_not_kept_any_time_here_since_is_one() -> None:
    there = plaintext_client(plaintext=trace(THERE, [], elsewhere=THERE))
    assert plaintext(known(there=(there,))).status == "NOT_OBSERVED"
    assert plaintext(known(client("billing-cron", last_tls=THERE - DAY), there=(there,))).status == "NOT_OBSERVED"
    assert plaintext(known(client("billing-cron", address="10.0.9.9"), there=(there,))).status == "PASSED"


def test_who_began_when_the_name_was_anothers_came_by_another_name() -> None:
    late = plaintext_client(plaintext=trace(NOW, first=UNTIL + timedelta(hours=1)))
    assert plaintext(known(there=(late,))).reason.endswith("and none was seen.")
    later_with_tls = replace(late, tls=late.plaintext, plaintext=trace(THERE))
    assert says("tls-clients", known(there=(later_with_tls,))).reason == "No client was seen with TLS so far."
    assert plaintext(known(there=(later_with_tls,))).status == "NOT_OBSERVED"


def test_one_that_lives_on_is_not_said_to_have_been_seen_until_it_lost_the_name() -> None:
    on = (plaintext_client(plaintext=trace(NOW, first=THERE)),)
    seen = (
        '1 client was seen without TLS, and not here yet: "billing-cron" as "orders" in "orders" from 10.0.1.5, '
        "last seen without TLS on 2026-11-24."
    )
    assert plaintext(known(there=on)).reason.endswith(f"At db-OLD, under this name until 2026-11-02, {seen}")
    of = known(of=cluster(), before=MEMBER, there=on)
    assert plaintext(of).reason == f"At ledger-2, a member until 2026-11-02, {seen}"


def test_others_of_a_member_that_is_gone_are_never_taken_for_others_who_come_to_the_rest() -> None:
    others = plaintext_client(who=Who(MEMBER.key, "", "", "", Sort.OTHERS), last_plaintext=THERE)
    here = client(who=who("", "", "", Sort.OTHERS))
    of = known(of=cluster(), before=MEMBER, there=(others,))
    finding = plaintext(replace(of, member_clients=(here,)))
    assert finding.status == "NOT_OBSERVED"
    assert ": others (1 name or more), last seen without TLS on 2026-11-01." in finding.reason
