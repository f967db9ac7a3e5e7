"""The last that a name may be and the first that it may not, and the order of what has no name."""

from typing import Any

import pytest
from tlscheck.inventory.batch import in_batches
from tlscheck.inventory.certificate import authorities
from tlscheck.inventory.described import Described
from tlscheck.inventory.engine import major
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.names import endpoint_name, is_database, is_region
from tlscheck.inventory.region import Authorities, OfferedAuthority

from tests.answers import REGION, ROOT_EXPIRES, certificate, databases, instance
from tests.answers import cluster as a_cluster
from tests.answers import member as an_instance
from tests.examples import cluster, database, member

DOMAIN = "us-east-1.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", True),
        ("a" * 63, True),
        ("a" * 64, False),
        ("*", True),
        ("?a", True),
        ("A-1", True),
        ("-a", False),
        ("a_b", False),
        ("arn:aws:rds:us-east-1:123456789012:db:" + "a" * 63, True),
        ("arn:aws:rds:us-east-1:123456789012:db:" + "a" * 64, False),
        ("arn:aws:rds:us-east-1:123456789012:db:", False),
        ("arn:aws:rds:us-east-1:123456789012:cluster:a", True),
        ("arn:aws:rds:us-east-1:123456789012:db-proxy:a", True),
        ("arn:aws:rds:us-east-1:123456789012:cluster-pg:a", False),
        ("arn:aws:rds:us-east-1:1234567890123:db:a", False),
        ("arn:aws:rds:us-east-1:12345678901a:db:a", False),
        ("arn:aws:rds::123456789012:db:a", False),
        ("arn:aws-cn:rds:us-east-1:123456789012:db:a", False),
    ],
)
def test_a_database_is_called_by_at_most_63_characters(text: str, expected: bool) -> None:
    # RDS API Reference, CreateDBInstance: 1 to 63 letters, digits or hyphens, of which the first is a letter
    assert is_database(text) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (f"{'a' * 63}.{'b' * 63}.{DOMAIN}", True),
        (f"{'a' * 64}.{'b' * 63}.{DOMAIN}", False),
        (f"{'a' * 63}.{'b' * 64}.{DOMAIN}", False),
        (f"c9x2example.{DOMAIN}", False),
        (f"a.endpoint.c9x2example.{DOMAIN}", False),
        (f"a.endpoint.proxy-c9x2example.{DOMAIN}", True),
        (f"endpoint.proxy-c9x2example.{DOMAIN}", True),
        # formed like a Region, but none of any partition
        ("a.b.abcd-west-1.rds.amazonaws.com", False),
        ("a.b.rds.abcd-west-1.amazonaws.com", False),
        ("a.b.us-east-1.rds.us-east-1.amazonaws.com", False),
    ],
)
def test_an_endpoint_has_the_form_that_rds_gives(host: str, expected: bool) -> None:
    assert (endpoint_name(host) is not None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("us-a-1", True),
        (f"us-{'a' * 20}-12", True),
        (f"us-{'a' * 21}-1", False),
        ("us-east-123", False),
        ("us-east-", False),
        ("usa-east-1", False),
    ],
)
def test_a_region_is_a_partitions_beginning_a_direction_and_a_number(text: str, expected: bool) -> None:
    assert is_region(text) is expected


@pytest.mark.parametrize(
    ("version", "expected"), [("999.1", 999), ("1000.1", None), ("17-R1", None), ("x17", None), ("17.", 17)]
)
def test_a_major_version_has_at_most_three_digits(version: str, expected: int | None) -> None:
    assert major(version) == expected


def test_databases_without_a_network_come_before_any_other() -> None:
    networks = {"arn:1": "vpc", "arn:2": "eni", "arn:3": "abc", "arn:4": None}
    fleet = [database(arn=arn, network=network) for arn, network in networks.items()]
    assert [each.network for each in in_batches(fleet)] == [None, "abc", "eni", "vpc"]


def test_a_cluster_is_parted_from_a_cluster_and_an_instance_of_other_names() -> None:
    # 24 fill a batch to one place: what belongs together goes on together, and alone what does not
    fleet = [database(arn=f"arn:{number:02}") for number in range(24)]
    (first, second) = in_batches([*fleet, cluster(arn="arn:a"), member(arn="arn:b")])
    assert ([len(each.databases) for each in (first, second)]) == [24, 2]
    (first, second) = in_batches([*fleet, cluster(arn="arn:a"), member(arn="arn:b", cluster="other")])
    assert ([len(each.databases) for each in (first, second)]) == [25, 1]


def test_a_regions_cas_are_told_with_what_the_api_leaves_out() -> None:
    bare: Any = {"CertificateIdentifier": "rds-ca-2019"}
    assert authorities([certificate(Thumbprint="AB12"), bare, {"Thumbprint": "cd"}], None) == Authorities(
        (
            OfferedAuthority("rds-ca-rsa2048-g1", "ab12", ROOT_EXPIRES, override=False, override_expires=None),
            OfferedAuthority("rds-ca-2019", None, None, override=False, override_expires=None),
        ),
        None,
    )


@pytest.mark.parametrize("certificates", [[], [{}], [{"CertificateIdentifier": ""}]])
def test_a_region_that_lists_no_ca_is_a_gap_of_that_call(certificates: Any) -> None:
    assert authorities(certificates, "rds-ca-rsa2048-g1") == Gap(
        "rds:DescribeCertificates", "the Region listed no CA at all"
    )


@pytest.mark.parametrize("port", [1, 5432, 65535])
def test_an_endpoint_has_the_port_that_the_api_tells(port: int) -> None:
    answer = instance(Endpoint={"Address": "h", "Port": port})
    found = databases(Described(REGION, instances=[answer]))["orders-prod"].endpoint
    assert found is not None
    assert (found.host, found.port) == ("h", port)


@pytest.mark.parametrize("networks", [("vpc-1", None), (None, "vpc-1"), (None, "vpc-1", None)])
def test_a_cluster_lies_in_the_network_of_those_members_that_name_one(networks: tuple[str | None, ...]) -> None:
    members = {f"ledger-{number}": {"VpcId": network} for number, network in enumerate(networks)}
    described = Described(
        REGION,
        instances=[an_instance(name, DBSubnetGroup=subnets) for name, subnets in members.items()],
        clusters=[a_cluster(members=dict.fromkeys(members, "in-sync"))],
    )
    assert databases(described)["ledger"].network == "vpc-1"
