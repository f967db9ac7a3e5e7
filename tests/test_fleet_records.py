"""The RDS records are what the API could have answered, and the table says of every database what is expected."""

import json
from datetime import datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, StructureShape
from botocore.validate import ParamValidator

from tests.local_aws.fleet import records
from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.databases import CLUSTERS, DATABASES, NETWORKS, PARAMETER_GROUPS, PROXIES, Behind

ACCOUNT = "000000000000"
EXPIRY = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
LISTS = {
    "DBInstances": "DescribeDBInstances",
    "DBClusters": "DescribeDBClusters",
    "Certificates": "DescribeCertificates",
    "DBProxies": "DescribeDBProxies",
    "DBShardGroups": "DescribeDBShardGroups",
    "PendingMaintenanceActions": "DescribePendingMaintenanceActions",
}


@pytest.fixture(scope="module")
def authorities() -> dict[str, dict[str, CertificateAuthority]]:
    return {region: {"rds-ca-rsa2048-g1": regional(region)} for region in NETWORKS}


@pytest.fixture(scope="module")
def document(authorities: dict[str, dict[str, CertificateAuthority]]) -> dict[str, Any]:
    served = [database for database in DATABASES if database.behind is not Behind.NO_PORT]
    ports = {database.identifier: 50000 + number for number, database in enumerate(served)}
    return records.document(ACCOUNT, ports, dict.fromkeys(ports, EXPIRY), authorities)


def _instances(document: dict[str, Any]) -> dict[str, Any]:
    return {each["DBInstanceIdentifier"]: each for region in document.values() for each in region["DBInstances"]}


def test_every_record_has_the_shape_of_the_apis_answer(document: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model("rds")
    for region in document.values():
        for member, operation in LISTS.items():
            shape = model.operation_model(operation).output_shape
            assert isinstance(shape, StructureShape)
            report = ParamValidator().validate({member: region.get(member, [])}, shape)
            assert not report.has_errors(), report.generate_report()
            records_shape = shape.members[member]
            assert isinstance(records_shape, ListShape)
            record_shape = records_shape.member
            assert isinstance(record_shape, StructureShape)
            assert all(set(record) <= set(record_shape.members) for record in region.get(member, []))


def test_the_document_is_plain_json(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document)) == document


def test_every_database_of_the_table_has_its_record(document: dict[str, Any]) -> None:
    expected = {database.identifier for database in DATABASES} | {"graph-prod-1"}
    assert set(_instances(document)) == expected


def test_a_database_that_is_being_created_has_no_endpoint_yet(document: dict[str, Any]) -> None:
    record = _instances(document)["newsletter-dev"]
    assert "Endpoint" not in record
    assert "CertificateDetails" not in record


def test_a_clusters_members_are_the_instances_that_name_it(document: dict[str, Any]) -> None:
    (cluster,) = (
        one for one in document["us-east-1"]["DBClusters"] if one["DBClusterIdentifier"] == "ledger-aurora"
    )
    members = {member["DBInstanceIdentifier"]: member["IsClusterWriter"] for member in cluster["DBClusterMembers"]}
    assert members == {"ledger-aurora-1": True, "ledger-aurora-2": False}
    assert {
        name
        for name, record in _instances(document).items()
        if record.get("DBClusterIdentifier") == "ledger-aurora"
    } == set(members)


def test_a_region_lists_its_private_root_and_not_the_retired_one(
    document: dict[str, Any], authorities: dict[str, dict[str, CertificateAuthority]]
) -> None:
    for region in NETWORKS:
        content = document[region]
        listed = {each["CertificateIdentifier"]: each["Thumbprint"] for each in content["Certificates"]}
        assert listed == {"rds-ca-rsa2048-g1": authorities[region]["rds-ca-rsa2048-g1"].thumbprint}
    assert _instances(document)["crm-prod"]["CACertificateIdentifier"] == "rds-ca-2019"


def test_resource_ids_are_of_rdss_form_and_differ(document: dict[str, Any]) -> None:
    identifiers = [record["DbiResourceId"] for record in _instances(document).values()]
    assert len(set(identifiers)) == len(identifiers)
    assert all(len(each) == 29 and each.startswith("db-") and each[3:].isalnum() for each in identifiers)


def test_every_parameter_group_named_is_a_default_one_or_described(document: dict[str, Any]) -> None:
    for database in DATABASES:
        described = document[database.region]["DBParameterGroups"]
        group = database.parameter_group
        family = f"{database.engine}{database.engine_version.split('.')[0]}"
        assert group == f"default.{family}" or described[group]["family"] == family, database.identifier


def test_every_kind_is_there() -> None:
    kinds = [each.kind for each in DATABASES] + [each.kind for each in CLUSTERS] + [each.kind for each in PROXIES]
    assert {kind[1] for kind in kinds if kind.startswith("(")} == set("abcdefghijklmnopqrstuv")


def test_what_is_configured_agrees_with_what_the_server_does_unless_a_reboot_is_waited_for() -> None:
    for database in DATABASES:
        if database.behind not in {Behind.SERVER, Behind.IAM_LOGIN} or database.parameter_status != "in-sync":
            continue
        group = PARAMETER_GROUPS.get(database.parameter_group)
        by_default = int(database.engine_version.split(".")[0]) >= (17 if "aurora" in database.engine else 15)
        assert database.enforced == (group.force_ssl == "1" if group else by_default), database.identifier


def test_no_private_root_expires_soon(authorities: dict[str, dict[str, CertificateAuthority]]) -> None:
    for region in authorities.values():
        for authority in region.values():
            root = authority.root
            assert root.not_valid_after_utc - root.not_valid_before_utc > timedelta(days=30 * 365)
