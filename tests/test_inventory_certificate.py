"""A database's CA and server certificate, from answers of the RDS API."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.described import ApiAnswer, Described
from tlscheck.inventory.gap import Gap

from tests.answers import (
    LEAF_EXPIRES,
    REGION,
    ROOT_EXPIRES,
    certificate,
    cluster,
    databases,
    instance,
    member,
)

G1 = "rds-ca-rsa2048-g1"


def authority(certificates: list[ApiAnswer] | Gap, **changes: Any) -> CertificateAuthority:
    described = Described(REGION, instances=[instance(**changes)], certificates=certificates)
    return databases(described)["orders-prod"].certificate_authority


def test_a_ca_that_the_region_lists_is_offered_with_its_own_expiry() -> None:
    assert authority([certificate(), certificate("rds-ca-ecc384-g1")]) == CertificateAuthority(
        G1, Offer.OFFERED, f"the Region offers {G1}", ROOT_EXPIRES, None, ("rds-ca-ecc384-g1", G1), None, G1
    )


def test_a_g1_ca_with_an_old_server_certificate_keeps_both_dates() -> None:
    described = Described(REGION, instances=[instance()], certificates=[certificate()])
    database = databases(described)["orders-prod"]
    assert database.certificate_authority.expires == ROOT_EXPIRES
    assert database.server_certificate_expires == LEAF_EXPIRES


def test_a_ca_that_the_region_does_not_list_is_retired_or_unknown_and_has_no_expiry() -> None:
    found = authority([certificate()], CACertificateIdentifier="rds-ca-2019")
    assert found.offer is Offer.RETIRED_OR_UNKNOWN
    assert found.expires is None
    assert found.reason == f"rds-ca-2019 is not among the CAs of the Region ({G1})"


@pytest.mark.parametrize("identifier", [G1, "rds-ca-2019"])
@pytest.mark.parametrize(
    "certificates", [[], [{}], Gap("rds:DescribeCertificates", "AccessDenied: not authorized")]
)
def test_an_empty_or_failed_listing_of_cas_retires_none(
    certificates: list[ApiAnswer] | Gap, identifier: str
) -> None:
    found = authority(certificates, CACertificateIdentifier=identifier)
    assert (found.identifier, found.offer, found.expires) == (identifier, Offer.UNKNOWN, None)


def test_a_region_that_was_not_asked_for_its_cas_retires_none() -> None:
    described = Described(REGION, instances=[instance()])
    assert databases(described)["orders-prod"].certificate_authority.offer is Offer.UNKNOWN


def test_a_database_that_names_no_ca_is_unknown() -> None:
    found = authority([certificate()], CACertificateIdentifier=None, CertificateDetails=None)
    assert (found.identifier, found.offer) == (None, Offer.UNKNOWN)


def test_the_ca_of_the_server_certificate_stands_in_where_the_api_names_no_other() -> None:
    assert authority([certificate()], CACertificateIdentifier=None).identifier == G1


def test_a_ca_change_that_waits_for_its_window_is_pending() -> None:
    found = authority([certificate()], PendingModifiedValues={"CACertificateIdentifier": "rds-ca-rsa4096-g1"})
    assert (found.identifier, found.pending) == (G1, "rds-ca-rsa4096-g1")


def test_a_replica_left_on_the_old_ca_is_judged_by_itself() -> None:
    described = Described(
        REGION,
        instances=[
            instance(),
            instance(
                "orders-replica",
                CACertificateIdentifier="rds-ca-2019",
                ReadReplicaSourceDBInstanceIdentifier="orders-prod",
            ),
        ],
        certificates=[certificate()],
    )
    offers = {name: each.certificate_authority.offer for name, each in databases(described).items()}
    assert offers == {"orders-prod": Offer.OFFERED, "orders-replica": Offer.RETIRED_OR_UNKNOWN}


def test_each_member_has_its_own_certificate_and_an_aurora_cluster_none() -> None:
    described = Described(
        REGION,
        instances=[member("writer"), member("reader", CACertificateIdentifier="rds-ca-2019")],
        clusters=[cluster(members={"writer": "in-sync", "reader": "in-sync"})],
        certificates=[certificate()],
    )
    found = databases(described)
    assert found["writer"].certificate_authority.offer is Offer.OFFERED
    assert found["reader"].certificate_authority.offer is Offer.RETIRED_OR_UNKNOWN
    assert found["ledger"].certificate_authority.identifier is None
    assert found["ledger"].server_certificate_expires is None


def test_a_multi_az_cluster_names_its_ca_and_the_pending_one() -> None:
    answer = cluster(
        Engine="postgres",
        CertificateDetails={"CAIdentifier": G1, "ValidTill": LEAF_EXPIRES},
        PendingModifiedValues={"CertificateDetails": {"CAIdentifier": "rds-ca-rsa4096-g1"}},
    )
    found = databases(Described(REGION, clusters=[answer], certificates=[certificate()]))["ledger"]
    assert found.certificate_authority.identifier == G1
    assert found.certificate_authority.pending == "rds-ca-rsa4096-g1"
    assert found.server_certificate_expires == LEAF_EXPIRES


@pytest.mark.parametrize(
    "moment",
    [
        None,
        "2027-03-01",
        1_800_000_000,
        LEAF_EXPIRES.replace(tzinfo=None),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_an_expiry_that_is_no_moment_is_not_known(moment: object) -> None:
    described = Described(REGION, instances=[instance(CertificateDetails={"ValidTill": moment})])
    assert databases(described)["orders-prod"].server_certificate_expires is None


def test_an_expiry_is_told_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    described = Described(
        REGION, instances=[instance(CertificateDetails={"ValidTill": LEAF_EXPIRES.astimezone(berlin)})]
    )
    found = databases(described)["orders-prod"].server_certificate_expires
    assert found is not None
    assert found.isoformat() == "2027-03-01T12:00:00+00:00"
