"""AWS's names: the table of partitions beside botocore's own, Regions, ARNs, and the endpoints of RDS."""

import json
import re
from pathlib import Path
from typing import Any

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import (
    PARTITIONS,
    Arn,
    EndpointKind,
    EndpointName,
    endpoint_name,
    is_database,
    is_global_writer,
    is_region,
    lies_with_rds,
    named_region,
    partition_of,
)

DATA = Path(botocore.__file__).parent / "data"


def told(name: str) -> list[dict[str, Any]]:
    partitions: list[dict[str, Any]] = json.loads((DATA / name).read_text())["partitions"]
    return partitions


BOTOCORES = told("partitions.json")
REGIONS = [(each["id"], region) for each in BOTOCORES for region in each["regions"] if "-global" not in region]
SUFFIXES = {
    each["id"]: {each["outputs"]["dnsSuffix"], each["outputs"]["dualStackDnsSuffix"]} for each in BOTOCORES
}
HOSTS = [(region, suffix) for partition, region in REGIONS for suffix in sorted(SUFFIXES[partition])]

KINDS = {
    "orders.c9x2example": EndpointKind.INSTANCE,
    "orders.cluster-c9x2example": EndpointKind.CLUSTER,
    "orders.cluster-ro-c9x2example": EndpointKind.READER,
    "readers.cluster-custom-c9x2example": EndpointKind.CUSTOM,
    "app.proxy-c9x2example": EndpointKind.PROXY,
    "reports.endpoint.proxy-c9x2example": EndpointKind.PROXY,
    "orders.shardgrp-c9x2example": EndpointKind.SHARD_GROUP,
}


# ------------------------------------------------------------------------------------------ partitions and Regions


def test_the_table_has_the_partitions_and_suffixes_that_botocore_has_and_no_other() -> None:
    assert {each.name: set(each.suffixes) for each in PARTITIONS} == SUFFIXES
    assert len(PARTITIONS) == len(SUFFIXES)


def test_both_tables_of_botocore_agree_with_ours_on_the_suffix_of_ipv4() -> None:
    assert {each.name: each.suffixes[0] for each in PARTITIONS} == {
        each["partition"]: each["dnsSuffix"] for each in told("endpoints.json")
    }


@pytest.mark.parametrize(("partition", "region"), REGIONS)
def test_a_region_lies_in_its_own_partition_and_in_no_other(partition: str, region: str) -> None:
    assert [each.name for each in PARTITIONS if each.has(region)] == [partition]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("xx-newplace-1", "aws"),
        ("eu-central-12", "aws"),
        ("cn-south-1", "aws-cn"),
        ("us-gov-north-2", "aws-us-gov"),
        ("us-iso-south-1", "aws-iso"),
        ("us-isob-south-1", "aws-iso-b"),
        ("eu-isoe-east-2", "aws-iso-e"),
        ("us-isof-west-1", "aws-iso-f"),
        ("eusc-fr-west-1", "aws-eusc"),
    ],
)
def test_a_region_that_botocore_does_not_know_yet_lies_in_the_partition_that_its_name_tells(
    region: str, expected: str
) -> None:
    assert region not in {known for _, known in REGIONS}
    partition = partition_of(region)
    assert partition is not None
    assert partition.name == expected


NO_REGIONS = [
    *(
        "nonsense",
        "frankfurt",
        "Frankfurt",
        "eu-central-1a",
        "EU-CENTRAL-1",
        "Eu-central-1",
        "us-west-2-lax-1",
        "",
    ),
    *(" eu-central-1", "eu-central-1\n", "eu_central_1", "eu-central-", "eu-central-123", "aws-global", "*"),
    *("eu-central-\u0661", "u\u017f-east-1", "cn-global", "us-gov", "eusc-east-1", "a" * 10_000 + "-b-1"),
]


@pytest.mark.parametrize("text", NO_REGIONS)
def test_what_is_no_region_is_refused_with_what_is_allowed(text: str) -> None:
    assert not is_region(text)
    with pytest.raises(
        BadRequest, match=r"^field: .* is not allowed; allowed: a Region's name such as eu-central-1$"
    ):
        named_region("field", text)


