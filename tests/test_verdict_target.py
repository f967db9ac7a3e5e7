"""A CA that the owner wants: it is told where a database can have it, and else why it cannot."""

from dataclasses import replace

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import Rotation
from tlscheck.reporting.reach import not_to, out_of_reach
from tlscheck.verdict.authorities import why_not
from tlscheck.wire.sight import Sight

from tests.examples import CURRENT_CA, RETIRED_CA, cluster, database, evidence
from tests.verdicts import says

ECC, LARGE, OWN = "rds-ca-ecc384-g1", "rds-ca-rsa4096-g1", "rds-ca-rsa2048-g1"
LEAVING = database(certificate_authority=RETIRED_CA)
UNSURE = Rotation(supported=Gap("rds:DescribeDBEngineVersions", "AccessDenied"))


def advised(of: Database, target: str | None) -> str:
    return says("ca", replace(evidence(of), target=target)).told_step


@pytest.mark.parametrize("target", [ECC, LARGE])
def test_the_ca_that_is_wanted_is_advised(target: str) -> None:
    assert f"--ca-certificate-identifier {target}" in advised(LEAVING, target)
    assert f"--ca-certificate-identifier {OWN}" in advised(LEAVING, None)


@pytest.mark.parametrize("target", ["rds-ca-2024", RETIRED_CA.identifier])
def test_one_that_cannot_be_is_not_advised(target: str) -> None:
    assert advised(LEAVING, target) == advised(LEAVING, None)


def test_members_of_a_cluster_are_given_the_one_that_is_wanted() -> None:
    mixed = cluster(member_authorities={"ledger-1": OWN, "ledger-2": ECC})
    assert f"--ca-certificate-identifier {ECC}" in advised(mixed, ECC)
    assert f"--ca-certificate-identifier {OWN}" in advised(mixed, OWN)


@pytest.mark.parametrize(
    ("of", "target", "why"),
    [
        (LEAVING, ECC, None),
        (database(), OWN, None),
        (LEAVING, "rds-ca-2024", "us-east-1 does not offer it"),
        (database(rotation=Rotation(supported=(OWN,))), ECC, "its engine version does not support it"),
        (database(rotation=UNSURE), ECC, "whether it can have it is not known"),
        (
            database(certificate_authority=replace(CURRENT_CA, offered=())),
            ECC,
            "whether it can have it is not known",
        ),
    ],
)
def test_why_a_database_cannot_have_it_is_said(of: Database, target: str, why: str | None) -> None:
    assert why_not(of, target) == why
    assert (not_to(target, [of]) == "") is (why is None)
    assert not_to(target, [of]).endswith(f"orders-prod: {why}." if why else "")


def test_servers_out_of_reach_are_counted_among_those_that_somebody_went_to() -> None:
    sights = [
        {Sight.SEEN: 2, Sight.UNREACHABLE: 1, Sight.ASLEEP: 4},
        {Sight.UNREACHABLE: 2, Sight.NOT_AVAILABLE: 3},
    ]
    assert out_of_reach(sights, reads_logs=False).startswith("3 of 5 servers cannot be reached from here: --logs")
    assert "--logs" not in out_of_reach(sights, reads_logs=True)
    assert out_of_reach([{Sight.SEEN: 2, Sight.ASLEEP: 1}], reads_logs=False) == ""
