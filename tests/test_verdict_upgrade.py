"""What an upgrade would turn on, for whom, and when: word for word, for each state that a database may be in.

Sources: ModifyDBInstance.EngineVersion (RDS API) for the groups that an upgrade takes; RDS User Guide, "Creating a
DB instance or a Multi-AZ DB cluster with Amazon RDS Extended Support" for what comes when standard support ends.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.lifecycle import Lifecycle
from tlscheck.verdict.checks import force_ssl, upgrade_enforces_tls
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.wire.observation import LookOutcome, Plaintext, PlaintextOutcome

from tests.examples import (
    ENFORCED,
    NOT_ENFORCED,
    NOW,
    UNKNOWN_ENFORCEMENT,
    cluster,
    database,
    evidence,
    look,
    observation,
    plaintext_client,
)

DAY = timedelta(days=1)
ACCEPTS = replace(observation(), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, ""))
REFUSES = replace(observation(), plaintext=Plaintext(PlaintextOutcome.REFUSED, ""))
BLIND = observation(look=look(outcome=LookOutcome.NOT_TRIED))

STEP = (
    "Before the upgrade move every client to TLS, then turn rds.force_ssl on yourself (see force-ssl). Where that"
    " takes longer, let the upgrade take a parameter group of your own, of the new version's family, into which"
    " rds.force_ssl=0 is written until they have moved."
)
STEP_BEFORE_THE_WINDOW = (
    "Before the upgrade move every client to TLS, then turn rds.force_ssl on yourself (see force-ssl). Where that"
    " takes longer, write rds.force_ssl=0 into the parameter group that the upgrade takes, or put the upgrade off,"
    " until they have moved."
)
UNLESS = "turns TLS enforcement on, unless rds.force_ssl=0 is written into the group that it takes:"
OWN = "orders-pg14 is of today's version alone, and in any new group from PostgreSQL 15 on rds.force_ssl is 1"
DEFAULT = "in the default groups from PostgreSQL 15 on rds.force_ssl is 1"
TABLE = "(by our table of versions)."
NOBODY = "No client without TLS is known; whether all were seen, its plaintext-clients says."
BILLING = '"billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24.'


def off(group: str = "orders-pg14", state: Enforcement = Enforcement.NOT_ENFORCED, **changes: Any) -> ForceSsl:
    """0 in this group, in effect unless the state says otherwise."""
    pending = state is not Enforcement.NOT_ENFORCED
    how = ", but changes of the group wait for a reboot of orders-prod" if pending else " (in-sync)"
    status = "pending-reboot" if pending else "in-sync"
    applied = (Applied("orders-prod", status),)
    reason = f"rds.force_ssl is 0 in {group}{how}"
    return replace(ForceSsl(state, group, reason, configured="0", applied=applied), **changes)


def of_14(group: str = "orders-pg14", **changes: Any) -> Database:
    return database(**{"engine_version": "14.18", "force_ssl": off(group)} | changes)


def judged(known: Evidence | Database) -> Finding:
    return upgrade_enforces_tls.judge(known if isinstance(known, Evidence) else evidence(known))


AFTER_REBOOT = off(state=Enforcement.NOT_ENFORCED_AFTER_REBOOT)
BY_UPGRADE = ForceSsl(
    *(Enforcement.UNKNOWN, "orders-pg17", "rds.force_ssl is 1 in orders-pg17, but the API says of the group: ..."),
    configured="1",
    applied=(Applied("orders-prod", "pending-database-upgrade"),),
)


@pytest.mark.parametrize(
    ("known", "status", "reason", "step"),
    [
        # Groups of one's own are the usual case: their 0 ends with their version.
        (of_14(), "INFORMATIONAL", f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} {NOBODY}", STEP),
        (
            of_14("default.postgres14"),
            "INFORMATIONAL",
            f"An upgrade to PostgreSQL 15 or later {UNLESS} {DEFAULT} {TABLE} {NOBODY}",
            STEP,
        ),
        # Of a version that forces by default a 0 is somebody's own, and the next version's group does not have it.
        (
            database(force_ssl=NOT_ENFORCED),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 18 or later {UNLESS} orders-pg17 is of today's version alone, and in"
                f" any new group from PostgreSQL 15 on rds.force_ssl is 1 {TABLE} {NOBODY}"
            ),
            STEP,
        ),
        (
            of_14(pending_version="17.4", maintenance_window="sun:04:00-sun:04:30"),
            "WARNING",
            (
                f"The upgrade to 17.4 that waits {UNLESS} {OWN} {TABLE} It comes in the maintenance window"
                f" sun:04:00-sun:04:30 (UTC), or before. {NOBODY}"
            ),
            STEP_BEFORE_THE_WINDOW,
        ),
        (
            evidence(of_14("default.postgres14", pending_version="15.2"), clients=[plaintext_client()]),
            "WARNING",
            f"The upgrade to 15.2 that waits {UNLESS} {DEFAULT} {TABLE} It would cut off {BILLING}",
            STEP_BEFORE_THE_WINDOW,
        ),
        # One that waits and forces nothing, and one that is no major upgrade.
        (
            evidence(of_14(engine_version="13.9", pending_version="14.2"), BLIND),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} That to 14.2, which waits, does not "
                f"by default. {NOBODY}"
            ),
            STEP,
        ),
        (
            database(force_ssl=NOT_ENFORCED, pending_version="17.5"),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 18 or later {UNLESS} orders-pg17 is of today's version alone, and in"
                f" any new group from PostgreSQL 15 on rds.force_ssl is 1 {TABLE} {NOBODY}"
            ),
            STEP,
        ),
        # A group that waits for a reboot: what holds today, of an unknown old group maybe, is not known.
        (
            of_14(force_ssl=AFTER_REBOOT),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} As to today: rds.force_ssl is 0 in"
                f" orders-pg14, but changes of the group wait for a reboot of orders-prod. {NOBODY}"
            ),
            STEP,
        ),
        (
            of_14(force_ssl=off("default.postgres14", Enforcement.NOT_ENFORCED_AFTER_REBOOT)),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 15 or later {UNLESS} {DEFAULT} {TABLE} As to today: rds.force_ssl is 0"
                f" in default.postgres14, but changes of the group wait for a reboot of orders-prod. {NOBODY}"
            ),
            STEP,
        ),
        (
            evidence(of_14(), REFUSES),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} As to today: the server refuses a"
                f" client without TLS; AWS's API: rds.force_ssl is 0 in orders-pg14 (in-sync). {NOBODY}"
            ),
            STEP,
        ),
        (
            of_14(
                force_ssl=replace(AFTER_REBOOT, enforcement=Enforcement.ENFORCED_AFTER_REBOOT, reason="1 in it")
            ),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} Any other reboot turns it on too: 1"
                f" in it. {NOBODY}"
            ),
            STEP,
        ),
        # What only our own table says.
        (
            of_14(force_ssl=off(fallback=True, configured=None, reason="0 only by our own table of versions")),
            "INFORMATIONAL",
            (
                f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} As to today: 0 only by our own table"
                f" of versions. {NOBODY}"
            ),
            STEP,
        ),
        (
            database(force_ssl=replace(ENFORCED, fallback=True)),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: rds.force_ssl is 1 in orders-pg17 (in-sync).",
            "See force-ssl.",
        ),
        (
            database(),
            "PASSED",
            "No upgrade turns it on: TLS is enforced already. rds.force_ssl is 1 in orders-pg17 (in-sync).",
            "",
        ),
        # The group of the upgrade that waits is named before it.
        (
            of_14(force_ssl=BY_UPGRADE, maintenance_window="sun:04:00-sun:04:30"),
            "WARNING",
            (
                "rds.force_ssl is 1 in its group orders-pg17, which holds from the upgrade that waits on. It comes"
                f" in the maintenance window sun:04:00-sun:04:30 (UTC), or before. {NOBODY}"
            ),
            (
                "Before the upgrade move every client to TLS, or write rds.force_ssl=0 into that group until they"
                " have moved."
            ),
        ),
        (
            of_14(force_ssl=replace(BY_UPGRADE, configured="0")),
            "PASSED",
            (
                "rds.force_ssl is 0 in its group orders-pg17, which holds from the upgrade that waits on: it turns"
                " nothing on."
            ),
            "",
        ),
        (
            of_14(force_ssl=replace(BY_UPGRADE, configured=None, reason="nobody knows")),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: nobody knows.",
            "See force-ssl.",
        ),
        (
            database(engine_version="preview", force_ssl=NOT_ENFORCED),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: its version is not known to us.",
            "See force-ssl.",
        ),
        (
            database(force_ssl=UNKNOWN_ENFORCEMENT),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: rds:DescribeDBParameters: AccessDenied.",
            "See force-ssl.",
        ),
        (
            evidence(database(force_ssl=replace(UNKNOWN_ENFORCEMENT, parameter_group=None)), ACCEPTS),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: the API names no parameter group of it.",
            "See force-ssl.",
        ),
    ],
)
def test_an_upgrade_is_announced_with_whom_it_cuts_off_and_what_to_do(
    known: Evidence | Database, status: str, reason: str, step: str
) -> None:
    finding = judged(known)
    assert (finding.status, finding.reason, finding.told_step) == (status, reason, step)
    assert finding.commands == ()


AURORA = cluster(
    engine_version="16.9",
    force_ssl=replace(NOT_ENFORCED, parameter_group="ledger-aurora16"),
    member_authorities={"ledger-1": None, "ledger-2": None},
)


def test_a_cluster_names_the_clients_of_its_members_each_once() -> None:
    both = (plaintext_client(), plaintext_client())
    known = evidence(AURORA, member_clients=both)
    finding = judged(known)
    assert finding.status == "INFORMATIONAL"
    assert finding.reason == (
        f"An upgrade to Aurora PostgreSQL 17 or later {UNLESS} ledger-aurora16 is of today's version alone, and in"
        f" any new group from Aurora PostgreSQL 17 on rds.force_ssl is 1 {TABLE} It would cut off clients of its"
        f" members: {BILLING}"
    )
    waits = judged(evidence(replace(AURORA, pending_version="17.5"), member_clients=both))
    assert (waits.status, waits.reason[:34]) == ("WARNING", "The upgrade to 17.5 that waits tur")


def test_a_cluster_without_such_clients_says_who_knows_whether_all_were_seen() -> None:
    assert judged(AURORA).reason.endswith(
        " No client of its members without TLS is known; whether all were seen, their plaintext-clients say."
    )


SUPPORT = "Standard support of PostgreSQL 14"
DENIED = Gap("rds:DescribeDBMajorEngineVersions", "AccessDenied: no")


def ends(after: timedelta) -> datetime:
    return NOW + after


@pytest.mark.parametrize(
    ("lifecycle", "status", "says"),
    [
        # Half a year before the end of support is near.
        (
            Lifecycle(ends(181 * DAY), None, is_extended=False),
            "INFORMATIONAL",
            (
                f"{SUPPORT} ends on 2027-05-24, and RDS upgrades it on that day or shortly after: it has no RDS"
                " Extended Support."
            ),
        ),
        (
            Lifecycle(ends(180 * DAY), None, is_extended=False),
            "WARNING",
            (
                f"{SUPPORT} ends on 2027-05-23, and RDS upgrades it on that day or shortly after: it has no RDS"
                " Extended Support."
            ),
        ),
        (
            Lifecycle(ends(-DAY), None, is_extended=False),
            "WARNING",
            (
                f"{SUPPORT} ended on 2026-11-23, and RDS upgrades it on that day or shortly after: it has no RDS"
                " Extended Support."
            ),
        ),
        # With Extended Support nobody upgrades it then: its owner pays from then on.
        (
            Lifecycle(ends(180 * DAY), ends(1200 * DAY), is_extended=True),
            "WARNING",
            (
                f"{SUPPORT} ends on 2027-05-23; RDS Extended Support, for which it is charged then, keeps it on"
                " its version until 2030-03-08."
            ),
        ),
        (
            Lifecycle(ends(-DAY), ends(1200 * DAY), is_extended=True),
            "INFORMATIONAL",
            (
                f"{SUPPORT} ended on 2026-11-23; RDS Extended Support, for which it is charged then, keeps it on"
                " its version until 2030-03-08."
            ),
        ),
        (
            Lifecycle(ends(-DAY), ends(180 * DAY), is_extended=True),
            "WARNING",
            (
                f"{SUPPORT} ended on 2026-11-23; RDS Extended Support, for which it is charged then, keeps it on"
                " its version until 2027-05-23."
            ),
        ),
        (
            Lifecycle(ends(-DAY), None, is_extended=True),
            "INFORMATIONAL",
            (
                f"{SUPPORT} ended on 2026-11-23; RDS Extended Support, for which it is charged then, keeps it on"
                " its version."
            ),
        ),
        (
            Lifecycle(ends(90 * DAY)),
            "WARNING",
            (
                f"{SUPPORT} ends on 2027-02-22, and RDS upgrades it then, unless it has Extended Support, which"
                " the API does not say."
            ),
        ),
        (
            # So an earlier warning stands, whatever is denied today.
            Lifecycle(DENIED),
            "NOT_OBSERVED",
            f"{SUPPORT} ends at a time that is not known: rds:DescribeDBMajorEngineVersions: AccessDenied: no.",
        ),
        (Lifecycle(NOT_ASKED), "INFORMATIONAL", ""),
        (Lifecycle(), "INFORMATIONAL", ""),
    ],
)
def test_the_end_of_support_is_told_and_near_is_half_a_year(lifecycle: Lifecycle, status: str, says: str) -> None:
    finding = judged(of_14(lifecycle=lifecycle))
    support = f"{says} " if says else ""
    assert finding.status == status
    assert finding.reason == (f"An upgrade to PostgreSQL 15 or later {UNLESS} {OWN} {TABLE} {support}{NOBODY}")


def test_what_is_denied_is_asked_for() -> None:
    asks = "Let rds:DescribeDBMajorEngineVersions succeed in this Region, as the reason says: it tells by when an"
    assert judged(of_14(lifecycle=Lifecycle(DENIED))).next_step == f"{STEP} {asks} upgrade comes."
    assert judged(of_14(lifecycle=Lifecycle())).next_step == STEP


@pytest.mark.parametrize(
    ("is_extended", "says"),
    [
        (False, "on that day or shortly after, to a version that the API does not tell: it has no RDS Extended"),
        (None, "then, to a version that the API does not tell, unless it has Extended Support"),
    ],
)
def test_an_upgrade_at_the_end_of_support_may_stop_before_what_enforces(
    *, is_extended: bool | None, says: str
) -> None:
    of = of_14(engine_version="13.9", lifecycle=Lifecycle(ends(90 * DAY), None, is_extended=is_extended))
    assert f"RDS upgrades it {says}" in judged(of).reason


@pytest.mark.parametrize(("value", "status"), [("0", "PASSED"), ("1", "WARNING")])
def test_a_group_that_waits_for_the_upgrade_is_read_also_where_a_server_says_what_holds_today(
    value: str, status: str
) -> None:
    waits = ForceSsl(
        *(Enforcement.UNKNOWN, "orders-pg17", f"rds.force_ssl is {value} in orders-pg17"),
        configured=value,
        applied=(Applied("orders-prod", "pending-database-upgrade"),),
    )
    of = of_14(force_ssl=waits, pending_version="17.4")
    finding = judged(evidence(of, ACCEPTS))
    assert finding.status == status
    assert f"rds.force_ssl is {value} in its group orders-pg17, which holds from the upgrade" in finding.reason
    step = "Its group orders-pg17 is applied by the upgrade that waits: no value in it holds before. "
    step += {"1": "From then on TLS is enforced. Move to TLS first: ", "0": "Once it is done, a sweep says whom"}[
        value
    ]
    enforcing = force_ssl.judge(evidence(of, ACCEPTS, clients=[plaintext_client()]))
    assert enforcing.next_step.startswith(step)
    assert ("billing-cron" in enforcing.next_step, enforcing.commands) == (value == "1", ())


def test_what_waits_is_told_by_its_window_and_not_by_the_end_of_support() -> None:
    of = of_14(pending_version="17.4", lifecycle=Lifecycle(ends(10 * DAY), None, is_extended=False))
    assert "support" not in judged(of).reason.lower()