@given(st.text())
def test_any_text_is_a_region_or_none(text: str) -> None:
    assert is_region(text) == (partition_of(text) is not None)


@given(st.from_regex(r"[a-z]{2}-[a-z]{4,9}-[1-9]", fullmatch=True))
def test_no_region_lies_in_two_partitions(region: str) -> None:
    assert len([each for each in PARTITIONS if each.has(region)]) == 1


# ------------------------------------------------------------------------------------------------------------ ARNs


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        (
            "arn:aws:rds:us-east-1:123456789012:db:orders",
            Arn("aws", "rds", "us-east-1", "123456789012", "db:orders"),
            "db",
        ),
        (
            "arn:aws-cn:securityhub:cn-north-1:123456789012:product/123456789012/default",
            Arn("aws-cn", "securityhub", "cn-north-1", "123456789012", "product/123456789012/default"),
            "product",
        ),
        (
            "arn:aws:rds:eu-west-1::cert:rds-ca-2019",
            Arn("aws", "rds", "eu-west-1", "", "cert:rds-ca-2019"),
            "cert",
        ),
        ("arn:aws:s3:::orders", Arn("aws", "s3", "", "", "orders"), "orders"),
        (
            "arn:aws-us-gov:rds:us-gov-west-1:123456789012:region",
            Arn("aws-us-gov", "rds", "us-gov-west-1", "123456789012", "region"),
            "region",
        ),
    ],
)
def test_an_arn_has_six_parts(text: str, expected: Arn, kind: str) -> None:
    assert Arn.parse(text) == expected
    assert str(expected) == text
    assert expected.kind == kind


@pytest.mark.parametrize("text", ["", "arn", "arn:aws:rds:us-east-1:123456789012", "orders", "urn:a:b:c:d:e"])
def test_what_is_no_arn_is_none(text: str) -> None:
    assert Arn.parse(text) is None


PART = st.text().filter(lambda text: ":" not in text)


@given(PART, PART, PART, PART, st.text())
def test_an_arn_is_read_as_it_was_written(
    partition: str, service: str, region: str, account: str, resource: str
) -> None:
    arn = Arn(partition, service, region, account, resource)
    assert Arn.parse(str(arn)) == arn


@given(st.text() | st.text().map(lambda text: f"arn:{text}") | st.from_regex(r"arn(:\w*){4,7}", fullmatch=True))
def test_an_arn_is_written_as_it_was_read(text: str) -> None:
    arn = Arn.parse(text)
    assert arn is None or str(arn) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders", True),
        ("orders-*", True),
        ("?rders", True),
        ("arn:aws:rds:us-east-1:123456789012:db:orders-*", True),
        ("arn:aws-cn:rds:cn-north-1:123456789012:cluster:ledger", True),
        ("arn:aws-eusc:rds:eusc-de-east-1:123456789012:db-proxy:prx-0123456789abcdef0", True),
        ("arn:aws-iso-f:rds:us-isof-south-1:123456789012:db:orders", True),
        ("arn:aws:rds:xx-newplace-1:123456789012:db:orders", True),
        ("arn:aws:rds:cn-north-1:123456789012:db:orders", False),
        ("arn:aws:rds:nonsense:123456789012:db:orders", False),
        ("arn:aws:rds:us-east-1a:123456789012:db:orders", False),
        ("arn:mars:rds:us-east-1:123456789012:db:orders", False),
        ("arn:aws:rds:us-east-1:12345678901:db:orders", False),
        ("arn:aws:rds:us-east-1:123456789012:snapshot:orders", False),
        ("arn:aws:rds:us-east-1:123456789012:db/orders", False),
        ("arn:aws:neptune:us-east-1:123456789012:db:orders", False),
        ("arn:aws:s3:::orders", False),
        ("arn:orders", False),
        ("1orders", False),
        ("orders\n", False),
        ("", False),
    ],
)
def test_a_database_is_named_by_its_identifier_or_its_arn(text: str, expected: bool) -> None:
    assert is_database(text) is expected


# ------------------------------------------------------------------------------------------------------- endpoints


