"""The order of a report, which of its rows a message names, and where a message ends."""

from dataclasses import replace
from itertools import permutations

import pytest
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.reporting.delivery import Delivery
from tlscheck.reporting.message import Notification, message_of
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.reporting.summary import Summary, summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict

from tests.examples import NOW, REGION, cluster, database

FULL = Sweep("nightly-1", NOW, Depth.FULL)
SAMPLE = replace(FULL, depth=Depth.SAMPLE)
REPORT = "s3://tlscheck/sweeps/nightly-1/report.json"
SAID = Finding("arn", "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired.", "")


def row(verdict: str, region: str, identifier: str, **changes: object) -> DatabaseResult:
    found = DatabaseResult(
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
        verdict=Verdict(verdict),
        reason="It is so.",
        findings=(SAID,),
        changed=(),
    )
    return replace(found, **changes)  # type: ignore[arg-type] # typed where it is called


def summary(*rows: DatabaseResult, sweep: Sweep = FULL, **changes: object) -> Summary:
    fields: dict[str, object] = {"lost": {}, "refused_deliveries": ()}
    return summarise(sweep, [BatchResult(rows, ())], **fields | changes)  # type: ignore[arg-type] # the same


def message(*rows: DatabaseResult, sweep: Sweep = FULL, **changes: object) -> Notification:
    sent = message_of(summary(*rows, sweep=sweep, **changes), REPORT)
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


def test_a_database_of_a_lost_batch_stands_where_its_verdict_puts_it() -> None:
    lost = {"sweeps/nightly-1/batches/0002.json": Batch("us-east-1", None, (database(), cluster()))}
    found = summary(row("FIX_CLIENTS", "us-east-1", "a"), row("CLEAR", "eu-west-1", "a"), lost=lost)
    assert told(found) == [
        ("FIX_CLIENTS", "us-east-1", "a"),
        ("NOT_OBSERVED", "us-east-1", "ledger"),
        ("NOT_OBSERVED", "us-east-1", "orders-prod"),
        ("CLEAR", "eu-west-1", "a"),
    ]
    assert [each.certificate for each in found.databases] == [
        "TRUSTED to 2027-01-31",
        "",
        "NOT_TRIED",
        "TRUSTED to 2027-01-31",
    ]
    assert found.databases[2].reason == (
        "Its batch failed in this sweep, so nothing of it was looked at; what earlier sweeps found still stands."
    )


def test_what_a_summary_counts_it_names_in_a_stable_order() -> None:
    results = [
        BatchResult(
            (row("CLEAR", "us-east-1", "b"),), (replace(SAID, check=CheckId("trust-store")),), ("arn:b", "arn:d")
        ),
        BatchResult(
            (row("CLEAR", "us-east-1", "a"),), (replace(SAID, check=CheckId("default-ca")),), ("arn:a", "arn:c")
        ),
    ]
    empty = Batch("us-east-1", None, ())
    found = summarise(FULL, results, {"b": empty, "a": empty}, ())
    assert found.vanished == ("arn:a", "arn:b", "arn:c", "arn:d")
    assert found.lost_batches == ("a", "b")
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
    listing = Finding(
        REGION, "eu-west-1", CheckId("default-ca"), Status(status), "New databases get what they get.", ""
    )
    found = summarise(FULL, [BatchResult((), (listing,))], {}, ())
    assert (found.listings == (listing,)) == is_named
    sent = message_of(found, REPORT)
    assert sent is not None
    assert ("eu-west-1: New databases get what they get." in sent.body.split("\n")) == is_named
    assert found.unlisted == ()


