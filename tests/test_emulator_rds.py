"""The emulated RDS answers as RDS does: the same shapes, pages, filters and refusals."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount, EmulatorError

EXPIRES = datetime(2027, 3, 1, 12, tzinfo=UTC)


def instance(identifier: str, **changes: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": identifier,
        "DBInstanceArn": f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{identifier}",
        "DbiResourceId": f"db-{identifier.upper()}",
        "Engine": "postgres",
        "EngineVersion": "17.4",
        "DBInstanceStatus": "available",
        "Endpoint": {"Address": f"{identifier}.c9x2example.us-east-1.rds.amazonaws.com", "Port": 5432},
        "DBParameterGroups": [{"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": "in-sync"}],
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": EXPIRES},
        "IAMDatabaseAuthenticationEnabled": True,
        "TagList": [{"Key": "team", "Value": "orders & <billing>"}],
        **changes,
    }


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture(scope="module")
def client(account: EmulatedAccount) -> Any:
    return account.client("rds")


@pytest.fixture
def rds(account: EmulatedAccount, client: Any) -> Any:
    """A client of an RDS that holds one instance."""
    account.set_rds({"us-east-1": {"DBInstances": [instance("orders-prod")]}})
    return client


def refusal(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    return str(refused.value.response["Error"]["Code"])


def test_an_instance_comes_back_as_the_document_says_it(rds: Any) -> None:
    (answered,) = rds.describe_db_instances()["DBInstances"]
    assert answered == instance("orders-prod")


def test_a_thousand_instances_come_in_ten_pages(account: EmulatedAccount, rds: Any) -> None:
    account.set_rds({"us-east-1": {"DBInstances": [instance(f"orders-{number}") for number in range(1000)]}})
    account.take_calls()
    pages = list(rds.get_paginator("describe_db_instances").paginate())
    assert [len(page["DBInstances"]) for page in pages] == [100] * 10
    assert account.take_calls() == {"us-east-1": {"rds:DescribeDBInstances": 10}}


def test_without_an_engine_filter_neptune_and_documentdb_leak_in(account: EmulatedAccount, rds: Any) -> None:
    others = [instance("graph", Engine="neptune"), instance("documents", Engine="docdb")]
    account.set_rds({"us-east-1": {"DBInstances": [instance("orders-prod"), *others]}})
    wanted = [{"Name": "engine", "Values": ["postgres", "aurora-postgresql"]}]
    assert len(rds.describe_db_instances()["DBInstances"]) == 3
    assert len(rds.describe_db_instances(Filters=wanted)["DBInstances"]) == 1


def test_a_region_without_a_document_is_empty(account: EmulatedAccount) -> None:
    assert account.client("rds", "eu-west-1").describe_db_instances()["DBInstances"] == []


def test_a_region_that_the_account_did_not_opt_into_refuses(account: EmulatedAccount) -> None:
    assert refusal(account.client("rds", "ap-east-1").describe_db_instances) == "InvalidClientTokenId"


@pytest.mark.parametrize("records", [19, 101])
def test_a_page_holds_twenty_to_a_hundred_records(rds: Any, records: int) -> None:
    assert refusal(rds.describe_db_instances, MaxRecords=records) == "InvalidParameterValue"


def test_an_unknown_filter_is_refused(rds: Any) -> None:
    filters = [{"Name": "tag:team", "Values": ["orders"]}]
    assert refusal(rds.describe_db_instances, Filters=filters) == "InvalidParameterValue"


def test_a_marker_of_another_operation_is_refused(rds: Any) -> None:
    marker = rds.describe_db_parameters(DBParameterGroupName="default.postgres17")["Marker"]
    assert refusal(rds.describe_db_instances, Marker=marker) == "InvalidParameterValue"


def test_what_does_not_exist_is_refused_with_its_own_code(rds: Any) -> None:
    assert refusal(rds.describe_db_instances, DBInstanceIdentifier="nobody") == "DBInstanceNotFound"
    assert refusal(rds.describe_db_clusters, DBClusterIdentifier="nobody") == "DBClusterNotFoundFault"
    assert refusal(rds.describe_db_parameters, DBParameterGroupName="nobody") == "DBParameterGroupNotFound"
    assert refusal(rds.describe_certificates, CertificateIdentifier="nobody") == "CertificateNotFound"
    assert refusal(rds.describe_db_proxy_targets, DBProxyName="nobody") == "DBProxyNotFoundFault"


def test_a_change_is_refused(rds: Any) -> None:
    assert refusal(rds.reboot_db_instance, DBInstanceIdentifier="orders-prod") == "InvalidAction"


def force_ssl(rds: Any, group: str, **request: Any) -> list[dict[str, Any]]:
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=group, **request)
    found = [parameter for page in pages for parameter in page["Parameters"]]
    return [parameter for parameter in found if parameter["ParameterName"] == "rds.force_ssl"]


@pytest.mark.parametrize(("family", "value"), [("postgres14", "0"), ("postgres15", "1"), ("postgres17", "1")])
def test_a_default_group_forces_tls_from_postgresql_15(rds: Any, family: str, value: str) -> None:
    (parameter,) = force_ssl(rds, f"default.{family}")
    assert (parameter["ParameterValue"], parameter["Source"]) == (value, "system")


@pytest.mark.parametrize(("family", "value"), [("aurora-postgresql16", "0"), ("aurora-postgresql17", "1")])
def test_aurora_has_force_ssl_in_the_cluster_group_only(rds: Any, family: str, value: str) -> None:
    named = [{"Name": "parameter-name", "Values": ["rds.force_ssl"]}]
    request = {"DBClusterParameterGroupName": f"default.{family}", "Filters": named}
    (parameter,) = rds.describe_db_cluster_parameters(**request)["Parameters"]
    assert parameter["ParameterValue"] == value
    assert force_ssl(rds, f"default.{family}") == []


def test_a_whole_group_takes_four_pages(account: EmulatedAccount, rds: Any) -> None:
    account.take_calls()
    force_ssl(rds, "default.postgres17")
    assert account.take_calls() == {"us-east-1": {"rds:DescribeDBParameters": 4}}


@pytest.mark.parametrize(("value", "seen"), [("0", 1), ("1", 0)])
def test_source_user_misses_a_value_that_is_the_default_anyway(
    account: EmulatedAccount, rds: Any, value: str, seen: int
) -> None:
    changed = {"rds.force_ssl": {"ParameterValue": value}}
    group = {"orders-pg17": {"family": "postgres17", "parameters": changed}}
    account.set_rds({"us-east-1": {"DBParameterGroups": group}})
    assert len(force_ssl(rds, "orders-pg17", Source="user")) == seen
    assert [parameter["ParameterValue"] for parameter in force_ssl(rds, "orders-pg17")] == [value]


def test_engine_default_cluster_parameters_take_no_filter(rds: Any) -> None:
    request = {
        "DBParameterGroupFamily": "aurora-postgresql17",
        "Filters": [{"Name": "parameter-name", "Values": ["rds.force_ssl"]}],
    }
    assert refusal(rds.describe_engine_default_cluster_parameters, **request) == "InvalidParameterValue"
    (parameter,) = rds.describe_engine_default_parameters(
        DBParameterGroupFamily="postgres17", Filters=request["Filters"]
    )["EngineDefaults"]["Parameters"]
    assert parameter["ParameterValue"] == "1"


def test_deprecated_versions_are_listed_only_when_all_are_asked_for(rds: Any) -> None:
    request = {"Engine": "postgres", "EngineVersion": "11.22"}
    assert rds.describe_db_engine_versions(**request)["DBEngineVersions"] == []
    (version,) = rds.describe_db_engine_versions(IncludeAll=True, **request)["DBEngineVersions"]
    assert version["Status"] == "deprecated"
    assert version["DBParameterGroupFamily"] == "postgres11"


def test_a_region_names_its_certificate_authorities(account: EmulatedAccount, rds: Any) -> None:
    assert len(rds.describe_certificates()["Certificates"]) == 3
    root = {"CertificateIdentifier": "rds-ca-rsa4096-g1", "CertificateType": "CA", "ValidTill": EXPIRES}
    region = {"Certificates": [root], "DefaultCertificateForNewLaunches": "rds-ca-rsa4096-g1"}
    account.set_rds({"us-east-1": region})
    answer = rds.describe_certificates()
    assert answer["Certificates"] == [root]
    assert answer["DefaultCertificateForNewLaunches"] == "rds-ca-rsa4096-g1"


def test_pending_maintenance_is_found_by_instance(account: EmulatedAccount, rds: Any) -> None:
    pending = {
        "ResourceIdentifier": instance("orders-prod")["DBInstanceArn"],
        "PendingMaintenanceActionDetails": [{"Action": "server-certificate-rotation"}],
    }
    account.set_rds({"us-east-1": {"PendingMaintenanceActions": [pending]}})
    for identifier, found in (("orders-prod", 1), ("billing", 0)):
        filters = [{"Name": "db-instance-id", "Values": [identifier]}]
        answer = rds.describe_pending_maintenance_actions(Filters=filters)
        assert len(answer["PendingMaintenanceActions"]) == found


def test_proxies_and_their_targets_come_from_the_document(account: EmulatedAccount, rds: Any) -> None:
    region = {
        "DBProxies": [{"DBProxyName": "orders", "RequireTLS": True}],
        "DBProxyTargets": {"orders": [{"RdsResourceId": "orders-prod", "Port": 5432}]},
        "DBShardGroups": [{"DBShardGroupIdentifier": "shards"}],
    }
    account.set_rds({"us-east-1": region})
    assert rds.describe_db_proxies()["DBProxies"] == region["DBProxies"]
    assert rds.describe_db_proxy_targets(DBProxyName="orders")["Targets"] == [
        {"RdsResourceId": "orders-prod", "Port": 5432}
    ]
    assert rds.describe_db_shard_groups()["DBShardGroups"] == region["DBShardGroups"]


def test_tags_are_listed_by_arn(rds: Any) -> None:
    record = instance("orders-prod")
    assert rds.list_tags_for_resource(ResourceName=record["DBInstanceArn"])["TagList"] == record["TagList"]


def test_a_fault_fails_its_share_of_the_calls(account: EmulatedAccount, rds: Any) -> None:
    faults = {
        "DescribeDBClusters": {"code": "AccessDenied"},
        "DescribeDBInstances": {"code": "Throttling", "status": 400, "share": 0.25},
    }
    account.set_rds({"us-east-1": {"Faults": faults}})
    assert refusal(rds.describe_db_clusters) == "AccessDenied"
    failed = 0
    for _ in range(20):
        try:
            rds.describe_db_instances()
        except ClientError as error:
            failed += error.response["Error"]["Code"] == "Throttling"
    assert failed == 5


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"us-east-1": {"DBInstances": [{"Enginee": "postgres"}]}}, r"DBInstances\[0\] has a member Enginee"),
        ({"us-east-1": {"DBInstances": [{"Engine": 17}]}}, r"Engine must be string, not 17"),
        ({"us-east-1": {"Databases": []}}, "Databases"),
    ],
)
def test_a_document_that_rds_could_not_answer_changes_nothing(
    account: EmulatedAccount, rds: Any, document: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(EmulatorError, match=complaint):
        account.set_rds(document)
    assert len(rds.describe_db_instances()["DBInstances"]) == 1


def test_major_versions_name_their_lifecycles_by_engine_and_number(rds: Any) -> None:
    (found,) = rds.describe_db_major_engine_versions(Engine="postgres", MajorEngineVersion="14")[
        "DBMajorEngineVersions"
    ]
    assert {
        each["LifecycleSupportName"]: each["LifecycleSupportEndDate"].date().isoformat()
        for each in found["SupportedEngineLifecycles"]
    } == {
        "open-source-rds-standard-support": "2027-02-28",
        "open-source-rds-extended-support": "2030-03-31",
    }
    engines = {each["Engine"] for each in rds.describe_db_major_engine_versions()["DBMajorEngineVersions"]}
    assert engines == {"postgres", "aurora-postgresql", "sqlserver-ee"}


def test_a_fault_may_be_that_of_the_calls_with_one_member_alone(account: EmulatedAccount, client: Any) -> None:
    fault = {"code": "InvalidParameterValue", "status": 400, "with": "Filters"}
    account.set_rds({"us-east-1": {"Faults": {"DescribeDBInstances": fault}}})
    assert client.describe_db_instances()["DBInstances"] == []
    wanted = [{"Name": "engine", "Values": ["postgres"]}]
    assert refusal(client.describe_db_instances, Filters=wanted) == "InvalidParameterValue"