SHOWN = {
    "aws": ["{}.rds.amazonaws.com"],
    "aws-cn": ["{}.rds.amazonaws.com.cn", "rds.{}.amazonaws.com.cn"],
    "aws-us-gov": ["{}.rds.amazonaws.com", "rds.{}.amazonaws.com"],
    "aws-eusc": ["{}.rds.amazonaws.eu"],
    "aws-iso": ["rds.{}.c2s.ic.gov"],
    "aws-iso-b": ["rds.{}.sc2s.sgov.gov"],
    "aws-iso-e": ["rds.{}.cloud.adc-e.uk"],
    "aws-iso-f": ["rds.{}.csp.hci.ic.gov"],
}
"""What a source shows of databases' endpoints, by partition; of ISO-E and ISO-F, of their siblings."""


@pytest.mark.parametrize(("partition", "region"), REGIONS)
def test_every_endpoint_that_a_source_shows_tells_its_region_and_kind(partition: str, region: str) -> None:
    for domain in [each.format(region) for each in SHOWN[partition]]:
        for beginning, kind in KINDS.items():
            assert endpoint_name(f"{beginning}.{domain}") == EndpointName(kind, region)
            assert endpoint_name(f"{beginning}.{domain}.".upper()) == EndpointName(kind, region)


@pytest.mark.parametrize(("region", "suffix"), HOSTS)
def test_what_no_source_shows_is_no_endpoint(region: str, suffix: str) -> None:
    shown = {each.format(region) for domains in SHOWN.values() for each in domains}
    domains = {f"{service}.{region}.{suffix}" for service in ("rds", "rds-fips", "rds-data")}
    domains |= {f"{region}.{service}.{suffix}" for service in ("rds", "rds-fips")}
    for domain in domains - shown:
        assert not [each for each in KINDS if endpoint_name(f"{each}.{domain}")]
    for domain in domains:
        assert endpoint_name(domain) is None
        assert endpoint_name(f"data.{domain}") is None


@pytest.mark.parametrize(("partition", "region"), REGIONS)
def test_an_endpoint_lies_under_the_suffix_of_its_own_partition_alone(partition: str, region: str) -> None:
    others = set().union(*SUFFIXES.values()) - SUFFIXES[partition]
    assert not [each for each in others if endpoint_name(f"orders.c9x2example.{region}.rds.{each}")]


@pytest.mark.parametrize(
    ("host", "is_proxy", "takes_tokens"),
    [
        ("orders.c9x2example.eu-central-1.rds.amazonaws.com", False, True),
        ("orders.cluster-c9x2example.eusc-de-east-1.rds.amazonaws.eu", False, True),
        ("orders.cluster-ro-c9x2example.rds.us-iso-west-1.c2s.ic.gov", False, True),
        ("readers.cluster-custom-c9x2example.us-east-1.rds.amazonaws.com", False, False),
        ("app.proxy-c9x2example.us-east-1.rds.amazonaws.com", True, True),
        ("app.endpoint.proxy-c9x2example.rds.cn-north-1.amazonaws.com.cn", True, True),
    ],
)
def test_an_endpoint_tells_what_answers_there(host: str, is_proxy: bool, takes_tokens: bool) -> None:
    named = endpoint_name(host)
    assert named is not None
    assert (named.is_proxy, named.takes_tokens) == (is_proxy, takes_tokens)