@pytest.mark.parametrize(
    ("sweep", "changed", "lost", "is_sent"),
    [
        (FULL, (), False, True),
        (SAMPLE, (), False, False),
        (SAMPLE, ("ca",), False, True),
        (SAMPLE, (), True, True),
    ],
)
def test_a_sample_is_told_of_when_it_found_news_or_lost_a_batch(
    sweep: Sweep, changed: tuple[str, ...], lost: bool, is_sent: bool
) -> None:
    batches = {"sweeps/nightly-1/batches/0002.json": Batch("us-east-1", None, ())} if lost else {}
    found = summary(row("CLEAR", "us-east-1", "a", changed=changed), sweep=sweep, lost=batches)
    sent = message_of(found, REPORT)
    assert (sent is not None) == is_sent
    if sent is not None and lost:
        said = "1 of the sweep's batches failed; see the state machine's execution."
        assert said in sent.body.split("\n")


def test_a_whole_message_reads_so() -> None:
    refused = Delivery(REGION, "us-east-1", "AccessDeniedException: not authorized", NOW)
    listing = Finding(
        REGION, "eu-west-1", CheckId("not-observed"), Status.NOT_OBSERVED, "Nothing could be listed.", ""
    )
    other = replace(SAID, check=CheckId("force-ssl"))
    rows = (
        row("FIX_DATABASE", "us-east-1", "a", changed=("ca",)),
        row("FIX_CLIENTS", "us-east-1", "b", changed=("ca", "force-ssl"), findings=(SAID, other)),
        row(
            "NOT_OBSERVED",
            "us-east-1",
            "c",
            changed=("ca", "force-ssl"),
            findings=(SAID, other, replace(SAID, check=CheckId("tls-clients"))),
        ),
        row("CLEAR", "us-east-1", "d", changed=("ca",)),
    )
    batches = {key: Batch("us-east-1", None, ()) for key in ("2", "3")}
    found = summarise(FULL, [BatchResult(rows, (listing,), ("arn:gone",))], batches, (refused,))
    sent = message_of(found, REPORT)
    assert sent is not None
    assert sent.subject == "tlscheck: fix 1 databases, clients of 1; 1 not observed, 1 clear"
    assert sent.body == "\n".join(
        [
            "4 databases in the full sweep that started at 2026-11-24 03:00 UTC.",
            "FIX_DATABASE 1, FIX_CLIENTS 1, NOT_OBSERVED 1, CLEAR 1",
            "Report: s3://tlscheck/sweeps/nightly-1/report.json",
            "us-east-1: Security Hub refused findings (AccessDeniedException: not authorized)",
            "eu-west-1: Nothing could be listed.",
            "2 of the sweep's batches failed; see the state machine's execution.",
            "Gone or excluded, findings archived: arn:gone",
            "",
            "FIX_DATABASE a in us-east-1 (new)",
            "  It is so.",
            "",
            "FIX_CLIENTS b in us-east-1 (new)",
            "  It is so.",
            "",
            "NOT_OBSERVED c in us-east-1 (changed: ca, force-ssl)",
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
    sent = message_of(summarise(FULL, [BatchResult((), (), gone)], {}, ()), REPORT)
    assert sent is not None
    named = "; ".join(f"arn:{number:02}" for number in range(10))
    assert sent.body.split("\n")[-1] == f"Gone or excluded, findings archived: {named}{tail}"


@pytest.mark.parametrize(("length", "shown"), [(300, "x" * 300), (301, "x" * 299 + "…")])
def test_a_reason_in_a_message_ends_at_three_hundred_characters(length: int, shown: str) -> None:
    assert message(row("FIX_CLIENTS", "us-east-1", "a", reason="x" * length)).body.endswith(f"\n  {shown}")


def regions(characters: int) -> Summary:
    """A summary whose message has exactly so many characters, by what is said of its Regions."""
    base = len(message().body)
    line = Finding(REGION, "r", CheckId("not-observed"), Status.NOT_OBSERVED, "x" * 100, "")
    each = len("\nr: ") + 100
    number, rest = divmod(characters - base, each)
    last = replace(line, region="r" + "r" * rest)
    listings = (*[line] * (number - 1), last)
    return summarise(FULL, [BatchResult((), listings)], {}, ())


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
