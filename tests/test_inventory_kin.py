"""What waits for a cluster reaches the members that it concerns, and the other way round."""

from typing import Any

import pytest
from tlscheck.edges import documents
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.trait import Trait

from tests.answers import (
    REGION,
    arn,
    certificate,
    cluster,
    cluster_group,
    databases,
    instance,
    maintenance,
    member,
)

G1, ECC = "rds-ca-rsa2048-g1", "rds-ca-ecc384-g1"
WRITER, READER = arn("db", "writer"), arn("db", "reader")
MULTI_AZ = {"Engine": "postgres", "EngineVersion": "17.4"}
IN_SYNC = {"writer": "in-sync", "reader": "in-sync"}


def of_cluster(*, writer: dict[str, Any] | None = None, **changes: Any) -> dict[str, Database]:
    """A Multi-AZ cluster `maz` of a writer and a reader, and an instance beside it."""
    members = [instance(name, DBClusterIdentifier="maz", **MULTI_AZ) for name in ("writer", "reader")]
    members[0] |= writer or {}
    maintained = changes.pop("maintenance", ())
    described = Described(
        REGION,
        instances=[*members, instance()],
        clusters=[cluster("maz", members=IN_SYNC, **(MULTI_AZ | changes))],
        certificates=[certificate(), certificate(ECC)],
        maintenance=maintained,
    )
    return databases(described)


def test_a_change_of_ca_that_waits_for_a_cluster_waits_for_each_of_its_members() -> None:
    found = of_cluster(PendingModifiedValues={"CertificateDetails": {"CAIdentifier": ECC}})
    assert {name: each.certificate_authority.pending for name, each in found.items()} == {
        "maz": ECC,
        "writer": ECC,
        "reader": ECC,
        "orders-prod": None,
    }


def test_a_change_of_a_members_own_ca_is_told_to_its_cluster_and_to_no_other_member() -> None:
    found = of_cluster(writer={"PendingModifiedValues": {"CACertificateIdentifier": ECC}})
    assert {name: each.certificate_authority.pending for name, each in found.items()} == {
        "maz": None,
        "writer": ECC,
        "reader": None,
        "orders-prod": None,
    }
    assert {name: each.member_pending_authorities for name, each in found.items() if each.cluster is None} == {
        "maz": {"writer": ECC},
        "orders-prod": {},
    }


def waiting(of: str, *, kind: str = "db") -> dict[str, Any]:
    return maintenance(of) | {"ResourceIdentifier": arn(kind, of)}


@pytest.mark.parametrize(
    ("waits", "told"),
    [
        (
            [waiting("maz", kind="cluster")],
            {"maz": [arn("cluster", "maz")], "writer": [arn("cluster", "maz")], "reader": [arn("cluster", "maz")]},
        ),
        ([waiting("writer")], {"maz": [WRITER], "writer": [WRITER], "reader": []}),
        # Its own goes first.
        (
            [waiting("maz", kind="cluster"), waiting("writer"), waiting("reader")],
            {
                "maz": [arn("cluster", "maz"), WRITER, READER],
                "writer": [WRITER, arn("cluster", "maz")],
                "reader": [READER, arn("cluster", "maz")],
            },
        ),
        ([{**waiting("maz"), "ResourceIdentifier": None}], {"maz": [], "writer": [], "reader": []}),
        ([waiting("another", kind="cluster"), waiting("maz")], {"maz": [], "writer": [], "reader": []}),
    ],
)
def test_maintenance_is_told_to_all_that_it_concerns_with_the_arn_on_which_it_waits(
    waits: list[dict[str, Any]], told: dict[str, list[str]]
) -> None:
    """On which of them RDS puts it is not documented: DescribePendingMaintenanceActions has filters for both."""
    found = of_cluster(maintenance=waits)
    read = {name: each.rotation.actions for name, each in found.items()}
    assert {name: [each.resource_arn for each in actions] for name, actions in read.items()} == told | {  # type: ignore[union-attr]  # no Gap
        "orders-prod": []
    }


def test_an_action_of_a_document_of_before_names_no_arn() -> None:
    found = of_cluster(maintenance=[waiting("writer")])["writer"]
    document = documents.to_document(found)
    del document["rotation"]["actions"][0]["resource_arn"]
    del document["certificate_authority"]["of_certificate"]
    del document["member_pending_authorities"]
    read = documents.from_document(Database, document)
    assert read.rotation == Rotation(
        found.rotation.without_restart, found.rotation.supported, read.rotation.actions
    )
    assert read.rotation.actions == (MaintenanceAction("server-certificate-rotation"),)
    assert read.certificate_authority.of_certificate is None


@pytest.mark.parametrize(
    ("configured", "of_certificate", "identifier"),
    [(ECC, G1, ECC), (G1, G1, G1), (None, G1, G1), (ECC, None, ECC), (None, None, None)],
)
def test_the_ca_of_the_certificate_in_use_is_told_beside_the_configured_one(
    configured: str | None, of_certificate: str | None, identifier: str | None
) -> None:
    """ModifyDBInstance with CertificateRotationRestart false: "the certificate is not updated until restarted"."""
    answer = instance(CACertificateIdentifier=configured, CertificateDetails={"CAIdentifier": of_certificate})
    described = Described(REGION, instances=[answer], certificates=[certificate(), certificate(ECC)])
    found = databases(described)["orders-prod"].certificate_authority
    assert (found.identifier, found.of_certificate) == (identifier, of_certificate)


@pytest.mark.parametrize(
    ("own", "of_the_cluster", "told"), [(None, "18.1", "18.1"), ("17.9", "18.1", "17.9"), (None, None, None)]
)
def test_an_upgrade_that_waits_for_a_cluster_waits_for_its_members(
    own: str | None, of_the_cluster: str | None, told: str | None
) -> None:
    writer = {"PendingModifiedValues": {"EngineVersion": own} if own else {}}
    pending = {"EngineVersion": of_the_cluster} if of_the_cluster else {}
    assert of_cluster(writer=writer, PendingModifiedValues=pending)["writer"].pending_version == told


def test_babelfish_of_a_cluster_and_its_settings_are_its_members_too() -> None:
    values = {"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": "0"}
    described = Described(
        REGION,
        instances=[member("writer")],
        clusters=[cluster(members={"writer": "in-sync"})],
        parameters={cluster_group(): values},
    )
    found = databases(described)
    assert Trait.BABELFISH in found["writer"].traits
    assert found["writer"].settings == found["ledger"].settings
    assert found["writer"].settings.values == values  # type: ignore[union-attr]  # no Gap
