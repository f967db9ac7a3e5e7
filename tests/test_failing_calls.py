"""Whatever subset of the calls to RDS fails: no earlier finding turns to passed, and none is archived."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges.aws import rds
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.vanished import with_vanished
from tlscheck.verdict.check import Status
from tlscheck.verdict.evidence import Evidence, members_of
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.regional import judge_region
from tlscheck.verdict.settle import archived, settle
from tlscheck.wire.targeting import not_tried

from tests.answers import ACCOUNT, REGION, certificate, cluster, instance, maintenance, member, proxy, shard_group
from tests.examples import NOW
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
    "DescribePendingMaintenanceActions",
    "DescribeDBProxies",
    "DescribeDBProxyTargets",
    "DescribeDBShardGroups",
)
MEMORY = timedelta(days=90)


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


def swept(
    account: EmulatedAccount, faults: dict[str, float], before: Findings, known: Inventory, day: int
) -> Findings:
    """What is remembered after a sweep whose calls fail so, of which nothing connects to a server."""
    account.set_rds(refusing(faults))
    now = NOW + timedelta(days=day)
    inventory = with_vanished(assemble(ACCOUNT, [rds.describe(account.client("rds", REGION))]), known.databases)
    after = dict(before)
    seen = {database.arn: not_tried(database.arn, "no probe") for database in inventory.databases}
    for database in inventory.databases:
        members = members_of(database, inventory.databases, seen)
        evidence = Evidence(database, seen[database.arn], (), now, "tlscheck", members)
        earlier = tuple(found for (arn, _), found in before.items() if arn == database.arn)
        for found in judge(evidence, earlier, Sweep(f"day-{day}", now, Depth.FULL), MEMORY).settled:
            after[database.arn, found.finding.check] = found
    for listing in inventory.listings:
        for finding in judge_region(listing, {}, now):
            key = (finding.resource, finding.check)
            after[key] = settle(before.get(key), finding, now)
        for arn in listing.vanished:
            after |= {key: archived(found, now) for key, found in after.items() if key[0] == arn}
    return after


FAULTS = st.dictionaries(st.sampled_from(OPERATIONS), st.sampled_from([1.0, 0.5, 0.34]), min_size=1)


@pytest.mark.hypothesis
def test_no_earlier_finding_turns_to_passed_or_archived_whatever_calls_fail(account: EmulatedAccount) -> None:
    account.set_rds(refusing({}))
    known = assemble(ACCOUNT, [rds.describe(account.client("rds", REGION))])
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
    account.set_rds(refusing({}))
    known = assemble(ACCOUNT, [rds.describe(account.client("rds", REGION))])
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
    assert set(listing.vanished) == {arn for arn, _ in before if arn != listing.arn} - {inventory.databases[0].arn}
