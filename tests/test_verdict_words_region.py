"""Findings word for word, of a Region as a whole: its listing, its roots, its default CA."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.verdict.regional import is_told, judge_region

from tests.examples import NOW, REGION, database

HELD = OfferedAuthority("rds-ca-rsa2048-g1", "7c40", None)
LACKED = OfferedAuthority("rds-ca-rsa4096-g1", "beef", None)
UNSAID = OfferedAuthority("rds-ca-ecc384-g1", None, None)
ROOTS = {"7c40": "CN=Amazon RDS us-east-1 Root CA RSA2048 G1"}
CHOICE = "aws rds modify-certificates --region us-east-1 --certificate-identifier"
LACKS = (
    "The trust store of this deployment lacks the root of rds-ca-rsa4096-g1 (SHA-1 beef), which the Region offers."
)
EXPIRED = "New databases get rds-ca-2019, which the Region does not offer or which has expired"
ASK = "Let rds:DescribeCertificates succeed in this Region, as the reason says."


def found(
    check: str,
    *offered: OfferedAuthority,
    default: str | None = None,
    unknown: Gap | None = None,
    gaps: tuple[Gap, ...] = (),
) -> tuple[str, str, str]:
    listing = RegionListing(REGION, "us-east-1", 3, gaps, unknown or Authorities(offered, default))
    (finding,) = (each for each in judge_region(listing, ROOTS, NOW) if each.check == check)
    assert (finding.resource, finding.region) == (REGION, "us-east-1")
    return finding.status.value, finding.reason, finding.told_step


def test_a_whole_listing_passes() -> None:
    assert found("not-observed") == ("PASSED", "Every database of the Region could be listed.", "")


@pytest.mark.parametrize(("count", "tail"), [(5, ""), (6, "; and 1 more")])
def test_five_gaps_are_told_and_all_calls_named(count: int, tail: str) -> None:
    gaps = tuple(Gap(f"rds:Call{number}", "AccessDenied") for number in reversed(range(count)))
    told = "; ".join(f"rds:Call{number}: AccessDenied" for number in reversed(range(count - 5, count)))
    calls = ", ".join(f"rds:Call{number}" for number in range(count))
    assert found("not-observed", gaps=gaps) == (
        "NOT_OBSERVED",
        f"Not everything of the Region could be listed: {told}{tail}.",
        f"Let these calls succeed in us-east-1: {calls}.",
    )


def test_roots_are_held_lacked_or_not_known_and_what_is_lacked_is_told_first() -> None:
    refresh = "In tlscheck's own folder: make trust-store && make deploy"
    assert found("trust-store", HELD) == ("PASSED", "The trust store holds the root of rds-ca-rsa2048-g1.", "")
    assert found("trust-store") == ("PASSED", "The trust store holds the root of no CA.", "")
    assert found("trust-store", HELD, UNSAID) == (
        "NOT_OBSERVED",
        "The API gives no thumbprint of rds-ca-ecc384-g1.",
        "The next sweep asks again.",
    )
    assert found("trust-store", UNSAID, LACKED, HELD) == (
        "FAILED",
        LACKS,
        refresh,
    )
    assert found("trust-store", LACKED, unknown=Gap("rds:X", "AccessDenied")) == (
        "NOT_OBSERVED",
        "The Region's CAs are not known: rds:X: AccessDenied.",
        ASK,
    )


def test_roots_that_no_database_of_the_region_needs_are_missed_by_nobody() -> None:
    """A Region that was not listed whole may have some."""
    lacks = Authorities((LACKED,), None)
    empty = RegionListing(REGION, "us-east-1", 0, (), lacks)
    part = replace(empty, gaps=(Gap("rds:DescribeDBClusters", "AccessDenied"),))
    found = [
        (each.status.value, each.reason, each.told_step)
        for listing in (empty, part)
        for each in judge_region(listing, ROOTS, NOW)
        if each.check == "trust-store"
    ]
    assert found == [
        ("INFORMATIONAL", f"{LACKS} No database of the Region needs it.", ""),
        ("FAILED", LACKS, "In tlscheck's own folder: make trust-store && make deploy"),
    ]


@pytest.mark.parametrize(
    ("databases", "unlisted", "cause", "told"),
    [
        (1, (), None, True),
        (0, (), None, False),
        (0, (), GapCause.ORGANISATION, False),
        (0, (), GapCause.DISABLED, False),
        (0, (), GapCause.NOT_OFFERED, False),
        # Somebody may have one there.
        (0, (), GapCause.PERMISSION, True),
        (0, (), GapCause.THROTTLED, True),
        (0, (), GapCause.UNREACHABLE, True),
        (0, (), GapCause.OTHER, True),
        # Somebody had one there.
        (0, (database(),), GapCause.ORGANISATION, True),
        (0, (database(region="eu-west-1"),), GapCause.ORGANISATION, False),
    ],
)
def test_others_are_told_of_regions_where_a_database_is_or_may_be(
    databases: int, unlisted: tuple[Database, ...], cause: GapCause | None, *, told: bool
) -> None:
    calls = ("rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:DescribeDBProxies")
    gaps = tuple(Gap(call, "so", cause) for call in calls) if cause else ()
    assert is_told(RegionListing(REGION, "us-east-1", databases, gaps), unlisted) is told


def test_a_default_is_the_regions_own_the_accounts_choice_or_none_that_is_offered() -> None:
    chosen = OfferedAuthority(
        "rds-ca-ecc384-g1", "aa", None, override=True, override_expires=NOW + timedelta(days=100)
    )
    assert found("default-ca", HELD, default="rds-ca-rsa2048-g1") == (
        "PASSED",
        "New databases get rds-ca-rsa2048-g1, the Region's own default.",
        "",
    )
    assert found("default-ca", HELD, chosen, default="rds-ca-ecc384-g1") == (
        "INFORMATIONAL",
        "New databases get rds-ca-ecc384-g1, which the account chose as its default until 2027-03-04.",
        "",
    )
    assert found("default-ca", HELD, LACKED, default="rds-ca-2019") == (
        "FAILED",
        f"{EXPIRED}: rds-ca-rsa2048-g1, rds-ca-rsa4096-g1.",
        (
            "No database that there is changes by it. Have the clients of what is created, restored or promoted "
            'from then on trust "Amazon RDS us-east-1 Root CA RSA2048 G1", then: '
            f"{CHOICE} rds-ca-rsa2048-g1"
        ),
    )
    assert found("default-ca", HELD) == (
        "NOT_OBSERVED",
        "The default CA is not known: the API names none.",
        "The next sweep asks again.",
    )
    assert found("default-ca", unknown=Gap("rds:X", "AccessDenied"), default="rds-ca-2019") == (
        "NOT_OBSERVED",
        "The default CA is not known: rds:X: AccessDenied.",
        ASK,
    )
