"""One database explained: the gravest first, a step once, commands whole, and every client with how it comes."""

from dataclasses import replace
from datetime import timedelta

from tlscheck.ledger.belief import Doubt
from tlscheck.ledger.client import Sort
from tlscheck.reporting.client_row import PastRow
from tlscheck.reporting.explained import ExplainedLine, explained
from tlscheck.reporting.result import DatabaseResult
from tlscheck.verdict.check import Status

from tests.examples import NOW
from tests.swept import client, finding, row


def lines(database: DatabaseResult) -> list[ExplainedLine]:
    return list(explained(database))


def texts(database: DatabaseResult) -> list[str]:
    return [each.text for each in explained(database)]


def test_every_check_is_there_and_the_gravest_first() -> None:
    checks = ("not-observed", "force-ssl", "ca", "plaintext-clients")
    statuses = (Status.NOT_OBSERVED, Status.WARNING, Status.FAILED, Status.INFORMATIONAL)
    found = tuple(finding(check, status) for check, status in zip(checks, statuses, strict=True))
    told = [each.text.partition(":")[0] for each in lines(row(findings=found)) if each.tone in set(Status)]
    assert told == [
        "FAILED ca",
        "WARNING force-ssl",
        "NOT_OBSERVED not-observed",
        "INFORMATIONAL plaintext-clients",
    ]


def test_a_step_that_several_findings_have_is_told_once() -> None:
    one = finding("ca", Status.FAILED)
    other = replace(finding("force-ssl", Status.FAILED), next_step=one.next_step, commands=one.commands)
    told = lines(row(findings=(one, other)))
    assert [each.text for each in told if each.is_command] == ["aws rds one &&", "aws rds two"]
    assert "Next: as for ca" in [each.text for each in told]


def test_a_command_is_never_cut_nor_folded() -> None:
    command = "aws rds modify-db-parameter-group --parameters " + "x" * 20_000 + "  y"
    told = lines(row(findings=(replace(finding("ca", Status.FAILED), commands=(command,)),)))
    assert [each.text for each in told if each.is_command] == [command]


def test_why_it_was_not_judged_is_said() -> None:
    assert "It ran out of time." in texts(row(error="It ran out of time."))
    assert texts(row(error="time", reason="It was not judged: time")).count("time") == 0, "the reason has it"


def test_clients_come_with_each_way_in_which_they_did() -> None:
    api = client()
    assert api.tls is not None
    both = replace(
        api,
        plaintext=replace(api.tls, protocols={}, elsewhere=NOW),
        logged_plaintext=replace(api.tls, protocols={}, addresses={}),
        doubts=(Doubt("the server refuses it"),),
    )
    assert texts(row(clients=(both,)))[-1] == (
        '"orders-api" as "orders" in "orders": without TLS, last 2026-11-24 03 h UTC from 10.0.1.5; elsewhere; '
        "with TLS (TLSv1.3), last 2026-11-24 03 h UTC from 10.0.1.5; by the log without TLS, last 2026-11-24 03 h "
        "UTC. The log is doubted: the server refuses it."
    )


def test_who_is_left_of_many_has_no_name() -> None:
    others = replace(client(), application="", user="", name="", sort=Sort.OTHERS)
    of_user = replace(client(), application="", name="", sort=Sort.OTHERS_OF_USER)
    told = texts(row(clients=(of_user, others)))
    assert told[-2].startswith('others as "orders": with TLS')
    assert told[-1].startswith("others: with TLS")
    assert "2 clients:" in told


def test_whoever_had_the_name_before_is_named_with_its_clients() -> None:
    past = PastRow("key", "orders-old", NOW - timedelta(days=4), (client(), client("cron")))
    assert texts(row(predecessors=(past,)))[-1] == (
        'before it, until 2026-11-20 03 h UTC: orders-old: "orders-api" as "orders" in "orders"; "cron" as '
        '"orders" in "orders"'
    )
    bare = replace(past, clients=())
    assert texts(row(predecessors=(bare,)))[-1] == "before it, until 2026-11-20 03 h UTC: orders-old"
