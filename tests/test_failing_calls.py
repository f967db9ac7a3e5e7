"""Whatever subset of the calls to RDS fails: no earlier finding turns to passed, and none is archived."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges.aws import rds
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.vanished import with_vanished
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Basis, RememberedFinding
from tlscheck.verdict.regional import judge_region
from tlscheck.verdict.settle import archived, settle

from tests.answers import ACCOUNT, REGION, certificate, cluster, instance, maintenance, member, proxy, shard_group
from tests.examples import NOW
from tests.listed import judged_unseen
from tests.local_aws.emulator.account import EmulatedAccount
from tests.properties import tries

OPERATIONS = (
    "DescribeDBInstances",
    "DescribeDBClusters",
    "DescribeCertificates",
    "DescribeDBParameters",
    "DescribeDBClusterParameters",
    "DescribeEngineDefaultParameters",
    "DescribeEngineDefaultClusterParameters",
    "DescribeDBEngineVersions",
    "DescribeDBMajorEngineVersions",
    "DescribePendingMaintenanceActions",
    "DescribeDBProxies",
    "DescribeDBProxyTargets",
    "DescribeDBShardGroups",
)


def group(family: str, **values: str) -> dict[str, Any]:
    parameters = {name.replace("__", "."): {"ParameterValue": value} for name, value in values.items()}
    return {"family": family, "parameters": parameters}


ILL: dict[str, Any] = {
    "DBInstances": [
        instance(),
        instance("silent", "without-it", EngineVersion="14.18"),
        instance(
            "copy", ReadReplicaSourceDBInstanceIdentifier="orders-prod", CACertificateIdentifier="rds-ca-2019"
        ),
        instance("expired", CertificateDetails={"ValidTill": NOW - timedelta(days=1)}),
        instance("overdue", CertificateDetails={"ValidTill": NOW + timedelta(days=40)}),
        instance(
            "upgraded",
            "default.postgres14",
            EngineVersion="14.18",
            PendingModifiedValues={"EngineVersion": "17.4"},
        ),
        *(instance(f"shard-{number}") for number in range(100)),
        member("ledger-1"),
        member("ledger-2", CACertificateIdentifier="rds-ca-ecc384-g1"),
    ],
    "DBClusters": [
        cluster(members={"ledger-1": "in-sync", "ledger-2": "in-sync"}),
        cluster("limitless", ClusterScalabilityType="limitless"),
    ],
    "DBParameterGroups": {
        "orders-pg17": group("postgres17", rds__force_ssl="0", ssl_min_protocol_version="TLSv1"),
        "without-it": group("without-it"),
    },
    "DBClusterParameterGroups": {
        "ledger-aurora16": group(
            "aurora-postgresql16",
            rds__force_ssl="0",
            rds__babelfish_status="on",
            babelfishpg_tds__tds_ssl_encrypt="0",
        )
    },
    "Certificates": [certificate(), certificate("rds-ca-ecc384-g1", Thumbprint="ab" * 20)],
    "DefaultCertificateForNewLaunches": "rds-ca-2019",
    "PendingMaintenanceActions": [maintenance("shard-1"), maintenance("ledger-1")],
    "DBProxies": [proxy(RequireTLS=False)],
    "DBProxyTargets": {"orders-proxy": [{"RdsResourceId": "orders-prod", "Type": "RDS_INSTANCE"}]},
    "DBShardGroups": [shard_group("shards", "limitless")],
}
"""A Region in which every check has something to say."""


def refusing(faults: dict[str, float]) -> dict[str, Any]:
    """The Region's document, in which a share of some operations' calls is refused."""
    refusals = {name: {"code": "AccessDenied", "message": "no", "share": share} for name, share in faults.items()}
    document: dict[str, Any] = json.loads(json.dumps({**ILL, "Faults": refusals}, default=datetime.isoformat))
    return {REGION: document}


type Findings = dict[tuple[str, str], RememberedFinding]
"""By key and check."""


def listed(account: EmulatedAccount, faults: dict[str, float], day: int) -> Inventory:
    """What the Region's API says on a day on which calls fail so."""
    account.set_rds(refusing(faults))
    described = rds.describe(account.client("rds", REGION))
    return assemble(ACCOUNT, [replace(described, listed_at=NOW + timedelta(days=day))])


def swept(
    account: EmulatedAccount, faults: dict[str, float], before: Findings, known: Inventory, day: int
) -> Findings:
    """What is remembered after a sweep whose calls fail so, of which nothing connects to a server."""
    now, inventory = NOW + timedelta(days=day), with_vanished(listed(account, faults, day), known.databases)
    after, earlier = dict(before), dict[str, tuple[RememberedFinding, ...]]()
    for (key, _), found in before.items():
        earlier[key] = (*earlier.get(key, ()), found)
    for judgement in judged_unseen(inventory, now, earlier):
        after |= {(found.finding.key, found.finding.check): found for found in judgement.settled}
    for listing in inventory.listings:
        basis = Basis(listing.listed_at)
        for finding in judge_region(listing, {}, now):
            place = (finding.key, finding.check)
            after[place] = settle(before.get(place), finding, basis, now)
        for gone in listing.vanished:
            after |= {key: archived(found, basis, now) for key, found in after.items() if key[0] == gone}
    return after


FAULTS = st.dictionaries(st.sampled_from(OPERATIONS), st.sampled_from([1.0, 0.5, 0.34]), min_size=1)


@pytest.mark.hypothesis
def test_no_earlier_finding_turns_to_passed_or_archived_whatever_calls_fail(account: EmulatedAccount) -> None:
    known = listed(account, {}, 0)
    before = swept(account, {}, {}, known, 0)
    told = {found.finding.check for found in before.values() if found.finding.status is not Status.PASSED}
    assert told >= {
        "force-ssl",
        "ca",
        "certificate-rotation",
        "tls-versions",
        "upgrade-enforces-tls",
        "babelfish-tls",
        "proxy-tls",
        "trust-store",
        "default-ca",
    }

    @settings(max_examples=tries(40))
    @given(FAULTS)
    def property_(faults: dict[str, float]) -> None:
        after = swept(account, faults, before, known, 1)
        assert after.keys() >= before.keys()
        for key, earlier in before.items():
            assert after[key].archived_at is None, key
            if earlier.finding.status is not Status.PASSED:
                assert after[key].finding.status is not Status.PASSED, key
            if earlier.finding.status in {Status.FAILED, Status.WARNING}:
                assert after[key].finding.status in {Status.FAILED, Status.WARNING}, key

    property_()


def test_when_no_call_fails_what_is_gone_is_archived_and_what_is_mended_passes(account: EmulatedAccount) -> None:
    known = listed(account, {}, 0)
    before = swept(account, {}, {}, known, 0)
    healed: dict[str, Any] = {
        REGION: json.loads(
            json.dumps(
                {
                    "DBInstances": [instance()],
                    "DBParameterGroups": {"orders-pg17": group("postgres17", rds__force_ssl="1")},
                },
                default=datetime.isoformat,
            )
        )
    }
    account.set_rds(healed)
    inventory = with_vanished(assemble(ACCOUNT, [rds.describe(account.client("rds", REGION))]), known.databases)
    (listing,) = inventory.listings
    assert set(listing.vanished) == {key for key, _ in before if key != listing.arn} - {inventory.databases[0].key}
