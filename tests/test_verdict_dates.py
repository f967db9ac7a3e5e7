"""From which second on a date counts: a moment before, at, and after each of them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.inventory.rotation import Rotation
from tlscheck.ledger.client import Client
from tlscheck.ledger.joining import hour
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.regional import judge_region
from tlscheck.wire.observation import Observation

from tests.examples import (
    BY_ITSELF,
    CURRENT_CA,
    NOW,
    OFFERED,
    REGION,
    client,
    database,
    evidence,
    handshake,
    leaf,
    observation,
)
from tests.verdicts import says

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)


def finding(check: str, of: Database, seen: Observation | None = None, *known: Client) -> Finding:
    return says(check, evidence(of, seen, known))


@pytest.mark.parametrize(
    ("expires", "status"),
    [
        (NOW - SECOND, "FAILED"),
        (NOW, "FAILED"),
        (NOW + SECOND, "WARNING"),
        (NOW + 365 * DAY - SECOND, "WARNING"),
        (NOW + 365 * DAY, "PASSED"),
    ],
)
def test_a_ca_fails_from_its_last_moment_on_and_warns_for_a_year_before(expires: datetime, status: str) -> None:
    ca = replace(CURRENT_CA, expires=expires)
    assert finding("ca", database(certificate_authority=ca)).status == status


@pytest.mark.parametrize(
    ("expires", "status"),
    [(NOW + SECOND, "WARNING"), (NOW + 30 * DAY, "WARNING"), (NOW + 30 * DAY + SECOND, "PASSED")],
)
def test_a_server_certificate_warns_for_its_last_thirty_days(expires: datetime, status: str) -> None:
    shown = observation(handshake=handshake(chain=(leaf(not_after=expires),)))
    assert finding("server-certificate", database(), shown).status == status


HALF_LIFE = 182.5 * DAY
"""Of 365 days, for which the certificate of a version that rotates by itself is valid (RDS User Guide)."""


@pytest.mark.parametrize(
    ("left", "status"),
    [
        (-SECOND, "FAILED"),
        (timedelta(0), "FAILED"),
        (SECOND, "WARNING"),
        (HALF_LIFE - 14 * DAY - SECOND, "WARNING"),
        (HALF_LIFE - 14 * DAY, "PASSED"),
        (HALF_LIFE, "PASSED"),
    ],
)
def test_a_renewal_that_comes_by_itself_is_overdue_two_weeks_after_the_half_life(
    left: timedelta, status: str
) -> None:
    of = database(server_certificate_expires=NOW + left, rotation=BY_ITSELF)
    assert finding("certificate-rotation", of).status == status


@pytest.mark.parametrize(
    ("left", "status"),
    [(timedelta(0), "FAILED"), (SECOND, "WARNING"), (90 * DAY, "WARNING"), (90 * DAY + SECOND, "PASSED")],
)
def test_a_renewal_that_restarts_is_overdue_where_three_months_before_expiry_none_is_offered(
    left: timedelta, status: str
) -> None:
    restarts = Rotation(without_restart=False, supported=OFFERED)
    of = database(server_certificate_expires=NOW + left, rotation=restarts)
    assert finding("certificate-rotation", of).status == status


@pytest.mark.parametrize(("left", "status"), [(90 * DAY, "WARNING"), (90 * DAY + SECOND, "NOT_OBSERVED")])
def test_a_renewal_of_which_nothing_is_known_warns_in_the_last_three_months(left: timedelta, status: str) -> None:
    unknown = Rotation(Gap("rds:DescribeDBEngineVersions", "AccessDenied"))
    of = database(server_certificate_expires=NOW + left, rotation=unknown)
    assert finding("certificate-rotation", of).status == status


def test_the_half_life_is_half_of_what_each_sort_of_version_gives() -> None:
    # RDS User Guide, "Certificate rotation": 12 months where no restart is needed, 36 where one is.
    expires = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
    by_itself = database(server_certificate_expires=expires, rotation=BY_ITSELF)
    restarts = database(server_certificate_expires=expires, rotation=Rotation(False, OFFERED))
    assert finding("certificate-rotation", by_itself).reason == (
        "Its server certificate is valid to 2030-01-01; RDS renews it by itself and without a restart from "
        "2029-07-02 on."
    )
    assert finding("certificate-rotation", restarts).reason == (
        "Its server certificate is valid to 2030-01-01; from 2028-07-02 on RDS offers its renewal, which restarts "
        "the server."
    )


@pytest.mark.parametrize(
    ("since", "status"), [(timedelta(0), "FAILED"), (7 * DAY - MOMENT, "FAILED"), (7 * DAY, "PASSED")]
)
def test_a_client_counts_until_it_came_with_tls_alone_for_seven_days(since: timedelta, status: str) -> None:
    settling = client(last_plaintext=NOW - since)
    assert finding("plaintext-clients", database(), None, settling).status == status


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        (timedelta(0), True),
        (timedelta(minutes=59, seconds=59), True),
        (timedelta(hours=1), False),
    ],
)
def test_a_client_that_came_both_ways_within_one_hour_counts_as_without_tls(
    before: timedelta, counts: bool
) -> None:
    with_tls = NOW - 10 * DAY + timedelta(minutes=59, seconds=59)
    ambiguous = client(last_tls=hour(with_tls), last_plaintext=hour(with_tls - before))
    assert (finding("plaintext-clients", database(), None, ambiguous).status == "FAILED") == counts


CURRENT = OfferedAuthority("rds-ca-rsa2048-g1", "7c40", NOW + 10_000 * DAY)
ROOTS = {"7c40": "CN=Amazon RDS us-east-1 Root CA RSA2048 G1"}


def regional(check: str, *offered: OfferedAuthority, default: str = "rds-ca-rsa2048-g1") -> Finding:
    listing = RegionListing(REGION, "us-east-1", 3, authorities=Authorities(offered, default))
    (found,) = (each for each in judge_region(listing, ROOTS, NOW) if each.check == check)
    return found


@pytest.mark.parametrize(("expires", "status"), [(NOW, "PASSED"), (NOW + MOMENT, "FAILED")])
def test_a_ca_that_expires_at_this_very_moment_needs_no_root_any_more(expires: datetime, status: str) -> None:
    old = OfferedAuthority("rds-ca-2019", "d40d", expires)
    assert regional("trust-store", CURRENT, old).status == status


def test_a_ca_without_an_expiry_needs_its_root() -> None:
    assert regional("trust-store", CURRENT, OfferedAuthority("rds-ca-2019", "d40d", None)).status == "FAILED"


@pytest.mark.parametrize(("expires", "status"), [(NOW, "FAILED"), (NOW + MOMENT, "PASSED")])
def test_a_default_ca_that_expires_at_this_very_moment_is_expired(expires: datetime, status: str) -> None:
    assert regional("default-ca", replace(CURRENT, expires=expires)).status == status


@pytest.mark.parametrize(
    ("ends", "status", "step"),
    [
        (NOW + 90 * DAY, "INFORMATIONAL", ""),
        (
            NOW + 90 * DAY - SECOND,
            "WARNING",
            (
                "From then on new databases get the Region's own default again: have the clients of what is "
                "created or restored trust every root of the Region by then. Or choose anew once it has ended."
            ),
        ),
        (None, "INFORMATIONAL", ""),
    ],
)
def test_the_accounts_choice_of_a_default_warns_for_its_last_ninety_days(
    ends: datetime | None, status: str, step: str
) -> None:
    found = regional("default-ca", replace(CURRENT, override=True, override_expires=ends))
    assert (found.status, found.told_step) == (status, step)
