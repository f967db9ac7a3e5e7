"""Documents of the version before are read: samples live on what the last full sweep of it wrote."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges.documents import dump, load
from tlscheck.inventory.batch import Batch
from tlscheck.inventory.database import Database, Kind, Proxy
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import Beside
from tlscheck.inventory.region import Authorities, OfferedAuthority
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.inventory.trait import Trait

from tests.answers import ROOT_EXPIRES

FROZEN: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "documents_of_7d35913.json").read_text())
BATCH_BEFORE = (Path(__file__).parent / "fixtures" / "documents_of_0_4_0.json").read_text()
"""Written by the code of 0.4.0: two instances on one parameter group, a cluster and its member, a proxy."""

KEPT = {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2", "log_connections": ""}
SUPPORTED = ("rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1")
VERSIONS = Gap("rds:DescribeDBEngineVersions", "AccessDenied: no")
UNKNOWN_ROTATION = Rotation(VERSIONS, VERSIONS, Gap("rds:DescribePendingMaintenanceActions", "AccessDenied: no"))
TARGETS = Gap("rds:DescribeDBProxyTargets", "AccessDenied: no: really")


def frozen(identifier: str) -> Database:
    return load(Database, json.dumps(FROZEN["databases"][identifier]))


@pytest.mark.parametrize("identifier", sorted(FROZEN["databases"]))
def test_every_document_is_read_and_written_anew(identifier: str) -> None:
    database = frozen(identifier)
    assert database.identifier == identifier
    assert (database.instance_class, database.publicly_accessible) == (None, None)
    assert load(Database, dump(database)) == database
    assert "unknown" not in dump(database).replace("is unknown", "").replace("UNKNOWN", "")


@pytest.mark.parametrize(
    ("identifier", "kind", "group"),
    [
        ("orders-prod", Kind.INSTANCE, "orders-pg17"),
        ("writer", Kind.MEMBER, "ledger-aurora16"),
        ("ledger", Kind.CLUSTER, "ledger-aurora16"),
    ],
)
def test_what_was_known_stays_known(identifier: str, kind: Kind, group: str) -> None:
    database = frozen(identifier)
    assert database.kind is kind
    assert database.settings == Settings(group, KEPT)
    assert (database.rotation.without_restart, database.rotation.supported) == (True, SUPPORTED)
    assert database.proxies_gap is None


def test_an_action_that_waits_stays() -> None:
    action = MaintenanceAction("server-certificate-rotation", datetime(2027, 1, 3, 4, tzinfo=UTC))
    assert frozen("orders-prod").rotation.actions == (action,)
    assert frozen("orders-prod").proxies == ("orders-proxy",)


@pytest.mark.parametrize(
    ("identifier", "why"),
    [
        ("waiting", "of orders-pg17 the API says: pending-reboot on waiting"),
        ("denied", "parameter group denied-pg17 could not be read: rds:DescribeDBParameters: AccessDenied: no"),
        ("orphan", "its cluster elsewhere was not listed: its parameters are there"),
        ("shards", "of ledger-aurora16 the API says: pending-reboot on a"),
    ],
)
def test_what_was_not_known_is_a_gap_with_its_reason(identifier: str, why: str) -> None:
    database = frozen(identifier)
    assert isinstance(database.settings, Gap)
    assert database.settings.reason == why
    assert database.rotation == UNKNOWN_ROTATION
    assert database.proxies_gap == TARGETS
    assert (Trait.BABELFISH in database.traits) is (identifier == "shards")


def test_a_proxy_fronts_what_it_fronted_or_nobody_knows_what() -> None:
    assert frozen("orders-proxy").proxy == Proxy(require_tls=True, fronts=("orders-prod",))
    assert frozen("blind-proxy").proxy == Proxy(require_tls=True, fronts=TARGETS)


def test_a_batch_that_is_under_way_during_a_deployment_is_read() -> None:
    whole, denied, empty, unasked = (load(Batch, json.dumps(each)) for each in FROZEN["batches"])
    offered = OfferedAuthority("rds-ca-rsa2048-g1", "7c40cb42714b6fdb2b296f9bbd0e8bb364436a76", ROOT_EXPIRES)
    assert [each.authorities for each in whole.listings] == [Authorities((offered,), "rds-ca-rsa2048-g1")]
    assert denied.listings[0].authorities == Gap("rds:DescribeCertificates", "AccessDenied: no")
    assert empty.listings[0].authorities == Gap("an earlier sweep", "the Region listed no CA at all")
    assert unasked.listings[0].authorities == Gap("nothing", "not asked")
    assert [each.identifier for each in whole.databases] == ["ledger"]


def test_a_tag_of_such_a_name_changes_nothing() -> None:
    database = frozen("orders-prod")
    document = FROZEN["databases"]["orders-prod"] | {"tags": {"unknown": "proxies_unknown"}}
    tagged = load(Database, json.dumps(document))
    assert tagged.tags == {"unknown": "proxies_unknown"}
    assert load(Database, dump(tagged)) == tagged
    assert tagged.settings == database.settings


def test_of_a_batch_of_before_it_is_not_known_who_else_is_on_a_parameter_group() -> None:
    batch = load(Batch, BATCH_BEFORE)
    assert [each.identifier for each in batch.databases] == [
        *("crm", "orders-prod", "ledger-1", "ledger", "orders-proxy")
    ]
    why = Gap("an earlier version", "it did not ask; the next full sweep does")
    assert {each.beside.gap for each in batch.databases} == {why}
    for each in batch.databases:
        assert load(Database, dump(each)) == each
        alone = replace(each, beside=Beside(), tags={"beside": "{"})
        assert load(Database, dump(alone)) == alone
