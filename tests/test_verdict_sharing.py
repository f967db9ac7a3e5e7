"""What is read of others on a parameter group before a change of it is advised, and when."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import Beside
from tlscheck.inventory.sharing import SharedGroup, Sharer
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.in_hand import InHand
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import ReadCallers, Step
from tlscheck.wire.observation import LookOutcome, Observation

from tests.examples import ACCOUNT, ENFORCED, KEY, NOT_ENFORCED, NOW, database, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import DAY, cluster_in_hand, empty_table, full, judged, played, sample
from tests.verdicts import having

CRM_KEY = f"aws:{ACCOUNT}:us-east-1:db-CRM"
CRM = database(
    arn=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:crm",
    identifier="crm",
    resource_id="db-CRM",
    force_ssl=NOT_ENFORCED,
)
LOOSE = database(force_ssl=NOT_ENFORCED)
GROUP = SharedGroup((Sharer("crm", {"crm": CRM_KEY}), Sharer("orders-prod", {"orders-prod": KEY})))
ERP = observation(look=look(sessions("erp", tls=False)))
AT_CRM = (
    'Move to TLS first: at crm, "erp" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24. '
)
NOT_KNOWN = "Not known is who connects without TLS to crm: open that first (see their not-observed)."


def asked(table: MemoryTable, hand: InHand) -> tuple[list[tuple[str, ...]], Judgement]:
    """The keys that are read at once, and the judgement."""
    found: list[tuple[str, ...]] = []

    def note(step: Step) -> None:
        if isinstance(step, ReadCallers):
            found.append(step.keys)

    judgement = played(table, remember(hand), note)
    assert judgement
    return found, judgement


def step(judgement: Judgement, check: CheckId = CheckId.FORCE_SSL) -> tuple[str, tuple[str, ...]]:
    (finding,) = (each.finding for each in judgement.findings if each.finding.check is check)
    return finding.next_step, finding.commands


def test_others_on_the_group_are_read_once_where_a_step_would_change_it() -> None:
    table = empty_table()
    judged(table, full(NOW, ERP, CRM))
    keys, judgement = asked(table, full(NOW, of=LOOSE, group=GROUP))
    assert keys == [(CRM_KEY, KEY)]
    words, commands = step(judgement)
    assert words.startswith(AT_CRM)
    assert commands


@pytest.mark.parametrize(
    ("of", "seen"),
    [
        (database(force_ssl=ENFORCED), observation()),
        (database(force_ssl=replace(NOT_ENFORCED, parameter_group="default.postgres17")), observation()),
        # There is no command as long as it is not known who connects here.
        (LOOSE, observation(look=look(outcome=LookOutcome.FAILED))),
    ],
)
def test_nobody_else_is_read_where_no_step_would_change_the_group(of: Database, seen: Observation) -> None:
    assert asked(empty_table(), full(NOW, seen, of, group=GROUP))[0] == []


def test_nobody_is_read_where_nobody_shares_the_group() -> None:
    assert asked(empty_table(), full(NOW, of=LOOSE))[0] == []


def crm_as(**changes: Any) -> tuple[str, tuple[str, ...]]:
    """The step of orders-prod where the findings of crm lie in the table so."""
    table = empty_table()
    judged(table, full(NOW, ERP, CRM))
    for sort, row in list(table.rows[CRM_KEY].items()):
        if sort.startswith("finding#"):
            table.rows[CRM_KEY][sort] = replace(row, noun=replace(row.noun, **changes))
    return step(asked(table, full(NOW, of=LOOSE, group=GROUP))[1])


@pytest.mark.parametrize(
    ("changes", "is_named"),
    [
        # As an earlier version stored it.
        ({"callers": None}, False),
        # It is gone, or excluded by now.
        ({"archived_at": NOW}, False),
        # What stands was seen once, and could not be looked at again.
        ({"not_observed_since": NOW}, True),
    ],
)
def test_what_the_table_does_not_know_of_another_is_not_known(changes: Mapping[str, Any], is_named: bool) -> None:
    words, commands = crm_as(**changes)
    assert commands == ()
    assert NOT_KNOWN in words
    assert words.startswith(AT_CRM) is is_named


def test_one_that_nobody_looked_at_yet_is_not_known_and_the_next_sweep_knows_it() -> None:
    table = empty_table()
    words, commands = step(asked(table, full(NOW, of=LOOSE, group=GROUP))[1])
    assert (NOT_KNOWN in words, commands) == (True, ())
    judged(table, full(NOW, ERP, CRM))
    words, commands = step(asked(table, full(NOW + DAY, of=LOOSE, group=GROUP))[1])
    assert words.startswith(AT_CRM)
    assert commands


def test_one_that_this_sweep_judged_already_is_known_by_that() -> None:
    table = empty_table()
    crm = judged(table.copy(), full(NOW, ERP, CRM))
    words, _ = step(asked(table, full(NOW, of=LOOSE, group=GROUP, judged={CRM_KEY: crm.findings}))[1])
    assert words.startswith(AT_CRM)


def test_what_this_sweep_judged_goes_before_what_the_table_said_when_it_was_read() -> None:
    table = empty_table()
    judged(table, full(NOW, replace(observation(), arn=ERP.arn), CRM))
    crm = judged(table.copy(), full(NOW + DAY, ERP, CRM))
    hand = full(NOW + DAY, of=LOOSE, group=GROUP, judged={CRM_KEY: crm.findings})
    words, _ = step(asked(table, hand)[1])
    assert words.startswith(AT_CRM.replace("2026-11-24", "2026-11-25"))


def test_of_a_listing_that_asked_nobody_who_is_on_the_group_there_is_no_command() -> None:
    why = Gap("an earlier version", "it did not ask")
    of = replace(LOOSE, beside=Beside(gap=why))
    keys, judgement = asked(empty_table(), full(NOW, of=of))
    words, commands = step(judgement)
    assert "Who else is on orders-pg17 is not known (an earlier version: it did not ask)." in words
    assert (keys, commands) == ([], ())


def test_a_table_that_refuses_is_told_and_there_is_no_command() -> None:
    class Refusing(MemoryTable):
        def apply(self, step: Step) -> Any:
            if isinstance(step, ReadCallers):
                return Gap("dynamodb:BatchGetItem", "AccessDeniedException: no")
            return super().apply(step)

    table = Refusing(400 * DAY, NOW)
    words, commands = step(asked(table, full(NOW, of=LOOSE, group=GROUP))[1])
    assert "could not be read: dynamodb:BatchGetItem: AccessDeniedException: no." in words
    assert commands == ()


def test_a_sample_says_the_same_as_the_full_sweep_before_it() -> None:
    runs = observation(look=replace(look(), force_ssl=False))
    table = empty_table()
    judged(table, full(NOW, ERP, CRM))
    before = step(asked(table, full(NOW, runs, LOOSE, group=GROUP))[1])
    after = step(asked(table, sample(table, NOW + DAY / 96, runs, group=GROUP))[1])
    assert after == before


def test_who_comes_below_a_new_minimum_is_told_by_tls_clients() -> None:
    group = replace(sessions("legacy"), protocol="TLSv1.1")
    table = empty_table()
    judged(table, full(NOW, observation(look=look(group)), CRM))
    old = database(settings=having(ssl_min_protocol_version="TLSv1"))
    words, commands = step(asked(table, full(NOW, of=old, group=GROUP))[1], CheckId.TLS_VERSIONS)
    assert words.startswith(
        'Move to TLSv1.2 or newer first: at crm, "legacy" as "orders" in "orders" from 10.0.1.5, '
    )
    assert commands


def test_a_cluster_names_its_members_clients_by_this_sweeps_judgement_of_them() -> None:
    from tests.examples import cluster, member  # noqa: PLC0415 - of this test alone

    table = empty_table()
    one = judged(table, full(NOW, replace(ERP, arn=member().arn), member(force_ssl=NOT_ENFORCED)))
    hand = cluster_in_hand(NOW, cluster(force_ssl=NOT_ENFORCED), {"ledger-1": one})
    hand = replace(hand, members={"ledger-1": replace(hand.members["ledger-1"], findings=one.findings)})
    words, commands = step(judged(table, hand))
    assert words.startswith(
        'Move to TLS first: at ledger-1, "erp" as "orders" in "orders" from 10.0.1.5, last seen '
    )
    assert commands
