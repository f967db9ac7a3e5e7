"""The order of a report, which of its rows a message names, and where a message ends."""

from dataclasses import replace
from itertools import permutations

import pytest
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.delivery import Undelivered
from tlscheck.reporting.message import Notification, message_of
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.reporting.summary import Summary, summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import NOW, ORDERS, REGION
from tests.judged import KEY

FULL = Sweep("nightly-1", NOW, Depth.FULL)
SAMPLE = replace(FULL, depth=Depth.SAMPLE)
REPORT = "s3://tlscheck/sweeps/nightly-1/report.json"
SAID = Finding(KEY, ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired.", "")


def said(check: str, reason: str, next_step: str, *commands: str) -> Finding:
    return Finding("key", "arn", "us-east-1", CheckId(check), Status.FAILED, reason, next_step, commands)


def row(verdict: str, region: str, identifier: str, **changes: object) -> DatabaseResult:
    found = DatabaseResult(
        key=f"aws:111122223333:{region}:db-{identifier}",
        arn=f"arn:aws:rds:{region}:111122223333:db:{identifier}",
        identifier=identifier,
        region=region,
        kind=Kind.INSTANCE,
        enforcement=Enforcement.ENFORCED,
        certificate_authority="rds-ca-rsa2048-g1",
        certificate="TRUSTED to 2027-01-31",
        certificate_expires=None,
        tls_clients=0,
        plaintext_clients=0,
        clients=(),
        predecessors=(),
        verdict=Verdict(verdict),
        reason="It is so.",
        findings=(SAID,),
    )
    return replace(found, **changes)  # type: ignore[arg-type] # typed where it is called


def summary(*rows: DatabaseResult, sweep: Sweep = FULL, lost: str = "") -> Summary:
    results = {"sweeps/nightly-1/batches/0001.json": BatchResult(rows, ())}
    if lost:
        results["sweeps/nightly-1/batches/0002.json"] = BatchResult((), (), lost=lost)
    return summarise(Plan(sweep), results)


def message(*rows: DatabaseResult, sweep: Sweep = FULL, lost: str = "") -> Notification:
    sent = message_of(summary(*rows, sweep=sweep, lost=lost), REPORT)
    assert sent is not None
    return sent


def told(of: Summary) -> list[tuple[str, str, str]]:
    return [(each.verdict.value, each.region, each.identifier) for each in of.databases]


ORDERED = [
    # The verdict first, then the Region, then the name; none of the three is in the order of another.
    ("FIX_DATABASE", "us-east-1", "y"),
    ("FIX_CLIENTS", "eu-west-1", "b"),
    ("FIX_CLIENTS", "eu-west-1", "z"),
    ("FIX_CLIENTS", "us-east-1", "a"),
    ("NOT_OBSERVED", "eu-west-1", "c"),
    ("CLEAR", "eu-central-1", "x"),
]


def test_a_report_is_in_the_order_of_verdict_region_and_identifier() -> None:
    rows = [row(*each) for each in ORDERED]
    assert told(summary(*rows)) == ORDERED
    assert all(told(summary(*order)) == ORDERED for order in permutations(rows))


def test_what_a_summary_counts_it_names_in_a_stable_order() -> None:
    one, two = replace(SAID, check=CheckId("trust-store")), replace(SAID, check=CheckId("default-ca"))
    results = {
        "2": BatchResult((row("CLEAR", "us-east-1", "b"),), (one,), ("arn:b", "arn:d")),
        "1": BatchResult((row("CLEAR", "us-east-1", "a"),), (two,), ("arn:a", "arn:c")),
        "b": BatchResult((), (), lost="no error was left (time-out or abort)", hubs={"eu-west-2": Hub(None)}),
        "a": BatchResult((), (), lost="BadRequest", hubs={"eu-west-1": Hub(None), "us-east-1": Hub(NOW)}),
    }
    refused = [
        Undelivered("k", f"arn:{name}", region, "ca", "no", NOW)
        for name, region in (("b", "us-east-1"), ("a", "us-east-1"), ("c", "sa-east-1"), ("d", "eu-west-1"))
    ]
    kept, denied = Gap("arn:old", "no trait of ours"), Gap("sweeps/1", "no JSON")
    found = summarise(Plan(FULL, (kept,)), results, refused, [denied])
    assert found.vanished == ("arn:a", "arn:b", "arn:c", "arn:d")
    assert [(each.batch, each.error) for each in found.lost_batches] == [
        ("a", "BadRequest"),
        ("b", "no error was left (time-out or abort)"),
    ]
    assert found.without_hub == ("eu-west-1", "eu-west-2")
    # Of a Region without a hub that is said once; nothing was refused there.
    assert [each.resource for each in found.undelivered] == ["arn:c", "arn:a", "arn:b"]
    assert found.gaps == (kept, denied)
    assert list(found.checks) == ["ca", "default-ca", "trust-store"]
    assert [each.check for each in found.listings] == ["trust-store", "default-ca"]
    assert list(found.verdicts.items()) == [
        ("FIX_DATABASE", 0),
        ("FIX_CLIENTS", 0),
        ("NOT_OBSERVED", 0),
        ("CLEAR", 2),
    ]


@pytest.mark.parametrize(
    ("status", "is_named"),
    [("PASSED", False), ("INFORMATIONAL", False), ("WARNING", True), ("FAILED", True), ("NOT_OBSERVED", True)],
)
def test_a_region_is_named_for_whatever_is_neither_passed_nor_only_told(status: str, is_named: bool) -> None:
    said = "New databases get what they get."
    listing = Finding(REGION, REGION, "eu-west-1", CheckId("default-ca"), Status(status), said, "")
    found = summarise(Plan(FULL), {"1": BatchResult((), (listing,))})
    assert (found.listings == (listing,)) == is_named
    sent = message_of(found, REPORT)
    assert sent is not None
    assert ("eu-west-1: New databases get what they get." in sent.body.split("\n")) == is_named
    assert found.unlisted == ()


@pytest.mark.parametrize(
    ("sweep", "changes", "lost", "is_sent"),
    [
        (FULL, {}, "", True),
        (SAMPLE, {}, "", False),
        (SAMPLE, {"announced": ("ca", "tls-clients")}, "", False),
        (SAMPLE, {}, "BadRequest", False),
        (SAMPLE, {"verdict_announced": True}, "", True),
        (SAMPLE, {"worse": ("ca",), "announced": ("ca",)}, "", True),
        (SAMPLE, {"flapping": True}, "", True),
    ],
)
def test_a_sample_is_told_of_when_a_verdict_changed_a_check_failed_or_it_flaps(
    sweep: Sweep, changes: dict[str, object], lost: str, is_sent: bool
) -> None:
    found = summary(row("CLEAR", "us-east-1", "a", **changes), sweep=sweep, lost=lost)
    sent = message_of(found, REPORT)
    assert (sent is not None) == is_sent


def test_a_sample_names_what_is_news_and_nothing_else() -> None:
    rows = (
        row("FIX_DATABASE", "us-east-1", "as-it-was"),
        row("CLEAR", "us-east-1", "clear-now", verdict_announced=True),
        row("FIX_CLIENTS", "us-east-1", "fails-now", worse=("plaintext-clients",)),
    )
    assert message(*rows, sweep=SAMPLE, lost="ValueError: no").body.split("\n")[3:] == [
        "1 of the sweep's batches failed: ValueError: no",
        "",
        "FIX_CLIENTS fails-now in us-east-1 (now FAILED: plaintext-clients)",
        "  It is so.",
        "",
        "CLEAR clear-now in us-east-1 (new verdict)",
        "  It is so.",
    ]


@pytest.mark.parametrize(
    ("sweep", "errors", "lost", "is_full"),
    [
        (FULL, ("",), "", True),
        (FULL, (), "", True),
        (FULL, ("", "no"), "BadRequest", True),
        (FULL, ("no",), "BadRequest", False),
        (FULL, ("no", "no"), "", False),
        (FULL, (), "BadRequest", False),
        (replace(FULL, narrow=True), ("",), "", False),
        (SAMPLE, ("",), "", False),
    ],
)
def test_a_sweep_of_a_part_or_of_which_nothing_was_observed_is_no_full_one(
    sweep: Sweep, errors: tuple[str, ...], lost: str, is_full: bool
) -> None:
    rows = (row("CLEAR", "us-east-1", f"db-{number}", error=error) for number, error in enumerate(errors))
    assert summary(*rows, sweep=sweep, lost=lost).is_full is is_full


def test_a_whole_message_reads_so() -> None:
    refused = [
        Undelivered(KEY, ORDERS, "us-east-1", check, "AccessDeniedException: not authorized", NOW)
        for check in ("ca", "force-ssl")
    ]
    said = "Nothing could be listed."
    listing = Finding(REGION, REGION, "eu-west-1", CheckId("not-observed"), Status.NOT_OBSERVED, said, "")
    rows = (
        row("FIX_DATABASE", "us-east-1", "a", verdict_announced=True, worse=("ca", "force-ssl")),
        row("FIX_CLIENTS", "us-east-1", "b", announced=("ca",)),
        row("NOT_OBSERVED", "us-east-1", "c", verdict_announced=True, flapping=True),
        row("CLEAR", "us-east-1", "d"),
        row("CLEAR", "us-east-1", "e", verdict_announced=True),
    )
    hubs = {"eu-west-1": Hub(None), "eu-west-2": Hub(None)}
    results = {
        "1": BatchResult(rows, (listing,), ("arn:gone",), hubs=hubs),
        "2": BatchResult((), (), lost="BadRequest: no"),
        "3": BatchResult((), (), lost="BadRequest: no"),
    }
    sent = message_of(summarise(Plan(FULL, (Gap("arn:old", "no trait"),)), results, refused), REPORT)
    assert sent is not None
    assert sent.subject == "tlscheck: fix 1 database, clients of 1; 1 not observed, 2 clear"
    assert sent.body == "\n".join(
        [
            "5 databases in the full sweep that started at 2026-11-24 03:00 UTC.",
            "FIX_DATABASE 1, FIX_CLIENTS 1, NOT_OBSERVED 1, CLEAR 2",
            "Report: s3://tlscheck/sweeps/nightly-1/report.json",
            "us-east-1: Security Hub CSPM refused 2 findings (AccessDeniedException: not authorized)",
            "Without Security Hub CSPM, so that nothing is sent there: eu-west-1, eu-west-2",
            "eu-west-1: Nothing could be listed.",
            "2 of the sweep's batches failed: BadRequest: no",
            "Could not be read: arn:old: no trait",
            "Gone or excluded, findings archived: arn:gone",
            "",
            "FIX_DATABASE a in us-east-1 (new verdict; now FAILED: ca, force-ssl)",
            "  It is so.",
            "",
            "FIX_CLIENTS b in us-east-1",
            "  It is so.",
            "",
            "NOT_OBSERVED c in us-east-1 (it comes and goes: no more of it today unless it gets worse)",
            "  It is so.",
            "",
            "CLEAR e in us-east-1 (new verdict)",
            "  It is so.",
        ]
    )


@pytest.mark.parametrize(
    ("count", "named", "tail"), [(25, 25, None), (26, 25, "and 1 more"), (40, 25, "and 15 more")]
)
def test_twenty_five_databases_are_named_and_the_others_counted(count: int, named: int, tail: str | None) -> None:
    lines = message(*(row("FIX_CLIENTS", "us-east-1", f"db-{number:02}") for number in range(count))).body.split(
        "\n"
    )
    assert [line for line in lines if line.startswith("FIX_CLIENTS db")] == [
        f"FIX_CLIENTS db-{number:02} in us-east-1" for number in range(named)
    ]
    assert [line for line in lines if line.startswith("and ")] == ([tail] if tail else [])
    assert lines[-1] == (tail or "  It is so.")


@pytest.mark.parametrize(("count", "tail"), [(10, ""), (11, "; and 1 more")])
def test_ten_vanished_databases_are_named_and_the_others_counted(count: int, tail: str) -> None:
    gone = tuple(f"arn:{number:02}" for number in range(count))
    sent = message_of(summarise(Plan(FULL), {"1": BatchResult((), (), gone)}), REPORT)
    assert sent is not None
    named = "; ".join(f"arn:{number:02}" for number in range(10))
    assert sent.body.split("\n")[-1] == f"Gone or excluded, findings archived: {named}{tail}"


@pytest.mark.parametrize(("length", "shown"), [(300, "x" * 300), (301, "x" * 299 + "…")])
def test_a_reason_in_a_message_ends_at_three_hundred_characters(length: int, shown: str) -> None:
    assert message(row("FIX_CLIENTS", "us-east-1", "a", reason="x" * length)).body.endswith(f"\n  {shown}")


def regions(characters: int) -> Summary:
    """A summary whose message has exactly so many characters, by what is said of its Regions."""
    base = len(message().body)
    line = Finding(REGION, REGION, "r", CheckId("not-observed"), Status.NOT_OBSERVED, "x" * 100, "")
    each = len("\nr: ") + 100
    number, rest = divmod(characters - base, each)
    last = replace(line, region="r" + "r" * rest)
    listings = (*[line] * (number - 1), last)
    return summarise(Plan(FULL), {"1": BatchResult((), listings)})


@pytest.mark.parametrize("characters", [15_999, 16_000, 16_001, 50_000])
def test_a_message_ends_at_sixteen_thousand_characters_and_says_that_it_was_cut(characters: int) -> None:
    # SNS takes 256 KB (Publish, Message); a mail of a hundredth of that is as much as anybody reads.
    sent = message_of(regions(characters), REPORT)
    assert sent is not None
    assert len(sent.body) == min(characters, 16_000)
    assert sent.body.endswith("…") == (characters > 16_000)


def test_a_subject_ends_at_a_hundred_characters() -> None:
    # SNS: a subject is at most 100 characters (Publish, Subject).
    many = replace(summary(), verdicts=dict.fromkeys(Verdict, 10**20))
    sent = message_of(many, REPORT)
    assert sent is not None
    assert sent.subject == (
        "tlscheck: fix 100000000000000000000 databases, clients of 100000000000000000000; 1000000000000000000"
    )
    assert len(sent.subject) == 100


def test_a_message_says_what_to_do_about_what_the_verdict_rests_on() -> None:
    command = "aws rds modify-db-instance --db-instance-identifier a --no-apply-immediately"
    findings = (
        said("ca", "Its CA is retired.", command),
        said("certificate-rotation", "It has expired.", command),
        said("connection-log", "It logs nobody.", "log_connections"),
        said("server-certificate", "It is for another name.", ""),
    )
    reason = "Its CA is retired. It has expired. It is for another name."
    told = message_of(summary(row("FIX_DATABASE", "us-east-1", "a", reason=reason, findings=findings)), REPORT)
    assert told is not None
    assert told.body.endswith(f"\n\nFIX_DATABASE a in us-east-1\n  {reason}\n  Next: {command}")


@pytest.mark.parametrize(("length", "shown"), [(1000, True), (1001, False)])
def test_a_step_is_printed_whole_or_not_at_all(length: int, *, shown: bool) -> None:
    step = ("aws " * 400)[: length - 1] + "x"
    found = row("FIX_DATABASE", "us-east-1", "a", reason="Bad.", findings=(said("ca", "Bad.", step),))
    told = message_of(summary(found), REPORT)
    assert told is not None
    instead = "what the report says: it is too long for a mail."
    assert told.body.endswith(f"\n  Bad.\n  Next: {step if shown else instead}")


def test_below_a_step_each_command_stands_whole_in_a_line_of_its_own() -> None:
    commands = ("aws a 'two  blanks'", "aws b", "aws c")
    findings = (said("ca", "Bad.", "First ask, then:", *commands), said("force-ssl", "Bad.", "", "aws d"))
    told = message_of(summary(row("FIX_DATABASE", "us-east-1", "a", reason="Bad.", findings=findings)), REPORT)
    assert told is not None
    assert told.body.endswith(
        "\n  Bad.\n  Next: First ask, then:\n"
        "    aws a 'two  blanks' &&\n    aws b &&\n    aws c\n  Next:\n    aws d"
    )


@pytest.mark.parametrize(("length", "shown"), [(1000, True), (1001, False)])
def test_commands_that_are_too_many_for_a_mail_are_said_to_be_in_the_report(length: int, *, shown: bool) -> None:
    commands = ("a" * 1000, "b" * length)
    said_so = said("ca", "Bad.", "First ask, then:", *commands)
    told = message_of(summary(row("FIX_DATABASE", "us-east-1", "a", reason="Bad.", findings=(said_so,))), REPORT)
    assert told is not None
    whole = f"\n  Next: First ask, then:\n    {commands[0]} &&\n    {commands[1]}"
    assert told.body.endswith(whole if shown else "\n  Next: First ask, then: the 2 commands that the report has.")


def test_where_steps_do_not_fit_beside_the_account_all_databases_stand_there_without_them() -> None:
    rows = [
        row(
            "FIX_DATABASE",
            "us-east-1",
            f"db-{number:02}",
            reason="Bad.",
            findings=(said("ca", "Bad.", "x" * 600),),
        )
        for number in range(25)
    ]
    told = [message_of(summary(*rows[:count]), REPORT) for count in (21, 22)]
    assert [each.body.count("  Next: ") for each in told if each] == [21, 0]
    report_has = "What to do about each of them is too long for a mail: the report says it."
    assert [report_has in each.body for each in told if each] == [False, True]
    assert [each.body.count("FIX_DATABASE db-") for each in told if each] == [21, 22]