@pytest.mark.parametrize(
    "host",
    [
        *("", ".", "localhost", "10.0.0.7", "orders.example.com", "rds.eu-central-1.amazonaws.com"),
        "eu-central-1.rds.amazonaws.com.evil.example",
        "orders.c9x2example.eu-central-1.rds.amazonaws.com.evil.example",
        "orders.c9x2example.eu-central-1.rds.evil-amazonaws.com",
        "x.us-east-1.rds.amazonaws.evil.com",
        "orders.c9x2example.us-east-1.rds.amazonaws.evil.com",
        "orders.c9x2example.nonsense.rds.amazonaws.com",
        "orders.c9x2example.eu-central-1a.rds.amazonaws.com",
        "orders.c9x2example.cn-north-1.rds.amazonaws.com",
        "orders.c9x2example.eu-central-1.rds.api.aws",
        "orders.c9x2example.rds.eu-central-1.amazonaws.com",
        "orders.c9x2example.eu-central-1.rds-fips.amazonaws.com",
        "data.rds.us-east-1.amazonaws.com",
        "data.rds.us-gov-west-1.amazonaws.com",
        "c9x2example.eu-central-1.rds.amazonaws.com",
        "orders.c9x2example.us-isof-south-1.rds.csp.hci.ic.gov",
        "orders.c9x2example.eu-central-1.rds.amazonaws.com..",
        "orders.c9x2example.eu-central-1.rds.amazonaws.com\n",
        "ec2-198-51-100-7.compute-1.amazonaws.com",
        "ledger.global-c9x2example.global.rds.amazonaws.com",
        "orders.c9x2example.u\u017f-east-1.rds.amazonaws.com",
        "a." * 200 + "c9x2example.eu-central-1.rds.amazonaws.com",
    ],
)
def test_any_other_name_is_no_endpoint_of_rds(host: str) -> None:
    assert endpoint_name(host) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("ledger.global-c9x2example.global.rds.amazonaws.com", True),
        ("Ledger.global-c9x2example.global.rds.amazonaws.com.", True),
        ("global-c9x2example.global.rds.amazonaws.com", False),
        ("ledger.c9x2example.global.rds.amazonaws.com", False),
        ("ledger.global-c9x2example.eu-central-1.rds.amazonaws.com", False),
        ("ledger.global-c9x2example.global.rds.amazonaws.com.evil.example", False),
        ("orders.cluster-c9x2example.eu-central-1.rds.amazonaws.com", False),
        ("", False),
    ],
)
def test_a_global_databases_writer_endpoint_is_known_by_its_name(host: str, expected: bool) -> None:
    assert is_global_writer(host) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("orders.c9x2example.eu-central-1.rds.amazonaws.com", True),
        ("Orders.C9X2EXAMPLE.eu-central-1.RDS.amazonaws.com.", True),
        ("eu-west-1.c9x2example.eu-central-1.rds.amazonaws.com", True),
        ("ledger.global-c9x2example.global.rds.amazonaws.com", True),
        ("orders.of-a-kind-to-come.eu-central-1.rds.amazonaws.com", True),
        ("orders.c9x2example.rds.us-gov-west-1.amazonaws.com", True),
        ("orders.c9x2example.rds.cn-north-1.amazonaws.com.cn", True),
        ("orders.c9x2example.eusc-de-east-1.rds.amazonaws.eu", True),
        ("orders.cluster-c9x2example.rds.us-iso-west-1.c2s.ic.gov", True),
        ("orders.us-east-1.rds.amazonaws.evil.com", False),
        ("orders.c9x2example.us-east-1.rds.amazonaws.com.evil.com", False),
        ("orders.c9x2example.us-east-1.evil-rds.amazonaws.com", False),
        ("rds.amazonaws.com", False),
        ("orders.rds.s3.amazonaws.com", False),
        ("orders.rds..amazonaws.com", False),
        ("orders/.rds.amazonaws.com", False),
        ("ec2-198-51-100-7.compute-1.amazonaws.com", False),
        *(("10.0.0.7", False), ("localhost", False), ("", False)),
    ],
)
def test_where_rds_names_databases_nobody_else_does(host: str, expected: bool) -> None:
    assert lies_with_rds(host) is expected


@given(st.text() | st.from_regex(r"[a-z.-]{0,300}\.rds\.amazonaws\.(com|eu)", fullmatch=True))
def test_no_host_breaks_it(host: str) -> None:
    named = endpoint_name(host)
    assert named is None or re.search(rf"\b{named.region}\b", host.lower())


# ------------------------------------------------------------------------------------------------------ cold start


def test_the_module_costs_a_probe_nothing_but_itself() -> None:
    source = (Path(__file__).parents[1] / "functions" / "tlscheck" / "inventory" / "names.py").read_text()
    assert re.findall(r"^(?:from|import) (\S+)", source, re.MULTILINE) == [
        "re",
        "dataclasses",
        "enum",
        "typing",
        "tlscheck.inventory.bad_request",
    ]
    assert "re.compile" not in source
