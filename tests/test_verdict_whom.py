"""Whom a step cuts off that enforces TLS or ends a version of it: clients here, and of others on the group.

Each row is a state of an account, and what the step says of it. Three questions are asked of each: can it be false
in a real account, does doing as printed mend it, and does that break anybody today.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl, Unsaid
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import Beside, ParameterKind
from tlscheck.inventory.trait import Trait
from tlscheck.ledger.client import Trace
from tlscheck.verdict.clients import Callers
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.sharing import Neighbour, Server, Sharing
from tlscheck.wire.observation import LookOutcome, Plaintext, PlaintextOutcome

from tests.examples import (
    NOT_ENFORCED,
    NOW,
    client,
    cluster,
    database,
    evidence,
    observation,
    plaintext_client,
    trace,
)
from tests.verdicts import having, says, seen, state

DAY = timedelta(days=1)
NOBODY = "No client was seen without TLS so far: wait until sweeps have covered the rarest job."
BILLING = '"billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24'
ERP = '"erp" as "erp" in "erp" from 10.0.9.9, last seen without TLS on 2026-11-21'
RESTART = "This restarts the server, which interrupts every connection."
RESTARTS = (
    "This restarts the server, which interrupts every connection. What else waits in its parameter group is"
    " applied with it."
)
OF_MEMBERS = RESTARTS.replace("the server", "its members")
TO_CRM = "The parameter group orders-pg17 is also that of crm: this changes them all."
NO_COMMAND = "No command is given until then: rds.force_ssl=1 cuts off whoever still comes so."
NOT_CRM = "Not known is who connects without TLS to crm: open that first (see their not-observed)."
APART = "Or give orders-prod a parameter group of its own, so that it changes alone."

ALL_SEEN = Callers(are_all=True)
LOOSE = database(force_ssl=NOT_ENFORCED)


def callers(*names: str, count: int | None = None, are_all: bool = True) -> Callers:
    return Callers(names, len(names) if count is None else count, are_all=are_all)


def beside(name: str, without_tls: Callers = ALL_SEEN, below: Callers = ALL_SEEN) -> Neighbour:
    return Neighbour(name, (Server(name, without_tls, below),))


def shared(*others: Neighbour, **more: Any) -> Sharing:
    return Sharing(others, **more)


def step(check: str, known: Evidence) -> tuple[str, int]:
    """The words, and how many commands follow them."""
    finding = says(check, known)
    assert finding.next_step.endswith(":" if finding.commands else ".")
    return finding.next_step, len(finding.commands)


@pytest.mark.parametrize(
    ("sharing", "words", "commands"),
    [
        (None, f"{NOBODY} {RESTARTS} Then:", 2),
        (shared(), f"{NOBODY} {RESTARTS} Then:", 2),
        (shared(beside("crm")), f"{NOBODY} {TO_CRM} {RESTARTS} Then:", 2),
        (shared(beside("crm", callers(ERP))), f"Move to TLS first: at crm, {ERP}. {TO_CRM} {RESTARTS} Then:", 2),
        # Nobody looked at it yet, or an earlier version judged it.
        (
            shared(beside("crm", Callers())),
            (f"{TO_CRM} {NOT_CRM} {NO_COMMAND} {APART}"),
            0,
        ),
        # Some are known, and not everybody could be seen.
        (
            shared(beside("crm", callers(ERP, are_all=False))),
            (f"Move to TLS first: at crm, {ERP}. {TO_CRM} {NOT_CRM} {NO_COMMAND} {APART}"),
            0,
        ),
        # The table refused, or was too busy.
        (
            shared(beside("crm", Callers()), gap=Gap("dynamodb:BatchGetItem", "AccessDenied: no")),
            (
                f"{TO_CRM} Who connects without TLS to the others could not be read: dynamodb:BatchGetItem: "
                f"AccessDenied: no. {NO_COMMAND} {APART}"
            ),
            0,
        ),
        # Hundreds on one group.
        (
            shared(beside("crm"), unread=204),
            (
                "The parameter group orders-pg17 is also that of crm; and 204 more: this changes them all. Who "
                f"connects without TLS to 204 others on it was not read, so it is not known. {NO_COMMAND} {APART}"
            ),
            0,
        ),
        # Excluded by its owner.
        (
            shared(beside("crm"), beside=Beside(("payroll",))),
            (
                "The parameter group orders-pg17 is also that of crm; payroll: this changes them all. No sweep "
                f"looks at payroll, excluded or not listed: have them looked at first. {NO_COMMAND} {APART}"
            ),
            0,
        ),
        (
            shared(beside=Beside(("payroll",), more=3)),
            (
                "The parameter group orders-pg17 is also that of payroll; and 3 more: this changes them all. No "
                "sweep looks at payroll; and 3 more, excluded or not listed: have them looked at first. "
                f"{NO_COMMAND} {APART}"
            ),
            0,
        ),
        # The Region was not listed whole.
        (
            shared(beside=Beside(gap=Gap("rds:DescribeDBInstances", "Throttling: slow"))),
            (
                "Who else is on orders-pg17 is not known (rds:DescribeDBInstances: Throttling: slow). "
                f"{NO_COMMAND} {APART}"
            ),
            0,
        ),
    ],
)
def test_a_change_of_a_group_names_first_whom_it_cuts_off_at_others_on_it(
    sharing: Sharing | None, words: str, commands: int
) -> None:
    assert step("force-ssl", evidence(LOOSE, sharing=sharing)) == (words, commands)


def test_clients_here_come_before_those_of_others() -> None:
    known = evidence(LOOSE, clients=[plaintext_client()], sharing=shared(beside("crm", callers(ERP))))
    words = f"Move to TLS first: {BILLING}. There too: at crm, {ERP}. {TO_CRM} {RESTARTS} Then:"
    assert step("force-ssl", known) == (words, 2)


def test_five_clients_of_others_are_named_and_the_rest_are_counted() -> None:
    names = tuple(f'"job-{number}" as "x" in "y", last seen without TLS on 2026-11-20' for number in range(4))
    known = evidence(
        LOOSE, sharing=shared(beside("crm", callers(*names)), beside("erp", callers(*names, count=9)))
    )
    told = "; ".join([f"at crm, {name}" for name in names] + [f"at erp, {names[0]}"])
    assert says("force-ssl", known).next_step.startswith(f"Move to TLS first: {told}; and 8 more. ")


def test_a_default_group_is_nobody_elses() -> None:
    own = replace(LOOSE, force_ssl=replace(NOT_ENFORCED, parameter_group="default.postgres17"))
    assert step("force-ssl", evidence(own))[0] == (
        f"{NOBODY} Nobody can change default.postgres17, so the database gets a parameter group of its own. "
        f"{RESTARTS} Then:"
    )


TWO = {"ledger-1": "rds-ca-rsa2048-g1", "ledger-2": "rds-ca-rsa2048-g1"}
LEDGER = cluster(force_ssl=NOT_ENFORCED, member_authorities=TWO)


@pytest.mark.parametrize(
    ("second", "words", "commands"),
    [
        (ALL_SEEN, f"{NOBODY} {OF_MEMBERS} Then:", 4),
        (callers(ERP), f"Move to TLS first: at ledger-2, {ERP}. {OF_MEMBERS} Then:", 4),
        (
            Callers(),
            (
                "Not everybody who connects to ledger-2 without TLS could be seen: open that first (see "
                f"not-observed). {NO_COMMAND}"
            ),
            0,
        ),
    ],
)
def test_of_a_cluster_its_members_clients_are_named(second: Callers, words: str, commands: int) -> None:
    servers = {"ledger-1": Server("ledger-1", ALL_SEEN), "ledger-2": Server("ledger-2", second)}
    assert step("force-ssl", evidence(LEDGER, servers=servers)) == (words, commands)


def test_at_another_cluster_its_members_clients_are_named_by_their_server() -> None:
    other = Neighbour("books", (Server("books-1", ALL_SEEN), Server("books-2", callers(ERP))))
    servers = {name: Server(name, ALL_SEEN) for name in TWO}
    words = says("force-ssl", evidence(LEDGER, servers=servers, sharing=shared(other))).next_step
    assert words.startswith(
        f"Move to TLS first: at books (books-2), {ERP}. The parameter group orders-pg17 is also "
    )


def test_a_reboot_that_enforces_tls_cuts_off_the_clients_of_the_members_that_wait_for_it() -> None:
    applied = (Applied("ledger-1", "in-sync"), Applied("ledger-2", "pending-reboot"))
    coming = ForceSsl(Enforcement.ENFORCED_AFTER_REBOOT, "g", "1 on its way", configured="1", applied=applied)
    servers = {"ledger-1": Server("ledger-1"), "ledger-2": Server("ledger-2", callers(ERP))}
    finding = says("force-ssl", evidence(replace(LEDGER, force_ssl=coming), servers=servers))
    assert finding.next_step == (
        "From the next reboot on, whoever orders it, TLS is enforced. Move to TLS first: "
        f"at ledger-2, {ERP}. {OF_MEMBERS} Then:"
    )
    assert finding.commands == ("aws rds reboot-db-instance --region us-east-1 --db-instance-identifier ledger-2",)


def test_a_reboot_that_may_end_old_versions_too_names_who_comes_by_them() -> None:
    """What else of the group waits, nobody knows: it may be a higher ssl_min_protocol_version."""
    coming = ForceSsl(
        Enforcement.ENFORCED_AFTER_REBOOT,
        "g",
        "1 on its way",
        configured="1",
        applied=(Applied("orders-prod", "pending-reboot"),),
    )
    known = evidence(database(force_ssl=coming), clients=[client("old", protocols=("TLSv1.1",))])
    assert step("force-ssl", known)[0] == (
        f"From the next reboot on, whoever orders it, TLS is enforced. {NOBODY} {RESTARTS} That may be a higher"
        ' ssl_min_protocol_version. Move to TLSv1.2 or newer first: "old" as "orders" in "orders" from 10.0.1.5,'
        " last seen with TLSv1.1 on 2026-11-24. Then:"
    )


def test_a_reboot_that_enforces_tls_over_nobody_knows_whom_is_no_command() -> None:
    coming = database(force_ssl=state(Enforcement.ENFORCED_AFTER_REBOOT))
    assert step("force-ssl", evidence(coming, seen(LookOutcome.FAILED))) == (
        (
            "From the next reboot on, whoever orders it, TLS is enforced. Who connects without TLS could not be "
            "seen: open that first (see not-observed). No command is given until then."
        ),
        0,
    )


def test_a_group_that_waits_for_a_reboot_is_not_said_to_be_enforced() -> None:
    """Somebody changed another parameter of the group that has rds.force_ssl=0; a client comes without TLS."""
    waiting = database(engine_version="14.18", force_ssl=state(Enforcement.NOT_ENFORCED_AFTER_REBOOT))
    known = evidence(waiting, clients=[plaintext_client()])
    assert says("force-ssl", known).reason == (
        "the API says so. Whether it is enforced until then is not known: usually it is not."
    )
    assert step("force-ssl", known) == (f"Move to TLS first: {BILLING}. {RESTARTS} Then:", 2)
    refuses = replace(observation(), plaintext=Plaintext(PlaintextOutcome.REFUSED, ""))
    kept = says("force-ssl", evidence(waiting, refuses, sharing=shared(beside("crm", callers(ERP)))))
    assert kept.next_step == (
        "It refuses clients without TLS today, and takes them again after the reboot. Move to TLS first: at crm, "
        f"{ERP}. {TO_CRM} {RESTARTS} To keep it so:"
    )


UNTOLD = {
    Unsaid.UNREAD: "Open what keeps tlscheck from reading the parameter group, as the reason says.",
    Unsaid.UNNAMED: "Nothing: RDS names no parameter group while it makes a database. The next sweep asks again.",
    Unsaid.NO_FAMILY: (
        "Deploy a tlscheck that knows its engine version, or write the value that it has into its parameter group."
    ),
    Unsaid.APPLYING: "Wait until RDS has applied it. The next sweep asks again.",
    Unsaid.FAILED: (
        "See in RDS's events of it which parameter could not be applied, and correct that one. The next sweep "
        "asks again."
    ),
    Unsaid.ODD_VALUE: "See who wrote that value into the parameter group: RDS gives a meaning to 0 and 1 alone.",
    Unsaid.DISAGREE: (
        "See which of its parameter groups RDS has in use, and give it that one alone. The next sweep asks again."
    ),
}


def untold(unsaid: Unsaid, configured: str | None = None) -> ForceSsl:
    return ForceSsl(Enforcement.UNKNOWN, "orders-pg17", "the API says so", configured=configured, unsaid=unsaid)


@pytest.mark.parametrize("unsaid", UNTOLD)
def test_each_reason_for_which_it_is_not_known_has_the_step_that_mends_it(unsaid: Unsaid) -> None:
    finding = says("force-ssl", evidence(database(force_ssl=untold(unsaid))))
    assert (finding.status, finding.told_step) == ("NOT_OBSERVED", UNTOLD[unsaid])


def test_what_is_being_applied_names_whom_it_cuts_off() -> None:
    coming = database(force_ssl=untold(Unsaid.APPLYING, "1"))
    assert step("force-ssl", evidence(coming, clients=[plaintext_client()])) == (
        (
            f"Once it is applied TLS is enforced. Move to TLS first: {BILLING}. Wait until RDS has applied it. "
            "The next sweep asks again."
        ),
        0,
    )


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ((), "Nothing: nobody connects to a cluster without members. Once it has one, a sweep says more."),
        (
            (Trait.SERVERLESS_V1,),
            "Move it to Aurora Serverless v2: v1 has no members, and AWS ended its support on 2025-03-31.",
        ),
        (
            (Trait.LIMITLESS,),
            "Nothing: of a Limitless cluster RDS lists no members, so it says of no server what is applied.",
        ),
        (
            (Trait.EXPRESS,),
            "Nothing: of an express cluster RDS may list no members, so it says of no server what is applied.",
        ),
    ],
)
def test_a_cluster_without_members_is_not_one_whose_group_could_not_be_read(
    traits: tuple[Trait, ...], words: str
) -> None:
    of = cluster(force_ssl=untold(Unsaid.NO_SERVER), member_authorities={}, traits=traits)
    assert says("force-ssl", evidence(of)).told_step == words


def test_a_value_by_our_own_table_alone_says_what_makes_it_known() -> None:
    by_table = replace(NOT_ENFORCED, enforcement=Enforcement.ENFORCED, fallback=True)
    assert says("force-ssl", evidence(database(force_ssl=by_table))).told_step == (
        "Let tlscheck read the engine's default, as the reason says: it is known by our own table alone."
    )


TDS = (
    "It ends plaintext on Babelfish's TDS listener too. tlscheck does not see who connects there: ask "
    "sys.dm_exec_connections of that listener, whose encrypt_option says it of each connection, for as long as "
    "the rarest job takes to come."
)


@pytest.mark.parametrize(("version", "commands"), [("16.6", 2), ("17.4", 0), ("preview", 0)])
def test_where_it_holds_for_the_tds_listener_too_nobody_knows_whom_it_cuts_off(
    version: str, commands: int
) -> None:
    of = cluster(force_ssl=NOT_ENFORCED, traits=(Trait.BABELFISH,), engine_version=version)
    words, count = step("force-ssl", evidence(of))
    assert (count, TDS in words) == (commands, commands == 0)


@pytest.mark.parametrize(
    ("values", "status", "reason", "words", "commands"),
    [
        (
            {"ssl_min_protocol_version": "TLSv1.3", "ssl_max_protocol_version": "TLSv1.2"},
            "FAILED",
            (
                "ssl_min_protocol_version is TLSv1.3 and ssl_max_protocol_version TLSv1.2 in orders-pg17: no "
                "version is left, and PostgreSQL refuses such a pair when it starts."
            ),
            f"{RESTART} Then:",
            2,
        ),
        (
            {"ssl_min_protocol_version": "tlsv1"},
            "WARNING",
            "The server still takes TLSv1 (ssl_min_protocol_version in orders-pg17).",
            (
                "No client was seen below TLSv1.2 so far: wait until sweeps have covered the rarest job. "
                f"{RESTART} Then:"
            ),
            2,
        ),
        (
            {"ssl_min_protocol_version": "TLSV1.2", "ssl_max_protocol_version": "tlsv1.3"},
            "PASSED",
            "The server takes TLSv1.2 to TLSv1.3 (orders-pg17).",
            "",
            0,
        ),
        (
            {"ssl_min_protocol_version": "SSLv3"},
            "NOT_OBSERVED",
            "ssl_min_protocol_version is SSLv3 in orders-pg17, which is no version that we know.",
            (
                "See which versions ssl_min_protocol_version may have in this engine version; tlscheck may be too "
                "old to know it."
            ),
            0,
        ),
        ({"ssl": "off"}, "FAILED", "ssl is off in orders-pg17: the server speaks no TLS.", f"{RESTART} Then:", 2),
        (
            {"ssl": "False"},
            "FAILED",
            "ssl is False in orders-pg17: the server speaks no TLS.",
            f"{RESTART} Then:",
            2,
        ),
    ],
)
def test_values_are_read_as_postgresql_reads_them(
    values: dict[str, str], status: str, reason: str, words: str, commands: int
) -> None:
    finding = says("tls-versions", evidence(database(settings=having(**values))))
    assert (finding.status, finding.reason) == (status, reason)
    assert (finding.next_step, len(finding.commands)) == (words, commands)


def test_a_value_that_rds_lets_nobody_change_is_not_printed_as_a_command() -> None:
    fixed = database(settings=having(ssl="0"), parameter_kinds={"ssl": ParameterKind(is_modifiable=False)})
    finding = says("tls-versions", evidence(fixed))
    assert finding.told_step == "ssl cannot be changed in orders-pg17, says AWS's API: ask AWS Support for ssl=1."


def test_the_newest_version_is_raised_to_one_that_the_group_allows() -> None:
    allowed = {"ssl_max_protocol_version": ParameterKind(allowed="TLSv1,TLSv1.1,TLSv1.2")}
    old = database(
        settings=having(ssl_min_protocol_version="", ssl_max_protocol_version="TLSv1.1"), parameter_kinds=allowed
    )
    (modify, _) = says("tls-versions", evidence(old)).commands
    assert "ParameterName=ssl_max_protocol_version,ParameterValue=TLSv1.2," in modify


RAISED = database(settings=having(ssl_min_protocol_version="TLSv1.1"))


@pytest.mark.parametrize(
    ("sharing", "words", "commands"),
    [
        (
            shared(beside("crm", below=callers('"old" as "x" in "y", last seen with TLSv1 on 2026-11-20'))),
            'Move to TLSv1.2 or newer first: at crm, "old" as "x" in "y", last seen with TLSv1 on 2026-11-20. ',
            2,
        ),
        (shared(beside("crm", below=Callers())), TO_CRM, 0),
        # Who comes without TLS is not cut off by a newer version of it.
        (shared(beside("crm", without_tls=Callers())), "No client was seen below TLSv1.2 so far: ", 2),
    ],
)
def test_a_higher_minimum_names_first_whom_it_cuts_off(sharing: Sharing, words: str, commands: int) -> None:
    told, count = step("tls-versions", evidence(RAISED, sharing=sharing))
    assert told.startswith(words)
    assert count == commands


@pytest.mark.parametrize(
    ("configured", "why"),
    [
        ("1", "A restart may put rds.force_ssl=1 into effect, which cuts off clients without TLS: see force-ssl."),
        (None, "Whether a restart turns TLS enforcement on is not known: see force-ssl first."),
        ("0", ""),
    ],
)
def test_no_reboot_is_printed_that_enforces_tls_by_the_way(configured: str | None, why: str) -> None:
    waits = ForceSsl(
        *(Enforcement.UNKNOWN, "orders-pg17", "the API says so"),
        configured=configured,
        applied=(Applied("orders-prod", "pending-reboot"),),
    )
    kinds = {"log_connections": ParameterKind(is_dynamic=False)}
    of = database(force_ssl=waits, settings=having(log_connections="0"), parameter_kinds=kinds)
    words, commands = step("connection-log", evidence(of))
    assert (commands, why in words) == (0 if why else 2, True)
    assert ("log_connections is applied by a reboot." in words) is bool(why)
    at_once = replace(of, parameter_kinds={"log_connections": ParameterKind(is_dynamic=True)})
    assert step("connection-log", evidence(at_once))[1] == 1
    assert "reboot" not in step("connection-log", evidence(at_once))[0]


def test_a_change_that_cuts_off_nobody_says_whose_group_it_is_all_the_same() -> None:
    known = evidence(database(settings=having(log_connections="0")), sharing=shared(beside("crm", Callers())))
    words, commands = step("connection-log", known)
    assert words.startswith(f"{TO_CRM} {RESTART} It writes ")
    assert commands == 2


@pytest.mark.parametrize(
    ("values", "version", "status", "beginning"),
    [
        (
            {"rds.babelfish_status": "ON"},
            "16.6",
            "WARNING",
            "Babelfish is on, and its TDS listener takes plaintext",
        ),
        ({"rds.babelfish_status": "datadump"}, "16.6", "PASSED", "Babelfish is not on: "),
        ({"rds.babelfish_status": "maybe"}, "16.6", "NOT_OBSERVED", "Whether Babelfish is on is not known: "),
        (
            {"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": "0"},
            "16.6",
            "FAILED",
            "Babelfish is on, and its TDS listener takes plaintext",
        ),
        # Aurora 17 comes with Babelfish 5.1, whose listener obeys rds.force_ssl, says AWS.
        (
            {"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": "0"},
            "17.4",
            "INFORMATIONAL",
            "Babelfish is on, and babelfishpg_tds.tds_ssl_encrypt is 0 in orders-pg17. In this version, ",
        ),
        (
            {"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": "true"},
            "16.6",
            "PASSED",
            "Babelfish is on, and its TDS listener insists on TLS",
        ),
    ],
)
def test_babelfishs_values_are_read_in_any_spelling(
    values: dict[str, str], version: str, status: str, beginning: str
) -> None:
    of = cluster(settings=having(**values), engine_version=version)
    finding = says("babelfish-tls", evidence(of))
    assert finding.status == status
    assert finding.reason.startswith(beginning)
    assert finding.commands == ()


def trace_of(address: str, days: int) -> Trace:
    return trace(NOW - days * DAY, (address,))


def counts(known: Evidence) -> bool:
    return says("plaintext-clients", known).status == "FAILED"


def test_the_step_of_plaintext_clients_says_when_a_client_stops_counting() -> None:
    """Each sentence, tried on clients to whom it applies and to whom it does not."""
    words = says("plaintext-clients", evidence(clients=[plaintext_client()])).next_step
    seven = "An address stops counting once it was seen with TLS, and then not without for seven days."
    assert seven in words
    assert counts(evidence(clients=[client("app", last_plaintext=NOW - 6 * DAY)]))
    assert not counts(evidence(clients=[client("app", last_plaintext=NOW - 8 * DAY)]))
    gone = (
        "If it is gone, or if the name stands for many clients, it stops counting once the client was seen with "
        "TLS, and then not without for 35 days."
    )
    assert gone in words
    here = trace_of("10.0.2.2", 0)
    assert counts(evidence(clients=[client("app", tls=here, plaintext=trace_of("10.0.1.5", 34))]))
    assert not counts(evidence(clients=[client("app", tls=here, plaintext=trace_of("10.0.1.5", 36))]))
